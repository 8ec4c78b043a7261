"""Nodes of Facebook → readings. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from communities.networks import addresses, shapes
from communities.networks.records import PageFacts, PostFormat, PostReading, ProfileReading

PAGE_FIELDS = "id,name,username,followers_count,link"
FACT_FIELDS = (
    "id,name,username,about,description,category,website,phone,single_line_address,"
    "picture{is_silhouette},cover{id},verification_status"
)
POST_FIELDS = "id,message,created_time,permalink_url,status_type,attachments{media_type,url},shares"
# Told only with the right pages_read_user_content; without it the whole call fails.
SUMMARIES = "comments.limit(0).summary(true),reactions.limit(0).summary(true)"

_FORMATS = {
    "photo": PostFormat.PHOTO,
    "album": PostFormat.ALBUM,
    "video": PostFormat.VIDEO,
    "link": PostFormat.LINK,
    "share": PostFormat.LINK,
}
_SHORT_VIDEO = "/reel/"
_UNVERIFIED = ("", "not_verified")


def page_reading(node: Mapping[str, object], read_at: datetime) -> ProfileReading | None:
    page_id = shapes.text(node.get("id"))
    if not page_id:
        return None
    name = shapes.text(node.get("username"))
    return ProfileReading(
        external_id=page_id,
        read_at=read_at,
        screen_name=name,
        title=shapes.text(node.get("name")),
        url=addresses.profile_url("facebook", page_id, name),
        followers=shapes.count(node.get("followers_count")),
    )


def page_facts(node: Mapping[str, object], read_at: datetime) -> PageFacts | None:
    """A field that was asked for and left out is not set."""
    page_id = shapes.text(node.get("id"))
    if not page_id:
        return None
    picture = shapes.mapping((shapes.mapping(node.get("picture")) or {}).get("data"))
    about = shapes.text(node.get("about")) or shapes.text(node.get("description"))
    return PageFacts(
        external_id=page_id,
        read_at=read_at,
        title=shapes.text(node.get("name")),
        screen_name=shapes.text(node.get("username")),
        description=about,
        category=shapes.text(node.get("category")),
        site=shapes.text(node.get("website")),
        phone=shapes.text(node.get("phone")),
        address=shapes.text(node.get("single_line_address")),
        has_avatar=None if picture is None else not shapes.flag(picture.get("is_silhouette")),
        has_cover=shapes.mapping(node.get("cover")) is not None,
        is_verified=shapes.text(node.get("verification_status")) not in _UNVERIFIED,
    )


def post_reading(
    node: Mapping[str, object], *, owner: str, read_at: datetime, insights: Mapping[str, int]
) -> PostReading | None:
    """None where the node is no post with an id and a date.

    A reaction of any kind is a like here. `shares` is left out where there is none, so it is zero.
    """
    post_id = shapes.text(node.get("id"))
    posted_at = shapes.written_moment(node.get("created_time"))
    if not post_id or posted_at is None:
        return None
    reactions = _total(node.get("reactions"))
    shares = shapes.count_in(node["shares"]) if "shares" in node else 0
    told = {"likes": reactions, "comments": _total(node.get("comments")), "shares": shares}
    counters: dict[str, Any] = {**told, **insights}
    return PostReading(
        external_id=post_id,
        profile_external_id=owner,
        posted_at=posted_at,
        read_at=read_at,
        text=shapes.text(node.get("message")),
        url=_url(node, owner, post_id),
        format=_format(node),
        reactions=reactions,
        **counters,
    )


def _total(edge: object) -> int | None:
    return shapes.count_in((shapes.mapping(edge) or {}).get("summary"), "total_count")


def _url(node: Mapping[str, object], page_id: str, post_id: str) -> str:
    told = shapes.text(node.get("permalink_url"))
    is_address = told.startswith("https://")
    return told if is_address else addresses.post_url("facebook", page_id, "", post_id)


def _format(node: Mapping[str, object]) -> PostFormat:
    attachments = shapes.mapping(node.get("attachments")) or {}
    first = next(iter(shapes.sequence(attachments.get("data")) or []), None)
    if first is None:
        return PostFormat.TEXT
    if _SHORT_VIDEO in shapes.text(node.get("permalink_url")):
        return PostFormat.SHORT_VIDEO
    kind = shapes.text((shapes.mapping(first) or {}).get("media_type"))
    return _FORMATS.get(kind, PostFormat.OTHER)
