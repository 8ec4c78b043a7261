import datetime as dt

import pytest

from kpi.models import Light
from kpi.rules import (
    ErReading,
    ErRule,
    GrowthPace,
    GrowthRule,
    Window,
)

FIRST = dt.date(2026, 2, 1)
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
    (verdict,) = ErRule().judge([ErReading(value, target, posts, WINDOW)])
    assert (verdict.light, verdict.reason) == (light, reason)
