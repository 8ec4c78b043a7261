"""What is Meta's alone; what all networks owe is asked by the contract test."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
import respx
from pytest_django import Settings

from communities.networks import meta_errors, meta_graph, meta_insights, meta_usage
from communities.networks.facebook import PAGE_METRICS, FacebookAdapter
from communities.networks.instagram import InstagramAdapter
from communities.networks.keys import AccessToken, Capability, TokenKind
from communities.networks.outcomes import Kind, Ok, Outcome, Refused, RefusedForNow
from communities.networks.records import PostFormat, PostId
from communities.tests.networks.conftest import Start

FACEBOOK, INSTAGRAM = FacebookAdapter(), InstagramAdapter()
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
AT = "2026-11-20T09:00:00+0000"
OWN = "17841400000000010"
GRAPH = "https://graph.facebook.com/v26.0"


@pytest.fixture(autouse=True)
def _nothing_is_dead() -> Iterator[None]:
    """What was found dead is kept for the process."""
    meta_insights.forget_dead()
    yield
    meta_insights.forget_dead()


@pytest.fixture
def page_key() -> AccessToken:
    return AccessToken("facebook", TokenKind.PAGE, f"EAA{uuid4().hex}")


@pytest.fixture
def account_key() -> AccessToken:
    return AccessToken("instagram", TokenKind.PAGE, f"EAA{uuid4().hex}")


def world(**more: Any) -> dict[str, Any]:
    posts = [
        {"id": "1001_2", "at": AT, "insights": {"post_media_view": 90, "post_clicks": 4}},
        {"id": "1001_1", "at": "2026-11-19T09:00:00+0000", "insights": {}},
    ]
    media = [{"id": "17900000000000001", "at": AT, "insights": {"views": 9, "reach": 7}}]
    pages = {
        "facebook": {"1001": {"username": "coffee", "followers_count": 50, "posts": posts}},
        "instagram": {
            OWN: {"username": "coffee.home", "followers_count": 50, "posts": media},
            "17841400000000020": {
                "username": "tea.home",
                "followers_count": 70,
                "posts": [
                    {"id": f"1791{n:013}", "at": f"2026-11-{n % 20 + 1:02}T09:00:00+0000"}
                    for n in range(60)
                ],
            },
        },
    }
    return {"invent": False, "now": NOON.isoformat(), "pages": pages, **more}


def kind_of(outcome: Outcome[Any]) -> Kind | None:
    return None if isinstance(outcome, Ok) else outcome.kind


# --- Limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "percent", "pause"),
    [
        ({}, 0, None),
        ({"X-App-Usage": '{"call_count":28,"total_time":15,"total_cputime":10}'}, 28, None),
        ({"X-App-Usage": '{"call_count":28,"total_time":75}'}, 75, 3.0),
        ({"X-App-Usage": '{"call_count":90}'}, 90, 600.0),
        ({"X-App-Usage": "[1]"}, 0, None),
        ({"X-App-Usage": "half"}, 0, None),
        ({"X-Business-Use-Case-Usage": '{"5":[{"total_time":80}],"6":"x"}'}, 80, 3.0),
        (
            {
                "X-Business-Use-Case-Usage": json.dumps(
                    {"5": [{"call_count": 95, "estimated_time_to_regain_access": 19}]}
                )
            },
            95,
            19 * 60,
        ),
    ],
)
def test_the_headers_say_when_to_slow_down_and_when_to_stop(
    headers: dict[str, str], percent: float, pause: float | None
) -> None:
    usage = meta_usage.usage_of(httpx.Headers(headers))
    assert (usage.percent, usage.pause) == (percent, pause)


def test_at_95_percent_the_answer_is_taken_and_no_further_call_is_made(
    simulate: Start, page_key: AccessToken
) -> None:
    networks = simulate(**world(tokens={page_key.secret: {"usage": 95}}))
    assert isinstance(FACEBOOK.find_profile(page_key, "1001"), Ok)
    outcome = FACEBOOK.find_profile(page_key, "1001")
    assert isinstance(outcome, RefusedForNow)
    assert outcome.kind is Kind.RATE_LIMITED
    assert 18 * 60 < outcome.retry_after <= 19 * 60
    assert len(networks.calls) == 1


def test_a_key_that_used_up_its_limit_waits_as_long_as_the_headers_say(
    simulate: Start, page_key: AccessToken
) -> None:
    simulate(**world(tokens={page_key.secret: {"usage": 100}}))
    outcome = FACEBOOK.find_profile(page_key, "1001")
    assert isinstance(outcome, RefusedForNow)
    assert (outcome.kind, outcome.retry_after) == (Kind.RATE_LIMITED, 19 * 60)


# --- Secrets -------------------------------------------------------------------------------------


def test_the_key_is_no_part_of_the_address_and_the_proof_is_shown(
    page_key: AccessToken, settings: Settings
) -> None:
    settings.META_GRAPH_URL, settings.META_APP_SECRET = GRAPH, "demo_app_secret"
    settings.NETWORK_ALLOWED_HOSTS = ["graph.facebook.com"]
    key = AccessToken("facebook", TokenKind.PAGE, "EAAexample")
    with respx.mock() as router:
        router.get(f"{GRAPH}/1001").mock(return_value=httpx.Response(200, json={"id": "1001"}))
        assert isinstance(FACEBOOK.find_profile(key, "1001"), Ok)
        request = router.calls.last.request
    assert request.headers["Authorization"] == "Bearer EAAexample"
    assert "EAAexample" not in str(request.url)
    # hex(HMAC-SHA256(application's secret, key)), reckoned apart.
    assert request.url.params["appsecret_proof"] == (
        "af31392664b162ec18fad9d3a490dd7741ae0648e12d6a03c22f14b816e72777"
    )


def test_the_next_page_is_asked_for_without_the_key_that_stands_in_its_address(
    page_key: AccessToken, settings: Settings
) -> None:
    settings.META_GRAPH_URL, settings.NETWORK_ALLOWED_HOSTS = GRAPH, ["graph.facebook.com"]
    following = f"{GRAPH}/1001/published_posts?access_token=leaked&after=c&limit=50&fields=id"
    answers = [
        httpx.Response(200, json={"data": [{"id": "1_1"}], "paging": {"next": following}}),
        httpx.Response(200, json={"data": []}),
    ]
    with respx.mock() as router:
        router.get(url__startswith=GRAPH).mock(side_effect=answers)
        pages = list(meta_graph.read_pages(page_key, "1001/published_posts", {"fields": "id"}))
        request = router.calls.last.request
    assert pages == [Ok([{"id": "1_1"}]), Ok([])]
    assert dict(request.url.params) == {"after": "c", "limit": "50", "fields": "id"}
    assert request.headers["Authorization"] == f"Bearer {page_key.secret}"


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/v26.0/1?after=c",
        "http://graph.facebook.com/v26.0/1",
        "//x",
        "nonsense",
    ],
)
def test_a_next_page_elsewhere_is_not_followed(
    page_key: AccessToken, settings: Settings, address: str
) -> None:
    settings.META_GRAPH_URL = GRAPH
    body = {"data": [{"id": "1_1"}], "paging": {"next": address}}
    with respx.mock() as router:
        router.get(url__startswith=GRAPH).mock(return_value=httpx.Response(200, json=body))
        pages = list(meta_graph.read_pages(page_key, "1001/published_posts", {"fields": "id"}))
        assert len(router.calls) == 1
    assert [kind_of(page) for page in pages] == [None, Kind.UNKNOWN]


# --- Errors --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": 190, "error_subcode": 463}, Kind.TOKEN_INVALID),
        ({"code": 190, "error_subcode": 460}, Kind.TOKEN_INVALID),
        ({"code": 190, "error_subcode": 464}, Kind.NEEDS_HUMAN),
        ({"code": 102}, Kind.TOKEN_INVALID),
        ({"code": 10}, Kind.PERMISSION),
        ({"code": 299}, Kind.PERMISSION),
        ({"code": 32}, Kind.RATE_LIMITED),
        ({"code": 80006}, Kind.RATE_LIMITED),
        ({"code": 2, "is_transient": True}, Kind.TEMPORARY),
        ({"code": 4711, "is_transient": True}, Kind.TEMPORARY),
        ({"code": 100, "error_subcode": 33}, Kind.NOT_FOUND),
        ({"code": 803}, Kind.NOT_FOUND),
        ({"code": 110, "error_subcode": 2207013}, Kind.NOT_FOUND),
        ({"code": 100}, Kind.INVALID_REQUEST),
        ({"code": 368}, Kind.BLOCKED),
        ({"code": 506}, Kind.DUPLICATE),
        ({"code": 9, "error_subcode": 2207042}, Kind.QUOTA_EXHAUSTED),
        ({"code": 4711}, Kind.UNKNOWN),
        ("text", Kind.UNKNOWN),
    ],
)
def test_a_code_of_meta_has_our_meaning(error: object, kind: Kind) -> None:
    assert meta_errors.failure(error, secret="", wait=None).kind is kind


def test_an_error_names_code_and_subcode() -> None:
    error = {"code": 190, "error_subcode": 463, "message": "Session of EAA1 has expired"}
    outcome = meta_errors.failure(error, secret="EAA1", wait=None)
    assert outcome.message == "Meta error 190/463: Session of *** has expired"


# --- Metrics -------------------------------------------------------------------------------------


def test_a_setting_names_metrics_and_what_new_ones_count() -> None:
    named = meta_insights.named(
        ["page_media_view", " page_new=reach", "page_views_total", "x=nonsense"], PAGE_METRICS
    )
    assert named == {"page_media_view": "views", "page_new": "reach"}


def test_a_dead_metric_is_found_once_named_in_the_log_and_left_out(
    simulate: Start, page_key: AccessToken, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.FACEBOOK_PAGE_METRICS = ["page_media_view", "page_impressions=reach"]
    told = {"2026-11-17": {"page_media_view": 5}}
    networks = simulate(**world(pages={"facebook": {"1001": {"statistics": told}}}))
    since = NOON - timedelta(days=5)
    with caplog.at_level(logging.WARNING):
        outcome = FACEBOOK.read_statistics(page_key, "1001", since, NOON)
    assert isinstance(outcome, Ok)
    assert [(day.views, day.reach) for day in outcome.value] == [(5, None)]
    asked = [call.parameters["metric"] for call in networks.calls]
    assert asked == ["page_media_view,page_impressions", "page_media_view", "page_impressions"]
    assert [record.getMessage() for record in caplog.records] == [
        "Meta has no metric page_impressions any more: take it out of the settings."
    ]
    FACEBOOK.read_statistics(page_key, "1001", since, NOON)
    assert networks.calls[-1].parameters["metric"] == "page_media_view"


def test_where_no_metric_is_left_the_days_are_refused_each_time(
    simulate: Start, page_key: AccessToken, settings: Settings
) -> None:
    settings.FACEBOOK_PAGE_METRICS = ["page_impressions=reach"]
    networks = simulate(**world())
    for _time in range(2):
        report = FACEBOOK.inspect_key(page_key, "1001")
        assert isinstance(report, Ok)
        assert {*report.value.lacks} == {Capability.READ_VIEWS, Capability.READ_STATISTICS}
    assert networks.methods().count("insights") == 2


def test_a_dead_metric_of_posts_leaves_the_others(
    simulate: Start, page_key: AccessToken, settings: Settings
) -> None:
    settings.FACEBOOK_POST_METRICS = ["post_engaged_users=clicks", "post_media_view"]
    networks = simulate(**world())
    outcome = FACEBOOK.read_posts(page_key, "1001")
    assert isinstance(outcome, Ok)
    assert [(post.views, post.clicks) for post in outcome.value] == [(90, None), (None, None)]
    # The list, the posts at once, each metric alone, and the posts again.
    assert networks.methods() == ["published_posts", "ids", "insights", "insights", "ids"]


# --- Facebook ------------------------------------------------------------------------------------


def test_without_the_right_to_users_content_the_posts_are_read_without_reactions(
    simulate: Start, page_key: AccessToken
) -> None:
    simulate(**world(tokens={page_key.secret: {"scopes": ["read_insights"]}}))
    outcome = FACEBOOK.read_posts(page_key, "1001")
    assert isinstance(outcome, Ok)
    [post, _older] = outcome.value
    assert (post.likes, post.reactions, post.comments, post.shares) == (None, None, None, 0)
    assert (post.views, post.clicks) == (90, 4)
    known = PostId("1001", "1001_2")
    again = FACEBOOK.reread_posts(page_key, [known])[known]
    assert isinstance(again, Ok)
    assert (again.value.likes, again.value.views) == (None, 90)
    report = FACEBOOK.inspect_key(page_key, "1001")
    assert isinstance(report, Ok)
    assert list(report.value.lacks) == [Capability.READ_REACTIONS]


def test_without_the_right_to_insights_views_are_not_measured(
    simulate: Start, page_key: AccessToken
) -> None:
    simulate(**world(tokens={page_key.secret: {"scopes": ["pages_read_user_content"]}}))
    outcome = FACEBOOK.read_posts(page_key, "1001")
    assert isinstance(outcome, Ok)
    assert [(post.views, post.likes) for post in outcome.value] == [(None, 0), (None, 0)]
    report = FACEBOOK.inspect_key(page_key, "1001")
    assert isinstance(report, Ok)
    assert {*report.value.lacks} == {Capability.READ_VIEWS, Capability.READ_STATISTICS}


def test_120_known_posts_cost_two_calls_for_each_50(simulate: Start, page_key: AccessToken) -> None:
    posts = [{"id": f"1001_{number}", "at": AT} for number in range(120)]
    networks = simulate(**world(pages={"facebook": {"1001": {"posts": posts}}}))
    asked = [PostId("1001", f"1001_{number}") for number in range(120)]
    outcomes = FACEBOOK.reread_posts(page_key, asked)
    assert {kind_of(each) for each in outcomes.values()} == {None}
    assert networks.methods() == ["ids"] * 6


def test_a_post_that_is_gone_costs_its_fellows_nothing(
    simulate: Start, page_key: AccessToken
) -> None:
    simulate(**world())
    asked = [PostId("1001", name) for name in ("1001_1", "1001_404", "1001_2", "no number")]
    outcomes = FACEBOOK.reread_posts(page_key, asked)
    assert [kind_of(each) for each in outcomes.values()] == [
        None, Kind.NOT_FOUND, None, Kind.NOT_FOUND,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, PostFormat.TEXT),
        ({"media_type": "photo"}, PostFormat.PHOTO),
        ({"media_type": "album"}, PostFormat.ALBUM),
        ({"media_type": "video"}, PostFormat.VIDEO),
        ({"media_type": "link"}, PostFormat.LINK),
        ({"media_type": "event"}, PostFormat.OTHER),
        (
            {"media_type": "video", "permalink_url": "https://www.facebook.com/reel/5"},
            PostFormat.SHORT_VIDEO,
        ),
    ],
)
def test_the_first_attachment_is_the_format(
    simulate: Start, page_key: AccessToken, more: dict[str, str], expected: PostFormat
) -> None:
    post = {"id": "1001_1", "at": AT, **more}
    simulate(**world(pages={"facebook": {"1001": {"posts": [post]}}}))
    outcome = FACEBOOK.read_posts(page_key, "1001")
    assert isinstance(outcome, Ok)
    assert [post.format for post in outcome.value] == [expected]


def test_the_days_of_a_changed_clock_have_23_and_25_hours(
    simulate: Start, page_key: AccessToken
) -> None:
    told = {day: {"page_media_view": 1} for day in ("2026-03-08", "2026-11-01")}
    simulate(**world(pages={"facebook": {"1001": {"statistics": told}}}))
    since, until = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 11, 10, tzinfo=UTC)
    outcome = FACEBOOK.read_statistics(page_key, "1001", since, until)
    assert isinstance(outcome, Ok)
    hours = [(day.ends_at - day.begins_at).total_seconds() / 3600 for day in outcome.value]
    assert hours == [23, 25]


# --- Instagram -----------------------------------------------------------------------------------


def test_another_account_is_named_by_its_name_and_read_through_the_own_one(
    simulate: Start, account_key: AccessToken
) -> None:
    networks = simulate(**world())
    found = INSTAGRAM.find_profile(account_key, "https://www.instagram.com/Tea.home/")
    assert isinstance(found, Ok)
    reading = found.value
    assert (reading.external_id, reading.screen_name, reading.followers) == (
        "tea.home",
        "tea.home",
        70,
    )
    assert networks.methods() == ["me", "node"]
    outcomes = INSTAGRAM.read_profiles(account_key, [OWN, "tea.home", "coffee.home", "no.body"])
    ids = [each.value.external_id for each in outcomes.values() if isinstance(each, Ok)]
    assert ids == [OWN, "tea.home", OWN]
    assert kind_of(outcomes["no.body"]) is Kind.NOT_FOUND


def test_anothers_posts_have_reactions_and_no_views(
    simulate: Start, account_key: AccessToken
) -> None:
    networks = simulate(**world())
    outcome = INSTAGRAM.read_posts(account_key, "tea.home")
    assert isinstance(outcome, Ok)
    assert len(outcome.value) == 60
    newest = outcome.value[0]
    assert (newest.likes, newest.comments, newest.views) == (0, 0, None)
    assert newest.profile_external_id == "tea.home"
    # Who am I, two pages of 50, and an empty one: only that is the end.
    assert networks.methods() == ["me", "node", "node", "node"]


@pytest.mark.parametrize("capability", [Capability.READ_STATISTICS, Capability.REREAD_POSTS])
def test_what_is_told_of_the_own_account_only_is_refused_by_name(
    simulate: Start, account_key: AccessToken, capability: Capability
) -> None:
    simulate(**world())
    post = PostId("tea.home", "17910000000000001")
    outcomes: dict[Capability, Outcome[Any]] = {
        Capability.READ_STATISTICS: INSTAGRAM.read_statistics(
            account_key, "tea.home", NOON - timedelta(days=3), NOON
        ),
        Capability.REREAD_POSTS: INSTAGRAM.reread_posts(account_key, [post])[post],
    }
    outcome = outcomes[capability]
    assert isinstance(outcome, Refused)
    assert (outcome.kind, outcome.capability) == (Kind.PERMISSION, capability)


def test_a_page_without_an_account_says_so(simulate: Start, account_key: AccessToken) -> None:
    simulate(**world(pages={"facebook": {"1001": {}}}))
    outcome = INSTAGRAM.inspect_key(account_key)
    assert isinstance(outcome, Refused)
    assert outcome.message == (
        "No professional account of Instagram is tied to the page of this key."
    )


def test_days_are_read_thirty_at_a_time_each_once(
    simulate: Start, account_key: AccessToken
) -> None:
    days = [datetime(2026, 9, 1, tzinfo=UTC) + timedelta(days=n) for n in range(75)]
    told = {f"{day:%Y-%m-%d}": {"reach": 5} for day in days}
    networks = simulate(**world(pages={"instagram": {OWN: {"statistics": told}}}))
    since, until = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 11, 10, tzinfo=UTC)
    outcome = INSTAGRAM.read_statistics(account_key, OWN, since, until)
    assert isinstance(outcome, Ok)
    begins = [day.begins_at for day in outcome.value]
    assert (len(begins), begins[0]) == (69, datetime(2026, 9, 1, 7, tzinfo=UTC))
    assert begins == sorted(set(begins))
    assert networks.methods() == ["insights"] * 3


def test_the_key_tells_until_when_it_lives_where_the_application_is_known(
    simulate: Start, account_key: AccessToken, settings: Settings
) -> None:
    settings.META_APP_ID, settings.META_APP_SECRET = "5", "secret"
    listed = {"expires_at": 1798761600, "scopes": ["instagram_manage_insights"]}
    simulate(**world(tokens={account_key.secret: listed}))
    outcome = INSTAGRAM.inspect_key(account_key)
    assert isinstance(outcome, Ok)
    assert outcome.value.expires_at == datetime(2027, 1, 1, tzinfo=UTC)
    settings.META_APP_ID = ""
    unknown = INSTAGRAM.inspect_key(account_key)
    assert isinstance(unknown, Ok)
    assert unknown.value.expires_at is None
