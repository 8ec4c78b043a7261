"""Odnoklassniki's topics → readings. Pure.

Two answers tell of one topic: its statistics (`group.getStatTopics`, for administrators) how often
it was shown, whom it reached and what was clicked; the topic itself (`mediatopic.getByIds`) its
text and the counters that everybody sees.
"""

from collections.abc import Mapping
from datetime import datetime

from communities.networks import addresses, shapes
from communities.networks.records import PostFormat, PostReading

# Fields of a topic's statistics that are asked for.
STATISTICS = "id,created_ms,reach,renderings,likes,comments,reshares,link_clicks"
# The first kind found names the post's format.
_FORMATS = (
    ("movie", PostFormat.VIDEO),
    ("photo", PostFormat.PHOTO),
    ("poll", PostFormat.POLL),
    ("music", PostFormat.AUDIO),
    ("link", PostFormat.LINK),
)
_REPOST = "topic"


def topic_id(topic: object) -> str | None:
    """Ids are numeric strings up to 64 bits; older clients were given numbers."""
    value = (shapes.mapping(topic) or {}).get("id")
    return shapes.digits(value) or shapes.identifier(value)


def created_at(topic: object) -> datetime | None:
    return shapes.moment_of_milliseconds((shapes.mapping(topic) or {}).get("created_ms"))


def reading(
    topic: object, statistics: object, *, group_id: str, read_at: datetime
) -> PostReading | None:
    """None where the topic has no id or no date. `statistics` may be None: nothing is told."""
    body, told = shapes.mapping(topic) or {}, shapes.mapping(statistics) or {}
    external_id = topic_id(body)
    posted_at = created_at(body) or created_at(told)
    if external_id is None or posted_at is None:
        return None
    kinds = _kinds(body)
    return PostReading(
        external_id=external_id,
        profile_external_id=group_id,
        posted_at=posted_at,
        read_at=read_at,
        text=_text(body),
        url=addresses.post_url("ok", group_id, "", external_id),
        format=_format(body, kinds),
        is_repost=_REPOST in kinds,
        likes=_either(shapes.count_in(body.get("like_summary")), told.get("likes")),
        comments=_either(
            shapes.count_in(body.get("discussion_summary"), "comments_count"),
            told.get("comments"),
        ),
        shares=_either(shapes.count_in(body.get("reshare_summary")), told.get("reshares")),
        views=shapes.count(told.get("renderings")),
        reach=shapes.count(told.get("reach")),
        clicks=shapes.count(told.get("link_clicks")),
    )


def _either(of_topic: int | None, of_statistics: object) -> int | None:
    """The topic's own counter is of this moment; statistics may lag behind it."""
    return of_topic if of_topic is not None else shapes.count(of_statistics)


def _media(body: Mapping[str, object]) -> list[dict[str, object]]:
    items = shapes.sequence(body.get("media")) or []
    return [item for item in map(shapes.mapping, items) if item is not None]


def _text(body: Mapping[str, object]) -> str:
    texts = (shapes.text(item.get("text")) for item in _media(body) if item.get("type") == "text")
    return "\n\n".join(text for text in texts if text)


def _kinds(body: Mapping[str, object]) -> list[str]:
    return [shapes.text(item.get("type")) for item in _media(body)]


def _format(body: Mapping[str, object], kinds: list[str]) -> PostFormat:
    found = next((format for kind, format in _FORMATS if kind in kinds), None)
    if found is PostFormat.PHOTO and _photos(body) > 1:
        return PostFormat.ALBUM
    if found:
        return found
    return PostFormat.TEXT if not set(kinds) - {"text"} else PostFormat.OTHER


def _photos(body: Mapping[str, object]) -> int:
    photos = (item for item in _media(body) if item.get("type") == "photo")
    return sum(len(shapes.sequence(item.get("photo_refs")) or [item]) for item in photos)
