"""Whether a month held its target: direction, tolerance, sample, and the days that count."""

import datetime as dt
from typing import Any

import pytest
from django.utils import translation

from kpi.review_figures import figures_of
from kpi.review_results import Result, result_of
from kpi.review_words import figure_line, figure_lines
from kpi.tests.running import running_target
from kpi.tests.test_reviews import AT, MARCH, called_in_march, review_of, waiting_review
from strategy.models import FormulaCode, KpiTarget, Metric, StrategyVersion
from tests.factories import (
    DayCountFactory,
    EvaluationFactory,
    EventFactory,
)


def judged(actual: float | None, expected: float | None, **changes: Any) -> Result:
    known: dict[str, Any] = {
        "direction": "up", "tolerance": 0.2, "sample": 100, "min_sample": 0,
    }  # fmt: skip
    return result_of(actual=actual, expected=expected, **(known | changes))


@pytest.mark.parametrize(
    ("actual", "result"),
    [(11, Result.HELD), (10, Result.HELD), (9.99, Result.WITHIN), (8, Result.WITHIN),
     (7.99, Result.MISSED), (0, Result.MISSED)],
)  # fmt: skip
def test_where_more_is_better_so_much_short_is_within(actual: float, result: Result) -> None:
    assert judged(actual, 10) == result


@pytest.mark.parametrize(
    ("actual", "result"),
    [(9, Result.HELD), (10, Result.HELD), (10.01, Result.WITHIN), (12, Result.WITHIN),
     (12.01, Result.MISSED)],
)  # fmt: skip
def test_where_less_is_better_so_much_above_is_within(actual: float, result: Result) -> None:
    assert judged(actual, 10, direction="down") == result


def test_rounding_misses_nothing() -> None:
    # In binary 0.07 × (1 − 0.2) is a little more than 0.056.
    assert judged(0.056, 0.07) == Result.WITHIN


def test_without_tolerance_short_is_missed() -> None:
    assert judged(9.99, 10, tolerance=0) == Result.MISSED


@pytest.mark.parametrize(("sample", "result"), [(5, Result.HELD), (4, Result.SMALL)])
def test_too_small_a_sample_is_not_judged(sample: int, result: Result) -> None:
    assert judged(10, 10, sample=sample, min_sample=5) == result


def test_what_is_not_known_has_no_result() -> None:
    assert judged(None, 10) == judged(10, None) == Result.UNKNOWN
    assert judged(None, 10, sample=0, min_sample=5) == Result.UNKNOWN


def results(target: KpiTarget, **period: dt.date) -> list[str]:
    return [figure["result"] for figure in figures_of(review_of(target, **period), at=AT)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("calls", "result"), [(10, "held"), (8, "within"), (7, "missed")]
)  # fmt: skip
def test_a_month_is_judged_by_its_calls(calls: int, result: str) -> None:
    assert results(called_in_march(*range(1, calls + 1))) == [result]


@pytest.mark.django_db
def test_days_that_were_left_out_neither_help_nor_hurt() -> None:
    target = called_in_march(12, 15, 18, 21, 24, 27, 30, monthly=10)
    review = review_of(target)
    assert [figure["result"] for figure in figures_of(review, at=AT)] == ["missed"]
    EventFactory.create(
        client=target.client, kind="outage", is_excluded=True,
        starts_on=MARCH, ends_on=dt.date(2026, 3, 10),
    )  # fmt: skip
    # Seven of the 6.8 that two thirds of the month were to bring.
    assert [figure["result"] for figure in figures_of(review, at=AT)] == ["held"]


@pytest.mark.django_db
def test_a_plan_that_was_reached_on_days_left_out_is_held() -> None:
    target = called_in_march(*[2] * 12, 18)
    EventFactory.create(
        client=target.client, kind="outage", is_excluded=True,
        starts_on=MARCH, ends_on=dt.date(2026, 3, 10),
    )  # fmt: skip
    assert results(target) == ["held"]


@pytest.mark.django_db
def test_what_was_not_measured_has_no_result() -> None:
    assert results(running_target(monthly=10)) == [""]


@pytest.mark.django_db
def test_a_month_that_is_not_over_is_not_judged() -> None:
    target = called_in_march(1, 2, 3)
    assert results(target, ends_on=dt.date(2026, 3, 15)) == [""]


@pytest.mark.django_db
def test_a_version_that_ends_within_the_month_ends_it() -> None:
    target = called_in_march(*range(1, 11))
    StrategyVersion.objects.filter(pk=target.version_id).update(ends_on=dt.date(2026, 3, 15))
    assert results(target) == ["held"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("posts", "actual", "result"),
    [(8, "0.02", "held"), (8, "0.016", "within"), (8, "0.015", "missed"), (7, "0.02", "small")],
)
def test_a_rate_is_judged_by_enough_posts(posts: int, actual: str, result: str) -> None:
    target = running_target(
        metric=Metric.ER, monthly=0.02, is_primary=False, formula_code=FormulaCode.ER_POST,
        min_sample=8,
    )  # fmt: skip
    EvaluationFactory.create(
        target=target, day=dt.date(2026, 3, 31), actual=actual, expected="0.02",
        evidence={"posts_measured": posts},
    )  # fmt: skip
    assert results(target) == [result]


@pytest.mark.django_db
def test_few_calls_are_too_few_to_judge() -> None:
    target = running_target(monthly=3, min_sample=5, metric="messages")
    DayCountFactory.create(client=target.client, day=MARCH, total=1)
    assert results(target) == ["small"]


@pytest.mark.django_db
def test_a_month_of_which_little_is_measured_is_too_small_to_judge() -> None:
    """A tenth of forty is four: the days that nobody measured are no zeros."""
    target = running_target(monthly=40, min_sample=5, metric="messages")
    for day in (1, 2, 3):
        DayCountFactory.create(client=target.client, day=MARCH.replace(day=day), total=0)
    assert results(target) == ["small"]


QUARTER = {"starts_on": dt.date(2026, 1, 1), "ends_on": dt.date(2026, 3, 31)}


def counted(target: KpiTarget, *by_month: int) -> None:
    for month, total in enumerate(by_month, start=1):
        for day in range(1, 29):
            DayCountFactory.create(
                client=target.client, day=dt.date(2026, month, day),
                total=total if day == 1 else 0,
            )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("by_month", "result"), [((4, 12, 14), "held"), ((4, 10, 10), "within"), ((4, 4, 4), "missed")]
)
def test_a_quarter_is_judged_by_its_sum(by_month: tuple[int, ...], result: str) -> None:
    target = running_target(monthly=10, metric="messages", period="quarter")
    counted(target, *by_month)
    assert results(target, **QUARTER) == ["", "", result]


@pytest.mark.django_db
def test_a_quarter_waits_for_its_months() -> None:
    target = running_target(monthly=10, metric="messages", period="quarter")
    counted(target, 10, 10, 10)
    (figure,) = figures_of(review_of(target), at=AT)
    with translation.override("en"):
        assert figure_line(figure).result_label == "agreed by quarter"
    whole = figures_of(waiting_review(
        client=target.client, engagement=target.version.engagement, **QUARTER
    ), at=AT)  # fmt: skip
    with translation.override("en"):
        assert [line.result_label for line in figure_lines(whole)] == ["", "", "the quarter: held"]


@pytest.mark.django_db
def test_a_result_is_said_in_words_with_its_tolerance() -> None:
    (figure,) = figures_of(review_of(called_in_march(*range(1, 9))), at=AT)
    assert (figure["result"], figure["tolerance"]) == ("within", 0.2)
    with translation.override("en"):
        assert figure_line(figure).result_label == "within the tolerance"
        before = {key: value for key, value in figure.items() if key != "result"}
        assert figure_line(before).result_label == ""
