"""What a light stands on, as lines that a person reads and a series that a chart draws."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpi.chart_events import ChartEvents
from kpi.er_words import formula_line, part_names
from kpi.models import EffectCheck, Event
from kpi.rules import GREY_REASONS
from smm_agency.lib.charts import Plot, Series
from smm_agency.lib.words import as_count, as_share, short_day
from strategy.metric_words import write_value
from strategy.models import Metric

NAMES: dict[str, Any] = {
    "reason": gettext_lazy("why it cannot be said"),
    "first": gettext_lazy("first day"),
    "last": gettext_lazy("last day"),
    "actual": gettext_lazy("came"),
    "expected": gettext_lazy("expected"),
    "p_value": gettext_lazy("chance of so few, had the rate been as agreed"),
    "statistic": gettext_lazy("statistic of the chart"),
    "threshold": gettext_lazy("threshold of the chart"),
    "run_length_days": gettext_lazy("days between false alarms of such a chart, on average"),
    "dispersion": gettext_lazy("dispersion of the counts (variance ÷ mean)"),
    "raised_on": gettext_lazy("the alarm was raised on"),
    "limit": gettext_lazy("may be expected without anything coming"),
    "excluded_days": gettext_lazy("days left out"),
    "excluded_of_communities": gettext_lazy("days left out of single communities"),
    "measured_days": gettext_lazy("days measured"),
    "measured_lately": gettext_lazy("days measured in the last two weeks"),
    "days": gettext_lazy("days"),
    "chart_posts": gettext_lazy("posts on the chart"),
    "median_now": gettext_lazy("median of the posts now"),
    "median_before": gettext_lazy("median in the six months before"),
    "market_now": gettext_lazy("median of the competitors' posts now"),
    "market_before": gettext_lazy("median of the competitors' posts in the six months before"),
    "market_posts": gettext_lazy("posts of competitors"),
    "market_pages": gettext_lazy("pages of competitors"),
    "agreed": gettext_lazy("agreed"),
    "posts_before": gettext_lazy("posts in the six months before"),
    "days_before": gettext_lazy("days measured in the six months before"),
    "chart_days": gettext_lazy("days on the chart"),
    "usual_day": gettext_lazy("growth of a usual day in the six months before"),
    "mad": gettext_lazy("MAD: half of them were no farther from the median (ER: in logarithms)"),
    "scatter": gettext_lazy("scatter made of the MAD"),
    "shift": gettext_lazy("the chart is made for a fall of so many scatters"),
    "cut": gettext_lazy("what is farther off is cut to so many scatters"),
    "history": gettext_lazy("the six months before"),
    "formula": gettext_lazy("formula"),
    "numerator": gettext_lazy("numerator"),
    "denominator": gettext_lazy("denominator"),
    "parts": gettext_lazy("counted as engagement"),
    "posts": gettext_lazy("posts"),
    "sample": gettext_lazy("judged by so many"),
    "asked": gettext_lazy("asked for a reply"),
    "unanswered": gettext_lazy("not answered yet"),
    "late_unanswered": gettext_lazy("late and not answered: no green light while there are any"),
    "in_time": gettext_lazy("answered in time"),
    "spent": gettext_lazy("spent on promotion, without VAT"),
    "cost_low": gettext_lazy("the cost is at least, at 95 %"),
    "cost_high": gettext_lazy("the cost is at most, at 95 %"),
    "joined": gettext_lazy("joined"),
    "left": gettext_lazy("left"),
    "on_time": gettext_lazy("published on time"),
    "late": gettext_lazy("published late"),
    "curated": gettext_lazy("publications from the internet"),
    "unclassified": gettext_lazy("posts not classified"),
    "posts_measured": gettext_lazy("posts measured"),
    "known_until": gettext_lazy("data until"),
    "limit_days": gettext_lazy("data may be this many days old"),
    "day": gettext_lazy("seen on"),
    "verdict": gettext_lazy("what can be said"),
    "before_first": gettext_lazy("first day before the change"),
    "before": gettext_lazy("before"),
    "after": gettext_lazy("after"),
    "ratio": gettext_lazy("after, as a multiple of before"),
    "low": gettext_lazy("at least"),
    "high": gettext_lazy("at most"),
    "metric": gettext_lazy("metric"),
    "pivot": gettext_lazy("first day after the change"),
    "is_corrected": gettext_lazy("a corrected strategy was approved"),
    "before_days": gettext_lazy("days measured before"),
    "after_days": gettext_lazy("days measured after"),
    "before_of_agreed": gettext_lazy("before, as a share of what was agreed"),
    "after_of_agreed": gettext_lazy("after, as a share of what was agreed"),
    "agreed_low": gettext_lazy("that share is at least"),
    "agreed_high": gettext_lazy("that share is at most"),
    "chosen": gettext_lazy("may be missing before because an alarm picks low days"),
    "test": gettext_lazy("compared by"),
}
VERDICTS: dict[str, Any] = dict(EffectCheck.Verdict.choices)
TESTS: dict[str, Any] = {
    "poisson": gettext_lazy("rates by day, exact interval of Poisson counts"),
    "quasi_poisson": gettext_lazy(
        "rates by day, exact interval widened by the dispersion (quasi-Poisson)"
    ),
    "size": gettext_lazy("size only, without a test"),
}
SHARES = frozenset({"before_of_agreed", "after_of_agreed", "agreed_low", "agreed_high"})
HISTORIES: dict[str, Any] = {"short": gettext_lazy("too short to compare with")}
CODES: dict[str, dict[str, Any]] = {
    "reason": GREY_REASONS,
    "verdict": VERDICTS,
    "test": TESTS,
    "history": HISTORIES,
}
# Written as values of the metric are.
VALUES = frozenset(
    (
        "actual", "expected", "agreed", "median_now", "median_before", "market_now",
        "market_before", "spent", "cost_low", "cost_high",
    )
)  # fmt: skip
HIDDEN = frozenset({"series", "p_exact"})


class Line(NamedTuple):
    name: str
    opened: str
    newest: str


def comparison(evidence: Mapping[str, Any], metric: str, *, currency: str = "") -> list[Line]:
    """The same facts when the flag was opened and as they are now."""
    opened, newest = evidence.get("opened") or {}, evidence.get("newest") or {}
    names = [name for name in dict.fromkeys([*opened, *newest]) if name not in HIDDEN]
    return [
        Line(
            name_of(name),
            *(text(name, side.get(name), metric, currency) for side in (opened, newest)),
        )
        for name in sorted(names, key=position)
    ]


def position(name: str) -> int:
    order = list(NAMES)
    return order.index(name) if name in order else len(order)


def lines(
    facts: Mapping[str, Any] | None, metric: str, *, currency: str = "", prefix: str = ""
) -> Iterator[Line]:
    """One column of facts; what is nested comes with the name of what it is in."""
    for name, value in (facts or {}).items():
        if name in HIDDEN:
            continue
        if isinstance(value, Mapping):
            inner = f"{prefix}{name_of(name)}: "
            yield from lines(value, metric, currency=currency, prefix=inner)
        else:
            yield Line(prefix + name_of(name), text(name, value, metric, currency), "")


def name_of(name: str) -> str:
    if name in Event.Kind.values:
        return str(Event.Kind(name).label)
    return str(NAMES.get(name, name.replace("_", " ")))


def text(name: str, value: Any, metric: str, currency: str) -> str:
    if value is None:
        return "—"
    if name in VALUES and isinstance(value, int | float | Decimal):
        return write_value(metric, value, currency=currency)
    if name == "p_value" or name in SHARES:
        return as_share(value)
    return coded(name, value) or plain(value)


def coded(name: str, value: Any) -> str:
    """The words of a code; empty when the value is none."""
    if name in CODES:
        return str(CODES[name].get(value, value))
    if name in Event.Kind.values:
        return str(value)
    if name == "formula":
        return formula_line(value)
    if name == "parts":
        return part_names(value)
    if name == "metric" and value in Metric.values:
        return str(Metric(value).label)
    return ""


def plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return as_count(value) if abs(value) >= 1 or value == 0 else f"{value:.3g}"
    if isinstance(value, list):
        return ", ".join(map(plain, value))
    return as_day(str(value))


def as_day(value: str) -> str:
    try:
        return date_format(dt.date.fromisoformat(value))
    except ValueError:
        return value


Point = tuple[dt.date, float | None, float]


def series_of(evidence: Mapping[str, Any]) -> list[Point]:
    """Each day, what came on it (None where it was not measured) and what was expected."""
    for side in ("newest", "opened"):
        if found := (evidence.get(side) or {}).get("series"):
            return [(dt.date.fromisoformat(day), actual, exp) for day, actual, exp in found]
    return []


def plot_of(series: Sequence[Point], happened: ChartEvents, *, metric: str = "") -> Plot:
    """What came beside what was expected, with what happened on these days."""
    days = [day for day, _actual, _expected in series]
    return Plot(
        [short_day(day) for day in days],
        [
            Series(_("came"), [actual for _day, actual, _expected in series], "bar", "1"),
            Series(_("expected"), [round(exp, 2) for _day, _actual, exp in series], role="target"),
        ],
        marks=happened.marks(days),
        rules=happened.rules(days),
        flags=happened.flag_marks(days, metric=metric),
    )
