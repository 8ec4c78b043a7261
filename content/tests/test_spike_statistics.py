"""The test by which a wave is told from a bad afternoon, and how often it errs."""

import numpy as np
import pytest
from scipy.stats import nbinom

from content.reply_reference import RULES
from content.spike_statistics import chance_of, is_spike

WEEKS = 8
STEPS_A_WEEK = 7 * 24 * 12
STEPS_A_MONTH = 30 * 24 * 12


def test_chance_is_that_of_the_negative_binomial() -> None:
    # Nobody in eight weeks: P(X ≥ 1) = 1 − (8/9)^½.
    assert chance_of(1, before=0, windows=8) == pytest.approx(1 - (8 / 9) ** 0.5)
    # P(X = 1) = ½ · (8/9)^½ · 1/9.
    two = chance_of(1, before=0, windows=8) - 0.5 * (8 / 9) ** 0.5 / 9
    assert chance_of(2, before=0, windows=8) == pytest.approx(two)


def test_the_same_number_is_a_wave_for_the_quiet_and_an_afternoon_for_the_busy() -> None:
    quiet = chance_of(5, before=0, windows=8)
    busy = chance_of(5, before=32, windows=8)
    assert quiet < 1e-5
    assert busy > 0.3


@pytest.mark.parametrize(
    ("people", "before", "windows", "answer"),
    [
        (4, 0, 8, False),
        (5, 0, 8, True),
        (5, 8, 8, False),
        (10, 8, 8, True),
        # Nothing is known of what is usual: twice the floor.
        (9, 0, 1, False),
        (10, 0, 1, True),
        (10, 0, 0, True),
    ],
)
def test_floor_and_limit(people: int, before: int, windows: int, answer: bool) -> None:
    rule = RULES["balanced"]
    found = is_spike(
        people, before=before, windows=windows, limit=rule["chance"], floor=rule["floor"]
    )
    assert found == answer


def months_with_a_false_alarm(sensitivity: str, an_hour: float, *, clients: int = 150) -> float:
    """The share of months of 30 days, looked at every five minutes, at a steady Poisson rate."""
    rule, rng = RULES[sensitivity], np.random.default_rng(20260311)
    steps = WEEKS * STEPS_A_WEEK + STEPS_A_MONTH
    came = np.cumsum(rng.poisson(an_hour / 12, (clients, steps)), axis=1)
    window = came.copy()
    window[:, 12:] -= came[:, :-12]
    looks = np.arange(WEEKS * STEPS_A_WEEK, steps)
    now = window[:, looks]
    earlier = [window[:, looks - STEPS_A_WEEK * week] for week in range(1, WEEKS + 1)]
    before = np.sum(earlier, axis=0)
    asked = now >= rule["floor"]
    alarmed = np.zeros(now.shape, dtype=bool)
    chances = nbinom.sf(now[asked] - 1, before[asked] + 0.5, WEEKS / (WEEKS + 1))
    alarmed[asked] = chances < rule["chance"]
    return float(alarmed.any(axis=1).mean())


@pytest.mark.parametrize(
    ("sensitivity", "an_hour", "most"),
    [
        ("sensitive", 0.02, 0.02),
        ("sensitive", 0.1, 0.03),
        ("sensitive", 0.5, 0.35),
        ("balanced", 0.02, 0.01),
        ("balanced", 0.1, 0.01),
        ("balanced", 0.5, 0.06),
        ("balanced", 2, 0.1),
        ("strict", 2, 0.02),
    ],
)
def test_months_with_a_false_alarm_are_rare(sensitivity: str, an_hour: float, most: float) -> None:
    assert months_with_a_false_alarm(sensitivity, an_hour) <= most
