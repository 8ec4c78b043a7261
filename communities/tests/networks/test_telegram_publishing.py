"""Posting in Telegram before the simulator."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from communities.networks.drafts import Attachment, Draft, Published
from communities.networks.keys import AccessToken, Capability
from communities.networks.outcomes import Kind, Ok, OutcomeUnknown, Refused, RefusedForNow
from communities.networks.post_limits import Counting, length_of
from communities.networks.telegram import TelegramAdapter
from communities.networks.telegram_publishing import TelegramPublisher
from communities.tests.networks.conftest import Start
from communities.tests.networks.test_vk_publishing import picture, video

CHAT = "-1001234567890"
WORLD = {
    "invent": False,
    "channels": {CHAT: {"title": "Кофе", "username": "coffee"}, "-1009876543210": {}},
}


def draft(text: str = "Новое меню", **more: Any) -> Draft:
    return Draft(text, uuid4().hex, **more)


def publish(key: AccessToken, post: Draft, page: str = CHAT) -> Published:
    outcome = TelegramPublisher().publish(key, page, post)
    assert isinstance(outcome, Ok), outcome
    return outcome.value


def standing(networks: Any, page: str = CHAT) -> list[dict[str, Any]]:
    return [each.item for each in networks.world.walls.on("telegram", page)]


def test_a_text_stands_as_it_was_written(simulate: Start, bot_key: AccessToken) -> None:
    networks = simulate(**WORLD)
    published = publish(bot_key, draft("Скидка <b>5</b> & *больше* _сегодня_"))
    [message] = standing(networks)
    assert message["text"] == "Скидка <b>5</b> & *больше* _сегодня_"
    assert published.external_id == str(message["message_id"])
    assert published.url == f"https://t.me/coffee/{message['message_id']}"
    assert published.aliases == ()
    assert int(published.posted_at.timestamp()) == message["date"]


def test_a_private_channel_has_an_address_of_its_own(simulate: Start, bot_key: AccessToken) -> None:
    simulate(**WORLD)
    published = publish(bot_key, draft(), page="-1009876543210")
    assert published.url == f"https://t.me/c/9876543210/{published.external_id}"


def test_a_link_stands_below_and_its_card_is_shown(simulate: Start, bot_key: AccessToken) -> None:
    networks = simulate(**WORLD)
    publish(bot_key, draft(link="https://shop.example/"))
    [call] = networks.calls
    assert call.parameters == {
        "chat_id": CHAT,
        "text": "Новое меню\n\nhttps://shop.example/",
        "link_preview_options": '{"url": "https://shop.example/"}',
    }


def test_a_link_in_the_text_is_not_said_twice(simulate: Start, bot_key: AccessToken) -> None:
    networks = simulate(**WORLD)
    publish(bot_key, draft("Смотрите https://shop.example/ там", link="https://shop.example/"))
    assert standing(networks)[0]["text"] == "Смотрите https://shop.example/ там"


@pytest.mark.parametrize(
    ("file", "method", "kind"),
    [(picture(), "sendPhoto", "photo"), (video(), "sendVideo", "video")],
)
def test_one_file_has_the_text_as_its_caption(
    simulate: Start, bot_key: AccessToken, file: Attachment, method: str, kind: str
) -> None:
    networks = simulate(**WORLD)
    publish(bot_key, draft(attachments=[file], link="https://shop.example/"))
    assert networks.methods() == [method]
    [message] = standing(networks)
    assert message["caption"] == "Новое меню\n\nhttps://shop.example/"
    assert kind in message


def test_an_album_is_one_post_with_the_text_on_its_first_message(
    simulate: Start, bot_key: AccessToken
) -> None:
    networks = simulate(**WORLD)
    published = publish(bot_key, draft(attachments=[picture(), video(), picture(20, 20)]))
    messages = standing(networks)
    assert [each.get("caption") for each in messages] == ["Новое меню", None, None]
    assert len({each["media_group_id"] for each in messages}) == 1
    ids = [str(each["message_id"]) for each in messages]
    assert (published.external_id, list(published.aliases)) == (ids[0], ids[1:])
    # The bot reads the same post from its queue: one, under the same ids.
    read = TelegramAdapter().read_updates(bot_key)
    assert isinstance(read, Ok)
    [post] = read.value.posts
    assert (post.external_id, list(post.aliases)) == (ids[0], ids[1:])


@pytest.mark.parametrize(
    ("post", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "🔥" * 2049}, "text"),
        ({"text": "🔥" * 513, "attachments": [picture()]}, "text"),
        ({"attachments": [picture()] * 11}, "attachments"),
        ({"attachments": [picture(6000, 4001)]}, "attachments"),
        ({"attachments": [picture(210, 10)]}, "attachments"),
        ({"attachments": [Attachment("a.gif", "image/gif", b"GIF89a")]}, "attachments"),
    ],
)
def test_what_telegram_would_refuse_is_not_sent(
    simulate: Start, bot_key: AccessToken, post: dict[str, Any], field: str
) -> None:
    networks = simulate(**WORLD)
    outcome = TelegramPublisher().publish(bot_key, CHAT, draft(**post))
    assert isinstance(outcome, Refused)
    assert (outcome.kind, outcome.field, networks.calls) == (Kind.INVALID_REQUEST, field, [])


def test_lengths_are_counted_as_telegram_counts_them(simulate: Start, bot_key: AccessToken) -> None:
    simulate(**WORLD)
    assert length_of("ё🔥", Counting.UTF16) == 3
    publish(bot_key, draft("🔥" * 2048))


def test_a_large_picture_is_refused_before_the_call(simulate: Start, bot_key: AccessToken) -> None:
    networks = simulate(**WORLD)
    large = Attachment("big.png", "image/png", picture().content + bytes(10 * 1024 * 1024))
    outcome = TelegramPublisher().publish(bot_key, CHAT, draft(attachments=[large]))
    assert isinstance(outcome, Refused)
    assert outcome.message == "The file “big.png” is larger than the 10 MB that the network takes."
    assert networks.calls == []


@pytest.mark.parametrize("files", [(), (picture(),), (picture(), picture())])
@pytest.mark.parametrize("fault", ["drop", "half", "http502", "telegram_error:500"])
def test_a_post_whose_answer_is_lost_is_unknown(
    simulate: Start, bot_key: AccessToken, files: tuple[Attachment, ...], fault: str
) -> None:
    simulate(**WORLD, faults=[{"method": "*", "fault": fault}])
    outcome = TelegramPublisher().publish(bot_key, CHAT, draft(attachments=files))
    assert isinstance(outcome, OutcomeUnknown)


@pytest.mark.parametrize("result", [True, [], [{"message_id": 5}], {"message_id": 5, "date": 1}])
def test_an_answer_without_ids_is_unknown(
    simulate: Start, bot_key: AccessToken, result: Any
) -> None:
    body = {"ok": True, "result": result}
    simulate(**WORLD, faults=[{"method": "*", "fault": "body", "body": body}])
    assert isinstance(TelegramPublisher().publish(bot_key, CHAT, draft()), OutcomeUnknown)


def test_a_wait_that_telegram_asks_for_is_surely_not_sent(
    simulate: Start, bot_key: AccessToken
) -> None:
    networks = simulate(
        **WORLD, faults=[{"method": "*", "fault": "telegram_error:429:90", "times": None}]
    )
    outcome = TelegramPublisher().publish(bot_key, CHAT, draft())
    assert isinstance(outcome, RefusedForNow)
    assert (outcome.kind, outcome.retry_after) == (Kind.RATE_LIMITED, 90.0)
    assert standing(networks) == []


def test_posts_to_one_channel_keep_a_second_between_them(
    simulate: Start, bot_key: AccessToken
) -> None:
    networks = simulate(**WORLD)
    for number in range(3):
        publish(bot_key, draft(f"Пост {number}"))
    arrived = [each.arrived for each in networks.world.walls.on("telegram", CHAT)]
    assert min(later - earlier for earlier, later in itertools.pairwise(arrived)) > 1
    assert networks.world.refused == 0


def test_a_post_that_comes_too_late_is_not_begun(simulate: Start, bot_key: AccessToken) -> None:
    networks = simulate(**WORLD)
    publish(bot_key, draft())
    late = draft(write_by=datetime.now(UTC) + timedelta(seconds=0.5))
    assert isinstance(TelegramPublisher().publish(bot_key, CHAT, late), RefusedForNow)
    assert networks.methods() == ["sendMessage"]


def test_a_bot_without_the_right_is_refused(simulate: Start, bot_key: AccessToken) -> None:
    simulate(channels={CHAT: {"bot_rights": []}}, invent=False)
    outcome = TelegramPublisher().publish(bot_key, CHAT, draft())
    assert isinstance(outcome, Refused)
    assert outcome.kind is Kind.PERMISSION


def test_scheduling_is_refused_in_words(simulate: Start, bot_key: AccessToken) -> None:
    from_now = draft(publish_at=datetime.now(UTC))
    networks = simulate(**WORLD)
    outcome = TelegramPublisher().publish(bot_key, CHAT, from_now)
    assert isinstance(outcome, Refused)
    assert (outcome.field, networks.calls) == ("publish_date", [])


def test_a_post_is_not_looked_up(simulate: Start, bot_key: AccessToken) -> None:
    networks = simulate(**WORLD)
    published = publish(bot_key, draft())
    found = TelegramPublisher().find_published(bot_key, CHAT, draft(), since=published.posted_at)
    assert isinstance(found, Refused)
    assert found.capability is Capability.REREAD_POSTS
    assert TelegramPublisher.can_look_up is False
    assert networks.methods() == ["sendMessage"]
