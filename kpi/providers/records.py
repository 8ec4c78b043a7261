"""What every provider's requests and lists are read into. None: the provider did not say."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

MAX_SECONDS = 86_400
FIRST_YEAR = 2000
CLOCK_SKEW = dt.timedelta(minutes=5)
LONGEST_ID = 120


class ProviderError(Exception):
    """A request or row that no call can be made of; `field` is empty when all of it is meant."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(field, message)
        self.field = field
        self.message = message

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class Direction(StrEnum):
    IN = "in"
    OUT = "out"
    INTERNAL = "internal"


class Status(StrEnum):
    """As `kpi.models.CallStatus`; an outgoing call is answered or missed."""

    ANSWERED = "answered"
    MISSED = "missed"
    VOICEMAIL = "voicemail"
    SPAM = "spam"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request as it came.

    `url` is the public address with the query exactly as sent; `path` what follows the
    connection's token, without slashes at its ends; header names are in lower case.
    """

    method: str = "POST"
    url: str = ""
    path: str = ""
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = ""
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class ProviderCall:
    """What one event or one row says of a call; times in UTC, durations in whole seconds.

    `caller` is the other party: who called, or on an outgoing call who was called. `tracked` is our
    number that was dialled. `status` is None while it rings or is talked. `updated_at` is the
    provider's own moment of this word: its order decides between two words. The fields in `weak`
    only fill what is not known yet.
    """

    external_id: str
    direction: Direction = Direction.IN
    caller: str | None = None
    tracked: str | None = None
    started_at: dt.datetime | None = None
    talk_seconds: int | None = None
    wait_seconds: int | None = None
    status: Status | None = None
    provider_first: bool | None = None
    provider_target: bool | None = None
    call_back_seconds: int | None = None
    visit: Mapping[str, str] = field(default_factory=dict)
    updated_at: dt.datetime | None = None
    weak: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Event:
    """`event_id` is the same on redelivery and holds no phone number; without a call there is
    nothing to count in it.
    """

    event_id: str
    call: ProviderCall | None


@dataclass(frozen=True, slots=True)
class Pulled:
    """The calls of a provider's list; `unreadable` rows are those no call could be made of."""

    calls: tuple[ProviderCall, ...]
    unreadable: int = 0
