"""Proving that the agency can come into a community: by a real call, or by a screenshot."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from clients.models import User
from communities.files import store_file
from communities.keys import check_key
from communities.models import AccessKey, AccessProof, Community
from communities.networks.keys import Capability, TokenKind, capabilities_text
from communities.networks.outcomes import Ok
from communities.networks.registry import adapter_for
from communities.page_questions import read_page
from smm_agency.lib.uploads import CheckedFile

# Only somebody who manages a page can do these there; any key reads public counters.
OF_MANAGERS = frozenset(
    {
        Capability.PUBLISH,
        Capability.PUBLISH_PHOTO,
        Capability.PUBLISH_VIDEO,
        Capability.MESSAGES,
        Capability.REPLY,
        Capability.READ_STATISTICS,
        Capability.READ_UPDATES,
        Capability.RECEIVE_EVENTS,
    }
)


def is_proven_by_call(network: str) -> bool:
    """Whether a key of this network can prove access here; else a person does it by a picture."""
    adapter = adapter_for(network)
    return adapter is not None and any(kind != TokenKind.SERVICE for kind in adapter.token_kinds)


def prove_by_call(community: Community, *, by: User | None, at: dt.datetime) -> AccessProof:
    """Ask the network with the community's own key. Raises ValidationError with what it said.

    What was learnt of the key is stored either way, so no transaction is to be open around this.
    """
    key = own_key(community)
    # A key may read several pages: it is asked about this one.
    if check_key(key, at=at, page=community.profile) != AccessKey.State.WORKS:
        raise ValidationError(_("The key does not work: %(note)s") % {"note": key.state_note})
    admins = told_admins(community, key)
    # A community key says what it can, but not of which community: only its managers are told.
    able = OF_MANAGERS & set(key.capabilities) if key.kind != AccessKey.Kind.COMMUNITY else set()
    if admins is None and not able:
        raise ValidationError(
            _(
                "The key “%(key)s” works, but it shows nothing that only those who manage the page"
                " can see: it may be the key of another page, or have too few rights."
            )
            % {"key": key}
        )
    note = f"{key.label}: {capabilities_text(sorted(key.capabilities))}"[:300]
    return AccessProof.objects.create(
        client_id=community.client_id, community=community, kind=AccessProof.Kind.CALL,
        proven_at=at, proven_by=by, note=note,
    )  # fmt: skip


def own_key(community: Community) -> AccessKey:
    """Raises ValidationError where the page is read with no key of its client's."""
    key = community.profile.access_key
    if key is None or key.client_id is None or key.kind == AccessKey.Kind.SERVICE:
        raise ValidationError(
            _(
                "The page has no key of its own: enter the community's key and choose it under"
                " “read with” on the page. A service key reads what everybody sees."
            )
        )
    return key


def told_admins(community: Community, key: AccessKey) -> int | None:
    """How many people manage the page; only they are told."""
    outcome = read_page(community, key)
    return outcome.value.admins if isinstance(outcome, Ok) else None


def prove_by_screenshot(
    community: Community,
    *,
    file: CheckedFile,
    person: str,
    by: User | None,
    at: dt.datetime,
    note: str = "",
) -> AccessProof:
    """For networks where no key can prove it. Raises ValidationError where one can."""
    if is_proven_by_call(community.profile.network):
        raise ValidationError(
            _("On this network access is proven by a call with the community's own key.")
        )
    return AccessProof.objects.create(
        client_id=community.client_id, community=community, kind=AccessProof.Kind.SCREENSHOT,
        proven_at=at, proven_by=by, person=person, note=note,
        file=store_file(community.client, file, by=by),
    )  # fmt: skip
