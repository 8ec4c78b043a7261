"""Keys that run out: renewed once, whoever meets it first, or refused and told."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast

from clients.models import Task
from communities.key_refresh import ask, ask_each, token_of
from communities.models import AccessKey
from communities.networks import registry
from communities.networks.keys import AccessToken, FreshToken
from communities.networks.outcomes import (
    Kind,
    Ok,
    Outcome,
    OutcomeUnknown,
    Refused,
    RefusedForNow,
    not_refreshable,
)
from communities.tests.renewing import RAN_OUT, RenewingNetwork
from tests.factories import NOON, AccessKeyFactory, ClientFactory

pytestmark = pytest.mark.django_db

TOMORROW = NOON + dt.timedelta(days=1)
FRESH = FreshToken("fresh", "rotated", TOMORROW)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> RenewingNetwork:
    network = RenewingNetwork(answer=lambda key: Ok(FRESH))
    monkeypatch.setitem(registry.ADAPTERS, "vk", network)
    return network


def make_key(**told: Any) -> AccessKey:
    return AccessKeyFactory.create(
        **{"client": ClientFactory.create(), "kind": "user", "secret": "old",
           "refresh_secret": "refresh", **told}
    )  # fmt: skip


def inspect(key: AccessKey, network: RenewingNetwork) -> Outcome[Any]:
    return ask(key, network, network.inspect_key, at=NOON)


def stored(key: AccessKey) -> tuple[str, str | None, dt.datetime | None]:
    row = AccessKey.objects.get(pk=key.pk)
    return row.secret, row.refresh_secret, row.expires_at


def test_a_key_that_ran_out_is_renewed_and_the_call_repeated_once(network: RenewingNetwork) -> None:
    key = make_key()
    assert isinstance(inspect(key, network), Ok)
    assert (network.asked_with, network.renewed_with) == (["old", "fresh"], ["refresh"])
    assert stored(key) == ("fresh", "rotated", TOMORROW)
    assert token_of(key).refresh_secret == "rotated"


def test_a_network_that_rotates_nothing_leaves_the_refresh_token(network: RenewingNetwork) -> None:
    network.answer = lambda key: Ok(FreshToken("fresh"))
    key = make_key()
    inspect(key, network)
    assert stored(key) == ("fresh", "refresh", None)


def test_the_end_that_is_known_renews_before_the_key_is_used(network: RenewingNetwork) -> None:
    key = make_key(expires_at=NOON)
    assert isinstance(inspect(key, network), Ok)
    assert network.asked_with == ["fresh"]


@pytest.mark.parametrize("seconds", [1, 60])
def test_a_key_that_has_not_run_out_yet_is_used(network: RenewingNetwork, seconds: int) -> None:
    network.good = {"old"}
    key = make_key(expires_at=NOON + dt.timedelta(seconds=seconds))
    assert isinstance(inspect(key, network), Ok)
    assert network.renewed_with == []


def test_a_key_that_cannot_be_renewed_is_refused_before_it_is_used(
    network: RenewingNetwork,
) -> None:
    network.answer = lambda key: not_refreshable()
    key = make_key(expires_at=NOON, refresh_secret=None)
    outcome = inspect(key, network)
    assert outcome == Refused(
        Kind.TOKEN_EXPIRED, "This key ran out on March 11, 2026: enter a new one."
    )
    assert network.asked_with == []


def test_a_renewed_key_that_is_refused_again_is_not_renewed_again(
    network: RenewingNetwork,
) -> None:
    key = make_key()
    outcome: Outcome[str] = ask(key, network, lambda token: RAN_OUT, at=NOON)
    assert (outcome, len(network.renewed_with)) == (RAN_OUT, 1)


def test_a_secret_that_another_worker_renewed_is_taken_over(network: RenewingNetwork) -> None:
    key = make_key()
    mine = AccessKey.objects.get(pk=key.pk)
    inspect(key, network)
    assert isinstance(inspect(mine, network), Ok)
    assert (mine.secret, mine.refresh_secret) == ("fresh", "rotated")
    assert network.renewed_with == ["refresh"]


def test_what_network_cannot_say_now_leaves_the_key_as_it_was(network: RenewingNetwork) -> None:
    down = RefusedForNow(Kind.TEMPORARY, "down")
    network.answer = lambda key: down
    key = make_key()
    assert inspect(key, network) == down
    assert (stored(key)[:2], Task.objects.count()) == (("old", "refresh"), 0)
    assert AccessKey.objects.get().state == AccessKey.State.WORKS


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        (
            Refused(Kind.TOKEN_INVALID, "invalid_grant"),
            "The key could not be renewed: invalid_grant",
        ),
        (
            OutcomeUnknown("The network did not answer in time."),
            "The answer to the renewal was lost, and the refresh token may be used up: let its"
            " owner sign in again. The network did not answer in time.",
        ),
    ],
)
def test_a_refused_or_lost_renewal_ends_the_key_and_is_told_once(
    network: RenewingNetwork, answer: Refused | OutcomeUnknown, note: str
) -> None:
    network.answer = lambda key: answer
    key = make_key(label="Session")
    for _time in range(2):
        assert inspect(key, network) == answer
    row = AccessKey.objects.get()
    assert (row.state, row.state_note, row.checked_at) == ("refused", note, NOON)
    task = Task.objects.get()
    assert (task.title, task.details, task.client) == (
        "The key “Session” could not be renewed", note, key.client,
    )  # fmt: skip


def test_of_many_things_only_those_that_failed_are_asked_for_again(
    network: RenewingNetwork,
) -> None:
    asked: list[list[str]] = []

    def read(token: AccessToken, ids: Any) -> dict[str, Outcome[str]]:
        asked.append(list(ids))
        return {
            each: Ok(token.secret) if token.secret == "fresh" or each == "1" else RAN_OUT
            for each in ids
        }

    outcomes = ask_each(make_key(), network, read, ["1", "2", "3"], at=NOON)
    assert outcomes == {"1": Ok("old"), "2": Ok("fresh"), "3": Ok("fresh")}
    assert asked == [["1", "2", "3"], ["2", "3"]]


def test_rotated_secrets_are_stored_encrypted(network: RenewingNetwork) -> None:
    key = make_key()
    inspect(key, network)
    raw = AccessKey.objects.annotate(
        a=Cast("secret", TextField()), b=Cast("refresh_secret", TextField())
    ).values_list("a", "b")
    assert not any(word in text for text in raw.get() for word in ("fresh", "rotated"))


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_renew_once(network: RenewingNetwork) -> None:
    network.slow = 0.3
    key = make_key()

    def work(_number: int) -> bool:
        try:
            return isinstance(inspect(AccessKey.objects.get(pk=key.pk), network), Ok)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(work, range(2))) == [True, True]
    assert network.renewed_with == ["refresh"]
    assert stored(key) == ("fresh", "rotated", TOMORROW)
