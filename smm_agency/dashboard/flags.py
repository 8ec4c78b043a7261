"""Flags that wait for somebody: the worst with their evidence, and all of them by their age."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from clients.models import Role
from kpi.diagnosis.causes import describe_cause
from kpi.flag_sentence import sentence_of
from kpi.models import Flag, FlagCause, FlagKind, Light
from smm_agency.dashboard.gather import Row, objects
from smm_agency.dashboard.reader import Reader
from smm_agency.dashboard.standing import rank_of
from strategy.models import KpiTarget

# Those who decide of flags.
ROLES = (Role.ACCOUNT_MANAGER, Role.STRATEGIST)
SHOWN = 20
# Up to this many days old; the last is without an end.
AGES = (2, 7, 14, None)
PLACES = range(len(AGES))
WORST_FIRST = (Light.RED, Light.AMBER, Light.GREY, Light.GREEN)


@dataclass(frozen=True)
class FlagLine:
    """A flag that waits for somebody: what it says, and its likely causes with their side."""

    client: str
    severity: str
    subject: str
    sentence: str
    causes: list[str]
    age_days: int
    state: str
    url: str


@dataclass(frozen=True)
class AgeCell:
    flags: int
    url: str


@dataclass(frozen=True)
class AgeRow:
    """One severity; `cells` are in the order of AGES."""

    light: str
    name: str
    cells: list[AgeCell]


def flag_lists(reader: Reader) -> dict[str, QuerySet[Any]]:
    """What `gather` is asked for; nothing for those who decide of no flag."""
    if not (reader.is_director or reader.has(*ROLES)):
        return {}
    live = reader.rows(Flag, ROLES).live()
    ages = live.order_by().values_list(JSONObject(severity="severity", opened_on="opened_on"))
    return {"flags": flag_objects(live), "flag_ages": ages}


def flag_objects(live: Any) -> QuerySet[Any]:
    """The worst of them, the oldest of these first."""
    causes = FlagCause.objects.filter(flag=OuterRef("pk")).order_by("pk")
    cause = JSONObject(
        code="code", side="side", block="block", facts="facts", sentence_en="sentence_en",
        sentence_ru="sentence_ru",
    )  # fmt: skip
    return objects(
        live.order_by(rank_of("severity"), "opened_on", "pk"),
        SHOWN,
        client="client__name",
        kind="kind",
        rule="rule",
        severity="severity",
        state="state",
        opened_on="opened_on",
        metric="target__metric",
        newest=KeyTransform("newest", "evidence"),
        opened=KeyTransform("opened", "evidence"),
        causes=ArraySubquery(causes.values_list(cause)),
    )


def flag_line(row: Row, reader: Reader) -> FlagLine:
    opened_on = dt.date.fromisoformat(row["opened_on"])
    return FlagLine(
        client=row["client"],
        severity=row["severity"],
        subject=subject_of(row["kind"], row["metric"], reader),
        sentence=sentence_of(flag_of(row)),
        causes=[cause_words(cause, reader) for cause in row["causes"]],
        age_days=max(0, (reader.today - opened_on).days),
        state=reader.flag_states[row["state"]],
        url=reader.row_url("kpi.flag", row["pk"]),
    )


def flag_of(row: Row) -> Flag:
    """What its sentence is made of."""
    target = KpiTarget(metric=row["metric"]) if row["metric"] else None
    evidence = {"newest": row["newest"], "opened": row["opened"]}
    return Flag(kind=row["kind"], rule=row["rule"], target=target, evidence=evidence)


def cause_words(row: Row, reader: Reader) -> str:
    said = describe_cause(FlagCause(**row))
    return f"{said} ({reader.sides[row['side']]})" if row["side"] else said


def subject_of(kind: str, metric: str | None, reader: Reader) -> str:
    """What a flag is about, in two or three words."""
    if kind == FlagKind.DATA or metric is None:
        return reader.flag_kinds[kind]
    return reader.metrics[metric]


def age_names() -> list[str]:
    return [_("under 3 days"), _("3–7 days"), _("8–14 days"), _("older")]


def age_rows(found: list[Row], reader: Reader) -> list[AgeRow]:
    """By severity and age; a severity that no flag has is left out."""
    flags = [(row["severity"], age_of(row, reader)) for row in found]
    return [
        AgeRow(light, reader.lights[light], [age_cell(light, n, flags, reader) for n in PLACES])
        for light in WORST_FIRST
        if any(severity == light for severity, _place in flags)
    ]


def age_of(row: Row, reader: Reader) -> int:
    """The place in AGES."""
    days = (reader.today - dt.date.fromisoformat(row["opened_on"])).days
    return next(place for place, most in enumerate(AGES) if most is None or days <= most)


def age_cell(light: str, place: int, flags: list[tuple[str, int]], reader: Reader) -> AgeCell:
    query = {"severity__exact": light, **days_of(place, reader.today)}
    return AgeCell(flags.count((light, place)), reader.list_url("kpi.flag", urlencode(query)))


def days_of(place: int, today: dt.date) -> dict[str, str]:
    """The days that flags of this age were opened on, as the list is asked for them."""
    days, most = {}, AGES[place]
    if place:
        youngest = (AGES[place - 1] or 0) + 1
        days["opened_on__lte"] = (today - dt.timedelta(days=youngest)).isoformat()
    if most is not None:
        days["opened_on__gte"] = (today - dt.timedelta(days=most)).isoformat()
    return days
