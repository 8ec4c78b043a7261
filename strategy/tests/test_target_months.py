"""Months of a target, given in short ways."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.models import Metric
from strategy.periods import months_between
from strategy.target_months import (
    CENTS,
    SHARE,
    WHOLE,
    quarter_of,
    ramp,
    spread,
    spread_quarters,
    step_of,
)

HALF_YEAR = list(months_between(dt.date(2026, 1, 1), dt.date(2026, 6, 30)))
Step = pytest.mark.parametrize("step", [WHOLE, CENTS, SHARE])


def numbers(values: dict[dt.date, Decimal]) -> list[Decimal]:
    assert list(values) == sorted(values)
    return list(values.values())


def test_a_ramp_is_a_straight_line_with_both_ends() -> None:
    line = ramp(HALF_YEAR, first=Decimal(10), last=Decimal(20), step=WHOLE, over=None)
    assert numbers(line) == [10, 12, 14, 16, 18, 20]


def test_a_ramp_may_fall_and_rounds_half_up() -> None:
    line = ramp(HALF_YEAR[:3], first=Decimal(5), last=Decimal(2), step=WHOLE, over=None)
    assert numbers(line) == [5, 4, 2]
    fine = ramp(HALF_YEAR[:3], first=Decimal("0.01"), last=Decimal("0.02"), step=SHARE, over=None)
    assert numbers(fine) == [Decimal("0.01"), Decimal("0.015"), Decimal("0.02")]


@pytest.mark.parametrize(
    ("over", "wanted"),
    [
        (1, [20] * 6),
        (3, [10, 15, 20, 20, 20, 20]),
        (6, [10, 12, 14, 16, 18, 20]),
        (9, [10, 11, 13, 14, 15, 16]),
    ],
)
def test_a_ramp_is_reached_in_its_month_and_stays(over: int, wanted: list[int]) -> None:
    line = ramp(HALF_YEAR, first=Decimal(10), last=Decimal(20), step=WHOLE, over=over)
    assert numbers(line) == wanted


def test_one_month_alone_has_where_the_ramp_leads() -> None:
    line = ramp(HALF_YEAR[:1], first=Decimal(10), last=Decimal(20), step=WHOLE, over=None)
    assert numbers(line) == [20]


def test_a_quarter_is_spread_by_the_days_of_its_months() -> None:
    quarter = spread(quarter_of(dt.date(2026, 2, 1)), total=Decimal(90), step=WHOLE)
    assert quarter == {
        dt.date(2026, 1, 1): 31, dt.date(2026, 2, 1): 28, dt.date(2026, 3, 1): 31,
    }  # fmt: skip


@Step
@given(total=st.integers(min_value=0, max_value=10_000_000), month=st.dates(
    dt.date(2024, 1, 1), dt.date(2032, 12, 31)))  # fmt: skip
def test_a_quarter_is_exactly_its_total(step: Decimal, total: int, month: dt.date) -> None:
    whole = total * step
    parts = spread(quarter_of(month), total=whole, step=step)
    assert sum(parts.values()) == whole
    assert all(part >= 0 and part % step == 0 for part in parts.values())
    longest, shortest = max(parts.values()), min(parts.values())
    assert longest - shortest <= whole * 3 / 90 + step


def test_a_total_that_is_no_whole_number_is_kept_exactly() -> None:
    parts = spread(quarter_of(dt.date(2026, 1, 1)), total=Decimal("10.5"), step=WHOLE)
    assert sum(parts.values()) == Decimal("10.5")


def test_each_quarter_has_its_total_and_a_part_of_one_only_its_months() -> None:
    months = list(months_between(dt.date(2026, 2, 10), dt.date(2026, 6, 30)))
    values = spread_quarters(months, total=Decimal(91), step=WHOLE)
    assert values == {
        dt.date(2026, 2, 1): 28, dt.date(2026, 3, 1): 31,
        dt.date(2026, 4, 1): 30, dt.date(2026, 5, 1): 31, dt.date(2026, 6, 1): 30,
    }  # fmt: skip


def test_quarters_of_the_calendar() -> None:
    assert quarter_of(dt.date(2026, 12, 1)) == [dt.date(2026, month, 1) for month in (10, 11, 12)]


@pytest.mark.parametrize(
    ("metric", "step"),
    [
        (Metric.CALLS, WHOLE), (Metric.GROWTH, WHOLE), (Metric.REPLY_TIME, WHOLE),
        (Metric.COST_PER_CALL, CENTS), (Metric.ER, SHARE), (Metric.CURATED_SHARE, SHARE),
    ],
)  # fmt: skip
def test_values_have_the_step_of_their_metric(metric: Metric, step: Decimal) -> None:
    assert step_of(metric) == step
