"""Telegram's updates → readings. Pure. An album comes as several messages with one group id."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from communities.networks import addresses, shapes
from communities.networks.records import PostFormat, PostReading, ReactionReading, Updates

_FORMATS = (
    ("photo", PostFormat.PHOTO),
    ("video_note", PostFormat.SHORT_VIDEO),
    ("video", PostFormat.VIDEO),
    ("animation", PostFormat.VIDEO),
    ("poll", PostFormat.POLL),
    ("audio", PostFormat.AUDIO),
    ("voice", PostFormat.AUDIO),
    ("document", PostFormat.DOCUMENT),
)
# What people say in a discussion group, to the channel or to the bot.
MESSAGES = ("message", "edited_message")
_OTHER_CONTENT = ("sticker", "dice", "location", "venue", "contact", "game", "story", "checklist")
# A message about the channel itself (a pin, a new title) is no post.
_SERVICE = (
    "pinned_message",
    "new_chat_title",
    "new_chat_photo",
    "delete_chat_photo",
    "channel_chat_created",
    "message_auto_delete_timer_changed",
    "video_chat_scheduled",
    "video_chat_started",
    "video_chat_ended",
    "boost_added",
    "giveaway_created",
)


def parse_updates(items: Sequence[object], *, read_at: datetime) -> Updates:
    """A batch of `getUpdates`, or one body of the webhook. An album within it becomes one post."""
    posts: list[PostReading] = []
    edited: list[PostReading] = []
    reactions: list[ReactionReading] = []
    others: Counter[str] = Counter()
    messages: list[object] = []
    unreadable = 0
    for item in items:
        name, content = content_of(item)
        if name == "message_reaction_count":
            reaction = reaction_reading(content)
            reactions += [reaction] if reaction else []
            unreadable += reaction is None
        elif name in ("channel_post", "edited_channel_post") and not _is_service(content):
            post = post_reading(content, read_at=read_at)
            (posts if name == "channel_post" else edited).extend([post] if post else [])
            unreadable += post is None
        elif name in MESSAGES:
            messages.append(item)
        else:
            others[name] += 1
    return Updates(
        posts=join_albums(posts),
        edited_posts=tuple(edited),
        reactions=tuple(reactions),
        next_offset=_next_offset(items),
        unreadable=unreadable,
        other_types=dict(others),
        messages=tuple(messages),
    )


def post_reading(message: object, *, read_at: datetime) -> PostReading | None:
    """A channel's message. Views, comments and shares are never told to a bot, so they are None.

    Reactions are None too: they come by updates of their own.
    """
    body = shapes.mapping(message) or {}
    chat = shapes.mapping(body.get("chat")) or {}
    message_id, chat_id = (
        shapes.identifier(body.get("message_id")),
        shapes.identifier(chat.get("id")),
    )
    posted_at = shapes.moment(body.get("date"))
    if message_id is None or chat_id is None or posted_at is None or chat.get("type") != "channel":
        return None
    name = shapes.text(chat.get("username"))
    return PostReading(
        external_id=message_id,
        profile_external_id=chat_id,
        posted_at=posted_at,
        read_at=read_at,
        text=shapes.text(body.get("text")) or shapes.text(body.get("caption")),
        url=addresses.post_url("telegram", chat_id, name, message_id),
        format=_format(body),
        edited_at=shapes.moment(body.get("edit_date")),
        is_repost="forward_origin" in body or "forward_from_chat" in body,
        album_id=shapes.text(body.get("media_group_id")) or None,
    )


def reaction_reading(content: object) -> ReactionReading | None:
    """None where any part is unreadable: a sum without it would be a wrong figure."""
    body = shapes.mapping(content) or {}
    chat_id = shapes.identifier((shapes.mapping(body.get("chat")) or {}).get("id"))
    message_id = shapes.identifier(body.get("message_id"))
    counted_at = shapes.moment(body.get("date"))
    counts = _counts(body.get("reactions"))
    if chat_id is None or message_id is None or counted_at is None or counts is None:
        return None
    return ReactionReading(
        profile_external_id=chat_id,
        post_external_id=message_id,
        counted_at=counted_at,
        reactions=sum(counts.values()),
        reactions_by_kind=counts,
    )


def join_albums(posts: Sequence[PostReading]) -> tuple[PostReading, ...]:
    """Messages of one album become one post: the first message, the others' ids as aliases.

    An album cut by the end of a batch stays in two parts with the same `album_id`.
    """
    albums: dict[tuple[str, str | None, str], list[PostReading]] = {}
    for post in posts:
        alone = "" if post.album_id else post.external_id
        albums.setdefault((post.profile_external_id, post.album_id, alone), []).append(post)
    return tuple(_joined(parts) for parts in albums.values())


def _joined(parts: Sequence[PostReading]) -> PostReading:
    if parts[0].album_id is None:
        return parts[-1]
    first, *rest = sorted(
        {part.external_id: part for part in parts}.values(), key=lambda part: int(part.external_id)
    )
    text = next((part.text for part in (first, *rest) if part.text), "")
    aliases = tuple(part.external_id for part in rest)
    return replace(first, text=text, aliases=aliases, format=PostFormat.ALBUM)


def content_of(update: object) -> tuple[str, object]:
    """The update's type and what it holds; at most one content stands in an update."""
    body = shapes.mapping(update) or {}
    return next(((name, held) for name, held in body.items() if name != "update_id"), ("", None))


def _next_offset(items: Sequence[object]) -> int | None:
    """One past the last id, unreadable updates included: they must not come again for ever."""
    found = [(shapes.mapping(item) or {}).get("update_id") for item in items]
    ids = [int(each) for value in found if (each := shapes.identifier(value)) is not None]
    return max(ids) + 1 if ids else None


def _is_service(message: object) -> bool:
    body = shapes.mapping(message) or {}
    return any(name in body for name in _SERVICE)


def _format(message: Mapping[str, object]) -> PostFormat:
    found = next((kind for name, kind in _FORMATS if name in message), None)
    if found:
        return found
    if any(name in message for name in _OTHER_CONTENT):
        return PostFormat.OTHER
    return PostFormat.TEXT


def _counts(reactions: object) -> dict[str, int] | None:
    """Kind of reaction → count; an empty list is a measured zero."""
    items = shapes.sequence(reactions)
    if items is None:
        return None
    counts: Counter[str] = Counter()
    for item in items:
        body = shapes.mapping(item) or {}
        total = shapes.count(body.get("total_count"))
        if total is None:
            return None
        counts[_reaction_name(body.get("type"))] += total
    return dict(counts)


def _reaction_name(kind: object) -> str:
    body = shapes.mapping(kind) or {}
    if body.get("type") == "custom_emoji":
        return f"custom:{shapes.text(body.get('custom_emoji_id'))}"
    return shapes.text(body.get("emoji")) or shapes.text(body.get("type")) or "other"
