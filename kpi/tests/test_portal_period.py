"""The period of a page of the portal: what an address asks for, and what it is compared with."""

import datetime as dt
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from kpi.period_form import period_choices
from kpi.period_reading import MOST_DAYS, Preset, read_period
from kpi.portal_period import Compare, Period

TODAY = dt.date(2026, 3, 11)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def read(start: Any = None, **query: str) -> tuple[Period, str]:
    words = {name.rstrip("_"): value for name, value in query.items()}
    return read_period(words, today=TODAY, strategy_start=lambda: start)


def shown(**query: str) -> tuple[str, str, str]:
    period, note = read(**query)
    assert note == ""
    return str(period.first), str(period.until), period.title


@pytest.mark.parametrize("raw", ["", "2026-03", " 2026-3 ", "this-month"])
@pytest.mark.parametrize("name", ["month", "period"])
def test_current_month_ends_today(name: str, raw: str) -> None:
    period, note = read(**{name: raw})
    assert (period.first, period.last, period.until) == (
        day("2026-03-01"), day("2026-03-31"), TODAY,
    )  # fmt: skip
    assert (period.code, period.previous, period.next, note) == ("2026-03", "2026-02", "", "")
    assert (period.runs, period.is_unfinished, period.is_current) == (True, True, True)


def test_past_month_is_whole() -> None:
    period, note = read(month="2024-02")
    assert (period.until, period.runs, period.previous, period.next, note) == (
        day("2024-02-29"), False, "2024-01", "2024-03", "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"period": "last-month"}, ("2026-02-01", "2026-02-28", "February 2026")),
        (
            {"period": "last-3-months"},
            ("2025-12-01", "2026-02-28", "Dec. 1, 2025 – Feb. 28, 2026"),
        ),
        ({"period": "this-quarter"}, ("2026-01-01", "2026-03-11", "Q1 2026")),
        ({"period": "2025-q4"}, ("2025-10-01", "2025-12-31", "Q4 2025")),
        (
            {"from_": "2026-03-01", "to": "2026-03-10"},
            ("2026-03-01", "2026-03-10", "March 1, 2026 – March 10, 2026"),
        ),
        ({"period": "2026-03-02_2026-03-02"}, ("2026-03-02", "2026-03-02", "March 2, 2026")),
        # Days that are a whole month are that month.
        (
            {"from_": "2026-02-01", "to": "2026-02-28"},
            ("2026-02-01", "2026-02-28", "February 2026"),
        ),
    ],
)
def test_what_can_be_asked_for(query: dict[str, str], expected: tuple[str, str, str]) -> None:
    assert shown(**query) == expected


@pytest.mark.parametrize("code", ["2025-q4", "2026-02", "last-3-months", "2026-02-03_2026-03-01"])
def test_the_code_of_a_period_asks_for_it_again(code: str) -> None:
    period, _note = read(period=code, compare="year")
    again, note = read(**dict(parse_qsl(period.query)))
    assert (again, note) == (period, "")


def test_neighbours_have_the_same_length() -> None:
    quarter, _note = read(period="2025-q3")
    assert (quarter.previous, quarter.next) == ("2025-q2", "2025-q4")
    days, _note = read(period="2026-02-20_2026-03-01")
    assert (days.previous, days.next) == ("2026-02-10_2026-02-19", "2026-03-02_2026-03-11")


def test_since_the_strategy_began() -> None:
    period, note = read(start=day("2026-01-15"), period="strategy")
    assert (period.first, period.until, period.code, note) == (
        day("2026-01-15"), TODAY, "strategy", "",
    )  # fmt: skip


def test_of_an_old_strategy_the_last_days_are_shown_and_said() -> None:
    period, note = read(start=day("2020-01-01"), period="strategy")
    assert (len(period.days), period.last) == (MOST_DAYS, TODAY)
    assert note == "The strategy is older: these are its last 366 days."


CURRENT = " This is the current month."


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"month": "2026-04"}, "That period has not begun."),
        ({"period": "strategy"}, "No strategy is in force, so nothing says when it began."),
        ({"from_": "2026-03-01"}, "Give both days, the first and the last."),
        (
            {"from_": "2026-03-05", "to": "2026-03-01"},
            "The first day stands after the last one: change the two.",
        ),
        (
            {"from_": "2026-03-05", "to": "2026-03-12"},
            "The last day has not come yet: choose today or an earlier one.",
        ),
        (
            {"from_": "2025-03-10", "to": "2026-03-11"},
            "A period is at most 366 days long, and this one is 367: choose fewer.",
        ),
        (
            {"from_": "soon", "to": "2026-03-11"},
            "“soon” is not a day. Days are written as 2026-11-23.",
        ),
    ],
)
def test_what_cannot_be_shown_is_said_in_words(query: dict[str, str], said: str) -> None:
    period, note = read(**query)
    assert (period.code, note) == ("2026-03", said + CURRENT)


@pytest.mark.parametrize(
    "raw",
    ["soon", "2026-13", "2026-00", "0000-01", "1999-12", "2026-03-01", "２０２６-03", "9" * 99,
     "9999-12", "2026-q5"],
)  # fmt: skip
def test_what_is_no_period_is_the_current_month_with_a_note(raw: str) -> None:
    period, note = read(period=raw)
    assert period.code == "2026-03"
    if raw != "9999-12":
        assert note.startswith(f"“{raw[:20]}” is not a period. A month is written as 2026-11,")


# A machine under load is slow to make up texts, too.
@examples(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from(["month", "period", "from", "to", "compare"]),
        st.text(max_size=12)
        | st.dates().map(str)
        | st.builds("{}-{}".format, st.integers(0, 10_000), st.integers(0, 13))
        | st.builds("{}_{}".format, st.dates(), st.dates())
        | st.sampled_from([*Preset.values, *Compare.values]),
    ),
    st.none() | st.dates(dt.date(2000, 1, 1), TODAY),
)
def test_any_text_is_a_period_and_perhaps_a_sentence(
    query: dict[str, str], start: dt.date | None
) -> None:
    period, note = read_period(query, today=TODAY, strategy_start=lambda: start)
    assert period.first <= period.until <= TODAY
    assert len(period.days) <= MOST_DAYS
    assert isinstance(note, str)
    for text in (period.title, period.query, period.comparison_note, period.previous, period.next):
        assert isinstance(text, str)


# --- The days that it is compared with -----------------------------------------------------------


def earlier(compare: str, **query: str) -> tuple[str, str]:
    period, _note = read(compare=compare, **query)
    assert period.earlier is not None
    return str(period.earlier.first), str(period.earlier.last)


def test_nothing_is_compared_unless_it_is_asked_for() -> None:
    for compare in ("", "soon"):
        period, _note = read(compare=compare)
        assert (period.earlier, period.comparison_note) == (None, "")


@pytest.mark.parametrize(
    ("query", "before", "year"),
    [
        # As many days of a month that is not over.
        ({}, ("2026-02-01", "2026-02-11"), ("2025-03-01", "2025-03-11")),
        ({"month": "2026-02"}, ("2026-01-01", "2026-01-31"), ("2025-02-01", "2025-02-28")),
        ({"month": "2025-02"}, ("2025-01-01", "2025-01-31"), ("2024-02-01", "2024-02-29")),
        ({"month": "2024-02"}, ("2024-01-01", "2024-01-31"), ("2023-02-01", "2023-02-28")),
        ({"period": "2025-q4"}, ("2025-07-01", "2025-09-30"), ("2024-10-01", "2024-12-31")),
        ({"period": "this-quarter"}, ("2025-10-01", "2025-12-09"), ("2025-01-01", "2025-03-11")),
        (
            {"period": "2026-03-02_2026-03-11"},
            ("2026-02-20", "2026-03-01"),
            ("2025-03-02", "2025-03-11"),
        ),
    ],
)
def test_the_days_that_it_is_compared_with(
    query: dict[str, str], before: tuple[str, str], year: tuple[str, str]
) -> None:
    assert earlier(Compare.BEFORE, **query) == before
    assert earlier(Compare.YEAR, **query) == year


def test_as_many_days_never_reach_into_the_period_itself() -> None:
    period, _note = read_period(
        {"compare": "before"}, today=day("2026-03-30"), strategy_start=lambda: None
    )
    assert period.earlier == (day("2026-02-01"), day("2026-02-28"))
    assert period.comparison_note == (
        "Compared with February 2026 · the period is not over, so as many days of the earlier one"
        " count · the lengths differ: 30 days and 28 then"
    )


def test_a_comparison_is_said() -> None:
    period, _note = read(compare="before")
    assert period.comparison_note == (
        "Compared with Feb. 1, 2026 – Feb. 11, 2026 · the period is not over, so as many days of"
        " the earlier one count"
    )


# --- The choice ----------------------------------------------------------------------------------


def test_what_is_shown_stands_in_the_choice() -> None:
    for query in ({}, {"month": "2026-01"}, {"period": "2025-q4"}, {"period": "strategy"}):
        period, _note = read(start=day("2026-01-15"), **query)
        offered = [code for _group, codes in period_choices(period) for code, _label in codes]
        assert period.code in offered
    days, _note = read(period="2026-02-03_2026-03-01")
    assert period_choices(days)[0] == (days.code, days.title)
