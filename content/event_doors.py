"""Asking a network to send its events to us, and to stop: a door for each community or bot."""

import datetime as dt
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from communities.key_use import KEY_IS_DEAD, refuse_key
from communities.keys import token_of
from communities.models import AccessKey, Profile
from communities.networks import shapes, telegram
from communities.networks.events import SENDERS, EventSender
from communities.networks.moderation import Discussion
from communities.networks.outcomes import Ok, Outcome, Refused
from content.inbox_keys import first_of
from content.models import EventDoor, new_event_secret
from content.network_events import pages_of_door, remember_discussions

# Telegram calls no other ports.
TELEGRAM_PORTS = (443, 80, 88, 8443)


def address_of(door: EventDoor) -> str:
    path = reverse("network_hooks:events", args=[door.network, door.path_token])
    return f"{settings.PUBLIC_URL}{path}"


def door_of(profile: Profile) -> EventDoor | None:
    """The door that the page's events come in by; None where there is none yet."""
    if profile.network == "telegram":
        return EventDoor.objects.filter(access_key=profile.access_key_id, profile=None).first()
    return EventDoor.objects.filter(profile=profile).first()


def make_door(profile: Profile) -> EventDoor:
    """The page's door, made where there is none. Raises ValidationError: it cannot have one."""
    if profile.network not in SENDERS:
        raise ValidationError(_("This network sends no events to the program."))
    if door := door_of(profile):
        return door
    bot = profile.access_key if profile.network == "telegram" else None
    if profile.network == "telegram" and (bot is None or bot.client_id is None):
        raise ValidationError(_("First give the channel its bot as its key."))
    return EventDoor.objects.create(
        client_id=profile.client_id,
        network=profile.network,
        profile=None if bot else profile,
        access_key=bot or key_of(profile),
    )


def key_of(profile: Profile) -> AccessKey | None:
    return first_of(profile, SENDERS[profile.network].token_kinds)


def why_unreachable(network: str) -> str:
    """Why no network can reach the program, in words; "" where it can."""
    address = urlsplit(settings.PUBLIC_URL)
    if address.scheme != "https":
        return _(
            "Networks send events over HTTPS only: the setting PUBLIC_URL has to name the"
            " program's public address, https://…"
        )
    if network == "telegram" and (address.port or 443) not in TELEGRAM_PORTS:
        return _("Telegram sends to the ports 443, 80, 88 and 8443 only: see PUBLIC_URL.")
    return ""


def open_door(door: EventDoor, *, at: dt.datetime) -> Outcome[None]:
    """Ask the network to send. Raises ValidationError where it could not reach us."""
    if words := why_unreachable(door.network):
        raise ValidationError(words)
    sender, key = SENDERS[door.network], door.access_key
    if key is None:
        raise ValidationError(
            _("There is no key to ask with: enter the address and the secret on the network.")
        )
    outcome = _subscribe(door, sender, key)
    if isinstance(outcome, Refused) and outcome.kind in KEY_IS_DEAD:
        refuse_key(key, outcome, client=door.client, at=at)
    if isinstance(outcome, Ok):
        EventDoor.objects.filter(pk=door.pk).update(asked_at=at, is_active=True)
        door.asked_at, door.is_active = at, True
    return outcome


def _subscribe(door: EventDoor, sender: EventSender, key: AccessKey) -> Outcome[None]:
    """The code first: VK asks for it at once."""
    page, token = door.profile.external_id if door.profile else "", token_of(key)
    code = sender.confirmation_code(token, page)
    if not isinstance(code, Ok):
        return code
    door.confirmation = code.value
    door.is_active = True
    door.save(update_fields=["confirmation", "is_active"])
    given = sender.subscribe(
        token, page, url=address_of(door), secret=door.secret, server_id=door.server_id
    )
    if not isinstance(given, Ok):
        return given
    door.server_id = given.value.server_id
    door.save(update_fields=["server_id"])
    if door.network == "telegram":
        _remember_groups(door, key)
    return Ok(None)


def _remember_groups(door: EventDoor, key: AccessKey) -> None:
    """Which discussion group belongs to which channel; without it a first comment waits for a post.

    What the network does not tell is learnt from the posts that it forwards into the group.
    """
    for page in pages_of_door(door):
        chat = telegram.call(token_of(key), "getChat", {"chat_id": page.external_id})
        body = shapes.mapping(chat.value) if isinstance(chat, Ok) else None
        if linked := shapes.identifier((body or {}).get("linked_chat_id")):
            found = Discussion(page=page.external_id, chat_id=linked)
            remember_discussions({page.external_id: page}, [found])


def close_door(door: EventDoor) -> Outcome[None]:
    """Ask the network to send no more; a bot's updates are then read from its queue again."""
    key = door.access_key
    outcome: Outcome[None] = Ok(None)
    if key is not None and door.asked_at is not None:
        page = door.profile.external_id if door.profile else ""
        outcome = SENDERS[door.network].unsubscribe(token_of(key), page, server_id=door.server_id)
    if isinstance(outcome, Ok):
        door.asked_at, door.is_active, door.server_id = None, False, ""
        door.save(update_fields=["asked_at", "is_active", "server_id"])
    return outcome


def renew_secret(door: EventDoor) -> str:
    """The network has to be asked again with it; until then what it sends is refused."""
    door.secret = new_event_secret()
    door.save(update_fields=["secret"])
    return door.secret
