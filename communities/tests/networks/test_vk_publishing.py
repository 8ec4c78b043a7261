"""Posting on VK before the simulator: once, whatever becomes of the answer."""

import io
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from pytest_django import Settings

from communities.networks.drafts import Attachment, Draft, Published
from communities.networks.keys import AccessToken, Capability, TokenKind
from communities.networks.outcomes import Kind, Ok, OutcomeUnknown, Refused, RefusedForNow, Scope
from communities.networks.publishing import PUBLISHERS, publisher_for
from communities.networks.vk_publishing import VkPublisher
from communities.tests.networks.conftest import Start

PAGE = "1001"
WORLD = {"invent": False, "groups": {PAGE: {"posts": []}, "1002": {"posts": []}}, "limits": False}


def picture(width: int = 40, height: int = 30) -> Attachment:
    content = io.BytesIO()
    Image.new("RGB", (width, height)).save(content, "PNG")
    return Attachment("plan.png", "image/png", content.getvalue())


def video() -> Attachment:
    return Attachment("tour.mp4", "video/mp4", b"\x00\x00\x00\x18ftypmp42" + bytes(300_000))


def draft(text: str = "Новое меню", **more: Any) -> Draft:
    return Draft(text, more.pop("guid", uuid4().hex), **more)


@pytest.fixture
def user_key() -> AccessToken:
    return AccessToken("vk", TokenKind.USER, f"vk1.a.user{uuid4().hex}")


@pytest.fixture
def group_key() -> AccessToken:
    return AccessToken("vk", TokenKind.COMMUNITY, f"vk1.a.community{uuid4().hex}")


def publish(key: AccessToken, post: Draft, page: str = PAGE) -> Published:
    outcome = VkPublisher().publish(key, page, post)
    assert isinstance(outcome, Ok), outcome
    return outcome.value


def test_both_networks_have_a_publisher() -> None:
    assert {name: each.network for name, each in PUBLISHERS.items()} == {
        "vk": "vk",
        "telegram": "telegram",
    }
    assert publisher_for("tiktok") is None


def test_a_text_goes_out_by_a_community_key(simulate: Start, group_key: AccessToken) -> None:
    networks = simulate(**WORLD)
    post = draft(guid="g1", link="https://shop.example/a,b", is_ad=True)
    published = publish(group_key, post)
    assert published.url == f"https://vk.com/wall-1001_{published.external_id}"
    [call] = networks.calls
    assert call.method == "wall.post"
    assert call.parameters == {
        "owner_id": "-1001",
        "from_group": "1",
        "message": "Новое меню",
        "attachments": "https://shop.example/a,b",
        "guid": "g1",
        "mark_as_ads": "1",
        "v": "5.199",
    }
    [item] = networks.world.walls.on("vk", PAGE)
    assert (str(item.id), item.text, item.guid) == (published.external_id, "Новое меню", "g1")


def test_one_guid_is_one_post_on_a_wall(simulate: Start, group_key: AccessToken) -> None:
    networks = simulate(**WORLD)
    post = draft()
    first, second = publish(group_key, post), publish(group_key, post)
    other = publish(group_key, post, page="1002")
    assert first.external_id == second.external_id != other.external_id
    assert [len(networks.world.walls.on("vk", page)) for page in (PAGE, "1002")] == [1, 1]


def test_pictures_and_a_video_are_uploaded_in_their_order(
    simulate: Start, user_key: AccessToken
) -> None:
    networks = simulate(**WORLD)
    publish(user_key, draft(attachments=[picture(), video(), picture(20, 20)]))
    assert networks.methods() == [
        "photos.getWallUploadServer", "upload.photo", "photos.saveWallPhoto",
        "video.save", "upload.video",
        "photos.getWallUploadServer", "upload.photo", "photos.saveWallPhoto",
        "wall.post",
    ]  # fmt: skip
    [item] = networks.world.walls.on("vk", PAGE)
    assert [each["type"] for each in item.item["attachments"]] == ["photo", "video", "photo"]


def test_a_community_key_is_told_in_words_that_it_uploads_nothing(
    simulate: Start, group_key: AccessToken
) -> None:
    networks = simulate(**WORLD)
    outcome = VkPublisher().publish(group_key, PAGE, draft(attachments=[picture()]))
    assert isinstance(outcome, Refused)
    assert (outcome.kind, outcome.capability) == (Kind.WRONG_TOKEN_KIND, Capability.PUBLISH_PHOTO)
    assert outcome.message.startswith("VK takes pictures and videos with an administrator's user")
    assert networks.methods() == ["photos.getWallUploadServer"]


UPLOADS = (
    "photos.getWallUploadServer", "upload.photo", "photos.saveWallPhoto",
    "video.save", "upload.video",
)  # fmt: skip


@pytest.mark.parametrize("method", UPLOADS)
@pytest.mark.parametrize("fault", ["drop", "half", "http502", "vk_error:10"])
def test_an_upload_that_is_lost_may_be_repeated(
    simulate: Start, user_key: AccessToken, method: str, fault: str
) -> None:
    if method.startswith("upload.") and fault == "vk_error:10":
        fault = "http500"
    networks = simulate(**WORLD, faults=[{"method": method, "fault": fault, "times": 1}])
    post = draft(attachments=[picture(), video()])
    assert isinstance(VkPublisher().publish(user_key, PAGE, post), RefusedForNow)
    assert "wall.post" not in networks.methods()
    publish(user_key, post)


def test_a_post_that_comes_too_late_is_not_begun(simulate: Start, user_key: AccessToken) -> None:
    """The uploads took longer than its sender is trusted to live."""
    slow = {"method": "photos.saveWallPhoto", "fault": "slow", "seconds": 0.3}
    networks = simulate(**WORLD, faults=[slow])
    write_by = datetime.now(UTC) + timedelta(seconds=0.2)
    post = draft(attachments=[picture()], write_by=write_by)
    assert isinstance(VkPublisher().publish(user_key, PAGE, post), RefusedForNow)
    assert "wall.post" not in networks.methods()


@pytest.mark.parametrize("fault", ["drop", "half", "http502", "vk_error:1", "vk_error:10"])
def test_a_post_whose_answer_is_lost_is_unknown(
    simulate: Start, group_key: AccessToken, fault: str
) -> None:
    simulate(**WORLD, faults=[{"method": "wall.post", "fault": fault}])
    assert isinstance(VkPublisher().publish(group_key, PAGE, draft()), OutcomeUnknown)


def test_an_answer_without_the_posts_id_is_unknown(simulate: Start, group_key: AccessToken) -> None:
    fault = {"method": "wall.post", "fault": "body", "body": {"response": 1}}
    simulate(**WORLD, faults=[fault])
    assert isinstance(VkPublisher().publish(group_key, PAGE, draft()), OutcomeUnknown)


def test_uploads_go_to_hosts_of_the_allow_list_only(
    simulate: Start, user_key: AccessToken, settings: Settings
) -> None:
    body = {"response": {"upload_url": "http://elsewhere.example/x"}}
    fault = {"method": "photos.getWallUploadServer", "fault": "body", "body": body, "times": None}
    simulate(**WORLD, faults=[fault])
    outcome = VkPublisher().publish(user_key, PAGE, draft(attachments=[picture()]))
    assert isinstance(outcome, Refused)
    assert outcome.field == "NETWORK_ALLOWED_HOSTS"


def test_a_picture_that_vk_does_not_take_is_named(simulate: Start, user_key: AccessToken) -> None:
    fault = {"method": "upload.photo", "fault": "body", "body": {"photo": "[]", "server": 1}}
    simulate(**WORLD, faults=[fault])
    outcome = VkPublisher().publish(user_key, PAGE, draft(attachments=[picture()]))
    assert isinstance(outcome, Refused)
    assert "plan.png" in outcome.message


@pytest.mark.parametrize(
    ("post", "field"),
    [
        ({"text": "   "}, "text"),
        ({"text": "я" * 16_001}, "text"),
        ({"attachments": [picture()] * 11}, "attachments"),
        ({"attachments": [picture(400, 10)]}, "attachments"),
        ({"attachments": [Attachment("a.webp", "image/webp", b"RIFF")]}, "attachments"),
        ({"attachments": [Attachment("a.png", "image/png", b"no picture")]}, "attachments"),
    ],
)
def test_what_vk_would_refuse_is_not_sent(
    simulate: Start, user_key: AccessToken, post: Mapping[str, Any], field: str
) -> None:
    networks = simulate(**WORLD)
    outcome = VkPublisher().publish(user_key, PAGE, draft(**post))
    assert isinstance(outcome, Refused)
    assert (outcome.kind, outcome.field, networks.calls) == (Kind.INVALID_REQUEST, field, [])


def test_a_full_day_of_a_wall_leaves_the_keys_other_walls_alone(
    simulate: Start, user_key: AccessToken
) -> None:
    simulate(**WORLD)
    outcomes = []
    for number in range(51):
        key = AccessToken("vk", TokenKind.COMMUNITY, f"vk1.a.community{number}{uuid4().hex}")
        outcomes.append(VkPublisher().publish(key, PAGE, draft(f"Пост {number}")))
    assert all(isinstance(each, Ok) for each in outcomes[:50])
    last = VkPublisher().publish(user_key, PAGE, draft())
    assert isinstance(last, RefusedForNow)
    assert (last.kind, last.scope) == (Kind.QUOTA_EXHAUSTED, Scope.CALL)
    publish(user_key, draft(), page="1002")


# --- Looking a post up ---------------------------------------------------------------------------


def lost(
    key: AccessToken, reader: AccessToken, post: Draft, *, ago: float = 0.0, settling: float = 60
) -> Any:
    """What looking up says of a post whose answer was lost so many seconds ago."""
    since = datetime.now(UTC) - timedelta(seconds=ago)
    publisher = VkPublisher(settling=timedelta(seconds=settling))
    publisher.publish(key, PAGE, post)
    return publisher.find_published(reader, PAGE, post, since=since)


DROPPED = [{"method": "wall.post", "fault": "drop"}]


@pytest.mark.parametrize(
    "text",
    [
        "Новое меню\r\n\r\nЗвоните!  8 800 000-00-00",
        "Tom & Jerry <3 «кавычки» 🔥",
        "Спасибо @club1 (магазину)",
        "🔥🔥",
    ],
)
def test_a_post_that_stands_is_found_by_its_text(
    simulate: Start, group_key: AccessToken, vk_key: AccessToken, text: str
) -> None:
    networks = simulate(**WORLD, faults=DROPPED)
    found = lost(group_key, vk_key, draft(text))
    [standing] = networks.world.walls.on("vk", PAGE)
    assert isinstance(found, Ok)
    assert found.value is not None
    assert found.value.external_id == str(standing.id)
    assert found.value.url == f"https://vk.com/wall-1001_{standing.id}"


def test_what_vk_rewrites_is_found_all_the_same(
    simulate: Start, group_key: AccessToken, vk_key: AccessToken
) -> None:
    networks = simulate(**WORLD, faults=DROPPED)
    post = draft("Спасибо @club1 (магазину)\r\n и «всем» & каждому")
    VkPublisher().publish(group_key, PAGE, post)
    [standing] = networks.world.walls.on("vk", PAGE)
    standing.item["text"] = "Спасибо [club1|магазину]\nи «всем» &amp; каждому"
    found = VkPublisher().find_published(vk_key, PAGE, post, since=datetime.now(UTC))
    assert isinstance(found, Ok)
    assert found.value is not None


def test_a_post_without_text_is_found_by_its_pictures(
    simulate: Start, user_key: AccessToken, vk_key: AccessToken
) -> None:
    simulate(**WORLD, faults=DROPPED)
    since = datetime.now(UTC)
    one, two = draft("", attachments=[picture()]), draft("", attachments=[picture()] * 2)
    VkPublisher().publish(user_key, PAGE, two)
    found = VkPublisher().find_published(vk_key, PAGE, two, since=since)
    assert isinstance(found, Ok)
    assert found.value is not None
    other = VkPublisher(timedelta(0)).find_published(vk_key, PAGE, one, since=since)
    assert other == Ok(None)


def wall_item(age: timedelta, text: str, **more: Any) -> dict[str, Any]:
    return {"id": 5, "date": int((datetime.now(UTC) - age).timestamp()), "text": text, **more}


@pytest.mark.parametrize(
    "item",
    [
        wall_item(timedelta(days=1), "Новое меню"),
        wall_item(timedelta(0), "Новое меню", from_id=77),
        wall_item(timedelta(0), "Новое меню", is_deleted=True),
        wall_item(timedelta(0), "Новое меню и ещё"),
    ],
)
def test_another_post_is_not_taken_for_it(
    simulate: Start, vk_key: AccessToken, item: dict[str, Any]
) -> None:
    simulate(**{**WORLD, "groups": {PAGE: {"posts": [item]}}})
    since = datetime.now(UTC) - timedelta(minutes=5)
    assert VkPublisher().find_published(vk_key, PAGE, draft(), since=since) == Ok(None)


def test_absence_is_said_after_a_while_only(simulate: Start, vk_key: AccessToken) -> None:
    simulate(**WORLD)
    now = datetime.now(UTC)
    early = VkPublisher().find_published(vk_key, PAGE, draft(), since=now)
    assert isinstance(early, RefusedForNow)
    assert 50 < early.retry_after <= 60
    late = VkPublisher().find_published(vk_key, PAGE, draft(), since=now - timedelta(seconds=61))
    assert late == Ok(None)


def test_a_wall_that_cannot_be_read_says_nothing_of_the_post(
    simulate: Start, vk_key: AccessToken
) -> None:
    simulate(**WORLD, faults=[{"method": "wall.get", "fault": "http502"}])
    since = datetime.now(UTC) - timedelta(hours=1)
    outcome = VkPublisher().find_published(vk_key, PAGE, draft(), since=since)
    assert isinstance(outcome, RefusedForNow)


def test_a_community_key_is_told_that_it_reads_no_wall(
    simulate: Start, group_key: AccessToken
) -> None:
    simulate(**WORLD)
    outcome = VkPublisher().find_published(group_key, PAGE, draft(), since=datetime.now(UTC))
    assert isinstance(outcome, Refused)
    assert (outcome.kind, outcome.capability) == (Kind.WRONG_TOKEN_KIND, Capability.READ_POSTS)
    assert outcome.message.startswith("A community key does not read the wall")


def test_a_scheduled_post_is_found_before_and_after_its_time(
    simulate: Start, user_key: AccessToken
) -> None:
    networks = simulate(**WORLD)
    at = datetime.now(UTC) + timedelta(hours=1)
    post = draft(publish_at=at)
    published = publish(user_key, post)
    assert published.posted_at == at
    since = datetime.now(UTC)
    waiting = VkPublisher().find_published(user_key, PAGE, post, since=since)
    assert isinstance(waiting, Ok)
    assert waiting.value is not None
    assert waiting.value.external_id == published.external_id
    networks.world.scenario.now = at + timedelta(minutes=1)
    out = VkPublisher().find_published(user_key, PAGE, post, since=since)
    assert isinstance(out, Ok)
    assert out.value is not None
    assert out.value.external_id != published.external_id
    assert out.value.aliases == (published.external_id,)
