"""Vectors published by those who use the formulas."""

import pytest

from kpi import formulas
from kpi.formulas import FORMULAS, Engagement
from strategy.models import FormulaCode


def test_er_post_of_published_vectors() -> None:
    e = formulas.engagement(likes=150, comments=35, shares=15).total
    assert formulas.er_post(e, 2_500) == pytest.approx(0.08)
    assert formulas.er_post(425, 10_000) == pytest.approx(0.0425)


def test_er_post_average_is_livedunes_er() -> None:
    e = formulas.engagement(likes=10 * 10, comments=20).total
    assert formulas.er_post_average(e, 300, 10) == pytest.approx(0.04)


def test_telegram_practice_of_published_vector() -> None:
    assert formulas.er_view(600, 10_000) == pytest.approx(0.06)
    assert formulas.telegram_err(8_000, 20_000) == pytest.approx(0.40)


def test_ratio_without_denominator_is_unknown_not_zero() -> None:
    assert formulas.er_post(5, 0) is None
    assert formulas.er_post(5, None) is None
    assert formulas.er_view(5, 0) is None
    assert formulas.err(5, None) is None
    assert formulas.er_post_average(5, 100, 0) is None
    assert formulas.er_post_average(5, None, 3) is None


def test_ratio_of_measured_zero_is_zero() -> None:
    assert formulas.er_post(0, 100) == 0.0


def test_engagement_states_the_parts_that_were_told() -> None:
    assert formulas.engagement(likes=3, shares=2) == Engagement(5, ("likes", "shares"))
    assert formulas.engagement(likes=0) == Engagement(0, ("likes",))
    assert formulas.engagement() == Engagement(None, ())


def test_er_day_average_leaves_unmeasured_days_out() -> None:
    days = [(10, 100.0), (None, 100.0), (30, None), (0, 100.0)]
    assert formulas.er_day_average(days) == pytest.approx(0.05)
    assert formulas.er_day_average([]) is None


def test_means_of_ratios_differ_from_ratio_of_sums() -> None:
    posts = [(10, 100), (10, 1_000), (5, None)]
    assert formulas.er_view_mean(posts) == pytest.approx(0.055)
    assert formulas.err_mean(posts) == pytest.approx(0.055)
    assert formulas.er_view(20, 1_100) == pytest.approx(20 / 1_100)


def test_rates_of_one_part_and_of_reach() -> None:
    assert formulas.love_rate(100, 2_500, 2) == pytest.approx(0.02)
    assert formulas.reach_rate(600, 10_000) == pytest.approx(0.06)
    assert formulas.reach_rate(None, 10_000) is None


def test_daily_er_needs_both_readings() -> None:
    assert formulas.er_daily(40, 48, 100) == pytest.approx(0.08)
    assert formulas.er_daily(48, 40, 100) == pytest.approx(-0.08)
    assert (formulas.er_daily(None, 48, 100), formulas.er_daily(40, None, 100)) == (None, None)


def test_formulas_name_every_code_of_a_target() -> None:
    assert set(FormulaCode.values) <= set(FORMULAS)
    assert all(formula.code == code for code, formula in FORMULAS.items())
