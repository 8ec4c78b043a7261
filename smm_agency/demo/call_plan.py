"""Who calls when, and whether somebody answers. Pure: rates in, planned calls out."""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass

from kpi.models import CallStatus
from smm_agency.demo.rhythm import spread

OPENS_SECOND, OPEN_SECONDS = 9 * 3600, 11 * 3600
# Of ten callers while the desk is overwhelmed, these get through.
ANSWERED_OF_TEN = (0, 4, 7)
CALLERS = 9_000_000
UK_CALLERS = 980


@dataclass(frozen=True)
class PlannedCall:
    """`caller` and `place` are numbers within the client; None: hidden, or not from a community."""

    day: dt.date
    second: int
    status: str
    talk: int | None
    wait: int
    caller: int | None
    place: int | None


def phone_of(caller: int, *, client_number: int, country: str) -> str:
    """A number that cannot be dialled: no such code in Russia, kept for fiction in Britain."""
    if country == "RU":
        return f"+7000{(caller * 7919 + client_number * 1_000_003) % CALLERS:07d}"
    return f"+447700900{caller * 373 % UK_CALLERS:03d}"


class CallPlanner:
    """Plans the calls of one client; every throw comes from `rng`, in order."""

    def __init__(self, rng: random.Random, *, places: Sequence[float], last: dt.date) -> None:
        self.rng = rng
        self.places = places
        self.last = last
        self.callers = 0
        self.calls: list[PlannedCall] = []

    def plan(
        self, days: Sequence[dt.date], rates: Sequence[float], *, lost_since: dt.date | None = None
    ) -> list[PlannedCall]:
        """`rates`: new callers with a real talk expected on each of the days."""
        for day, count in zip(days, spread(rates, self.rng), strict=True):
            for _ in range(count):
                if lost_since and day >= lost_since:
                    self._lost_lead(day)
                else:
                    self._lead(day)
        for day, count in zip(days, spread([rate * 0.3 for rate in rates], self.rng), strict=True):
            for _ in range(count):
                self._side_call(day, is_lost=bool(lost_since and day >= lost_since))
        self.calls.sort(key=lambda call: (call.day, call.second))
        return self.calls

    def _lead(self, day: dt.date) -> None:
        """A new caller who talks, sometimes at the second try, and may ring again."""
        caller, place = self._new_caller(), self._place()
        second = self._second()
        if self.rng.random() < 0.12:
            self._add(day, second, CallStatus.MISSED, caller, place)
            second = min(second + self.rng.randint(300, 5400), OPENS_SECOND + OPEN_SECONDS)
        self._add(day, second, CallStatus.ANSWERED, caller, place, self.rng.randint(45, 420))
        if self.rng.random() < 0.25:
            again = day + dt.timedelta(days=self.rng.randint(1, 10))
            if again <= self.last:
                talk = self.rng.randint(12, 150)
                self._add(again, self._second(), CallStatus.ANSWERED, caller, place, talk)

    def _lost_lead(self, day: dt.date) -> None:
        caller, place = self._new_caller(), self._place()
        if caller % 10 in ANSWERED_OF_TEN:
            talk = self.rng.randint(45, 300)
            self._add(day, self._second(), CallStatus.ANSWERED, caller, place, talk)
        else:
            self._add(day, self._second(), CallStatus.MISSED, caller, place)
        if self.rng.random() < 0.35:
            # Those who know the place have patience.
            known, talk = self.rng.randrange(self.callers), self.rng.randint(12, 25)
            self._add(day, self._second(), CallStatus.ANSWERED, known, self._place(), talk)

    def _side_call(self, day: dt.date, *, is_lost: bool) -> None:
        """Spam, hidden numbers, people who found the number elsewhere, known callers."""
        kind = self.rng.random()
        talk, place = self.rng.randint(8, 120), self._place()
        if kind < 0.15:
            self._add(day, self._second(), CallStatus.SPAM, self._new_caller(), place, 6)
        elif kind < 0.3:
            self._add(day, self._second(), CallStatus.ANSWERED, None, place, talk)
        elif kind < 0.65:
            self._add(day, self._second(), CallStatus.ANSWERED, self._new_caller(), None, talk)
        else:
            known = self.rng.randrange(self.callers) if self.callers else self._new_caller()
            is_missed = is_lost and self.rng.random() < 0.5
            status = CallStatus.MISSED if is_missed else CallStatus.ANSWERED
            self._add(day, self._second(), status, known, place, talk)

    def _add(
        self,
        day: dt.date,
        second: int,
        status: str,
        caller: int | None,
        place: int | None,
        talk: int | None = None,
    ) -> None:
        talk = None if status == CallStatus.MISSED else talk
        wait = self.rng.randint(25, 70) if status == CallStatus.MISSED else self.rng.randint(3, 20)
        self.calls.append(PlannedCall(day, second, status, talk, wait, caller, place))

    def _new_caller(self) -> int:
        self.callers += 1
        return self.callers - 1

    def _second(self) -> int:
        return OPENS_SECOND + int(OPEN_SECONDS * self.rng.betavariate(2, 2.4))

    def _place(self) -> int:
        return self.rng.choices(range(len(self.places)), weights=self.places)[0]
