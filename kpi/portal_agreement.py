"""What the portal tells of the agreement: the tasks, the decisions, the communities, who does what.

One statement reads all the lists. Only columns that the portal's role is granted are named, so rows
come as JSON objects and never as instances.
"""

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import get_language

from clients.models import (
    Block,
    Client,
    Engagement,
    EngagementService,
    Performer,
    Side,
    Task,
)
from communities.models import Community, Profile
from communities.networks.registry import network_name, profile_url
from kpi.models import Decision, DecisionKind, EffectCheck
from kpi.portal_effect import describe_effect
from kpi.portal_pages import OwnPage
from promotion.models import Campaign
from smm_agency.lib.words import as_count, as_money
from strategy.models import Metric

DECISIONS_SHOWN = 10
DAY = dt.timedelta(days=1)

Row = dict[str, Any]


class TaskLine(NamedTuple):
    title: str
    block: str
    due_on: dt.date | None
    is_overdue: bool


class DecisionLine(NamedTuple):
    decided_on: dt.date
    kind: str
    about: str
    text: str
    check_on: dt.date
    next_version: int | None
    effect: str


class CommunityLine(NamedTuple):
    title: str
    network: str
    url: str
    state: str
    is_gone: bool


class ServiceLine(NamedTuple):
    name: str
    performer: str
    quantity: str


class RunningCampaign(NamedTuple):
    pk: int
    title: str
    kind: str
    ends_on: dt.date | None
    budget: str


class Agreement(NamedTuple):
    """The lists of a client's page; `services` by block, in the order of the brief."""

    tasks: list[TaskLine]
    decisions: list[DecisionLine]
    communities: list[CommunityLine]
    services: list[tuple[str, list[ServiceLine]]]
    pages: list[OwnPage]
    campaigns: list[RunningCampaign]


def read_agreement(client: Client, *, on: dt.date) -> Agreement:
    """All the lists as of a client's day, in one statement."""
    row = (
        Client.objects.filter(pk=client.pk)
        .values_list(
            ArraySubquery(_tasks()),
            ArraySubquery(_decisions()),
            ArraySubquery(_communities()),
            ArraySubquery(_services(on)),
            ArraySubquery(_own_pages()),
            ArraySubquery(_campaigns(on)),
        )
        .get()
    )
    tasks, decisions, communities, services, pages, campaigns = row
    return Agreement(
        [_task_line(each, on) for each in tasks],
        [_decision_line(each) for each in decisions],
        [_community_line(each) for each in communities],
        _by_block(services),
        [_own_page(each, client) for each in pages],
        [_running_campaign(each) for each in campaigns],
    )


def _objects(rows: QuerySet[Any, Any], **columns: str) -> QuerySet[Model, Any]:
    return rows.values_list(JSONObject(**columns))


def _tasks() -> QuerySet[Model, Any]:
    rows = (
        Task.objects.unfinished()
        .filter(client=OuterRef("pk"), side=Side.CLIENT)
        .order_by(F("due_on").asc(nulls_last=True), "id")
    )
    return _objects(rows, title="title", block="block", due_on="due_on")


def _decisions() -> QuerySet[Model, Any]:
    checks = EffectCheck.objects.filter(decision=OuterRef("pk"), checked_at__isnull=False)
    newest = checks.order_by("-due_on").values("effect")[:1]
    rows = Decision.objects.filter(client=OuterRef("pk"), is_published=True)
    return _objects(
        rows.annotate(effect=Subquery(newest)).order_by("-decided_on", "-id")[:DECISIONS_SHOWN],
        decided_on="decided_on",
        kind="kind",
        metric="flag__target__metric",
        text="client_text",
        check_on="check_on",
        next_version="next_version__number",
        effect="effect",
    )


def _communities() -> QuerySet[Model, Any]:
    rows = Community.objects.filter(client=OuterRef("pk")).order_by("profile__title", "id")
    return _objects(
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
    return _objects(
        own.order_by("title", "pk"),
        profile_id="pk",
        title="title",
        network="network",
        community_id="community__pk",
        wall_read_at="wall_read_at",
    )


def _services(on: dt.date) -> QuerySet[Model, Any]:
    language = "ru" if get_language() == "ru" else "en"
    running = Engagement.objects.running(on=on).filter(client=OuterRef("client"))
    rows = EngagementService.objects.filter(
        client=OuterRef("pk"), engagement__in=running.values("pk")
    ).order_by("service__position", "service__code", "id")
    return _objects(
        rows,
        block="service__block",
        name=f"service__name_{language}",
        usual_unit=f"service__unit_{language}",
        performer="performer",
        quantity="quantity",
        unit="unit",
    )


def _campaigns(on: dt.date) -> QuerySet[Model, Any]:
    running = Campaign.objects.running(on=on).filter(client=OuterRef("pk"))
    return _objects(
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
        _day(row["ends_on"]),
        "" if budget is None else as_money(Decimal(str(budget)), row["currency"]),
    )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _own_page(row: Row, client: Client) -> OwnPage:
    """What is posted on the day of the reading, after it, is not known."""
    read_at = row.pop("wall_read_at")
    until = client.day_of(dt.datetime.fromisoformat(read_at)) - DAY if read_at else None
    return OwnPage(**row, read_until=until)


def _task_line(row: Row, on: dt.date) -> TaskLine:
    due_on = _day(row["due_on"])
    block = str(Block(row["block"]).label) if row["block"] else ""
    return TaskLine(row["title"], block, due_on, due_on is not None and due_on < on)


def _decision_line(row: Row) -> DecisionLine:
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
    )


def _community_line(row: Row) -> CommunityLine:
    return CommunityLine(
        row["title"],
        network_name(row["network"]),
        profile_url(row["network"], row["external_id"], row["screen_name"]),
        str(Community.State(row["state"]).label),
        row["gone_at"] is not None,
    )


def _by_block(rows: list[Row]) -> list[tuple[str, list[ServiceLine]]]:
    blocks: dict[str, list[ServiceLine]] = {block: [] for block in Block.values}
    for row in rows:
        blocks[row["block"]].append(_service_line(row))
    return [(str(Block(block).label), lines) for block, lines in blocks.items() if lines]


def _service_line(row: Row) -> ServiceLine:
    quantity = ""
    if row["quantity"] is not None:
        number = as_count(Decimal(str(row["quantity"])))
        quantity = f"{number} {row['unit'] or row['usual_unit']}".strip()
    return ServiceLine(row["name"], str(Performer(row["performer"]).label), quantity)
