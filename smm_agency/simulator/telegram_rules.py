"""What Telegram asks of every call: errors, channels, and what a bot is there."""

import re
from collections.abc import Mapping

from smm_agency.simulator import figures
from smm_agency.simulator.scenario import Json
from smm_agency.simulator.world import World


class TelegramError(Exception):
    def __init__(self, code: int, text: str, **parameters: int) -> None:
        self.code, self.text, self.parameters = code, text, parameters
        super().__init__(text)


def too_many(retry_after: int) -> TelegramError:
    text = f"Too Many Requests: retry after {retry_after}"
    return TelegramError(429, text, retry_after=retry_after)


def channel_in(world: World, parameters: Mapping[str, str]) -> tuple[str, Json]:
    """(chat id, what the scenario says of it) of the channel asked for by number or @name."""
    asked = parameters.get("chat_id", "")
    for chat_id, spec in world.scenario.channels.items():
        if asked in (chat_id, f"@{spec.get('username')}"):
            return chat_id, spec
    if not world.scenario.invent or not re.fullmatch(r"-100\d{5,13}|@\w{4,}", asked):
        raise TelegramError(400, "Bad Request: chat not found")
    if asked.startswith("@"):
        number = 1_000_000_000 + int(figures.share("telegram", asked) * 1_000_000_000)
        # Somebody's public channel: our bot may count its subscribers, no more.
        return f"-100{number}", {"username": asked[1:], "bot_status": "none"}
    return asked, {}


def chat_of(chat_id: str, spec: Mapping[str, object]) -> Json:
    body: Json = {
        "id": int(chat_id),
        "title": spec.get("title", f"Канал {chat_id[4:]}"),
        "type": "channel",
    }
    return body | ({"username": spec["username"]} if spec.get("username") else {})


def member_of(world: World, parameters: Mapping[str, str], secret: str) -> Json:
    """The bot that asks, as a member of the channel."""
    chat_id, spec = channel_in(world, parameters)
    status = spec.get("bot_status", "administrator" if chat_id.startswith("-100") else "none")
    if status == "none":
        raise TelegramError(403, "Forbidden: bot is not a member of the channel chat")
    if status == "kicked":
        raise TelegramError(403, "Forbidden: bot was kicked from the channel chat")
    member: Json = {"status": status, "user": bot_of(secret)}
    if status == "administrator":
        rights = spec.get("bot_rights", ["can_post_messages", "can_edit_messages"])
        member |= {"can_be_edited": False, **dict.fromkeys(rights, True)}
    return member


def bot_of(secret: str) -> Json:
    number = int(secret.partition(":")[0])
    return {"id": number, "is_bot": True, "first_name": "Bot", "username": f"agency_{number}_bot"}
