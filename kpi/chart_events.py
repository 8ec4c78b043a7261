"""What stands on a chart besides its values: corrections of the strategy, flags, recorded events.

One statement reads it all, once for every chart of a page; each chart places it on its own labels.
Only columns that the portal's role is granted are named.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from clients.models import Client
from kpi.event_marks import marks_of
from kpi.models import Decision, Event, Flag, FlagKind, Light
from smm_agency.lib.charts import FlagMark, Mark, Rule
from smm_agency.lib.words import short_day
from strategy.models import Metric, StrategyVersion
from strategy.models.version import FROZEN_STATES


class VersionStart(NamedTuple):
    number: int
    day: dt.date


class FlagRaised(NamedTuple):
    """`metric` is empty where the flag is about no target."""

    day: dt.date
    kind: str
    metric: str
    severity: str


class ChartEvents(NamedTuple):
    events: list[Event]
    versions: list[VersionStart]
    flags: list[FlagRaised]

    def marks(self, days: Sequence[dt.date], *, until: dt.date | None = None) -> list[Mark]:
        return marks_of(self.events, days, until=until)

    def rules(self, days: Sequence[dt.date], *, until: dt.date | None = None) -> list[Rule]:
        return [
            Rule(position, f"v{version.number}")
            for version in self.versions
            if (position := position_of(version.day, days, until=until)) is not None
        ]

    def flag_marks(
        self, days: Sequence[dt.date], *, until: dt.date | None = None, metric: str = ""
    ) -> list[FlagMark]:
        """Of the metric that the chart shows, where it is of one; else all."""
        return [
            FlagMark(position, name_of_flag(flag), flag.severity)
            for flag in self.flags
            if metric in ("", flag.metric)
            if (position := position_of(flag.day, days, until=until)) is not None
        ]


def flag_marks(
    client: Client,
    days: Sequence[dt.date],
    *,
    published_only: bool,
    until: dt.date | None = None,
    metric: str = "",
) -> list[FlagMark]:
    """Where each flag was raised; for the client only those with a published decision."""
    found = _read_for(client, days, until, published_only=published_only)
    return found.flag_marks(days, until=until, metric=metric)


def _read_for(
    client: Client, days: Sequence[dt.date], until: dt.date | None, *, published_only: bool
) -> ChartEvents:
    if not days:
        return ChartEvents([], [], [])
    return read_chart_events(client, days[0], until or days[-1], published_only=published_only)


def read_chart_events(
    client: Client, first: dt.date, last: dt.date, *, published_only: bool
) -> ChartEvents:
    """What happened from `first` to `last`; with `published_only` what the client may see of it."""
    events, versions, flags = (
        Client.objects.filter(pk=client.pk)
        .values_list(
            ArraySubquery(_events(first, last, published_only=published_only)),
            ArraySubquery(_versions()),
            ArraySubquery(_flags(first, last, published_only=published_only)),
        )
        .get()
    )
    return ChartEvents(
        [_event(client, row) for row in events],
        _corrections([(row["number"], _day(row["starts_on"])) for row in versions], first, last),
        [
            FlagRaised(_day(row["day"]), row["kind"], row["metric"] or "", row["severity"])
            for row in flags
        ],
    )


def _events(first: dt.date, last: dt.date, *, published_only: bool) -> QuerySet[Any, Any]:
    rows = Event.objects.in_days(first, last).filter(client=OuterRef("pk"))
    rows = rows.filter(is_published=True) if published_only else rows
    return rows.order_by("starts_on", "pk").values_list(
        JSONObject(title="title", starts_on="starts_on", ends_on="ends_on")
    )


def _versions() -> QuerySet[Any, Any]:
    rows = StrategyVersion.objects.filter(client=OuterRef("pk"), state__in=FROZEN_STATES)
    return rows.order_by("starts_on", "pk").values_list(
        JSONObject(number="number", starts_on="starts_on")
    )


def _flags(first: dt.date, last: dt.date, *, published_only: bool) -> QuerySet[Any, Any]:
    rows = Flag.objects.filter(client=OuterRef("pk"), opened_on__range=(first, last))
    if published_only:
        rows = rows.filter(Exists(Decision.objects.filter(flag=OuterRef("pk"), is_published=True)))
    return rows.order_by("opened_on", "pk").values_list(
        JSONObject(day="opened_on", kind="kind", metric="target__metric", severity="severity")
    )


def _day(raw: str) -> dt.date:
    return dt.date.fromisoformat(raw)


def _event(client: Client, row: dict[str, Any]) -> Event:
    ends_on = row["ends_on"] and _day(row["ends_on"])
    return Event(
        client=client, title=row["title"], starts_on=_day(row["starts_on"]), ends_on=ends_on
    )


def _corrections(
    versions: Iterable[tuple[int, dt.date]], first: dt.date, last: dt.date
) -> list[VersionStart]:
    """The first version corrects nothing."""
    later = [VersionStart(number, day) for number, day in versions][1:]
    return [one for one in later if first <= one.day <= last]


def position_of(
    day: dt.date, days: Sequence[dt.date], *, until: dt.date | None = None
) -> int | None:
    """The label under which a day lies; None where it lies under none.

    `days` rise; a label stands for the days up to the next one, the last for those up to `until`.
    """
    if not days or not days[0] <= day <= (until or days[-1]):
        return None
    return max(position for position, label in enumerate(days) if label <= day)


def name_of_flag(flag: FlagRaised) -> str:
    """ "12 Mar: calls, far below target"."""
    about = Metric(flag.metric).label if flag.metric else FlagKind(flag.kind).label
    told = {"day": short_day(flag.day), "about": about, "light": Light(flag.severity).label}
    return _("%(day)s: flag, %(about)s: %(light)s") % told
