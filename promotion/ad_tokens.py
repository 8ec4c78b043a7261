"""Tokens of ad accounts: minted, renewed under a lock, never twice for one end.

The key's row is locked while the network is asked, and what it gave is stored in the same
transaction: of two workers the second finds a new token and asks for nothing. The old token stops
at once, so whoever holds it gets the new one from the row.
"""

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from communities.networks.keys import AccessToken, FreshToken
from communities.networks.outcomes import Failure, Kind, Ok, Outcome, Refused
from promotion.models import AdAccount, AdAccountKey
from promotion.networks import vk_ads, vk_ads_tokens
from promotion.networks.vk_ads_tokens import App

T = TypeVar("T")

# A token that runs out within this time would not last a reading.
MARGIN = dt.timedelta(minutes=5)
# What a refresh or another token mends.
_MENDABLE = frozenset({Kind.TOKEN_EXPIRED, Kind.TOKEN_INVALID})
TOKENS = ["access_token", "refresh_token", "expires_at", "refreshed_at"]


def ask(
    account: AdAccount, call: Callable[[AccessToken], Outcome[T]], *, at: dt.datetime
) -> Outcome[T]:
    """One call with a token that works; where it ran out, another is got once."""
    held = token_of(account, at=at)
    if not isinstance(held, Ok):
        return held
    outcome = call(vk_ads.token(held.value))
    if not isinstance(outcome, Refused) or outcome.kind not in _MENDABLE:
        return outcome
    is_end = outcome.kind is Kind.TOKEN_EXPIRED
    other = replace_token(account, held.value, is_expired=is_end, at=at)
    return call(vk_ads.token(other.value)) if isinstance(other, Ok) else other


def token_of(account: AdAccount, *, at: dt.datetime) -> Outcome[str]:
    """The token as it stands; a new one where there is none or it is about to run out."""
    key = AdAccountKey.objects.filter(account=account).first()
    if key is None:
        message = _("The account has no key: enter one, or take its figures from files.")
        return Refused(Kind.PERMISSION, message)
    if key.access_token and (key.expires_at is None or key.expires_at > at + MARGIN):
        return Ok(key.access_token)
    return replace_token(account, key.access_token or "", is_expired=True, at=at)


def replace_token(
    account: AdAccount, old: str, *, is_expired: bool, at: dt.datetime
) -> Outcome[str]:
    """A token instead of `old`: ours, or the one that another worker got meanwhile.

    One that ran out is refreshed; one that the network does not know is minted anew.
    """
    with transaction.atomic():
        key = AdAccountKey.objects.select_for_update().get(account=account)
        if key.access_token and key.access_token != old:
            return Ok(key.access_token)
        fresh = _renew(key) if is_expired else vk_ads_tokens.mint(app_of(key))
        if not isinstance(fresh, Ok):
            return fresh
        return Ok(_store(key, fresh.value, at=at))


def app_of(key: AdAccountKey) -> App:
    return App(key.app_id, key.app_secret or "", key.agency_client)


def _renew(key: AdAccountKey) -> Outcome[FreshToken]:
    """Where nothing can be refreshed (any more), the app mints another one of its five."""
    if not key.refresh_token:
        return vk_ads_tokens.mint(app_of(key))
    fresh = vk_ads_tokens.refresh(app_of(key), key.refresh_token)
    return vk_ads_tokens.mint(app_of(key)) if _is_refused(fresh) else fresh


def _is_refused(outcome: Outcome[FreshToken]) -> bool:
    """In whatever words: tokens that nobody used for a month are deleted. Not where a person must
    act, such as after the client took the access back.
    """
    return isinstance(outcome, Refused) and outcome.kind is not Kind.NEEDS_HUMAN


def _store(key: AdAccountKey, fresh: FreshToken, *, at: dt.datetime) -> str:
    key.access_token = fresh.secret
    key.refresh_token = fresh.refresh_secret or key.refresh_token
    key.expires_at, key.refreshed_at = fresh.expires_at, at
    key.save(update_fields=TOKENS)
    return fresh.secret


def enter_key(
    account: AdAccount, *, app_id: str, app_secret: str, agency_client: str = ""
) -> AdAccountKey:
    """Another app is another key: what was got with the one before is forgotten."""
    told = {"app_id": app_id, "app_secret": app_secret, "agency_client": agency_client}
    none = dict.fromkeys(TOKENS)
    key, _is_new = AdAccountKey.objects.update_or_create(
        account=account, defaults={**told, **none, "client_id": account.client_id}
    )
    return key


def delete_tokens(account: AdAccount) -> Failure | None:
    """All of the app's tokens; the next call mints one."""
    with transaction.atomic():
        key = AdAccountKey.objects.select_for_update().get(account=account)
        outcome = vk_ads_tokens.delete_all(app_of(key))
        if not isinstance(outcome, Ok):
            return outcome
        for name in TOKENS:
            setattr(key, name, None)
        key.save(update_fields=TOKENS)
    return None
