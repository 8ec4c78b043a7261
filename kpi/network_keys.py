"""Which key reads what, that one worker at a time uses it, and what happens when it is refused."""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum

from django.db import connection, transaction
from django.utils.translation import gettext as _

from clients.models import Client
from clients.todo import tell_team_once
from communities.key_checks import tell_refused
from communities.key_refresh import ask, take_over
from communities.keys import store_outcome
from communities.models import AccessKey, Profile
from communities.networks.keys import Capability
from communities.networks.outcomes import Kind, Ok, Refused
from communities.networks.registry import NetworkAdapter, adapter_for, working_adapters

logger = logging.getLogger(__name__)

# The key is at fault, and only a person can mend it.
KEY_IS_DEAD = frozenset({Kind.TOKEN_INVALID, Kind.TOKEN_EXPIRED, Kind.NEEDS_HUMAN, Kind.BLOCKED})


class Work(IntEnum):
    """What a key is held for; a worker that reads posts does not hinder one that reads profiles.

    The numbers are the class of the advisory lock: they must differ from all other uses.
    """

    PROFILES = 7301
    POSTS = 7302
    UPDATES = 7303
    STATISTICS = 7304


def readable_networks(capability: Capability) -> list[str]:
    """Networks with an adapter that can do this with some key."""
    return [code for code, adapter in working_adapters().items() if capability not in adapter.never]


def profiles_by_key(
    profiles: Iterable[Profile], capability: Capability
) -> tuple[dict[AccessKey, list[Profile]], list[Profile]]:
    """Each profile under the key that reads it, and the profiles that no key reads.

    A profile's own key goes first; where it has none, or a refused or unable one, the agency's own
    service key of the network reads what is public.
    """
    agency = {
        key.network: key
        for key in AccessKey.objects.filter(client=None).order_by("-pk")
        if _can(key, capability)
    }
    groups: dict[AccessKey, list[Profile]] = defaultdict(list)
    without: list[Profile] = []
    for profile in profiles:
        own = profile.access_key
        key = own if own is not None and _fits(own, profile, capability) else None
        key = key or agency.get(profile.network)
        (groups[key] if key is not None else without).append(profile)
    return groups, without


def _fits(key: AccessKey, profile: Profile, capability: Capability) -> bool:
    """What one client's key reads never reaches another client."""
    is_same = key.network == profile.network and key.client_id in (profile.client_id, None)
    return is_same and _can(key, capability)


def _can(key: AccessKey, capability: Capability) -> bool:
    """A key that was never checked is tried."""
    if key.state == AccessKey.State.REFUSED:
        return False
    return not key.capabilities or capability.value in key.capabilities


@contextmanager
def holding(key: AccessKey, work: Work) -> Iterator[bool]:
    """Whether this worker got the key. A lock of the session: a killed worker's goes with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [work, key.pk])
        [is_ours] = cursor.fetchone()
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [work, key.pk])


def with_each_key(
    keys: Iterable[AccessKey], work: Work, step: Callable[[AccessKey, NetworkAdapter], None]
) -> None:
    """Do the step with every key that no other worker holds.

    An error with one key does not keep the others waiting; at the end they are raised together, as
    an ExceptionGroup.
    """
    errors: list[Exception] = []
    for key in keys:
        adapter = adapter_for(key.network)
        with holding(key, work) as is_ours:
            if not is_ours or adapter is None:
                continue
            try:
                step(key, adapter)
            except Exception as error:
                logger.exception("%s with key %s failed.", work.name, key.pk)
                errors.append(error)
    if errors:
        raise ExceptionGroup("The work failed with some keys.", errors)


@transaction.atomic
def refuse_key(key: AccessKey, refusal: Refused, *, client: Client, at: dt.datetime) -> None:
    """Use the key no more, and tell people once; the adapter's message holds no secret.

    Where its secret was replaced while this worker was asking, the refusal says nothing of it.
    """
    row = AccessKey.objects.select_for_update(of=("self",)).get(pk=key.pk)
    if row.secret != key.secret:
        take_over(key, row)
        return
    row.state, row.state_note, row.checked_at = AccessKey.State.REFUSED, refusal.message[:300], at
    row.save(update_fields=["state", "state_note", "checked_at"])
    key.state, key.state_note = row.state, row.state_note
    tell_refused(key, client=client)


def note_refusal(
    key: AccessKey,
    profile: Profile,
    refusal: Refused,
    *,
    at: dt.datetime,
    wrong_kinds: Collection[Kind] = (Kind.WRONG_TOKEN_KIND,),
) -> bool:
    """What follows from a refusal of one page; whether the key is of no use for others either.

    `wrong_kinds` say that the key cannot do this kind of work, so that it is asked what it can do.
    """
    if refusal.kind in KEY_IS_DEAD:
        if key.state != AccessKey.State.REFUSED:
            refuse_key(key, refusal, client=key.client or profile.client, at=at)
        return True
    if refusal.kind in wrong_kinds:
        recheck_key(key, profile, refusal, at=at)
        return True
    report_refusal(profile, refusal, at=at)
    return False


def recheck_key(key: AccessKey, profile: Profile, refusal: Refused, *, at: dt.datetime) -> None:
    """A key of the wrong kind: ask what it can do, so that another key reads the rest."""
    adapter = adapter_for(key.network)
    if adapter is not None:
        outcome = ask(
            key, adapter, lambda token: adapter.inspect_key(token, profile.external_id), at=at
        )
        if isinstance(outcome, Ok):
            store_outcome(key, outcome, at)
    report_key(key, refusal, client=profile.client)


def note_key_works(key: AccessKey, *, at: dt.datetime) -> None:
    AccessKey.objects.filter(pk=key.pk, state=AccessKey.State.UNCHECKED).update(
        state=AccessKey.State.WORKS, checked_at=at
    )


def report_key(key: AccessKey, refusal: Refused, *, client: Client) -> None:
    """The key works, but not for this: a task for the team, once."""
    tell_team_once(
        client,
        key,
        title=_("The key “%(key)s” cannot be read with") % {"key": key.label},
        details=refusal.message,
    )


def report_refusal(profile: Profile, refusal: Refused, *, at: dt.datetime) -> None:
    """A page that the network does not let us read: said on its row, and to the team once."""
    Profile.objects.filter(pk=profile.pk).update(refusal=refusal.message[:300], refused_at=at)
    profile.refusal, profile.refused_at = refusal.message[:300], at
    tell_team_once(
        profile.client,
        profile,
        title=_("%(profile)s cannot be read")[:200] % {"profile": profile.title[:120]},
        details=refusal.message,
    )


@transaction.atomic
def mark_gone(profile: Profile, *, at: dt.datetime) -> None:
    """The network says that the page is deleted or banned; its history stays."""
    is_new = Profile.objects.filter(pk=profile.pk, gone_at=None).update(gone_at=at)
    if is_new and profile.relation == Profile.Relation.OWN:
        tell_team_once(
            profile.client,
            profile,
            title=_("%(profile)s is gone from the network") % {"profile": profile.title[:120]},
            details=_("The network says that the page is deleted or blocked."),
        )
