"""Verdicts on the work itself: replies, fulfilment of the plan, the curated share, costs.

Each is judged by the month so far against the month's target, in the target's direction: a time or
a share that may not be exceeded is green up to it, amber within the tolerance, red beyond. Nothing
asked, planned or published is no zero: the light is grey and says which of them is missing. What is
not known yet holds the light back: posts nobody has classified could stand on either side of the
cap, and questions that are late and unanswered are in no median. Costs are
in `kpi.cost_verdicts`.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from clients.models import Client
from content.curated import curated_share
from content.fulfilment import fulfilment
from content.reply_figures import figures_of, moments_of, read_rows
from kpi.cost_verdicts import cost_per_call, cost_per_subscriber
from kpi.findings import Outcome
from kpi.models import Light
from kpi.rules import Verdict, Window, grey
from kpi.subjects import Subject
from kpi.work_fact import WorkFact
from strategy.models import KpiTarget, Metric
from strategy.models.target import DOWN_METRICS
from strategy.periods import month_of

MINUTE = dt.timedelta(minutes=1)


def judge_work(subjects: Sequence[Subject], *, at: dt.datetime) -> list[Outcome]:
    """One outcome for each; two queries and one more for each subject, for costs a dozen."""
    if not subjects:
        return []
    clients = Client.objects.in_bulk({subject.client_id for subject in subjects})
    targets = KpiTarget.objects.in_bulk([subject.target_id for subject in subjects])
    return [
        _judge(subject, clients[subject.client_id], targets[subject.target_id], at=at)
        for subject in subjects
    ]


def _judge(subject: Subject, client: Client, target: KpiTarget, *, at: dt.datetime) -> Outcome:
    window = Window(max(month_of(subject.day), subject.starts_on), subject.day)
    read = READERS.get(subject.metric)
    fact = read(subject, client, window, at) if read else WorkFact(None, 0, "no_source")
    days = (window.last - window.first).days + 1
    return Outcome(
        subject,
        verdict_of(subject, fact, tolerance=float(target.tolerance), least=target.min_sample,
                   window=window),
        actual=fact.actual,
        expected=subject.value,
        measured_days=0 if fact.actual is None else days,
        days=days,
        facts={"sample": fact.sample, **(fact.facts or {})},
    )  # fmt: skip


def verdict_of(
    subject: Subject, fact: WorkFact, *, tolerance: float, least: int, window: Window
) -> Verdict:
    if fact.actual is None:
        return grey(fact.reason)
    if subject.value is None:
        return grey("no_target")
    if fact.sample < least:
        return grey("too_few")
    is_down = subject.metric in DOWN_METRICS
    light = light_of(fact.actual, subject.value, tolerance, is_down)
    if fact.bounds:
        ends = {light_of(end, subject.value, tolerance, is_down) for end in fact.bounds}
        if len(ends) > 1:
            return grey(fact.reason)
        light = ends.pop()
    if light == Light.GREEN:
        light = fact.at_best
    return Verdict(
        light=light, actual=fact.actual, expected=subject.value, window=window, rule="work"
    )


def light_of(actual: float, target: float, tolerance: float, is_down: bool) -> Light:
    """`tolerance` is a share of the target: so much beyond it is amber, more is red."""
    sign = -1 if is_down else 1
    if sign * (actual - target) >= -1e-9:
        return Light.GREEN
    edge = target * (1 - sign * tolerance)
    return Light.AMBER if sign * (actual - edge) >= -1e-9 else Light.RED


def reply_time(subject: Subject, client: Client, window: Window, at: dt.datetime) -> WorkFact:
    """The median in working minutes; of one community, on its own page.

    It is of the answered ones: while others are late and unanswered it is not green.
    """
    only: dict[str, Any] = {}
    if subject.community_id:
        only["item__profile__community"] = subject.community_id
    rows = read_rows([client.pk], *moments_of(client, *window), **only)
    found = figures_of(rows, at=at)
    if found.median is None:
        return WorkFact(None, 0, "no_replies" if found.asked else "nothing_asked")
    return WorkFact(
        round(found.median / MINUTE, 1),
        found.answered,
        facts={
            "asked": found.asked,
            "unanswered": found.unanswered,
            "late_unanswered": found.late_unanswered,
            "in_time": found.in_time,
        },
        at_best=Light.AMBER if found.late_unanswered else Light.GREEN,
    )


def plan_kept(subject: Subject, client: Client, window: Window, at: dt.datetime) -> WorkFact:
    if subject.community_id:
        return WorkFact(None, 0, "whole_client")
    found = fulfilment(client, *window)
    if found.share is None:
        return WorkFact(None, 0, "nothing_planned")
    return WorkFact(
        found.share, found.planned, facts={"on_time": found.on_time, "late": found.late}
    )


def curated(subject: Subject, client: Client, window: Window, at: dt.datetime) -> WorkFact:
    """Of what stands on the walls. While posts are not classified nobody knows the share."""
    if subject.community_id:
        return WorkFact(None, 0, "whole_client")
    found = curated_share(client, *window, is_out=True)
    facts = {"curated": found.curated, "unclassified": found.unclassified}
    if found.share is None:
        reason = "unclassified" if found.unclassified else "nothing_published"
        return WorkFact(None, found.counted, reason, facts)
    if not found.unclassified:
        return WorkFact(float(found.share), found.counted, facts=facts)
    whole = found.counted + found.unclassified
    bounds = (found.curated / whole, (found.curated + found.unclassified) / whole)
    return WorkFact(float(found.share), found.counted, "unclassified", facts, bounds)


Reader = Callable[[Subject, Client, Window, dt.datetime], WorkFact]
READERS: dict[str, Reader] = {
    Metric.REPLY_TIME: reply_time,
    Metric.PLAN_FULFILMENT: plan_kept,
    Metric.CURATED_SHARE: curated,
    Metric.COST_PER_CALL: cost_per_call,
    Metric.COST_PER_SUBSCRIBER: cost_per_subscriber,
}
