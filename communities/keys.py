"""Checking an access key by a real call, when it is saved or when somebody asks."""

import datetime as dt

from communities.models import AccessKey
from communities.networks.keys import AccessToken, KeyReport, TokenKind
from communities.networks.outcomes import Ok, Outcome, Refused
from communities.networks.registry import adapter_for, why_unread

NOTE_LENGTH = 300
KNOWN = ["state", "state_note", "checked_at", "capabilities", "lacks", "expires_at"]


def token_of(key: AccessKey) -> AccessToken:
    """The key as adapters need it."""
    return AccessToken(
        key.network, TokenKind(key.kind), key.secret, refresh_secret=key.refresh_secret or ""
    )


def check_key(key: AccessKey, *, at: dt.datetime) -> AccessKey.State:
    """Ask the network what the key can do and store the answer.

    A network that could not be asked leaves the key unchecked, with what was said instead of an
    answer; what was known of its abilities stays.
    """
    adapter = adapter_for(key.network)
    if adapter is None:
        return store(key, AccessKey.State.UNCHECKED, at, note=why_unread(key.network))
    profile = key.profiles.first() if key.pk else None
    outcome = adapter.inspect_key(token_of(key), profile.external_id if profile else None)
    return store_outcome(key, outcome, at)


def store_outcome(key: AccessKey, outcome: Outcome[KeyReport], at: dt.datetime) -> AccessKey.State:
    if isinstance(outcome, Ok):
        report = outcome.value
        key.capabilities = sorted(capability.value for capability in report.able)
        key.lacks = {each.value: reason for each, reason in report.lacks.items()}
        key.expires_at = report.expires_at or key.expires_at
        return store(key, AccessKey.State.WORKS, at)
    if isinstance(outcome, Refused):
        key.capabilities, key.lacks = [], {}
        return store(key, AccessKey.State.REFUSED, at, note=outcome.message)
    return store(key, AccessKey.State.UNCHECKED, at, note=outcome.message)


def store(
    key: AccessKey, state: AccessKey.State, at: dt.datetime, *, note: str = ""
) -> AccessKey.State:
    key.state, key.state_note, key.checked_at = state, note[:NOTE_LENGTH], at
    key.save(update_fields=KNOWN)
    return state
