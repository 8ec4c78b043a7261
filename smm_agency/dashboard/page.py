"""What the template of the start page is given; 26 queries whatever the number of clients."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client, Task, User
from kpi.diagnosis.causes import describe_cause
from kpi.models import Flag, Light
from smm_agency.dashboard.approvals import approvals
from smm_agency.dashboard.budgets import budget_alerts
from smm_agency.dashboard.care import care_panel
from smm_agency.dashboard.materials import overdue_requests, waiting_lines
from smm_agency.dashboard.promotion import promotion_card
from smm_agency.dashboard.publications import waiting_publications
from smm_agency.dashboard.reader import Reader
from smm_agency.dashboard.rows import client_rows, subject_of
from smm_agency.dashboard.standing import (
    Standing,
    rank_of,
    seen_clients,
    standing,
    worst_first,
)

PAGE_SIZE = 50
SHOWN_FLAGS = 20
SHOWN_TASKS = 10


@dataclass(frozen=True)
class FlagLine:
    """A flag that waits for somebody."""

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
    reader = Reader(user, today=timezone.localdate())
    # PostgreSQL refuses the zero character.
    search = request.GET.get("q", "").replace("\x00", "").strip()
    clients = seen_clients(user)
    counters = standing(clients, today=reader.today, search=search)
    page = page_of_clients(request, clients, counters.found, search, reader.today)
    return context | {
        "rows": client_rows(page.object_list, reader),
        "page": page,
        "search": search,
        "flags": flag_lines(clients, reader),
        "flags_total": counters.flags,
        "flags_url": reader.list_url("kpi.flag"),
        "my_tasks": my_tasks(reader),
        **waiting_publications(clients, reader),
        "waiting_posts": waiting_lines(clients, reader, at=timezone.now()),
        "overdue_requests": overdue_requests(clients, on=reader.today),
        "requests_url": reader.list_url("content.materialrequest", "due=overdue"),
        "tiles": tiles(counters, reader),
        "approvals": approvals(clients, reader),
        **budget_alerts(clients, reader),
        **promotion_card(clients, reader, at=timezone.now()),
        **care_panel(user, clients, at=timezone.now()),
    }


def page_of_clients(
    request: HttpRequest, clients: QuerySet[Client], found: int, search: str, today: dt.date
) -> Page[Client]:
    if search:
        clients = clients.filter(name__icontains=search)
    pages = Paginator(worst_first(clients, today=today), PAGE_SIZE)
    # Counted with the lights already.
    pages.count = found
    return pages.get_page(request.GET.get("page"))


def tiles(counters: Standing, reader: Reader) -> list[dict[str, Any]]:
    lights = counters.lights
    late = reader.list_url("clients.task", "whose=all&due=overdue")
    return [
        {"light": "red", "label": _("far below target"), "value": lights[Light.RED]},
        {"light": "amber", "label": _("below target"), "value": lights[Light.AMBER]},
        {"light": "green", "label": _("on target"), "value": lights[Light.GREEN]},
        {"light": "grey", "label": _("cannot be said"), "value": lights[Light.GREY]},
        {
            "label": _("open flags"),
            "value": counters.flags,
            "url": reader.list_url("kpi.flag"),
        },
        {"label": _("overdue tasks"), "value": counters.overdue, "url": late},
        {"label": _("stale data"), "value": counters.stale},
    ]


def flag_lines(clients: QuerySet[Client], reader: Reader) -> list[FlagLine]:
    """The worst of the flags that wait, the oldest of them first."""
    flags = (
        Flag.objects.live()
        .filter(client__in=clients)
        .select_related("client", "target")
        .prefetch_related("causes")
        .defer("evidence")
        .order_by(rank_of("severity"), "opened_on", "pk")
    )
    return [flag_line(flag, reader) for flag in flags[:SHOWN_FLAGS]]


def flag_line(flag: Flag, reader: Reader) -> FlagLine:
    cause = next(iter(flag.causes.all()), None)
    return FlagLine(
        client=flag.client.name,
        severity=flag.severity,
        subject=subject_of(flag.kind, flag.target.metric if flag.target else None, reader),
        cause=describe_cause(cause) if cause else "",
        side=reader.sides[cause.side] if cause and cause.side else "",
        age_days=max(0, flag.age_days(on=reader.today)),
        state=reader.flag_states[flag.state],
        url=reader.row_url("kpi.flag", flag.pk),
    )


def my_tasks(reader: Reader) -> list[dict[str, Any]]:
    """The person's own tasks that are late or due within a week."""
    user: User = reader.user
    tasks = (
        Task.objects.visible_to(user)
        .unfinished()
        .filter(owner=user, due_on__lte=reader.today + dt.timedelta(days=7))
        .select_related("client")[:SHOWN_TASKS]
    )
    return [
        {
            "title": task.title,
            "client": task.client.name,
            "due_on": task.due_on,
            "is_late": task.due_on is not None and task.due_on < reader.today,
            "url": reader.row_url("clients.task", task.pk),
        }
        for task in tasks
    ]
