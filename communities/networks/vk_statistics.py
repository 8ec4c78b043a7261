"""VK's `stats.get`: what is asked, and its periods → days. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from communities.networks import shapes
from communities.networks.records import DayStatistics

# VK gives the last second of a period.
SECOND = timedelta(seconds=1)


def parameters(group_id: str, since: datetime, until: datetime) -> dict[str, str]:
    return {
        "group_id": group_id,
        "timestamp_from": str(int(since.timestamp())),
        "timestamp_to": str(int((until - SECOND).timestamp())),
        "interval": "day",
        "stats_groups": "reach,activity",
    }


def days(
    periods: Iterable[object], *, since: datetime, until: datetime, read_at: datetime
) -> list[DayStatistics]:
    """Those that lie whole between the two moments, the oldest first."""
    found = {day.begins_at: day for period in periods if (day := _day(period, read_at))}
    return [found[at] for at in sorted(found) if since <= at and found[at].ends_at <= until]


def _day(period: object, read_at: datetime) -> DayStatistics | None:
    """None where VK tells nothing of it. In an object that is there, VK leaves zeros out."""
    body = shapes.mapping(period) or {}
    begins, last = shapes.moment(body.get("period_from")), shapes.moment(body.get("period_to"))
    reach, activity = shapes.mapping(body.get("reach")), shapes.mapping(body.get("activity"))
    if begins is None or last is None or (reach is None and activity is None):
        return None
    return DayStatistics(
        begins,
        last + SECOND,
        read_at,
        joined=_told(activity, "subscribed"),
        left=_told(activity, "unsubscribed"),
        reach=_told(reach, "reach"),
        likes=_told(activity, "likes"),
        comments=_told(activity, "comments"),
        shares=_told(activity, "copies"),
    )


def _told(holder: dict[str, object] | None, name: str) -> int | None:
    return None if holder is None else shapes.count(holder.get(name, 0))
