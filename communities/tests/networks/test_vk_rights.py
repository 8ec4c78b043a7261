"""What each kind of VK's keys can do, by the calls that the simulator answers as VK does."""

from typing import Any

import pytest

from communities.networks.keys import AccessToken, Capability, KeyReport, TokenKind
from communities.networks.outcomes import Kind, Ok, Refused, RefusedForNow
from communities.networks.vk import VkAdapter
from communities.tests.networks.conftest import Start
from smm_agency.simulator.vk_rules import TEXTS

VK = VkAdapter()


def with_kind(key: AccessToken, kind: TokenKind) -> AccessToken:
    return AccessToken("vk", kind, key.secret)


def report_of(key: AccessToken, page: str | None = None) -> KeyReport:
    outcome = VK.inspect_key(key, page)
    assert isinstance(outcome, Ok)
    return outcome.value


PAGES = {Capability.READ_FOLLOWERS, Capability.READ_PAGE}
READING = {
    *PAGES,
    Capability.READ_POSTS,
    Capability.READ_VIEWS,
    Capability.READ_REACTIONS,
    Capability.REREAD_POSTS,
    Capability.READ_COMMENTS,
}
ASKED = set(Capability) - {Capability.READ_UPDATES}
WRONG_27 = f"VK error 27: {TEXTS[27]}"
WRONG_28 = (
    "VK error 28: Application authorization failed: method is unavailable with service token."
)
WRONG_1051 = f"VK error 1051: {TEXTS[1051]}"
NOT_TICKED = "The right “messages” was not ticked when the key was made."


@pytest.mark.parametrize(
    ("kind", "token", "page", "expected"),
    [
        (TokenKind.SERVICE, {"kind": "service"}, "1", READING),
        (TokenKind.USER, {"kind": "user"}, None, READING),
        (
            TokenKind.USER,
            {"kind": "user", "admin_of": ["1"]},
            "1",
            READING | {Capability.PUBLISH_PHOTO, Capability.READ_STATISTICS},
        ),
        (TokenKind.USER, {"kind": "user", "admin_of": ["2"]}, "1", READING),
        (TokenKind.USER, {"kind": "vk_id"}, "1", PAGES),
        (
            TokenKind.COMMUNITY,
            {"kind": "community", "rights": ["wall", "manage", "photos"]},
            "1",
            PAGES | {Capability.PUBLISH, Capability.REPLY, Capability.RECEIVE_EVENTS},
        ),
    ],
)
def test_each_kind_is_able_or_says_why_not(
    simulate: Start,
    vk_key: AccessToken,
    kind: TokenKind,
    token: dict[str, Any],
    page: str | None,
    expected: set[Capability],
) -> None:
    simulate(tokens={vk_key.secret: token})
    report = report_of(with_kind(vk_key, kind), page)
    assert report.able == expected
    assert set(report.lacks) == ASKED - expected


def test_a_community_key_says_error_27_of_pictures(simulate: Start, vk_key: AccessToken) -> None:
    simulate(tokens={vk_key.secret: {"kind": "community", "rights": ["photos", "wall"]}})
    lacks = report_of(with_kind(vk_key, TokenKind.COMMUNITY), "1").lacks
    assert lacks[Capability.PUBLISH_PHOTO] == WRONG_27
    assert lacks[Capability.READ_POSTS] == WRONG_27
    assert lacks[Capability.MESSAGES] == NOT_TICKED


def test_a_service_key_is_refused_what_communities_do(simulate: Start, vk_key: AccessToken) -> None:
    simulate(tokens={vk_key.secret: {"kind": "service"}})
    lacks = report_of(vk_key, "1").lacks
    assert {lacks[each] for each in (Capability.PUBLISH, Capability.READ_STATISTICS)} == {WRONG_28}


def test_a_vk_id_key_says_error_1051(simulate: Start, vk_key: AccessToken) -> None:
    simulate(tokens={vk_key.secret: {"kind": "vk_id"}})
    lacks = report_of(with_kind(vk_key, TokenKind.USER), "1").lacks
    assert {lacks[each] for each in (Capability.READ_POSTS, Capability.PUBLISH_PHOTO)} == {
        WRONG_1051
    }


@pytest.mark.parametrize(
    "answer",
    [
        {"mask": 8192 + 4, "permissions": []},
        {"mask": 0, "settings": [{"setting": 8192, "name": "wall"}]},
    ],
)
def test_rights_of_a_community_key_are_read_from_mask_and_list(
    simulate: Start, vk_key: AccessToken, answer: dict[str, Any]
) -> None:
    fault = {"method": "groups.getTokenPermissions", "fault": "body", "body": {"response": answer}}
    simulate(tokens={vk_key.secret: {"kind": "community"}}, faults=[fault])
    able = report_of(with_kind(vk_key, TokenKind.COMMUNITY), "1").able
    assert able - PAGES == {Capability.PUBLISH, Capability.REPLY}


@pytest.mark.parametrize(
    ("said", "really"),
    [
        (TokenKind.USER, "community"),
        (TokenKind.COMMUNITY, "service"),
        (TokenKind.COMMUNITY, "user"),
        (TokenKind.COMMUNITY, "vk_id"),
        (TokenKind.SERVICE, "community"),
    ],
)
def test_a_key_that_is_not_what_was_said_is_refused(
    simulate: Start, vk_key: AccessToken, said: TokenKind, really: str
) -> None:
    simulate(tokens={vk_key.secret: {"kind": really}})
    outcome = VK.inspect_key(with_kind(vk_key, said), "1")
    assert isinstance(outcome, Refused)
    assert outcome.kind is Kind.WRONG_TOKEN_KIND


@pytest.mark.parametrize(
    ("state", "kind"), [("revoked", Kind.TOKEN_INVALID), ("expired", Kind.TOKEN_EXPIRED)]
)
@pytest.mark.parametrize("said", VK.token_kinds)
def test_a_dead_key_is_refused(
    simulate: Start, vk_key: AccessToken, said: TokenKind, state: str, kind: Kind
) -> None:
    simulate(tokens={vk_key.secret: {"kind": said.value, "state": state}})
    outcome = VK.inspect_key(with_kind(vk_key, said), "1")
    assert isinstance(outcome, Refused)
    assert outcome.kind is kind


@pytest.mark.parametrize("group", [{"deactivated": "deleted"}, {"wall": "closed"}, {"posts": []}])
def test_a_page_in_trouble_does_not_make_the_key_bad(
    simulate: Start, vk_key: AccessToken, group: dict[str, Any]
) -> None:
    simulate(tokens={vk_key.secret: {"kind": "service"}}, groups={"5": group})
    assert Capability.READ_FOLLOWERS in report_of(vk_key, "5").able


def test_comments_of_a_wall_without_posts_may_be_read(simulate: Start, vk_key: AccessToken) -> None:
    simulate(tokens={vk_key.secret: {"kind": "service"}}, groups={"5": {"posts": []}})
    assert Capability.READ_COMMENTS in report_of(vk_key, "5").able


def test_a_page_named_by_no_number_is_not_asked_about(simulate: Start, vk_key: AccessToken) -> None:
    networks = simulate(tokens={vk_key.secret: {"kind": "service"}})
    assert report_of(vk_key, "not a number").able == READING
    assert networks.calls[1].parameters["group_ids"] == "1"


@pytest.mark.parametrize("method", ["groups.getTokenPermissions", "wall.get", "stats.get"])
def test_a_network_that_is_down_says_nothing_of_the_key(
    simulate: Start, vk_key: AccessToken, method: str
) -> None:
    simulate(
        tokens={vk_key.secret: {"kind": "community"}},
        faults=[{"method": method, "fault": "http502", "times": None}],
    )
    outcome = VK.inspect_key(with_kind(vk_key, TokenKind.COMMUNITY), "1")
    assert isinstance(outcome, RefusedForNow)


def test_a_key_with_characters_of_no_key_is_refused_without_a_call(simulate: Start) -> None:
    networks = simulate()
    key = AccessToken("vk", TokenKind.SERVICE, "vk1.a.abc\nX-Evil: 1")
    outcome = VK.inspect_key(key)
    assert isinstance(outcome, Refused)
    assert outcome.kind is Kind.TOKEN_INVALID
    assert networks.calls == []
