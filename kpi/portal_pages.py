"""What the client's own pages on networks did: subscribers by day, growth and ER of any period.

The overview shows all three, so the span is loaded once, in two statements, and cut into periods
here by the same arithmetic as `measure_growth` and `measure_er`. A post that was gone by the end of
the span is in none of its periods.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from clients.models import Client
from kpi.engagement_rate import ErValue, compute_er
from kpi.er_codes import LAST_POSTS_CODES
from kpi.er_pages import PageEngagement, Period, PostDay
from kpi.er_readings import days_of_posts
from kpi.growth import GrowthValue, PageGrowth, counted_pages, growth_of_pages
from kpi.models import ProfileSnapshot, Reading
from kpi.whose_pages import OWN, Relations
from strategy.periods import length_of

WEEKS_SHOWN = 13
DAY = dt.timedelta(days=1)


class OwnPage(NamedTuple):
    profile_id: int
    title: str
    network: str
    community_id: int | None
    # The last day whose posts are all known.
    read_until: dt.date | None = None


class Level(NamedTuple):
    """What a snapshot told of a page's subscribers on a day."""

    day: dt.date
    followers: int | None
    joined: int | None
    left: int | None


def weeks_until(last: dt.date, *, since: dt.date | None = None) -> list[dt.date]:
    """The Mondays of the last weeks with that of `last`; back to `since` at least."""
    monday = last - dt.timedelta(days=last.weekday())
    first = monday - dt.timedelta(weeks=WEEKS_SHOWN - 1)
    if since:
        first = min(first, since - dt.timedelta(days=since.weekday()))
    return [first + dt.timedelta(weeks=n) for n in range((monday - first).days // 7 + 1)]


@dataclass(frozen=True)
class Readings:
    """Levels and posts of the own pages over a span of days, oldest first.

    `posts` are by formula and page. Of one community where one is named, else of all of them.
    """

    client_id: int
    pages: Sequence[OwnPage]
    levels: Mapping[int, list[Level]]
    posts: Mapping[str, Mapping[int, list[PostDay]]]

    def followers(self, profile_id: int, first: dt.date, last: dt.date) -> dict[dt.date, int]:
        """By day, measured days only."""
        return {
            level.day: level.followers
            for level in self.levels.get(profile_id, [])
            if level.followers is not None and first <= level.day <= last
        }

    def engagement_rate(
        self, code: str, *, first: dt.date, last: dt.date, community_id: int | None = None
    ) -> ErValue:
        measures = [
            PageEngagement(
                self._posts(code, page.profile_id, first, last),
                self.followers(page.profile_id, first, last),
                page.read_until,
            )
            for page in self._pages_of(community_id)
        ]
        return compute_er(code, measures, Period(first, last))

    def _pages_of(self, community_id: int | None) -> list[OwnPage]:
        return [page for page in self.pages if community_id in (None, page.community_id)]

    def _posts(self, code: str, profile_id: int, first: dt.date, last: dt.date) -> list[PostDay]:
        goes_back = code in LAST_POSTS_CODES
        return [
            day
            for day in self.posts[code].get(profile_id, [])
            if day.day <= last and (goes_back or first <= day.day)
        ]

    def net_growth(
        self, *, first: dt.date, last: dt.date, community_id: int | None = None
    ) -> GrowthValue:
        """What the days from `first` on have brought: from the evening before, as it is judged."""
        measures = [self._measure(page, first, last) for page in self._pages_of(community_id)]
        counted = counted_pages(measures) if community_id is None else measures
        return growth_of_pages(counted, measures, length_of(first, last))

    def _measure(self, page: OwnPage, first: dt.date, last: dt.date) -> PageGrowth:
        followers = self.followers(page.profile_id, first - DAY, last)
        if not followers:
            return PageGrowth(self.client_id, page.profile_id, page.community_id)
        days = list(followers)
        grown = [level for level in self.levels[page.profile_id] if days[0] < level.day <= days[-1]]
        joined = [level.joined for level in grown if level.joined is not None]
        left = [level.left for level in grown if level.left is not None]
        return PageGrowth(
            self.client_id,
            page.profile_id,
            page.community_id,
            measured_days=sum(day >= first for day in days),
            start=followers[days[0]],
            end=followers[days[-1]],
            start_on=days[0],
            end_on=days[-1],
            joined=sum(joined) if joined else None,
            left=sum(left) if left else None,
            told_days=min(len(joined), len(left)),
        )


def read_readings(
    client: Client,
    pages: Sequence[OwnPage],
    codes: Collection[str],
    *,
    first: dt.date,
    last: dt.date,
    relations: Relations = OWN,
) -> Readings:
    """One statement for the levels, and one for the posts of each formula."""
    posts: dict[str, dict[int, list[PostDay]]] = {code: {} for code in codes}
    for code, found in posts.items():
        for day in days_of_posts([client.pk], code, first, last, None, relations=relations):
            found.setdefault(day.profile, []).append(day)
    levels: dict[int, list[Level]] = {}
    rows = ProfileSnapshot.objects.filter(
        client=client, profile__relation__in=relations, date__range=(first, last)
    )
    # As in `kpi.growth`: most days that were filled in later tell no level.
    rows = rows.exclude(reading=Reading.BACKFILL, followers=None).order_by("date")
    columns = ("profile_id", "date", "followers", "joined", "left")
    for profile_id, day, followers, joined, left in rows.values_list(*columns):
        levels.setdefault(profile_id, []).append(Level(day, followers, joined, left))
    return Readings(client.pk, pages, levels, posts)
