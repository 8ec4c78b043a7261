"""What the portal tells of the agreement: the decisions, the communities, campaigns.

Lists for `kpi.portal_lists`: one statement reads them together with the page's others.
"""

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef, QuerySet, Subquery

from clients.models import Client, Side
from communities.models import Community, Profile
from communities.networks.registry import network_name, profile_url
from kpi.models import Decision, DecisionKind, EffectCheck, FlagCause
from kpi.portal_effect import describe_effect
from kpi.portal_lists import Found, Lists, Row, day_of, objects
from kpi.portal_pages import OwnPage
from kpi.portal_requests import requests_of
from promotion.models import Campaign
from smm_agency.lib.words import as_money
from strategy.models import Metric

DECISIONS_SHOWN = 3
DAY = dt.timedelta(days=1)


class DecisionLine(NamedTuple):
    """`requests`: what lies with the client, asked for."""

    decided_on: dt.date
    kind: str
    about: str
    text: str
    check_on: dt.date
    next_version: int | None
    effect: str
    requests: list[str]


class CommunityLine(NamedTuple):
    title: str
    network: str
    url: str
    state: str
    is_gone: bool


class RunningCampaign(NamedTuple):
    pk: int
    title: str
    kind: str
    ends_on: dt.date | None
    budget: str


class Agreement(NamedTuple):
    """The lists of the overview."""

    decisions: list[DecisionLine]
    communities: list[CommunityLine]
    pages: list[OwnPage]
    campaigns: list[RunningCampaign]


def agreement_lists(*, on: dt.date) -> Lists:
    """As of a client's day."""
    return {
        "decisions": decision_rows()[:DECISIONS_SHOWN],
        "communities": _communities(),
        "pages": _own_pages(),
        "campaigns": _campaigns(on),
    }


def agreement_of(found: Found, client: Client) -> Agreement:
    return Agreement(
        [decision_line(row) for row in found["decisions"]],
        [_community_line(row) for row in found["communities"]],
        [_own_page(row, client) for row in found["pages"]],
        [_running_campaign(row) for row in found["campaigns"]],
    )


def decision_rows() -> QuerySet[Model, Any]:
    """Of those that were published, the newest first."""
    checks = EffectCheck.objects.filter(decision=OuterRef("pk"), checked_at__isnull=False)
    newest = checks.order_by("-due_on").values("effect")[:1]
    asked = FlagCause.objects.filter(flag=OuterRef("flag"), side=Side.CLIENT).order_by("pk")
    rows = Decision.objects.filter(client=OuterRef("pk"), is_published=True)
    return objects(
        rows.annotate(effect=Subquery(newest), causes=ArraySubquery(asked.values("code"))).order_by(
            "-decided_on", "-id"
        ),
        decided_on="decided_on",
        kind="kind",
        metric="flag__target__metric",
        text="client_text",
        check_on="check_on",
        next_version="next_version__number",
        effect="effect",
        causes="causes",
    )


def _communities() -> QuerySet[Model, Any]:
    rows = Community.objects.filter(client=OuterRef("pk")).order_by("profile__title", "id")
    return objects(
        rows,
        title="profile__title",
        network="profile__network",
        external_id="profile__external_id",
        screen_name="profile__screen_name",
        gone_at="profile__gone_at",
        state="state",
    )


def _own_pages() -> QuerySet[Model, Any]:
    own = Profile.objects.filter(client=OuterRef("pk"), relation=Profile.Relation.OWN)
    return objects(
        own.order_by("title", "pk"),
        profile_id="pk",
        title="title",
        network="network",
        community_id="community__pk",
        wall_read_at="wall_read_at",
    )


def _campaigns(on: dt.date) -> QuerySet[Model, Any]:
    running = Campaign.objects.running(on=on).filter(client=OuterRef("pk"))
    return objects(
        running.order_by("starts_on", "pk"),
        pk="pk",
        title="title",
        kind="kind",
        ends_on="ends_on",
        budget="budget",
        currency="currency",
    )


def _running_campaign(row: Row) -> RunningCampaign:
    budget = row["budget"]
    return RunningCampaign(
        row["pk"],
        row["title"],
        str(Campaign.Kind(row["kind"]).label),
        day_of(row["ends_on"]),
        "" if budget is None else as_money(Decimal(str(budget)), row["currency"]),
    )


def _own_page(row: Row, client: Client) -> OwnPage:
    """What is posted on the day of the reading, after it, is not known."""
    read_at = row.pop("wall_read_at")
    until = client.day_of(dt.datetime.fromisoformat(read_at)) - DAY if read_at else None
    return OwnPage(**row, read_until=until)


def decision_line(row: Row) -> DecisionLine:
    check_on = dt.date.fromisoformat(row["check_on"])
    return DecisionLine(
        dt.date.fromisoformat(row["decided_on"]),
        str(DecisionKind(row["kind"]).label),
        str(Metric(row["metric"]).label) if row["metric"] else "",
        row["text"],
        check_on,
        row["next_version"],
        # Nothing was changed where the data were wrong: there is no effect to tell of.
        ""
        if row["kind"] == DecisionKind.DATA_ERROR
        else describe_effect(row["effect"], check_on=check_on),
        requests_of(row["causes"]),
    )


def _community_line(row: Row) -> CommunityLine:
    return CommunityLine(
        row["title"],
        network_name(row["network"]),
        profile_url(row["network"], row["external_id"], row["screen_name"]),
        str(Community.State(row["state"]).label),
        row["gone_at"] is not None,
    )
