"""Odnoklassniki's `group.getStatTrends`: a list of points per field → days. Pure."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, time, timedelta

from communities.networks import shapes
from communities.networks.clocks import MOSCOW
from communities.networks.records import DayStatistics

# The network's name of a field → ours.
FIELDS = {
    "new_members": "joined",
    "left_members": "left",
    "members_count": "followers",
    "renderings": "views",
    "reach": "reach",
    "likes": "likes",
    "comments": "comments",
    "reshares": "shares",
    "link_clicks": "clicks",
}


def parameters(group_id: str, since: datetime, until: datetime) -> dict[str, str]:
    return {
        "gid": group_id,
        "start_time": milliseconds(since),
        "end_time": milliseconds(until),
        "fields": ",".join(name.upper() for name in FIELDS),
    }


def milliseconds(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))


def days(
    trends: Mapping[str, object], *, since: datetime, until: datetime, read_at: datetime
) -> list[DayStatistics]:
    """Moscow days that lie whole between the two moments, the oldest first.

    A point that stands at no Moscow midnight is of no day that can be named, and is left out.
    """
    told: dict[datetime, dict[str, int]] = defaultdict(dict)
    for name, ours in FIELDS.items():
        for at, value in _points(trends.get(name)):
            told[at][ours] = value
    found = ((at, _next_midnight(at)) for at in sorted(told))
    return [
        DayStatistics(begins, ends, read_at, **told[begins])
        for begins, ends in found
        if since <= begins and ends <= until
    ]


def _points(series: object) -> list[tuple[datetime, int]]:
    found = []
    for point in shapes.sequence(series) or []:
        body = shapes.mapping(point) or {}
        at = shapes.moment_of_milliseconds(body.get("time"))
        value = shapes.count(body.get("value"))
        if at is not None and value is not None and at.astimezone(MOSCOW).time() == time():
            found.append((at, value))
    return found


def _next_midnight(at: datetime) -> datetime:
    day = at.astimezone(MOSCOW).date() + timedelta(days=1)
    return datetime.combine(day, time(), tzinfo=MOSCOW).astimezone(at.tzinfo)
