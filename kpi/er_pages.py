"""What is known of the posts and the subscribers of one profile in a period. Pure."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kpi.formulas import mean
from strategy.periods import days_between, length_of


class Period(NamedTuple):
    """Both days included."""

    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        return length_of(*self)


# E, its base (reach or views), subscribers of the page near the day of the post.
PostCounts = tuple[int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class PostDay:
    """The posts of one profile posted on one of the client's days.

    `base` is the reach or the views of the posts in `with_base`, `base_engagement` their E. `each`
    is (E, base, subscribers near the post's day) of each post, oldest first, for the formulas that
    need posts one by one. `ids` and `measured_ids` are of the posts, where one stands on many days.
    """

    profile: int
    day: dt.date
    posts: int
    measured: int
    engagement: int
    with_base: int
    base_engagement: int
    base: int
    parts: tuple[str, ...]
    each: Sequence[PostCounts] = ()
    ids: Collection[int] = ()
    measured_ids: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class PageEngagement:
    """What is known of one profile: its days with posts, and subscribers by day.

    Until `read_until` it is known what was posted: only up to then a day without posts is a
    measured one. None: nobody has read the wall.
    """

    posts: Sequence[PostDay]
    followers: Mapping[dt.date, int]
    read_until: dt.date | None = None

    @property
    def mean_followers(self) -> float | None:
        return mean(self.followers.values())

    @property
    def told_days(self) -> Collection[dt.date]:
        """Days with subscribers told."""
        return self.followers.keys()

    def known_days(self, period: Period, is_told: Callable[[PostDay], bool]) -> set[dt.date]:
        """Days of which all posts are told, and those on which surely nothing was posted."""
        posts = {day.day: is_told(day) for day in self.posts}
        until = self.read_until or dt.date.min
        return {day for day in days_between(*period) if posts.get(day, day <= until)}


@dataclass(frozen=True, slots=True)
class PagePeriod:
    """The same of a period as a whole, for the formulas that need no days."""

    posts: Sequence[PostDay]
    mean_followers: float | None
    told_days: Collection[dt.date]


Page = PageEngagement | PagePeriod
NO_LEVEL: tuple[float | None, Collection[dt.date]] = (None, frozenset())
