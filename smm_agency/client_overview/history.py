"""What was changed, by whom and when: of the client itself and of the rows that hang on it."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib.admin.models import LogEntry
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.hand_over import kinds_words
from clients.models import (
    Client,
    ClientStatus,
    Engagement,
    HandOver,
    Marking,
    MarkingChange,
    StatusChange,
    TrackingNumber,
)
from communities.models import Community, Profile
from content.models import PublicationPlan
from promotion.models import Campaign
from smm_agency.client_overview.people import NAME, name_of
from smm_agency.client_overview.scope import Link, Scope, Section
from smm_agency.lib.rows_at_once import Found, listed
from strategy.models import Competitor, KpiTarget, StrategyVersion

SHOWN = 10
FOLLOWED: tuple[type[Any], ...] = (
    Engagement, TrackingNumber, Profile, Community, StrategyVersion, KpiTarget, Competitor,
    PublicationPlan, Campaign,
)  # fmt: skip


class Change(NamedTuple):
    at: dt.datetime
    by: str
    what: str
    how: str


def ask(scope: Scope) -> dict[str, Any]:
    client = scope.client
    wanted = {"log": _log(scope)}
    by = {name: f"changed_by__{name}" for name in NAME}
    for model, name in ((StatusChange, "status_changes"), (MarkingChange, "marking_changes")):
        if scope.sees(f"clients.{model._meta.model_name}"):
            rows: Any = model._default_manager.filter(client=client).order_by("-changed_at")
            wanted[name] = listed(rows[:SHOWN], "old", "new", "changed_at", **by)
    if scope.sees("clients.handover"):
        people = {
            f"{who}_{name}": f"{who}__{name}" for who in ("giver", "receiver") for name in NAME
        }
        done_by = {name: f"made_by__{name}" for name in NAME}
        moves = HandOver.objects.filter(client=client).order_by("-made_at")[:SHOWN]
        wanted["hand_overs"] = listed(moves, "made_at", "note", "moved", **people, **done_by)
    return wanted


def _log(scope: Scope) -> Any:
    """Of those kinds of rows that the person may see."""
    about = _is_of(Client, [str(scope.client.pk)])
    for model in FOLLOWED:
        meta = model._meta
        if scope.sees(f"{meta.app_label}.{meta.model_name}"):
            rows = model._default_manager.filter(client=scope.client).order_by()
            about |= _is_of(model, rows.values(key=Cast("pk", CharField())))
    by = {name: f"user__{name}" for name in NAME}
    return listed(
        LogEntry.objects.filter(about).order_by("-action_time", "-pk")[:SHOWN],
        "action_time", "action_flag", "object_repr", "change_message",
        model="content_type__model", **by,
    )  # fmt: skip


def _is_of(model: type[Any], keys: Any) -> Q:
    meta = model._meta
    place = {"content_type__app_label": meta.app_label, "content_type__model": meta.model_name}
    return Q(**place, object_id__in=keys)


def show(scope: Scope, found: Found) -> Section | None:
    if "log" not in found:
        return None
    changes = sorted(_changes(found), key=lambda change: change.at, reverse=True)
    everything = reverse("admin:clients_client_history", args=[scope.client.pk])
    links = [Link(_("Whole history of the client"), everything)]
    return Section("history", _("History"), changes[:SHOWN], links=links)


def _changes(found: Found) -> Iterator[Change]:
    for row in found["log"]:
        entry = LogEntry(**{name: row[name] for name in ("action_flag", "change_message")})
        entry.object_repr = row["object_repr"]
        yield Change(_at(row["action_time"]), name_of(row), row["object_repr"], _how(entry))
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


def _how(entry: LogEntry) -> str:
    said = entry.get_change_message()
    if said or not entry.is_deletion():
        return said
    return _("Deleted.")


def _at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
