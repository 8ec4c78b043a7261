import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.alarm_rule import CusumRule, ratio_for, run_charts
from kpi.models import Light
from kpi.rules import ChartSetup, CountSeries, Verdict

FIRST = dt.date(2026, 1, 5)


def series(counts: list[float], *, expected: float = 1.0, **changes: Any) -> CountSeries:
    days = len(counts)
    setup: dict[str, Any] = {
        "ratio": np.array([0.5]), "dispersion": np.array([1.0]), "threshold": np.array([3.0]),
        "silence": np.array([np.inf]), "is_explained": np.array([False]),
        "run_length": np.array([900.0]),
    }  # fmt: skip
    setup |= {name: changes.pop(name) for name in list(changes) if name in setup}
    fields: dict[str, Any] = {
        "first": FIRST,
        "actual": np.array([counts]),
        "expected": np.full((1, days), expected),
        "covered": np.ones((1, days), dtype=np.intp),
        "starts": np.array([0]),
        "ends": np.array([days - 1]),
    }
    return CountSeries(**(fields | changes), setup=ChartSetup(**setup))


def judge(counts: list[float], **changes: Any) -> Verdict:
    return CusumRule().judge(series(counts, **changes))[0]


def test_what_was_agreed_is_green() -> None:
    verdict = judge([1.0] * 60)
    assert (verdict.light, verdict.evidence["statistic"]) == (Light.GREEN, 0)


def test_a_fall_is_told_with_its_days_and_counts() -> None:
    verdict = judge([1.0] * 30 + [0.0, 0.0, 1.0, 0.0] * 4)
    assert verdict.light == Light.RED
    assert verdict.window
    assert verdict.window.first == FIRST + dt.timedelta(days=30)
    assert (verdict.actual, verdict.expected) == (4, 16)
    assert verdict.evidence["statistic"] >= verdict.evidence["threshold"]


def test_a_smaller_fall_is_amber() -> None:
    verdict = judge([1.0] * 30 + [1.0, 1.0, 0.0, 0.0, 1.0] * 12)
    assert verdict.light == Light.AMBER


def test_an_alarm_lasts_until_the_days_since_speak_for_the_agreed_rate() -> None:
    fall = [1.0] * 10 + [0.0] * 7
    assert judge([*fall, 1.0, 1.0, 1.0]).light == Light.RED
    recovered = judge(fall + [2.0] * 4)
    assert (recovered.light, recovered.evidence["statistic"]) == (Light.GREEN, 0)


def test_after_an_alarm_the_chart_begins_anew() -> None:
    fall = [0.0] * 7
    twice = series(fall + [3.0] * 3 + [1.0] * 5 + fall)
    charts = run_charts(twice)
    assert (charts.is_alarmed[0], charts.raised[0], charts.first[0]) == (True, 20, 15)


def test_days_that_are_not_measured_change_nothing() -> None:
    counts = [1.0] * 20 + [0.0] * 10
    covered = np.ones((1, 30), dtype=np.intp)
    covered[0, 20:] = 0
    verdict = judge(counts, covered=covered)
    assert (verdict.light, verdict.evidence["measured_days"]) == (Light.GREEN, 20)


def test_too_few_days_cannot_be_judged() -> None:
    verdict = judge([0.0] * 6, threshold=np.array([0.1]))
    assert (verdict.light, verdict.reason) == (Light.GREY, "too_early")


def test_days_before_the_chart_begins_do_not_count() -> None:
    verdict = judge([0.0] * 20 + [1.0] * 10, starts=np.array([20]))
    assert verdict.light == Light.GREEN


def test_a_silence_is_asked_about_before_the_strategy_is_blamed() -> None:
    counts = [1.0] * 20 + [0.0] * 10
    verdict = judge(counts, silence=np.array([8.0]))
    assert (verdict.light, verdict.reason, verdict.rule) == (Light.GREY, "silence", "silence")
    assert verdict.window
    assert verdict.window.first == FIRST + dt.timedelta(days=20)
    assert (verdict.actual, verdict.expected) == (0, 10)


def test_a_silence_that_is_explained_lets_the_alarm_speak() -> None:
    counts = [1.0] * 20 + [0.0] * 10
    verdict = judge(counts, silence=np.array([8.0]), is_explained=np.array([True]))
    assert (verdict.light, verdict.rule) == (Light.RED, "cusum")


def test_nothing_can_be_said_where_nothing_was_expected_for_two_weeks() -> None:
    covered = np.ones((1, 40), dtype=np.intp)
    covered[0, 26:] = 0
    verdict = judge([1.0] * 40, covered=covered)
    assert (verdict.light, verdict.reason) == (Light.GREY, "no_exposure")
    covered[0, 39] = 1
    assert judge([1.0] * 40, covered=covered).evidence["measured_lately"] == 1


def test_an_alarm_keeps_the_days_it_is_about() -> None:
    """A good day brings the statistic to zero, and not yet the end of the alarm."""
    verdict = judge([1.0] * 20 + [0.0] * 3 + [3.0], threshold=np.array([1.4]))
    assert (verdict.light, verdict.evidence["statistic"]) == (Light.AMBER, 0)
    assert verdict.window
    assert verdict.window.first == FIRST + dt.timedelta(days=20)
    assert (verdict.actual, verdict.expected) == (3, 4)


@pytest.mark.parametrize(("month", "ratio"), [(5.0, 0.5), (19.9, 0.5), (20.0, 0.7), (400.0, 0.7)])
def test_with_few_calls_a_halving_is_looked_for(month: float, ratio: float) -> None:
    assert ratio_for(np.array([month])).tolist() == [ratio]


@given(st.lists(st.lists(st.integers(0, 5), min_size=30, max_size=30), min_size=1, max_size=5))
def test_targets_are_judged_apart(rows: list[list[int]]) -> None:
    alone = [series([float(count) for count in row]) for row in rows]
    stack = CountSeries(
        first=FIRST,
        **{
            name: np.concatenate([getattr(each, name) for each in alone])
            for name in ("actual", "expected", "covered", "starts", "ends")
        },
        setup=ChartSetup(
            **{
                name: np.concatenate([getattr(each.setup, name) for each in alone])
                for name in ChartSetup.__dataclass_fields__
            }
        ),
    )
    assert CusumRule().judge(stack) == [CusumRule().judge(each)[0] for each in alone]


@given(st.lists(st.integers(0, 3), min_size=30, max_size=30), st.integers(0, 29))
def test_one_more_call_never_raises_an_alarm(counts: list[int], day: int) -> None:
    more = [count + (column == day) for column, count in enumerate(counts)]
    before, after = (run_charts(series([float(n) for n in row])) for row in (counts, more))
    assert after.raised.max() < 0 or before.raised.max() >= 0
