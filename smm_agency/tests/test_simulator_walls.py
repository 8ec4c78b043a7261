"""What is posted on the simulated networks: where it stands, and what is refused."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from smm_agency.simulator.scenario import Json
from smm_agency.simulator.server import Simulator

COMMUNITY_KEY, USER_KEY, BOT = "vk1.a.community1", "vk1.a.user1", "123456:AAbot"
CHAT = "-1001234567890"


@pytest.fixture
def networks() -> Iterator[Simulator]:
    world: Json = {
        "invent": False,
        "limits": False,
        "groups": {"1": {"posts": []}, "2": {"posts": [], "wall": "closed"}},
        "channels": {CHAT: {"username": "coffee"}},
        "now": "2026-11-23T12:00:00+00:00",
    }
    with Simulator(world) as started:
        yield started


def ask(url: str, **parameters: Any) -> Any:
    with urlopen(Request(url, urlencode(parameters).encode())) as answer:  # noqa: S310
        return json.load(answer)


def post(networks: Simulator, text: str, *, group: int = 1, **more: Any) -> Any:
    asked = {"owner_id": f"-{group}", "from_group": 1, "message": text, "v": "5.199"}
    return ask(f"{networks.vk_url}/wall.post", access_token=COMMUNITY_KEY, **asked, **more)


def wall(networks: Simulator, **more: Any) -> Any:
    asked = {"owner_id": "-1", "v": "5.199", "access_token": USER_KEY, **more}
    return ask(f"{networks.vk_url}/wall.get", **asked)["response"]["items"]


def error_of(answer: Any) -> tuple[int, str]:
    return answer["error"]["error_code"], answer["error"]["error_msg"]


def test_a_post_stands_on_the_wall_once_for_its_guid(networks: Simulator) -> None:
    answers = [post(networks, "A", guid="g"), post(networks, "A", guid="g"), post(networks, "A")]
    ids = [each["response"]["post_id"] for each in answers]
    assert ids[0] == ids[1] != ids[2]
    assert [(each["id"], each["text"]) for each in wall(networks)] == [
        (ids[0], "A"),
        (ids[2], "A"),
    ]


def test_threads_that_send_one_guid_at_once_make_one_post(networks: Simulator) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _n: post(networks, "A", guid="g"), range(24)))
    assert len({each["response"]["post_id"] for each in answers}) == len(wall(networks)) == 1


def test_a_wall_takes_fifty_posts_a_day(networks: Simulator) -> None:
    assert all("response" in post(networks, f"Post {number}") for number in range(50))
    code, text = error_of(post(networks, "One more"))
    assert (code, "50 posts a day" in text) == (214, True)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"text": " "}, 100),
        ({"text": "A", "group": 2}, 214),
        ({"text": "A", "group": 3}, 15),
        ({"text": "A", "attachments": "https://a.example,https://b.example"}, 100),
        ({"text": "A", "attachments": "photo1"}, 100),
        ({"text": "A", "publish_date": "1"}, 100),
    ],
)
def test_what_cannot_be_posted_is_refused(
    networks: Simulator, more: dict[str, Any], code: int
) -> None:
    assert error_of(post(networks, more.pop("text"), **more))[0] == code


def test_a_postponed_post_waits_for_editors_and_goes_out_under_another_id(
    networks: Simulator,
) -> None:
    noon = 1795435200
    posted = post(networks, "Later", publish_date=noon + 600)["response"]["post_id"]
    code, text = error_of(post(networks, "The same minute", publish_date=noon + 610))
    assert (code, "already scheduled" in text) == (214, True)
    assert wall(networks) == []
    assert [each["id"] for each in wall(networks, filter="postponed")] == [posted]
    networks.world.scenario.now = networks.world.now().replace(hour=13)
    [out] = wall(networks)
    assert (out["postponed_id"], out["id"] != posted) == (posted, True)
    assert wall(networks, filter="postponed") == []


def test_a_chat_takes_one_message_a_second() -> None:
    with Simulator({"channels": {CHAT: {}}}) as networks:
        url = f"{networks.telegram_url}/bot{BOT}/sendMessage"
        assert ask(url, chat_id=CHAT, text="A")["ok"]
        with pytest.raises(OSError, match="429"):
            ask(url, chat_id=CHAT, text="B")
        assert [each.text for each in networks.world.walls.on("telegram", CHAT)] == ["A"]


def test_a_message_is_deleted_and_comes_by_updates(networks: Simulator) -> None:
    url = f"{networks.telegram_url}/bot{BOT}"
    sent = ask(f"{url}/sendMessage", chat_id=CHAT, text="A")["result"]
    [update] = ask(f"{url}/getUpdates")["result"]
    assert update["channel_post"] == sent
    assert ask(f"{url}/getUpdates", offset=update["update_id"] + 1)["result"] == []
    assert ask(f"{url}/deleteMessage", chat_id=CHAT, message_id=sent["message_id"])["result"]
    assert networks.world.walls.on("telegram", CHAT) == []


def test_every_third_answer_is_dropped_after_the_post_stands() -> None:
    fault = {"method": "wall.post", "fault": "drop", "times": None, "after": 1, "every": 3}
    with Simulator({"limits": False, "faults": [fault]}) as dropping:
        came = []
        for number in range(8):
            try:
                came.append("response" in post(dropping, f"Post {number}"))
            except OSError:
                came.append(False)
        assert came == [True, False, True, True, False, True, True, False]
        assert len(dropping.world.walls.on("vk", "1")) == 8


def test_the_report_tells_what_stands_where(networks: Simulator) -> None:
    post(networks, "A", guid="g")
    ask(f"{networks.telegram_url}/bot{BOT}/sendMessage", chat_id=CHAT, text="B")
    with urlopen(networks.control_url) as answer:  # noqa: S310
        told = json.load(answer)["walls"]
    shown = {
        name: {page: [(each["text"], each["guid"]) for each in posts] for page, posts in of.items()}
        for name, of in told.items()
    }
    assert shown == {"vk": {"1": [("A", "g")]}, "telegram": {CHAT: [("B", "")]}}
