"""Handing somebody's open work with a client to a colleague: what was seen moves, and is noted.

What there is to move, floors above say by `register`: one mover for each column that says whose
work a row is. What cannot move by itself (a role on a network) becomes a task of the receiver.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.changes import update_noted
from clients.models import Client, HandOver, NoticeKind, RecurringTask, Task, User
from clients.notices import Words, page_of, tell
from clients.rights import Rights
from clients.team import join_team
from clients.todo import add_task

# Ids of rows by the code of their kind: what a person looked at.
Seen = Mapping[str, Collection[int]]


@dataclass(frozen=True)
class Mover:
    """`rows` is the open work of a person with all clients, `field` what says whose it is.

    Without a field nothing is changed: `ask` then says, of the rows, what the receiver has to do
    (a title and details). `right` is what somebody needs to do this work.
    """

    code: str
    title: str | Promise
    right: str
    field: str
    rows: Callable[[User], QuerySet[Any]]
    ask: Callable[[User, Collection[Any]], tuple[str, str]] | None = None


class Heap(NamedTuple):
    """The rows of one kind that are a person's with one client."""

    mover: Mover
    rows: list[Any]


class Moved(NamedTuple):
    """`missed`: how many of those that were seen had changed meanwhile."""

    row: HandOver
    missed: int


MOVERS: dict[str, Mover] = {}


def register(*movers: Mover) -> None:
    MOVERS.update({mover.code: mover for mover in movers})


def open_tasks(person: User) -> QuerySet[Task]:
    return Task.objects.unfinished().filter(owner=person)


def recurring_tasks(person: User) -> QuerySet[RecurringTask]:
    """Else whoever left would be given each of their tasks to come."""
    return RecurringTask.objects.running().filter(owner=person)


register(
    Mover("tasks", gettext_lazy("Tasks"), "clients.change_task", "owner", open_tasks),
    # What the receiver gets of them is tasks: nobody needs to change the rule for that.
    Mover(
        "recurring_tasks", gettext_lazy("Recurring tasks"), "clients.change_task", "owner",
        recurring_tasks,
    ),
)  # fmt: skip


def open_work(person: User, *, client: Client) -> list[Heap]:
    """All of it, by kind; kinds without any are left out."""
    found = (
        Heap(mover, list(mover.rows(person).filter(client=client).order_by("pk")))
        for mover in MOVERS.values()
    )
    return [heap for heap in found if heap.rows]


def counts_by_client(person: User) -> dict[int, dict[str, int]]:
    """Client's id → kind's code → how many rows."""
    found: dict[int, dict[str, int]] = {}
    for mover in MOVERS.values():
        counted = mover.rows(person).order_by().values("client").annotate(n=Count("pk"))
        for client_id, count in counted.values_list("client", "n"):
            found.setdefault(client_id, {})[mover.code] = count
    return found


@transaction.atomic
def hand_over(
    client: Client,
    *,
    giver: User,
    receiver: User,
    seen: Seen,
    note: str,
    by: User,
    at: dt.datetime,
    role: str = "",
) -> Moved:
    """Move what was seen and is still the giver's open work; `role`: the receiver joins with it.

    Raises:
        ValidationError: by field (`receiver`, `note`, `role`), with the mend.
    """
    check_receiver(giver, receiver)
    if not note.strip():
        words = _("Say what the receiver has to know: where things stand, what was promised.")
        raise ValidationError({"note": words})
    if role:
        join_team(client, receiver, role=role, starts_on=client.day_of(at))
    check_rights(receiver, client, seen, on=client.day_of(at))
    moved = {code: _move(MOVERS[code], client, giver, receiver, ids) for code, ids in seen.items()}
    moved = {code: ids for code, ids in moved.items() if ids}
    if not moved:
        raise ValidationError(
            _("Nothing of this is theirs any more: somebody was quicker. Open the page again.")
        )
    row = HandOver.objects.create(
        client=client, giver=giver, receiver=receiver, made_by=by, made_at=at, note=note.strip(),
        moved=moved,
    )  # fmt: skip
    tell_receiver(row)
    return Moved(row, sum(map(len, seen.values())) - row.total)


def check_receiver(giver: User, receiver: User) -> None:
    if receiver == giver:
        raise ValidationError({"receiver": _("It is theirs already: choose a colleague.")})
    if not (receiver.is_staff and receiver.is_active):
        words = _("%(person)s does not work for the agency now: choose a colleague who does.")
        raise ValidationError({"receiver": words % {"person": receiver}})


def check_rights(receiver: User, client: Client, seen: Seen, *, on: dt.date) -> None:
    """In the team, in roles that do such work."""
    # Rights that came with a role a moment ago are not among those remembered.
    rights = Rights(User.objects.get(pk=receiver.pk), on=on)
    lacking = [
        str(MOVERS[code].title)
        for code in seen
        if not rights.allows(MOVERS[code].right, client_id=client.pk)
    ]
    if lacking:
        words = _(
            "%(person)s has no role with %(client)s that does this: %(kinds)s. Add them to the team"
            " with such a role, choose somebody else, or take these out."
        )
        about = {"person": receiver, "client": client, "kinds": ", ".join(lacking)}
        raise ValidationError({"receiver": words % about})


def _move(
    mover: Mover, client: Client, giver: User, receiver: User, seen: Collection[int]
) -> list[int]:
    """Which moved. Two hand overs at once take turns at each row: it is moved once."""
    wanted = mover.rows(giver).filter(client=client, pk__in=seen).order_by("pk")
    rows = list(wanted.select_for_update(of=("self",)))
    ids = [row.pk for row in rows]
    if mover.field:
        model: type[Model] = mover.rows(giver).model
        update_noted(model._default_manager.filter(pk__in=ids), **{mover.field: receiver})
    elif rows and mover.ask is not None:
        title, details = mover.ask(giver, rows)
        add_task(
            client, title=title[:200], details=details, owner=receiver, origin=giver, kind=None
        )
    return ids


def tell_receiver(row: HandOver) -> int:
    return tell(
        [row.receiver],
        kind=NoticeKind.TASKS,
        key=f"hand-over:{row.pk}",
        subject=Words(
            gettext_lazy("%(client)s: %(giver)s hands work over to you"),
            client=row.client, giver=row.giver,
        ),
        text=Words("%(kinds)s\n\n%(note)s", kinds=Kinds(row), note=row.note),
        path=page_of(row),
        client=row.client,
        at=row.made_at,
    )  # fmt: skip


class Kinds:
    """“Tasks: 3, Incidents: 1”, in the reader's language."""

    def __init__(self, row: HandOver) -> None:
        self.row = row

    def __str__(self) -> str:
        return kinds_words({code: len(ids) for code, ids in self.row.moved.items()})


def kinds_words(counts: Mapping[str, int]) -> str:
    """In the order of the movers; a kind that is known no more is named by its code."""
    known = [code for code in MOVERS if code in counts]
    rest = [code for code in counts if code not in MOVERS]
    titles = {code: str(mover.title) for code, mover in MOVERS.items()}
    return ", ".join(f"{titles.get(code, code)}: {counts[code]}" for code in [*known, *rest])
