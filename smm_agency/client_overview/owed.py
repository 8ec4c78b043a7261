"""What the client owes: material that was asked for, and tasks on its side; the overdue first."""

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import F
from django.utils.translation import gettext as _

from clients.models import Side, Task
from content.models import MaterialRequest, Post, PostState
from smm_agency.client_overview.scope import Link, Scope, Section
from smm_agency.lib.rows_at_once import Found, counted, day_of, listed

REQUESTS, TASKS, POSTS = "content.materialrequest", "clients.task", "content.post"


class Owed(NamedTuple):
    what: str
    kind: str
    due_on: dt.date | None
    late_days: int
    of_whom: str
    url: str


def ask(scope: Scope) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    if scope.sees(REQUESTS):
        rows = MaterialRequest.objects.open().filter(client=scope.client)
        wanted["requests"] = listed(rows, "id", "what", "due_on", of_whom="contact__name")
    if scope.sees(TASKS):
        tasks = Task.objects.unfinished().filter(client=scope.client, side=Side.CLIENT)
        wanted["client_tasks"] = listed(tasks.order_by(F("due_on"), "pk"), "id", "title", "due_on")
    if scope.sees(POSTS):
        posts = Post.objects.filter(client=scope.client, state=PostState.CLIENT_REVIEW)
        wanted["posts_with_client"] = counted(posts)
    return wanted


def show(scope: Scope, found: Found) -> Section | None:
    if not {"requests", "client_tasks"} & found.keys():
        return None
    lines = [
        *(_line(scope, REQUESTS, row, row["what"]) for row in found.get("requests", ())),
        *(_line(scope, TASKS, row, row["title"]) for row in found.get("client_tasks", ())),
    ]
    posts = found.get("posts_with_client", 0)
    state = {"state__exact": PostState.CLIENT_REVIEW.value}
    waiting = _("Posts with the client for approval: %(count)s") % {"count": posts}
    return Section(
        "owed", _("What the client owes"),
        sorted(lines, key=lambda line: (line.due_on is None, line.due_on or dt.date.max)),
        links=[
            Link(waiting, scope.list_url(POSTS, **state) if posts else ""),
            Link(_("All requests"), scope.list_url(REQUESTS)),
        ],
        add=Link(_("Ask the client for material"), scope.add_url(REQUESTS)),
    )  # fmt: skip


def _line(scope: Scope, model: str, row: Found, what: str) -> Owed:
    due_on = day_of(row["due_on"])
    late = (scope.today - due_on).days if due_on else 0
    kind = _("material") if model == REQUESTS else _("task")
    of_whom = row.get("of_whom") or ""
    return Owed(what, kind, due_on, max(late, 0), of_whom, scope.row_url(model, row["id"]))
