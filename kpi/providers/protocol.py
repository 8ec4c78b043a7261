"""What an adapter of a call provider offers: read a request, verify it, ask for a list of calls.

Adapters know no models and no database: whoever calls them gives credentials and keeps rows.
"""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from communities.networks.outcomes import Kind, Outcome, Refused
from kpi.providers.records import Delivery, Event, Pulled

Credentials = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CredentialField:
    """Something that the account's owner types in; secret ones are never shown again.

    Without a required one requests cannot be verified.
    """

    name: str
    title: str | Promise
    is_secret: bool = True
    is_required: bool = False
    help: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Account:
    """One connection as an adapter needs it; `mapping` is our field → the name in this account."""

    zone: ZoneInfo
    credentials: Credentials = field(default_factory=dict, repr=False)
    mapping: Mapping[str, str] = field(default_factory=dict)

    def credential(self, name: str) -> str:
        return self.credentials.get(name, "")


@dataclass(frozen=True, slots=True)
class Reply:
    """What the provider wants to hear after a request that was taken."""

    status: int
    content_type: str
    body: str


class Provider(ABC):
    """An adapter. `mapping` is our field → the provider's names for it, in the order of trust.

    `template` is the body that the account's owner pastes, where there is one. `pull_needs` are the
    credentials without which there is no list to ask for. `headers` (lower case) are those that
    `verify` reads. `default_networks` are the provider's known addresses, an offer for the list of
    allowed senders.
    """

    code: ClassVar[str]
    title: ClassVar[str | Promise]
    instructions: ClassVar[str | Promise]
    template: ClassVar[str] = ""
    credentials: ClassVar[tuple[CredentialField, ...]] = ()
    pull_needs: ClassVar[tuple[str, ...]] = ()
    mapping: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    methods: ClassVar[frozenset[str]] = frozenset({"POST"})
    headers: ClassVar[frozenset[str]] = frozenset()
    default_networks: ClassVar[tuple[str, ...]] = ()
    default_zone: ClassVar[str] = ""
    reply: ClassVar[Reply | None] = None
    refusal_status: ClassVar[int] = 403
    # Whether its sender reads answers: then a mistake is refused, else it is kept for a person.
    answers_mistakes: ClassVar[bool] = False

    def verify(self, delivery: Delivery, account: Account, *, at: dt.datetime) -> bool:
        """Whether the request is the provider's, in constant time; never raises.

        Without a signature the unguessable address is the only proof.
        """
        return True

    @abstractmethod
    def read(self, delivery: Delivery, account: Account, *, at: dt.datetime) -> Event:
        """The one event of a request; raises ProviderError. `at` is when it was received.

        Uses neither `url` nor `headers`, so that it works again from the stored event.
        """

    def can_pull(self, credentials: Credentials) -> bool:
        return bool(self.pull_needs) and all(credentials.get(name) for name in self.pull_needs)

    def pull(self, account: Account, *, since: dt.datetime, until: dt.datetime) -> Outcome[Pulled]:
        """The calls that started from `since` until before `until`; may take minutes."""
        return Refused(Kind.INVALID_REQUEST, _("This sender has no list of calls to ask for."))

    def check(self, account: Account) -> Outcome[str]:
        """Try the credentials; what was found, for a person."""
        return Refused(Kind.INVALID_REQUEST, _("This sender cannot be asked anything."))
