"""Promotion: alerts of the budget, campaigns that begin or end, placements that wait."""

import datetime as dt
from typing import Any

from django.db.models import Case, F, Q, When
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client, Role
from kpi.models import Light
from promotion.alert_words import sentence_of
from promotion.models import (
    AdAccount,
    AlertKind,
    BudgetAlert,
    Campaign,
    CampaignState,
    Placement,
    PlacementState,
)
from smm_agency.dashboard.due.kind import Kind, Told, moment_of, since
from smm_agency.dashboard.gather import Row
from smm_agency.dashboard.reader import Reader

SOON = dt.timedelta(days=7)
# The last look at a post before its figures are collected.
LOOKED_AT_AFTER = dt.timedelta(hours=48)
ROLES = (Role.PAID_SOCIAL, Role.ACCOUNT_MANAGER)
BEFORE = (CampaignState.DRAFT, CampaignState.AGREED)
AT_WORK = (CampaignState.RUNNING, CampaignState.PAUSED)


def alerts(rows: Any, reader: Reader) -> Any:
    return rows.standing().order_by("-opened_at", "-pk")


def told_of_alert(row: Row, reader: Reader) -> Told:
    return since(row["since"], row, is_late=True)


def words_of_alert(row: Row, reader: Reader) -> str:
    """What is wrong, and with what."""
    alert = BudgetAlert(kind=row["kind"], facts=row["facts"], campaign_id=row["campaign_id"])
    return " · ".join(filter(None, [row["campaign"] or row["account"], sentence_of(alert)]))


def campaigns(rows: Any, reader: Reader) -> Any:
    """The nearest first: by the day that each is here for."""
    soon = reader.today + SOON
    first = Q(state__in=BEFORE, starts_on__lte=soon)
    last = Q(state__in=AT_WORK, ends_on__lte=soon)
    day = Case(When(state__in=BEFORE, then="starts_on"), default="ends_on")
    return rows.filter(first | last).annotate(day=day).order_by("day", "pk")


def told_of_campaign(row: Row, reader: Reader) -> Told:
    day = dt.date.fromisoformat(row["day"])
    is_draft = row["state"] == CampaignState.DRAFT
    begins = row["state"] in BEFORE
    # What is agreed begins by itself, at the client's own midnight.
    late_from = reader.today if is_draft else reader.today - dt.timedelta(days=1)
    is_late = begins and day <= late_from
    if is_draft:
        words = _("to begin on %(day)s, not agreed yet")
    else:
        words = _("begins on %(day)s") if begins else _("ends on %(day)s")
    light = Light.RED if is_late else Light.AMBER if is_draft else Light.GREY
    return Told(light, words % {"day": date_format(day, "SHORT_DATE_FORMAT")}, day)


def placements(rows: Any, reader: Reader) -> Any:
    unpaid = Q(state=PlacementState.BOOKED, paid_on=None, starts_on__lte=reader.today + SOON)
    old_enough = Q(published_at__lte=reader.at - LOOKED_AT_AFTER) | Q(
        published_at=None, starts_on__lt=reader.today - LOOKED_AT_AFTER
    )
    to_collect = Q(old_enough, state=PlacementState.PUBLISHED)
    return rows.filter(unpaid | to_collect).order_by("starts_on", "pk")


def told_of_placement(row: Row, reader: Reader) -> Told:
    is_unpaid = row["state"] == PlacementState.BOOKED
    day = dt.date.fromisoformat(row["day"])
    if not is_unpaid and row["published_at"]:
        day = Client(time_zone=row["zone"]).day_of(moment_of(row["published_at"]))
    words = (
        _("to be paid: stands from %(day)s")
        if is_unpaid
        else _("its figures are to be collected: it stands since %(day)s")
    )
    light = Light.RED if is_unpaid and day <= reader.today else Light.AMBER
    return Told(light, words % {"day": date_format(day, "SHORT_DATE_FORMAT")}, day)


def accounts(rows: Any, reader: Reader) -> Any:
    return rows.filter(is_read=True, state=AdAccount.State.REFUSED).order_by("title", "pk")


def told_of_account(row: Row, reader: Reader) -> Told:
    return Told(Light.RED, _("refused by the network: enter a new key"), reader.today)


ALERTS = Kind(
    "alerts", gettext_lazy("Alerts of the budget"), BudgetAlert, ROLES, alerts, told_of_alert,
    "state=all",
    {"kind": "kind", "facts": "facts", "campaign_id": "campaign_id", "since": "opened_at",
     "campaign": "campaign__title", "account": "account__title"},
    lambda row, reader: str(AlertKind(row["kind"]).label), words_of_alert,
)  # fmt: skip
CAMPAIGNS = Kind(
    "campaigns", gettext_lazy("Campaigns that begin or end"), Campaign, ROLES, campaigns,
    told_of_campaign, "", {"title": "title", "state": "state", "day": F("day")},
)  # fmt: skip
PLACEMENTS = Kind(
    "placements", gettext_lazy("Placements to pay or to look at"), Placement, ROLES, placements,
    told_of_placement, "shown=all",
    {"title": "title", "state": "state", "day": "starts_on", "published_at": "published_at",
     "campaign": "campaign__title"},
    lambda row, reader: f"{row['campaign']}: {row['title']}",
)  # fmt: skip
ACCOUNTS = Kind(
    "accounts", gettext_lazy("Ad accounts that cannot be read"), AdAccount, ROLES, accounts,
    told_of_account, "",
    {"title": "title", "note": "state_note"}, note_of=lambda row, reader: str(row["note"]),
)  # fmt: skip
PROMOTION = (ALERTS, CAMPAIGNS, PLACEMENTS, ACCOUNTS)
