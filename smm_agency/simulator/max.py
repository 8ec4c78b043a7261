"""MAX's side: plain paths, the bare key in a header, errors by HTTP status and a code in words.

`pages` of the scenario: {chat id: {"title", "link", "description", "icon", "participants_count":
number or null (not told), "type", "status", "bot": "admin" | "member" | "none", "admins": number,
"pinned": message's id, "posts": [messages]}}; a message: {"id", "timestamp" (milliseconds), "text",
"views": number or null, "attachments", "link"}.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from smm_agency.simulator import figures
from smm_agency.simulator.players import Asked, Played
from smm_agency.simulator.scenario import Json
from smm_agency.simulator.world import World

PER_SECOND = 30
BOT = {"user_id": 7001, "first_name": "Агентство", "username": "agency_bot", "is_bot": True}
MOST = 100

# Status by the code of an error.
STATUSES = {
    "verify.token": 401,
    "chat.denied": 403,
    "chat.not.found": 404,
    "not.found": 404,
    "proto.payload": 400,
    "too.many.requests": 429,
    "internal.error": 500,
    "service.unavailable": 503,
}
_TEXTS = {"verify.token": "Invalid access_token", "chat.denied": "Access to the chat is denied"}
_CHAT = re.compile(r"chats/(-?\d{1,19}|@?[A-Za-z][\w-]*)(/members/me|/members/admins)?", re.ASCII)


class MaxError(Exception):
    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class _Ask:
    """One admitted call: the chat named by its path, and its query."""

    world: World
    chat: str
    parameters: Mapping[str, str]


class MaxPlayer:
    def call_name(self, asked: Asked) -> str:
        if asked.path in ("me", "messages"):
            return asked.path
        found = _CHAT.fullmatch(asked.path)
        return f"chats/{{chat}}{found[2] or ''}" if found else ""

    def answer(self, world: World, asked: Asked) -> Played:
        try:
            if asked.error:
                raise MaxError(asked.error)
            _admit(world, asked.headers.get("Authorization", ""))
            found = _CHAT.fullmatch(asked.path)
            play = _CALLS[self.call_name(asked)]
            return Played(200, play(_Ask(world, found[1] if found else "", asked.parameters)))
        except MaxError as error:
            return _refusal(error.code)


PLAYER = MaxPlayer()


def _refusal(code: str) -> Played:
    text = _TEXTS.get(code, code)
    body = {"error": text, "code": code, "message": text}
    return Played(STATUSES.get(code, 418), body)


def _admit(world: World, secret: str) -> None:
    """With "Bearer " before it a key is no key."""
    listed = world.scenario.tokens.get(secret)
    is_known = listed is not None or (world.scenario.any_token and " " not in secret)
    if not secret or not is_known or (listed or {}).get("state"):
        raise MaxError("verify.token")
    if world.is_too_fast(f"max:{secret}", PER_SECOND):
        raise MaxError("too.many.requests")


# --- Calls ---------------------------------------------------------------------------------------


def _me(_ask: _Ask) -> Json:
    return dict(BOT)


def _get_chat(ask: _Ask) -> Json:
    chat_id, page = _channel(ask.world, ask.chat)
    members = page.get("participants_count", ask.world.followers(chat_id))
    pinned = page.get("pinned")
    whole: Json = {
        "chat_id": int(chat_id),
        "type": page.get("type", "channel"),
        "status": page.get("status", "active"),
        "title": page.get("title", f"Канал {chat_id}"),
        "participants_count": members,
        "is_public": True,
        "link": page.get("link", f"https://max.ru/id{chat_id.removeprefix('-')}"),
        "description": page.get("description"),
        "icon": page.get("icon"),
        "pinned_message": {"body": {"mid": pinned}} if pinned else None,
        "last_event_time": int(ask.world.now().timestamp() * 1000),
    }
    if members is None:
        del whole["participants_count"]
    return whole


def _membership(ask: _Ask) -> Json:
    _chat_id, page = _channel(ask.world, ask.chat)
    bot = page.get("bot", "admin")
    if bot == "none":
        raise MaxError("chat.denied")
    permissions = ["read_all_messages", "write", "pin_message"] if bot == "admin" else None
    return BOT | {"is_owner": False, "is_admin": bot == "admin", "permissions": permissions}


def _admins(ask: _Ask) -> Json:
    _chat_id, page = _channel(ask.world, ask.chat)
    if page.get("bot", "admin") != "admin":
        raise MaxError("chat.denied")
    people = [{"user_id": 8000 + n, "is_admin": True} for n in range(page.get("admins", 1))]
    return {"members": [*people, BOT | {"is_admin": True}], "marker": None}


def _messages(ask: _Ask) -> Json:
    """Newest first. Time runs backwards: `from` is the newest moment, `to` the oldest, both in."""
    if ids := ask.parameters.get("message_ids"):
        return {
            "messages": [found for each in ids.split(",") if (found := _found(ask.world, each))]
        }
    chat_id, page = _channel(ask.world, ask.parameters.get("chat_id", ""))
    if page.get("bot", "admin") == "none":
        raise MaxError("chat.denied")
    newest, oldest = _whole(ask, "from", 2**62), _whole(ask, "to", 0)
    count = _whole(ask, "count", 50)
    if not 1 <= count <= MOST or oldest > newest:
        raise MaxError("proto.payload")
    items = [each for each in _wall(ask.world, chat_id, page) if _is_in(each, oldest, newest)]
    return {"messages": items[:count]}


_CALLS: dict[str, Callable[[_Ask], Json]] = {
    "me": _me,
    "messages": _messages,
    "chats/{chat}": _get_chat,
    "chats/{chat}/members/me": _membership,
    "chats/{chat}/members/admins": _admins,
}


def _is_in(message: Json, oldest: int, newest: int) -> bool:
    return oldest <= int(message["timestamp"]) <= newest


def _whole(ask: _Ask, name: str, default: int) -> int:
    text = ask.parameters.get(name, str(default))
    if not re.fullmatch(r"\d{1,19}", text):
        raise MaxError("proto.payload")
    return int(text)


# --- What stands on MAX --------------------------------------------------------------------------


def _pages(world: World) -> dict[str, Json]:
    return world.scenario.pages.get("max", {})


def _channel(world: World, named: str) -> tuple[str, Json]:
    """(chat id, what the scenario says of it) of the channel named by its number or its link."""
    name = named.removeprefix("@")
    for chat_id, page in _pages(world).items():
        if name in (chat_id, page.get("link", "").removeprefix("https://max.ru/")):
            return chat_id, page
    if not world.scenario.invent or not name:
        raise MaxError("chat.not.found")
    if re.fullmatch(r"-?\d+", name):
        return name, {}
    number = 70_000_000_000_000 + int(figures.share("max", name) * 10**12)
    # Somebody's public channel: our bot may look at it, no more.
    return f"-{number}", {"link": f"https://max.ru/{name}", "bot": "none"}


def _wall(world: World, chat_id: str, page: Json) -> list[Json]:
    given = page["posts"] if "posts" in page else _invented(world, chat_id)
    items = [_message(chat_id, page, each) for each in given]
    return sorted(items, key=lambda each: (each["timestamp"], each["body"]["seq"]), reverse=True)


def _message(chat_id: str, page: Json, given: Json) -> Json:
    kind = page.get("type", "channel")
    body: Json = {
        "sender": None,
        "recipient": {"chat_id": int(chat_id), "chat_type": kind},
        "timestamp": given["timestamp"],
        "body": {
            "mid": str(given["id"]),
            "seq": given["timestamp"] * 65_536,
            "text": given.get("text", ""),
            "attachments": given.get("attachments", []),
        },
        "url": f"https://max.ru/c/{chat_id}/{given['id']}",
    }
    if given.get("link"):
        body["link"] = given["link"]
    # Only messages of channels have a counter.
    if kind == "channel" and given.get("views") is not None:
        body["stat"] = {"views": given["views"]}
    return body


def _found(world: World, mid: str) -> Json | None:
    """A message of any channel where the bot is; an invented one names its channel."""
    channels = dict(_pages(world))
    if world.scenario.invent and mid.startswith("mid."):
        channels.setdefault(mid.split(".")[1], {})
    readable = ((each, page) for each, page in channels.items() if page.get("bot") != "none")
    messages = (message for each, page in readable for message in _wall(world, each, page))
    return next((each for each in messages if each["body"]["mid"] == mid), None)


def _invented(world: World, chat_id: str) -> list[Json]:
    now = world.now()
    return [
        {
            "id": f"mid.{chat_id}.{post.number:08x}",
            "timestamp": int(post.at.timestamp() * 1000),
            "text": post.text,
            "views": post.views,
            "attachments": [{"type": "image", "payload": {}} for _place in range(post.photos)],
        }
        for post in figures.posts(chat_id, now, reach=world.followers(chat_id))
    ]
