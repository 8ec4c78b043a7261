import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.models import Light
from kpi.rules import (
    CountRule,
    CountSeries,
    ErReading,
    ErRule,
    GrowthPace,
    GrowthRule,
    Verdict,
    Window,
)

FIRST = dt.date(2026, 2, 1)
RULE = CountRule()


def series(
    actual: list[float], *, monthly: float = 30.0, start: int = 0, end: int | None = None
) -> CountSeries:
    """One target in 28-day February and after, a day's share the same each day."""
    counts = np.array([actual])
    covered = np.ones_like(counts, dtype=np.intp)
    covered[:, :start] = 0
    expected = np.where(covered > 0, monthly / 30, 0.0)
    last = len(actual) - 1 if end is None else end
    return CountSeries(
        FIRST, counts * (covered > 0), expected, covered, np.array([start]), np.array([last])
    )


def judge(*args: list[float], **kwargs: float) -> Verdict:
    (verdict,) = RULE.judge(series(*args, **kwargs))  # type: ignore[arg-type]
    return verdict


def test_rate_on_target_is_green() -> None:
    verdict = judge([1.0] * 20)
    assert (verdict.light, verdict.actual, verdict.expected) == (Light.GREEN, 20, 20)
    assert verdict.window == Window(FIRST, FIRST + dt.timedelta(days=19))


def test_far_below_is_red_at_once() -> None:
    verdict = judge([1.0] * 4 + [0.0] * 16)
    assert verdict.light == Light.RED
    assert verdict.p_value == pytest.approx(1.69e-5, rel=0.01)


def test_amber_needs_three_days_running() -> None:
    # 19 days, 11 calls: P(X ≤ 11 | 19) = 3.5 %, below 80 %; a day before it was P(X ≤ 11 | 18).
    flow = [1.0] * 11 + [0.0] * 8
    assert [judge(flow[:days]).light for days in (17, 18, 19)] == [
        Light.GREEN,
        Light.GREEN,
        Light.GREEN,
    ]
    assert judge([*flow, 1.0]).light == Light.GREEN
    assert judge([*flow, 1.0, 0.0]).light == Light.AMBER


def test_rare_but_near_is_green() -> None:
    # 300 a day are expected and 285 came: rarer than 1 %, but only 5 % below.
    verdict = judge([285.0] * 20, monthly=9000)
    assert verdict.p_value is not None
    assert verdict.p_value < 0.01
    assert verdict.light == Light.GREEN


def test_low_but_not_rare_is_green() -> None:
    # 3 of 5: below 80 %, and nothing unusual.
    assert judge([0.0] * 8 + [1.0, 1.0, 1.0] + [0.0] * 4, monthly=10).light == Light.GREEN


def test_too_few_measured_days_are_grey() -> None:
    verdict = judge([0.0] * 20, start=14)
    assert (verdict.light, verdict.reason) == (Light.GREY, "too_early")
    assert judge([0.0] * 21, start=14).light == Light.RED


def test_amber_a_week_ago_as_well_is_red() -> None:
    flow = [1.0, 0.0] * 12 + [1.0, 0.0, 1.0, 1.0]
    lights = [judge(flow[:days], monthly=26).light for days in range(14, 29)]
    assert Light.RED in lights
    first_amber = lights.index(Light.AMBER)
    assert lights[first_amber : first_amber + 2] == [Light.AMBER, Light.AMBER]


def test_month_that_closes_rare_and_low_is_red_without_waiting() -> None:
    # On 28 February 18 of 28 came: P = 2.9 %; nothing was amber before the last two days.
    flow = [1.0] * 18 + [0.0] * 10
    before = judge(flow[:27])
    verdict = judge(flow)
    assert verdict.p_value == pytest.approx(0.0299, abs=0.003)
    assert (before.light, verdict.light) == (Light.GREEN, Light.RED)


def test_young_month_is_judged_by_trailing_days() -> None:
    verdict = judge([1.0] * 33)
    assert verdict.window == Window(dt.date(2026, 2, 6), dt.date(2026, 3, 5))
    assert judge([1.0] * 42).window == Window(dt.date(2026, 3, 1), dt.date(2026, 3, 14))


def test_days_before_the_version_are_not_judged() -> None:
    verdict = judge([0.0] * 20 + [1.0] * 13, start=20)
    assert (verdict.light, verdict.expected) == (Light.GREEN, 13)
    assert verdict.window == Window(dt.date(2026, 2, 21), dt.date(2026, 3, 5))


def test_days_after_the_last_known_one_are_not_judged() -> None:
    verdict = judge([1.0] * 20 + [0.0] * 8, end=19)
    assert (verdict.light, verdict.expected) == (Light.GREEN, 20)


@given(
    st.lists(st.integers(0, 6), min_size=14, max_size=45),
    st.integers(1, 120),
    st.integers(0, 44),
)
def test_one_more_call_never_darkens_the_light(
    counts: list[int], monthly: int, position: int
) -> None:
    order = [Light.RED, Light.AMBER, Light.GREEN]
    flow = [float(count) for count in counts]
    better = flow.copy()
    better[position % len(flow)] += 1
    before, after = judge(flow, monthly=monthly).light, judge(better, monthly=monthly).light
    assert order.index(after) >= order.index(before)


@given(st.lists(st.lists(st.integers(0, 5), min_size=30, max_size=30), min_size=1, max_size=5))
def test_targets_are_judged_apart(rows: list[list[int]]) -> None:
    stack = CountSeries(
        FIRST,
        np.array(rows, dtype=np.float64),
        np.ones((len(rows), 30)),
        np.ones((len(rows), 30), dtype=np.intp),
        np.zeros(len(rows), dtype=np.intp),
        np.full(len(rows), 29),
    )
    alone = [judge([float(count) for count in row]) for row in rows]
    assert RULE.judge(stack) == alone


WINDOW = Window(FIRST, FIRST + dt.timedelta(days=27))


@pytest.mark.parametrize(
    ("actual", "expected", "days", "light", "reason"),
    [
        (80.0, 100.0, 28, Light.GREEN, ""),
        (79.0, 100.0, 28, Light.AMBER, ""),
        (50.0, 100.0, 28, Light.AMBER, ""),
        (49.0, 100.0, 28, Light.RED, ""),
        (-20.0, 100.0, 28, Light.RED, ""),
        (0.0, 0.0, 28, Light.GREEN, ""),
        (-20.0, 100.0, 13, Light.GREY, "too_early"),
        (None, None, 0, Light.GREY, "no_data"),
        (10.0, None, 28, Light.GREY, "no_target"),
    ],
)
def test_growth_is_judged_by_its_pace(
    actual: float | None, expected: float | None, days: int, light: Light, reason: str
) -> None:
    (verdict,) = GrowthRule().judge([GrowthPace(actual, expected, days, WINDOW)])
    assert (verdict.light, verdict.reason) == (light, reason)


@pytest.mark.parametrize(
    ("value", "target", "posts", "light", "reason"),
    [
        (0.016, 0.02, 5, Light.GREEN, ""),
        (0.0159, 0.02, 5, Light.AMBER, ""),
        (0.0099, 0.02, 5, Light.RED, ""),
        (0.0, 0.0, 5, Light.GREEN, ""),
        (0.03, 0.02, 4, Light.GREY, "few_posts"),
        (None, 0.02, 5, Light.GREY, "no_data"),
        (0.03, None, 5, Light.GREY, "no_target"),
    ],
)
def test_er_is_judged_against_its_target(
    value: float | None, target: float | None, posts: int, light: Light, reason: str
) -> None:
    (verdict,) = ErRule().judge([ErReading(value, target, posts, "er_post", WINDOW)])
    assert (verdict.light, verdict.reason) == (light, reason)
