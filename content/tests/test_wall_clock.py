"""The client's clock where it is changed: the hour that is not there, and the one that is twice."""

import datetime as dt
import zoneinfo

import pytest

from content.wall_clock import moment_of

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
SPRING, AUTUMN = dt.date(2026, 3, 29), dt.date(2026, 10, 25)


@pytest.mark.parametrize(
    ("day", "time", "utc"),
    [
        (dt.date(2026, 3, 28), dt.time(10), "2026-03-28T09:00"),
        (SPRING, dt.time(10), "2026-03-29T08:00"),
        # 02:30 does not exist: an hour is skipped, so it goes out at 03:30.
        (SPRING, dt.time(2, 30), "2026-03-29T01:30"),
        # 02:30 comes twice: the first one, still by summer time.
        (AUTUMN, dt.time(2, 30), "2026-10-25T00:30"),
        (AUTUMN, dt.time(2, 30, fold=1), "2026-10-25T00:30"),
        (AUTUMN, dt.time(10), "2026-10-25T09:00"),
    ],
)
def test_moments_by_the_wall(day: dt.date, time: dt.time, utc: str) -> None:
    assert moment_of(day, time, BERLIN).isoformat()[:16] == utc


def test_skipped_hour_is_shown_an_hour_later() -> None:
    assert moment_of(SPRING, dt.time(2, 30), BERLIN).astimezone(BERLIN).hour == 3
