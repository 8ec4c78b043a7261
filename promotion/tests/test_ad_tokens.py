"""Tokens of ad accounts, with the simulated network and two connections."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import httpx
import pytest
from django.db import connection

from communities.networks.keys import AccessToken
from communities.networks.outcomes import Kind, Ok, Outcome, Refused
from promotion.ad_tokens import ask, delete_tokens, enter_key, token_of
from promotion.models import AdAccount, AdAccountKey
from promotion.networks import vk_ads
from promotion.tests.conftest import Start
from tests.factories import NOON, AdAccountFactory, AdAccountKeyFactory

pytestmark = pytest.mark.django_db
LATER = NOON + dt.timedelta(days=1)


def make(**told: Any) -> AdAccount:
    return AdAccountKeyFactory.create(**told).account


def stored(account: AdAccount) -> tuple[str | None, str | None]:
    key = AdAccountKey.objects.get(account=account)
    return key.access_token, key.refresh_token


def token_calls(networks: Any) -> list[str]:
    return [
        call.parameters["grant_type"] for call in networks.calls if call.method == "oauth2/token"
    ]


def test_account_without_a_key_is_read_by_files(simulate: Start) -> None:
    outcome = token_of(AdAccountFactory.create(), at=NOON)
    assert isinstance(outcome, Refused)
    assert outcome.message == ("The account has no key: enter one, or take its figures from files.")


def test_first_token_is_minted_and_kept_encrypted(simulate: Start) -> None:
    networks = simulate()
    account = make(access_token=None)
    assert isinstance(ask(account, vk_ads.read_user, at=NOON), Ok)
    assert isinstance(ask(account, vk_ads.read_user, at=NOON), Ok)
    assert token_calls(networks) == ["client_credentials"]
    token, refresh = stored(account)
    with connection.cursor() as cursor:
        cursor.execute("SELECT app_secret, access_token, refresh_token FROM promotion_adaccountkey")
        (row,) = cursor.fetchall()
    told = " ".join(row)
    assert [secret in told for secret in ("secret-of-app", str(token), str(refresh))] == [False] * 3


@pytest.mark.parametrize("ends_in", [dt.timedelta(), dt.timedelta(minutes=4)])
def test_token_that_is_about_to_end_is_refreshed_before_it_is_used(
    simulate: Start, ends_in: dt.timedelta
) -> None:
    networks = simulate()
    account = make(refresh_token="again", expires_at=NOON + ends_in)
    assert isinstance(ask(account, vk_ads.read_user, at=NOON), Ok)
    assert networks.methods() == ["oauth2/token", "user"]
    assert token_calls(networks) == ["refresh_token"]
    assert stored(account)[1] == "again"


def test_token_that_the_network_calls_expired_is_refreshed_once(simulate: Start) -> None:
    networks = simulate(tokens={"token-of-account": {"state": "expired"}})
    account = make(refresh_token="again", expires_at=LATER)
    assert isinstance(ask(account, vk_ads.read_user, at=NOON), Ok)
    assert networks.methods() == ["user", "oauth2/token", "user"]
    assert token_calls(networks) == ["refresh_token"]


def test_token_that_the_network_does_not_know_is_minted_anew(simulate: Start) -> None:
    networks = simulate(tokens={"token-of-account": {"state": "stopped"}})
    account = make(refresh_token="again", expires_at=LATER)
    assert isinstance(ask(account, vk_ads.read_user, at=NOON), Ok)
    assert token_calls(networks) == ["client_credentials"]


def test_refresh_token_that_was_deleted_leads_to_another_token(simulate: Start) -> None:
    networks = simulate(any_token=False)
    account = make(refresh_token="forgotten", expires_at=NOON)
    assert isinstance(ask(account, vk_ads.read_user, at=NOON), Ok)
    assert token_calls(networks) == ["refresh_token", "client_credentials"]


def test_refresh_that_is_refused_in_other_words_leads_to_another_token(respx_mock: Any) -> None:
    account = make(refresh_token="again", expires_at=NOON)
    route = respx_mock.route(method="POST", path="/api/v2/oauth2/token.json")
    fresh = {"access_token": "other", "expires_in": 86_400}
    route.mock(
        side_effect=[
            httpx.Response(400, json={"error": "bad_grant"}),
            httpx.Response(200, json=fresh),
        ]
    )
    assert token_of(account, at=NOON) == Ok("other")


def test_revoked_token_asks_for_a_person_and_for_no_token(simulate: Start) -> None:
    networks = simulate(tokens={"token-of-account": {"state": "revoked"}})
    account = make(refresh_token="again", expires_at=LATER)
    outcome = ask(account, vk_ads.read_user, at=NOON)
    assert isinstance(outcome, Refused)
    assert (outcome.kind, token_calls(networks)) == (Kind.NEEDS_HUMAN, [])


def test_agency_s_app_mints_for_its_client(simulate: Start) -> None:
    networks = simulate()
    account = make(access_token=None, agency_client="shop@agency_client")
    assert isinstance(token_of(account, at=NOON), Ok)
    assert token_calls(networks) == ["agency_client_credentials"]


def test_sixth_token_is_said_plainly_and_old_ones_can_be_deleted(simulate: Start) -> None:
    simulate(pages={"vk_ads": {"app-of-tests": {"tokens": 5}}})
    account = make(access_token=None)
    outcome = token_of(account, at=NOON)
    assert isinstance(outcome, Refused)
    assert "at most 5 tokens" in outcome.message
    assert delete_tokens(account) is None
    assert isinstance(token_of(account, at=NOON), Ok)


def test_another_key_forgets_the_tokens_before() -> None:
    account = make(refresh_token="again", expires_at=LATER)
    enter_key(account, app_id="other", app_secret="other-secret")
    key = AdAccountKey.objects.get(account=account)
    assert (key.app_id, key.app_secret, key.access_token) == ("other", "other-secret", None)
    assert (key.refresh_token, key.expires_at) == (None, None)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_end_of_a_token_refresh_it_once(simulate: Start) -> None:
    """The second would stop the token that the first works with."""
    networks = simulate(
        tokens={"token-of-account": {"state": "expired"}},
        faults=[{"network": "vk_ads", "method": "oauth2/token", "fault": "slow", "seconds": 0.5}],
    )
    account = make(refresh_token="again", expires_at=LATER)
    both = Barrier(2)

    def read(key: AccessToken) -> Outcome[str]:
        outcome = vk_ads.read_user(key)
        if key.secret == "token-of-account":
            both.wait(timeout=20)
        return outcome

    def work(_number: int) -> Outcome[str]:
        try:
            return ask(account, read, at=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(work, range(2)))
    assert [isinstance(each, Ok) for each in outcomes] == [True, True]
    assert token_calls(networks) == ["refresh_token"]
