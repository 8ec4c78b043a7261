"""The arithmetic of robust charts, against published run lengths and against simulated pages."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from kpi.chart_steps import last_step
from kpi.robust_chart import (
    CUT,
    LEAST_SHIFT,
    MOST_SHIFT,
    chart_shift,
    history_of,
    normal_gains,
    run_length,
    thresholds_for,
)
from kpi.statistics import FloatArray


def markov(reference: float, threshold: float, shift: float, steps: int = 250) -> float:
    """The run length by a Markov chain (Brook & Evans 1972), for the test alone."""
    width = 2 * threshold / (2 * steps - 1)
    states = np.arange(steps)
    edges = (states[None, :] + 0.5 - states[:, None]) * width
    moved = stats.norm.cdf(edges + reference + shift)
    chain = np.hstack([moved[:, :1], np.diff(moved, axis=1)])
    return float(np.linalg.solve(np.eye(steps) - chain, np.ones(steps))[0])


def lengths(reference: float, threshold: float, shift: float) -> float:
    found = run_length(
        reference=np.array(reference), threshold=np.array(threshold), shift=np.array(shift)
    )
    return float(found)


@pytest.mark.parametrize(
    ("threshold", "two_sided"),
    # Montgomery, Introduction to Statistical Quality Control, table of the two-sided CUSUM with
    # k = 1/2 in control: 168 at h = 4, 465 at h = 5. One side takes twice as long.
    [(4.0, 168.0), (5.0, 465.0)],
)
def test_run_lengths_in_control_are_the_published_ones(threshold: float, two_sided: float) -> None:
    assert markov(0.5, threshold, 0.0) == pytest.approx(2 * two_sided, rel=0.005)
    assert lengths(0.5, threshold, 0.0) == pytest.approx(2 * two_sided, rel=0.02)


@pytest.mark.parametrize(
    ("threshold", "shift", "published"),
    [(4.0, -1.0, 8.38), (5.0, -1.0, 10.4), (4.0, -0.5, 26.6), (5.0, -0.5, 38.0)],
)
def test_run_lengths_of_falls_are_the_published_ones(
    threshold: float, shift: float, published: float
) -> None:
    assert lengths(0.5, threshold, shift) == pytest.approx(published, rel=0.03)


@pytest.mark.parametrize("reference", [0.125, 0.25, 0.5, 0.75])
@pytest.mark.parametrize("shift", [-0.2, 0.0, 0.2])
def test_the_closed_form_is_near_the_chain(reference: float, shift: float) -> None:
    for threshold in (3.0, 6.0):
        exact = markov(reference, threshold, shift)
        assert lengths(reference, threshold, shift) == pytest.approx(exact, rel=0.08)


def test_a_chart_is_made_for_no_less_and_no_more_than_it_can_find() -> None:
    assert chart_shift(np.array([0.0, 1.0, 9.0])).tolist() == [LEAST_SHIFT, 1.0, MOST_SHIFT]


def test_a_viral_post_moves_neither_middle_nor_scatter_far() -> None:
    usual = np.linspace(-1, 1, 41)
    plain, viral = (history_of(values, floor=0.1) for values in (usual, np.append(usual, 400.0)))
    assert viral.centre == pytest.approx(plain.centre, abs=0.1)
    assert viral.scale == pytest.approx(plain.scale, rel=0.25)


def test_one_far_value_says_no_more_than_one_at_the_cut() -> None:
    one = np.ones((1, 1))
    far, cut = (
        normal_gains(np.array([[value]]), shift=np.array([1.0]), covered=one)
        for value in (-50.0, -CUT)
    )
    assert far == cut == pytest.approx(CUT - 0.5)


def test_a_value_of_several_days_says_what_its_days_would() -> None:
    shift = np.array([0.8])
    days = normal_gains(np.full((1, 4), -0.5), shift=shift, covered=np.ones((1, 4)))
    once = normal_gains(np.array([[-0.5 * 2]]), shift=shift, covered=np.array([[4.0]]))
    assert once.sum() == pytest.approx(days.sum())


def test_less_history_and_more_patience_ask_for_a_higher_threshold() -> None:
    base = {"shift": np.full(3, 0.8), "window": np.full(3, 20.0)}
    by_history = thresholds_for(
        history=np.array([10.0, 40.0, 200.0]), run_length=np.full(3, 900.0), **base
    )
    by_budget = thresholds_for(
        history=np.full(3, 60.0), run_length=np.array([300.0, 900.0, 9_000.0]), **base
    )
    assert (np.diff(by_history) < 0).all()
    assert (np.diff(by_budget) > 0).all()


def normal(rng: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
    return rng.normal(size=shape)


def heavy(rng: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
    return rng.standard_t(4, size=shape)


def skew(rng: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
    return np.log(rng.gamma(2.0, size=shape))


WINDOW, PAGES, POSTS_BEFORE, PATIENCE = 20, 1_000, 60, 400.0


@pytest.mark.parametrize("draw", [normal, heavy, skew])
@pytest.mark.parametrize("shift", [0.5, 1.0])
def test_windows_alarm_by_chance_no_more_often_than_set(
    draw: Callable[[np.random.Generator, tuple[int, int]], FloatArray], shift: float
) -> None:
    """Pages with histories of their own, a window each; 20 of 400 posts: in 5 % of them."""
    rng = np.random.default_rng(7)
    before, now = draw(rng, (PAGES, POSTS_BEFORE)), draw(rng, (PAGES, WINDOW))
    histories = [history_of(row, floor=0.1) for row in before]
    centre = np.array([[history.centre] for history in histories])
    scale = np.array([[history.scale] for history in histories])
    shifts = np.full(PAGES, shift)
    threshold = thresholds_for(
        shift=shifts,
        history=np.full(PAGES, float(POSTS_BEFORE)),
        run_length=np.full(PAGES, PATIENCE),
        window=np.full(PAGES, float(WINDOW)),
    )
    gains = normal_gains((now - centre) / scale, shift=shifts, covered=np.ones_like(now))
    charts = last_step(gains, threshold, np.zeros(PAGES, dtype=np.intp))
    share = float((charts.raised >= 0).mean())
    assert 0 < share <= WINDOW / PATIENCE
