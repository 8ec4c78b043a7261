"""The month of a page of the portal."""

import datetime as dt

import pytest

from kpi.portal_month import read_month

TODAY = dt.date(2026, 3, 11)


@pytest.mark.parametrize("raw", [None, "", "2026-03", " 2026-3 "])
def test_current_month_ends_today(raw: str | None) -> None:
    month, note = read_month(raw, today=TODAY)
    assert (month.first, month.last, month.until) == (
        dt.date(2026, 3, 1),
        dt.date(2026, 3, 31),
        TODAY,
    )
    assert (month.is_current, month.code, month.previous, month.next, note) == (
        True, "2026-03", "2026-02", "", "",
    )  # fmt: skip


def test_past_month_is_whole() -> None:
    month, note = read_month("2024-02", today=TODAY)
    assert (month.until, month.is_current, month.next, note) == (
        dt.date(2024, 2, 29), False, "2024-03", "",
    )  # fmt: skip


@pytest.mark.parametrize(
    "raw",
    ["soon", "2026-13", "2026-00", "0000-01", "1999-12", "2026-03-01", "２０２６-03", "9" * 99],
)
def test_what_is_not_a_month_is_the_current_one_with_a_note(raw: str) -> None:
    month, note = read_month(raw, today=TODAY)
    assert month.code == "2026-03"
    assert note == (
        f"“{raw[:20]}” is not a month, so this is the current one. Months are written as 2026-11."
    )


def test_month_that_has_not_begun_is_the_current_one_with_a_note() -> None:
    month, note = read_month("2026-04", today=TODAY)
    assert (month.code, note) == (
        "2026-03",
        "That month has not begun: this is the current one.",
    )
