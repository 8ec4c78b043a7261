"""The strategy of a client's page: the version in force, its targets, and how each stands."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from clients.models import Client
from kpi.models import Evaluation
from kpi.portal_period import Period
from strategy.metric_words import write_value
from strategy.models import FormulaCode, KpiTarget, Metric, StrategyVersion
from strategy.models.target import SUMMED_METRICS
from strategy.models.version import FROZEN_STATES
from strategy.periods import month_of


class Verdict(NamedTuple):
    """The period's latest evaluation of a target: `reason` is a code, where the light is grey.

    `chance` (0…1) and the range of the month's total: None where nothing is foreseen.
    """

    day: dt.date
    light: str
    expected: Decimal | None
    reason: str
    chance: float | None
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True)
class Target:
    """A KPI target with its values by month (first day → value)."""

    metric: Metric
    community_id: int | None
    community: str
    is_primary: bool
    formula: str
    verdict: Verdict | None
    months: dict[dt.date, Decimal]
    currency: str = ""

    @property
    def title(self) -> str:
        name = str(self.metric.label)
        name = f"{name}: {FormulaCode(self.formula).label}" if self.formula else name
        return f"{name} · {self.community}" if self.community else name

    def in_month(self, day: dt.date) -> Decimal | None:
        return self.months.get(month_of(day))

    def in_period(self, period: Period) -> Decimal | None:
        """The month's plan; of several whole months the sum, where sums mean something."""
        if period.is_month:
            return self.in_month(period.first)
        if self.metric not in SUMMED_METRICS or not period.months:
            return None
        plans = [self.months.get(month) for month in period.months]
        known = [plan for plan in plans if plan is not None]
        return sum(known, Decimal(0)) if len(known) == len(plans) else None

    def plan_note(self, period: Period) -> str:
        """How the plan of several months was made, or why there is none."""
        if period.is_month:
            return ""
        if not period.months:
            return _("The plan is by month: choose whole months to see it.")
        if self.metric not in SUMMED_METRICS:
            return _("A ratio is not summed: its plan is by month, so choose one month.")
        if self.in_period(period) is None:
            return _("Not every month of the period has a plan in this strategy: none is summed.")
        return _("The plan is the sum of the plans of its months.")

    def write(self, value: Decimal | float | None) -> str:
        return write_value(self.metric, value, currency=self.currency)


def key_of(name: str, target: Target | None) -> str:
    """What a card or a chart is called on the page; each community has its own."""
    return f"{name}-{target.community_id}" if target and target.community_id else name


def title_of(title: str, target: Target | None) -> str:
    """With the community, where a target is of one."""
    return f"{title} · {target.community}" if target and target.community else title


@dataclass(frozen=True)
class Strategy:
    """The version in force on a day; the primary target first."""

    number: int
    title: str
    summary: str
    starts_on: dt.date
    ends_on: dt.date
    targets: list[Target]

    @property
    def primary(self) -> Target | None:
        return next((target for target in self.targets if target.is_primary), None)

    def targets_of(self, metric: Metric) -> list[Target]:
        """The one for all communities together; where there is none, those of single ones."""
        targets = [one for one in self.targets if one.metric == metric]
        whole = [one for one in targets if one.community_id is None]
        return whole or targets

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


VERSION_COLUMNS = ("number", "title", "summary", "starts_on", "ends_on")


def strategy_in_force(client: Client, period: Period) -> Strategy | None:
    """The version that ruled on the period's last day; one statement reads all of it.

    An approved version has targets: without any it would not be found.
    """
    on = period.until
    latest = Evaluation.objects.filter(
        target=OuterRef("pk"), day__range=(period.first, period.until)
    ).order_by("-day")
    told = ("day", "light", "expected", "reason", "chance", "forecast_low", "forecast_high")
    verdict = JSONObject(**{name: name for name in told})
    rows = (
        KpiTarget.objects.filter(
            client=client,
            version__state__in=FROZEN_STATES,
            version__starts_on__lte=on,
            version__ends_on__gte=on,
        )
        .order_by("-is_primary", "metric", "id", "months__month")
        .values(
            *(f"version__{column}" for column in VERSION_COLUMNS),
            "id",
            "metric",
            "community_id",
            "community__profile__title",
            "is_primary",
            "formula_code",
            "client__currency",
            "months__month",
            "months__value",
            verdict=Subquery(latest.values_list(verdict)[:1]),
        )
    )
    return _strategy(list(rows))


def start_of_strategy(client: Client) -> dt.date | None:
    """The first day of the version in force today."""
    today = client.today()
    rows = StrategyVersion.objects.filter(
        client=client, state__in=FROZEN_STATES, starts_on__lte=today, ends_on__gte=today
    )
    return rows.values_list("starts_on", flat=True).first()


def _strategy(rows: list[Any]) -> Strategy | None:
    if not rows:
        return None
    targets: dict[int, Target] = {}
    for row in rows:
        target = targets.setdefault(row["id"], _target(row))
        if row["months__month"] is not None:
            target.months[row["months__month"]] = row["months__value"]
    version = {column: rows[0][f"version__{column}"] for column in VERSION_COLUMNS}
    return Strategy(**version, targets=list(targets.values()))


def _target(row: dict[str, Any]) -> Target:
    return Target(
        Metric(row["metric"]),
        row["community_id"],
        row["community__profile__title"] or "",
        row["is_primary"],
        row["formula_code"],
        _verdict(row["verdict"]),
        {},
        row["client__currency"],
    )


def _verdict(row: dict[str, Any] | None) -> Verdict | None:
    if row is None:
        return None
    return Verdict(
        dt.date.fromisoformat(row["day"]),
        row["light"],
        _decimal(row["expected"]),
        row["reason"],
        row["chance"],
        _decimal(row["forecast_low"]),
        _decimal(row["forecast_high"]),
    )


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
