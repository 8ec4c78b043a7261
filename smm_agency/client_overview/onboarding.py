"""How far the start of the client's work is; gone from the page once all of it is done."""

from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from clients.models import Engagement, Task, User
from smm_agency.client_overview.scope import Link, Scope, Section
from smm_agency.lib.rows_at_once import Found, listed, row_of
from smm_agency.looks_done import ask_facts, facts_in
from smm_agency.onboarding import Onboarding, onboarding_of, tasks_of_start


class Start(NamedTuple):
    """`waiting` are engagements that nobody has started, with their pages."""

    onboarding: Onboarding | None
    waiting: list[Link]


def ask(scope: Scope) -> dict[str, Any]:
    if not scope.sees("clients.task"):
        return {}
    wanted = {
        "start_tasks": listed(
            tasks_of_start(scope.client).order_by("due_on", "pk"), "id", "title", "state",
            "due_on", "leads_to", "side", "origin_id", "client_id", owner_pk="owner_id",
            first_name="owner__first_name", last_name="owner__last_name",
            username="owner__username",
        ),
        **ask_facts(scope.client),
    }  # fmt: skip
    if scope.sees("clients.engagement"):
        unstarted = Engagement.objects.running(on=scope.today).filter(
            client=scope.client, started_at=None
        )
        wanted["unstarted"] = listed(unstarted.order_by("starts_on", "pk"), "id", "title")
    return wanted


def show(scope: Scope, found: Found) -> Section | None:
    if "start_tasks" not in found:
        return None
    tasks = [_task(row) for row in found["start_tasks"]]
    start = onboarding_of(tasks, facts_in(found), scope.may, on=scope.today) if tasks else None
    waiting = [
        Link(row["title"], scope.row_url("clients.engagement", row["id"]))
        for row in found.get("unstarted", ())
    ]
    is_new = scope.client.status in ("lead", "onboarding")
    if (start is None or start.is_over) and not (waiting and is_new):
        return None
    return Section(
        "onboarding",
        _("Start of the work"),
        Start(None if start and start.is_over else start, waiting if is_new else []),
        links=[Link(_("Team board"), scope.list_url("clients.task", whose="all"))],
    )


def _task(row: Found) -> Task:
    """With its owner's name and the kind of its origin, none of them read again."""
    names = {name: row.pop(name) or "" for name in ("first_name", "last_name", "username")}
    owner = row.pop("owner_pk")
    task: Task = row_of(Task, row)
    task.owner = User(pk=owner, **names) if owner else None
    task.origin_type = ContentType(app_label="clients", model="engagement")
    return task
