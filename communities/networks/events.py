"""Events that networks send by themselves: how a sender is known, and how it is asked to send."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from communities.networks import shapes, telegram, vk_events
from communities.networks.keys import AccessToken, TokenKind
from communities.networks.outcomes import Ok, Outcome
from communities.networks.vk_groups import is_group_id

TELEGRAM_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass(frozen=True, slots=True)
class Delivered:
    """One request of a network, before anybody knows whether it is the network's.

    `body` is the parsed JSON; None where it is none.
    """

    body: dict[str, object] | None = field(repr=False)
    header: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Subscription:
    """What the network gave for the asking: its id of our address."""

    server_id: str = ""


class EventSender(Protocol):
    @property
    def token_kinds(self) -> tuple[TokenKind, ...]:
        """Of keys that may ask for events."""

    @property
    def header(self) -> str:
        """The header that carries the secret; "": it stands in the body."""

    def is_from(self, delivered: Delivered, *, secret: str, page: str) -> bool:
        """Whether the sender knows the secret and speaks of this page; in constant time."""

    def event_id(self, delivered: Delivered) -> str:
        """ "" where it names none: then the body itself is the name."""

    def is_confirmation(self, delivered: Delivered) -> bool: ...

    def confirmation_code(self, key: AccessToken, page: str) -> Outcome[str]:
        """What the network wants to be told when it asks whether the address is ours."""

    def subscribe(
        self, key: AccessToken, page: str, *, url: str, secret: str, server_id: str
    ) -> Outcome[Subscription]:
        """Ask for events at the address; asked again, nothing is doubled."""

    def unsubscribe(self, key: AccessToken, page: str, *, server_id: str) -> Outcome[None]: ...


class VkEvents:
    """The Callback API: the secret stands in the body, and every event is answered `ok`."""

    token_kinds = (TokenKind.COMMUNITY, TokenKind.USER)
    header = ""

    def is_from(self, delivered: Delivered, *, secret: str, page: str) -> bool:
        body = delivered.body or {}
        is_known = same_secret(shapes.text(body.get("secret")), secret)
        # VK asks whether the address is ours before it knows the secret.
        is_first = self.is_confirmation(delivered) and "secret" not in body
        return shapes.identifier(body.get("group_id")) == page and (is_known or is_first)

    def event_id(self, delivered: Delivered) -> str:
        return shapes.text((delivered.body or {}).get("event_id"))[:100]

    def is_confirmation(self, delivered: Delivered) -> bool:
        return (delivered.body or {}).get("type") == "confirmation"

    def confirmation_code(self, key: AccessToken, page: str) -> Outcome[str]:
        return vk_events.confirmation_code(key, page)

    def subscribe(
        self, key: AccessToken, page: str, *, url: str, secret: str, server_id: str
    ) -> Outcome[Subscription]:
        outcome = vk_events.add_server(key, page, url=url, secret=secret, server_id=server_id)
        return Ok(Subscription(outcome.value)) if isinstance(outcome, Ok) else outcome

    def unsubscribe(self, key: AccessToken, page: str, *, server_id: str) -> Outcome[None]:
        return vk_events.remove_server(key, page, server_id) if is_group_id(page) else Ok(None)


class TelegramEvents:
    """A bot's webhook: the secret stands in a header. While it is set, getUpdates answers 409."""

    token_kinds = (TokenKind.BOT,)
    header = TELEGRAM_HEADER

    def is_from(self, delivered: Delivered, *, secret: str, page: str) -> bool:
        return same_secret(delivered.header, secret)

    def event_id(self, delivered: Delivered) -> str:
        number = (delivered.body or {}).get("update_id")
        is_number = isinstance(number, int) and not isinstance(number, bool)
        return str(number) if is_number else ""

    def is_confirmation(self, delivered: Delivered) -> bool:
        return False

    def confirmation_code(self, key: AccessToken, page: str) -> Outcome[str]:
        return Ok("")

    def subscribe(
        self, key: AccessToken, page: str, *, url: str, secret: str, server_id: str
    ) -> Outcome[Subscription]:
        asked: Mapping[str, object] = {
            "url": url,
            "secret_token": secret,
            "allowed_updates": list(telegram.UPDATE_TYPES),
            "max_connections": 10,
        }
        outcome = telegram.call(key, "setWebhook", asked)
        return Ok(Subscription()) if isinstance(outcome, Ok) else outcome

    def unsubscribe(self, key: AccessToken, page: str, *, server_id: str) -> Outcome[None]:
        """What waits at Telegram stays there for getUpdates."""
        outcome = telegram.call(key, "deleteWebhook", {"drop_pending_updates": False})
        return Ok(None) if isinstance(outcome, Ok) else outcome


def same_secret(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), known.encode())


SENDERS: dict[str, EventSender] = {"vk": VkEvents(), "telegram": TelegramEvents()}
