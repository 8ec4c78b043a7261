"""Items of VK's `wall.get` → readings. Pure."""

from datetime import datetime

from communities.networks import addresses, shapes
from communities.networks.records import PostFormat, PostReading

# The first kind found names the post's format.
_FORMATS = (
    ("short_video", PostFormat.SHORT_VIDEO),
    ("clip", PostFormat.SHORT_VIDEO),
    ("video", PostFormat.VIDEO),
    ("album", PostFormat.ALBUM),
    ("photos_list", PostFormat.ALBUM),
    ("photo", PostFormat.PHOTO),
    ("poll", PostFormat.POLL),
    ("article", PostFormat.ARTICLE),
    ("audio", PostFormat.AUDIO),
    ("audio_playlist", PostFormat.AUDIO),
    ("podcast", PostFormat.AUDIO),
    ("doc", PostFormat.DOCUMENT),
    ("link", PostFormat.LINK),
)


def is_deleted(item: object) -> bool:
    body = shapes.mapping(item) or {}
    return shapes.flag(body.get("is_deleted")) or body.get("post_type") == "deleted"


def is_pinned(item: object) -> bool:
    return shapes.flag((shapes.mapping(item) or {}).get("is_pinned"))


def reading(item: object, *, group_id: str, read_at: datetime) -> PostReading | None:
    """None where the item is no post: without an id or a date, or of another wall."""
    body = shapes.mapping(item) or {}
    post_id, posted_at = shapes.identifier(body.get("id")), shapes.moment(body.get("date"))
    if (
        post_id is None
        or posted_at is None
        or body.get("owner_id", -int(group_id)) != -int(group_id)
    ):
        return None
    postponed_id = shapes.identifier(body.get("postponed_id"))
    return PostReading(
        external_id=post_id,
        profile_external_id=group_id,
        posted_at=posted_at,
        read_at=read_at,
        text=shapes.text(body.get("text")),
        url=addresses.post_url("vk", group_id, "", post_id),
        format=_format(body.get("attachments")),
        edited_at=shapes.moment(body.get("edited")),
        is_pinned=is_pinned(item),
        is_repost=bool(shapes.sequence(body.get("copy_history"))),
        is_ad=shapes.flag(body.get("marked_as_ads")),
        likes=shapes.count_in(body.get("likes")),
        comments=shapes.count_in(body.get("comments")),
        shares=shapes.count_in(body.get("reposts")),
        views=shapes.count_in(body.get("views")),
        reactions=shapes.count_in(body.get("reactions")),
        aliases=(postponed_id,) if postponed_id else (),
        postponed_id=postponed_id,
    )


def _format(attachments: object) -> PostFormat:
    kinds = [_attachment_kind(each) for each in shapes.sequence(attachments) or []]
    if not kinds:
        return PostFormat.TEXT
    if kinds.count("photo") > 1 and "video" not in kinds:
        return PostFormat.ALBUM
    return next((found for kind, found in _FORMATS if kind in kinds), PostFormat.OTHER)


def _attachment_kind(attachment: object) -> str:
    body = shapes.mapping(attachment) or {}
    video = shapes.mapping(body.get("video")) or {}
    if video.get("type") == "short_video":
        return "short_video"
    return shapes.text(body.get("type"))
