"""What a bot hears of its channels: new and edited posts, and counts of reactions.

It comes from the bot's queue, or by its webhook where it has one (`content.network_events`); what
people say goes on to the inbox.

A batch is stored together with the offset that confirms it, so nothing is lost and nothing comes
twice: a worker that dies in between reads the same batch again, and storing it again changes
nothing. Telegram keeps updates for 24 hours.

Reactions are filed as likes in the post's slot at which Telegram counted them; views stay NULL,
because no bot sees them. A post without any reaction update has no snapshot: not told is not zero.
"""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from clients.models import Client
from communities.key_use import KEY_IS_DEAD, Work, refuse_key, report_key, with_each_key
from communities.keys import token_of
from communities.models import AccessKey, Profile
from communities.networks.keys import Capability
from communities.networks.outcomes import Kind, Ok, Refused
from communities.networks.records import PostReading, ReactionReading, Updates
from communities.networks.registry import NetworkAdapter
from communities.networks.telegram_updates import parse_updates
from communities.wall import find_wall_posts, store_wall_posts
from content.models import EventDoor
from content.network_events import take_messages
from kpi.cadence import Cadence, load_cadence
from kpi.models import Reading
from kpi.network_keys import readable_networks
from kpi.snapshots import PostValues, Stored, store_post_snapshots

logger = logging.getLogger(__name__)

# 100 updates each; the rest waits for the next run, minutes later.
MOST_BATCHES = 100


@dataclass(slots=True)
class UpdatesRead:
    """What a run did. `strangers` are posts and reactions of channels that are no profile of the
    key's client, `unknown_posts` reactions to posts from before the bot joined, `said` what people
    said that is new in the inbox."""

    batches: int = 0
    new_posts: int = 0
    changed_posts: int = 0
    snapshots: Stored = field(default_factory=Stored)
    strangers: int = 0
    unknown_posts: int = 0
    said: int = 0
    refused: int = 0
    waiting: int = 0


class OffsetMovedError(Exception):
    """Somebody else confirmed this batch meanwhile: nothing of it is stored here."""


def read_updates(*, at: dt.datetime) -> UpdatesRead:
    """Empty the queue of every working bot key of a measured client."""
    done = UpdatesRead()
    keys = (
        AccessKey.objects.filter(
            kind=AccessKey.Kind.BOT,
            network__in=readable_networks(Capability.READ_UPDATES),
            client__in=Client.objects.measured(),
        )
        .exclude(state=AccessKey.State.REFUSED)
        # What a network sends by itself it does not keep in a queue.
        .exclude(event_doors__in=EventDoor.objects.filter(profile=None, asked_at__isnull=False))
    )
    with_each_key(
        keys.select_related("client").order_by("pk"),
        Work.UPDATES,
        lambda key, adapter: _empty_queue(key, adapter, at, done),
    )
    logger.info("Updates: %s", done)
    return done


def _empty_queue(
    key: AccessKey, adapter: NetworkAdapter, at: dt.datetime, done: UpdatesRead
) -> None:
    key.refresh_from_db(fields=["updates_offset"])
    for _batch in range(MOST_BATCHES):
        outcome = adapter.read_updates(token_of(key), key.updates_offset)
        if isinstance(outcome, Refused):
            done.refused += 1
            _refused(key, outcome, at)
            return
        if not isinstance(outcome, Ok):
            done.waiting += 1
            return
        if outcome.value.next_offset is None:
            return
        store_updates(key, outcome.value, done=done)
        if not outcome.value.has_more:
            return


def _refused(key: AccessKey, refusal: Refused, at: dt.datetime) -> None:
    if key.client is None:
        return
    # "A webhook is active" asks for a person too, but the key goes on counting subscribers.
    if refusal.kind in KEY_IS_DEAD - {Kind.NEEDS_HUMAN}:
        refuse_key(key, refusal, client=key.client, at=at)
    else:
        report_key(key, refusal, client=key.client)


@transaction.atomic
def store_updates(key: AccessKey, updates: Updates, *, done: UpdatesRead) -> None:
    """Store a batch and its offset together. Raises OffsetMovedError: another was first."""
    is_ours = AccessKey.objects.filter(pk=key.pk, updates_offset=key.updates_offset).update(
        updates_offset=updates.next_offset
    )
    if not is_ours:
        raise OffsetMovedError
    store_readings(key, updates, at=timezone.now(), done=done)
    done.said += take_messages(key, updates.messages, at=timezone.now())
    done.batches += 1
    key.updates_offset = updates.next_offset


def hear_event(door: EventDoor, body: object, at: dt.datetime) -> None:
    """A bot's update that came by its webhook; other doors' events tell nothing of the kind."""
    if door.access_key is None or door.network not in readable_networks(Capability.READ_UPDATES):
        return
    store_readings(door.access_key, parse_updates([body], read_at=at), at=at, done=UpdatesRead())


def store_readings(key: AccessKey, updates: Updates, *, at: dt.datetime, done: UpdatesRead) -> None:
    """Posts and reactions of the client's channels, however they came."""
    channels = {
        profile.external_id: profile
        for profile in Profile.objects.filter(
            client=key.client_id, network=key.network
        ).select_related("client")
    }
    for external_id, posts in _posts_of((*updates.posts, *updates.edited_posts)).items():
        if profile := channels.get(external_id):
            stored = store_wall_posts(profile, posts, at=at)
            done.new_posts += stored.new
            done.changed_posts += stored.changed
        else:
            done.strangers += len(posts)
    cadence = load_cadence() if updates.reactions else Cadence({})
    for external_id, reactions in _reactions_of(updates.reactions).items():
        if profile := channels.get(external_id):
            _store_reactions(profile, reactions, cadence, at, done)
        else:
            done.strangers += len(reactions)
    if updates.unreadable:
        logger.warning("Key %s: %s unreadable updates.", key.pk, updates.unreadable)


def _store_reactions(
    profile: Profile,
    reactions: list[ReactionReading],
    cadence: Cadence,
    at: dt.datetime,
    done: UpdatesRead,
) -> None:
    """Telegram counts reactions on one message of an album; the latest count is the post's."""
    posts = find_wall_posts(profile, [each.post_external_id for each in reactions])
    known = [each for each in reactions if each.post_external_id in posts]
    done.unknown_posts += len(reactions) - len(known)
    rows = [
        PostValues(
            profile.client_id,
            post.pk,
            slot.day,
            Reading.API,
            each.counted_at,
            slot.hour,
            likes=each.reactions,
        )
        for each in known
        for post in [posts[each.post_external_id]]
        for slot in [cadence.slot_for(profile, post.posted_at, each.counted_at)]
    ]
    done.snapshots += store_post_snapshots(rows, at=at)


def _posts_of(posts: Iterable[PostReading]) -> dict[str, list[PostReading]]:
    found: dict[str, list[PostReading]] = defaultdict(list)
    for post in posts:
        found[post.profile_external_id].append(post)
    return found


def _reactions_of(reactions: Iterable[ReactionReading]) -> dict[str, list[ReactionReading]]:
    found: dict[str, list[ReactionReading]] = defaultdict(list)
    for reaction in reactions:
        found[reaction.profile_external_id].append(reaction)
    return found
