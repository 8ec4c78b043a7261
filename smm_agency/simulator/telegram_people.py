"""People who talk with a bot in private: they open its link and press "Start", write, or block it.

`/telegram/chat/<bot>?start=<code>` is what t.me would show: opening it presses the button.
"""

from datetime import UTC, datetime
from html import escape

from smm_agency.simulator import figures
from smm_agency.simulator.scenario import Json
from smm_agency.simulator.telegram_rules import bot_of
from smm_agency.simulator.world import World

FIRST_CHAT = 910_000_000
_UPDATES_FROM = datetime(2026, 1, 1, tzinfo=UTC)


def open_chat(world: World, bot: str, code: str) -> bytes:
    """The page after the button: one chat for each code."""
    chat_id = FIRST_CHAT + int(figures.share("telegram", code) * 1_000_000)
    say(world, bot, chat_id, f"/start {code}".strip())
    words = (
        f"Simulated Telegram: “Start” was pressed in the chat with @{escape(bot)}."
        " Go back to the workbench: within a minute the bot has taken it."
    )
    return f"<!doctype html><meta charset='utf-8'><title>@{escape(bot)}</title>{words}".encode()


def say(world: World, bot: str, chat_id: int, text: str) -> None:
    message = {
        "message_id": world.said.next_id(),
        "from": {"id": chat_id, "is_bot": False, "first_name": "Invented"},
        "chat": {"id": chat_id, "type": "private"},
        "date": int(world.now().timestamp()),
        "text": text,
    }
    _queue(world, bot, {"message": message})


def block(world: World, bot: str, chat_id: int) -> None:
    """The person blocks the bot: it is told, and can write there no more."""
    with world.said.lock:
        world.said.banned.add(("telegram", str(chat_id)))
    member = {
        "chat": {"id": chat_id, "type": "private"},
        "new_chat_member": {"status": "kicked", "user": {"id": 0, "is_bot": True}},
    }
    _queue(world, bot, {"my_chat_member": member})


def heard(world: World, secret: str, offset: int) -> list[Json]:
    with world.said.lock:
        queue = world.said.private.get(bot_of(secret)["username"], [])
        return [each for each in queue if each["update_id"] >= offset]


def _queue(world: World, bot: str, update: Json) -> None:
    """Numbered by the minute and always upwards, as the other updates are."""
    with world.said.lock:
        queue = world.said.private[bot]
        minute = int((world.now() - _UPDATES_FROM).total_seconds() // 60)
        last = queue[-1]["update_id"] if queue else 0
        queue.append({"update_id": max(minute * 100 + 70, last + 1), **update})
