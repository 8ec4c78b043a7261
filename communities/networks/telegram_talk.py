"""Talk of a bot with single people: what they send it, and short texts to them.

The bot that tells the agency's people of things is no channel's: it hears private messages and
whether somebody blocked it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from communities.networks import http, shapes
from communities.networks.keys import AccessToken
from communities.networks.outcomes import Ok, Outcome
from communities.networks.telegram import UPDATES_PER_CALL, call
from communities.networks.telegram_updates import content_of

HEARD = ("message", "my_chat_member")
# The signs of UTF-16 that a message may have.
LONGEST_TEXT = 4_096


@dataclass(frozen=True, slots=True)
class Heard:
    """A private message; or, with `has_left`, that the person blocked the bot."""

    chat_id: str
    text: str = ""
    has_left: bool = False


@dataclass(frozen=True, slots=True)
class Talk:
    """A batch; `next_offset` confirms it, None where there was nothing."""

    heard: tuple[Heard, ...]
    next_offset: int | None
    has_more: bool = False


def read_name(key: AccessToken) -> Outcome[str]:
    """How the bot is called, without the @."""
    outcome = call(key, "getMe", {})
    if not isinstance(outcome, Ok):
        return outcome
    name = shapes.text((shapes.mapping(outcome.value) or {}).get("username"))
    return Ok(name) if name else http.wrong_shape(writes=False)


def read_talk(key: AccessToken, offset: int | None, *, wait_seconds: int = 0) -> Outcome[Talk]:
    """The next batch; with `wait_seconds` the network keeps the line open for the first update."""
    parameters: dict[str, object] = {
        "timeout": wait_seconds,
        "limit": UPDATES_PER_CALL,
        "allowed_updates": list(HEARD),
    }
    if offset is not None:
        parameters["offset"] = offset
    outcome = call(key, "getUpdates", parameters)
    if not isinstance(outcome, Ok):
        return outcome
    items = shapes.sequence(outcome.value)
    return Ok(parse_talk(items)) if items is not None else http.wrong_shape(writes=False)


def parse_talk(items: Sequence[object]) -> Talk:
    """What cannot be read is passed over: it is confirmed with the rest."""
    heard = [each for each in map(_heard, items) if each is not None]
    numbers = [number for item in items if (number := _number(item)) is not None]
    return Talk(tuple(heard), max(numbers) + 1 if numbers else None, len(items) >= UPDATES_PER_CALL)


def send_text(key: AccessToken, chat_id: str, text: str) -> Outcome[str]:
    """The message's id. No card of a link: Telegram would open the page for it."""
    outcome = call(
        key,
        "sendMessage",
        {"chat_id": chat_id, "text": text, "link_preview_options": {"is_disabled": True}},
        chat=chat_id,
        writes=True,
    )
    if not isinstance(outcome, Ok):
        return outcome
    number = shapes.identifier((shapes.mapping(outcome.value) or {}).get("message_id"))
    return Ok(number) if number else http.wrong_shape(writes=True)


def fits(text: str) -> bool:
    """Whether one message holds it all; Telegram counts units of UTF-16."""
    return len(text.encode("utf-16-le")) <= LONGEST_TEXT * 2


def cut(text: str) -> str:
    """As much of the text as one message holds."""
    if fits(text):
        return text
    units = text.encode("utf-16-le")
    return units[: (LONGEST_TEXT - 1) * 2].decode("utf-16-le", "ignore") + "…"


def _number(item: object) -> int | None:
    return shapes.count((shapes.mapping(item) or {}).get("update_id"))


def _heard(item: object) -> Heard | None:
    name, content = content_of(item)
    body = shapes.mapping(content) or {}
    chat = shapes.mapping(body.get("chat")) or {}
    chat_id = shapes.identifier(chat.get("id"))
    if chat_id is None or shapes.text(chat.get("type")) != "private":
        return None
    if name == "my_chat_member":
        member = shapes.mapping(body.get("new_chat_member")) or {}
        has_left = shapes.text(member.get("status")) in ("kicked", "left")
        return Heard(chat_id, has_left=True) if has_left else None
    return Heard(chat_id, shapes.text(body.get("text")) or "") if name == "message" else None
