"""With which of a client's keys something is done in the inbox of a page."""

from collections.abc import Iterator

from django.db.models import Q

from communities.models import AccessKey, Profile
from communities.networks.keys import TokenKind
from communities.networks.moderation import Act, Moderator, SaidKind


def key_for(profile: Profile, moderator: Moderator, act: Act, kind: SaidKind) -> AccessKey | None:
    """The page's key of a kind that may do it; None where there is none."""
    return first_of(profile, moderator.kinds_for(act, kind))


def first_of(profile: Profile, kinds: tuple[TokenKind, ...]) -> AccessKey | None:
    """Of the kinds, the best first; a key that is bound to other pages is not taken."""
    keys = list(_keys_of(profile))
    return next((key for kind in kinds for key in keys if key.kind == kind), None)


def _keys_of(profile: Profile) -> Iterator[AccessKey]:
    """The page's own key, that of its door for events, then those that belong to no page."""
    keys = AccessKey.objects.filter(client=profile.client_id, network=profile.network).exclude(
        state=AccessKey.State.REFUSED
    )
    yield from keys.filter(Q(profiles=profile) | Q(event_doors__profile=profile)).distinct()
    own = Profile.objects.filter(
        client=profile.client_id, network=profile.network, relation=Profile.Relation.OWN
    )
    is_only_page = own.count() == 1
    free = keys.filter(profiles=None).order_by("pk")
    # A community's key that is bound to nothing may be another community's.
    yield from free if is_only_page else free.filter(kind=AccessKey.Kind.USER)
