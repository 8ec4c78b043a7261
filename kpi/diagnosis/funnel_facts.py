"""The funnel in the days of a flag and in the 90 before: reach → engagement → subscribers → calls.

Calls that nobody answered, its last step, are facts of the work.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import connection

from kpi.counts import counts_for_clients
from kpi.diagnosis.case import Case, Day, Facts, by_window, clients_of
from kpi.diagnosis.process_facts import end_of, rounded
from kpi.engagement_rate import ErValue, er_for_clients
from kpi.formulas import ratio
from kpi.growth import GrowthValue, growth_for_clients
from strategy.models import FormulaCode, Metric
from strategy.models.target import CALL_METRICS

ER_CODE = FormulaCode.ER_POST.value
VIEWS_CODE = FormulaCode.ER_VIEW.value
MONTH_DAYS = 30.4
# What the funnel counts before its last step, by the metric of the target.
STEP_OF: dict[str, str] = {**dict.fromkeys(CALL_METRICS, Metric.CALLS), Metric.LEADS: Metric.LEADS}
# A post has most of its views by then: younger ones would look as if nobody saw them.
SETTLED = dt.timedelta(days=3)
LEAST_DAYS = 7
LEAST_MARKET_POSTS = 8


def funnel(cases: Sequence[Case]) -> dict[int, Facts]:
    """Each step now and before; None where it is not measured."""
    found: dict[int, Facts] = {case.flag_id: {} for case in cases}
    for (first, last), same in by_window(cases).items():
        periods = {"": (first, last), "_before": same[0].before}
        for suffix, (start, end) in periods.items():
            _add_members(found, same, start, end, suffix)
            settled = min(end, last - SETTLED)
            if (settled - start).days + 1 >= LEAST_DAYS:
                _add_posts(found, same, start, settled, suffix)
                _add_market(found, same, start, settled, suffix)
    return found


def _add_posts(
    found: dict[int, Facts], cases: Sequence[Case], first: Day, last: Day, suffix: str
) -> None:
    ids, days = clients_of(cases), (last - first).days + 1
    seen = er_for_clients(ids, VIEWS_CODE, first=first, last=last)
    er = er_for_clients(ids, ER_CODE, first=first, last=last)
    for case in cases:
        found[case.flag_id] |= {
            f"views_week{suffix}": _views_a_week(seen.get(case.place), days),
            f"er{suffix}": _rate(er.get(case.place)),
        }


def _views_a_week(value: ErValue | None, days: int) -> float | None:
    """The denominator of ER by views is the sum of the posts' views."""
    views = value.denominator if value else None
    return None if views is None else round(views / days * 7)


def _rate(value: ErValue | None) -> float | None:
    return rounded(value.value, 6) if value else None


def _add_members(
    found: dict[int, Facts], cases: Sequence[Case], first: Day, last: Day, suffix: str
) -> None:
    """Growth by month, and calls, or leads, a month from 1,000 subscribers."""
    values = growth_for_clients(clients_of(cases), first=first, last=last)
    rates = _calls_a_month(cases, first, last)
    for case in cases:
        value = values.get(case.place, GrowthValue((last - first).days + 1))
        found[case.flag_id] |= {
            f"growth{suffix}": _growth_a_month(value),
            f"contact{suffix}": _contact(rates.get(case.flag_id), value),
        }
        if not suffix:
            found[case.flag_id] |= {
                "net": value.net,
                "start": value.start,
                "net_share": rounded(value.share),
            }


def _growth_a_month(value: GrowthValue) -> float | None:
    if value.share is None or value.start_on is None or value.end_on is None:
        return None
    days = (value.end_on - value.start_on).days
    return rounded(value.share / days * MONTH_DAYS) if days >= LEAST_DAYS else None


def _calls_a_month(cases: Sequence[Case], first: Day, last: Day) -> dict[int, float]:
    """By flag: all calls, or leads, by measured days; whether they were answered comes after."""
    rates: dict[int, float] = {}
    for metric in (Metric.CALLS, Metric.LEADS):
        same = [case for case in cases if STEP_OF.get(case.metric) == metric]
        if not same:
            continue
        counts = counts_for_clients(
            clients_of(same), metric, first=first, last=last, at=end_of(last)
        )
        for case in same:
            count = counts.get(case.place)
            if count and count.total is not None and count.measured_days >= LEAST_DAYS:
                rates[case.flag_id] = count.total / count.measured_days * MONTH_DAYS
    return rates


def _contact(rate: float | None, value: GrowthValue) -> float | None:
    if rate is None or value.start is None or value.end is None:
        return None
    contact = ratio(rate * 1000, (value.start + value.end) / 2)
    return rounded(contact, 1)


# The engagement of a competitor's post in the middle: it says how the whole market does.
MARKET = """
SELECT p.client_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY e.total), count(*)
FROM communities_wallpost p
JOIN communities_profile f ON f.id = p.profile_id AND f.relation = 'competitor'
JOIN LATERAL (
    SELECT coalesce(s.likes, 0) + coalesce(s.comments, 0) + coalesce(s.shares, 0) AS total
    FROM kpi_postsnapshot s
    WHERE s.wall_post_id = p.id AND num_nonnulls(s.likes, s.comments, s.shares) > 0
    ORDER BY s.slot DESC, s.hour DESC LIMIT 1
) e ON true
WHERE p.client_id = ANY(%(clients)s) AND p.posted_at >= %(start)s AND p.posted_at < %(end)s
GROUP BY 1
"""


def _add_market(
    found: dict[int, Facts], cases: Sequence[Case], first: Day, last: Day, suffix: str
) -> None:
    bounds = {"start": end_of(first - dt.timedelta(days=1)), "end": end_of(last)}
    with connection.cursor() as cursor:
        cursor.execute(MARKET, {"clients": list(clients_of(cases)), **bounds})
        medians = {
            client: median for client, median, posts in cursor if posts >= LEAST_MARKET_POSTS
        }
    for case in cases:
        found[case.flag_id][f"market{suffix}"] = medians.get(case.client_id)
