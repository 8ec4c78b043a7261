"""The cards of the portal's overview: what came, what was wanted, and what is missing beside it."""

import datetime as dt
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client
from kpi.count import Count, Reason
from kpi.engagement_rate import ErValue
from kpi.er_words import lines_of
from kpi.freshness import CALLS_DAYS, WEEKLY_DAYS
from kpi.growth import GrowthValue
from kpi.models import Light
from kpi.portal_comparison import Earlier, count_change, earlier_of, share_change
from kpi.portal_period import Period, Span
from kpi.portal_strategy import Target, Verdict, key_of, title_of
from kpi.rules import GREY_REASONS
from smm_agency.lib.words import as_change, as_count, as_share, coverage_note
from strategy.models import Metric
from strategy.models.target import CALL_METRICS


@dataclass(frozen=True)
class Card:
    """A KPI as the page writes it; `share` is value ÷ target, at most 1, where both are known."""

    key: str
    title: str
    value: str
    target: str = ""
    light: str = ""
    share: float | None = None
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    # Which words explain it: `kpi.metric_help`.
    help_code: str = ""
    # What it was in the days that it is compared with.
    earlier: Earlier | None = None

    @property
    def light_text(self) -> str:
        return str(Light(self.light).label) if self.light else ""


def day_name(day: dt.date) -> str:
    return date_format(day, "j E")


def share_of(value: float | None, target: Decimal | None) -> float | None:
    if value is None or not target:
        return None
    return max(0.0, min(1.0, value / float(target)))


def with_target(
    key: str,
    title: str,
    value: float | None,
    written: str,
    target: Target | None,
    period: Period,
    *,
    help_code: str,
) -> Card:
    """A card whose right half is what the strategy says, where it says anything."""
    if target is None:
        notes = [_("No target in the strategy.")]
        return Card(key, title, written, notes=notes, help_code=help_code)
    wanted = target.in_period(period)
    # A light is the evaluation of one month.
    verdict = target.verdict if period.is_month else None
    card = Card(
        key,
        title,
        written,
        target=target.write(wanted) if wanted is not None else "",
        light=verdict.light if verdict else "",
        share=share_of(value, wanted),
        help_code=help_code,
    )
    if verdict:
        card.notes.extend(verdict_notes(verdict, target))
    if note := target.plan_note(period):
        card.notes.append(note)
    return card


def verdict_notes(verdict: Verdict, target: Target) -> list[str]:
    """What was expected by the day of the evaluation, or why nothing can be said."""
    if verdict.reason:
        return [str(GREY_REASONS.get(verdict.reason, Light.GREY.label))]
    if verdict.expected is None or target.metric == Metric.ER:
        return []
    return [
        _("Expected by %(day)s: %(value)s")
        % {"day": day_name(verdict.day), "value": target.write(verdict.expected)}
    ]


def count_card(
    client: Client, count: Count, metric: Metric, target: Target | None, period: Period
) -> Card:
    title = str(metric.label).capitalize()
    if target and target.community:
        title = f"{title} · {target.community}"
    if metric in CALL_METRICS and not client.takes_calls:
        card = Card("count", title, _("not taken"), help_code=metric)
        card.notes.append(_("This client takes no phone calls: that is stated, not counted as 0."))
        return card
    card = with_target(
        "count", title, count.total, as_count(count.total), target, period, help_code=metric
    )
    if count.total is None:
        card.notes.append(str(Reason(count.reason or Reason.NOT_MEASURED).label).capitalize())
    if count.tallied is not None:
        card.notes.append(_("By tally: uniqueness of callers is not measured."))
    card.notes.extend(call_notes(count))
    if count.measured_days < count.days:
        card.notes.append(coverage_note(count.measured_days, count.days))
    for part, total in count.parts.items():
        card.notes.append(f"{str(Metric(part).label).capitalize()}: {as_count(total)}")
    if count.known_until and count.known_until < period.until:
        limit = dt.timedelta(days=WEEKLY_DAYS if count.tallied is not None else CALLS_DAYS)
        is_stale = period.until - count.known_until > limit
        known = _("Known up to %(day)s.") % {"day": day_name(count.known_until)}
        late = _("What came later is not in yet, so the figure is too low.")
        (card.warnings if is_stale else card.notes).append(f"{known} {late}" if is_stale else known)
    return card


def call_notes(count: Count) -> list[str]:
    """How many of the calls are proven to be the community's, and how many could not be counted."""
    notes = []
    if count.unknown:
        notes.append(
            _("and %(count)s of unknown uniqueness: their numbers were hidden or are forgotten")
            % {"count": as_count(count.unknown)}
        )
    if count.proven is not None and count.total:
        notes.append(
            _("Proven by the number that was dialled: %(proven)s of %(total)s.")
            % {"proven": as_count(count.proven), "total": as_count(count.total)}
        )
    return notes


def growth_card(growth: GrowthValue, target: Target | None, period: Period) -> Card:
    title = title_of(_("Growth of subscribers"), target)
    key = key_of("growth", target)
    written = as_change(growth.net)
    card = with_target(key, title, growth.net, written, target, period, help_code=Metric.GROWTH)
    if growth.start_on and growth.end_on:
        card.notes.append(
            _("%(start)s on %(first)s → %(end)s on %(last)s")
            % {
                "start": as_count(growth.start),
                "first": day_name(growth.start_on),
                "end": as_count(growth.end),
                "last": day_name(growth.end_on),
            }
        )
    if growth.joined is not None and growth.left is not None:
        card.notes.append(
            _("%(joined)s joined, %(left)s left; told on %(told)d of %(days)d days")
            % {
                "joined": as_count(growth.joined),
                "left": as_count(growth.left),
                "told": growth.told_days,
                "days": growth.grown_days,
            }
        )
    card.notes.append(coverage_note(growth.measured_days, growth.days))
    if growth.net is not None and growth.is_partial:
        card.warnings.append(
            _("%(counted)d of %(all)d communities: the others were not measured at both ends.")
            % {"counted": growth.counted, "all": growth.communities}
        )
    return card


def er_card(value: ErValue, target: Target | None, period: Period) -> Card:
    title = title_of(_("Engagement rate (ER)"), target)
    key = key_of("er", target)
    written = as_share(value.value)
    card = with_target(key, title, value.value, written, target, period, help_code=value.code)
    card.notes.extend(lines_of(value))
    return card


def with_earlier_count(card: Card, span: Span, count: Count, then: Count) -> Card:
    """What came in the days before beside what came in these."""
    if count.reason == Reason.TAKES_NO_CALLS:
        return card
    notes = partly_note(then.measured_days, then.days)
    if then.tallied is not None and count.tallied is None:
        notes.append(_("counted by tally then"))
    return replace(
        card,
        earlier=earlier_of(
            span,
            count.total,
            then.total,
            written=as_count(then.total),
            change=count_change(count.total, then.total),
            notes=notes,
        ),
    )


def with_earlier_growth(card: Card, span: Span, growth: GrowthValue, then: GrowthValue) -> Card:
    earlier = earlier_of(
        span,
        growth.net,
        then.net,
        written=as_change(then.net),
        change=count_change(growth.net, then.net),
        notes=partly_note(then.measured_days, then.days),
    )
    return replace(card, earlier=earlier)


def with_earlier_rate(card: Card, span: Span, value: ErValue, then: ErValue) -> Card:
    earlier = earlier_of(
        span,
        value.value,
        then.value,
        written=as_share(then.value),
        change=share_change(value.value, then.value),
        notes=partly_note(then.measured_days, then.days),
    )
    return replace(card, earlier=earlier)


def partly_note(measured_days: int, days: int) -> list[str]:
    return [coverage_note(measured_days, days)] if measured_days < days else []
