"""What was changed, by whom and when: the newest entries of the client's history."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.hand_over import kinds_words
from clients.models import (
    ChangeEntry,
    ClientStatus,
    HandOver,
    Marking,
    MarkingChange,
    StatusChange,
)
from smm_agency.change_kinds import of_kinds, seen_kinds
from smm_agency.change_words import kind_name, model_of, summary, who_of
from smm_agency.client_overview.people import NAME, name_of
from smm_agency.client_overview.scope import Link, Scope, Section
from smm_agency.lib.rows_at_once import Found, listed

SHOWN = 10


class Change(NamedTuple):
    at: dt.datetime
    by: str
    what: str
    how: str


def ask(scope: Scope) -> dict[str, Any]:
    """The history for those who may read it; what happened to the client itself for the rest."""
    wanted = _hand_overs(scope)
    if scope.may("clients.view_changeentry"):
        return {**wanted, "changes": _newest(scope)}
    by = {name: f"changed_by__{name}" for name in NAME}
    for model, name in ((StatusChange, "status_changes"), (MarkingChange, "marking_changes")):
        if scope.sees(f"clients.{model._meta.model_name}"):
            rows: Any = model._default_manager.filter(client=scope.client).order_by("-changed_at")
            wanted[name] = listed(rows[:SHOWN], "old", "new", "changed_at", **by)
    return wanted


def _hand_overs(scope: Scope) -> dict[str, Any]:
    if not scope.sees("clients.handover"):
        return {}
    people = {f"{who}_{name}": f"{who}__{name}" for who in ("giver", "receiver") for name in NAME}
    done_by = {name: f"made_by__{name}" for name in NAME}
    moves = HandOver.objects.filter(client=scope.client).order_by("-made_at")[:SHOWN]
    return {"hand_overs": listed(moves, "made_at", "note", "moved", **people, **done_by)}


def _newest(scope: Scope) -> Any:
    """Of those kinds of rows that the person may see."""
    kinds = of_kinds(seen_kinds(scope.rights, scope.client))
    rows = ChangeEntry.objects.filter(kinds, client=scope.client).order_by("-timestamp", "-pk")
    by = {name: f"actor__{name}" for name in NAME}
    return listed(
        rows[:SHOWN], "timestamp", "action", "object_repr", "changes", "source",
        app="content_type__app_label", model="content_type__model", **by,
    )  # fmt: skip


def show(scope: Scope, found: Found) -> Section | None:
    if not found.keys() & {"changes", "status_changes", "marking_changes", "hand_overs"}:
        return None
    made = [*_changes(found.get("changes", ())), *_own_changes(found)]
    made.sort(key=lambda change: change.at, reverse=True)
    links = []
    if "changes" in found:
        url = reverse("admin:clients_client_history_of_changes", args=[scope.client.pk])
        links = [Link(_("Whole history of the client"), url)]
    return Section("history", _("History"), made[:SHOWN], links=links)


def _changes(rows: Iterable[Found]) -> Iterator[Change]:
    for row in rows:
        model = model_of(row["app"], row["model"])
        by = who_of(name_of(row) if row["username"] else "", row["source"])
        what = f"{kind_name(model, row['model'])}: {row['object_repr']}"
        how = summary(model, row["action"], row["changes"] or {})
        yield Change(_at(row["timestamp"]), by, what, how)


def _own_changes(found: Found) -> Iterator[Change]:
    for name, choices, what in (
        ("status_changes", ClientStatus, _("status of the client")),
        ("marking_changes", Marking, _("marking of advertising")),
    ):
        for row in found.get(name, ()):
            how = f"{choices(row['old']).label} → {choices(row['new']).label}"
            yield Change(_at(row["changed_at"]), name_of(row), what, how)
    for row in found.get("hand_overs", ()):
        yield Change(_at(row["made_at"]), name_of(row), _("hand over of work"), _moved(row))


def _moved(row: Any) -> str:
    giver, receiver = (
        name_of({name: row[f"{who}_{name}"] for name in NAME}) for who in ("giver", "receiver")
    )
    kinds = kinds_words({code: len(ids) for code, ids in row["moved"].items()})
    return f"{giver} → {receiver}: {kinds}. {row['note']}"


def _at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
