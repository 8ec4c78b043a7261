"""Whether a month that is over held its target: by the target's direction, tolerance and sample.

Judged is what came on the days that count against what was expected of them, so that closed days
and outages neither help nor hurt; who reached the month's plan has held it all the same.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from kpi.subjects import Subject
from strategy.models import Direction, KpiTarget, Metric, PeriodKind
from strategy.periods import last_of_month, month_of
from strategy.target_months import quarter_of

Figure = dict[str, Any]


class Result(models.TextChoices):
    UNKNOWN = "", ""
    HELD = "held", _("held")
    WITHIN = "within", _("within the tolerance")
    MISSED = "missed", _("missed")
    SMALL = "small", _("too small to judge")


def result_of(
    *,
    actual: float | None,
    expected: float | None,
    direction: str,
    tolerance: float,
    sample: float,
    min_sample: int,
) -> Result:
    """`sample` is how much it is judged by; unknown where nothing was measured or agreed."""
    if actual is None or expected is None:
        return Result.UNKNOWN
    if sample < min_sample:
        return Result.SMALL
    sign = 1 if direction == Direction.UP else -1
    if sign * (actual - expected) >= 0:
        return Result.HELD
    # What is just within is not missed for a rounding.
    edge = expected * (1 - sign * tolerance)
    is_within = sign * (actual - edge) >= -1e-9
    return Result.WITHIN if is_within else Result.MISSED


def add_results(rows: Sequence[tuple[KpiTarget, Subject, Figure]]) -> None:
    """Writes the `result` of each figure, and its tolerance.

    A target by quarter is judged once its quarter is over and all its months stand here: the sum,
    on the line of the last month. `is_quarter` says so.
    """
    quarters: dict[tuple[int, str], list[tuple[KpiTarget, Subject, Figure]]] = defaultdict(list)
    for target, subject, figure in rows:
        figure |= {"result": Result.UNKNOWN.value, "tolerance": float(target.tolerance)}
        if target.period == PeriodKind.QUARTER:
            quarters[target.pk, str(quarter_of(month_of(subject.day))[0])].append(
                (target, subject, figure)
            )
        elif _is_over(subject):
            figure["result"] = _result(target, figure).value
    for of_quarter in quarters.values():
        _judge_quarter(of_quarter)


def _is_over(subject: Subject) -> bool:
    return subject.day >= min(last_of_month(subject.day), subject.ends_on)


def _judge_quarter(rows: list[tuple[KpiTarget, Subject, Figure]]) -> None:
    rows.sort(key=lambda row: row[1].day)
    target, last, figure = rows[-1]
    months = [
        month
        for month in quarter_of(month_of(last.day))
        if month_of(last.starts_on) <= month <= last.ends_on
    ]
    figure["is_quarter"] = True
    if [month_of(subject.day) for _target, subject, _figure in rows] == months and _is_over(last):
        figure["result"] = _result(target, _summed([row[2] for row in rows])).value


def _summed(figures: Sequence[Figure]) -> Figure:
    """None where a month is not known: a sum without it would say something else."""
    names = ("plan", "actual", "judged", "expected")
    columns = {name: [figure[name] for figure in figures] for name in names}
    return {name: None if None in values else sum(values) for name, values in columns.items()}


def _result(target: KpiTarget, figure: Mapping[str, Any]) -> Result:
    plan, actual = figure["plan"], figure["actual"]
    judged, expected = figure["judged"], figure["expected"]
    common: dict[str, Any] = {
        "direction": target.direction,
        "tolerance": float(target.tolerance),
        "sample": _sample(target, figure),
        "min_sample": target.min_sample,
    }
    whole = result_of(actual=actual, expected=plan, **common)
    if whole in (Result.HELD, Result.UNKNOWN, Result.SMALL):
        return whole
    return result_of(actual=judged, expected=expected, **common)


def _sample(target: KpiTarget, figure: Mapping[str, Any]) -> float:
    """Posts of a rate; of a count, what came or was to come on the days that count, the more."""
    if target.metric == Metric.ER:
        return float(figure.get("posts_measured") or 0)
    return max(abs(float(figure[name] or 0)) for name in ("judged", "expected"))
