"""Telegram's side: `/bot<key>/<method>`; the HTTP status is the error code."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from smm_agency.simulator import figures, telegram_inbox, telegram_people, telegram_sending
from smm_agency.simulator.scenario import Json
from smm_agency.simulator.telegram_rules import (
    TelegramError,
    bot_of,
    channel_in,
    chat_of,
    member_of,
    too_many,
)
from smm_agency.simulator.world import World

PER_SECOND = 30
# What stands on a channel, where the scenario says it.
_PAGE = ("description", "photo", "pinned_message", "linked_chat_id")
# Sent only to those who ask for them by name.
_ASKED_FOR_ONLY = {"chat_member", "message_reaction", "message_reaction_count"}
_UPDATES_FROM = datetime(2026, 1, 1, tzinfo=UTC)
_REACTIONS_AFTER_HOURS = (1, 4, 10, 20)
_EMOJI = ("👍", "❤", "🔥")


def answer(
    world: World, method: str, parameters: Mapping[str, str], secret: str
) -> tuple[int, Json]:
    """HTTP status and envelope of one call."""
    try:
        _admit(world, secret)
        if method not in _METHODS:
            raise TelegramError(404, "Not Found: method not found")
        return 200, {"ok": True, "result": _METHODS[method](world, parameters, secret)}
    except TelegramError as error:
        return error.code, error_envelope(error.code, error.text, error.parameters)


def error_envelope(code: int, text: str, parameters: Mapping[str, int]) -> Json:
    body: Json = {"ok": False, "error_code": code, "description": text}
    return body | ({"parameters": dict(parameters)} if parameters else {})


def _admit(world: World, secret: str) -> None:
    if not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", secret):
        raise TelegramError(404, "Not Found")
    listed = world.scenario.tokens.get(secret)
    if (listed is None and not world.scenario.any_token) or (listed and "state" in listed):
        raise TelegramError(401, "Unauthorized")
    if world.is_too_fast(f"telegram:{secret}", PER_SECOND):
        raise too_many(1)


# --- Methods -------------------------------------------------------------------------------------


def _get_me(_world: World, _parameters: Mapping[str, str], secret: str) -> Json:
    return bot_of(secret) | {"can_join_groups": True, "can_read_all_group_messages": False}


def _get_chat(world: World, parameters: Mapping[str, str], _secret: str) -> Json:
    chat_id, spec = channel_in(world, parameters)
    told = {name: spec[name] for name in _PAGE if name in spec}
    return chat_of(chat_id, spec) | {"accent_color_id": 0, "max_reaction_count": 11} | told


def _get_count(world: World, parameters: Mapping[str, str], _secret: str) -> int:
    chat_id, spec = channel_in(world, parameters)
    return int(spec.get("members", world.followers(chat_id)))


def _get_administrators(world: World, parameters: Mapping[str, str], secret: str) -> list[Json]:
    """People and the bot that asks; the list of a channel is closed to those who are not in it."""
    _chat_id, spec = channel_in(world, parameters)
    own = member_of(world, parameters, secret)
    if own["status"] not in ("administrator", "creator"):
        raise TelegramError(400, "Bad Request: member list is inaccessible")
    people = [
        {"status": "administrator" if n else "creator", "user": {"id": 7 + n, "is_bot": False}}
        for n in range(int(spec.get("admins", 2)))
    ]
    return [*people, own]


def _get_updates(world: World, parameters: Mapping[str, str], secret: str) -> list[Json]:
    telegram_inbox.refuse_queue(world, secret)
    offset = int(parameters.get("offset") or 0)
    limit = min(int(parameters.get("limit") or 100), 100)
    wanted = set(json.loads(parameters.get("allowed_updates") or "[]"))
    queue = world.take_updates(offset) + telegram_sending.sent_updates(world, secret, offset)
    queue += telegram_people.heard(world, secret, offset)
    queue += _invented(world, secret, offset)
    queue = [update for update in queue if _is_wanted(update, wanted)]
    return sorted(queue, key=lambda update: int(update.get("update_id", 0)))[:limit]


_METHODS: dict[str, Callable[[World, Mapping[str, str], str], Json | list[Json] | int]] = {
    "getMe": _get_me,
    "getChat": _get_chat,
    "getChatAdministrators": _get_administrators,
    "getChatMemberCount": _get_count,
    "getChatMember": member_of,
    "getUpdates": _get_updates,
    **telegram_sending.METHODS,
    **telegram_inbox.METHODS,
}


def _is_wanted(update: Json, wanted: set[str]) -> bool:
    names = set(update) - {"update_id"}
    return bool(names & wanted) if wanted else not names & _ASKED_FOR_ONLY


# --- What stands on Telegram ---------------------------------------------------------------------


def _invented(world: World, secret: str, offset: int) -> Iterator[Json]:
    """Posts and reaction counts of the last day: Telegram keeps updates no longer."""
    moments = sorted(
        (
            (at, chat_id, name, content)
            for chat_id in _own_channels(world, secret)
            for at, name, content in _happenings(world, chat_id)
        ),
        key=lambda each: each[:3],
    )
    minute, place = -1, 0
    for at, _chat_id, name, content in moments:
        this = int((at - _UPDATES_FROM).total_seconds() // 60)
        minute, place = this, place + 1 if this == minute else 0
        update_id = this * 100 + min(place, 99)
        if update_id >= offset:
            yield {"update_id": update_id, name: content}


def _own_channels(world: World, secret: str) -> list[str]:
    """The bot's own channels: as listed for its key, else all where it is an administrator."""
    listed = world.scenario.tokens.get(secret, {}).get("channels")
    if listed is not None:
        return list(listed)
    if not world.scenario.invent:
        return []
    known = {*world.scenario.channels, *world.scenario.levels}
    own = {"administrator", "creator"}
    return sorted(
        each
        for each in known
        if each.startswith("-100")
        and world.scenario.channels.get(each, {}).get("bot_status", "administrator") in own
    )


def _happenings(world: World, chat_id: str) -> Iterator[tuple[datetime, str, Json]]:
    now, spec = world.now(), world.scenario.channels.get(chat_id, {})
    chat = chat_of(chat_id, spec)
    reach = int(spec.get("members", world.followers(chat_id)))
    language = str(spec.get("language", "ru"))
    posts = figures.posts(chat_id, now, reach=reach, language=language)[:3]
    for said in telegram_inbox.talk(world, chat, spec, posts):
        if said[0] > now - timedelta(days=1):
            yield said
    for post in posts:
        if post.at > now - timedelta(days=1):
            for place in range(max(1, post.photos)):
                yield post.at, "channel_post", _message(chat, post, place)
        for hours in _REACTIONS_AFTER_HOURS:
            at = post.at + timedelta(hours=hours)
            if now - timedelta(days=1) < at <= now:
                yield at, "message_reaction_count", _reactions(chat, post, at)


def _message(chat: Json, post: figures.InventedPost, place: int) -> Json:
    """One message; several photos are an album: several messages, the text on the first."""
    head: Json = {
        "message_id": post.number + place,
        "sender_chat": chat,
        "chat": chat,
        "date": int(post.at.timestamp()),
    }
    if post.photos == 0:
        return head | {"text": post.text}
    name = f"photo{post.number + place}"
    head["photo"] = [{"file_id": name, "file_unique_id": name, "width": 90, "height": 60}]
    if post.photos > 1:
        head["media_group_id"] = f"{post.number}{-chat['id'] % 10**9}"
    return head | ({"caption": post.text} if place == 0 else {})


def _reactions(chat: Json, post: figures.InventedPost, at: datetime) -> Json:
    part = min(1.0, (at - post.at).total_seconds() / 72_000)
    counts = [int(post.likes * part * weight) for weight in (0.6, 0.3, 0.1)]
    reactions = [
        {"type": {"type": "emoji", "emoji": emoji}, "total_count": count}
        for emoji, count in zip(_EMOJI, counts, strict=True)
        if count
    ]
    return {
        "chat": chat,
        "message_id": post.number,
        "date": int(at.timestamp()),
        "reactions": reactions,
    }
