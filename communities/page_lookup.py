"""Asking a network for a page that a person named: its number, its title, whether it is there."""

from typing import NamedTuple

from django.db.models import F

from clients.models import Client
from communities.keys import token_of
from communities.models import AccessKey
from communities.networks.outcomes import Outcome
from communities.networks.pasted_address import PageAddress
from communities.networks.records import ProfileReading
from communities.networks.registry import adapter_for


class PageLookup(NamedTuple):
    """What the network said, and the key it was asked with; None: nobody could be asked."""

    key: AccessKey | None = None
    outcome: Outcome[ProfileReading] | None = None


def look_up(client: Client, address: PageAddress) -> PageLookup:
    """Ask once, with the agency's own key or else with one of the client's."""
    adapter, key = adapter_for(address.network), find_key(client, address.network)
    if adapter is None or key is None:
        return PageLookup()
    named = address.external_id or address.screen_name
    return PageLookup(key, adapter.find_profile(token_of(key), named))


def find_key(client: Client, network: str) -> AccessKey | None:
    """What this client's pages on the network can be read with; the agency's own key first."""
    ours = AccessKey.objects.filter(network=network, client=None)
    keys = ours | AccessKey.objects.filter(network=network, client=client)
    usable = keys.exclude(state=AccessKey.State.REFUSED)
    return usable.order_by(F("client").asc(nulls_first=True), "-pk").first()
