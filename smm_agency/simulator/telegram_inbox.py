"""Telegram's talk: comments in a channel's discussion group and messages to the bot.

A channel that lists `linked_chat_id` has a group; each of its posts is forwarded there, and people
comment on it. What the bot writes there stands; nothing of it comes back as an update.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from smm_agency.simulator import figures, said, telegram_sending
from smm_agency.simulator.scenario import Json
from smm_agency.simulator.telegram_rules import TelegramError, bot_of
from smm_agency.simulator.world import World

Method = Callable[[World, Mapping[str, str], str], "Json | list[Json] | bool"]
LONGEST_TEXT = 4_096
# Where invented ids of a group's messages begin: those of its own are added below.
_FORWARDS = 1_000_000


def talk(
    world: World, chat: Json, spec: Mapping[str, object], posts: list[figures.InventedPost]
) -> Iterator[tuple[datetime, str, Json]]:
    """(when, kind of update, what it holds) for a channel's posts of the last day or two."""
    language, now = str(spec.get("language", "ru")), world.now()
    if linked := spec.get("linked_chat_id"):
        group = _group(int(str(linked)), chat)
        for post in posts:
            yield post.at, "message", _forward(group, chat, post)
            for each in said.comments(str(linked), post, now, language):
                yield each["at"], "message", _comment(group, chat, post, each)
    for each in said.messages(str(chat["id"]), now, language, days=2):
        yield each["at"], "message", _private(each)


def _group(chat_id: int, channel: Json) -> Json:
    return {"id": chat_id, "type": "supergroup", "title": f"{channel['title']} · чат"}


def _forward(group: Json, channel: Json, post: figures.InventedPost) -> Json:
    seconds = int(post.at.timestamp())
    origin = {"type": "channel", "chat": channel, "message_id": post.number, "date": seconds}
    return {
        "message_id": _FORWARDS + post.number,
        "from": {"id": 777000, "is_bot": False, "first_name": "Telegram"},
        "sender_chat": channel,
        "chat": group,
        "date": seconds,
        "forward_origin": origin,
        "is_automatic_forward": True,
        "text": post.text,
    }


def _comment(group: Json, channel: Json, post: figures.InventedPost, spoken: Json) -> Json:
    forward = _forward(group, channel, post)
    return {
        **_message(spoken, group),
        "message_thread_id": forward["message_id"],
        "reply_to_message": forward,
    }


def _private(spoken: Json) -> Json:
    return _message(spoken, {"id": spoken["author"], "type": "private"})


def _message(spoken: Json, chat: Json) -> Json:
    first, _, last = spoken["name"].partition(" ")
    return {
        "message_id": spoken["number"],
        "from": {
            "id": spoken["author"],
            "is_bot": False,
            "first_name": first,
            "last_name": last,
        },
        "chat": chat,
        "date": int(spoken["at"].timestamp()),
        "text": spoken["text"],
    }


# --- Methods -------------------------------------------------------------------------------------


def _is_talk(world: World, parameters: Mapping[str, str]) -> bool:
    """A discussion group, or a private chat."""
    chat = parameters.get("chat_id", "")
    groups = {str(spec.get("linked_chat_id")) for spec in world.scenario.channels.values()}
    return chat.isdigit() or chat in groups


def _or_channel(name: str, method: Method) -> Method:
    """Of a channel the method means its posts."""

    def answer(
        world: World, parameters: Mapping[str, str], secret: str
    ) -> "Json | list[Json] | bool":
        if _is_talk(world, parameters):
            return method(world, parameters, secret)
        return telegram_sending.METHODS[name](world, parameters, secret)

    return answer


def _send(world: World, parameters: Mapping[str, str], secret: str) -> Json:
    text, chat = parameters.get("text", "").strip(), parameters["chat_id"]
    if not text:
        raise TelegramError(400, "Bad Request: message text is empty")
    if len(text) > LONGEST_TEXT:
        raise TelegramError(400, "Bad Request: message is too long")
    if ("telegram", chat) in world.said.banned:
        raise TelegramError(403, "Forbidden: bot was blocked by the user")
    kind = "private" if chat.isdigit() else "supergroup"
    message: Json = {
        "message_id": world.said.next_id(),
        "from": bot_of(secret),
        "chat": {"id": int(chat), "type": kind},
        "date": int(world.now().timestamp()),
        "text": text,
    }
    world.said.add("telegram", chat, {"id": message["message_id"], **message})
    return message


def _delete(world: World, parameters: Mapping[str, str], _secret: str) -> bool:
    name = ("telegram", parameters["chat_id"], parameters.get("message_id", ""))
    if name in world.said.gone:
        raise TelegramError(400, "Bad Request: message to delete not found")
    world.said.gone.add(name)
    return True


def _ban(world: World, parameters: Mapping[str, str], _secret: str) -> bool:
    who = parameters.get("user_id") or parameters.get("sender_chat_id", "")
    world.said.banned.add((parameters.get("chat_id", ""), who))
    return True


def _set_webhook(world: World, parameters: Mapping[str, str], secret: str) -> bool:
    if not parameters.get("url", "").startswith("https://"):
        raise TelegramError(400, "Bad Request: bad webhook: An HTTPS URL must be provided")
    world.said.servers[secret] = dict(parameters)
    return True


def _delete_webhook(world: World, _parameters: Mapping[str, str], secret: str) -> bool:
    world.said.servers.pop(secret, None)
    return True


METHODS: dict[str, Method] = {
    "banChatMember": _ban,
    "banChatSenderChat": _ban,
    "deleteMessage": _or_channel("deleteMessage", _delete),
    "deleteWebhook": _delete_webhook,
    "sendMessage": _or_channel("sendMessage", _send),
    "setWebhook": _set_webhook,
}


def refuse_queue(world: World, secret: str) -> None:
    """Who has a webhook has no queue."""
    if secret in world.said.servers:
        raise TelegramError(
            409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook"
        )
