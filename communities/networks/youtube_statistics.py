"""Reports of YouTube Analytics by day: what is asked, and the rows → days. Pure.

A report's day is that of Pacific time. The last two or three days, and days on which nothing
happened, are missing from it.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta

from communities.networks import shapes
from communities.networks.clocks import PACIFIC
from communities.networks.records import DayStatistics

A_DAY = timedelta(days=1)
METRICS = ("views", "likes", "comments", "shares", "subscribersGained", "subscribersLost")


def parameters(channel_id: str, first: date, last: date) -> dict[str, str]:
    return {
        "ids": f"channel=={channel_id}",
        "startDate": first.isoformat(),
        "endDate": last.isoformat(),
        "metrics": ",".join(METRICS),
        "dimensions": "day",
        "sort": "day",
    }


def whole_days(since: datetime, until: datetime) -> tuple[date, date] | None:
    """The first and the last Pacific day that lies whole between the two; None: there is none."""
    first, last = since.astimezone(PACIFIC).date(), until.astimezone(PACIFIC).date() - A_DAY
    if _midnight(first) < since:
        first += A_DAY
    return (first, last) if first <= last else None


def days(body: Mapping[str, object], *, read_at: datetime) -> list[DayStatistics] | None:
    """The oldest first; None where the table is of another shape."""
    headers = shapes.sequence(body.get("columnHeaders"))
    rows = shapes.sequence(body.get("rows", []))
    if headers is None or rows is None:
        return None
    names = [shapes.text((shapes.mapping(each) or {}).get("name")) for each in headers]
    found = [_day(names, row, read_at) for row in rows]
    return _in_order(day for day in found if day is not None)


def _in_order(found: Iterable[DayStatistics]) -> list[DayStatistics]:
    return sorted({day.begins_at: day for day in found}.values(), key=lambda day: day.begins_at)


def _day(names: list[str], row: object, read_at: datetime) -> DayStatistics | None:
    cells = dict(zip(names, shapes.sequence(row) or [], strict=False))
    try:
        day = date.fromisoformat(shapes.text(cells.get("day")))
        begins_at, ends_at = _midnight(day), _midnight(day + A_DAY)
    except (ValueError, OverflowError):
        return None
    told = {name: shapes.count(cells.get(name)) for name in METRICS}
    return DayStatistics(
        begins_at,
        ends_at,
        read_at,
        joined=told["subscribersGained"],
        left=told["subscribersLost"],
        views=told["views"],
        likes=told["likes"],
        comments=told["comments"],
        shares=told["shares"],
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=PACIFIC).astimezone(UTC)
