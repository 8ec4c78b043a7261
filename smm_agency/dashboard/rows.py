"""The lines of the clients that a page shows: KPIs, flags, tasks, how fresh the figures are.

The lights are those of the nightly evaluation; five queries whatever the number of clients.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client, ClientStatus, Task
from clients.models.task import OPEN_STATES
from communities.models import Profile
from kpi.er_words import formula_line
from kpi.models import Evaluation, Flag, FlagKind, Light, ProfileSnapshot
from kpi.rules import GREY_REASONS
from smm_agency.dashboard.reader import Reader
from smm_agency.dashboard.standing import BY_RANK, first_fresh
from smm_agency.lib.words import Number, coverage_note
from strategy.metric_words import write_value
from strategy.models import KpiTarget, Metric, StrategyVersion
from strategy.models.target import CALL_METRICS, WORK_METRICS

ORDER = {metric: place for place, metric in enumerate(Metric)}


@dataclass(frozen=True)
class Cell:
    """One KPI of a client: the light, the month so far, and why it is grey.

    `hint` is what a ratio needs beside it: its formula, and how many days were measured.
    """

    metric: str
    light: str
    light_name: str
    actual: str = ""
    expected: str = ""
    target: str = ""
    fill: int = 0
    why: str = ""
    rows_url: str = ""
    hint: str = ""


@dataclass(frozen=True)
class FlagMark:
    """A flag that waits for somebody, in two or three words."""

    severity: str
    subject: str
    url: str


@dataclass
class Row:
    """A client's line."""

    client: Any
    light: str
    status: str
    url: str
    cells: list[Cell] = field(default_factory=list)
    note: str = ""
    flags: list[FlagMark] = field(default_factory=list)
    overdue: int = 0
    next_due: dt.date | None = None
    read_on: dt.date | None = None
    is_stale: bool = False


def client_rows(clients: Iterable[Client], reader: Reader) -> list[Row]:
    """Lines of these clients as `worst_first` gave them, in their order."""
    rows = {client.pk: row_of(client, reader) for client in clients}
    add_cells(rows, reader)
    add_flags(rows, reader)
    add_tasks(rows, reader.today)
    add_readings(rows, reader.today)
    return list(rows.values())


def row_of(client: Any, reader: Reader) -> Row:
    return Row(
        client=client,
        light=BY_RANK[client.rank],
        status=reader.statuses[client.status],
        url=reader.row_url("clients.client", client.pk),
    )


def add_cells(rows: Mapping[int, Row], reader: Reader) -> None:
    """The KPIs of each client's strategy in force, the primary one first."""
    newest = Evaluation.objects.filter(target=OuterRef("pk")).order_by("-day").values("pk")[:1]
    targets: list[Any] = list(
        KpiTarget.objects.filter(
            version__in=StrategyVersion.objects.in_force(on=reader.today), client__in=list(rows)
        )
        .annotate(newest=Subquery(newest))
        .select_related("community__profile")
        .order_by("pk")
    )
    targets.sort(key=lambda target: (not target.is_primary, ORDER[target.metric]))
    made = [target.newest for target in targets if target.newest]
    evaluations = Evaluation.objects.defer("evidence").in_bulk(made)
    for target in targets:
        row = rows[target.client_id]
        row.cells.append(cell_of(target, evaluations.get(target.newest), row.client, reader))
    for row in rows.values():
        row.note = note_of(row)


def note_of(row: Row) -> str:
    """What must be said about the client's KPIs beside the lights."""
    if row.client.status == ClientStatus.PAUSED:
        return _("Paused: measured without alarms.")
    if row.cells:
        return ""
    if row.client.status in (ClientStatus.LEAD, ClientStatus.ONBOARDING):
        return _("No strategy yet: the client is in “%(status)s”.") % {"status": row.status}
    return _("No approved strategy is in force today.")


def cell_of(target: Any, found: Evaluation | None, client: Client, reader: Reader) -> Cell:
    name = reader.metrics[target.metric]
    if target.metric == Metric.ER:
        name = reader.formulas[target.formula_code]
    if target.community:
        name = f"{name} · {target.community.profile.title}"
    why = why_grey(found, client, reader.today)
    hint = hint_of(target, found)
    if found is None or (why and found.actual is None):
        return Cell(name, Light.GREY, reader.lights[Light.GREY], why=why, hint=hint)
    is_grey = why or client.status == ClientStatus.PAUSED
    light = Light.GREY if is_grey else Light(found.light)
    words = words_of(target.metric)
    return Cell(
        metric=name,
        light=light,
        light_name=reader.lights[light],
        actual=words(found.actual),
        expected=words(found.expected),
        target=words(found.target_value),
        fill=filled(found),
        why=why,
        rows_url=rows_url(target, found.day, reader),
        hint=hint,
    )


def hint_of(target: Any, found: Evaluation | None) -> str:
    if target.metric != Metric.ER:
        return ""
    line = formula_line(target.formula_code)
    return f"{line}; {coverage_note(found.measured_days, found.days)}" if found else line


def why_grey(found: Evaluation | None, client: Client, today: dt.date) -> str:
    """Why the light says nothing; empty where it does."""
    if client.status == ClientStatus.PAUSED:
        return ""
    if found is None:
        return _("Not evaluated yet.")
    if found.day < first_fresh(today):
        return _("Last evaluated on %(day)s.") % {"day": date_format(found.day)}
    if found.light == Light.GREY:
        return str(GREY_REASONS.get(found.reason, found.reason))
    return ""


def words_of(metric: str) -> Callable[[Number | None], str]:
    return partial(write_value, metric)


def filled(found: Evaluation) -> int:
    """How much of the month's target is there, 0…100, for the bar."""
    if not found.target_value or found.actual is None:
        return 0
    return max(0, min(100, round(100 * found.actual / found.target_value)))


def rows_url(target: Any, day: dt.date, reader: Reader) -> str:
    """The list of the rows that the number is made of."""
    if target.metric in WORK_METRICS:
        return ""
    month = {"gte": day.replace(day=1).isoformat(), "lte": day.isoformat()}
    model, query = rows_behind(target, month)
    return reader.list_url(model, urlencode({"client": target.client_id, **query}))


def rows_behind(target: Any, month: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    if target.metric == Metric.GROWTH:
        return "kpi.profilesnapshot", {f"date__{end}": day for end, day in month.items()}
    if target.metric == Metric.ER:
        return "kpi.postsnapshot", {f"slot__{end}": day for end, day in month.items()}
    days = {f"day__{end}": day for end, day in month.items()}
    if target.metric in CALL_METRICS:
        place = {"community__id__exact": target.community_id} if target.community_id else {}
        return "kpi.call", {"evidence__isnull": 0, **days, **place}
    if target.metric == Metric.LEADS:
        return "kpi.call", {"evidence__isnull": 0, **days}
    return "kpi.daycount", {"metric__exact": target.metric, **days}


def add_flags(rows: Mapping[int, Row], reader: Reader) -> None:
    flags = (
        Flag.objects.live()
        .filter(client__in=list(rows))
        .order_by("opened_on", "pk")
        .values_list("client", "pk", "severity", "kind", "target__metric")
    )
    for client_id, flag_id, severity, kind, metric in flags:
        mark = FlagMark(
            severity, subject_of(kind, metric, reader), reader.row_url("kpi.flag", flag_id)
        )
        rows[client_id].flags.append(mark)


def subject_of(kind: str, metric: str | None, reader: Reader) -> str:
    """What a flag is about, in two or three words."""
    if kind == FlagKind.DATA or metric is None:
        return reader.flag_kinds[kind]
    return reader.metrics[metric]


def add_tasks(rows: Mapping[int, Row], today: dt.date) -> None:
    counts = (
        Task.objects.filter(client__in=list(rows), state__in=OPEN_STATES)
        .order_by()
        .values("client")
        .annotate(
            overdue=Count("pk", filter=Q(due_on__lt=today)),
            next_due=Min("due_on", filter=Q(due_on__gte=today)),
        )
    )
    for count in counts:
        row = rows[count["client"]]
        row.overdue, row.next_due = count["overdue"], count["next_due"]


def add_readings(rows: Mapping[int, Row], today: dt.date) -> None:
    """The oldest of the client's own pages says how fresh its figures are."""
    newest = ProfileSnapshot.objects.filter(profile=OuterRef("pk")).order_by("-date")
    pages = (
        Profile.objects.measured()
        .filter(relation=Profile.Relation.OWN, client__in=list(rows))
        .annotate(read_on=Subquery(newest.values("date")[:1]))
        .order_by()
        .values_list("client", "read_on")
    )
    days: dict[int, list[dt.date | None]] = defaultdict(list)
    for client_id, read_on in pages:
        days[client_id].append(read_on)
    for client_id, read in days.items():
        known = [day for day in read if day is not None]
        oldest = min(known, default=None)
        row = rows[client_id]
        row.read_on = oldest
        row.is_stale = len(known) < len(read) or min(known) < first_fresh(today)
