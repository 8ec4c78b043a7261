"""Posting in Telegram's channels: messages, pictures, albums. Sent twice, a post stands twice.

What was sent comes to the bots of the channel as `channel_post` updates too, as what other
administrators post does.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from smm_agency.simulator import forms
from smm_agency.simulator.scenario import Json
from smm_agency.simulator.telegram_rules import (
    TelegramError,
    channel_in,
    chat_of,
    member_of,
    too_many,
)
from smm_agency.simulator.walls import Standing
from smm_agency.simulator.world import World

PER_SECOND_AND_CHAT = 1
LONGEST_TEXT, LONGEST_CAPTION = 4_096, 1_024
PHOTO_BYTES, FILE_BYTES = 10 * 1024 * 1024, 50 * 1024 * 1024
MOST_UPDATES = 1_000
_UPDATES_FROM = datetime(2026, 1, 1, tzinfo=UTC)
_MEDIA = {
    "photo": ("image/jpeg", "image/png", "image/webp", "image/gif"),
    "video": ("video/mp4",),
}


def _send_message(world: World, parameters: Mapping[str, str], secret: str) -> Json:
    chat = _admitted_chat(world, parameters, secret)
    text = parameters.get("text", "").strip()
    if not text:
        raise TelegramError(400, "Bad Request: message text is empty")
    if _units(text) > LONGEST_TEXT:
        raise TelegramError(400, "Bad Request: message is too long")
    return _stand(world, secret, chat, [{"text": text}])[0]


def _send_photo(world: World, parameters: Mapping[str, str], secret: str) -> Json:
    return _send_one(world, parameters, secret, "photo")


def _send_video(world: World, parameters: Mapping[str, str], secret: str) -> Json:
    return _send_one(world, parameters, secret, "video")


def _send_one(world: World, parameters: Mapping[str, str], secret: str, kind: str) -> Json:
    chat = _admitted_chat(world, parameters, secret)
    message = _media(parameters, kind, kind) | _caption(parameters.get("caption", ""))
    return _stand(world, secret, chat, [message])[0]


def _send_album(world: World, parameters: Mapping[str, str], secret: str) -> list[Json]:
    chat = _admitted_chat(world, parameters, secret)
    parts = json.loads(parameters.get("media") or "[]")
    if not 2 <= len(parts) <= 10:
        raise TelegramError(400, "Bad Request: media group must include 2-10 items")
    album = {"media_group_id": str(world.walls.next_id())}
    messages = [
        _media(parameters, str(part.get("media", "")).removeprefix("attach://"), part["type"])
        | _caption(part.get("caption", ""))
        | album
        for part in parts
    ]
    return _stand(world, secret, chat, messages)


def _delete_message(world: World, parameters: Mapping[str, str], secret: str) -> bool:
    chat = _admitted_chat(world, parameters, secret)
    if not world.walls.remove("telegram", str(chat["id"]), parameters.get("message_id", "")):
        raise TelegramError(400, "Bad Request: message to delete not found")
    return True


def _delete_messages(world: World, parameters: Mapping[str, str], secret: str) -> bool:
    """What is not there is passed over."""
    chat = _admitted_chat(world, parameters, secret)
    for each in json.loads(parameters.get("message_ids") or "[]"):
        world.walls.remove("telegram", str(chat["id"]), str(each))
    return True


METHODS: dict[str, Callable[[World, Mapping[str, str], str], Json | list[Json] | bool]] = {
    "deleteMessage": _delete_message,
    "deleteMessages": _delete_messages,
    "sendMediaGroup": _send_album,
    "sendMessage": _send_message,
    "sendPhoto": _send_photo,
    "sendVideo": _send_video,
}


def _admitted_chat(world: World, parameters: Mapping[str, str], secret: str) -> Json:
    chat_id, spec = channel_in(world, parameters)
    member = member_of(world, parameters, secret)
    if member["status"] != "creator" and not member.get("can_post_messages"):
        raise TelegramError(400, "Bad Request: need administrator rights in the channel chat")
    if world.is_too_fast(f"telegram:{secret}:{chat_id}", PER_SECOND_AND_CHAT):
        raise too_many(1)
    return chat_of(chat_id, spec)


def _media(parameters: Mapping[str, str], name: str, kind: str) -> Json:
    file = forms.file_in(parameters, name)
    if file is None:
        raise TelegramError(400, f"Bad Request: there is no {kind} in the request")
    if file["size"] > (PHOTO_BYTES if kind == "photo" else FILE_BYTES):
        raise TelegramError(413, "Request Entity Too Large")
    if file["kind"] not in _MEDIA.get(kind, ()):
        raise TelegramError(400, "Bad Request: IMAGE_PROCESS_FAILED")
    sized = {"file_id": name, "file_unique_id": name, "file_size": file["size"]}
    return {kind: [{**sized, "width": 90, "height": 60}] if kind == "photo" else sized}


def _caption(text: str) -> Json:
    if _units(text) > LONGEST_CAPTION:
        raise TelegramError(400, "Bad Request: message caption is too long")
    return {"caption": text.strip()} if text.strip() else {}


def _units(text: str) -> int:
    return len(re.sub(r"[\U00010000-\U0010ffff]", "..", text))


def _stand(world: World, secret: str, chat: Json, contents: list[Json]) -> list[Json]:
    """Put the messages into the channel, in their order and side by side."""
    head = {"sender_chat": chat, "chat": chat, "date": int(world.now().timestamp())}
    with world.walls.lock:
        messages = [{"message_id": world.walls.next_id(), **head, **each} for each in contents]
        for message in messages:
            text = str(message.get("text") or message.get("caption") or "")
            world.walls.add(
                "telegram", str(chat["id"]), Standing(message["message_id"], text, message)
            )
            _announce(world, secret, message)
    return messages


def _announce(world: World, secret: str, message: Json) -> None:
    """Numbered as invented updates are, by the minute, and always upwards."""
    queue = world.walls.updates[secret]
    minute = int((world.now() - _UPDATES_FROM).total_seconds() // 60)
    last = queue[-1]["update_id"] if queue else 0
    queue.append({"update_id": max(minute * 100 + 50, last + 1), "channel_post": message})
    del queue[:-MOST_UPDATES]


def sent_updates(world: World, secret: str, offset: int) -> list[Json]:
    with world.walls.lock:
        return [each for each in world.walls.updates[secret] if each["update_id"] >= offset]
