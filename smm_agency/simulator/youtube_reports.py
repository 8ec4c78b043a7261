"""YouTube Analytics' side: reports of a channel by day, for its owner."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from smm_agency.simulator import figures
from smm_agency.simulator.players import Asked, Played
from smm_agency.simulator.scenario import Json
from smm_agency.simulator.world import World
from smm_agency.simulator.youtube import PACIFIC, YouTubeError, admit, is_there, pages, play

# Of so many last days a report tells nothing yet.
LAG = timedelta(days=2)
_METRICS = ("views", "likes", "comments", "shares", "subscribersGained", "subscribersLost")


class Analytics:
    """`/youtube_analytics/v2/reports`."""

    def call_name(self, asked: Asked) -> str:
        return "reports.query" if (asked.verb, asked.path) == ("GET", "v2/reports") else ""

    def answer(self, world: World, asked: Asked) -> Played:
        return play(asked, lambda: _report(world, asked, admit(world, asked)))


PLAYER = Analytics()


def _report(world: World, asked: Asked, secret: str) -> Json:
    """Rows of the days that are told, the oldest first; the days are Pacific ones."""
    given = asked.parameters
    channel = _own_channel(world, secret, given.get("ids", ""))
    metrics = given.get("metrics", "").split(",")
    if given.get("dimensions") != "day" or set(metrics) - {*_METRICS}:
        raise YouTubeError("badRequest")
    headers = [_header("day", "DIMENSION", "STRING")]
    headers += [_header(name, "METRIC", "INTEGER") for name in metrics]
    rows = [
        [day.isoformat(), *(told.get(name, 0) for name in metrics)]
        for day, told in _told_days(world, channel, given)
    ]
    return {"kind": "youtubeAnalytics#resultTable", "columnHeaders": headers, "rows": rows}


def _own_channel(world: World, secret: str, ids: str) -> str:
    """The channel asked for; reports are shown to its owner only."""
    channel = ids.removeprefix("channel==")
    own = world.scenario.tokens.get(secret, {}).get("owner_of")
    if channel == "MINE":
        return next(iter(own or pages(world)), "")
    if not is_there(world, channel) or (own is not None and channel not in own):
        raise YouTubeError("forbidden")
    return channel


def _header(name: str, kind: str, of: str) -> Json:
    return {"name": name, "columnType": kind, "dataType": of}


def _told_days(world: World, channel: str, given: Mapping[str, str]) -> Iterator[tuple[date, Json]]:
    try:
        first, last = (date.fromisoformat(given.get(name, "")) for name in ("startDate", "endDate"))
    except ValueError:
        raise YouTubeError("badRequest") from None
    told = pages(world).get(channel, {}).get("statistics")
    last = min(last, (world.now().astimezone(PACIFIC) - LAG).date())
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if told is None:
            yield day, _invented_day(world, channel, day)
        elif day.isoformat() in told:
            yield day, told[day.isoformat()]


def _invented_day(world: World, channel: str, day: date) -> Json:
    before, after = (world.followers_on(channel, day + timedelta(days=n)) for n in (0, 1))
    left = int(before * 0.0005 * figures.share(channel, day, "left"))
    views = int(before * 0.2 * figures.evenly(channel, day, "views", step=figures.GOLDEN))
    return {
        "views": views,
        "likes": int(views * 0.03),
        "comments": int(views * 0.004),
        "shares": int(views * 0.002),
        "subscribersGained": max(0, after - before + left),
        "subscribersLost": left,
    }
