"""Which key a community is posted to with."""

from collections.abc import Collection, Iterable

from communities.models import AccessKey, Profile
from communities.networks.keys import Capability

# VK tells of an administrator's key only whether it may bring pictures to the wall: whoever may do
# that posts there.
TOLD_BY = {("vk", AccessKey.Kind.USER.value): Capability.PUBLISH_PHOTO}


def needed_for(content_types: Iterable[str]) -> frozenset[Capability]:
    """What a key has to be able to for a post with files of these types; none: for a text."""
    kinds = {kind.partition("/")[0] for kind in content_types}
    if not kinds:
        return frozenset({Capability.PUBLISH})
    needs = {"image": Capability.PUBLISH_PHOTO, "video": Capability.PUBLISH_VIDEO}
    return frozenset(needs[kind] for kind in kinds if kind in needs)


def posting_key(keys: Iterable[AccessKey], needed: Collection[Capability]) -> AccessKey | None:
    """The first of the page's keys that works and can; None: none is known to be able to."""
    return next((key for key in keys if can(key, needed)), None)


def keys_of(profile: Profile, keys: Iterable[AccessKey] | None = None) -> list[AccessKey]:
    """The page's own key first, then the client's others of the same network.

    `keys` are the client's, where they are read already.
    """
    if keys is None:
        keys = AccessKey.objects.filter(client=profile.client_id).order_by("pk")
    of_network = [key for key in keys if key.network == profile.network]
    return sorted(of_network, key=lambda key: key.pk != profile.access_key_id)


def can(key: AccessKey, needed: Collection[Capability]) -> bool:
    return key.state == AccessKey.State.WORKS and is_told(key, needed)


def is_told(key: AccessKey, needed: Collection[Capability]) -> bool:
    """Whether the check of the key found out that it can post this."""
    told_by = TOLD_BY.get((key.network, key.kind))
    asked = {told_by} if told_by else set(needed)
    return asked <= set(key.capabilities)
