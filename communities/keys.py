"""Checking an access key by a real call, when it is saved or when somebody asks."""

import datetime as dt

from communities.key_refresh import NOTE_LENGTH, ask, token_of
from communities.models import AccessKey, Profile
from communities.networks.keys import KeyReport
from communities.networks.outcomes import Ok, Outcome, Refused
from communities.networks.registry import adapter_for, why_unread

__all__ = ["check_key", "clear_known", "page_of", "store_outcome", "token_of"]

KNOWN = ["state", "state_note", "checked_at", "capabilities", "lacks", "expires_at"]


def page_of(key: AccessKey) -> Profile | None:
    """The page that the key is asked about: an own one, of those that are read with it."""
    own = key.profiles.filter(relation=Profile.Relation.OWN).order_by("pk")
    return own.first() or key.profiles.order_by("pk").first()


def check_key(key: AccessKey, *, at: dt.datetime, page: Profile | None = None) -> AccessKey.State:
    """Ask the network what the key can do on its page (or on the given one), store the answer.

    What this check found: UNCHECKED where nobody answered. Then all that was known stays, with what
    was said instead of an answer.
    """
    adapter = adapter_for(key.network)
    if adapter is None:
        return store(key, AccessKey.State.UNCHECKED, at, note=why_unread(key.network))
    page = page or page_of(key)
    external_id = page.external_id if page else None
    outcome = ask(key, adapter, lambda token: adapter.inspect_key(token, external_id), at=at)
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
    key.state_note = outcome.message[:NOTE_LENGTH]
    key.save(update_fields=["state_note"])
    return AccessKey.State.UNCHECKED


def store(
    key: AccessKey, state: AccessKey.State, at: dt.datetime, *, note: str = ""
) -> AccessKey.State:
    key.state, key.state_note, key.checked_at = state, note[:NOTE_LENGTH], at
    key.save(update_fields=KNOWN)
    return state


def clear_known(key: AccessKey) -> None:
    """Of another secret nothing is known yet. Does not save."""
    key.state, key.state_note, key.checked_at = AccessKey.State.UNCHECKED, "", None
    key.capabilities, key.lacks = [], {}
    key.expires_at = key.expiry_told_for = None
