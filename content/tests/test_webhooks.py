import json
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client as Browser

from clients.client_status import change_status
from clients.models import ClientStatus
from content.models import EventDoor, InboxItem, NetworkEvent
from content.webhooks import MAX_BODY, wake
from tests.factories import AccessKeyFactory, EventDoorFactory, ProfileFactory, UserFactory

pytestmark = pytest.mark.django_db

COMMENT = {
    "type": "wall_reply_new",
    "event_id": "e1",
    "v": "5.199",
    "object": {"id": 9, "from_id": 501, "date": 1773219600, "text": "Invented", "post_id": 6},
}
UPDATE = {"update_id": 77, "message": {"message_id": 5, "chat": {"id": 3}, "text": "Invented"}}
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture(autouse=True)
def unwoken() -> None:
    """No test stands in the moment of the one before it."""
    wake.forget()


@pytest.fixture
def door() -> EventDoor:
    made: EventDoor = EventDoorFactory.create(profile__external_id="1234")
    return made


@pytest.fixture
def bot_door() -> EventDoor:
    profile = ProfileFactory.create(network="telegram", external_id="-1001")
    key = AccessKeyFactory.create(client=profile.client, network="telegram", kind="bot")
    made: EventDoor = EventDoorFactory.create(
        profile=None, client=profile.client, access_key=key, network="telegram"
    )
    return made


def address(door: EventDoor) -> str:
    return f"/hooks/networks/{door.network}/{door.path_token}/"


def post(door: EventDoor, body: bytes, **headers: str) -> Any:
    return Browser(enforce_csrf_checks=True).post(
        address(door), body, content_type="application/json", headers=headers
    )


def send(door: EventDoor, event: dict[str, Any] = COMMENT, **changes: Any) -> Any:
    body = {"group_id": 1234, "secret": door.secret, **event, **changes}
    return post(door, json.dumps({k: v for k, v in body.items() if v is not ...}).encode())


def refused(door: EventDoor) -> int:
    door.refresh_from_db()
    return door.refused


def said(answer: Any) -> tuple[int, str, str]:
    return answer.status_code, answer.content.decode(), answer.headers["Content-Type"]


def test_vk_is_answered_exactly_ok_and_the_event_stored_once(door: EventDoor) -> None:
    assert [said(send(door)) for _ in range(3)] == [(200, "ok", "text/plain")] * 3
    event = NetworkEvent.objects.get()
    assert (event.event_id, event.name, event.client_id) == ("e1", "wall_reply_new", door.client_id)
    assert json.loads(event.body or "")["object"]["id"] == 9
    # Nothing is made of it at the door.
    assert InboxItem.objects.count() == 0


def test_a_new_event_costs_a_door_and_one_insert(
    door: EventDoor, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        send(door)


def test_body_is_encrypted_at_rest(door: EventDoor) -> None:
    send(door)
    with database.cursor() as cursor:
        cursor.execute("SELECT content_networkevent::text FROM content_networkevent")
        (row,) = cursor.fetchone()
    assert "Invented" not in row


def test_vk_asks_whether_the_address_is_ours(door: EventDoor) -> None:
    question = {"type": "confirmation"}
    assert said(send(door, question, secret=...)) == (200, "c0de", "text/plain")
    assert said(send(door, question)) == (200, "c0de", "text/plain")
    assert send(door, question, secret="another").status_code == 403
    assert send(door, question, group_id=1235, secret=...).status_code == 403
    EventDoor.objects.update(confirmation="")
    assert send(door, question).status_code == 409
    assert NetworkEvent.objects.count() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": "another"},
        {"secret": ...},
        {"secret": ""},
        {"secret": "é"},
        {"secret": 5},
        {"group_id": 1235},
        {"group_id": "1234"},
        {"group_id": ...},
    ],
)
def test_wrong_sender_of_vk_is_refused_and_counted(
    door: EventDoor, changes: dict[str, Any]
) -> None:
    assert send(door, **changes).status_code == 403
    assert (NetworkEvent.objects.count(), refused(door)) == (0, 1)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 5_000])
def test_what_is_no_object_is_refused_in_words(door: EventDoor, body: bytes) -> None:
    assert post(door, body).status_code == 400
    assert NetworkEvent.objects.count() == 0


def test_body_too_large_is_not_read(door: EventDoor) -> None:
    assert post(door, b"x" * (MAX_BODY + 1)).status_code == 413
    assert refused(door) == 0


def test_event_without_an_id_is_known_by_its_body(door: EventDoor) -> None:
    for text in ("a", "a", "b"):
        send(door, event_id=..., v=text)
    assert NetworkEvent.objects.count() == 2


def test_same_event_id_of_another_door_is_another_event(door: EventDoor) -> None:
    other = EventDoorFactory.create(profile__external_id="4321")
    send(door)
    send(other, group_id=4321)
    assert NetworkEvent.objects.count() == 2


def test_telegram_is_known_by_its_header(bot_door: EventDoor) -> None:
    body = json.dumps(UPDATE).encode()
    assert post(bot_door, body).status_code == 403
    assert post(bot_door, body, **{HEADER: "another"}).status_code == 403
    assert post(bot_door, b"{", **{HEADER: bot_door.secret}).status_code == 400
    answers = [post(bot_door, body, **{HEADER: bot_door.secret}).status_code for _ in range(2)]
    assert answers == [200, 200]
    event = NetworkEvent.objects.get()
    assert (event.event_id, event.name, refused(bot_door)) == ("77", "message", 2)


def test_names_that_no_database_takes_are_cleaned(door: EventDoor) -> None:
    assert send(door, event_id="e\x00\ud800", type="wall\x00").status_code == 200
    assert NetworkEvent.objects.get().name == "wall"


def test_only_post_is_answered(door: EventDoor) -> None:
    assert Browser().get(address(door)).status_code == 405


@pytest.mark.parametrize("path", ["vk/no-such-token/", "telegram/no-such-token/", "ok/x/"])
def test_unknown_address_is_nothing(path: str) -> None:
    assert Browser().post(f"/hooks/networks/{path}", b"{}", "application/json").status_code in (
        403,
        404,
    )


def test_address_of_another_network_is_nothing(door: EventDoor) -> None:
    path = address(door).replace("/vk/", "/telegram/")
    assert Browser().post(path, b"{}", "application/json").status_code == 404


def test_closed_door_and_ended_client_are_nothing(door: EventDoor) -> None:
    EventDoor.objects.update(is_active=False)
    assert send(door).status_code == 404
    EventDoor.objects.update(is_active=True)
    change_status(client=door.client, to=ClientStatus.ENDED, by=UserFactory.create())
    assert send(door).status_code == 404
