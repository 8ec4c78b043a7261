"""The numbers at the top of the page, each with the rows behind it."""

from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.models import ClientStatus, Task
from communities.models import AccessGrant
from kpi.models import Call, CallStatus, Flag
from promotion.admin.budget_page import budget_url
from promotion.models import BudgetAlert
from smm_agency.call_lists import PLACED, UNPLACED
from smm_agency.client_overview.scope import Scope
from smm_agency.lib.rows_at_once import Found, counted
from smm_agency.lib.words import NOT_MEASURED, as_count, as_share
from strategy.periods import month_of

REAL = ~Q(status=CallStatus.SPAM)
NOBODY_KNOWS = Q(evidence=None)


class Tile(NamedTuple):
    label: str
    value: str
    url: str
    is_urgent: bool = False


def ask(scope: Scope) -> dict[str, Any]:
    client = scope.client
    calls = Call.objects.filter(client=client, day__gte=month_of(scope.today))
    wanted: dict[str, dict[str, QuerySet[Any]]] = {
        "kpi.flag": {"flag_count": Flag.objects.live().filter(client=client)},
        "clients.task": {
            "task_count": Task.objects.unfinished().filter(client=client),
            "overdue_count": Task.objects.overdue(on=scope.today).filter(client=client),
        },
        "kpi.call": {
            "placed_calls": calls.filter(REAL).exclude(NOBODY_KNOWS),
            "real_calls": calls.filter(REAL),
            "calls_without": calls.filter(REAL & NOBODY_KNOWS),
        },
        "promotion.budgetalert": {
            "alert_count": BudgetAlert.objects.standing().filter(client=client)
        },
        "communities.accessgrant": {
            "access_count": AccessGrant.objects.standing().of_agency().filter(client=client)
        },
    }
    return {
        name: counted(rows)
        for model, lists in wanted.items()
        if scope.sees(model)
        for name, rows in lists.items()
    }


def tiles_of(scope: Scope, found: Found) -> list[Tile]:
    """Those that the person may follow."""
    kinds = (_of_flags, _of_tasks, _of_calls, _of_alerts, _of_accesses)
    return [tile for kind in kinds for tile in kind(scope, found)]


def _of_flags(scope: Scope, found: Found) -> list[Tile]:
    if "flag_count" not in found:
        return []
    flags = found["flag_count"]
    return [Tile(_("open flags"), as_count(flags), scope.list_url("kpi.flag"), flags > 0)]


def _of_tasks(scope: Scope, found: Found) -> list[Tile]:
    if "task_count" not in found:
        return []
    late = found["overdue_count"]
    label = _("unfinished tasks, of them overdue")
    value = f"{as_count(found['task_count'])} / {as_count(late)}"
    # The list begins with the reader's own tasks.
    return [Tile(label, value, scope.list_url("clients.task", whose="all"), late > 0)]


def _of_calls(scope: Scope, found: Found) -> list[Tile]:
    """A client that takes no calls has none: that is no zero."""
    if "real_calls" not in found or not scope.client.takes_calls:
        return []
    month = {"day__gte": month_of(scope.today).isoformat()}
    share = part_of(found["calls_without"], found["real_calls"])
    return [
        Tile(
            _("calls from communities this month"),
            as_count(found["placed_calls"]),
            scope.list_url("kpi.call", **month, **PLACED),
        ),
        Tile(
            _("calls without a source this month"),
            share,
            scope.list_url("kpi.call", **month, **UNPLACED),
        ),
    ]


def _of_alerts(scope: Scope, found: Found) -> list[Tile]:
    if "alert_count" not in found:
        return []
    alerts = found["alert_count"]
    is_seen = scope.sees("promotion.channelbudget")
    url = budget_url(scope.client) if is_seen else scope.list_url("promotion.budgetalert")
    return [Tile(_("alerts of the budget"), as_count(alerts), url, alerts > 0)]


def _of_accesses(scope: Scope, found: Found) -> list[Tile]:
    """What the agency holds at the client, and has to give back when the work has ended."""
    if "access_count" not in found:
        return []
    held = found["access_count"]
    url = reverse("admin:communities_accessgrant_leaves_client", args=[scope.client.pk])
    is_late = bool(held) and scope.client.status == ClientStatus.ENDED
    return [Tile(_("open accesses of the agency"), as_count(held), url, is_late)]


def part_of(part: int, whole: int) -> str:
    """`3 of 12 (25 %)`; a dash where there is nothing to be a part of."""
    if not whole:
        return NOT_MEASURED
    return _("%(part)s of %(whole)s (%(share)s)") % {
        "part": as_count(part), "whole": as_count(whole), "share": as_share(part / whole),
    }  # fmt: skip
