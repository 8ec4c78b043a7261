"""Telegram's messages → comments under a channel's posts and messages to it. Pure.

A channel is commented in its discussion group: each post is forwarded there by itself, and a
comment names that message as its thread. Direct messages to a channel have a chat of their own, one
topic for each person; anybody may write to the bot. Ids are `chat:message`, since one bot hears of
several chats. Who is asked for a page by a chat finds it by `chat_place`.
"""

from collections.abc import Mapping

from communities.networks import shapes
from communities.networks.moderation import Discussion, Heard, InboxReading, SaidKind
from communities.networks.telegram_updates import MESSAGES, content_of

CHAT = "chat:"
# Telegram itself: it forwards the posts into the group.
_TELEGRAM = "777000"
_MEDIA = (
    *("photo", "video", "video_note", "animation", "voice", "audio", "document", "sticker"),
    *("poll", "location", "contact", "dice", "story", "checklist"),
)


def chat_place(chat_id: str) -> str:
    """What stands in a reading for a page that is known by its chat only."""
    return f"{CHAT}{chat_id}"


def parse_update(update: object, *, bot_id: str) -> Heard:
    """One update; what is no message has only its name."""
    name, content = content_of(update)
    if name not in MESSAGES:
        return Heard(name)
    message = shapes.mapping(content) or {}
    chat = shapes.mapping(message.get("chat")) or {}
    if shapes.flag(message.get("is_automatic_forward")):
        thread = _discussion(message, chat)
        return Heard(name, discussions=(thread,)) if thread else Heard(name, is_unreadable=True)
    if shapes.text(chat.get("type")) not in ("private", "supergroup"):
        return Heard(name)
    reading = _reading(message, chat, bot_id)
    if reading is None:
        return Heard(name, is_unreadable=shapes.identifier(message.get("message_id")) is None)
    found = _discussion_of_answer(message, chat)
    return Heard(name, said=(reading,), discussions=(found,) if found else ())


def _reading(
    message: Mapping[str, object], chat: Mapping[str, object], bot_id: str
) -> InboxReading | None:
    """None where it is unreadable, or says nothing (somebody joined, a title changed)."""
    number, chat_id = (
        shapes.identifier(message.get("message_id")),
        shapes.identifier(chat.get("id")),
    )
    said_at, text = shapes.moment(message.get("date")), _text(message)
    if number is None or chat_id is None or said_at is None or not text:
        return None
    edited_at = shapes.moment(message.get("edit_date"))
    author_id, author_name = _author(message)
    is_comment = not _is_private(chat)
    thread = _thread(message, chat)
    answered = shapes.mapping(message.get("reply_to_message")) or {}
    answers = shapes.identifier(answered.get("message_id")) or ""
    return InboxReading(
        kind=SaidKind.COMMENT if is_comment else SaidKind.MESSAGE,
        page=chat_place(chat_id),
        external_id=f"{chat_id}:{number}",
        said_at=said_at,
        told_at=edited_at or said_at,
        text=text,
        thread_id=f"{chat_id}:{thread}" if thread else chat_id,
        answers_id=f"{chat_id}:{answers}" if answers else "",
        author_id=author_id,
        author_name=author_name,
        url=_url(chat, number, thread),
        edited_at=edited_at,
        is_own=_is_own(message, chat, bot_id),
    )


def _is_private(chat: Mapping[str, object]) -> bool:
    """To the bot, or directly to the channel."""
    return chat.get("type") == "private" or shapes.flag(chat.get("is_direct_messages"))


def _thread(message: Mapping[str, object], chat: Mapping[str, object]) -> str:
    if shapes.flag(chat.get("is_direct_messages")):
        topic = shapes.mapping(message.get("direct_messages_topic")) or {}
        return shapes.identifier(topic.get("topic_id")) or ""
    return shapes.identifier(message.get("message_thread_id")) or ""


def _author(message: Mapping[str, object]) -> tuple[str, str]:
    """(id, name); who writes as a channel or a group is named by it."""
    chat = shapes.mapping(message.get("sender_chat"))
    if chat is not None:
        return shapes.identifier(chat.get("id")) or "", shapes.text(chat.get("title"))
    person = shapes.mapping(message.get("from")) or {}
    parts = [shapes.text(person.get(each)) for each in ("first_name", "last_name")]
    name = " ".join(filter(None, parts)) or shapes.text(person.get("username"))
    return shapes.identifier(person.get("id")) or "", name


def _is_own(message: Mapping[str, object], chat: Mapping[str, object], bot_id: str) -> bool:
    """The bot, the group's own anonymous administrators, and the channel in its own name."""
    sender = shapes.mapping(message.get("sender_chat")) or {}
    person = shapes.mapping(message.get("from")) or {}
    is_channel = shapes.text(sender.get("type")) == "channel"
    return (
        shapes.identifier(person.get("id")) in (bot_id, _TELEGRAM)
        or shapes.identifier(sender.get("id")) == shapes.identifier(chat.get("id"))
        or (is_channel and shapes.flag(chat.get("is_direct_messages")))
    )


def _discussion(message: Mapping[str, object], chat: Mapping[str, object]) -> Discussion | None:
    """Which post the thread of an automatic forward belongs to."""
    origin = shapes.mapping(message.get("forward_origin")) or {}
    channel = shapes.mapping(origin.get("chat")) or shapes.mapping(message.get("forward_from_chat"))
    page = shapes.identifier((channel or {}).get("id"))
    post = shapes.identifier(origin.get("message_id")) or shapes.identifier(
        message.get("forward_from_message_id")
    )
    chat_id = shapes.identifier(chat.get("id"))
    number = shapes.identifier(message.get("message_id"))
    if not (page and post and chat_id and number):
        return None
    return Discussion(page=page, chat_id=chat_id, message_id=number, post_id=post)


def _discussion_of_answer(
    message: Mapping[str, object], chat: Mapping[str, object]
) -> Discussion | None:
    """A first comment quotes the forwarded post whole."""
    answered = shapes.mapping(message.get("reply_to_message")) or {}
    is_forward = shapes.flag(answered.get("is_automatic_forward"))
    return _discussion(answered, chat) if is_forward else None


def _text(message: Mapping[str, object]) -> str:
    """The words, and what is attached in square brackets: a sticker has no words."""
    said = shapes.text(message.get("text")) or shapes.text(message.get("caption"))
    marks = [f"[{name}]" for name in _MEDIA if name in message]
    return " ".join(filter(None, [said, *marks]))


def _url(chat: Mapping[str, object], number: str, thread: str) -> str:
    """A private chat has no address."""
    if chat.get("type") != "supergroup" or shapes.flag(chat.get("is_direct_messages")):
        return ""
    name = shapes.text(chat.get("username"))
    chat_id = (shapes.identifier(chat.get("id")) or "").removeprefix("-100")
    place = f"https://t.me/{name}/{number}" if name else f"https://t.me/c/{chat_id}/{number}"
    return f"{place}?thread={thread}" if thread else place
