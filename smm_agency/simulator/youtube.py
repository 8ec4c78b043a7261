"""YouTube's side: lists of the Data API, with counters as text.

A page of the scenario is a channel:
    {"title", "handle", "description", "subscribers" (null: hidden), "banner": true,
     "posts": [{"id", "at", "title", "description", "views", "likes", "comments" (null: left out),
                "privacy"}], "statistics": {"2026-11-17": {"views": 812, …}}}
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from zoneinfo import ZoneInfo

from smm_agency.simulator import figures
from smm_agency.simulator.players import Asked, Played
from smm_agency.simulator.scenario import Json
from smm_agency.simulator.world import World

PACIFIC = ZoneInfo("America/Los_Angeles")
UNITS_A_DAY = 10_000
MOST_IDS = 50

# Reason → HTTP status, domain, text.
ERRORS = {
    "authError": (401, "youtube.header", "Invalid Credentials"),
    "API_KEY_INVALID": (400, "global", "API key not valid. Please pass a valid API key."),
    "badRequest": (400, "global", "Request contains an invalid argument."),
    "missingRequiredParameter": (400, "youtube.parameter", "No filter selected."),
    "quotaExceeded": (
        *(403, "youtube.quota"),
        'The request cannot be completed because you have exceeded your <a href="/q">quota</a>.',
    ),
    "rateLimitExceeded": (403, "usageLimits", "Rate Limit Exceeded"),
    "forbidden": (403, "youtube.common", "Forbidden"),
    "insufficientPermissions": (403, "global", "Insufficient Permission"),
    "accessNotConfigured": (403, "usageLimits", "YouTube Data API v3 has not been used before."),
    "playlistNotFound": (404, "youtube.playlistItem", "The playlist cannot be found."),
    "backendError": (503, "global", "Backend Error"),
}
_STATUSES = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED",
             404: "NOT_FOUND", 503: "UNAVAILABLE"}  # fmt: skip


class YouTubeError(Exception):
    """A reason out of `ERRORS`, or one that nobody knows."""


class YouTube:
    """`/youtube/v3/<resource>`, each list for one unit."""

    def call_name(self, asked: Asked) -> str:
        version, _, resource = asked.path.partition("/")
        is_known = version == "v3" and asked.verb == "GET" and resource in _LISTS
        return f"{resource}.list" if is_known else ""

    def answer(self, world: World, asked: Asked) -> Played:
        resource = asked.path.partition("/")[2]

        def listed() -> Json:
            secret = admit(world, asked)
            _spend(world, secret)
            return _LISTS[resource](world, asked.parameters)

        return play(asked, listed)


PLAYER = YouTube()


def play(asked: Asked, answer: Callable[[], Json]) -> Played:
    try:
        if asked.error:
            raise YouTubeError(asked.error)
        return Played(200, answer())
    except YouTubeError as error:
        return _envelope(str(error))


def _envelope(reason: str) -> Played:
    """A wrong key is a plain "badRequest", explained in `details` only."""
    status, domain, text = ERRORS.get(reason, (403, "youtube.common", "Something else"))
    is_key = reason == "API_KEY_INVALID"
    shown = {"message": text, "domain": domain, "reason": "badRequest" if is_key else reason}
    body: Json = {
        "code": status,
        "message": text,
        "errors": [shown],
        "status": _STATUSES.get(status, "UNKNOWN"),
    }
    if is_key:
        kind = "type.googleapis.com/google.rpc.ErrorInfo"
        body["details"] = [{"@type": kind, "reason": reason, "domain": "googleapis.com"}]
    return Played(status, {"error": body})


def admit(world: World, asked: Asked) -> str:
    """The key of the call; an access token comes as a bearer, a key of the API as `key`."""
    secret = asked.bearer or asked.parameters.get("key", "")
    listed = world.scenario.tokens.get(secret)
    is_known = bool(secret) and (listed is not None or world.scenario.any_token)
    kind = str((listed or {}).get("kind", "user" if asked.bearer else "service"))
    is_place_right = (kind == "user") is bool(asked.bearer)
    if not is_known or not is_place_right or (listed or {}).get("state"):
        raise YouTubeError("authError" if asked.bearer else "API_KEY_INVALID")
    return secret


def _spend(world: World, secret: str) -> None:
    today = world.now().astimezone(PACIFIC).date()
    spent = world.spend(f"youtube:{secret}:{today}", 1)
    limit = world.scenario.tokens.get(secret, {}).get("units", UNITS_A_DAY)
    if world.scenario.limits and spent > limit:
        raise YouTubeError("quotaExceeded")


# --- Lists ---------------------------------------------------------------------------------------


def _channels(world: World, given: Mapping[str, str]) -> Json:
    if handle := given.get("forHandle", ""):
        ids = [_channel_of(world, handle)]
    elif "id" in given:
        ids = _ids(given)
    else:
        raise YouTubeError("missingRequiredParameter")
    found = [_channel(world, each, _parts(given)) for each in ids if is_there(world, each)]
    return _listing("channel", found)


def _videos(world: World, given: Mapping[str, str]) -> Json:
    if "id" not in given:
        raise YouTubeError("missingRequiredParameter")
    wanted = _ids(given)
    videos = {video["id"]: (channel, video) for channel, video in _known_videos(world, wanted)}
    found = [_video(*videos[each], _parts(given)) for each in wanted if each in videos]
    return _listing("video", found)


def _playlist_items(world: World, given: Mapping[str, str]) -> Json:
    """The uploads of a channel, the newest first; a page is named by where it begins."""
    playlist, size = given.get("playlistId", ""), int(given.get("maxResults", "5"))
    channel = f"UC{playlist.removeprefix('UU')}"
    videos = _uploads(world, channel) if playlist.startswith("UU") else []
    if not videos:
        raise YouTubeError("playlistNotFound")
    start = _start(given.get("pageToken", ""))
    items = [_entry(video) for video in videos[start : start + size]]
    body = _listing("playlistItem", items, total=len(videos), size=size)
    if start + size < len(videos):
        body["nextPageToken"] = f"CDIQ{start + size}"
    return body


_LISTS: Mapping[str, Callable[[World, Mapping[str, str]], Json]] = {
    "channels": _channels,
    "videos": _videos,
    "playlistItems": _playlist_items,
}


def _start(token: str) -> int:
    number = token.removeprefix("CDIQ")
    if token and not number.isdigit():
        raise YouTubeError("badRequest")
    return int(number or 0)


def _parts(given: Mapping[str, str]) -> set[str]:
    if not given.get("part"):
        raise YouTubeError("missingRequiredParameter")
    return set(given["part"].split(","))


def _ids(given: Mapping[str, str]) -> list[str]:
    ids = [each for each in given["id"].split(",") if each]
    if len(ids) > MOST_IDS:
        raise YouTubeError("badRequest")
    return ids


def _listing(kind: str, items: Sequence[Json], *, total: int = -1, size: int = 5) -> Json:
    shown = {"totalResults": len(items) if total < 0 else total, "resultsPerPage": size}
    body: Json = {"kind": f"youtube#{kind}ListResponse", "etag": "e", "pageInfo": shown}
    return {**body, "items": list(items)} if items else body


# --- Channels ------------------------------------------------------------------------------------


def pages(world: World) -> Mapping[str, Json]:
    return world.scenario.pages.get("youtube", {})


def is_there(world: World, channel: str) -> bool:
    is_invented = world.scenario.invent and channel.startswith("UC") and len(channel) > 2
    return channel in pages(world) or is_invented


def _channel_of(world: World, handle: str) -> str:
    name = handle.removeprefix("@").lower()
    listed = (key for key, page in pages(world).items() if page.get("handle", "").lower() == name)
    return next(listed, f"UC{name}" if world.scenario.invent else "")


def _channel(world: World, channel: str, parts: set[str]) -> Json:
    page = pages(world).get(channel, {})
    handle = page.get("handle", channel.removeprefix("UC").lower())
    title, about = page.get("title", f"Канал {handle}"), page.get("description", "")
    image = {"bannerExternalUrl": f"https://yt3.ggpht.com/{channel}"} if "banner" in page else {}
    uploads = f"UU{channel.removeprefix('UC')}"
    whole: Json = {
        "snippet": {
            "title": title,
            "description": about,
            "customUrl": f"@{handle}",
            "publishedAt": "2020-05-01T09:00:00Z",
            "thumbnails": {"default": {"url": "https://yt3.ggpht.com/a", "width": 88}},
            "localized": {"title": title, "description": about},
        },
        "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": uploads}},
        "statistics": _channel_statistics(world, channel, page),
        "brandingSettings": {"channel": {"title": title, "description": about}, "image": image},
    }
    if not image:
        del whole["brandingSettings"]["image"]
    return {"kind": "youtube#channel", "etag": "e", "id": channel, **_only(whole, parts)}


def _channel_statistics(world: World, channel: str, page: Json) -> Json:
    told = page["subscribers"] if "subscribers" in page else world.followers(channel)
    counters: Json = {"viewCount": "0", "hiddenSubscriberCount": told is None, "videoCount": "0"}
    return counters if told is None else {**counters, "subscriberCount": str(rounded(told))}


def rounded(count: int) -> int:
    """As YouTube tells subscribers: three figures, downwards."""
    step = 10 ** max(len(str(count)) - 3, 0)
    return int(count // step * step)


def _only(whole: Json, parts: set[str]) -> Json:
    return {name: value for name, value in whole.items() if name in parts}


# --- Videos --------------------------------------------------------------------------------------


def _uploads(world: World, channel: str) -> list[Json]:
    page = pages(world).get(channel)
    if page is not None and "posts" in page:
        return sorted(page["posts"], key=lambda video: str(video["at"]), reverse=True)
    return _invented(world, channel) if is_there(world, channel) else []


def _invented(world: World, channel: str) -> list[Json]:
    """A video of its own for each invented post; its id tells the channel."""
    posts = figures.posts(channel, world.now(), reach=world.followers(channel))
    return [
        {
            "id": f"{channel.removeprefix('UC')}-{post.number}",
            "at": post.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "title": post.text,
            "views": post.views,
            "likes": post.likes,
            "comments": post.comments,
        }
        for post in posts
    ]


def _known_videos(world: World, ids: Iterable[str]) -> Iterator[tuple[str, Json]]:
    channels = [channel for channel, page in pages(world).items() if "posts" in page]
    if world.scenario.invent:
        channels += {f"UC{each.rpartition('-')[0]}" for each in ids if "-" in each}
    for channel in dict.fromkeys(channels):
        yield from ((channel, video) for video in _uploads(world, channel))


def _entry(video: Json) -> Json:
    details = {"videoId": video["id"], "videoPublishedAt": video["at"]}
    return {"kind": "youtube#playlistItem", "id": f"UE{video['id']}", "contentDetails": details}


def _video(channel: str, video: Json, parts: set[str]) -> Json:
    counters = {"viewCount": "views", "likeCount": "likes", "commentCount": "comments"}
    told = {name: video.get(ours, 0) for name, ours in counters.items()}
    whole: Json = {
        "snippet": {
            "publishedAt": video["at"],
            "channelId": channel,
            "title": video.get("title", ""),
            "description": video.get("description", ""),
            "thumbnails": {},
            "liveBroadcastContent": "none",
        },
        "contentDetails": {"duration": "PT1M3S", "definition": "hd"},
        "statistics": {name: str(count) for name, count in told.items() if count is not None},
        "status": {
            "uploadStatus": "processed",
            "privacyStatus": video.get("privacy", "public"),
            "embeddable": True,
        },
    }
    return {"kind": "youtube#video", "etag": "e", "id": video["id"], **_only(whole, parts)}
