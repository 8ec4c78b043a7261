import datetime as dt

import pytest

from kpi.models import Light
from kpi.rules import (
    ErReading,
    ErRule,
    GrowthPace,
    GrowthRule,
    Verdict,
    Window,
    grey,
    with_chart,
)

FIRST = dt.date(2026, 2, 1)
WINDOW = Window(FIRST, FIRST + dt.timedelta(days=27))


@pytest.mark.parametrize(
    ("actual", "expected", "days", "light", "reason"),
    [
        (80.0, 100.0, 28, Light.GREEN, ""),
        (79.0, 100.0, 28, Light.AMBER, ""),
        (49.0, 100.0, 28, Light.AMBER, ""),
        (-20.0, 100.0, 28, Light.AMBER, ""),
        (0.0, 0.0, 28, Light.GREEN, ""),
        (-20.0, 100.0, 13, Light.GREY, "too_early"),
        (None, None, 0, Light.GREY, "no_data"),
        (10.0, None, 28, Light.GREY, "no_target"),
    ],
)
def test_growth_behind_its_pace_is_amber_and_no_alarm(
    actual: float | None, expected: float | None, days: int, light: Light, reason: str
) -> None:
    (verdict,) = GrowthRule().judge([GrowthPace(actual, expected, days, WINDOW)])
    assert (verdict.light, verdict.reason) == (light, reason)


@pytest.mark.parametrize(
    ("value", "target", "posts", "light", "reason"),
    [
        (0.016, 0.02, 5, Light.GREEN, ""),
        (0.0159, 0.02, 5, Light.AMBER, ""),
        (0.0, 0.02, 5, Light.AMBER, ""),
        (0.0, 0.0, 5, Light.GREEN, ""),
        (None, 0.02, 5, Light.GREY, "no_data"),
        (0.03, None, 5, Light.GREY, "no_target"),
    ],
)
def test_er_behind_its_target_is_amber_and_no_alarm(
    value: float | None, target: float | None, posts: int, light: Light, reason: str
) -> None:
    (verdict,) = ErRule().judge([ErReading(value, target, posts, WINDOW)])
    assert (verdict.light, verdict.reason) == (light, reason)


PLAN = Verdict(Light.AMBER, actual=1.0, expected=2.0, window=WINDOW, evidence={"posts": 9})
QUIET = Verdict(Light.GREEN, rule="chart", evidence={"statistic": 1.0})
ALARM = Verdict(Light.RED, rule="chart", evidence={"statistic": 9.0})


def test_a_chart_without_an_alarm_leaves_the_light_of_the_plan() -> None:
    said = with_chart(PLAN, QUIET)
    assert (said.light, said.rule, said.evidence) == (
        Light.AMBER,
        "chart",
        {"posts": 9, "statistic": 1.0},
    )


def test_an_alarm_is_red_with_what_was_agreed_beside() -> None:
    said = with_chart(PLAN, ALARM)
    assert (said.light, said.evidence) == (Light.RED, {"statistic": 9.0, "agreed": 2.0})


def test_a_chart_sees_a_fall_where_the_period_has_no_rate() -> None:
    assert with_chart(grey("no_data"), ALARM).light == Light.RED
    assert with_chart(grey("no_data"), QUIET).reason == "no_data"


@pytest.mark.parametrize(
    ("plan", "chart", "reason"),
    [(grey("no_target"), ALARM, "no_target"), (PLAN, grey("few_posts"), "few_posts")],
)
def test_grey_is_the_first_that_cannot_say(plan: Verdict, chart: Verdict, reason: str) -> None:
    said = with_chart(plan, chart)
    assert (said.light, said.reason) == (Light.GREY, reason)
