"""Which key a publication goes out with: the page's own, else another of the client's."""

from collections.abc import Collection, Iterable, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from communities.models import AccessKey, Profile
from communities.networks.keys import Capability, capabilities_text
from communities.posting_keys import is_told


def keys_of(clients: Iterable[int]) -> list[AccessKey]:
    """Keys that may publish for these clients; the agency's own ones only read."""
    keys = AccessKey.objects.filter(client__in=set(clients)).exclude(state=AccessKey.State.REFUSED)
    return list(keys.exclude(kind=AccessKey.Kind.SERVICE).order_by("pk"))


def choose_key(
    profile: Profile, needs: Collection[Capability], keys: Sequence[AccessKey]
) -> AccessKey | None:
    """Of the client's keys of this network that can do all of it, the page's own first.

    A key that was never checked is tried.
    """
    able = [
        key
        for key in keys
        if (key.client_id, key.network) == (profile.client_id, profile.network)
        and (key.state == AccessKey.State.UNCHECKED or is_told(key, needs))
    ]
    return next((key for key in able if key.pk == profile.access_key_id), next(iter(able), None))


def no_key(profile: Profile, needs: Collection[Capability]) -> str:
    message = _(
        "No key of %(page)s can do this: %(needs)s. Enter one on the page of the keys, or post it"
        " by hand."
    )
    return message % {"page": profile, "needs": capabilities_text(sorted(needs))}


def reading_keys(profile: Profile) -> list[AccessKey]:
    """Keys that may read the page's wall, the surest first: the client's, then the agency's own.

    A key that posts need not read: VK's community keys do not.
    """
    of_whom = Q(client=profile.client_id) | Q(client=None)
    keys = AccessKey.objects.filter(of_whom, network=profile.network)
    usable = [
        key
        for key in keys.exclude(state=AccessKey.State.REFUSED).order_by("pk")
        if not key.capabilities or Capability.READ_POSTS in key.capabilities
    ]
    return sorted(usable, key=lambda key: (not key.capabilities, key.client_id is None))
