"""The arithmetic of promotion, against numbers worked out by hand and published intervals."""

from decimal import Decimal
from math import exp

import pytest

from kpi.promotion_formulas import (
    Answer,
    CostInterval,
    ad_cost_share,
    calls_that_tell,
    chance_of_silence,
    cost_interval,
    cost_per,
    cost_per_stayed,
    cost_per_thousand,
    is_small,
    judge_cost,
    rate_interval,
    rate_of,
    romi,
)

MONEY = Decimal(15_000)


def test_ratios_of_a_campaign() -> None:
    # 15 000 / 30 000 × 1000 = 500; 15 000 / 600 = 25; 600 / 30 000 = 2 %;
    # 15 000 / 120 = 125; 15 000 / (120 − 20) = 150; 15 000 / 7 = 2142.857…
    assert cost_per_thousand(MONEY, 30_000) == Decimal("500.00")
    assert cost_per(MONEY, 600) == Decimal("25.00")
    assert rate_of(600, 30_000) == Decimal("0.02000")
    assert cost_per(MONEY, 120) == Decimal("125.00")
    assert cost_per_stayed(MONEY, 120, 20) == Decimal("150.00")
    assert cost_per(MONEY, 7) == Decimal("2142.86")


def test_ratios_of_deals() -> None:
    # (60 000 − 15 000) / 15 000 = 300 %; 15 000 / 60 000 = 25 %; half lost: −50 %.
    assert romi(Decimal(60_000), MONEY) == Decimal("3.00000")
    assert ad_cost_share(MONEY, Decimal(60_000)) == Decimal("0.25000")
    assert romi(Decimal(7_500), MONEY) == Decimal("-0.50000")


@pytest.mark.parametrize(
    "found",
    [
        cost_per_thousand(MONEY, 0),
        cost_per_thousand(MONEY, None),
        cost_per(None, 5),
        cost_per(MONEY, 0),
        cost_per_stayed(MONEY, 20, 20),
        cost_per_stayed(MONEY, 20, None),
        cost_per_stayed(MONEY, None, 0),
        rate_of(None, 10),
        rate_of(5, 0),
        romi(None, MONEY),
        romi(MONEY, Decimal(0)),
        ad_cost_share(MONEY, None),
        ad_cost_share(MONEY, Decimal(0)),
        cost_interval(Decimal(0), 3),
        cost_interval(MONEY, None),
        rate_interval(5, 3),
        rate_interval(1, 0),
    ],
)
def test_ratio_is_none_where_a_side_is_not_known_or_empty(found: object) -> None:
    assert found is None


def test_money_without_return_is_no_ratio_but_a_loss() -> None:
    # Deals are known and there were none: (0 − 15 000) / 15 000 = −100 %.
    assert romi(Decimal(0), MONEY) == Decimal("-1.00000")


def test_interval_of_a_cost_turns_garwoods_around() -> None:
    # Garwood: 0 → (0; 3.6889), 5 → (1.6235; 11.6683), 10 → (4.7954; 18.3904).
    # 15 000 / 3.68888 = 4 066.28; 15 000 / 11.66833 = 1 285.53, / 1.62349 = 9 239.38;
    # 15 000 / 18.39036 = 815.64, / 4.79539 = 3 128.01.
    assert cost_interval(MONEY, 0) == CostInterval(Decimal("4066.28"), None)
    assert cost_interval(MONEY, 5) == CostInterval(Decimal("1285.53"), Decimal("9239.38"))
    assert cost_interval(MONEY, 10) == CostInterval(Decimal("815.64"), Decimal("3128.01"))


def test_interval_of_a_rate_is_wilsons() -> None:
    # R: prop.test(3, 10, correct = FALSE)$conf.int → 0.1077913 0.6032219
    low, high = rate_interval(3, 10) or (0.0, 0.0)
    assert (round(low, 7), round(high, 7)) == (0.1077913, 0.6032219)


@pytest.mark.parametrize(("count", "small"), [(None, False), (0, True), (9, True), (10, False)])
def test_sample_is_small_below_ten(count: int | None, small: bool) -> None:
    assert is_small(count) is small


def test_silence_speaks_by_its_exact_chance() -> None:
    # 3 000 of money at 1 000 a call would have brought 3: P(0) = e^−3 = 4.979 %.
    assert chance_of_silence(Decimal(3_000), Decimal(1_000)) == exp(-3)


def test_cheap_row_is_repeated_and_dear_one_stopped() -> None:
    # 10 calls of 15 000: the cost lies in 815.64 … 3 128.01.
    assert judge_cost(MONEY, 10, Decimal("3128.02")).answer == Answer.REPEAT
    assert judge_cost(MONEY, 10, Decimal("3128.01")).answer == Answer.UNCLEAR
    assert judge_cost(MONEY, 10, Decimal("815.63")).answer == Answer.STOP
    assert judge_cost(MONEY, 10, Decimal("815.64")).answer == Answer.UNCLEAR


def test_unclear_row_says_how_much_more_would_tell() -> None:
    # 10 calls at 1 500 against 2 000: the share 0.75. The upper end of the cost is n × 1 500 / low;
    # it falls below 2 000 where low / n > 0.75: 54 → 40.566 (0.7512), 53 → 0.7491.
    found = judge_cost(MONEY, 10, Decimal(2_000))
    assert (found.answer, found.more_calls, found.more_money) == (
        Answer.UNCLEAR, 44, Decimal(66_000),
    )  # fmt: skip


def test_calls_that_tell_are_the_fewest() -> None:
    # Twice as dear as the target: the upper limit of n over n must fall below 2.
    # Garwood: 7 → 14.4227 (2.0604), 8 → 15.7632 (1.9704).
    assert calls_that_tell(Decimal(2_000), Decimal(1_000)) == 8


def test_row_that_costs_the_target_never_tells() -> None:
    found = judge_cost(Decimal(10_000), 10, Decimal(1_000))
    assert (found.answer, found.more_calls, found.more_money) == (Answer.UNCLEAR, None, None)


def test_silent_row_stops_beyond_three_costs() -> None:
    # 3 000.01 > 3 × 1 000; at exactly three it still waits.
    silent = judge_cost(Decimal("3000.01"), 0, Decimal(1_000))
    assert (silent.answer, round(silent.chance or 1, 3)) == (Answer.SILENT, 0.05)
    waits = judge_cost(Decimal(2_400), 0, Decimal(1_000))
    assert (waits.answer, waits.more_calls, waits.more_money) == (
        Answer.UNCLEAR, None, Decimal(600),
    )  # fmt: skip


def test_row_without_counted_calls_or_money_is_not_judged() -> None:
    assert judge_cost(MONEY, None, Decimal(1_000)).answer == Answer.NOT_COUNTED
    assert judge_cost(None, 3, Decimal(1_000)).answer == Answer.NOT_COUNTED
    assert judge_cost(Decimal(0), 3, Decimal(1_000)).answer == Answer.NOT_COUNTED


def test_without_a_target_nothing_is_cheap_or_dear() -> None:
    found = judge_cost(MONEY, 10, None)
    assert (found.answer, found.interval) == (
        Answer.UNCLEAR, CostInterval(Decimal("815.64"), Decimal("3128.01")),
    )  # fmt: skip
