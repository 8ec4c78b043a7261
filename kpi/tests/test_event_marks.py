import datetime as dt

import pytest

from kpi.event_marks import marks_of
from kpi.models import Event

DAYS = [dt.date(2026, 3, day) for day in range(10, 15)]
MONDAYS = [dt.date(2026, 3, 2), dt.date(2026, 3, 9)]


def event(first: int, last: int | None) -> Event:
    ends_on = None if last is None else dt.date(2026, 3, last)
    return Event(title="Prices rose", starts_on=dt.date(2026, 3, first), ends_on=ends_on)


@pytest.mark.parametrize(
    ("first", "last", "band"),
    [
        (11, 12, (1, 2)),
        (10, 10, (0, 0)),
        (1, 11, (0, 1)),
        (13, 20, (3, 4)),
        (12, None, (2, 4)),
        (1, 9, None),
        (15, 16, None),
        (15, None, None),
    ],
)
def test_event_lies_over_its_days(
    first: int, last: int | None, band: tuple[int, int] | None
) -> None:
    marks = marks_of([event(first, last)], DAYS)
    assert [(mark.first, mark.last) for mark in marks] == ([band] if band else [])


def test_label_of_a_week_stands_for_all_its_days() -> None:
    marks = marks_of([event(11, 11)], MONDAYS, until=dt.date(2026, 3, 12))
    assert [(mark.first, mark.last) for mark in marks] == [(1, 1)]
    assert marks_of([event(13, 13)], MONDAYS, until=dt.date(2026, 3, 12)) == []
    assert marks_of([event(11, 11)], []) == []


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        (11, 11, "11 Mar: Prices rose"),
        (11, 12, "11 Mar – 12 Mar: Prices rose"),
        (11, None, "11 Mar – …: Prices rose"),
    ],
)
def test_mark_says_when_and_what(first: int, last: int | None, name: str) -> None:
    assert marks_of([event(first, last)], DAYS)[0].label == name
