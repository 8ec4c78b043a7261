"""Working time: shifts of days, and how much of them lies between two moments. No database.

Shifts are wall-clock times of a zone; each is turned into moments by itself, so a shift of a night
in which the clock is moved is an hour longer or shorter, and never counted twice.
"""

import datetime as dt
import re
import zoneinfo
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from content.wall_clock import moment_of

DAY = dt.timedelta(days=1)
NOTHING = dt.timedelta()
MINUTES_A_DAY = 24 * 60
SHIFT = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})")  # as people type


class Shift(NamedTuple):
    """Minutes since the day's midnight; the end is not included."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{_clock(self.start)}–{_clock(self.end)}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def read_shifts(text: str) -> tuple[Shift, ...]:
    """`10:00–14:00, 15:00–19:00`; empty: closed.

    Raises:
        ValidationError: with what is wrong and how it is written.
    """
    shifts = tuple(_read_shift(part.strip()) for part in text.split(",") if part.strip())
    for before, after in pairwise(shifts):
        if after.start < before.end:
            raise ValidationError(
                _("“%(after)s” begins before “%(before)s” has ended: put shifts in their order.")
                % {"after": after, "before": before}
            )
    return shifts


def _read_shift(part: str) -> Shift:
    found = SHIFT.fullmatch(part)
    if found is None:
        raise ValidationError(
            _("“%(part)s” is no shift: write it as 10:00–19:00, several with a comma between.")
            % {"part": part}
        )
    hours, minutes, last_hours, last_minutes = (int(number) for number in found.groups())
    shift = Shift(hours * 60 + minutes, last_hours * 60 + last_minutes)
    if max(minutes, last_minutes) > 59 or shift.end > MINUTES_A_DAY:
        raise ValidationError(_("“%(part)s”: the last moment of a day is 24:00.") % {"part": part})
    if shift.start >= shift.end:
        raise ValidationError(
            _("“%(part)s” ends before it begins: write a night as two days, until 24:00 and from"
              " 00:00.") % {"part": part}
        )  # fmt: skip
    return shift


def write_shifts(shifts: Sequence[Shift]) -> str:
    return ", ".join(str(shift) for shift in shifts)


class Hours(NamedTuple):
    """The hours of one day: the zone in which its shifts are told."""

    zone: zoneinfo.ZoneInfo
    shifts: tuple[Shift, ...]


class Span(NamedTuple):
    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True)
class Schedule:
    """`hours_on` gives the hours of any day, by whatever was in force then."""

    hours_on: Callable[[dt.date], Hours]

    def add(self, since: dt.datetime, duration: dt.timedelta) -> dt.datetime:
        """The moment by which so much working time has gone by: the end of a shift rather than the
        beginning of the next.
        """
        if duration < NOTHING:
            raise ValueError("Working time does not run backwards.")
        left = duration
        if left == NOTHING:
            return since
        for span in self.spans(since):
            if left <= span.end - span.start:
                return span.start + left
            left -= span.end - span.start
        raise ValueError("These hours are never open.")

    def between(self, since: dt.datetime, until: dt.datetime) -> dt.timedelta:
        """Zero where `until` comes first."""
        total = NOTHING
        for span in self.spans(since):
            if span.start >= until:
                break
            total += min(span.end, until) - span.start
        return total

    def is_open(self, moment: dt.datetime) -> bool:
        return next((span.start <= moment for span in self.spans(moment)), False)

    def spans(self, since: dt.datetime, *, days: int = 40_000) -> Iterator[Span]:
        """Open spans from that moment on, in UTC, one after another."""
        known = since.astimezone(dt.UTC)
        # The day of the moment in any zone is at most one day away from UTC's.
        first = known.date() - DAY
        for number in range(days):
            zone, shifts = self.hours_on(first + DAY * number)
            for shift in shifts:
                start = max(_moment(first + DAY * number, shift.start, zone), known)
                end = _moment(first + DAY * number, shift.end, zone)
                if start < end:
                    yield Span(start, end)
                    known = end


def _moment(day: dt.date, minutes: int, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Of a time that comes twice, the first; one left out, as if the clock had not moved."""
    days, rest = divmod(minutes, MINUTES_A_DAY)
    return moment_of(day + DAY * days, dt.time(rest // 60, rest % 60), zone)
