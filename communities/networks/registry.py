"""The networks that the program can talk to. A new adapter is a module and a line in `ADAPTERS`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from django.utils.functional import Promise

from communities.networks.addresses import NETWORKS, Network, post_url, profile_url
from communities.networks.keys import AccessToken, Capability, TokenKind
from communities.networks.outcomes import Outcome
from communities.networks.records import DayStatistics, PostReading, ProfileReading, Updates
from communities.networks.telegram import TelegramAdapter
from communities.networks.vk import VkAdapter

__all__ = [
    "ADAPTERS",
    "NETWORKS",
    "AccessToken",
    "Capability",
    "Network",
    "NetworkAdapter",
    "TokenKind",
    "adapter_for",
    "network_choices",
    "network_name",
    "post_url",
    "profile_url",
]


class NetworkAdapter(Protocol):
    """A network in our words. Every call is an outcome; nothing of the network's errors is raised.

    What a network can never do stands in `never` with the reason, and the call that asks for it
    answers Refused(kind=permission, capability=…): neither zero nor silence.
    """

    @property
    def network(self) -> str: ...

    @property
    def token_kinds(self) -> tuple[TokenKind, ...]: ...

    @property
    def never(self) -> Mapping[Capability, str | Promise]: ...

    def capabilities(
        self, key: AccessToken, external_id: str | None = None
    ) -> Outcome[frozenset[Capability]]:
        """What this key can do, by real calls: when it is saved, and after a permission error."""

    def find_profile(self, key: AccessToken, address: str) -> Outcome[ProfileReading]:
        """The profile behind an id, a screen name or a pasted address."""

    def read_profiles(
        self, key: AccessToken, external_ids: Sequence[str]
    ) -> dict[str, Outcome[ProfileReading]]:
        """One outcome for each id asked for; batching is the adapter's business."""

    def read_posts(
        self, key: AccessToken, external_id: str, since: datetime | None = None
    ) -> Outcome[list[PostReading]]:
        """Posts of a profile from `since` on (None: all), newest first, each once."""

    def read_statistics(
        self, key: AccessToken, external_id: str, since: datetime, until: datetime
    ) -> Outcome[list[DayStatistics]]:
        """The days of an own profile between the two moments, each once, the oldest first.

        A day of which the network tells nothing is left out.
        """

    def read_updates(self, key: AccessToken, offset: int | None = None) -> Outcome[Updates]:
        """The next batch of what happened to own profiles since `offset`."""


ADAPTERS: dict[str, NetworkAdapter] = {
    "vk": VkAdapter(),
    "telegram": TelegramAdapter(),
}


def adapter_for(network: str) -> NetworkAdapter | None:
    """None for a network of the list whose figures come from files."""
    return ADAPTERS.get(network)


def network_choices() -> list[tuple[str, str | Promise]]:
    """For a field's `choices`, as a callable: a new network needs no migration."""
    return [(network.code, network.title) for network in NETWORKS]


def network_name(code: str) -> str:
    """A network's title in the reader's language; the code itself where it is not in the list."""
    return str(dict(network_choices()).get(code, code))
