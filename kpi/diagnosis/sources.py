"""Where the rules of diagnosis take their facts from; the next floors add theirs here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kpi.diagnosis import content_facts, funnel_facts, process_facts, promotion_facts
from kpi.diagnosis.case import Case, Facts


class Kind(StrEnum):
    """How a fact is written; only numbers stand in conditions."""

    COUNT = "count"
    SHARE = "share"
    CHANGE = "change"
    DAY = "day"
    TEXT = "text"


NUMBERS = frozenset({Kind.COUNT, Kind.SHARE, Kind.CHANGE})


@dataclass(frozen=True)
class Source:
    """`fields` are the names of its facts, each with how it is written."""

    title: str | Promise
    fields: Mapping[str, Kind]
    look_up: Callable[[Sequence[Case]], Mapping[int, Facts]]

    @property
    def numbers(self) -> list[str]:
        return [name for name, kind in self.fields.items() if kind in NUMBERS]


LATE_TASKS = {
    "tasks": Kind.COUNT,
    "days_late": Kind.COUNT,
    "oldest": Kind.DAY,
    "block": Kind.TEXT,
}
SOURCES: dict[str, Source] = {
    "number_silent": Source(
        _("the number that brings no calls any more"),
        {"number": Kind.TEXT, "since": Kind.DAY, "expected": Kind.COUNT},
        process_facts.number_silent,
    ),
    "missed_calls": Source(
        _("calls that nobody answered"),
        {
            "missed": Kind.COUNT,
            "total": Kind.COUNT,
            "share": Kind.SHARE,
            "before_share": Kind.SHARE,
            "never": Kind.COUNT,
            "side": Kind.TEXT,
        },
        process_facts.missed_calls,
    ),
    "late_of_client": Source(
        _("tasks that are late on the client's side"), LATE_TASKS, process_facts.late_of_client
    ),
    "late_of_agency": Source(
        _("tasks of the agency that are late"), LATE_TASKS, process_facts.late_of_agency
    ),
    "posts": Source(
        _("posts on the client's own pages"),
        {"posts_week": Kind.COUNT, "before_week": Kind.COUNT, "before_posts": Kind.COUNT},
        process_facts.posts,
    ),
    "funnel": Source(
        _("the funnel: views, engagement, subscribers, calls; and competitors' posts"),
        {
            "views_week": Kind.COUNT,
            "views_week_before": Kind.COUNT,
            "er": Kind.SHARE,
            "er_before": Kind.SHARE,
            "growth": Kind.SHARE,
            "growth_before": Kind.SHARE,
            "net": Kind.CHANGE,
            "net_share": Kind.SHARE,
            "start": Kind.COUNT,
            "contact": Kind.COUNT,
            "contact_before": Kind.COUNT,
            "market": Kind.COUNT,
            "market_before": Kind.COUNT,
        },
        funnel_facts.funnel,
    ),
    "posts_late": Source(
        _("publications that did not go out on time"),
        {
            "planned_posts": Kind.COUNT,
            "late_posts": Kind.COUNT,
            "on_time_share": Kind.SHARE,
        },
        content_facts.posts_late,
    ),
    "replies_late": Source(
        _("replies that came later than was promised"),
        {
            "due_replies": Kind.COUNT,
            "late_replies": Kind.COUNT,
            "in_time_share": Kind.SHARE,
        },
        content_facts.replies_late,
    ),
    "stops": Source(
        _("days on which publications were stopped"),
        {"stopped_days": Kind.COUNT, "stopped_since": Kind.DAY, "stop_reason": Kind.TEXT},
        content_facts.stops,
    ),
    "campaigns_over": Source(
        _("campaigns that were paused or ended"),
        {
            "ended_campaigns": Kind.COUNT,
            "ended_campaign": Kind.TEXT,
            "ended_since": Kind.DAY,
        },
        promotion_facts.campaigns_over,
    ),
    "accounts_unread": Source(
        _("ad accounts that are not read"),
        {
            "unread_accounts": Kind.COUNT,
            "unread_account": Kind.TEXT,
            "unread_since": Kind.DAY,
        },
        promotion_facts.accounts_unread,
    ),
    "budgets_spent": Source(
        _("campaigns whose budget is spent"),
        {
            "spent_campaigns": Kind.COUNT,
            "spent_campaign": Kind.TEXT,
            "spent_share": Kind.SHARE,
            "last_spent_on": Kind.DAY,
        },
        promotion_facts.budgets_spent,
    ),
    "spend": Source(
        _("advertising money that was spent"),
        {
            "spend_week": Kind.COUNT,
            "spend_week_before": Kind.COUNT,
            "spend_currency": Kind.TEXT,
        },
        promotion_facts.spend,
    ),
    "placements_removed": Source(
        _("placements that were taken down early"),
        {
            "removed_placements": Kind.COUNT,
            "removed_placement": Kind.TEXT,
            "removed_on": Kind.DAY,
        },
        promotion_facts.placements_removed,
    ),
    "no_campaign": Source(
        _("days without a running campaign where the plan has money"),
        {"idle_days": Kind.COUNT, "idle_since": Kind.DAY},
        promotion_facts.no_campaign,
    ),
    "events": Source(
        _("an event that was recorded"),
        {"title": Kind.TEXT, "since": Kind.DAY},
        process_facts.events,
    ),
}
# A name is written in one way whichever source tells it.
KINDS: dict[str, Kind] = {
    name: kind for source in SOURCES.values() for name, kind in source.fields.items()
}
