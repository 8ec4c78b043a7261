"""Subscribers around a promo action: how many came with it, and how many stayed afterwards.

Plain differences of a page's subscribers: whoever came or left for other reasons is among them.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from communities.models import Community
from kpi.formulas import ratio
from kpi.models import ProfileSnapshot
from promotion.models import PromoAction

AFTER = (7, 14)


@dataclass(frozen=True)
class Reading:
    """Subscribers of one day; `followers` None where the day was not measured, or has not come."""

    day: dt.date
    followers: int | None


@dataclass(frozen=True)
class AroundAction:
    """Of one community: the day before the entries, the day of the draw, 7 and 14 days later."""

    community: Community
    start: Reading
    end: Reading
    later: Sequence[Reading]

    @property
    def net(self) -> int | None:
        """Between the start and the draw; negative where more left than came."""
        return _difference(self.end, self.start)

    @property
    def left_later(self) -> list[int | None]:
        """Since the draw, up to each later day; negative is a loss."""
        return [_difference(reading, self.end) for reading in self.later]

    @property
    def lost_shares(self) -> list[float | None]:
        """Lost since the draw ÷ net growth up to it; None where nothing grew, or without a day."""
        return [
            ratio(max(-change, 0), self.net) if change is not None and (self.net or 0) > 0 else None
            for change in self.left_later
        ]

    @property
    def stayed(self) -> list[int | None]:
        """Net of the whole: since the start, up to each later day."""
        return [_difference(reading, self.start) for reading in self.later]


def followers_around(action: PromoAction) -> list[AroundAction]:
    """Of each community of the campaign; empty where the dates are not named. Two queries."""
    last = action.last_moment
    if action.entry_starts_at is None or last is None:
        return []
    before = action.client.day_of(action.entry_starts_at) - dt.timedelta(days=1)
    end = action.client.day_of(last)
    days = [before, end, *(end + dt.timedelta(days=number) for number in AFTER)]
    communities = Community.objects.filter(campaigns__campaign=action.campaign_id)
    found = list(communities.select_related("profile").order_by("pk"))
    rows = ProfileSnapshot.objects.filter(
        profile__in=[each.profile_id for each in found], date__in=days
    )
    read = {(pk, day): count for pk, day, count in rows.values_list("profile", "date", "followers")}
    around = []
    for each in found:
        start, finish, *later = (Reading(day, read.get((each.profile_id, day))) for day in days)
        around.append(AroundAction(each, start, finish, later))
    return around


def _difference(later: Reading, earlier: Reading) -> int | None:
    if later.followers is None or earlier.followers is None:
        return None
    return later.followers - earlier.followers
