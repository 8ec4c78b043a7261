"""The start page of staff: every client they see with a light for each KPI, and what waits.

A dozen queries whatever the number of clients; the lights are those of the nightly evaluation.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client, ClientStatus, Task, User
from clients.models.task import OPEN_STATES
from communities.models import Profile
from kpi.causes import describe_cause
from kpi.models import Call, Evaluation, Flag, FlagKind, Light, ProfileSnapshot
from kpi.portal_words import as_change, as_count, as_share
from kpi.rules import GREY_REASONS
from strategy.models import KpiTarget, Metric, StrategyVersion
from strategy.models.target import CALL_METRICS

RANK = {Light.RED: 0, Light.AMBER: 1, Light.GREY: 2, Light.GREEN: 3}
# An evaluation is made every morning of the yesterday; an older one says nothing of today.
FRESH_DAYS = 3
METRICS = list(Metric)
SHOWN_FLAGS = 12
SHOWN_TASKS = 10


@dataclass(frozen=True)
class Cell:
    """One KPI of a client: the light, the month so far, and why it is grey."""

    metric: str
    light: str
    is_primary: bool
    actual: str = ""
    expected: str = ""
    target: str = ""
    fill: int = 0
    why: str = ""
    rows_url: str = ""
    order: tuple[bool, int] = (False, 0)

    @property
    def light_name(self) -> str:
        return str(Light(self.light).label)


@dataclass
class Row:
    """A client's line."""

    client: Any
    url: str
    cells: list[Cell] = field(default_factory=list)
    note: str = ""
    flags: list["FlagLine"] = field(default_factory=list)
    overdue: int = 0
    next_due: dt.date | None = None
    read_on: dt.date | None = None
    is_stale: bool = False

    @property
    def light(self) -> str:
        lights = [cell.light for cell in self.cells]
        return min(lights, key=lambda light: RANK[Light(light)], default=Light.GREY)

    @property
    def order(self) -> tuple[int, int, int, str]:
        return RANK[Light(self.light)], -len(self.flags), -self.overdue, self.client.name


@dataclass(frozen=True)
class FlagLine:
    """A flag that waits for somebody."""

    client_id: int
    client: str
    severity: str
    subject: str
    cause: str
    side: str
    age_days: int
    state: str
    url: str


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's callback for the index page of the admin."""
    user: Any = request.user
    rows = client_rows(user, today=timezone.localdate())
    flags = [flag for row in rows for flag in row.flags]
    flags.sort(key=lambda flag: (RANK[Light(flag.severity)], -flag.age_days))
    lights = Counter(row.light for row in rows)
    return context | {
        "rows": rows,
        "flags": flags[:SHOWN_FLAGS],
        "flags_total": len(flags),
        "my_tasks": my_tasks(user, today=timezone.localdate()),
        "tiles": tiles(rows, lights, len(flags)),
        "may_open": may_open(user),
    }


def may_open(user: User) -> dict[str, bool]:
    """Which lists the person may follow a number to."""
    return {
        "flags": user.has_perm("kpi.view_flag"),
        "tasks": user.has_perm("clients.view_task"),
        "clients": user.has_perm("clients.view_client"),
    }


def tiles(rows: Sequence[Row], lights: Mapping[str, int], flags: int) -> list[dict[str, Any]]:
    overdue = sum(row.overdue for row in rows)
    task_list = reverse("admin:clients_task_changelist") + "?whose=all&due=overdue"
    flag_list = reverse("admin:kpi_flag_changelist")
    return [
        {"light": "red", "label": _("far below target"), "value": lights[Light.RED]},
        {"light": "amber", "label": _("below target"), "value": lights[Light.AMBER]},
        {"light": "green", "label": _("on target"), "value": lights[Light.GREEN]},
        {"light": "grey", "label": _("cannot be said"), "value": lights[Light.GREY]},
        {"label": _("open flags"), "value": flags, "url": flag_list},
        {"label": _("overdue tasks"), "value": overdue, "url": task_list},
        {"label": _("stale data"), "value": sum(row.is_stale for row in rows)},
    ]


def client_rows(user: User, *, today: dt.date) -> list[Row]:
    """Lines of all clients that the person sees, the worst first; those who left are left out."""
    clients = Client.objects.visible_to(user).exclude(status=ClientStatus.ENDED)
    may_see = user.has_perm("clients.view_client")
    rows = {client.pk: row_of(client, is_linked=may_see) for client in with_last_call(clients)}
    add_cells(rows, user, today=today)
    add_flags(rows, user, today=today)
    add_tasks(rows, today=today)
    add_readings(rows, today=today)
    return sorted(rows.values(), key=lambda row: row.order)


def with_last_call(clients: QuerySet[Client]) -> QuerySet[Client]:
    newest = Call.objects.filter(client=OuterRef("pk")).order_by("-started_at", "-pk")
    return clients.annotate(last_call=Subquery(newest.values("day")[:1]))


def row_of(client: Any, *, is_linked: bool) -> Row:
    url = reverse("admin:clients_client_change", args=[client.pk]) if is_linked else ""
    return Row(client=client, url=url)


def add_cells(rows: Mapping[int, Row], user: User, *, today: dt.date) -> None:
    """The KPIs of each client's strategy in force, the primary one first."""
    newest = Evaluation.objects.filter(target=OuterRef("pk")).order_by("-day").values("pk")[:1]
    targets = (
        KpiTarget.objects.filter(
            version__in=StrategyVersion.objects.in_force(on=today), client__in=list(rows)
        )
        .annotate(newest=Subquery(newest))
        .select_related("community__profile")
        .order_by("client", "-is_primary", "metric")
    )
    listed: list[Any] = list(targets)
    evaluations = Evaluation.objects.in_bulk([row.newest for row in listed if row.newest])
    links = may_follow(user)
    for target in listed:
        row = rows[target.client_id]
        row.cells.append(cell_of(target, evaluations.get(target.newest), row, today, links))
    for row in rows.values():
        row.cells.sort(key=lambda cell: cell.order)
        row.note = note_of(row)


def note_of(row: Row) -> str:
    """What must be said about the client's KPIs beside the lights."""
    client = row.client
    if is_paused(row):
        return _("Paused: measured without alarms.")
    if row.cells:
        return ""
    if client.status in (ClientStatus.LEAD, ClientStatus.ONBOARDING):
        return _("No strategy yet: the client is in “%(status)s”.") % {
            "status": client.get_status_display()
        }
    return _("No approved strategy is in force today.")


def may_follow(user: User) -> dict[str, bool]:
    names = ("call", "daycount", "profilesnapshot", "postsnapshot")
    return {name: user.has_perm(f"kpi.view_{name}") for name in names}


def cell_of(
    target: Any, found: Evaluation | None, row: Row, today: dt.date, links: Mapping[str, bool]
) -> Cell:
    name = str(target.get_metric_display())
    if target.metric == Metric.ER:
        name = str(target.get_formula_code_display())
    if target.community:
        name = f"{name} · {target.community.profile.title}"
    order = (not target.is_primary, METRICS.index(target.metric))
    why = why_grey(found, row.client, today)
    if found is None or (why and found.actual is None):
        return Cell(name, Light.GREY, target.is_primary, why=why, order=order)
    words = words_of(target.metric)
    return Cell(
        metric=name,
        light=Light.GREY if why or is_paused(row) else found.light,
        is_primary=target.is_primary,
        actual=words(found.actual),
        expected=words(found.expected),
        target=words(found.target_value),
        fill=filled(found),
        why=why,
        rows_url=rows_url(target, found.day, links),
        order=order,
    )


def is_paused(row: Row) -> bool:
    return bool(row.client.status == ClientStatus.PAUSED)


def why_grey(found: Evaluation | None, client: Client, today: dt.date) -> str:
    """Why the light says nothing; empty where it does."""
    if client.status == ClientStatus.PAUSED:
        return ""
    if found is None:
        return _("Not evaluated yet.")
    if (today - found.day).days > FRESH_DAYS:
        return _("Last evaluated on %(day)s.") % {"day": date_format(found.day)}
    if found.light == Light.GREY:
        return str(GREY_REASONS.get(found.reason, found.reason))
    return ""


def words_of(metric: str) -> Any:
    return {Metric.ER: as_share, Metric.GROWTH: as_change}.get(Metric(metric), as_count)


def filled(found: Evaluation) -> int:
    """How much of the month's target is there, 0…100, for the bar."""
    if not found.target_value or found.actual is None:
        return 0
    return max(0, min(100, round(100 * found.actual / found.target_value)))


def rows_url(target: Any, day: dt.date, links: Mapping[str, bool]) -> str:
    """The list of the rows that the number is made of."""
    month = {"gte": day.replace(day=1).isoformat(), "lte": day.isoformat()}
    model, query = rows_behind(target, month)
    if not links[model]:
        return ""
    query = {"client": target.client_id, **query}
    return reverse(f"admin:kpi_{model}_changelist") + "?" + urlencode(query)


def rows_behind(target: Any, month: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    if target.metric == Metric.GROWTH:
        return "profilesnapshot", {f"date__{end}": day for end, day in month.items()}
    if target.metric == Metric.ER:
        return "postsnapshot", {f"slot__{end}": day for end, day in month.items()}
    days = {f"day__{end}": day for end, day in month.items()}
    if target.metric in CALL_METRICS:
        place = {"community__id__exact": target.community_id} if target.community_id else {}
        return "call", {"evidence__isnull": 0, **days, **place}
    if target.metric == Metric.LEADS:
        return "call", {"evidence__isnull": 0, **days}
    return "daycount", {"metric__exact": target.metric, **days}


def add_flags(rows: Mapping[int, Row], user: User, *, today: dt.date) -> None:
    flags = (
        Flag.objects.live()
        .filter(client__in=list(rows))
        .select_related("target")
        .prefetch_related("causes")
        .defer("evidence")
        .order_by("opened_on")
    )
    is_linked = user.has_perm("kpi.view_flag")
    for flag in flags:
        row = rows[flag.client_id]
        row.flags.append(flag_line(flag, row.client, today, is_linked=is_linked))


def flag_line(flag: Flag, client: Client, today: dt.date, *, is_linked: bool) -> FlagLine:
    cause = next(iter(flag.causes.all()), None)
    return FlagLine(
        client_id=client.pk,
        client=client.name,
        severity=flag.severity,
        subject=subject_of(flag),
        cause=describe_cause(cause) if cause else "",
        side=str(cause.get_side_display()) if cause and cause.side else "",
        age_days=max(0, flag.age_days(on=today)),
        state=str(flag.get_state_display()),
        url=reverse("admin:kpi_flag_change", args=[flag.pk]) if is_linked else "",
    )


def subject_of(flag: Flag) -> str:
    """What the flag is about, in two or three words."""
    if flag.kind == FlagKind.DATA or flag.target is None:
        return str(flag.get_kind_display())
    return str(flag.target.get_metric_display())


def add_tasks(rows: Mapping[int, Row], *, today: dt.date) -> None:
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


def add_readings(rows: Mapping[int, Row], *, today: dt.date) -> None:
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
        row = rows[client_id]
        known = [day for day in read if day is not None]
        row.read_on = min(known, default=None)
        row.is_stale = len(known) < len(read) or is_old(row.read_on, today)


def is_old(day: dt.date | None, today: dt.date) -> bool:
    return day is not None and (today - day).days > FRESH_DAYS


def my_tasks(user: User, *, today: dt.date) -> list[dict[str, Any]]:
    """The person's own tasks that are late or due within a week."""
    tasks: Iterable[Task] = (
        Task.objects.visible_to(user)
        .unfinished()
        .filter(owner=user, due_on__lte=today + dt.timedelta(days=7))
        .select_related("client")[:SHOWN_TASKS]
    )
    return [
        {
            "title": task.title,
            "client": task.client.name,
            "due_on": task.due_on,
            "is_late": task.due_on is not None and task.due_on < today,
            "url": reverse("admin:clients_task_change", args=[task.pk]),
        }
        for task in tasks
    ]
