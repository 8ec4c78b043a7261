"""Events of networks become what they tell: items, answers, deletions, posts.

A registered hearer of an upper floor (`HEARERS`) hears each event too, in the same transaction: a
bot that has a webhook can be asked for nothing, so what is measured comes in by this door as well.
"""

import datetime as dt
import json
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from django.conf import settings
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from clients.todo import tell_team_once
from communities.keys import token_of
from communities.models import AccessKey, Profile
from communities.networks.moderation import Discussion, Heard, InboxReading, Removal
from communities.networks.moderators import moderator_for
from communities.networks.telegram_inbox import CHAT
from communities.wall import store_wall_posts
from content.inbox import take_items, take_removals
from content.models import DiscussionThread, EventDoor, NetworkEvent
from smm_agency.lib.event_queue import EventQueue

logger = logging.getLogger(__name__)

WAKE_KEY = "content:network-events-woken"
# Name → who else hears of an event of a door: the door and the parsed body.
HEARERS: dict[str, Callable[[EventDoor, object, dt.datetime], None]] = {}


class UnknownPlaceError(Exception):
    """What was said belongs to no page that is known. Its words name no person."""


def process(pk: int, at: dt.datetime) -> bool:
    """Take what the event tells and mark it processed, both or neither."""
    with transaction.atomic():
        events = NetworkEvent.objects.select_for_update(of=("self",), no_key=True)
        event = (
            events.select_related("door__client", "door__profile__client", "door__access_key")
            .filter(pk=pk, processed_at=None)
            .first()
        )
        if event is None or event.body is None:
            return False
        body = json.loads(event.body)
        _take(event.door, body, received_at=event.received_at, at=at)
        event.processed_at, event.leased_until, event.error = at, None, ""
        event.save(update_fields=["processed_at", "leased_until", "error"])
        EventDoor.objects.filter(pk=event.door_id).update(
            last_event_at=Greatest("last_event_at", Value(event.received_at)), unread_since=None
        )
    return True


def _take(door: EventDoor, body: object, *, received_at: dt.datetime, at: dt.datetime) -> None:
    moderator = moderator_for(door.network)
    if moderator is not None:
        heard = moderator.parse_event(body, received_at=received_at, me=_me(door.access_key))
        if heard.is_unreadable:
            raise UnknownPlaceError(_("The event has not the expected shape."))
        take_heard([heard], pages_of_door(door), at=at)
    for hear in HEARERS.values():
        hear(door, body, at)


def take_messages(key: AccessKey, updates: Iterable[object], *, at: dt.datetime) -> int:
    """What a bot's own queue brought for the inbox; how many items were new.

    What cannot be placed is left out and logged by its number: a queue does not wait.
    """
    moderator = moderator_for(key.network)
    if moderator is None:
        return 0
    heard = [moderator.parse_event(each, received_at=at, me=_me(key)) for each in updates]
    return take_heard(heard, pages_of_key(key), at=at, is_strict=False)


def take_heard(
    heard: Sequence[Heard], pages: Sequence[Profile], *, at: dt.datetime, is_strict: bool = True
) -> int:
    """Store what events tell of these pages; how many items were new."""
    by_id = {page.external_id: page for page in pages}
    for each in heard:
        remember_discussions(by_id, each.discussions)
    places = _Places(pages)
    said: dict[int, list[InboxReading]] = {}
    for reading in (reading for each in heard for reading in each.said):
        placed = places.find(reading)
        if placed is not None:
            page, known = placed
            said.setdefault(page.pk, []).append(known)
        elif is_strict and places.is_private(reading):
            raise UnknownPlaceError(
                _("The bot serves several channels: which of them this was said to is not known.")
            )
    by_pk = {page.pk: page for page in pages}
    new = sum(len(take_items(by_pk[pk], found, at=at).new) for pk, found in said.items())
    for each in heard:
        _take_rest(by_id, each, at)
    return new


def _take_rest(by_id: dict[str, Profile], heard: Heard, at: dt.datetime) -> None:
    removed: dict[str, list[Removal]] = {}
    for removal in heard.removed:
        removed.setdefault(removal.page, []).append(removal)
    for page_id, removals in removed.items():
        if page := by_id.get(page_id):
            take_removals(page, removals, at=at)
    for post in heard.posts:
        if page := by_id.get(post.profile_external_id):
            store_wall_posts(page, [post], at=at)


def remember_discussions(by_id: dict[str, Profile], found: Iterable[Discussion]) -> None:
    """A thread tells of its chat, too."""
    for each in found:
        page = by_id.get(each.page)
        if page is None:
            continue
        for message_id, post_id in {("", ""), (each.message_id, each.post_id)}:
            DiscussionThread.objects.get_or_create(
                profile=page,
                chat_id=each.chat_id,
                message_id=message_id,
                defaults={"client_id": page.client_id, "post_id": post_id},
            )


class _Places:
    """Whose page a chat belongs to, and which post a thread."""

    def __init__(self, pages: Sequence[Profile]) -> None:
        self.pages = list(pages)
        self.by_id = {page.external_id: page for page in pages}
        threads = DiscussionThread.objects.filter(profile__in=self.pages)
        self.threads = {(row.chat_id, row.message_id): row for row in threads}
        self.by_pk = {page.pk: page for page in pages}

    def find(self, reading: InboxReading) -> tuple[Profile, InboxReading] | None:
        """The page, and the reading with its post where that is known."""
        if not reading.page.startswith(CHAT):
            page = self.by_id.get(reading.page)
            return (page, reading) if page else None
        chat = reading.page.removeprefix(CHAT)
        if link := self.threads.get((chat, "")):
            thread = self.threads.get((chat, reading.thread_id.partition(":")[2]))
            post_id = thread.post_id if thread else ""
            return self.by_pk[link.profile_id], replace(reading, post_id=post_id)
        # Whoever writes to the bot itself writes to the client: filed under its first page.
        is_to_bot = not chat.startswith("-")
        if self.is_private(reading) and self.pages and (is_to_bot or len(self.pages) == 1):
            return self.pages[0], reading
        return None

    def is_private(self, reading: InboxReading) -> bool:
        return reading.page.startswith(CHAT) and reading.kind.value == "message"


def pages_of_door(door: EventDoor) -> list[Profile]:
    if door.profile is not None:
        return [door.profile]
    return pages_of_key(door.access_key) if door.access_key is not None else []


def pages_of_key(key: AccessKey) -> list[Profile]:
    """The own pages that the key is bound to."""
    own = key.profiles.filter(relation=Profile.Relation.OWN, client=key.client_id)
    return list(own.select_related("client").order_by("pk"))


def _me(key: AccessKey | None) -> str:
    """A bot's own id stands at the head of its key."""
    if key is None or key.kind != AccessKey.Kind.BOT:
        return ""
    return token_of(key).secret.partition(":")[0]


def ask_person(pk: int) -> None:
    """One task a door, however many of its events failed."""
    event = NetworkEvent.objects.select_related("client", "door").defer("body").get(pk=pk)
    reads = EventDoor.objects.filter(pk=event.door_id, unread_since=None)
    reads.update(unread_since=event.received_at)
    tell_team_once(
        event.client,
        event.door,
        title=_("Events of “%(door)s” cannot be read") % {"door": str(event.door)[:120]},
        details=_(
            "Events failed three times. Look at them among the events of networks; once the cause"
            " is mended, choose them and press “Try again”. Their bodies are deleted after"
            " %(days)s days."
        )
        % {"days": settings.RAW_EVENT_DAYS},
    )


def delete_old_events(*, at: dt.datetime) -> int:
    """Delete the bodies of old events that were processed or given up; the rows stay."""
    before = at - dt.timedelta(days=settings.RAW_EVENT_DAYS)
    return int(queue.old_bodies(before=before).update(body=None))


queue = EventQueue(NetworkEvent, WAKE_KEY, process, ask_person, (UnknownPlaceError,))
