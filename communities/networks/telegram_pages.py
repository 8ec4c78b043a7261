"""What is set on a Telegram channel, out of `getChat` and `getChatAdministrators`.

Telegram leaves out what is not set. Whether it also leaves out what a stranger may not see is not
documented, so absence says "not set" only to a bot that manages the channel.
"""

from collections.abc import Mapping
from datetime import datetime

from communities.networks import shapes
from communities.networks.records import PageFacts


def people_in(answer: object) -> int | None:
    """How many people manage the channel; bots are no people."""
    members = shapes.sequence(answer)
    if members is None:
        return None
    users = [shapes.mapping((shapes.mapping(each) or {}).get("user")) or {} for each in members]
    return sum(not shapes.flag(user.get("is_bot")) for user in users)


def facts(
    chat: Mapping[str, object], external_id: str, people: int | None, *, read_at: datetime
) -> PageFacts:
    """`people` is None for a bot that does not manage the channel."""
    knows = people is not None
    return PageFacts(
        external_id=external_id,
        read_at=read_at,
        title=_text(chat, "title", knows=knows),
        screen_name=_text(chat, "username", knows=knows),
        description=_text(chat, "description", knows=knows),
        has_avatar=_presence(chat, "photo", knows=knows),
        has_pinned_post=_presence(chat, "pinned_message", knows=knows),
        has_comments=_presence(chat, "linked_chat_id", knows=knows),
        admins=people,
    )


def _text(chat: Mapping[str, object], name: str, *, knows: bool) -> str | None:
    value = chat.get(name)
    if isinstance(value, str):
        return shapes.text(value)
    return "" if knows and value is None else None


def _presence(chat: Mapping[str, object], name: str, *, knows: bool) -> bool | None:
    if chat.get(name):
        return True
    return False if knows else None
