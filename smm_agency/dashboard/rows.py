"""The lines of the clients that a page shows: KPIs, flags, tasks, how fresh the figures are.

The lights are those of the nightly evaluation; two queries whatever the number of clients.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import JSONField, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from clients.models import Client, ClientStatus, Task
from clients.models.task import OPEN_STATES
from communities.models import Profile
from kpi.models import Evaluation, Flag, Light, ProfileSnapshot
from smm_agency.call_lists import PLACED
from smm_agency.dashboard.flags import subject_of
from smm_agency.dashboard.gather import Row as Json
from smm_agency.dashboard.reader import Reader
from smm_agency.dashboard.standing import BY_RANK, counted
from smm_agency.grey_lights import first_fresh, why_grey, why_paused
from smm_agency.lib.words import Number, as_share, coverage_note
from strategy.metric_words import write_value
from strategy.models import KpiTarget, Metric, StrategyVersion
from strategy.models.target import CALL_METRICS, WORK_METRICS

ORDER = {metric: place for place, metric in enumerate(Metric)}


@dataclass(frozen=True)
class Cell:
    """One KPI of a client: the light, the month so far, and why it is grey.

    `code` is that of its explanation, `hint` says how many days were measured. `chance` and
    `range` are of the forecast, empty where there is none. `url` is the evaluation.
    """

    metric: str
    code: str
    light: str
    light_name: str
    actual: str = ""
    expected: str = ""
    target: str = ""
    fill: int = 0
    why: str = ""
    rows_url: str = ""
    hint: str = ""
    chance: str = ""
    range: str = ""
    url: str = ""


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
    tasks_url: str = ""
    late_url: str = ""
    read_on: dt.date | None = None
    is_stale: bool = False
    pages_url: str = ""
    calls_url: str = ""


def client_rows(clients: Iterable[Client], reader: Reader) -> list[Row]:
    """Lines of these clients as `with_marks` gave them, in their order. Two queries."""
    rows = {client.pk: row_of(client, reader) for client in clients}
    add_cells(rows, reader)
    return list(rows.values())


def with_marks(clients: QuerySet[Client], *, today: dt.date) -> QuerySet[Client]:
    """The clients, each with its `flag_marks`, `overdue`, `next_due` and `pages_read`."""
    open_tasks = Task.objects.filter(client=OuterRef("pk"), state__in=OPEN_STATES).order_by()
    soonest = open_tasks.filter(due_on__gte=today).values("client").annotate(day=Min("due_on"))
    marked: QuerySet[Client] = clients.annotate(
        flag_marks=ArraySubquery(flag_marks()),
        overdue=counted(Task.objects.overdue(on=today).filter(client=OuterRef("pk"))),
        next_due=Subquery(soonest.values("day")),
        pages_read=ArraySubquery(pages_read()),
    )
    return marked


def flag_marks() -> QuerySet[Any]:
    live = Flag.objects.live().filter(client=OuterRef("pk")).order_by("opened_on", "pk")
    return live.values_list(
        JSONObject(pk="pk", severity="severity", kind="kind", metric="target__metric")
    )


def pages_read() -> QuerySet[Any]:
    """The day of the newest snapshot of each of the client's own pages; NULL: never read."""
    newest = ProfileSnapshot.objects.filter(profile=OuterRef("pk")).order_by("-date")
    pages = Profile.objects.measured().filter(relation=Profile.Relation.OWN, client=OuterRef("pk"))
    return pages.order_by().values_list(Subquery(newest.values("date")[:1]))


def row_of(client: Any, reader: Reader) -> Row:
    known = [day for day in client.pages_read if day is not None]
    return Row(
        client=client,
        light=BY_RANK[client.rank],
        status=reader.statuses[client.status],
        url=reader.row_url("clients.client", client.pk),
        flags=[mark_of(flag, reader) for flag in client.flag_marks],
        overdue=client.overdue,
        next_due=client.next_due,
        tasks_url=reader.list_url("clients.task", f"whose=all&client={client.pk}"),
        late_url=reader.list_url("clients.task", f"whose=all&due=overdue&client={client.pk}"),
        # The oldest of the client's own pages says how fresh its figures are.
        read_on=min(known, default=None),
        is_stale=is_stale(client.pages_read, reader.today),
        pages_url=reader.list_url("kpi.profilesnapshot", f"client={client.pk}"),
        calls_url=reader.list_url("kpi.call", f"client={client.pk}"),
    )


def is_stale(read: list[dt.date | None], today: dt.date) -> bool:
    """Whether a page was never read, or not lately."""
    return any(day is None or day < first_fresh(today) for day in read)


def mark_of(flag: Json, reader: Reader) -> FlagMark:
    subject = subject_of(flag["kind"], flag["metric"], reader)
    return FlagMark(flag["severity"], subject, reader.row_url("kpi.flag", flag["pk"]))


def add_cells(rows: Mapping[int, Row], reader: Reader) -> None:
    """The KPIs of each client's strategy in force, the primary one first."""
    targets: list[Any] = list(
        KpiTarget.objects.filter(
            version__in=StrategyVersion.objects.in_force(on=reader.today), client__in=list(rows)
        )
        .annotate(newest=Subquery(newest_evaluation(), output_field=JSONField()))
        .select_related("community__profile")
        .order_by("pk")
    )
    targets.sort(key=lambda target: (not target.is_primary, ORDER[target.metric]))
    for target in targets:
        row = rows[target.client_id]
        row.cells.append(cell_of(target, evaluation_of(target.newest), row.client, reader))
    for row in rows.values():
        row.note = note_of(row)


SAID = (
    "id", "light", "reason", "actual", "expected", "target_value", "chance", "forecast_low",
    "forecast_high", "measured_days", "days",
)  # fmt: skip


def newest_evaluation() -> QuerySet[Any]:
    newest = Evaluation.objects.filter(target=OuterRef("pk")).order_by("-day")
    return newest.values_list(JSONObject(day="day", **{name: name for name in SAID}))[:1]


def evaluation_of(found: Json | None) -> Evaluation | None:
    if found is None:
        return None
    return Evaluation(**{**found, "day": dt.date.fromisoformat(found["day"])})


def note_of(row: Row) -> str:
    """What must be said about the client's KPIs beside the lights."""
    if paused := why_paused(row.client):
        return paused
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
    why = why_cell_is_grey(found, client, reader.today)
    code = target.formula_code or target.metric
    hint = coverage_note(found.measured_days, found.days) if found else ""
    if found is None or (why and found.actual is None):
        return Cell(name, code, Light.GREY, reader.lights[Light.GREY], why=why, hint=hint)
    is_grey = why or why_paused(client)
    light = Light.GREY if is_grey else Light(found.light)
    words = words_of(target.metric, client.currency)
    chance, likely = forecast_of(found, words)
    return Cell(
        metric=name,
        code=code,
        light=light,
        light_name=reader.lights[light],
        actual=words(found.actual),
        expected=words(found.expected),
        target=words(found.target_value),
        fill=filled(found),
        why=why,
        rows_url=rows_url(target, found.day, reader),
        hint=hint,
        chance="" if light == Light.GREY else chance,
        range="" if light == Light.GREY else likely,
        url=reader.row_url("kpi.evaluation", found.pk),
    )


def forecast_of(found: Evaluation, words: Callable[[Number | None], str]) -> tuple[str, str]:
    """The chance to reach the target, and what holds the month's total with 80 %."""
    if found.chance is None:
        return "", ""
    if found.forecast_low is None or found.forecast_high is None:
        return as_share(round(found.chance, 2)), ""
    likely = f"{words(found.forecast_low)} – {words(found.forecast_high)}"
    return as_share(round(found.chance, 2)), likely


def why_cell_is_grey(found: Evaluation | None, client: Client, today: dt.date) -> str:
    """Empty where the light says something, and of a paused client: its line says that once."""
    if why_paused(client):
        return ""
    if found is None:
        return _("Not evaluated yet.")
    return why_grey(found.light, found.reason, day=found.day, today=today)


def words_of(metric: str, currency: str) -> Callable[[Number | None], str]:
    return partial(write_value, metric, currency=currency)


def filled(found: Evaluation) -> int:
    """How much of the month's target is there, 0…100, for the bar."""
    if not found.target_value or found.actual is None:
        return 0
    return max(0, min(100, round(100 * found.actual / found.target_value)))


def rows_url(target: Any, day: dt.date, reader: Reader) -> str:
    """The list of the rows that the number is made of."""
    if target.metric in WORK_METRICS:
        return rows_of_work(target, reader)
    month = {"gte": day.replace(day=1).isoformat(), "lte": day.isoformat()}
    model, query = rows_behind(target, month)
    return reader.list_url(model, urlencode({"client": target.client_id, **query}))


def rows_of_work(target: Any, reader: Reader) -> str:
    model = {
        Metric.REPLY_TIME: "content.inboxitem",
        Metric.PLAN_FULFILMENT: "content.publication",
        Metric.CURATED_SHARE: "content.publication",
    }.get(target.metric, "promotion.campaign")
    state = "&state=all" if target.metric == Metric.REPLY_TIME else ""
    return reader.list_url(model, f"client={target.client_id}{state}")


def rows_behind(target: Any, month: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    if target.metric == Metric.GROWTH:
        return "kpi.profilesnapshot", {f"date__{end}": day for end, day in month.items()}
    if target.metric == Metric.ER:
        return "kpi.postsnapshot", {f"slot__{end}": day for end, day in month.items()}
    days = {f"day__{end}": day for end, day in month.items()}
    if target.metric in CALL_METRICS:
        place = {"community__id__exact": target.community_id} if target.community_id else {}
        is_unique = target.metric == Metric.UNIQUE_TARGET_CALLS
        only = {"is_unique_target__exact": 1} if is_unique else {}
        return "kpi.call", {**PLACED, **only, **days, **place}
    if target.metric == Metric.LEADS:
        return "kpi.call", {**PLACED, **days}
    return "kpi.daycount", {"metric__exact": target.metric, **days}
