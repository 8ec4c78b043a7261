"""Which key reads what, and what happens when a page is refused."""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from clients.todo import tell_team_once
from communities.key_refresh import ask
from communities.key_use import KEY_IS_DEAD, refuse_key, report_key
from communities.keys import store_outcome
from communities.models import AccessKey, Profile
from communities.networks.keys import Capability
from communities.networks.outcomes import Kind, Ok, Refused
from communities.networks.registry import adapter_for, working_adapters

logger = logging.getLogger(__name__)


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
