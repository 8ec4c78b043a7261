"""Arithmetic of shifts: borders, nights in which the clock is moved, and that both ways agree."""

import datetime as dt
import zoneinfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from content.working_time import Hours, Schedule, Shift, read_shifts, write_shifts

MOSCOW = zoneinfo.ZoneInfo("Europe/Moscow")
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)


def week(zone: zoneinfo.ZoneInfo, shifts: str, days: range = range(5)) -> Schedule:
    parsed = read_shifts(shifts)
    return Schedule(lambda day: Hours(zone, parsed if day.weekday() in days else ()))


def at(zone: zoneinfo.ZoneInfo, text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


OFFICE = week(MOSCOW, "10:00–19:00")
ROUND_THE_CLOCK = week(BERLIN, "00:00–24:00", range(7))


@pytest.mark.parametrize(
    ("since", "minutes", "due"),
    [
        ("2026-03-11 12:00", 30, "2026-03-11 12:30"),
        ("2026-03-11 18:50", 30, "2026-03-12 10:20"),
        # The end of a shift is not put off to the next day.
        ("2026-03-11 18:30", 30, "2026-03-11 19:00"),
        ("2026-03-11 19:00", 30, "2026-03-12 10:30"),
        ("2026-03-11 09:59", 1, "2026-03-11 10:01"),
        # Friday evening to Monday.
        ("2026-03-13 18:45", 30, "2026-03-16 10:15"),
        ("2026-03-14 15:00", 30, "2026-03-16 10:30"),
        ("2026-03-14 15:00", 0, "2026-03-14 15:00"),
        ("2026-03-11 10:00", 9 * 60 * 5, "2026-03-17 19:00"),
    ],
)
def test_due_moment_counts_open_hours_only(since: str, minutes: int, due: str) -> None:
    assert OFFICE.add(at(MOSCOW, since), MINUTE * minutes) == at(MOSCOW, due)


@pytest.mark.parametrize(
    ("since", "until", "minutes"),
    [
        ("2026-03-11 18:50", "2026-03-12 10:20", 30),
        ("2026-03-11 19:00", "2026-03-12 10:00", 0),
        ("2026-03-11 10:00", "2026-03-11 19:00", 540),
        ("2026-03-12 10:00", "2026-03-11 19:00", 0),
        ("2026-03-13 18:59", "2026-03-16 10:01", 2),
    ],
)
def test_time_between_is_exact_at_borders(since: str, until: str, minutes: int) -> None:
    assert OFFICE.between(at(MOSCOW, since), at(MOSCOW, until)) == MINUTE * minutes


def test_break_between_shifts_is_no_working_time() -> None:
    shifts = week(MOSCOW, "10:00–13:00, 14:00–19:00")
    since = at(MOSCOW, "2026-03-11 12:50")
    assert shifts.add(since, MINUTE * 20) == at(MOSCOW, "2026-03-11 14:10")


def test_night_of_the_moved_clock_has_23_hours_and_25() -> None:
    spring = at(BERLIN, "2026-03-29 00:00"), at(BERLIN, "2026-03-30 00:00")
    autumn = at(BERLIN, "2026-10-25 00:00"), at(BERLIN, "2026-10-26 00:00")
    assert ROUND_THE_CLOCK.between(*spring) == HOUR * 23
    assert ROUND_THE_CLOCK.between(*autumn) == HOUR * 25


def test_shift_in_the_hour_that_is_left_out_does_not_exist() -> None:
    nights = week(BERLIN, "01:00–02:00, 02:00–03:00, 03:00–04:00", range(7))
    spring = at(BERLIN, "2026-03-29 00:00"), at(BERLIN, "2026-03-29 12:00")
    assert nights.between(*spring) == HOUR * 2


def test_office_day_after_the_moved_clock_keeps_its_wall_time() -> None:
    office = week(BERLIN, "10:00–19:00")
    friday = at(BERLIN, "2026-03-27 18:30")
    assert office.add(friday, HOUR) == at(BERLIN, "2026-03-30 10:30")


def test_a_schedule_that_is_never_open_says_so() -> None:
    closed = week(MOSCOW, "")
    assert closed.between(at(MOSCOW, "2026-03-11 12:00"), at(MOSCOW, "2026-03-12 12:00")) == (
        dt.timedelta()
    )
    with pytest.raises(ValueError, match="never open"):
        closed.add(at(MOSCOW, "2026-03-11 12:00"), MINUTE)


def test_time_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        OFFICE.add(at(MOSCOW, "2026-03-11 12:00"), -MINUTE)


def test_open_is_said_of_the_beginning_and_not_of_the_end() -> None:
    open_at = [OFFICE.is_open(at(MOSCOW, f"2026-03-11 {time}")) for time in ("10:00", "19:00")]
    assert open_at == [True, False]


SPOKEN = st.lists(st.integers(0, 24 * 60), min_size=0, max_size=8, unique=True).map(sorted)
WEEKS = st.lists(SPOKEN, min_size=7, max_size=7).filter(lambda days: any(len(d) > 1 for d in days))
ZONES = st.sampled_from(
    ["Europe/Moscow", "Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu"]
)
YEAR_BEGINS = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
MOMENTS = st.integers(0, 2 * 365 * 24 * 60 * 60).map(
    lambda seconds: YEAR_BEGINS + dt.timedelta(seconds=seconds)
)


def schedule_of(zone: str, ends: list[list[int]]) -> Schedule:
    days = [tuple(Shift(*pair) for pair in zip(d[::2], d[1::2], strict=False)) for d in ends]
    return Schedule(lambda day: Hours(zoneinfo.ZoneInfo(zone), days[day.weekday()]))


@settings(max_examples=300, deadline=None)
@given(ZONES, WEEKS, MOMENTS, st.integers(0, 60 * 200))
def test_what_is_added_lies_between(
    zone: str, ends: list[list[int]], since: dt.datetime, minutes: int
) -> None:
    schedule = schedule_of(zone, ends)
    due = schedule.add(since, MINUTE * minutes)
    assert due >= since
    assert schedule.between(since, due) == MINUTE * minutes


@settings(max_examples=300, deadline=None)
@given(ZONES, WEEKS, MOMENTS, MOMENTS)
def test_adding_what_lies_between_leads_back(
    zone: str, ends: list[list[int]], first: dt.datetime, second: dt.datetime
) -> None:
    """To the moment itself where it is open; else to the end of the shift before it."""
    schedule = schedule_of(zone, ends)
    since, until = sorted([first, second])
    back = schedule.add(since, schedule.between(since, until))
    assert back <= until
    assert schedule.between(back, until) == dt.timedelta()


@settings(max_examples=200, deadline=None)
@given(ZONES, WEEKS, st.lists(MOMENTS, min_size=3, max_size=3).map(sorted))
def test_parts_add_up(zone: str, ends: list[list[int]], moments: list[dt.datetime]) -> None:
    schedule = schedule_of(zone, ends)
    first, middle, last = moments
    whole = schedule.between(first, last)
    assert schedule.between(first, middle) + schedule.between(middle, last) == whole


@pytest.mark.parametrize("text", ["10:00–19:00", "10:00-19:00", " 10:00 — 19:00 ", "10:00–19:00,"])
def test_shifts_are_read_as_people_write_them(text: str) -> None:
    assert write_shifts(read_shifts(text)) == "10:00–19:00"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("morning", "“morning” is no shift: write it as 10:00–19:00, several with a comma"),
        ("19:00–10:00", "ends before it begins: write a night as two days"),
        ("10:00–25:00", "the last moment of a day is 24:00"),
        ("10:60–12:00", "the last moment of a day is 24:00"),
        ("10:00–14:00, 13:00–15:00", "begins before “10:00–14:00” has ended"),
    ],
)
def test_bad_shift_is_refused_with_the_mend(text: str, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read_shifts(text)
    assert words in refused.value.messages[0]
