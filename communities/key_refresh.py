"""Keys that run out: refused before they are used, or renewed once, whoever meets it first.

A renewal happens under a lock of the key's row, and what the network gave is stored in the same
transaction: of two workers the second finds a new secret and asks for nothing. A refresh token may
be good for one time only, so an answer that was lost cannot be asked for again: the key then waits
for a person, as it does when the network refuses the renewal.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.key_notices import Words, tell_of_key
from communities.models import AccessKey
from communities.networks.keys import AccessToken, FreshToken, TokenKind
from communities.networks.outcomes import Failure, Kind, Ok, Outcome, OutcomeUnknown, Refused
from communities.networks.registry import NetworkAdapter

T = TypeVar("T")
Item = TypeVar("Item")

NOTE_LENGTH = 300
# The network says that nothing can be renewed with this refresh token any more.
ENDS_RENEWAL = frozenset({Kind.TOKEN_INVALID, Kind.TOKEN_EXPIRED, Kind.NEEDS_HUMAN, Kind.BLOCKED})
RENEWED = ["secret", "refresh_secret", "expires_at"]


def token_of(key: AccessKey) -> AccessToken:
    """The key as adapters need it."""
    return AccessToken(
        key.network, TokenKind(key.kind), key.secret, refresh_secret=key.refresh_secret or ""
    )


def ask(
    key: AccessKey,
    adapter: NetworkAdapter,
    call: Callable[[AccessToken], Outcome[T]],
    *,
    at: dt.datetime,
) -> Outcome[T]:
    """One call; where the key ran out, it is renewed once and the call repeated once."""
    if failure := ready(key, adapter, at=at):
        return failure
    outcome = call(token_of(key))
    if not has_run_out(outcome):
        return outcome
    failure = renew(key, adapter, at=at)
    if failure is None:
        return call(token_of(key))
    return outcome if is_not_renewable(failure) else failure


def ask_each(
    key: AccessKey,
    adapter: NetworkAdapter,
    call: Callable[[AccessToken, Sequence[Item]], dict[Item, Outcome[T]]],
    items: Sequence[Item],
    *,
    at: dt.datetime,
) -> dict[Item, Outcome[T]]:
    """As above for a call about many things: only what failed is asked for again."""
    if failure := ready(key, adapter, at=at):
        return dict.fromkeys(items, failure)
    outcomes = call(token_of(key), items)
    failed = [each for each in items if has_run_out(outcomes[each])]
    if not failed:
        return outcomes
    failure = renew(key, adapter, at=at)
    if failure is None:
        return outcomes | call(token_of(key), failed)
    return outcomes if is_not_renewable(failure) else outcomes | dict.fromkeys(failed, failure)


def ready(key: AccessKey, adapter: NetworkAdapter, *, at: dt.datetime) -> Failure | None:
    """Why the key must not be used: it ran out, and could not be renewed."""
    if key.expires_at is None or key.expires_at > at:
        return None
    failure = renew(key, adapter, at=at)
    return ran_out(key.expires_at) if failure and is_not_renewable(failure) else failure


def renew(key: AccessKey, adapter: NetworkAdapter, *, at: dt.datetime) -> Failure | None:
    """A new secret, in the row and in `key`; None: there is one, from us or from another worker."""
    with transaction.atomic():
        row = AccessKey.objects.select_for_update(of=("self",)).get(pk=key.pk)
        if row.secret != key.secret:
            take_over(key, row)
            return None
        outcome = adapter.refresh(token_of(row))
        if isinstance(outcome, Ok):
            store_fresh(row, outcome.value)
            take_over(key, row)
            return None
        if ends_renewal(outcome):
            give_up(row, outcome, at=at)
            key.state, key.state_note = row.state, row.state_note
        return outcome


def store_fresh(row: AccessKey, fresh: FreshToken) -> None:
    """A network that gives no other refresh token lets the old one go on."""
    row.secret = fresh.secret
    row.refresh_secret = fresh.refresh_secret or row.refresh_secret
    row.expires_at = fresh.expires_at
    row.save(update_fields=RENEWED)


def take_over(key: AccessKey, row: AccessKey) -> None:
    for name in RENEWED:
        setattr(key, name, getattr(row, name))


def ends_renewal(failure: Failure) -> bool:
    return isinstance(failure, OutcomeUnknown) or (
        isinstance(failure, Refused) and failure.kind in ENDS_RENEWAL
    )


def give_up(row: AccessKey, failure: Failure, *, at: dt.datetime) -> None:
    """The key is used no more, and people are told once."""
    lost = isinstance(failure, OutcomeUnknown)
    reason = LOST if lost else gettext_lazy("The key could not be renewed: %(message)s")
    note = Words(reason, message=failure.message)
    row.state, row.state_note, row.checked_at = AccessKey.State.REFUSED, str(note), at
    row.state_note = row.state_note[:NOTE_LENGTH]
    row.save(update_fields=["state", "state_note", "checked_at"])
    tell_of_key(row, title=Words(NOT_RENEWED, key=row.label), details=note)


NOT_RENEWED = gettext_lazy("The key “%(key)s” could not be renewed")
LOST = gettext_lazy(
    "The answer to the renewal was lost, and the refresh token may be used up:"
    " let its owner sign in again. %(message)s"
)


def has_run_out(outcome: Outcome[T]) -> bool:
    return isinstance(outcome, Refused) and outcome.kind is Kind.TOKEN_EXPIRED


def is_not_renewable(failure: Failure) -> bool:
    """Keys of this network or kind have nothing to be renewed with."""
    return isinstance(failure, Refused) and failure.kind is Kind.PERMISSION


def ran_out(expires_at: dt.datetime) -> Refused:
    message = _("This key ran out on %(day)s: enter a new one.")
    return Refused(Kind.TOKEN_EXPIRED, message % {"day": date_format(expires_at, "DATE_FORMAT")})
