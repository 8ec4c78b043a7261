"""A page that somebody pasted: what its address says, what the network says, and its new row."""

from dataclasses import dataclass
from typing import NoReturn

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from clients.models import Client
from communities.models import AccessKey, Profile
from communities.networks.outcomes import Kind, Ok, Outcome, Refused
from communities.networks.pasted_address import NotAPageError, PageAddress, read_address
from communities.networks.records import ProfileReading
from communities.networks.registry import adapter_for, network_name
from communities.page_lookup import look_up

# The network knows the page, or surely does not: else it may be asked later.
UNKNOWN_THERE = frozenset({Kind.NOT_FOUND, Kind.INVALID_REQUEST})


@dataclass(frozen=True, slots=True)
class FoundPage:
    """`title` is "" and `key` None where the network could not be asked."""

    address: PageAddress
    title: str
    key: AccessKey | None


def refuse(message: str) -> NoReturn:
    raise ValidationError({"address": message})


def pasted(address: str) -> PageAddress:
    """Raises ValidationError."""
    try:
        return read_address(address)
    except NotAPageError as error:
        refuse(str(error))


def find_page(client: Client, page: PageAddress) -> FoundPage:
    """With the number and the title that the network tells, where there is a key to ask with.

    Raises ValidationError: no such page, a deleted one, a name that only a key could turn into a
    number.
    """
    key, outcome = look_up(client, page)
    reading = _read(page, outcome)
    if reading is None:
        return FoundPage(page, "", key)
    told = PageAddress(page.network, reading.external_id, reading.screen_name)
    return FoundPage(told, reading.title, key)


def _read(page: PageAddress, outcome: Outcome[ProfileReading] | None) -> ProfileReading | None:
    """What the network told; None where it could not be asked and the page is known by its id."""
    if isinstance(outcome, Ok):
        if outcome.value.gone:
            refuse(_("The network says that this page is deleted or blocked: choose another."))
        return outcome.value
    if isinstance(outcome, Refused) and outcome.kind in UNKNOWN_THERE:
        refuse(
            _("%(network)s has no such page: look whether the address is whole. (%(message)s)")
            % {"network": network_name(page.network), "message": outcome.message}
        )
    if not page.external_id:
        refuse(
            _(
                "%(network)s tells the number of a page to a working key only: paste the link with"
                " the number, such as https://vk.com/club1, or add a key first."
            )
            % {"network": network_name(page.network)}
        )
    return None


def add_profile(client: Client, found: FoundPage, relation: str) -> Profile:
    """The row of a page that the client does not have; call it with the client locked."""
    page = found.address
    return Profile.objects.create(
        client=client,
        network=page.network,
        external_id=page.external_id,
        screen_name=page.screen_name,
        title=(found.title or page.screen_name or page.external_id)[:200],
        relation=relation,
        access_key=found.key if found.key and found.key.client_id else None,
        is_measured=adapter_for(page.network) is not None,
    )
