"""How numbers are written."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from smm_agency.lib.words import (
    Number,
    as_change,
    as_count,
    as_money,
    as_points,
    as_share,
    short_day,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "—"), (0, "0"), (12, "12"), (Decimal("9.50000"), "9.5"), (1234567, "1,234,567")],
)
def test_count(value: Number | None, text: str) -> None:
    assert as_count(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(None, "—"), (0, "0"), (7, "+7"), (-7, "−7"), (Decimal("-0.5"), "−0.5")]
)
def test_change(value: Number | None, text: str) -> None:
    assert as_change(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        (0, "0 %"),
        (0.0265, "2.65 %"),
        (0.021, "2.1 %"),
        (0.5, "50 %"),
        (0.1234, "12.3 %"),
    ],
)
def test_share(value: Number | None, text: str) -> None:
    assert as_share(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        (0, "0 RUB"),
        (12500, "12,500 RUB"),
        (Decimal("12500.00"), "12,500 RUB"),
        (Decimal("12500.5"), "12,500.50 RUB"),
        (Decimal("0.005"), "0 RUB"),
        (Decimal("99999999999.99"), "99,999,999,999.99 RUB"),
    ],
)
def test_money(value: Number | None, text: str) -> None:
    assert as_money(value, "RUB") == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0035, "+0.35 percentage points"), (-0.02, "−2 percentage points")],
)
def test_points(value: Number, text: str) -> None:
    assert as_points(value) == text


def test_numbers_follow_the_language() -> None:
    with translation.override("ru"):
        assert (as_count(1234.5), as_share(0.0265)) == ("1\xa0234,5", "2,65\xa0%")


@pytest.mark.parametrize(("language", "text"), [("en", "22 Nov"), ("ru", "22 ноя")])
def test_short_days_are_written_as_the_language_does(language: str, text: str) -> None:
    with translation.override(language):
        assert short_day(dt.date(2026, 11, 22)) == text
