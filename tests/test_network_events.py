import datetime as dt
import json
from typing import Any

import pytest

from clients.models import Task
from communities.models import AccessKey, Profile, WallPost
from content.models import (
    DiscussionThread,
    EventDoor,
    InboxAnswer,
    InboxItem,
    InboxState,
    NetworkEvent,
)
from content.network_events import delete_old_events, queue, take_messages
from kpi.models import PostSnapshot
from tests.factories import (
    NOON,
    AccessKeyFactory,
    EventDoorFactory,
    NetworkEventFactory,
    ProfileFactory,
    WallPostFactory,
)

pytestmark = pytest.mark.django_db
LATER = NOON + dt.timedelta(minutes=5)
SECONDS = int(NOON.timestamp())
GROUP = {"id": -1009, "type": "supergroup", "title": "Talk"}
CHANNEL = {"id": -1001, "type": "channel", "title": "Coffee", "username": "coffee"}
PERSON = {"id": 501, "is_bot": False, "first_name": "Invented", "last_name": "Person"}
FORWARD = {
    "message_id": 31,
    "from": {"id": 777000, "is_bot": False, "first_name": "Telegram"},
    "chat": GROUP,
    "date": SECONDS,
    "is_automatic_forward": True,
    "forward_origin": {"type": "channel", "chat": CHANNEL, "message_id": 5, "date": SECONDS},
    "text": "New menu",
}


@pytest.fixture
def door() -> EventDoor:
    made: EventDoor = EventDoorFactory.create(profile__external_id="1234")
    return made


@pytest.fixture
def channel() -> Profile:
    profile = ProfileFactory.create(network="telegram", external_id="-1001")
    key = AccessKeyFactory.create(
        client=profile.client, network="telegram", kind="bot", secret="42:AA"
    )
    profile.access_key = key
    profile.save()
    made: Profile = profile
    return made


@pytest.fixture
def bot_door(channel: Profile) -> EventDoor:
    made: EventDoor = EventDoorFactory.create(
        profile=None, client=channel.client, access_key=channel.access_key, network="telegram"
    )
    return made


def hear(door: EventDoor, *bodies: dict[str, Any]) -> int:
    for body in bodies:
        NetworkEventFactory.create(door=door, client=door.client, body=json.dumps(body))
    return queue.process_waiting(at=LATER)


def vk(name: str, **told: Any) -> dict[str, Any]:
    return {"type": name, "group_id": 1234, "object": told}


def reply(name: str = "wall_reply_new", **told: Any) -> dict[str, Any]:
    values = {"id": 9, "from_id": 501, "date": SECONDS, "text": "How much?", "post_id": 6}
    return vk(name, **(values | told))


def message(number: int, name: str = "message", **told: Any) -> dict[str, Any]:
    values = {"message_id": number, "from": PERSON, "chat": GROUP, "date": SECONDS}
    return {"update_id": number, name: {**values, "text": "How much?", **told}}


def test_a_comment_goes_its_way_from_new_to_deleted_and_back(door: EventDoor) -> None:
    post = WallPostFactory.create(profile=door.profile, external_id="6")
    assert hear(door, reply()) == 1
    item = InboxItem.objects.get()
    assert (item.kind, item.external_id, item.wall_post, item.author_id) == (
        "comment",
        "9",
        post,
        "501",
    )
    assert item.url == "https://vk.com/wall-1234_6?reply=9"
    hear(door, reply("wall_reply_edit", text="How much is it?"))
    hear(door, vk("wall_reply_delete", owner_id=-1234, id=9, deleter_id=1, post_id=6))
    item.refresh_from_db()
    assert (item.text, item.gone_at) == ("How much is it?", NOON)
    door.refresh_from_db()
    assert door.last_event_at == NOON
    assert NetworkEvent.objects.filter(processed_at=None).count() == 0


def test_a_message_of_the_page_is_an_answer(door: EventDoor) -> None:
    told = {"id": 985, "from_id": 501, "peer_id": 501, "date": SECONDS, "out": 0, "text": "Hi"}
    hear(door, vk("message_new", message=told, client_info={}))
    sent = told | {"id": 986, "from_id": -1234, "out": 1, "date": SECONDS + 60, "text": "Hello"}
    hear(door, vk("message_reply", **sent))
    item = InboxItem.objects.get()
    assert (item.kind, item.thread_id, item.state) == ("message", "501", InboxState.ANSWERED)
    assert item.first_reply_at == NOON + dt.timedelta(minutes=1)
    assert InboxAnswer.objects.get().text == "Hello"


def test_what_is_said_elsewhere_is_nothing(door: EventDoor) -> None:
    chat = {"id": 5, "from_id": 5, "peer_id": 2_000_000_001, "date": SECONDS, "text": "Hi"}
    hear(door, reply(post_owner_id=-99), vk("message_new", message=chat), vk("group_join"))
    assert InboxItem.objects.count() == 0
    assert NetworkEvent.objects.filter(processed_at=None).count() == 0


def test_a_new_post_of_vk_stands_on_the_wall_at_once(door: EventDoor) -> None:
    told = {"id": 6, "from_id": -1234, "owner_id": -1234, "date": SECONDS, "text": "New"}
    hear(door, vk("wall_post_new", **told, post_type="post"))
    hear(door, vk("wall_post_new", **{**told, "id": 7}, post_type="suggest"))
    assert list(WallPost.objects.values_list("external_id", flat=True)) == ["6"]


def test_an_unreadable_event_is_tried_three_times_and_then_a_persons(door: EventDoor) -> None:
    NetworkEventFactory.create(door=door, client=door.client, body=json.dumps(reply(date="x")))
    for minutes in (0, 2, 10, 20):
        queue.process_waiting(at=NOON + dt.timedelta(minutes=minutes))
    event = NetworkEvent.objects.get()
    assert (event.attempts, event.processed_at) == (3, None)
    assert event.error == "The event has not the expected shape."
    assert Task.objects.get().title.startswith("Events of “VK")
    door.refresh_from_db()
    assert door.unread_since == NOON


def test_comments_of_a_channel_come_by_its_group(bot_door: EventDoor, channel: Profile) -> None:
    post = WallPostFactory.create(profile=channel, external_id="5")
    answered = message(33, message_thread_id=31, text="Thanks")
    hear(
        bot_door,
        {"update_id": 1, "message": FORWARD},
        message(32, message_thread_id=31, reply_to_message=FORWARD),
        answered,
    )
    items = InboxItem.objects.order_by("external_id")
    assert [(each.external_id, each.thread_id, each.wall_post) for each in items] == [
        ("-1009:32", "-1009:31", post),
        ("-1009:33", "-1009:31", post),
    ]
    assert items[0].author_name == "Invented Person"
    assert items[0].url == "https://t.me/c/9/32?thread=31"
    assert set(DiscussionThread.objects.values_list("chat_id", "message_id", "post_id")) == {
        ("-1009", "", ""),
        ("-1009", "31", "5"),
    }


def test_the_channels_own_comment_is_an_answer(bot_door: EventDoor) -> None:
    hear(bot_door, {"update_id": 1, "message": FORWARD}, message(32, message_thread_id=31))
    own = message(
        33, message_thread_id=31, sender_chat=CHANNEL, reply_to_message={"message_id": 32}
    )
    hear(bot_door, own)
    assert InboxItem.objects.get().state == InboxState.ANSWERED


def test_a_private_message_is_the_pages(bot_door: EventDoor, channel: Profile) -> None:
    hear(bot_door, message(154, chat={"id": 501, "type": "private"}))
    hear(
        bot_door,
        message(154, "edited_message", chat={"id": 501, "type": "private"}, text="4",
                edit_date=SECONDS + 5),
    )  # fmt: skip
    item = InboxItem.objects.get()
    assert (item.kind, item.profile, item.thread_id, item.text) == ("message", channel, "501", "4")


def test_a_group_of_strangers_is_nothing(bot_door: EventDoor) -> None:
    hear(bot_door, message(32))
    assert InboxItem.objects.count() == 0


def test_messages_to_one_of_several_channels_are_a_persons(
    bot_door: EventDoor, channel: Profile
) -> None:
    ProfileFactory.create(
        client=channel.client,
        network="telegram",
        external_id="-1002",
        access_key=channel.access_key,
    )
    direct = {"id": -1008, "type": "supergroup", "is_direct_messages": True}
    assert hear(bot_door, message(32, chat=direct, direct_messages_topic={"topic_id": 7})) == 0
    assert "several channels" in NetworkEvent.objects.get().error


def test_posts_and_reactions_by_webhook_are_measured(bot_door: EventDoor, channel: Profile) -> None:
    post = {"message_id": 5, "chat": CHANNEL, "date": SECONDS, "text": "New menu"}
    counts = [{"type": {"type": "emoji", "emoji": "👍"}, "total_count": 3}]
    told = {"chat": CHANNEL, "message_id": 5, "date": SECONDS + 60, "reactions": counts}
    hear(bot_door, {"update_id": 1, "channel_post": post})
    hear(bot_door, {"update_id": 2, "message_reaction_count": told})
    assert WallPost.objects.get().text == "New menu"
    assert PostSnapshot.objects.get().likes == 3


def test_a_bots_own_queue_reaches_the_inbox(channel: Profile) -> None:
    key = AccessKey.objects.get()
    updates = [{"update_id": 1, "message": FORWARD}, message(32, message_thread_id=31)]
    assert [take_messages(key, updates, at=LATER) for _ in range(2)] == [1, 0]
    assert InboxItem.objects.get().profile == channel


def test_bodies_are_deleted_in_time_and_rows_stay(door: EventDoor, settings: Any) -> None:
    settings.RAW_EVENT_DAYS = 30
    hear(door, reply())
    assert delete_old_events(at=LATER + dt.timedelta(days=29)) == 0
    assert delete_old_events(at=LATER + dt.timedelta(days=31)) == 1
    assert NetworkEvent.objects.get().body is None
