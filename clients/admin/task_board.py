"""The team's board: tasks as cards, in columns by state or by person."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.form_page import select_field, switch_field
from clients.admin.scoped import visible_rows
from clients.admin.task_moves import NOBODY, OWNER, STATE, Move
from clients.due_groups import DueGroup, group_of
from clients.models import Block, Client, Task, TaskState, User
from clients.models.task import OPEN_STATES

BY = (STATE, OWNER)
DONE_LATELY = dt.timedelta(days=14)
COLUMN_CARDS = 60
# What is read for the board; the columns say how many they show.
MOST_TASKS = 1000
FILTERS = {
    "client": gettext_lazy("Client"),
    "block": gettext_lazy("Block"),
    "person": gettext_lazy("Person"),
}


class Asked(NamedTuple):
    """What the address asks for; what cannot be read is what is usual."""

    by: str
    client: str
    block: str
    person: str
    overdue: str

    def url(self, **changes: str) -> str:
        query = {name: value for name, value in (self._asdict() | changes).items() if value}
        return f"{reverse('admin:clients_task_board')}?{urlencode(query)}"


class Card(NamedTuple):
    """`moves` are buttons with what each posts; `seen` is what dragging is checked against."""

    task: Task
    is_late: bool
    when: str
    origin: tuple[str, str]
    place: tuple[str, str] | None
    moves: list[tuple[str, str]]
    seen: str
    may_change: bool
    give_url: str


class Column(NamedTuple):
    """`code` is what a card becomes that is dropped here."""

    code: str
    title: str
    cards: list[Card]
    hidden: int
    url: str

    @property
    def total(self) -> int:
        return len(self.cards) + self.hidden


def board_form(choices: dict[str, list[tuple[str, str]]], data: Any) -> forms.Form:
    """The filters; nothing chosen is everything."""
    form = forms.Form(data)
    for name, label in FILTERS.items():
        options = [("", _("all")), *choices[name]]
        form.fields[name] = select_field(label, required=False, choices=options)
    form.fields["overdue"] = switch_field(gettext_lazy("Overdue only"))
    return form


def read_asked(request: HttpRequest) -> Asked:
    def of(name: str, known: Sequence[str]) -> str:
        value = request.GET.get(name, "")
        return value if value in known else ""

    def number(name: str) -> str:
        value = request.GET.get(name, "")
        return value if value.isdecimal() else ""

    overdue = "1" if request.GET.get("overdue") in ("1", "on", "true") else ""
    return Asked(
        of("by", BY) or STATE, number("client"), of("block", Block.values), number("person"),
        overdue,
    )  # fmt: skip


def board_page(page: Any, request: HttpRequest) -> HttpResponse:
    """`page` is the admin of tasks: its rights and its rows."""
    asked, today = read_asked(request), timezone.localdate()
    tasks = tasks_of(page, request, asked, today)
    cards = [card_of(page, request, task, today) for task in tasks]
    people = list(visible_rows(User, request.user).order_by("last_name", "first_name", "pk"))
    columns = by_person(cards, people) if asked.by == OWNER else by_state(cards)
    return TemplateResponse(
        request,
        "admin/clients/task_board.html",
        {
            **page.admin_site.each_context(request),
            "title": _("Team board"),
            "opts": page.opts,
            "asked": asked,
            "form": board_form(options_of(request, people), request.GET),
            "columns": columns,
            "late_count": sum(card.is_late for card in cards),
            "state_url": asked.url(by=""),
            "person_url": asked.url(by=OWNER),
            "list_url": reverse("admin:clients_task_changelist") + "?whose=all",
            "done_days": DONE_LATELY.days,
        },
    )


def tasks_of(page: Any, request: HttpRequest, asked: Asked, today: dt.date) -> list[Task]:
    """Unfinished, and by state also what was done lately."""
    shown = Q(state__in=OPEN_STATES)
    if asked.overdue:
        shown &= Q(due_on__lt=today)
    elif asked.by == STATE:
        shown |= Q(state=TaskState.DONE, done_at__gte=timezone.now() - DONE_LATELY)
    rows = page.get_queryset(request).filter(shown)
    if asked.client:
        rows = rows.filter(client=asked.client)
    if asked.block:
        rows = rows.filter(block=asked.block)
    if asked.person:
        rows = rows.filter(owner=int(asked.person) or None)
    rows = rows.select_related("client", "owner", "origin_type")
    return list(rows.order_by(F("due_on").asc(nulls_last=True), "pk")[:MOST_TASKS])


def options_of(request: HttpRequest, people: Sequence[User]) -> dict[str, list[tuple[str, str]]]:
    user: Any = request.user
    clients = Client.objects.visible_to(user).values_list("pk", "name")
    return {
        "client": [(str(pk), name) for pk, name in clients],
        "block": [(code, str(label)) for code, label in Block.choices],
        "person": [
            (str(NOBODY), _("nobody's")), *((str(person.pk), str(person)) for person in people),
        ],
    }  # fmt: skip


def card_of(page: Any, request: HttpRequest, task: Task, today: dt.date) -> Card:
    group = group_of(task.due_on, on=today)
    is_open = task.state in OPEN_STATES
    may_change = bool(page.has_change_permission(request, task))
    return Card(
        task=task,
        is_late=is_open and group == DueGroup.OVERDUE,
        when=str(group.label) if is_open else "",
        origin=page.origin_of(request, task),
        place=page.place_of(request, task) if is_open else None,
        moves=moves_of(task) if may_change else [],
        seen=f"{task.state} {task.owner_id or NOBODY}",
        may_change=may_change,
        give_url=reverse("admin:clients_task_give", args=[task.pk]) if may_change else "",
    )


def moves_of(task: Task) -> list[tuple[str, str]]:
    """The buttons of a card: its words, and what it posts."""
    words = {
        TaskState.OPEN: _("Put back"),
        TaskState.IN_WORK: _("Begin") if task.state == TaskState.OPEN else _("Go on"),
        TaskState.DONE: _("Done"),
    }
    wanted = {
        TaskState.OPEN: (TaskState.IN_WORK, TaskState.DONE),
        TaskState.IN_WORK: (TaskState.DONE, TaskState.OPEN),
        TaskState.DONE: (TaskState.IN_WORK,),
    }.get(TaskState(task.state), ())
    return [(words[to], str(Move(task.pk, STATE, to.value, task.state))) for to in wanted]


def by_state(cards: Sequence[Card]) -> list[Column]:
    names = {
        TaskState.OPEN: _("Open"),
        TaskState.IN_WORK: _("In work"),
        TaskState.DONE: _("Done lately"),
    }
    columns = []
    for state, title in names.items():
        own = [card for card in cards if card.task.state == state]
        if state == TaskState.DONE:
            own.sort(key=lambda card: card.task.done_at or timezone.now(), reverse=True)
        finished = "&due=finished" if state == TaskState.DONE else ""
        columns.append(column_of(state.value, title, own, f"?whose=all{finished}"))
    return columns


def by_person(cards: Sequence[Card], people: Sequence[User]) -> list[Column]:
    """Nobody's first, then who has something to do, by name."""
    named: dict[int, str] = {person.pk: str(person) for person in people}
    named |= {
        card.task.owner.pk: str(card.task.owner)
        for card in cards
        if card.task.owner is not None and card.task.owner_id not in named
    }
    columns = [("nobody", NOBODY, _("Nobody's")), *((str(pk), pk, named[pk]) for pk in named)]
    owned = [
        (whose, title, pk, [card for card in cards if (card.task.owner_id or NOBODY) == pk])
        for whose, pk, title in columns
    ]
    return [
        column_of(str(pk), title, own, f"?whose={whose}")
        for whose, title, pk, own in owned
        if own or pk == NOBODY
    ]


def column_of(code: str, title: str, cards: list[Card], query: str) -> Column:
    address = reverse("admin:clients_task_changelist") + query
    return Column(code, title, cards[:COLUMN_CARDS], len(cards[COLUMN_CARDS:]), address)
