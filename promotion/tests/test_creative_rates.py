"""Wilson's intervals against published figures, and what is said where they meet."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promotion.creative_rates import (
    Interval,
    Measured,
    Verdict,
    compare_costs,
    compare_ctrs,
    wilson,
)


def told(spend: str, joins: int | None, shown: int = 10_000, **more: Any) -> Measured:
    return Measured(spend=Decimal(spend), joins=joins, paid=Decimal(spend), shown=shown, **more)


def test_wilson_is_the_published_interval() -> None:
    """Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29."""
    found = [wilson(*each) for each in [(81, 263), (15, 148), (0, 20), (1, 29)]]
    assert [(round(each.low, 4), round(each.high or 0, 4)) for each in found if each] == [
        (0.2553, 0.3662),
        (0.0624, 0.1605),
        (0.0, 0.1611),
        (0.0061, 0.1718),
    ]


@pytest.mark.parametrize(("count", "of"), [(None, 5), (1, None), (1, 0), (6, 5), (-1, 5)])
def test_rate_of_nothing_has_no_interval(count: int | None, of: int | None) -> None:
    assert wilson(count, of) is None


@given(st.integers(1, 5_000), st.data())
def test_interval_holds_its_rate(of: int, data: Any) -> None:
    count = data.draw(st.integers(0, of))
    found = wilson(count, of)
    assert found is not None
    assert found.high is not None
    assert 0 <= found.low <= count / of <= found.high + 1e-12


def test_ratios_of_what_is_not_measured_are_none() -> None:
    empty = Measured(spend=Decimal(5))
    assert (empty.ctr, empty.cost_per_click, empty.cost_per_join) == (None, None, None)
    assert (empty.ctr_interval, empty.cost_interval) == (None, None)


def test_cost_per_join_is_of_the_days_whose_joins_are_measured() -> None:
    row = Measured(spend=Decimal(900), joins=10, paid=Decimal(300), shown=1_000)
    assert row.cost_per_join == 30.0


def test_cost_without_a_join_is_at_least_something() -> None:
    found = told("1000.00", 0).cost_interval
    assert found is not None
    assert (round(found.low), found.high) == (260, None)


def test_clearly_cheaper_creative_is_better() -> None:
    assert compare_costs({1: told("1000", 200), 2: told("1000", 50)}) == {
        1: Verdict.BETTER,
        2: Verdict.WORSE,
    }


def test_intervals_that_touch_are_too_little_to_tell() -> None:
    assert compare_costs({1: told("100", 5), 2: told("100", 3)}) == {
        1: Verdict.UNCLEAR,
        2: Verdict.UNCLEAR,
    }


def test_nobody_wins_between_two_good_ones_but_the_bad_one_loses() -> None:
    rows = {1: told("1000", 200), 2: told("1000", 195), 3: told("1000", 20)}
    assert compare_costs(rows) == {
        1: Verdict.UNCLEAR,
        2: Verdict.UNCLEAR,
        3: Verdict.WORSE,
    }


def test_one_creative_alone_is_compared_with_nothing() -> None:
    rows = {1: told("1000", 200), 2: told("1000", None)}
    assert compare_costs(rows) == {1: Verdict.NONE, 2: Verdict.NONE}


def test_higher_ctr_is_better() -> None:
    rows = {
        1: Measured(impressions=10_000, clicks=300),
        2: Measured(impressions=10_000, clicks=100),
    }
    assert compare_ctrs(rows) == {1: Verdict.BETTER, 2: Verdict.WORSE}


def test_cost_without_a_bound_is_below_nothing() -> None:
    assert not Interval(1.0, None).is_below(Interval(100.0, 200.0))
