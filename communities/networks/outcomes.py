"""What a call to a network may come back as. No message ever holds a secret."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

from django.utils.translation import gettext as _

from communities.networks.keys import Capability

T = TypeVar("T")


class Kind(StrEnum):
    """Why a network refused: one taxonomy for all networks."""

    TOKEN_INVALID = "token_invalid"  # noqa: S105
    TOKEN_EXPIRED = "token_expired"  # noqa: S105
    PERMISSION = "permission"
    WRONG_TOKEN_KIND = "wrong_token_kind"  # noqa: S105
    NOT_FOUND = "not_found"
    RATE_LIMITED = "rate_limited"
    QUOTA_EXHAUSTED = "quota_exhausted"
    INVALID_REQUEST = "invalid_request"
    DUPLICATE = "duplicate"
    NEEDS_HUMAN = "needs_human"
    BLOCKED = "blocked"
    TEMPORARY = "temporary"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


# The key itself is at fault: the next call with it would fail in the same way.
KEY_WIDE = frozenset(
    {
        Kind.TOKEN_INVALID,
        Kind.TOKEN_EXPIRED,
        Kind.WRONG_TOKEN_KIND,
        Kind.RATE_LIMITED,
        Kind.QUOTA_EXHAUSTED,
        Kind.NEEDS_HUMAN,
        Kind.BLOCKED,
    }
)


class Scope(StrEnum):
    """How wide a "not now" reaches."""

    SECOND = "second"
    HOUR = "hour"
    DAY = "day"
    CALL = "call"


# The `field` of a refusal for the number of things that a call asked for.
TOO_MANY = "count"


@dataclass(frozen=True, slots=True)
class Ok(Generic[T]):
    """The network answered, and the answer had the expected shape."""

    value: T


@dataclass(frozen=True, slots=True)
class Refused:
    """Refused for good: repeating the same call cannot help.

    `field` names the parameter or setting at fault, `capability` what this key or network cannot
    do, `url` the page that a person has to open (captcha, validation); it is kept out of the repr.
    """

    kind: Kind
    message: str
    field: str | None = None
    capability: Capability | None = None
    url: str | None = dataclasses.field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RefusedForNow:
    """Surely not done, and may be repeated after `retry_after` seconds."""

    kind: Kind
    message: str
    retry_after: float = 60.0
    scope: Scope = Scope.CALL

    def retry_at(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self.retry_after)


@dataclass(frozen=True, slots=True)
class OutcomeUnknown:
    """A write whose answer was lost: look it up on the network before repeating anything."""

    message: str
    kind: Kind = Kind.AMBIGUOUS


Failure: TypeAlias = Refused | RefusedForNow | OutcomeUnknown
Outcome: TypeAlias = Ok[T] | Refused | RefusedForNow | OutcomeUnknown


def key_failure(outcomes: Iterable[Outcome[T]]) -> Failure | None:
    """The failure that every further call with this key would meet too."""
    failures = (each for each in outcomes if not isinstance(each, Ok))
    return next((each for each in failures if each.kind in KEY_WIDE), None)


def not_available(capability: Capability, reason: str) -> Refused:
    """The named answer to a question that this network or key cannot answer at all."""
    return Refused(Kind.PERMISSION, reason, capability=capability)


def by_name(failure: Failure, capability: Capability) -> Failure:
    """A right that is missing, by the name of what cannot be done without it."""
    if isinstance(failure, Refused) and failure.kind is Kind.PERMISSION:
        return dataclasses.replace(failure, capability=capability)
    return failure


def too_late(write_by: datetime | None) -> RefusedForNow | None:
    """What has to be said instead of a write that is not begun any more; None: it may be."""
    if write_by is None or datetime.now(UTC) < write_by:
        return None
    return RefusedForNow(Kind.TEMPORARY, _("The write could not be begun in time."))


def not_refreshable() -> Refused:
    """Of networks whose keys have no end, or end only when somebody takes them back."""
    return Refused(Kind.PERMISSION, _("Keys of this network are not renewed: enter a new one."))
