"""What the portal tells of the agreement: the strategy, the tasks, the decisions, who does what.

Only columns that the portal's role is granted are read, so rows come as values.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F
from django.utils.translation import gettext as _

from clients.models import Block, Client, Engagement, EngagementService, Performer, Side, Task
from communities.models import Community
from communities.networks.registry import network_choices, profile_url
from kpi.models import Decision, DecisionKind
from kpi.portal_month import month_of
from kpi.portal_words import as_change, as_count, as_share
from strategy.models import FormulaCode, KpiTarget, Metric, MonthlyTarget, StrategyVersion


class TaskLine(NamedTuple):
    title: str
    block: str
    due_on: dt.date | None
    is_overdue: bool


def tasks_of_client(client: Client, *, on: dt.date) -> list[TaskLine]:
    """What the client has to do, the most urgent first."""
    rows = (
        Task.objects.unfinished()
        .filter(client=client, side=Side.CLIENT)
        .order_by(F("due_on").asc(nulls_last=True), "id")
        .values_list("title", "block", "due_on")
    )
    return [
        TaskLine(
            title, str(Block(block).label) if block else "", due_on, bool(due_on and due_on < on)
        )
        for title, block, due_on in rows
    ]


@dataclass(frozen=True)
class Target:
    """A KPI target with its values by month (first day → value)."""

    pk: int
    metric: Metric
    community: str
    is_primary: bool
    formula: str
    months: dict[dt.date, Decimal]

    @property
    def title(self) -> str:
        name = str(self.metric.label)
        name = f"{name}: {FormulaCode(self.formula).label}" if self.formula else name
        return f"{name} · {self.community}" if self.community else name

    def in_month(self, day: dt.date) -> Decimal | None:
        return self.months.get(month_of(day))

    def write(self, value: Decimal | None) -> str:
        if self.metric == Metric.ER:
            return as_share(value)
        return as_change(value) if self.metric == Metric.GROWTH else as_count(value)

    @property
    def is_whole(self) -> bool:
        """Whether it stands for all communities together."""
        return not self.community


@dataclass(frozen=True)
class Strategy:
    """The version in force on a day, with its targets; the primary one first."""

    number: int
    title: str
    summary: str
    starts_on: dt.date
    ends_on: dt.date
    targets: list[Target]

    @property
    def primary(self) -> Target | None:
        return next((target for target in self.targets if target.is_primary), None)

    def target(self, metric: Metric) -> Target | None:
        """The target of a metric for all communities together."""
        return next((t for t in self.targets if t.metric == metric and t.is_whole), None)

    @property
    def months(self) -> list[dt.date]:
        return sorted({month for target in self.targets for month in target.months})

    @property
    def table(self) -> list[tuple[Target, list[str]]]:
        """A row for each target, a written value for each month."""
        return [
            (target, [target.write(target.months.get(month)) for month in self.months])
            for target in self.targets
        ]


def _targets_of(version_id: int) -> list[Target]:
    months: dict[int, dict[dt.date, Decimal]] = defaultdict(dict)
    for target_id, month, value in MonthlyTarget.objects.filter(
        target__version=version_id
    ).values_list("target_id", "month", "value"):
        months[target_id][month] = value
    rows = (
        KpiTarget.objects.filter(version=version_id)
        .order_by("-is_primary", "metric", "id")
        .values_list("id", "metric", "community__profile__title", "is_primary", "formula_code")
    )
    return [
        Target(pk, Metric(metric), community or "", primary, formula, months[pk])
        for pk, metric, community, primary, formula in rows
    ]


def strategy_in_force(client: Client, *, on: dt.date) -> Strategy | None:
    row = (
        StrategyVersion.objects.in_force(on=on)
        .filter(client=client)
        .values_list("id", "number", "title", "summary", "starts_on", "ends_on")
        .first()
    )
    return Strategy(*row[1:], targets=_targets_of(row[0])) if row else None


class DecisionLine(NamedTuple):
    decided_on: dt.date
    kind: str
    text: str
    about: str
    check_on: dt.date
    next_version: int | None

    def effect(self, *, on: dt.date) -> str:
        return _("checked") if self.check_on <= on else ""


def published_decisions(client: Client, *, limit: int = 10) -> list[DecisionLine]:
    rows = (
        Decision.objects.filter(client=client, is_published=True)
        .order_by("-decided_on", "-id")
        .values_list(
            "decided_on",
            "kind",
            "client_text",
            "flag__target__metric",
            "check_on",
            "next_version__number",
        )[:limit]
    )
    return [
        DecisionLine(
            decided_on,
            str(DecisionKind(kind).label),
            text,
            str(Metric(metric).label) if metric else "",
            check_on,
            next_version,
        )
        for decided_on, kind, text, metric, check_on, next_version in rows
    ]


class CommunityLine(NamedTuple):
    pk: int
    profile_id: int
    title: str
    network: str
    url: str
    state: str
    is_gone: bool


def communities_of(client: Client) -> list[CommunityLine]:
    networks = dict(network_choices())
    rows = (
        Community.objects.filter(client=client)
        .order_by("profile__title", "id")
        .values_list(
            "id",
            "profile_id",
            "profile__title",
            "profile__network",
            "profile__external_id",
            "profile__screen_name",
            "state",
            "profile__gone_at",
        )
    )
    return [
        CommunityLine(
            pk,
            profile,
            title,
            str(networks.get(network, network)),
            profile_url(network, external_id, screen_name),
            str(Community.State(state).label),
            gone_at is not None,
        )
        for pk, profile, title, network, external_id, screen_name, state, gone_at in rows
    ]


class ServiceLine(NamedTuple):
    name: str
    performer: str
    quantity: str


def _service_line(row: EngagementService) -> ServiceLine:
    quantity = as_count(row.quantity) if row.quantity is not None else ""
    unit = row.unit or row.service.unit
    return ServiceLine(
        row.service.name,
        str(Performer(row.performer).label),
        f"{quantity} {unit}".strip() if quantity else "",
    )


def who_does_what(client: Client, *, on: dt.date) -> list[tuple[str, list[ServiceLine]]]:
    """The division of responsibility of the engagements running on that day, by block."""
    running = Engagement.objects.running(on=on).filter(client=client)
    rows = (
        EngagementService.objects.filter(client=client, engagement__in=running.values("pk"))
        .select_related("service")
        .only("performer", "quantity", "unit", "service")
        .order_by("service__position", "service__code")
    )
    blocks: dict[str, list[ServiceLine]] = {block: [] for block in Block.values}
    for row in rows:
        blocks[row.service.block].append(_service_line(row))
    return [(str(Block(block).label), lines) for block, lines in blocks.items() if lines]
