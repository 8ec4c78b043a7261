"""The reading of the networks: profiles' counters once a day, posts with theirs by their age.

Beat wakes both hourly. What was read on the client's day, or in a post's slot, is skipped, so a run
that failed half-way is finished by the next one and a repeated run does nothing. The day and the
slot of a reading are the client's at the moment the run began. A page that several clients watch is
read once with the agency's key, and stored for each; what a client's own key reads stays with that
client.
"""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from communities.key_refresh import ask, ask_each
from communities.key_use import Work, with_each_key
from communities.models import AccessKey, Profile
from communities.networks.keys import Capability
from communities.networks.outcomes import KEY_WIDE, Failure, Ok, Outcome, Refused
from communities.networks.records import PostId, PostReading, ProfileReading
from communities.networks.registry import NetworkAdapter
from kpi.cadence import Cadence, load_cadence
from kpi.due_walls import DueWall, find_due_walls
from kpi.models import ProfileSnapshot, Reading
from kpi.network_keys import (
    mark_gone,
    note_key_works,
    note_refusal,
    profiles_by_key,
    readable_networks,
)
from kpi.rereading import WallPlan, plan_walls
from kpi.snapshots import ProfileValues, Stored, store_profile_snapshots
from kpi.wall_readings import StoredReadings, store_post_readings

logger = logging.getLogger(__name__)

PROFILES_PER_STEP = 500
# What the network refused before is over.
READ_AGAIN: Mapping[str, Any] = {"refusal": "", "refused_at": None}
WALLS_PER_STEP = 200


@dataclass(slots=True)
class Measurement:
    """What a run did, in profiles. `waiting` were refused for now and come with the next run."""

    read: int = 0
    gone: int = 0
    refused: int = 0
    waiting: int = 0
    without_key: int = 0
    stored: Stored = field(default_factory=Stored)
    posts: StoredReadings = field(default_factory=StoredReadings)


@dataclass(frozen=True, slots=True)
class _Run:
    """One key's share of a run."""

    key: AccessKey
    adapter: NetworkAdapter
    at: dt.datetime
    done: Measurement


def measure_profiles(*, at: dt.datetime) -> Measurement:
    """Read the counters of every measured profile that was not read on its client's day yet."""
    profiles = _wanted(Capability.READ_FOLLOWERS)
    return _measure(Work.PROFILES, Capability.READ_FOLLOWERS, profiles, _measure_profiles_of, at)


def measure_posts(*, at: dt.datetime) -> Measurement:
    """Read the walls that are due by the age of their posts, own and competitors'."""
    cadence = load_cadence()
    profiles = _wanted(Capability.READ_POSTS).filter(relation__in=cadence.relations)
    return _measure(
        Work.POSTS,
        Capability.READ_POSTS,
        profiles,
        lambda run, pages: _measure_posts_of(run, pages, cadence),
        at,
    )


def _measure(
    work: Work,
    capability: Capability,
    profiles: QuerySet[Profile],
    step: Callable[[_Run, list[Profile]], None],
    at: dt.datetime,
) -> Measurement:
    """Each key's profiles in turn."""
    done = Measurement()
    rows = profiles.order_by("pk").iterator(chunk_size=1_000)
    groups, without = profiles_by_key(rows, capability)
    done.without_key = len(without)
    try:
        with_each_key(
            groups, work, lambda key, adapter: step(_Run(key, adapter, at, done), groups[key])
        )
    finally:
        logger.info("%s: %s", work.name, done)
    return done


def _wanted(capability: Capability) -> QuerySet[Profile]:
    return (
        Profile.objects.measured()
        .filter(network__in=readable_networks(capability))
        .select_related("client", "access_key")
    )


# --- Profiles ------------------------------------------------------------------------------------


def _measure_profiles_of(run: _Run, profiles: list[Profile]) -> None:
    waiting = _same_page(_unread(profiles, run.at))
    ids = iter(list(waiting))
    while batch := list(islice(ids, PROFILES_PER_STEP)):
        outcomes = ask_each(run.key, run.adapter, run.adapter.read_profiles, batch, at=run.at)
        rows: list[ProfileValues] = []
        for external_id in batch:
            outcome = outcomes[external_id]
            for profile in waiting[external_id]:
                if isinstance(outcome, Ok):
                    rows += _values(run, profile, outcome.value)
                else:
                    _failed(run, profile, outcome)
        run.done.stored += store_profile_snapshots(rows, at=timezone.now())
        if rows:
            note_key_works(run.key, at=run.at)
        if run.key.state == AccessKey.State.REFUSED:
            return


def _values(run: _Run, profile: Profile, reading: ProfileReading) -> list[ProfileValues]:
    """The row to store: none for a page that is gone or whose subscribers are hidden."""
    run.done.read += 1
    if profile.refusal:
        Profile.objects.filter(pk=profile.pk).update(**READ_AGAIN)
    if reading.gone:
        run.done.gone += 1
        mark_gone(profile, at=run.at)
    if reading.external_id != profile.external_id:
        _take_number(profile, reading)
    if reading.followers is None:
        return []
    return [
        ProfileValues(
            profile.client_id,
            profile.pk,
            profile.client.day_of(run.at),
            Reading.API,
            reading.read_at,
            followers=reading.followers,
        )
    ]


def _take_number(profile: Profile, reading: ProfileReading) -> None:
    """A channel entered as @name gets its number, under which its updates come."""
    siblings = Profile.objects.filter(client=profile.client_id, network=profile.network)
    if not siblings.filter(external_id=reading.external_id).exists():
        Profile.objects.filter(pk=profile.pk).update(
            external_id=reading.external_id, screen_name=reading.screen_name
        )


# --- Posts ---------------------------------------------------------------------------------------


def _measure_posts_of(run: _Run, profiles: list[Profile], cadence: Cadence) -> None:
    pages = iter(_same_wall(find_due_walls(profiles, cadence, at=run.at)).items())
    while step := dict(islice(pages, WALLS_PER_STEP)):
        plans = plan_walls(step, can_reread=_can_reread(run))
        again = _read_again(run, [post for plan in plans.values() for post in plan.by_id])
        for external_id, walls in step.items():
            _measure_wall(
                run, walls, _read_wall(run, external_id, plans[external_id], again), cadence
            )
            if run.key.state == AccessKey.State.REFUSED:
                return


def _can_reread(run: _Run) -> bool:
    is_able = Capability.REREAD_POSTS in run.key.capabilities or not run.key.capabilities
    return is_able and Capability.REREAD_POSTS not in run.adapter.never


def _read_again(run: _Run, posts: Sequence[PostId]) -> Mapping[PostId, Outcome[PostReading]]:
    if not posts:
        return {}
    return ask_each(run.key, run.adapter, run.adapter.reread_posts, posts, at=run.at)


def _read_wall(
    run: _Run,
    external_id: str,
    plan: WallPlan,
    again: Mapping[PostId, Outcome[PostReading]],
) -> Outcome[list[PostReading]]:
    """The posts of the wall and those read by their ids; a failure of one way is of the whole."""
    known = [again[post] for post in plan.by_id]
    failure = next((each for each in known if not isinstance(each, Ok) and _is_unread(each)), None)
    if failure is not None:
        return failure
    outcome = ask(
        run.key,
        run.adapter,
        lambda token: run.adapter.read_posts(token, external_id, plan.since),
        at=run.at,
    )
    if not isinstance(outcome, Ok):
        return outcome
    return Ok([*outcome.value, *(each.value for each in known if isinstance(each, Ok))])


def _is_unread(failure: Failure) -> bool:
    """Not what is said of the post itself: one that is gone the wall would not show either."""
    return not isinstance(failure, Refused) or failure.kind in KEY_WIDE


def _measure_wall(
    run: _Run, walls: Sequence[DueWall], outcome: Outcome[list[PostReading]], cadence: Cadence
) -> None:
    """Of one page, for each client that watches it."""
    for wall in walls:
        if isinstance(outcome, Ok):
            run.done.read += 1
            run.done.posts += _store_wall(run, wall, outcome.value, cadence)
        else:
            _failed(run, wall.profile, outcome)
    if isinstance(outcome, Ok):
        note_key_works(run.key, at=run.at)
        _note_wall_read([wall.profile for wall in walls], at=run.at)


def _same_wall(walls: Iterable[DueWall]) -> dict[str, list[DueWall]]:
    """External id → the walls of that page, in their order."""
    pages: dict[str, list[DueWall]] = defaultdict(list)
    for wall in walls:
        pages[wall.profile.external_id].append(wall)
    return pages


def _store_wall(
    run: _Run, wall: DueWall, posts: Sequence[PostReading], cadence: Cadence
) -> StoredReadings:
    return store_post_readings(
        wall.profile,
        # Another client's wall may have asked further back.
        [post for post in posts if post.posted_at >= wall.since],
        slot_of=lambda post: cadence.slot_for(wall.profile, post.posted_at, run.at),
        source=Reading.API,
        at=timezone.now(),
        not_due=wall.not_due,
    )


def _note_wall_read(pages: Sequence[Profile], *, at: dt.datetime) -> None:
    """Up to this moment a day without a post is a measured zero, not a wall nobody read."""
    rows = Profile.objects.filter(pk__in=[page.pk for page in pages])
    rows.update(wall_read_at=at, **READ_AGAIN)


def _same_page(profiles: Iterable[Profile]) -> dict[str, list[Profile]]:
    """External id → the profiles of that page; under one key they are read once."""
    pages: dict[str, list[Profile]] = defaultdict(list)
    for profile in profiles:
        pages[profile.external_id].append(profile)
    return pages


def _unread(profiles: Sequence[Profile], at: dt.datetime) -> list[Profile]:
    """Those without a network reading on their client's day. Asked with the key in hand."""
    today = {profile.pk: profile.client.day_of(at) for profile in profiles}
    rows = ProfileSnapshot.objects.filter(
        profile__in=profiles, date__in=set(today.values()), reading=Reading.API
    )
    read = set(rows.values_list("profile", "date"))
    return [profile for profile in profiles if (profile.pk, today[profile.pk]) not in read]


def _failed(run: _Run, profile: Profile, failure: Failure) -> None:
    if not isinstance(failure, Refused):
        run.done.waiting += 1
        return
    run.done.refused += 1
    note_refusal(run.key, profile, failure, at=run.at)
