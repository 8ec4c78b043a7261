"""What the client's own pages on networks did: subscribers by day, growth and ER of any period.

The overview shows all three, so the span is loaded once, in two statements, and cut into periods
here by the same arithmetic as `measure_growth` and `measure_er`.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from clients.models import Client
from communities.models import Profile
from kpi.engagement_rate import ErValue, compute_er
from kpi.er_readings import PageEngagement, PostDay, days_of_posts
from kpi.growth import GrowthValue, PageGrowth, counted_pages, growth_of_pages
from kpi.models import ProfileSnapshot, Reading
from strategy.periods import length_of

WEEKS_SHOWN = 13


class OwnPage(NamedTuple):
    profile_id: int
    title: str
    network: str
    community_id: int | None


class Level(NamedTuple):
    """What a snapshot told of a page's subscribers on a day."""

    day: dt.date
    followers: int | None
    joined: int | None
    left: int | None


def weeks_until(last: dt.date) -> list[dt.date]:
    """The Mondays of the last weeks, the one that holds `last` included."""
    monday = last - dt.timedelta(days=last.weekday())
    return [monday - dt.timedelta(weeks=n) for n in reversed(range(WEEKS_SHOWN))]


@dataclass(frozen=True)
class Readings:
    """Levels and posts of the own pages over a span of days, oldest first."""

    client_id: int
    code: str
    pages: Sequence[OwnPage]
    levels: Mapping[int, list[Level]]
    posts: Mapping[int, list[PostDay]]

    def followers(self, profile_id: int, first: dt.date, last: dt.date) -> dict[dt.date, int]:
        """By day, measured days only."""
        return {
            level.day: level.followers
            for level in self.levels.get(profile_id, [])
            if level.followers is not None and first <= level.day <= last
        }

    def engagement_rate(self, *, first: dt.date, last: dt.date) -> ErValue:
        measures = [
            PageEngagement(
                [day for day in self.posts.get(page.profile_id, []) if first <= day.day <= last],
                self.followers(page.profile_id, first, last),
            )
            for page in self.pages
        ]
        return compute_er(self.code, measures, length_of(first, last))

    def net_growth(self, *, first: dt.date, last: dt.date) -> GrowthValue:
        measures = [self._measure(page, first, last) for page in self.pages]
        days = length_of(first, last)
        return growth_of_pages(counted_pages(measures), measures, days)

    def _measure(self, page: OwnPage, first: dt.date, last: dt.date) -> PageGrowth:
        followers = self.followers(page.profile_id, first, last)
        if not followers:
            return PageGrowth(self.client_id, page.profile_id, page.community_id)
        days = list(followers)
        told = [level for level in self.levels[page.profile_id] if first <= level.day <= last]
        return PageGrowth(
            self.client_id,
            page.profile_id,
            page.community_id,
            len(days),
            followers[days[0]],
            followers[days[-1]],
            days[0],
            days[-1],
            _sum_told([level.joined for level in told]),
            _sum_told([level.left for level in told]),
        )


def _sum_told(values: Sequence[int | None]) -> int | None:
    told = [value for value in values if value is not None]
    return sum(told) if told else None


def read_readings(
    client: Client, pages: Sequence[OwnPage], code: str, *, first: dt.date, last: dt.date
) -> Readings:
    posts: dict[int, list[PostDay]] = {}
    for day in days_of_posts([client.pk], code, first, last, None):
        posts.setdefault(day.profile, []).append(day)
    levels: dict[int, list[Level]] = {}
    rows = ProfileSnapshot.objects.filter(
        client=client, profile__relation=Profile.Relation.OWN, date__range=(first, last)
    )
    # As in `kpi.growth`: days that were filled in later tell no level.
    rows = rows.exclude(reading=Reading.BACKFILL).order_by("date")
    columns = ("profile_id", "date", "followers", "joined", "left")
    for profile_id, day, followers, joined, left in rows.values_list(*columns):
        levels.setdefault(profile_id, []).append(Level(day, followers, joined, left))
    return Readings(client.pk, code, pages, levels, posts)
