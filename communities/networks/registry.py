"""The networks that the program can talk to. A new adapter is a module and a line in `ADAPTERS`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from communities.networks import configuration
from communities.networks.addresses import NETWORKS, Network, post_url, profile_url
from communities.networks.facebook import FacebookAdapter
from communities.networks.instagram import InstagramAdapter
from communities.networks.keys import (
    AccessToken,
    Capability,
    FreshToken,
    KeyReport,
    TokenKind,
)
from communities.networks.max import MaxAdapter
from communities.networks.ok import OkAdapter
from communities.networks.outcomes import Outcome
from communities.networks.records import (
    DayStatistics,
    PageFacts,
    PostId,
    PostReading,
    ProfileReading,
    Updates,
)
from communities.networks.telegram import TelegramAdapter
from communities.networks.vk import VkAdapter
from communities.networks.youtube import YouTubeAdapter

__all__ = [
    "ADAPTERS",
    "META",
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
    "why_unread",
    "working_adapters",
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

    def inspect_key(self, key: AccessToken, external_id: str | None = None) -> Outcome[KeyReport]:
        """What this key can do (on the page, if one is named), by real calls.

        Asked when it is saved, once a day, and after a permission error. A failure means that the
        key is no good at all.
        """

    def refresh(self, key: AccessToken) -> Outcome[FreshToken]:
        """A new secret for a key that runs out; Refused(permission) where keys have no end."""

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

    def reread_posts(
        self, key: AccessToken, posts: Sequence[PostId]
    ) -> dict[PostId, Outcome[PostReading]]:
        """One outcome for each known post, whichever page it is on; batching as above.

        A post that is no longer there is Refused(not_found).
        """

    def read_page(self, key: AccessToken, external_id: str) -> Outcome[PageFacts]:
        """What is set on the page, as far as this key is told."""

    def read_statistics(
        self, key: AccessToken, external_id: str, since: datetime, until: datetime
    ) -> Outcome[list[DayStatistics]]:
        """The days of an own profile between the two moments, each once, the oldest first.

        A day of which the network tells nothing is left out.
        """

    def read_updates(self, key: AccessToken, offset: int | None = None) -> Outcome[Updates]:
        """The next batch of what happened to own profiles since `offset`."""


META = frozenset({"facebook", "instagram"})
ADAPTERS: dict[str, NetworkAdapter] = {
    "vk": VkAdapter(),
    "telegram": TelegramAdapter(),
    "ok": OkAdapter(),
    "max": MaxAdapter(),
    "youtube": YouTubeAdapter(),
    "facebook": FacebookAdapter(),
    "instagram": InstagramAdapter(),
}


def working_adapters() -> dict[str, NetworkAdapter]:
    """The adapters of this installation: those of Meta only where it is switched on."""
    is_open = configuration.is_meta_enabled()
    return {code: each for code, each in ADAPTERS.items() if is_open or code not in META}


def adapter_for(network: str) -> NetworkAdapter | None:
    """None for a network whose figures come by hand or from files, here or everywhere."""
    return working_adapters().get(network)


def why_unread(network: str) -> str:
    """Why there is no adapter for the network, and so no use for a key: a sentence for staff."""
    if network in META:
        return _(
            "Facebook and Instagram are switched off here by the setting META_ENABLED:"
            " their figures come from files."
        )
    return _("Its figures come from files.")


def network_choices() -> list[tuple[str, str | Promise]]:
    """For a field's `choices`, as a callable: a new network needs no migration."""
    return [(network.code, network.title) for network in NETWORKS]


def network_name(code: str) -> str:
    """A network's title in the reader's language; the code itself where it is not in the list."""
    return str(dict(network_choices()).get(code, code))
