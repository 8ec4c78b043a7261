import datetime as dt
from decimal import Decimal

import pytest

from promotion.pacing import (
    elapsed_share,
    expected_spend,
    light_of,
    mean_spend,
    pacing,
    runs_out_on,
)

FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 3, 30)


def march(day: int) -> dt.date:
    return dt.date(2026, 3, day)


@pytest.mark.parametrize(
    ("on", "share"),
    [
        (dt.date(2026, 2, 28), "0"),
        (march(1), Decimal(1) / 30),
        (march(15), "0.5"),
        (march(30), "1"),
        (dt.date(2026, 4, 5), "1"),
    ],
)
def test_elapsed_share_counts_the_day_itself(on: dt.date, share: str | Decimal) -> None:
    assert elapsed_share(FIRST, LAST, on=on) == Decimal(share)


def test_elapsed_share_of_no_days() -> None:
    assert elapsed_share(LAST, FIRST, on=LAST) is None


@pytest.mark.parametrize(
    ("spent", "pace", "light"),
    [
        (449, "0.898", "under"),
        (450, "0.9", "green"),
        (500, "1", "green"),
        (550, "1.1", "green"),
        (551, "1.102", "over"),
        (0, "0", "under"),
    ],
)
def test_half_of_the_days_take_half_of_the_budget(spent: int, pace: str, light: str) -> None:
    found = pacing(Decimal(spent), Decimal(1000), Decimal("0.5"))
    assert (found, light_of(found)) == (Decimal(pace), light)


@pytest.mark.parametrize(
    ("budget", "elapsed"),
    [(None, Decimal(1)), (Decimal(0), Decimal(1)), (Decimal(9), Decimal(0)), (Decimal(9), None)],
)
def test_no_pacing_without_a_budget_or_a_day(
    budget: Decimal | None, elapsed: Decimal | None
) -> None:
    assert pacing(Decimal(5), budget, elapsed) is None
    assert light_of(None) == ""


def test_mean_is_of_the_last_seven_measured_days() -> None:
    by_day: dict[dt.date, Decimal | None] = {march(day): Decimal(day) for day in range(1, 12)}
    by_day[march(10)] = None
    # 11, 9, 8, 7, 6, 5, 4: the tenth was not measured, and is no zero.
    assert mean_spend(by_day, on=march(11)) == Decimal(50) / 7


def test_measured_zeros_count() -> None:
    by_day = {march(1): Decimal(0), march(2): Decimal(0), march(3): Decimal(9)}
    assert mean_spend(by_day, on=march(3)) == 3


def test_fewer_than_three_measured_days_have_no_mean() -> None:
    by_day = {march(1): Decimal(5), march(2): None, march(3): Decimal(5)}
    assert mean_spend(by_day, on=march(3)) is None
    assert mean_spend({**by_day, march(2): Decimal(5)}, on=march(3)) == 5


def test_days_of_long_ago_and_of_tomorrow_have_no_part() -> None:
    by_day = {march(day): Decimal(5) for day in (1, 2, 3)}
    assert mean_spend(by_day, on=march(14)) == 5
    assert mean_spend(by_day, on=march(15)) is None
    assert mean_spend(by_day, on=march(2)) is None


def test_runs_out_on_the_day_that_takes_the_rest() -> None:
    on = march(10)
    assert runs_out_on(Decimal(100), Decimal(50), on=on) == march(12)
    assert runs_out_on(Decimal(101), Decimal(50), on=on) == march(13)
    assert runs_out_on(Decimal(0), Decimal(50), on=on) == on
    assert runs_out_on(Decimal(-5), None, on=on) == on
    assert runs_out_on(Decimal(5), Decimal(0), on=on) is None
    assert runs_out_on(Decimal(5), None, on=on) is None
    assert runs_out_on(Decimal(10**12), Decimal("0.01"), on=on) is None


def test_expected_spend_adds_the_mean_of_the_days_left() -> None:
    assert expected_spend(Decimal(100), Decimal(10), LAST, on=march(20)) == 200
    assert expected_spend(Decimal(100), Decimal(10), LAST, on=LAST) == 100
    assert expected_spend(Decimal(100), None, LAST, on=LAST) is None
