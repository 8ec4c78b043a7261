"""Alerts of the budget that stand, of the clients that the person sees; one query."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from clients.models import Client
from promotion.alert_words import sentence_of
from promotion.models import BudgetAlert
from smm_agency.dashboard.reader import Reader

SHOWN = 6


@dataclass(frozen=True)
class AlertLine:
    client: str
    subject: str
    kind: str
    sentence: str
    since: dt.datetime
    url: str


def budget_alerts(clients: QuerySet[Client], reader: Reader) -> dict[str, Any]:
    """The newest, and how many there are in all; nothing for who may not see them."""
    if not reader.user.has_perm("promotion.view_budgetalert"):
        return {"budget_alerts": [], "budget_alerts_total": 0}
    standing = BudgetAlert.objects.standing().filter(client__in=clients)
    rows = list(standing.select_related("client", "campaign", "account"))
    return {
        "budget_alerts": [_line(row, reader) for row in rows[:SHOWN]],
        "budget_alerts_total": len(rows),
        "budget_alerts_url": reader.list_url("promotion.budgetalert"),
    }


def _line(row: BudgetAlert, reader: Reader) -> AlertLine:
    return AlertLine(
        client=row.client.name,
        subject=str(row.campaign or row.account or ""),
        kind=row.get_kind_display(),
        sentence=sentence_of(row),
        since=row.opened_at,
        url=reader.row_url("promotion.budgetalert", row.pk),
    )
