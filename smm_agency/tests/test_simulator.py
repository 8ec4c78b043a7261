"""The simulated answers have the shapes of recorded real ones, and the traps work."""

import json
import re
import threading
import time
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from itertools import pairwise
from typing import Any

import pytest

from smm_agency.simulator import figures
from smm_agency.simulator.server import Simulator

NOW = "2026-11-20T12:00:00+00:00"
BOT = "123456789:AAtest"
CHANNEL = "-1001234567890"

# Field → type, written by hand after a recorded wall.get of version 5.199.
WALL_ITEM = {
    "inner_type": str,
    "comments": {"count": int},
    "marked_as_ads": int,
    "type": str,
    "push_subscription": {"is_subscribed": bool},
    "attachments": list,
    "date": int,
    "from_id": int,
    "id": int,
    "likes": {"can_like": int, "count": int, "user_likes": int},
    "owner_id": int,
    "post_type": str,
    "reposts": {"count": int},
    "text": str,
    "views": {"count": int},
}
PHOTO = {"type": str, "photo": {"id": int, "owner_id": int, "date": int}}
# After recorded Bot API updates.
CHAT = {"id": int, "title": str, "type": str}
CHANNEL_POST = {"message_id": int, "sender_chat": CHAT, "chat": CHAT, "date": int}
REACTION_COUNT = {"chat": CHAT, "message_id": int, "date": int, "reactions": list}
REACTION = {"type": {"type": str, "emoji": str}, "total_count": int}


LINE = {"key": "clinic", "numbers": ["74951234567"], "a_day": 3.4, "since": "2026-11-01",
        "callers": ["7495000", 4]}  # fmt: skip


def ask_uis(networks: Simulator, method: str = "get.calls_report", **params: Any) -> Any:
    wanted = {"access_token": "k", "date_from": "2026-10-20 00:00:00",
              "date_till": "2026-11-20 23:59:59", **params}  # fmt: skip
    body = {"jsonrpc": "2.0", "id": "1", "method": method, "params": wanted}
    return send(networks, "POST", "/uis/v2.0", body)[1]


def test_telephony_lists_the_same_calls_whenever_it_is_asked() -> None:
    with Simulator({"lines": {"k": LINE}, "now": NOW}) as networks:
        whole = ask_uis(networks)["result"]
        pages = [ask_uis(networks, offset=n, limit=10)["result"] for n in range(0, 80, 10)]
        one = ask_uis(networks, date_from="2026-11-05 00:00:00", date_till="2026-11-05 23:59:59")
    rows = whole["data"]
    assert whole["metadata"]["total_items"] == len(rows) == pytest.approx(20 * 3.4, rel=0.15)
    assert [row for page in pages for row in page["data"]] == rows
    assert one["result"]["data"] == [r for r in rows if r["start_time"][:10] == "2026-11-05"]
    assert len({row["id"] for row in rows}) == len(rows)
    # None before the line was there, none that is not over yet (15:00 in Moscow).
    assert min(row["start_time"] for row in rows) >= "2026-11-01"
    assert max(row["start_time"] for row in rows) <= "2026-11-20 15:00:00"
    assert all(bool(row["talk_duration"]) != row["is_lost"] for row in rows)


@pytest.mark.parametrize(
    ("method", "params", "mnemonic"),
    [
        ("get.calls_report", {"access_token": "other"}, "access_token_invalid"),
        ("get.calls_report", {"date_from": "yesterday"}, "invalid_parameter_value"),
        ("get.calls_report", {"date_from": "2026-01-01 00:00:00"}, "error_date_interval"),
        ("get.anything", {}, "method_not_found"),
    ],
)
def test_telephony_refuses_as_the_data_api_does(
    method: str, params: dict[str, str], mnemonic: str
) -> None:
    with Simulator({"lines": {"k": LINE}, "now": NOW}) as networks:
        said = ask_uis(networks, method, **params)
        assert networks.calls[-1].parameters.get("params") is None
    assert said["error"]["data"]["mnemonic"] == mnemonic


def skeleton(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: skeleton(inner) for name, inner in value.items()}
    return type(value)


def send(networks: Simulator, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    connection = HTTPConnection("127.0.0.1", networks.port, timeout=10)
    try:
        headers = {"Content-Type": "application/json"}
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def vk(networks: Simulator, method: str, key: str = "service", **parameters: Any) -> Any:
    parameters = {"v": "5.199", "access_token": key, **parameters}
    status, body = send(networks, "POST", f"/vk/method/{method}", parameters)
    assert status == 200
    return body


def telegram(networks: Simulator, method: str, key: str = BOT, **parameters: Any) -> Any:
    return send(networks, "POST", f"/telegram/bot{key}/{method}", parameters)


# --- Shapes --------------------------------------------------------------------------------------


def test_wall_items_have_the_recorded_shape() -> None:
    with Simulator({"now": NOW}) as networks:
        items = vk(networks, "wall.get", owner_id="-1001", count=100)["response"]["items"]
    assert len(items) > 50
    for item in items:
        pinned = {"is_pinned": int} if "is_pinned" in item else {}
        assert skeleton(item) == WALL_ITEM | pinned
        assert all(skeleton(each) == PHOTO for each in item["attachments"])


def test_groups_have_the_recorded_shape() -> None:
    with Simulator({"now": NOW}) as networks:
        body = vk(networks, "groups.getById", group_ids="1,club2", fields="members_count")
    assert [group["id"] for group in body["response"]["groups"]] == [1, 2]
    assert body["response"]["profiles"] == []
    assert skeleton(body["response"]["groups"][0]) == {
        "id": int,
        "name": str,
        "screen_name": str,
        "is_closed": int,
        "type": str,
        "photo_50": str,
        "photo_100": str,
        "photo_200": str,
        "members_count": int,
    }


def test_token_permissions_have_the_recorded_shape() -> None:
    token = {"kind": "community", "rights": ["messages", "wall", "manage"]}
    with Simulator({"tokens": {"k": token}}) as networks:
        body = vk(networks, "groups.getTokenPermissions", "k")
    assert body == {
        "response": {
            "mask": 274432,
            "permissions": [
                {"setting": 4096, "name": "messages"},
                {"setting": 8192, "name": "wall"},
                {"setting": 262144, "name": "manage"},
            ],
        }
    }


def test_invented_updates_have_the_recorded_shapes() -> None:
    wanted = ["channel_post", "message_reaction_count"]
    posts, counts = [], []
    for day in range(1, 15):
        scenario = {"now": f"2026-11-{day:02}T20:00:00+00:00", "levels": {CHANNEL: 5000}}
        with Simulator(scenario) as networks:
            _status, body = telegram(networks, "getUpdates", allowed_updates=wanted)
        posts += [each["channel_post"] for each in body["result"] if "channel_post" in each]
        counts += [
            each["message_reaction_count"]
            for each in body["result"]
            if "message_reaction_count" in each
        ]
    assert len(posts) > 5
    assert len(counts) > 5
    for post in posts:
        content = {"text", "caption", "photo", "media_group_id"}
        head = {name: inner for name, inner in post.items() if name not in content}
        assert skeleton(head) == CHANNEL_POST
    assert any("media_group_id" in post for post in posts)
    assert all(skeleton(count) == REACTION_COUNT for count in counts)
    assert {str(skeleton(each)) for count in counts for each in count["reactions"]} == {
        str(REACTION)
    }


def test_errors_of_vk_come_with_status_200_and_echo_the_parameters() -> None:
    with Simulator({"tokens": {"dead": {"state": "revoked"}}}) as networks:
        body = vk(networks, "users.get", "dead")
    assert body["error"]["error_code"] == 5
    assert {"key": "access_token", "value": "dead"} in body["error"]["request_params"]


def test_errors_of_telegram_have_their_code_as_status() -> None:
    with Simulator({"any_token": False}) as networks:
        assert telegram(networks, "getMe") == (
            401,
            {"ok": False, "error_code": 401, "description": "Unauthorized"},
        )


# --- Traps ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "method", "code"),
    [
        ("community", "wall.get", 27),
        ("community", "photos.getWallUploadServer", 27),
        ("service", "groups.getTokenPermissions", 28),
        ("vk_id", "wall.get", 1051),
        ("user", "groups.getTokenPermissions", 15),
        ("service", "wall.nothing", 3),
    ],
)
def test_a_key_of_the_wrong_kind_is_refused(kind: str, method: str, code: int) -> None:
    with Simulator({"tokens": {"k": {"kind": kind}}}) as networks:
        assert vk(networks, method, "k", owner_id="-1")["error"]["error_code"] == code


@pytest.mark.parametrize(("kind", "limit"), [("service", 3), ("user", 3), ("community", 20)])
def test_vk_refuses_more_calls_a_second_than_the_key_may(kind: str, limit: int) -> None:
    with Simulator({"tokens": {"k": {"kind": kind}}}) as networks:
        bodies = [vk(networks, "users.get", "k") for _ in range(limit + 1)]
        codes = [body.get("error", {}).get("error_code") for body in bodies]
        assert codes == [None] * limit + [6]
        time.sleep(1.05)
        assert "response" in vk(networks, "users.get", "k")


def test_telegram_says_how_long_to_wait() -> None:
    with Simulator({}) as networks:
        answers = [telegram(networks, "getMe") for _ in range(31)]
    assert [status for status, _body in answers] == [200] * 30 + [429]
    assert answers[-1][1]["parameters"] == {"retry_after": 1}


def test_the_pinned_post_stands_first_and_out_of_order() -> None:
    posts = [{"id": 1, "date": 100, "is_pinned": 1}, {"id": 2, "date": 200}, {"id": 3, "date": 300}]
    with Simulator({"groups": {"7": {"posts": posts}}}) as networks:
        items = vk(networks, "wall.get", owner_id="-7")["response"]["items"]
    assert [item["id"] for item in items] == [1, 3, 2]


def test_hidden_counters_and_old_posts_leave_their_fields_out() -> None:
    group = {"members_count": None, "posts": [{"id": 1, "date": 100, "views": None}]}
    with Simulator({"groups": {"7": group}}) as networks:
        answer = vk(networks, "groups.getById", group_ids="7", fields="members_count")
        item = vk(networks, "wall.get", owner_id="-7")["response"]["items"][0]
    assert "members_count" not in answer["response"]["groups"][0]
    assert "views" not in item


def test_telegram_sends_reaction_counts_only_to_those_who_ask() -> None:
    updates = [{"update_id": 1, "message_reaction_count": {}}, {"update_id": 2, "channel_post": {}}]
    with Simulator({"updates": updates}) as networks:
        unasked = telegram(networks, "getUpdates")[1]["result"]
        asked = telegram(networks, "getUpdates", allowed_updates=["message_reaction_count"])[1]
    assert [each["update_id"] for each in unasked] == [2]
    assert [each["update_id"] for each in asked["result"]] == [1]


@pytest.mark.parametrize("fault", ["drop", "half"])
def test_a_lost_answer_breaks_the_connection(fault: str) -> None:
    with (
        Simulator({"faults": [{"method": "users.get", "fault": fault}]}) as networks,
    ):
        with pytest.raises((HTTPException, ConnectionError)):
            vk(networks, "users.get")
        assert "response" in vk(networks, "users.get")


def test_faults_come_in_their_number_after_those_let_pass() -> None:
    fault = {"method": "*", "network": "vk", "fault": "vk_error:10", "times": 2, "after": 1}
    with Simulator({"faults": [fault], "limits": False}) as networks:
        codes = [vk(networks, "users.get").get("error", {}).get("error_code") for _ in range(4)]
    assert codes == [None, 10, 10, None]


# --- Steering ------------------------------------------------------------------------------------


def test_the_scenario_is_changed_on_the_fly() -> None:
    scenario = {"groups": {"7": {"members_count": 5}}}
    with Simulator({}) as networks:
        assert send(networks, "PUT", "/__scenario__", scenario) == (200, {"ok": True})
        answer = vk(networks, "groups.getById", group_ids="7", fields="members_count")
        assert answer["response"]["groups"][0]["members_count"] == 5
        report = send(networks, "GET", "/__scenario__")[1]
    assert [call["method"] for call in report["calls"]] == ["groups.getById"]
    assert "access_token" not in report["calls"][0]["parameters"]


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        ([], "JSON object"),
        ({"gruops": {}}, "gruops: no such key"),
        ({"groups": []}, "groups: of a wrong type"),
        ({"groups": {"7": 5}}, "groups: 7: needs to be an object"),
        ({"levels": {"7": "many"}}, "levels: 7: needs to be a whole number"),
        ({"faults": [{"fault": "drop"}]}, "needs a method"),
        ({"faults": [{"method": "*", "fault": "sulk"}]}, "unknown fault 'sulk'"),
        ({"faults": [{"method": "*", "fault": "drop", "often": 1}]}, "no such key: often"),
        ({"now": "2026-11-20T12:00:00"}, "needs a time zone"),
        ({"levels_on": "yesterday"}, "levels_on: "),
    ],
)
def test_a_wrong_scenario_is_refused_by_its_key(scenario: Any, words: str) -> None:
    with Simulator({}) as networks:
        status, body = send(networks, "PUT", "/__scenario__", scenario)
    assert status == 400
    assert re.search(re.escape(words), body["error"])


def test_a_page_of_another_site_cannot_steer() -> None:
    with Simulator({}) as networks:
        connection = HTTPConnection("127.0.0.1", networks.port, timeout=5)
        connection.request("PUT", "/__scenario__", "{}", {"Host": "evil.example"})
        assert connection.getresponse().status == 404
        connection.close()


def test_it_listens_on_this_machine_only() -> None:
    with Simulator({}) as networks:
        assert networks._server.server_address[0] == "127.0.0.1"


def test_no_thread_is_left_behind() -> None:
    before = threading.active_count()
    with Simulator({}) as networks:
        vk(networks, "users.get")
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() == before


# --- Invented figures ----------------------------------------------------------------------------


def test_followers_start_at_the_level_and_move_from_day_to_day() -> None:
    start = date(2026, 11, 20)
    days = [
        figures.followers("1001", start + timedelta(days=number), level=10_000, on=start)
        for number in range(30)
    ]
    assert days[0] == 10_000
    moves = [after - before for before, after in pairwise(days)]
    assert sum(move != 0 for move in moves) > 20
    assert all(abs(move) < 100 for move in moves)


def test_the_same_day_gives_the_same_figures() -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert figures.posts("1", now, reach=500) == figures.posts("1", now, reach=500)
    assert figures.followers("1", now.date()) == figures.followers("1", now.date())


def test_posts_come_two_days_of_three_and_their_counters_only_grow() -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    posts = figures.posts("1001", now, reach=10_000)
    assert 90 < len(posts) < 145
    assert all(post.at <= now for post in posts)
    later = {
        post.number: post for post in figures.posts("1001", now + timedelta(days=1), reach=10_000)
    }
    both = [(post, later[post.number]) for post in posts if post.number in later]
    assert len(both) > 80
    assert all(old.views <= new.views and old.likes <= new.likes for old, new in both)


def test_an_unknown_id_is_answered_plausibly() -> None:
    with Simulator({"now": NOW}) as networks:
        group = vk(networks, "groups.getById", group_ids="424242", fields="members_count")
        status, chat = telegram(networks, "getChat", chat_id="@somebody")
        count = telegram(networks, "getChatMemberCount", chat_id="@somebody")[1]
    assert 250 < group["response"]["groups"][0]["members_count"] < 40_000
    assert (status, chat["result"]["username"]) == (200, "somebody")
    assert count["result"] > 250
