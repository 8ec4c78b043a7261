"""What is Odnoklassniki's own; what every network owes stands in the contract test."""

from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest
import respx
from pytest_django import Settings

from communities.networks import ok_posts, ok_statistics
from communities.networks.http import Answer
from communities.networks.keys import AccessToken, Capability, KeyReport, TokenKind
from communities.networks.ok import OkAdapter
from communities.networks.ok_errors import KIND_OF_CODE, failure
from communities.networks.ok_signature import session_secret, signature
from communities.networks.outcomes import Kind, Ok, Outcome, Refused, RefusedForNow
from communities.networks.records import PostFormat, PostId, PostReading, ProfileReading
from communities.tests.networks.conftest import Start
from smm_agency.simulator.ok import APPLICATION

OK = OkAdapter()
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
# The documented fields of group.getStatTrends that are used here.
TREND_FIELDS = {
    *("members_count", "new_members", "left_members", "reach", "renderings"),
    *("likes", "comments", "reshares", "link_clicks"),
}


@pytest.fixture
def simulate(simulate: Start) -> Start:
    """Without the limit of calls: on a busy machine they arrive with jitter."""
    return lambda **scenario: simulate(**{"limits": False, **scenario})


@pytest.fixture
def session(settings: Settings) -> AccessToken:
    (
        settings.OK_APPLICATION_ID,
        settings.OK_APPLICATION_KEY,
        settings.OK_APPLICATION_SECRET,
    ) = APPLICATION
    return AccessToken("ok", TokenKind.USER, uuid4().hex)


def bot() -> AccessToken:
    return AccessToken("ok", TokenKind.COMMUNITY, uuid4().hex)


# --- Signature -----------------------------------------------------------------------------------

PARAMETERS = {
    "application_key": "CAFEKEY",
    "format": "json",
    "method": "group.getInfo",
    "uids": "57",
    "fields": "MEMBERS_COUNT",
}


def test_the_session_secret_is_of_the_token_and_the_application() -> None:
    assert session_secret("tkn1", "S3CRET") == "df554736c72896c2d6f21e05751bb409"


def test_a_call_within_a_session_is_signed_with_its_secret() -> None:
    secret = session_secret("tkn1", "S3CRET")
    assert signature(PARAMETERS, secret) == "0fbe55d5d3a684defcd3cfeb2dc0b529"


def test_a_call_without_a_session_is_signed_with_the_applications_secret() -> None:
    assert signature(PARAMETERS, "S3CRET") == "00f4fd0492fac675a299d1c8d422bfbe"


def test_keys_and_the_signature_itself_are_not_signed() -> None:
    more = {"access_token": "tkn1", "session_key": "k", "sig": "x"}
    assert signature(PARAMETERS | more, "S3CRET") == signature(PARAMETERS, "S3CRET")


def test_raw_values_are_signed(simulate: Start, session: AccessToken) -> None:
    """The network refuses a signature over encoded values with 104."""
    simulate(pages={"ok": {"5001": {"shortname": "coffee"}}})
    assert isinstance(OK.find_profile(session, "coffee"), Ok)


# --- Errors --------------------------------------------------------------------------------------


def answer(body: object, **headers: str) -> Answer:
    return Answer(200, body, headers=httpx.Headers(headers))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (1, Kind.TEMPORARY),
        (8, Kind.BLOCKED),
        (10, Kind.PERMISSION),
        (50, Kind.PERMISSION),
        (11, Kind.RATE_LIMITED),
        (26, Kind.QUOTA_EXHAUSTED),
        (100, Kind.INVALID_REQUEST),
        (102, Kind.TOKEN_EXPIRED),
        (103, Kind.TOKEN_INVALID),
        (160, Kind.NOT_FOUND),
        (200, Kind.PERMISSION),
        (300, Kind.NOT_FOUND),
        (402, Kind.NEEDS_HUMAN),
        (453, Kind.WRONG_TOKEN_KIND),
        (454, Kind.INVALID_REQUEST),
        (601, Kind.INVALID_REQUEST),
        (9999, Kind.TEMPORARY),
        (1200, Kind.UNKNOWN),
        (-1, Kind.UNKNOWN),
        ("102", Kind.UNKNOWN),
        (None, Kind.UNKNOWN),
    ],
)
def test_codes_have_a_kind(code: object, kind: Kind) -> None:
    found = failure(answer({"error_code": code, "error_msg": "x"}), secret="", writes=False)
    assert found is not None
    assert found.kind is kind


def test_no_code_stands_for_two_kinds() -> None:
    assert len(KIND_OF_CODE) == 2 + 2 + 3 + 8 + 1 + 1 + 1 + 1 + 4 + 3 + 2 + sum(
        (7, len(range(110, 160)), len(range(161, 200)), len(range(201, 210)), 10, 6, 6)
    )


def test_a_refusal_whose_envelope_is_broken_is_known_by_its_header() -> None:
    found = failure(answer("PARAM_SESSION", **{"Invocation-Error": "103"}), secret="", writes=False)
    assert found is not None
    assert found.kind is Kind.TOKEN_INVALID


@pytest.mark.parametrize("body", ["15503", True, 5, [], {"topics": []}])
def test_an_answer_without_a_code_refuses_nothing(body: object) -> None:
    assert failure(answer(body), secret="", writes=False) is None


def test_a_message_does_not_tell_the_key() -> None:
    body = {"error_code": 103, "error_msg": "PARAM_SESSION_KEY : tkn1-secret is bad"}
    found = failure(answer(body), secret="tkn1-secret", writes=False)
    assert found is not None
    assert found.message == "Odnoklassniki error 103: PARAM_SESSION_KEY : *** is bad"


# --- Keys ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "missing", ["OK_APPLICATION_ID", "OK_APPLICATION_KEY", "OK_APPLICATION_SECRET"]
)
def test_without_an_application_the_settings_are_named(
    simulate: Start, session: AccessToken, settings: Settings, missing: str
) -> None:
    networks = simulate()
    setattr(settings, missing, "")
    outcomes = [OK.inspect_key(session), OK.refresh(session), *_read(session).values()]
    assert {each.message for each in outcomes if isinstance(each, Refused)} == {
        "No application of Odnoklassniki is set up: the settings OK_APPLICATION_ID,"
        " OK_APPLICATION_KEY and OK_APPLICATION_SECRET are needed."
    }
    assert networks.calls == []


def _read(key: AccessToken) -> dict[str, Outcome[ProfileReading]]:
    return OK.read_profiles(key, ["1"])


def test_a_groups_bot_key_is_for_messages_only(simulate: Start, session: AccessToken) -> None:
    key = bot()
    networks = simulate(any_token=False, tokens={key.secret: {"kind": "community"}})
    outcome = OK.inspect_key(key)
    assert isinstance(outcome, Ok)
    assert outcome.value.able == {Capability.MESSAGES}
    assert Capability.READ_FOLLOWERS in outcome.value.lacks
    assert networks.methods() == ["graph/me/chats"]
    refused = _read(key)["1"]
    assert isinstance(refused, Refused)
    assert refused.kind is Kind.WRONG_TOKEN_KIND
    assert len(networks.calls) == 1


def test_a_dead_bot_key_is_no_good(simulate: Start) -> None:
    simulate(any_token=False)
    outcome = OK.inspect_key(bot())
    assert isinstance(outcome, Refused)
    assert outcome.kind is Kind.TOKEN_INVALID


def test_a_key_of_a_stranger_reads_subscribers_and_lacks_the_rest(
    simulate: Start, session: AccessToken
) -> None:
    simulate(tokens={session.secret: {"kind": "user", "admin_of": []}})
    outcome = OK.inspect_key(session, "5001")
    assert isinstance(outcome, Ok)
    assert outcome.value.able == {Capability.READ_FOLLOWERS, Capability.READ_PAGE}
    assert outcome.value.lacks[Capability.READ_STATISTICS] == (
        "Odnoklassniki error 10: PERMISSION_DENIED : User must grant an access to permission"
    )


def test_a_group_that_is_gone_does_not_make_the_key_bad(
    simulate: Start, session: AccessToken
) -> None:
    simulate(invent=False)
    outcome = OK.inspect_key(session, "5001")
    assert isinstance(outcome, Ok)
    assert outcome.value.able == frozenset()


def test_a_session_is_known_by_a_bare_scalar(simulate: Start, session: AccessToken) -> None:
    networks = simulate()
    assert OK.inspect_key(session) == Ok(KeyReport(frozenset({Capability.READ_FOLLOWERS})))
    assert networks.methods() == ["users.getLoggedInUser"]


def test_a_key_without_a_refresh_secret_is_not_renewed(
    simulate: Start, session: AccessToken
) -> None:
    networks = simulate()
    outcome = OK.refresh(session)
    assert isinstance(outcome, Refused)
    assert outcome.kind is Kind.PERMISSION
    assert networks.calls == []


# --- Groups --------------------------------------------------------------------------------------


def test_a_hundred_numbers_cost_one_call(simulate: Start, session: AccessToken) -> None:
    networks = simulate()
    ids = [str(number) for number in range(5001, 5202)]
    assert all(isinstance(each, Ok) for each in OK.read_profiles(session, ids).values())
    sizes = [len(call.parameters["uids"].split(",")) for call in networks.calls]
    assert sizes == [100, 100, 1]


def test_a_short_name_is_asked_for_its_number(simulate: Start, session: AccessToken) -> None:
    simulate(pages={"ok": {"5001": {"shortname": "coffee", "members_count": 7}}})
    outcome = OK.read_profiles(session, ["coffee"])["coffee"]
    assert isinstance(outcome, Ok)
    assert (outcome.value.external_id, outcome.value.followers) == ("5001", 7)


def test_one_bad_group_does_not_spoil_the_call(simulate: Start, session: AccessToken) -> None:
    networks = simulate(faults=[{"method": "group.getInfo", "fault": "error:160"}])
    outcomes = OK.read_profiles(session, ["1", "2", "3", "4"])
    assert all(isinstance(each, Ok) for each in outcomes.values())
    assert [call.parameters["uids"] for call in networks.calls] == ["1,2,3,4", "1,2", "3,4"]


@pytest.mark.parametrize("wrap", [False, True])
def test_groups_stand_bare_or_under_a_name(session: AccessToken, wrap: bool) -> None:
    groups = [{"uid": "5001", "name": "Кофе", "members_count": 4210}]
    with respx.mock as router:
        router.route().respond(json={"groups": groups} if wrap else groups)
        outcome = _read(session)["1"]
        found = OK.read_profiles(session, ["5001"])["5001"]
    assert isinstance(outcome, Refused)
    assert isinstance(found, Ok)
    assert found.value.followers == 4210


def test_the_address_of_something_else_is_no_group(session: AccessToken) -> None:
    with respx.mock as router:
        router.route().respond(json={"type": "PROFILE", "objectId": 1, "objectIdStr": "1"})
        outcome = OK.find_profile(session, "ok.ru/anna")
    assert isinstance(outcome, Refused)
    assert outcome.kind is Kind.NOT_FOUND


def test_the_key_stands_in_no_address(session: AccessToken) -> None:
    with respx.mock as router:
        route = router.route().respond(json=[])
        OK.read_profiles(session, ["5001"])
    request = route.calls.last.request
    assert str(request.url) == "https://api.ok.ru/fb.do"
    assert session.secret in request.content.decode()


# --- Topics --------------------------------------------------------------------------------------


def topic(**more: object) -> dict[str, object]:
    return {"id": "155", "created_ms": 1_767_258_000_123, **more}


def reading(given: object, statistics: object = None) -> PostReading:
    found = ok_posts.reading(given, statistics, group_id="5001", read_at=NOW)
    assert found is not None
    return found


def test_a_topic_is_read_to_the_second() -> None:
    post = reading(topic(media=[{"type": "text", "text": "Меню"}]))
    assert (post.external_id, post.text) == ("155", "Меню")
    assert post.posted_at == datetime(2026, 1, 1, 9, tzinfo=UTC)
    assert post.url == "https://ok.ru/group/5001/topic/155"


def test_the_topics_own_counters_go_before_its_statistics() -> None:
    post = reading(
        topic(like_summary={"count": 41}), {"likes": 40, "comments": 5, "renderings": 1400}
    )
    assert (post.likes, post.comments, post.shares, post.views) == (41, 5, None, 1400)


@pytest.mark.parametrize(
    ("media", "expected"),
    [
        ([], PostFormat.TEXT),
        ([{"type": "text"}], PostFormat.TEXT),
        ([{"type": "photo", "photo_refs": ["a"]}], PostFormat.PHOTO),
        ([{"type": "photo", "photo_refs": ["a", "b"]}], PostFormat.ALBUM),
        ([{"type": "text"}, {"type": "movie"}], PostFormat.VIDEO),
        ([{"type": "poll"}], PostFormat.POLL),
        ([{"type": "link"}], PostFormat.LINK),
        ([{"type": "music"}], PostFormat.AUDIO),
        ([{"type": "app"}], PostFormat.OTHER),
        ("broken", PostFormat.TEXT),
    ],
)
def test_the_format_is_of_the_media(media: object, expected: PostFormat) -> None:
    assert reading(topic(media=media)).format is expected


def test_a_topic_of_another_group_is_a_repost() -> None:
    assert reading(topic(media=[{"type": "topic"}])).is_repost is True


@pytest.mark.parametrize(
    "broken", [None, 5, {}, {"id": "155"}, {"id": "x", "created_ms": 1}, {"created_ms": 1}]
)
def test_what_has_no_id_or_no_date_is_no_topic(broken: object) -> None:
    assert ok_posts.reading(broken, None, group_id="5001", read_at=NOW) is None


def test_a_strangers_topics_have_their_open_counters_only(
    simulate: Start, session: AccessToken
) -> None:
    statistics = {"renderings": 9, "reach": 8}
    given = topic(like_summary={"count": 3}, statistics=statistics)
    simulate(
        tokens={session.secret: {"kind": "user", "admin_of": []}},
        pages={"ok": {"5001": {"posts": [given]}}},
    )
    post = PostId("5001", "155")
    outcome = OK.reread_posts(session, [post])[post]
    assert isinstance(outcome, Ok)
    assert (outcome.value.likes, outcome.value.views, outcome.value.reach) == (3, None, None)


def test_topics_of_several_groups_are_read_again_together(
    simulate: Start, session: AccessToken
) -> None:
    pages = {"5001": {"posts": [topic(id="1")]}, "5002": {"posts": [topic(id="2")]}}
    networks = simulate(pages={"ok": pages})
    posts = [PostId("5002", "2"), PostId("5001", "1"), PostId("5001", "no id")]
    outcomes = OK.reread_posts(session, posts)
    assert [isinstance(outcomes[each], Ok) for each in posts] == [True, True, False]
    assert networks.methods() == [
        "mediatopic.getByIds",
        "group.getStatTopics",
        "group.getStatTopics",
        "group.getStatTopics",
        "group.getStatTopics",
    ]


# --- Days ----------------------------------------------------------------------------------------


def test_the_fields_of_days_are_documented_ones() -> None:
    assert set(ok_statistics.FIELDS) == TREND_FIELDS


def test_a_point_at_no_moscow_midnight_is_of_no_day() -> None:
    trends = {"reach": [{"time": 1_767_214_800_000, "value": 5}, {"time": 1_767_225_600_000}]}
    trends["reach"].append({"time": 1_767_225_600_000, "value": 7})
    since, until = datetime(2025, 12, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    days = ok_statistics.days(trends, since=since, until=until, read_at=NOW)
    assert [(day.begins_at, day.reach) for day in days] == [
        (datetime(2025, 12, 31, 21, tzinfo=UTC), 5)
    ]


def test_a_limit_of_calls_is_waited_out(simulate: Start, session: AccessToken) -> None:
    networks = simulate(faults=[{"method": "group.getInfo", "fault": "error:11"}])
    assert isinstance(OK.read_profiles(session, ["5001"])["5001"], Ok)
    assert len(networks.calls) == 2


def test_a_used_up_quota_ends_the_run(simulate: Start, session: AccessToken) -> None:
    fault = {"method": "group.getInfo", "fault": "error:26", "times": None}
    networks = simulate(faults=[fault])
    outcomes = OK.read_profiles(session, [str(number) for number in range(1, 202)])
    kinds = {each.kind for each in outcomes.values() if isinstance(each, RefusedForNow)}
    assert (kinds, len(outcomes)) == ({Kind.QUOTA_EXHAUSTED}, 201)
    assert len(networks.calls) == 1
