from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from communities.networks.keys import AccessToken, TokenKind
from communities.networks.outcomes import Kind, Ok, Outcome, Refused, RefusedForNow
from communities.networks.records import PostId, PostReading
from communities.networks.vk import VkAdapter
from communities.tests.networks.conftest import Start

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
VK = VkAdapter()


def post(number: int, *, days_ago: float = 0, **more: Any) -> dict[str, Any]:
    return {"id": number, "date": int((NOON - timedelta(days=days_ago)).timestamp()), **more}


def wall(*posts: dict[str, Any]) -> dict[str, Any]:
    return {"1001": {"posts": list(posts)}}


def numbers(outcome: Outcome[list[PostReading]]) -> list[int]:
    assert isinstance(outcome, Ok)
    return [int(each.external_id) for each in outcome.value]


def with_kind(key: AccessToken, kind: TokenKind) -> AccessToken:
    return AccessToken("vk", kind, key.secret)


# --- Profiles ------------------------------------------------------------------------------------


def test_read_profiles_takes_counters_names_and_address(
    simulate: Start, vk_key: AccessToken
) -> None:
    group = {"name": "Кофе", "screen_name": "coffee_home", "members_count": 12873}
    simulate(groups={"1001": group})
    before = datetime.now(UTC)
    outcome = VK.read_profiles(vk_key, ["1001"])["1001"]
    assert isinstance(outcome, Ok)
    reading = outcome.value
    assert (reading.external_id, reading.title, reading.screen_name, reading.followers) == (
        "1001",
        "Кофе",
        "coffee_home",
        12873,
    )
    assert reading.url == "https://vk.com/coffee_home"
    assert reading.gone is None
    assert before <= reading.read_at <= datetime.now(UTC)


def test_read_profiles_of_1001_ids_costs_three_calls(simulate: Start, vk_key: AccessToken) -> None:
    networks = simulate()
    ids = [str(number) for number in range(1, 1002)]
    outcomes = VK.read_profiles(vk_key, ids)
    assert sorted(outcomes, key=int) == ids
    assert all(isinstance(outcome, Ok) for outcome in outcomes.values())
    asked = [call.parameters["group_ids"].split(",") for call in networks.calls]
    assert [len(names) for names in asked] == [500, 500, 1]


def test_read_profiles_accepts_the_old_bare_array(simulate: Start, vk_key: AccessToken) -> None:
    answer = {"response": [{"id": 7, "name": "Старая", "members_count": 3}]}
    simulate(faults=[{"method": "groups.getById", "fault": "body", "body": answer}])
    outcome = VK.read_profiles(vk_key, ["7"])["7"]
    assert isinstance(outcome, Ok)
    assert outcome.value.followers == 3


def test_read_profiles_finds_the_rest_when_one_id_spoils_the_call(
    simulate: Start, vk_key: AccessToken
) -> None:
    fault = {"method": "groups.getById", "fault": "vk_error:125", "times": 1}
    networks = simulate(faults=[fault])
    outcomes = VK.read_profiles(vk_key, ["1", "2", "3", "4"])
    assert all(isinstance(outcome, Ok) for outcome in outcomes.values())
    asked = [call.parameters["group_ids"] for call in networks.calls]
    assert asked == ["1,2,3,4", "1,2", "3,4"]


# --- Posts ---------------------------------------------------------------------------------------


def test_read_posts_reads_past_an_old_pinned_post(simulate: Start, vk_key: AccessToken) -> None:
    """The pinned post stands first on page 1; its age must not end the reading."""
    recent = [post(number, days_ago=number / 100) for number in range(2, 152)]
    networks = simulate(groups=wall(post(1, days_ago=400, is_pinned=1), *recent))
    outcome = VK.read_posts(vk_key, "1001", since=NOON - timedelta(days=30))
    assert numbers(outcome) == list(range(2, 152))
    assert networks.methods() == ["wall.get"] * 2


def test_read_posts_stops_after_the_page_that_ends_before_since(
    simulate: Start, vk_key: AccessToken
) -> None:
    networks = simulate(groups=wall(*(post(1000 - age, days_ago=age) for age in range(300))))
    outcome = VK.read_posts(vk_key, "1001", since=NOON - timedelta(days=10))
    assert numbers(outcome) == [1000 - age for age in range(11)]
    assert networks.methods() == ["wall.get"]


def test_read_posts_skips_deleted_items(simulate: Start, vk_key: AccessToken) -> None:
    simulate(groups=wall(post(1), post(2, days_ago=1, is_deleted=True)))
    assert numbers(VK.read_posts(vk_key, "1001")) == [1]


def test_read_posts_of_a_closed_wall_is_a_permission_refusal(
    simulate: Start, vk_key: AccessToken
) -> None:
    simulate(groups={"1001": {"wall": "closed"}})
    outcome = VK.read_posts(vk_key, "1001")
    assert isinstance(outcome, Refused)
    assert outcome.kind is Kind.PERMISSION


def test_read_posts_waits_out_too_many_requests(simulate: Start, vk_key: AccessToken) -> None:
    networks = simulate(
        groups=wall(post(1)), faults=[{"method": "wall.get", "fault": "vk_error:6"}]
    )
    assert numbers(VK.read_posts(vk_key, "1001")) == [1]
    assert len(networks.calls) == 2


# --- Statistics ----------------------------------------------------------------------------------

MOSCOW = ZoneInfo("Europe/Moscow")


def moscow(day: int) -> datetime:
    return datetime(2026, 3, day, tzinfo=MOSCOW)


def test_statistics_are_told_by_whole_days(simulate: Start, vk_key: AccessToken) -> None:
    """In an object that is there VK leaves zeros out; an object that is not there tells nothing."""
    networks = simulate(
        tokens={vk_key.secret: {"kind": "user", "admin_of": ["1"]}},
        groups={
            "1": {
                "statistics": {
                    "2026-03-08": {"activity": {"subscribed": 9}},
                    "2026-03-09": {
                        "activity": {"subscribed": 7, "likes": 5, "copies": 1},
                        "reach": {"reach": 120, "reach_subscribers": 80},
                    },
                    "2026-03-10": {"visitors": {"views": 3}},
                    "2026-03-11": {"reach": {"reach": -1}},
                }
            }
        },
        now="2026-03-20T12:00:00+00:00",
    )
    key = with_kind(vk_key, TokenKind.USER)
    outcome = VK.read_statistics(key, "1", moscow(9), moscow(12))
    assert isinstance(outcome, Ok)
    first, last = outcome.value
    assert (first.begins_at, first.ends_at) == (moscow(9), moscow(10))
    assert (first.joined, first.left, first.reach) == (7, 0, 120)
    assert (first.likes, first.comments, first.shares) == (5, 0, 1)
    assert (last.begins_at, last.reach, last.joined, last.left) == (moscow(11), None, None, None)
    assert networks.methods() == ["stats.get"]


def test_statistics_that_are_invented_agree_with_the_levels(
    simulate: Start, vk_key: AccessToken
) -> None:
    networks = simulate(levels={"1": 5_000}, now="2026-03-20T12:00:00+00:00")
    key = AccessToken("vk", TokenKind.USER, f"user.{vk_key.secret}")
    outcome = VK.read_statistics(key, "1", moscow(1), moscow(19))
    assert isinstance(outcome, Ok)
    assert len(outcome.value) == 18
    world = networks.world
    for day in outcome.value:
        on = day.begins_at.astimezone(MOSCOW).date()
        grown = world.followers_on("1", on) - world.followers_on("1", on - timedelta(days=1))
        assert (day.joined or 0) - (day.left or 0) == grown


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ({"kind": "user", "admin_of": ["2"]}, Kind.PERMISSION),
        ({"kind": "service"}, Kind.WRONG_TOKEN_KIND),
        ({"kind": "community"}, Kind.WRONG_TOKEN_KIND),
        ({"kind": "user", "state": "revoked"}, Kind.TOKEN_INVALID),
    ],
)
def test_statistics_are_for_an_administrators_key(
    simulate: Start, vk_key: AccessToken, token: dict[str, Any], kind: Kind
) -> None:
    simulate(tokens={vk_key.secret: token})
    outcome = VK.read_statistics(vk_key, "1", moscow(9), moscow(10))
    assert isinstance(outcome, Refused)
    assert outcome.kind is kind


def test_statistics_of_no_group_are_not_asked_for(vk_key: AccessToken) -> None:
    outcome = VK.read_statistics(vk_key, "coffee", moscow(9), moscow(10))
    assert isinstance(outcome, Refused)
    assert outcome.field == "external_id"


# --- Known posts by their ids --------------------------------------------------------------------


def test_reread_posts_of_several_walls_costs_a_call_for_each_hundred(
    simulate: Start, vk_key: AccessToken
) -> None:
    walls = {str(group): {"posts": [post(n) for n in range(1, 52)]} for group in (7, 8, 9)}
    networks = simulate(groups=walls)
    asked = [PostId(group, str(n)) for group in walls for n in range(1, 52)]
    outcomes = VK.reread_posts(vk_key, asked)
    assert list(outcomes) == asked
    assert all(isinstance(outcome, Ok) for outcome in outcomes.values())
    calls = [(call.method, call.parameters["posts"].count(",") + 1) for call in networks.calls]
    assert calls == [("wall.getById", 100), ("wall.getById", 53)]


def test_reread_posts_reads_what_the_wall_shows(simulate: Start, vk_key: AccessToken) -> None:
    told = post(5, likes={"count": 4}, views={"count": 9}, text="Кофе")
    simulate(groups=wall(told))
    by_wall = VK.read_posts(vk_key, "1001")
    by_id = VK.reread_posts(vk_key, [PostId("1001", "5")])[PostId("1001", "5")]
    assert isinstance(by_wall, Ok)
    assert isinstance(by_id, Ok)
    assert replace(by_id.value, read_at=NOON) == replace(by_wall.value[0], read_at=NOON)


def test_reread_posts_says_not_found_of_what_is_left_out_or_deleted(
    simulate: Start, vk_key: AccessToken
) -> None:
    simulate(groups=wall(post(1), post(2, is_deleted=True)))
    asked = [PostId("1001", number) for number in ("1", "2", "3")]
    outcomes = VK.reread_posts(vk_key, asked)
    assert isinstance(outcomes[asked[0]], Ok)
    gone = [outcomes[each] for each in asked[1:]]
    assert [each.kind for each in gone if isinstance(each, Refused)] == [Kind.NOT_FOUND] * 2


def test_reread_posts_does_not_call_a_post_gone_that_it_cannot_read(
    simulate: Start, vk_key: AccessToken
) -> None:
    broken = {"response": {"items": [{"id": 1, "owner_id": -1001, "date": "yesterday"}]}}
    simulate(faults=[{"method": "wall.getById", "fault": "body", "body": broken}])
    outcome = VK.reread_posts(vk_key, [PostId("1001", "1")])[PostId("1001", "1")]
    assert isinstance(outcome, RefusedForNow)
    assert outcome.kind is Kind.UNKNOWN


def test_reread_posts_accepts_the_old_bare_array(simulate: Start, vk_key: AccessToken) -> None:
    answer = {"response": [{"id": 1, "owner_id": -1001, "date": 1767258000}]}
    simulate(faults=[{"method": "wall.getById", "fault": "body", "body": answer}])
    assert isinstance(VK.reread_posts(vk_key, [PostId("1001", "1")])[PostId("1001", "1")], Ok)


def test_reread_posts_refuses_a_bad_id_without_a_call(simulate: Start, vk_key: AccessToken) -> None:
    networks = simulate()
    [outcome] = VK.reread_posts(vk_key, [PostId("1001", "5,-2_1")]).values()
    assert isinstance(outcome, Refused)
    assert (outcome.kind, networks.calls) == (Kind.INVALID_REQUEST, [])
