import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from kpi.statistics import compare_rates, poisson_interval, poisson_tail, weekday_weights


def test_tail_is_chance_of_so_few() -> None:
    assert poisson_tail(np.array([6.0, 33.0, 0.0]), np.array([12.0, 45.0, 0.0])) == pytest.approx(
        [0.045822, 0.038339, 1.0], abs=1e-6
    )


@given(st.integers(0, 400), st.floats(0.01, 400))
def test_tail_agrees_with_scipy_distribution(actual: int, expected: float) -> None:
    assert float(poisson_tail(actual, expected)) == pytest.approx(
        float(stats.poisson.cdf(actual, expected)), abs=1e-12
    )


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [
        (0, 0.0, 3.6889),
        (1, 0.0253, 5.5716),
        (5, 1.6235, 11.6683),
        (10, 4.7954, 18.3904),
        (20, 12.2165, 30.8884),
    ],
)
def test_interval_is_garwoods(count: int, low: float, high: float) -> None:
    assert poisson_interval(count) == pytest.approx((low, high), abs=5e-5)


def test_comparison_agrees_with_poisson_test_of_r() -> None:
    change = compare_rates(before=21, before_days=3011, after=11, after_days=800)
    assert change.p_exact == pytest.approx(0.07967, abs=5e-6)
    assert (change.ratio, change.low, change.high) == pytest.approx((1.971, 0.858, 4.277), abs=5e-4)


def test_comparison_agrees_with_gu_2008() -> None:
    change = compare_rates(before=30, before_days=54308.7, after=60, after_days=51477.5)
    assert change.p_exact == pytest.approx(0.000675183, abs=5e-9)
    assert (change.low, change.high) == pytest.approx((1.3397, 3.3884), abs=5e-5)


def test_comparison_with_no_count_before_has_no_upper_bound() -> None:
    change = compare_rates(before=0, before_days=100, after=3, after_days=100)
    assert (change.ratio, change.high) == (None, None)
    assert change.p_exact == pytest.approx(0.25)


def test_comparison_of_nothing_with_nothing_says_no_change() -> None:
    change = compare_rates(before=0, before_days=30, after=0, after_days=30)
    assert (change.ratio, change.low, change.high, change.p_value) == (None, 0.0, None, 1.0)


def test_comparison_without_measured_days_is_refused() -> None:
    with pytest.raises(ValueError, match="measured days"):
        compare_rates(before=0, before_days=0, after=3, after_days=30)


@given(
    before=st.integers(0, 60),
    after=st.integers(0, 60),
    days=st.integers(1, 90),
    other=st.integers(1, 90),
)
def test_comparison_holds_ratio_within_interval(
    before: int, after: int, days: int, other: int
) -> None:
    change = compare_rates(before=before, before_days=days, after=after, after_days=other)
    assert 0 <= change.p_value <= 1
    if change.ratio is not None and change.high is not None:
        assert change.low <= change.ratio <= change.high


@given(
    before=st.integers(0, 60),
    after=st.integers(0, 60),
    days=st.integers(1, 90),
    other=st.integers(1, 90),
    dispersion=st.floats(1, 5),
    chosen=st.floats(0, 20),
)
def test_comparison_never_disagrees_with_its_interval(
    before: int, after: int, days: int, other: int, dispersion: float, chosen: float
) -> None:
    change = compare_rates(
        before=before, before_days=days, after=after, after_days=other,
        dispersion=dispersion, chosen=chosen,
    )  # fmt: skip
    is_outside = change.low > 1 or (change.high is not None and change.high < 1)
    assume(abs(change.p_value - 0.05) > 1e-9)
    assert (change.p_value < 0.05) is is_outside


def test_scatter_and_chosen_days_widen_the_interval() -> None:
    counts = {"before": 30, "before_days": 60, "after": 30, "after_days": 30}
    plain = compare_rates(**counts)
    wide = compare_rates(**counts, dispersion=2)
    picked = compare_rates(**counts, chosen=6)
    assert plain.high is not None
    assert wide.high is not None
    assert wide.low < plain.low < plain.high < wide.high
    assert (picked.low < plain.low, picked.high, picked.ratio) == (True, plain.high, plain.ratio)


weeks = st.lists(st.integers(0, 200), min_size=7, max_size=7)


@given(st.lists(weeks, min_size=1, max_size=4), st.integers(0, 12))
def test_weights_have_mean_one_and_are_positive(rows: list[list[int]], days: int) -> None:
    counts = np.array(rows, dtype=np.float64) * (days > 0)
    weights = weekday_weights(counts, np.full_like(counts, days))
    assert weights.mean(axis=1) == pytest.approx(np.ones(len(rows)))
    assert (weights > 0).all()


def test_weights_without_history_are_even() -> None:
    nothing = np.zeros((1, 7))
    assert weekday_weights(nothing, nothing) == pytest.approx(np.ones((1, 7)))


def test_weights_follow_many_calls_and_hardly_few() -> None:
    shape = np.array([2.0, 2.0, 2.0, 2.0, 2.0, 0.0, 0.0])
    weights = weekday_weights(np.array([shape * 120, shape]), np.full((2, 7), 12.0))
    assert weights[0, 6] < 0.06
    assert weights[1, 6] > 0.5


def test_weight_of_unmeasured_weekday_stays_near_mean() -> None:
    counts = np.array([[24.0, 24.0, 24.0, 24.0, 24.0, 24.0, 0.0]])
    days = np.array([[12.0, 12.0, 12.0, 12.0, 12.0, 12.0, 0.0]])
    assert weekday_weights(counts, days) == pytest.approx(np.ones((1, 7)))
