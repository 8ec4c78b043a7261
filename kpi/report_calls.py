"""Calls of the period for the report: counted, by community, by evidence, by post; never a number.

Campaigns and placements, with what a call cost there, stand with the results of promotion.
"""

from typing import Any

from django.db.models import Count as CountRows
from django.db.models import Q, QuerySet

from communities.models import Community
from content.models import Post, Publication, PublicationState
from kpi.count import Count
from kpi.counts import counts_for_clients, missed_calls
from kpi.models import Call, CallStatus, CallTally, NumberPlacement
from kpi.report_span import Data, Span, iso
from strategy.models import Metric

SINGLE = Q(evidence__isnull=False)


def read_calls(span: Span) -> Data:
    client = span.client
    days: dict[str, Any] = {"first": span.first, "last": span.last}
    counts = {
        name: counts_for_clients([client.pk], metric, **days, at=span.at)
        for name, metric in (("calls", Metric.CALLS), ("unique_target", Metric.UNIQUE_TARGET_CALLS))
    }
    titles = _communities(span)
    missed, answered = missed_calls(client, **days)
    return {
        "is_tracked": client.has_call_tracking,
        "total": {name: count_data(found[client.pk, None]) for name, found in counts.items()},
        "kinds": _kinds(span),
        "communities": [
            {
                "title": title,
                "network": network,
                **{name: count_data(found[client.pk, pk]) for name, found in counts.items()},
            }
            for pk, title, network in titles
        ],
        "evidence": _by_evidence(span),
        "posts": _by_post(span),
        "tallies": _tallies(span),
        "missed": missed,
        "answered": answered,
        "days": [
            {"day": iso(day), **{name: found[client.pk, None].by_day[day]
                                 for name, found in counts.items()}}
            for day in counts["calls"][client.pk, None].by_day
        ],
    }  # fmt: skip


def count_data(count: Count) -> Data:
    """`proven`: of `total`, by the number that was dialled; `unknown` are beside the total."""
    return {
        "total": count.total,
        "measured_days": count.measured_days,
        "days": count.days,
        "tallied": count.tallied,
        "reason": count.reason,
        "proven": count.proven,
        "unknown": count.unknown,
        "known_until": iso(count.known_until),
    }


def _communities(span: Span) -> list[tuple[int, str, str]]:
    rows = Community.objects.filter(client=span.client).order_by("pk")
    return list(rows.values_list("pk", "profile__title", "profile__network"))


def _calls(span: Span) -> Any:
    rows = Call.objects.filter(client=span.client).in_days(span.first, span.last)
    return rows.exclude(status=CallStatus.SPAM).order_by()


COUNTS = {
    "calls": CountRows("pk"),
    "unique": CountRows("pk", filter=Q(is_unique=True)),
    "target": CountRows("pk", filter=Q(is_target=True)),
    "unique_target": CountRows("pk", filter=Q(is_unique_target=True)),
    "unknown": CountRows("pk", filter=Q(is_target=True, is_unique_target=None)),
}


def _kinds(span: Span) -> Data:
    """Of the single calls from communities and campaigns; tallied ones have no such kinds."""
    found: Data = _calls(span).filter(SINGLE).aggregate(**COUNTS)
    return found


def _tallies(span: Span) -> list[Data]:
    """Those that touch the period, oldest first; one counts with the period of its last day."""
    rows = CallTally.objects.filter(
        client=span.client, starts_on__lte=span.last, ends_on__gte=span.first
    ).order_by("starts_on", "pk")
    columns = ("starts_on", "ends_on", "community__profile__title", "total")
    return [
        {"first": iso(first), "last": iso(last), "community": community, "total": total}
        for first, last, community, total in rows.values_list(*columns)
    ]


def _by_evidence(span: Span) -> list[Data]:
    """The strongest first; `evidence` None: where they came from is not known."""
    rows = _calls(span).values("evidence").annotate(**COUNTS)
    return sorted(rows, key=lambda row: (row["evidence"] is None, row["evidence"]))


def _by_post(span: Span) -> list[Data]:
    """Calls to numbers that stood in one post alone: of the others nobody can tell which post."""
    numbers: dict[int, list[str]] = {}
    for number, title in _posts_out(span).values_list("tracking_number", "title"):
        numbers.setdefault(number, []).append(title)
    alone = {number: titles[0] for number, titles in numbers.items() if len(titles) == 1}
    rows = _calls(span).filter(SINGLE, tracking_number__in=list(alone))
    found = rows.values("tracking_number").annotate(**COUNTS).order_by("-calls", "tracking_number")
    return [{"title": alone[row.pop("tracking_number")], **row} for row in map(dict, found)]


def _posts_out(span: Span) -> QuerySet[Post]:
    """Those that went out by the period's end; a number of a whole community says of no post."""
    of_communities = NumberPlacement.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=span.first),
        client=span.client, community__isnull=False, starts_on__lte=span.last,
    )  # fmt: skip
    sent = Publication.objects.filter(
        client=span.client, state=PublicationState.SENT, sent_at__lt=span.moments[1]
    )
    rows = Post.objects.filter(client=span.client, pk__in=sent.values("post"))
    rows = rows.filter(tracking_number__isnull=False)
    return rows.exclude(tracking_number__in=of_communities.values("number")).order_by("pk")
