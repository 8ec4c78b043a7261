"""What is known of the posts and the subscribers of one profile in a period. Pure."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kpi.formulas import mean

# E, its base (reach or views), subscribers of the page near the day of the post.
PostCounts = tuple[int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class PostDay:
    """The posts of one profile posted on one of the client's days.

    `base` is the reach or the views of the posts in `with_base`, `base_engagement` their E. `each`
    is (E, base, subscribers near the post's day) of each post, oldest first, for the formulas that
    need posts one by one.
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
    def measured(self) -> Collection[dt.date]:
        """Days with subscribers told."""
        return self.followers.keys()

    def is_known(self, day: dt.date, posted: PostDay | None) -> bool:
        """Whether all the engagement of a day's posts is; without posts it is a known zero."""
        if posted is None:
            return self.read_until is not None and day <= self.read_until
        return posted.measured == posted.posts


@dataclass(frozen=True, slots=True)
class PagePeriod:
    """The same of a period as a whole, for the formulas that need no days."""

    posts: Sequence[PostDay]
    mean_followers: float | None
    measured: Collection[dt.date]


Page = PageEngagement | PagePeriod
NO_LEVEL: tuple[float | None, Collection[dt.date]] = (None, frozenset())
