"""The calls page of the portal: the period's calls and tallies, numbers masked."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Count as CountRows
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from clients.models import Client
from clients.portal_tables import Column, Shown, Table
from kpi.count import Count
from kpi.models import PROVEN, Call, CallStatus, CallTally
from kpi.portal_cards import partly_note
from kpi.portal_comparison import count_change
from kpi.portal_period import Period, Span
from smm_agency.lib.phones import mask_last4
from smm_agency.lib.words import as_count, short_day

SINGLE = ~Q(status=CallStatus.SPAM) & Q(evidence__isnull=False)


Row = dict[str, Any]


class TallyLine(NamedTuple):
    first: dt.date
    last: dt.date
    days: str
    length: int
    community: str
    evidence: str
    total: int


def calls_in(client: Client, period: Period) -> QuerySet[Call, Any]:
    """The period's calls, the newest first, as values: only what the portal's role may read."""
    return (
        Call.objects.filter(client=client)
        .in_days(period.first, period.last)
        .order_by("-started_at", "-id")
        .values(
            "pk",
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


def totals_in(client: Client, span: Span) -> dict[str, int]:
    """Calls in the list, and how many of them are counted and as what."""
    return (
        Call.objects.filter(client=client)
        .in_days(span.first, span.last)
        .aggregate(
            calls=CountRows("id"),
            counted=CountRows("id", filter=SINGLE),
            targets=CountRows("id", filter=SINGLE & Q(is_target=True)),
            unique_targets=CountRows("id", filter=SINGLE & Q(is_unique_target=True)),
            unknown=CountRows("id", filter=SINGLE & Q(is_target=True, is_unique_target=None)),
            proven=CountRows("id", filter=SINGLE & Q(evidence__in=PROVEN)),
            # Voicemail was not answered either.
            missed=CountRows("id", filter=Q(status__in=[CallStatus.MISSED, CallStatus.VOICEMAIL])),
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


def _place(row: Row) -> str:
    return row["community__profile__title"] or row["campaign__title"] or _("not known")


def _days(first: dt.date, last: dt.date) -> str:
    return " – ".join(short_day(day) for day in dict.fromkeys((first, last)))


def tallies_in(client: Client, period: Period) -> list[TallyLine]:
    """The tallies that touch the period."""
    rows = (
        CallTally.objects.filter(
            client=client, starts_on__lte=period.last, ends_on__gte=period.first
        )
        .order_by("-starts_on", "id")
        .values_list("starts_on", "ends_on", "community__profile__title", "evidence", "total")
    )
    return [
        TallyLine(
            first,
            last,
            _days(first, last),
            (last - first).days + 1,
            community,
            str(CallTally.By(evidence).label),
            total,
        )
        for first, last, community, evidence, total in rows
    ]


def _moment(row: Row) -> str:
    started = timezone.localtime(row["started_at"])
    return date_format(started, pgettext("format of a short moment", "j M, H:i"))


CALLS: Sequence[Column] = (
    Column(
        "when",
        gettext_lazy("when"),
        _moment,
        # By the client's clock, so that a spreadsheet sorts it; the zone is said on the page.
        lambda row: f"{timezone.localtime(row['started_at']):%Y-%m-%d %H:%M}",
        order=("started_at",),
    ),
    Column("caller", gettext_lazy("caller"), _caller),
    Column(
        "outcome",
        gettext_lazy("outcome"),
        lambda row: str(CallStatus(row["status"]).label),
        order=("status",),
    ),
    Column(
        "talk",
        gettext_lazy("talk"),
        lambda row: _duration(row["talk_seconds"]),
        lambda row: row["talk_seconds"],
        order=("talk_seconds",),
        is_number=True,
        file_title=gettext_lazy("talk, seconds"),
    ),
    Column(
        "place",
        gettext_lazy("where from"),
        _place,
        order=("community__profile__title", "campaign__title"),
    ),
    Column(
        "counted",
        gettext_lazy("counted as"),
        lambda row: Shown("", marks=_marks(row)),
        lambda row: ", ".join(_marks(row)),
        order=("is_unique_target", "is_target", "is_unique"),
    ),
)
TALLIES: Sequence[Column] = (
    Column(
        "days",
        gettext_lazy("days"),
        lambda row: row.days,
        lambda row: f"{row.first} – {row.last}",
        order=lambda row: row.first,
    ),
    Column(
        "community",
        gettext_lazy("community"),
        lambda row: row.community,
        order=lambda row: row.community.casefold(),
    ),
    Column(
        "evidence",
        gettext_lazy("by whose word"),
        lambda row: row.evidence,
        order=lambda row: row.evidence,
    ),
    Column(
        "calls",
        gettext_lazy("calls"),
        lambda row: as_count(row.total),
        lambda row: row.total,
        order=lambda row: row.total,
        is_number=True,
    ),
)


def call_tables(client: Client, period: Period, tallies: Sequence[TallyLine]) -> list[Table]:
    calls = calls_in(client, period)
    return [
        Table("calls", gettext_lazy("List of calls"), CALLS, calls, f"calls_{period.code}"),
        Table("tallies", gettext_lazy("Tallies"), TALLIES, tallies, f"tallies_{period.code}"),
    ]


class EarlierTotal(NamedTuple):
    title: str
    value: str
    change: str


class Earlier(NamedTuple):
    """What the list held in the days before; `totals` is empty where nobody knows it."""

    days: str
    totals: list[EarlierTotal]
    notes: list[str]


def earlier_in(
    client: Client, totals: dict[str, int], *, span: Span, now: Count, then: Count
) -> Earlier:
    """`now` and `then` count the calls of the two times: they tell what was measured."""
    before = totals_in(client, span)
    notes = partly_note(then.measured_days, then.days)
    if then.tallied is not None:
        notes.append(_("counted by tally then"))
    if not is_list_known(before, then):
        return Earlier(span.title, [], notes if then.measured_days else [])
    is_known_now = is_list_known(totals, now)
    titles = (
        ("calls", _("calls in the list")),
        ("targets", _("target")),
        ("unique_targets", _("unique-target")),
        ("missed", _("missed")),
    )
    told = [
        EarlierTotal(
            title,
            as_count(before[name]),
            count_change(totals[name], before[name]) if is_known_now else _("not measured now"),
        )
        for name, title in titles
    ]
    return Earlier(span.title, told, notes)


def is_list_known(totals: dict[str, int], count: Count) -> bool:
    """A list without calls is a zero where single calls were known on any day of it."""
    return totals["calls"] > 0 or count.singles is not None
