"""The KPI of the strategy in force: each target with its month so far, and the forecasts."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kpi.chart_events import ChartEvents, read_chart_events
from kpi.models import Evaluation, Light
from smm_agency.client_overview.scope import Link, Scope, Section
from smm_agency.grey_lights import why_grey, why_paused
from smm_agency.lib.charts import Plot, Series
from smm_agency.lib.rows_at_once import Found, day_of, listed
from smm_agency.lib.words import as_share, short_day
from strategy.metric_words import write_value
from strategy.models import FormulaCode, KpiTarget, Metric, MonthlyTarget, StrategyVersion
from strategy.models.target import SHARE_METRICS
from strategy.periods import days_between, last_of_month, month_of

DAY = dt.timedelta(days=1)
EVALUATED = (
    "target_id", "day", "light", "reason", "actual", "expected", "target_value", "chance",
    "forecast_low", "forecast_high",
)  # fmt: skip


class Gauge(NamedTuple):
    """The forecast of a target: a chance 0…1, and the month's total with 80 % between."""

    chance: float
    chance_text: str
    range_text: str


class Indicators(NamedTuple):
    """`codes` are those of the explanations."""

    cards: list["TargetCard"]
    codes: list[str]


@dataclass(frozen=True)
class TargetCard:
    """A target with the newest evaluation of the month; `plot` is None where there is none."""

    pk: int
    title: str
    code: str
    url: str
    is_primary: bool
    light: str
    light_text: str
    actual: str
    wanted: str
    expected: str
    known_on: dt.date | None
    plot: Plot | None
    gauge: Gauge | None

    @property
    def chart_id(self) -> str:
        return f"target-{self.pk}"


def ask(scope: Scope) -> dict[str, Any]:
    if not scope.sees("kpi.evaluation"):
        return {}
    days = shown_days(scope.today)
    version = StrategyVersion.objects.in_force(on=scope.today).filter(client=scope.client)
    targets = KpiTarget.objects.filter(client=scope.client, version__in=version)
    rows = Evaluation.objects.filter(
        client=scope.client, target__version__in=version, day__range=(days[0], days[-1])
    )
    return {
        "targets": _targets(targets, days[0]),
        "evaluations": listed(rows.order_by("day"), *EVALUATED),
    }


def _targets(targets: QuerySet[KpiTarget], month: dt.date) -> Any:
    return listed(
        targets.annotate(wanted=Subquery(_wanted(month))).order_by("-is_primary", "metric", "pk"),
        "id", "metric", "formula_code", "is_primary", "wanted",
        community="community__profile__title",
    )  # fmt: skip


def _wanted(month: dt.date) -> QuerySet[Any, Any]:
    return MonthlyTarget.objects.filter(target=OuterRef("pk"), month=month).values("value")[:1]


def shown_days(today: dt.date) -> list[dt.date]:
    """The month of yesterday: today is evaluated tomorrow morning."""
    first = month_of(today - DAY)
    return days_between(first, last_of_month(first))


def show(scope: Scope, found: Found) -> Section | None:
    """One query, of what stands on the charts besides their values."""
    if "targets" not in found:
        return None
    days = shown_days(scope.today)
    events = read_chart_events(scope.client, days[0], days[-1], published_only=False)
    rows = found["evaluations"]
    cards = [_card(scope, target, rows, days, events) for target in found["targets"]]
    return Section(
        "indicators",
        _("KPI: %(month)s") % {"month": date_format(days[0], "F Y")},
        Indicators(cards, sorted({card.code for card in cards})),
        short="KPI",
        links=[
            Link(_("Evaluations"), scope.list_url("kpi.evaluation")),
            Link(_("KPI reviews"), scope.list_url("kpi.kpireview")),
        ],
    )


def _card(
    scope: Scope, target: Found, rows: list[Found], days: list[dt.date], events: ChartEvents
) -> TargetCard:
    own = [row for row in rows if row["target_id"] == target["id"]]
    newest: Found = own[-1] if own else {}
    metric, currency = target["metric"], scope.client.currency
    wanted = newest.get("target_value") if own else target["wanted"]
    light, light_text = _light(scope, newest)
    may_forecast = newest.get("chance") is not None and light != Light.GREY
    actual, expected = (
        write_value(metric, newest.get(name), currency=currency) for name in ("actual", "expected")
    )
    return TargetCard(
        pk=target["id"],
        title=title_of(target),
        code=target["formula_code"] or target["metric"],
        url=scope.row_url("strategy.kpitarget", target["id"]),
        is_primary=target["is_primary"],
        light=light,
        light_text=light_text,
        actual=actual,
        wanted=write_value(metric, wanted, currency=currency),
        expected=expected,
        known_on=day_of(newest.get("day")),
        plot=plot_of(metric, own, days, events) if own else None,
        gauge=gauge_of(newest, metric, currency) if may_forecast else None,
    )


def title_of(target: Found) -> str:
    """With its formula and its community, as the portal says it."""
    name = str(Metric(target["metric"]).label)
    if target["formula_code"]:
        name = f"{name}: {FormulaCode(target['formula_code']).label}"
    return f"{name} · {target['community']}" if target["community"] else name


def _light(scope: Scope, newest: Found) -> tuple[str, str]:
    """The light and its words, as the dashboard says them."""
    why = why_paused(scope.client) or _why_grey(newest, today=scope.today)
    if why:
        return Light.GREY.value, why
    return newest["light"], str(Light(newest["light"]).label)


def _why_grey(newest: Found, *, today: dt.date) -> str:
    if not newest:
        return _("not evaluated this month")
    day = dt.date.fromisoformat(newest["day"])
    return why_grey(newest["light"], newest["reason"], day=day, today=today)


def plot_of(metric: str, rows: list[Found], days: list[dt.date], events: ChartEvents) -> Plot:
    """What each morning's evaluation knew: a day without one, or without a value, is a gap."""
    by_day = {day_of(row["day"]): row for row in rows}
    values = [by_day.get(day, {}) for day in days]
    return Plot(
        [short_day(day) for day in days],
        [
            Series(_("Month so far"), [_number(row.get("actual")) for row in values]),
            Series(
                _("Expected by then"), [_number(row.get("expected")) for row in values],
                role="target",
            ),
        ],
        is_share=metric in SHARE_METRICS,
        marks=events.marks(days),
        rules=events.rules(days),
        flags=events.flag_marks(days, metric=metric),
    )  # fmt: skip


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def gauge_of(row: Found, metric: str, currency: str) -> Gauge:
    """Whether the month's target will be met; never an alarm."""
    low, high, wanted = (
        write_value(metric, row[name], currency=currency)
        for name in ("forecast_low", "forecast_high", "target_value")
    )
    told = {"low": low, "high": high, "target": wanted}
    chance = row["chance"] or 0.0
    return Gauge(
        chance,
        as_share(round(chance, 2)),
        _("%(low)s – %(high)s, the target is %(target)s") % told,
    )
