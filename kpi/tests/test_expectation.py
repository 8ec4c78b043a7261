import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.expectation import expected_by_day
from strategy.periods import days_between, last_of_month, months_between

months = st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31)).map(lambda day: day.replace(day=1))
weights = st.lists(st.floats(0.05, 5), min_size=7, max_size=7)


@given(months, weights, st.floats(0, 10_000))
def test_days_of_month_sum_to_its_target(month: dt.date, row: list[float], value: float) -> None:
    days = days_between(month, last_of_month(month))
    expected = expected_by_day(np.array([row]), np.array([[value]]), [month], days)
    assert expected.shape == (1, len(days))
    assert expected.sum() == pytest.approx(value, rel=1e-9)


@given(months, weights)
def test_days_follow_weekday_weights(month: dt.date, row: list[float]) -> None:
    days = days_between(month, last_of_month(month))
    (expected,) = expected_by_day(np.array([row]), np.array([[100.0]]), [month], days)
    monday = next(n for n, day in enumerate(days) if day.weekday() == 0)
    assert expected[monday : monday + 7] / expected[monday] == pytest.approx(np.array(row) / row[0])


def test_a_holidays_share_falls_to_the_other_days() -> None:
    days = days_between(dt.date(2026, 1, 1), dt.date(2026, 1, 31))
    factors = np.ones((1, 31))
    factors[0, :8] = 0.25
    (expected,) = expected_by_day(
        np.ones((1, 7)), np.array([[50.0]]), [days[0]], days, factors=factors
    )
    assert expected.sum() == pytest.approx(50)
    assert expected[:8] == pytest.approx(np.full(8, 0.5))


def test_months_keep_their_own_values_and_a_missing_one_is_nan() -> None:
    days = days_between(dt.date(2026, 1, 1), dt.date(2026, 3, 31))
    months = list(months_between(days[0], days[-1]))
    values = np.array([[31.0, 56.0, np.nan]])
    expected = expected_by_day(np.ones((1, 7)), values, months, days)[0]
    assert months == [dt.date(2026, 1, 1), dt.date(2026, 2, 1), dt.date(2026, 3, 1)]
    assert expected[:31] == pytest.approx(np.ones(31))
    assert expected[31:59] == pytest.approx(np.full(28, 2.0))
    assert np.isnan(expected[59:]).all()


def test_a_closed_day_gives_its_share_to_the_open_days_of_its_month() -> None:
    days = days_between(dt.date(2026, 2, 1), dt.date(2026, 2, 28))
    closed = np.zeros((1, 28), dtype=bool)
    closed[0, :14] = True
    expected = expected_by_day(np.ones((1, 7)), np.array([[28.0]]), [days[0]], days, closed=closed)[
        0
    ]
    assert expected[:14].sum() == 0
    assert expected[14:] == pytest.approx(np.full(14, 2.0))


def test_a_month_without_an_open_day_expects_nothing_that_is_known() -> None:
    days = days_between(dt.date(2026, 2, 1), dt.date(2026, 2, 28))
    closed = np.ones((1, 28), dtype=bool)
    expected = expected_by_day(np.ones((1, 7)), np.array([[28.0]]), [days[0]], days, closed=closed)
    assert np.isnan(expected).all()
