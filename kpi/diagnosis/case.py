"""The days that a flag speaks of, and what is compared with them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

Facts = dict[str, Any]
Day = dt.date

BEFORE_DAYS = 90


class Case(NamedTuple):
    """The days `first` … `last` that a flag speaks of; `on` is the day it was opened."""

    flag_id: int
    client_id: int
    community_id: int | None
    metric: str
    first: Day
    last: Day
    on: Day

    @property
    def before(self) -> tuple[Day, Day]:
        """The 90 days before."""
        return self.first - dt.timedelta(days=BEFORE_DAYS), self.first - dt.timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def place(self) -> tuple[int, int | None]:
        return self.client_id, self.community_id


def by_window(cases: Iterable[Case]) -> dict[tuple[Day, Day], list[Case]]:
    """Cases that speak of the same days are looked up together."""
    windows: dict[tuple[Day, Day], list[Case]] = defaultdict(list)
    for case in cases:
        windows[case.first, case.last].append(case)
    return windows


def clients_of(cases: Iterable[Case]) -> set[int]:
    return {case.client_id for case in cases}
