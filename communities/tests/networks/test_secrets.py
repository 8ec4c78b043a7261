"""No secret in any repr, message or log, whatever goes wrong."""

import logging
from typing import Any

import pytest

from communities.networks.keys import AccessToken, TokenKind
from communities.networks.outcomes import Ok, Outcome
from communities.networks.registry import ADAPTERS
from communities.networks.secrets import scrub
from communities.tests.networks.conftest import Start

FAULTS = ["drop", "half", "http500", "vk_error:5", "telegram_error:401", "vk_error:14"]


def test_a_key_shows_its_secret_nowhere() -> None:
    key = AccessToken("vk", TokenKind.SERVICE, "s3cret")
    assert repr(key) == str(key) == "AccessToken(network='vk', kind=<TokenKind.SERVICE: 'service'>)"
    assert "s3cret" not in key.fingerprint


def test_a_fingerprint_belongs_to_one_key() -> None:
    keys = [AccessToken(network, TokenKind.BOT, "a") for network in ("vk", "telegram")]
    keys.append(AccessToken("vk", TokenKind.BOT, "b"))
    assert len({key.fingerprint for key in keys}) == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://api.telegram.org/bot123:AAx-y_z/getMe", "https://api.telegram.org/bot***/getMe"),
        ("key 1234567890:AAabcdefghijklmnopqrstuv bad", "key *** bad"),
        ("?access_token=abc&v=5", "?access_token=***&v=5"),
        ("bad vk1.a.Ab-_9.x here", "bad *** here"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
        ("wrong s3cr/et and s3cr%2Fet", "wrong *** and ***"),
        ("nothing here", "nothing here"),
    ],
)
def test_scrub_masks_the_secret_and_whatever_looks_like_one(text: str, expected: str) -> None:
    assert scrub(text, "s3cr/et") == expected


def test_scrub_shortens_a_network_that_talks_without_end() -> None:
    assert len(scrub("x" * 10_000)) == 300


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("network", ["vk", "telegram"])
def test_no_call_leaves_the_secret_in_a_log_or_an_outcome(
    simulate: Start,
    caplog: pytest.LogCaptureFixture,
    vk_key: AccessToken,
    bot_key: AccessToken,
    network: str,
    fault: str,
) -> None:
    for name in ("httpx", "httpcore"):
        caplog.set_level(logging.DEBUG, logger=name)
    simulate(faults=[{"method": "*", "fault": fault, "times": None}])
    key = vk_key if network == "vk" else bot_key
    adapter = ADAPTERS[network]
    outcomes: list[Outcome[Any]] = [
        adapter.inspect_key(key, "1"),
        adapter.read_updates(key),
        *adapter.read_profiles(key, ["1"]).values(),
    ]
    seen = caplog.text + repr(outcomes)
    assert caplog.records
    assert not any(isinstance(outcome, Ok) for outcome in outcomes)
    assert key.secret not in seen
    assert key.secret.rpartition(":")[2] not in seen
