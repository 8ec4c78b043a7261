"""Channels of MAX: how many subscribers they have, what is set on them."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from communities.networks import http, shapes
from communities.networks.keys import AccessToken, Capability
from communities.networks.max_calls import call
from communities.networks.outcomes import Kind, Ok, Outcome, Refused
from communities.networks.records import Gone, PageFacts, ProfileReading

_NUMBER = re.compile(r"-?[1-9]\d{0,18}", re.ASCII)
_NAME = re.compile(r"[A-Za-z][\w-]{1,63}", re.ASCII)
_PLACE = "https://max.ru/"

Chat = dict[str, object]


def read(key: AccessToken, external_id: str) -> Outcome[ProfileReading]:
    chat = _chat(key, external_id)
    return _profile(chat.value) if isinstance(chat, Ok) else chat


def number(key: AccessToken, external_id: str) -> Outcome[str]:
    """The channel's number, which a public name is asked for."""
    if _NUMBER.fullmatch(external_id):
        return Ok(external_id)
    profile = read(key, external_id)
    return Ok(profile.value.external_id) if isinstance(profile, Ok) else profile


def facts(key: AccessToken, external_id: str) -> Outcome[PageFacts]:
    """Administrators are told to an administrator only, so that their number may be None."""
    chat = _chat(key, external_id)
    if not isinstance(chat, Ok):
        return chat
    channel = shapes.identifier(chat.value.get("chat_id"))
    if channel is None:
        return http.wrong_shape(writes=False)
    admins = call(key, f"chats/{channel}/members/admins")
    if not isinstance(admins, Ok) and admins.kind is not Kind.PERMISSION:
        return admins
    return Ok(_facts(channel, chat.value, admins.value if isinstance(admins, Ok) else None))


def may_write(member: object) -> bool:
    permissions = (shapes.mapping(member) or {}).get("permissions")
    return "write" in (shapes.sequence(permissions) or [])


def _chat(key: AccessToken, external_id: str) -> Outcome[Chat]:
    if not _NUMBER.fullmatch(external_id) and not _NAME.fullmatch(external_id):
        return Refused(
            Kind.INVALID_REQUEST,
            _("A channel of MAX is named by its number (-68…) or its public name."),
            field="external_id",
        )
    outcome = call(key, f"chats/{external_id}")
    if not isinstance(outcome, Ok):
        return outcome
    chat = shapes.mapping(outcome.value)
    if chat is None or shapes.identifier(chat.get("chat_id")) is None:
        return http.wrong_shape(writes=False)
    return _refusal(chat) or Ok(chat)


def _refusal(chat: Chat) -> Refused | None:
    """A dialogue is no page; of a channel that the bot was taken from, figures are old."""
    if chat.get("type") == "dialog":
        return Refused(Kind.NOT_FOUND, _("This address of MAX leads to a person, not a channel."))
    if chat.get("status") in ("removed", "left"):
        message = _("The bot was removed from this channel of MAX: add it again.")
        return Refused(Kind.PERMISSION, message, capability=Capability.READ_FOLLOWERS)
    return None


def _profile(chat: Chat) -> Outcome[ProfileReading]:
    channel = shapes.identifier(chat.get("chat_id"))
    if channel is None:
        return http.wrong_shape(writes=False)
    gone = Gone.DELETED if chat.get("status") == "closed" else None
    link = shapes.text(chat.get("link"))
    return Ok(
        ProfileReading(
            external_id=channel,
            read_at=datetime.now(UTC),
            screen_name=_name_in(link),
            title=shapes.text(chat.get("title")),
            url=link if link.startswith(_PLACE) else "",
            followers=None if gone else shapes.count(chat.get("participants_count")),
            gone=gone,
        )
    )


def _name_in(link: str) -> str:
    """The public name in https://max.ru/coffee; a link of invitation has none."""
    name = link.removeprefix(_PLACE)
    return name if link.startswith(_PLACE) and _NAME.fullmatch(name) else ""


def _facts(channel: str, chat: Mapping[str, object], admins: object) -> PageFacts:
    members = shapes.sequence((shapes.mapping(admins) or {}).get("members"))
    return PageFacts(
        external_id=channel,
        read_at=datetime.now(UTC),
        title=shapes.told_text(chat.get("title")),
        screen_name=_name_in(shapes.text(chat["link"])) if "link" in chat else None,
        description=shapes.told_text(chat.get("description")),
        has_avatar=bool(chat["icon"]) if "icon" in chat else None,
        has_pinned_post=bool(chat["pinned_message"]) if "pinned_message" in chat else None,
        admins=len(members) if members is not None else None,
    )
