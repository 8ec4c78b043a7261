from typing import Any

import pytest

from communities.networks.events import SENDERS, Delivered
from communities.networks.keys import AccessToken, TokenKind
from communities.networks.moderation import Act, SaidKind, Target
from communities.networks.moderators import MODERATORS, moderator_for
from communities.networks.outcomes import Ok, OutcomeUnknown, Refused
from communities.tests.networks.conftest import Start

MESSAGE = Target(SaidKind.MESSAGE, "501:5", "501", author_id="501")
COMMENT = Target(SaidKind.COMMENT, "-1009:32", "-1009:31", author_id="501")
CHANNELS: dict[str, Any] = {"-1001": {"linked_chat_id": -1009}}


def test_every_moderator_stands_under_its_own_name() -> None:
    assert [each.network for each in MODERATORS.values()] == list(MODERATORS)
    assert list(SENDERS) == list(MODERATORS)
    assert moderator_for("dzen") is None


def test_a_bot_answers_in_the_group_in_the_topic_and_in_private(
    simulate: Start, bot_key: AccessToken
) -> None:
    networks = simulate(channels=CHANNELS, any_token=True)
    telegram = MODERATORS["telegram"]
    for target in (COMMENT, MESSAGE):
        outcome = telegram.reply(bot_key, "-1001", target, "Yes", guid=1)
        assert isinstance(outcome, Ok)
        assert outcome.value.external_id.startswith(target.external_id.partition(":")[0])
    sent = [call.parameters for call in networks.calls]
    assert sent[0]["reply_parameters"] == '{"message_id": 32}'
    assert "reply_parameters" not in sent[1]


def test_a_lost_answer_of_a_bot_is_unknown(simulate: Start, bot_key: AccessToken) -> None:
    simulate(channels=CHANNELS, any_token=True, faults=[{"method": "sendMessage", "fault": "drop"}])
    outcome = MODERATORS["telegram"].reply(bot_key, "-1001", MESSAGE, "Yes", guid=1)
    assert isinstance(outcome, OutcomeUnknown)


def test_a_bot_deletes_and_bans(simulate: Start, bot_key: AccessToken) -> None:
    networks = simulate(channels=CHANNELS, any_token=True)
    telegram = MODERATORS["telegram"]
    assert telegram.delete_comment(bot_key, "-1001", COMMENT) == Ok(None)
    assert telegram.ban(bot_key, "-1001", COMMENT, until=None, reason="Rude") == Ok(None)
    assert networks.world.said.gone == {("telegram", "-1009", "32")}
    assert networks.world.said.banned == {("-1009", "501")}
    assert isinstance(telegram.restore_comment(bot_key, "-1001", COMMENT), Refused)


def test_a_webhook_takes_the_place_of_the_queue(simulate: Start, bot_key: AccessToken) -> None:
    networks = simulate(channels=CHANNELS, any_token=True)
    sender = SENDERS["telegram"]
    asked = {"url": "https://work.example/x/", "secret": "s3cret", "server_id": ""}
    assert isinstance(sender.subscribe(bot_key, "", **asked), Ok)
    [server] = networks.world.said.servers.values()
    assert server["secret_token"] == "s3cret"
    assert '"message"' in server["allowed_updates"]
    assert sender.unsubscribe(bot_key, "", server_id="") == Ok(None)
    assert networks.world.said.servers == {}


def test_vk_sends_the_same_guid_once(simulate: Start) -> None:
    networks = simulate(any_token=True)
    key = AccessToken("vk", TokenKind.COMMUNITY, "vk1.a.community.same-guid")
    target = Target(SaidKind.COMMENT, "77", post_id="6")
    outcomes = [MODERATORS["vk"].reply(key, "1001", target, "Yes", guid=5) for _n in range(2)]
    ids = {each.value.external_id for each in outcomes if isinstance(each, Ok)}
    assert len(ids) == 1
    assert len(networks.world.said.added["vk", "1001"]) == 1


@pytest.mark.parametrize("network", MODERATORS)
def test_what_is_never_done_has_a_reason_and_no_key(network: str) -> None:
    moderator = MODERATORS[network]
    for act in Act:
        has_kinds = bool(moderator.kinds_for(act, SaidKind.COMMENT))
        assert has_kinds == (act not in moderator.never)
        assert act not in moderator.never or str(moderator.never[act])


def test_telegram_counts_in_units_of_utf_16() -> None:
    assert MODERATORS["telegram"].length_of("a🙂") == 3


def test_secrets_that_are_no_text_are_wrong() -> None:
    sent = Delivered({"group_id": 1, "secret": None})
    assert not SENDERS["vk"].is_from(sent, secret="x", page="1")
