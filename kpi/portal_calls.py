"""The calls page of the portal: the month's calls and tallies, numbers masked."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from clients.models import Client
from kpi.models import PROVEN, Call, CallStatus, CallTally
from kpi.portal_month import Month
from smm_agency.lib.phones import mask_last4
from smm_agency.lib.words import short_day

PAGE_ROWS = 50
SINGLE = ~Q(status=CallStatus.SPAM) & Q(evidence__isnull=False)


Row = dict[str, Any]


class CallLine(NamedTuple):
    started_at: dt.datetime
    caller: str
    status: str
    talk: str
    place: str
    marks: list[str]


class TallyLine(NamedTuple):
    days: str
    length: int
    community: str
    evidence: str
    total: int


def calls_in(client: Client, month: Month) -> QuerySet[Call, Any]:
    """The month's calls, the newest first, as values: only what the portal's role may read."""
    return (
        Call.objects.filter(client=client)
        .in_days(month.first, month.last)
        .order_by("-started_at", "-id")
        .values(
            "started_at",
            "status",
            "talk_seconds",
            "caller_id",
            "caller__country_code",
            "caller__last4",
            "community__profile__title",
            "campaign__title",
            "is_unique",
            "is_target",
            "is_unique_target",
            "evidence",
        )
    )


def totals_in(client: Client, month: Month) -> dict[str, int]:
    """Calls in the list, and how many of them are counted and as what."""
    return (
        Call.objects.filter(client=client)
        .in_days(month.first, month.last)
        .aggregate(
            calls=Count("id"),
            counted=Count("id", filter=SINGLE),
            targets=Count("id", filter=SINGLE & Q(is_target=True)),
            unique_targets=Count("id", filter=SINGLE & Q(is_unique_target=True)),
            unknown=Count("id", filter=SINGLE & Q(is_target=True, is_unique_target=None)),
            proven=Count("id", filter=SINGLE & Q(evidence__in=PROVEN)),
            # Voicemail was not answered either.
            missed=Count("id", filter=Q(status__in=[CallStatus.MISSED, CallStatus.VOICEMAIL])),
        )
    )


def _duration(seconds: int | None) -> str:
    """`3:05`; nothing where it was not told."""
    return "" if seconds is None else f"{seconds // 60}:{seconds % 60:02}"


def _caller(row: Row) -> str:
    if row["caller_id"] is None:
        return _("number hidden")
    if not row["caller__last4"]:
        return _("forgotten")
    return mask_last4(row["caller__country_code"], row["caller__last4"])


def _marks(row: Row) -> list[str]:
    """What the call is counted as: nothing where it is spam, or nobody knows where it is from."""
    if row["evidence"] is None or row["status"] == CallStatus.SPAM:
        return []
    if row["is_unique_target"]:
        return [_("unique-target")]
    marks = [_("target")] if row["is_target"] else []
    return [*marks, _("unique")] if row["is_unique"] else marks


def call_line(row: Row) -> CallLine:
    return CallLine(
        started_at=row["started_at"],
        caller=_caller(row),
        status=str(CallStatus(row["status"]).label),
        talk=_duration(row["talk_seconds"]),
        place=row["community__profile__title"] or row["campaign__title"] or _("not known"),
        marks=_marks(row),
    )


def lines(rows: Iterable[Row]) -> list[CallLine]:
    return [call_line(row) for row in rows]


def _days(first: dt.date, last: dt.date) -> str:
    return " – ".join(short_day(day) for day in dict.fromkeys((first, last)))


def tallies_in(client: Client, month: Month) -> list[TallyLine]:
    """The tallies that touch the month."""
    rows = (
        CallTally.objects.filter(client=client, starts_on__lte=month.last, ends_on__gte=month.first)
        .order_by("-starts_on", "id")
        .values_list("starts_on", "ends_on", "community__profile__title", "evidence", "total")
    )
    return [
        TallyLine(
            _days(first, last),
            (last - first).days + 1,
            community,
            str(CallTally.By(evidence).label),
            total,
        )
        for first, last, community, evidence, total in rows
    ]
