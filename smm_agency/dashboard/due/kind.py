"""A kind of what waits: whose it is, which rows, and how a row is told."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model, QuerySet
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clients.models import Role
from kpi.models import Light
from smm_agency.dashboard.gather import Row
from smm_agency.dashboard.reader import Reader

PLACES = {Light.RED: 0, Light.AMBER: 1, Light.GREY: 2}


@dataclass(frozen=True)
class Told:
    """How late a row is, in words; `day` is what lines are sorted by."""

    light: Light
    words: str
    day: dt.date


@dataclass(frozen=True)
class Line:
    """Something that waits; `light` is red where it is late and amber where it is for today."""

    kind: str
    light: str
    title: str
    client: str
    words: str
    note: str
    url: str
    place: tuple[int, dt.date]


@dataclass(frozen=True)
class Kind:
    """`rows` narrows and orders what the role brings; `columns` are those of a line's JSON object.

    `unnarrowed` asks the list in the admin for what it leaves out by itself. Directors have no
    hands of their own: what is not `for_directors` is work of one person.
    """

    code: str
    title: str | Promise
    model: type[Model]
    roles: tuple[Role, ...]
    rows: Callable[[Any, Reader], QuerySet[Any]]
    told: Callable[[Row, Reader], Told]
    unnarrowed: str = ""
    columns: dict[str, Any] = field(default_factory=dict)
    title_of: Callable[[Row, Reader], str] = lambda row, reader: str(row["title"])
    note_of: Callable[[Row, Reader], str] = lambda row, reader: ""
    for_directors: bool = True

    @property
    def name(self) -> str:
        return self.model._meta.label_lower

    def waiting(self, reader: Reader) -> QuerySet[Any]:
        """The rows of this kind that wait for the person."""
        return self.rows(reader.rows(self.model, self.roles), reader)


def by_day(due_on: str | None, reader: Reader) -> Told:
    """Of a day that something is due on; None: no day was set."""
    if due_on is None:
        return Told(Light.GREY, _("no due day is set"), dt.date.max)
    day = dt.date.fromisoformat(due_on)
    when = {"day": date_format(day, "SHORT_DATE_FORMAT")}
    if day < reader.today:
        return Told(Light.RED, _("overdue since %(day)s") % when, day)
    if day == reader.today:
        return Told(Light.AMBER, _("due today"), day)
    return Told(Light.GREY, _("due %(day)s") % when, day)


def by_moment(due_at: str, row: Row, reader: Reader) -> Told:
    """Of a moment, in the client's time zone."""
    moment = moment_of(due_at)
    local = moment.astimezone(ZoneInfo(row["zone"]))
    when = {"when": date_format(local, "SHORT_DATETIME_FORMAT")}
    if moment <= reader.at:
        return Told(Light.RED, _("late since %(when)s") % when, local.date())
    return Told(Light.AMBER, _("by %(when)s") % when, local.date())


def since(moment: str, row: Row, *, is_late: bool) -> Told:
    """Of what waits without a due day."""
    local = moment_of(moment).astimezone(ZoneInfo(row["zone"]))
    words = _("waits since %(when)s") % {"when": date_format(local, "SHORT_DATETIME_FORMAT")}
    return Told(Light.RED if is_late else Light.AMBER, words, local.date())


def moment_of(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
