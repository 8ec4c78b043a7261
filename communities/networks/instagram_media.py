"""Nodes of Instagram → readings. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from communities.networks import addresses, shapes
from communities.networks.records import PageFacts, PostFormat, PostReading, ProfileReading

ACCOUNT_FIELDS = "id,username,name,followers_count"
FACT_FIELDS = "id,username,name,biography,website,profile_picture_url"
MEDIA_FIELDS = (
    "id,caption,media_type,media_product_type,permalink,timestamp,like_count,comments_count"
)

_FORMATS = {
    "IMAGE": PostFormat.PHOTO,
    "CAROUSEL_ALBUM": PostFormat.ALBUM,
    "VIDEO": PostFormat.VIDEO,
}


def account_reading(
    node: Mapping[str, object], *, external_id: str, read_at: datetime
) -> ProfileReading:
    """`external_id` is the number of the key's own account, the name of anybody else's."""
    name = shapes.text(node.get("username"))
    return ProfileReading(
        external_id=external_id,
        read_at=read_at,
        screen_name=name,
        title=shapes.text(node.get("name")) or name,
        url=addresses.profile_url("instagram", external_id, name),
        followers=shapes.count(node.get("followers_count")),
    )


def page_facts(node: Mapping[str, object], *, external_id: str, read_at: datetime) -> PageFacts:
    """A field that was asked for and left out is not set."""
    return PageFacts(
        external_id=external_id,
        read_at=read_at,
        title=shapes.text(node.get("name")),
        screen_name=shapes.text(node.get("username")),
        description=shapes.text(node.get("biography")),
        site=shapes.text(node.get("website")),
        has_avatar=bool(shapes.text(node.get("profile_picture_url"))),
    )


def media_reading(
    node: Mapping[str, object], *, owner: str, read_at: datetime, insights: Mapping[str, int]
) -> PostReading | None:
    """None where the node is no post with an id and a date. Likes are left out where hidden."""
    media_id = shapes.text(node.get("id"))
    posted_at = shapes.written_moment(node.get("timestamp"))
    if not media_id or posted_at is None:
        return None
    permalink = shapes.text(node.get("permalink"))
    counters: dict[str, Any] = {
        "likes": shapes.count(node.get("like_count")),
        "comments": shapes.count(node.get("comments_count")),
        **insights,
    }
    return PostReading(
        external_id=media_id,
        profile_external_id=owner,
        posted_at=posted_at,
        read_at=read_at,
        text=shapes.text(node.get("caption")),
        url=permalink if permalink.startswith("https://") else "",
        format=_format(node),
        **counters,
    )


def _format(node: Mapping[str, object]) -> PostFormat:
    if node.get("media_product_type") == "REELS":
        return PostFormat.SHORT_VIDEO
    return _FORMATS.get(shapes.text(node.get("media_type")), PostFormat.OTHER)
