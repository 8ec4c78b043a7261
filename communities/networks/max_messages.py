"""MAX's messages → readings. Pure. Only messages of channels are posts."""

from datetime import datetime

from communities.networks import shapes
from communities.networks.records import PostFormat, PostReading

# The first kind found names the post's format.
_FORMATS = (
    ("video", PostFormat.VIDEO),
    ("image", PostFormat.PHOTO),
    ("audio", PostFormat.AUDIO),
    ("file", PostFormat.DOCUMENT),
    ("share", PostFormat.LINK),
)
# Buttons under a message are no content of it.
_BUTTONS = frozenset({"inline_keyboard", "reply_keyboard"})


def message_id(message: object) -> str | None:
    body = shapes.mapping((shapes.mapping(message) or {}).get("body")) or {}
    return shapes.text(body.get("mid")) or None


def chat_id(message: object) -> str | None:
    recipient = shapes.mapping((shapes.mapping(message) or {}).get("recipient")) or {}
    return shapes.identifier(recipient.get("chat_id"))


def is_of_channel(message: object) -> bool:
    recipient = shapes.mapping((shapes.mapping(message) or {}).get("recipient")) or {}
    return recipient.get("chat_type") == "channel"


def milliseconds(message: object) -> int | None:
    """When it was sent, in the network's own measure, by which pages are asked for."""
    value = (shapes.mapping(message) or {}).get("timestamp")
    return value if shapes.moment_of_milliseconds(value) and isinstance(value, int) else None


def reading(message: object, *, read_at: datetime) -> PostReading | None:
    """None where it is no post: of a chat, or without an id, a date or a channel."""
    whole = shapes.mapping(message) or {}
    body = shapes.mapping(whole.get("body")) or {}
    external_id, channel = message_id(message), chat_id(message)
    posted_at = shapes.moment_of_milliseconds(whole.get("timestamp"))
    if external_id is None or channel is None or posted_at is None or not is_of_channel(message):
        return None
    return PostReading(
        external_id=external_id,
        profile_external_id=channel,
        posted_at=posted_at,
        read_at=read_at,
        text=shapes.text(body.get("text")),
        url=_address(whole.get("url")),
        format=_format(body.get("attachments")),
        is_repost=(shapes.mapping(whole.get("link")) or {}).get("type") == "forward",
        views=shapes.count_in(whole.get("stat"), "views"),
    )


def _address(value: object) -> str:
    """It ends as a link on our pages, so nothing but a web address is taken."""
    text = shapes.text(value)
    return text if text.startswith("https://") else ""


def _format(attachments: object) -> PostFormat:
    items = map(shapes.mapping, shapes.sequence(attachments) or [])
    kinds = [shapes.text((item or {}).get("type")) for item in items]
    kinds = [kind for kind in kinds if kind and kind not in _BUTTONS]
    if not kinds:
        return PostFormat.TEXT
    if kinds.count("image") > 1 and "video" not in kinds:
        return PostFormat.ALBUM
    return next((found for kind, found in _FORMATS if kind in kinds), PostFormat.OTHER)
