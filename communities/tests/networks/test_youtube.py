"""What is YouTube's alone; what all networks owe is asked by the contract test."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import Settings

from communities.networks import youtube_errors, youtube_statistics, youtube_videos
from communities.networks.clocks import PACIFIC, next_midnight
from communities.networks.http import Answer
from communities.networks.keys import AccessToken, Capability, TokenKind
from communities.networks.outcomes import Kind, Ok, Refused, RefusedForNow
from communities.networks.records import PostId
from communities.networks.youtube import YouTubeAdapter
from communities.tests.networks.conftest import Start

YOUTUBE = YouTubeAdapter()
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
AT = "2026-11-20T09:00:00Z"
PAGES = {
    "UC1": {"handle": "coffee", "subscribers": 1234567, "posts": [{"id": "v1", "at": AT}]},
    "UC2": {"handle": "кофе", "subscribers": 999, "posts": []},
}


@pytest.fixture
def key() -> AccessToken:
    return AccessToken("youtube", TokenKind.SERVICE, f"AIza{uuid4().hex}")


@pytest.fixture
def owner() -> AccessToken:
    secret = f"ya29.{uuid4().hex}"
    return AccessToken("youtube", TokenKind.USER, secret, refresh_secret=f"1//{uuid4().hex}")


def world(**more: Any) -> dict[str, Any]:
    return {"invent": False, "now": NOON.isoformat(), "pages": {"youtube": PAGES}, **more}


# --- Channels ------------------------------------------------------------------------------------


def test_subscribers_are_as_rounded_as_youtube_tells_them(
    simulate: Start, key: AccessToken
) -> None:
    simulate(**world())
    outcomes = YOUTUBE.read_profiles(key, ["UC1", "UC2"])
    told = [each.value.followers for each in outcomes.values() if isinstance(each, Ok)]
    assert told == [1230000, 999]


def test_a_handle_of_any_alphabet_leads_to_its_channel(simulate: Start, key: AccessToken) -> None:
    networks = simulate(**world())
    outcomes = YOUTUBE.read_profiles(key, ["@кофе", "UC1", "@nobody", "two words"])
    ids = {name: each.value.external_id for name, each in outcomes.items() if isinstance(each, Ok)}
    assert ids == {"@кофе": "UC2", "UC1": "UC1"}
    kinds = {name: each.kind for name, each in outcomes.items() if isinstance(each, Refused)}
    assert kinds == {"@nobody": Kind.NOT_FOUND, "two words": Kind.INVALID_REQUEST}
    # One call for all numbers, one for each name.
    assert networks.methods() == ["channels.list"] * 3


def test_hidden_subscribers_are_not_measured_though_youtube_writes_a_zero() -> None:
    counters = {"hiddenSubscriberCount": True, "subscriberCount": "0"}
    reading = youtube_videos.channel_reading({"id": "UC7", "statistics": counters}, NOON)
    assert reading is not None
    assert reading.followers is None


def test_a_channel_without_a_handle_is_addressed_by_its_number() -> None:
    item = {"id": "UC7", "snippet": {"customUrl": "oldname", "title": "Old"}}
    reading = youtube_videos.channel_reading(item, NOON)
    assert reading is not None
    assert (reading.screen_name, reading.url) == ("", "https://www.youtube.com/channel/UC7")


@pytest.mark.parametrize(
    ("snippet", "expected"),
    [({"thumbnails": {"default": {"url": "https://a"}}}, None), ({}, False)],
)
def test_a_picture_proves_no_avatar(snippet: dict[str, Any], expected: bool | None) -> None:
    """YouTube draws a letter where none was set."""
    facts = youtube_videos.page_facts({"id": "UC1", "snippet": snippet}, NOON)
    assert facts is not None
    assert (facts.has_avatar, facts.has_cover) == (expected, None)


# --- Videos --------------------------------------------------------------------------------------


def test_a_channel_without_videos_has_no_posts(simulate: Start, key: AccessToken) -> None:
    networks = simulate(**world())
    assert YOUTUBE.read_posts(key, "UC2") == Ok([])
    assert networks.methods() == ["channels.list", "playlistItems.list"]


def test_a_video_that_goes_between_two_pages_makes_the_list_be_read_again(
    simulate: Start, key: AccessToken
) -> None:
    hours = [NOON - timedelta(hours=age) for age in range(60)]
    posts = [{"id": f"v{age}", "at": f"{at:%Y-%m-%dT%H:%M:%SZ}"} for age, at in enumerate(hours)]
    gone = {"method": "playlistItems.list", "fault": "delete_post", "group": "UC1", "post": "v0"}
    pages = {"youtube": {"UC1": {"posts": posts}}}
    networks = simulate(**world(pages=pages, faults=[gone]))
    outcome = YOUTUBE.read_posts(key, "UC1")
    assert isinstance(outcome, Ok)
    assert [post.external_id for post in outcome.value] == [f"v{age}" for age in range(1, 60)]
    assert networks.methods().count("playlistItems.list") == 4


def test_120_known_videos_cost_three_calls(simulate: Start, key: AccessToken) -> None:
    networks = simulate(**world())
    asked = [PostId("UC1", f"v{number}") for number in range(120)]
    outcomes = YOUTUBE.reread_posts(key, asked)
    assert list(outcomes) == asked
    assert [post.external_id for post, each in outcomes.items() if isinstance(each, Ok)] == ["v1"]
    assert [len(call.parameters["id"].split(",")) for call in networks.calls] == [50, 50, 20]


def test_a_video_that_became_private_is_gone_for_its_owner_too(
    simulate: Start, owner: AccessToken
) -> None:
    hidden = {"UC1": {"posts": [{"id": "v1", "at": AT, "privacy": "private"}]}}
    simulate(**world(pages={"youtube": hidden}))
    post = PostId("UC1", "v1")
    outcome = YOUTUBE.reread_posts(owner, [post])[post]
    assert isinstance(outcome, Refused)
    assert outcome.kind is Kind.NOT_FOUND


def test_a_stream_that_is_announced_is_no_post_yet() -> None:
    assert not youtube_videos.is_published({"snippet": {"liveBroadcastContent": "upcoming"}})
    assert youtube_videos.is_published({"snippet": {"liveBroadcastContent": "live"}})


# --- Keys ----------------------------------------------------------------------------------------


def test_a_key_of_the_api_lacks_the_days(simulate: Start, key: AccessToken) -> None:
    simulate(**world())
    outcome = YOUTUBE.inspect_key(key, "UC1")
    assert isinstance(outcome, Ok)
    assert Capability.READ_POSTS in outcome.value.able
    assert outcome.value.lacks == {
        Capability.READ_STATISTICS: (
            "YouTube tells a channel's days to its owner only: enter an administrator's key."
        )
    }


def test_an_owner_of_another_channel_lacks_the_days_in_googles_words(
    simulate: Start, owner: AccessToken
) -> None:
    simulate(**world(tokens={owner.secret: {"kind": "user", "owner_of": ["UC2"]}}))
    outcome = YOUTUBE.inspect_key(owner, "UC1")
    assert isinstance(outcome, Ok)
    assert outcome.value.lacks == {Capability.READ_STATISTICS: "YouTube error forbidden: Forbidden"}


def test_a_key_of_the_other_kind_is_refused(simulate: Start, key: AccessToken) -> None:
    simulate(**world(tokens={key.secret: {"kind": "service"}}))
    as_access = AccessToken("youtube", TokenKind.USER, key.secret)
    outcome = YOUTUBE.inspect_key(as_access)
    assert isinstance(outcome, Refused)
    assert outcome.kind is Kind.TOKEN_INVALID


def test_refresh_without_the_agencys_client_names_the_setting(
    simulate: Start, owner: AccessToken, settings: Settings
) -> None:
    networks = simulate(**world())
    settings.GOOGLE_CLIENT_ID = ""
    outcome = YOUTUBE.refresh(owner)
    assert isinstance(outcome, Refused)
    assert (outcome.kind, outcome.field) == (Kind.INVALID_REQUEST, "GOOGLE_CLIENT_ID")
    assert networks.calls == []


def test_refresh_of_a_revoked_access_says_so(
    simulate: Start, owner: AccessToken, settings: Settings
) -> None:
    settings.GOOGLE_CLIENT_ID, settings.GOOGLE_CLIENT_SECRET = "agency", "secret"
    simulate(**world(faults=[{"method": "token", "fault": "error:invalid_grant"}]))
    outcome = YOUTUBE.refresh(owner)
    assert isinstance(outcome, Refused)
    assert (outcome.kind, outcome.message) == (
        Kind.TOKEN_INVALID,
        "Google does not renew the key: invalid_grant, Token has been expired or revoked.",
    )


# --- Errors and quotas ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (401, {"errors": [{"reason": "authError"}]}, Kind.TOKEN_INVALID),
        (401, {}, Kind.TOKEN_INVALID),
        (403, {"errors": [{"reason": "quotaExceeded"}]}, Kind.QUOTA_EXHAUSTED),
        (403, {"errors": [{"reason": "userRateLimitExceeded"}]}, Kind.RATE_LIMITED),
        (429, {}, Kind.RATE_LIMITED),
        (403, {"errors": [{"reason": "accessNotConfigured"}]}, Kind.PERMISSION),
        (400, {"errors": [{"reason": "invalidPageToken"}]}, Kind.INVALID_REQUEST),
        (404, {"errors": [{"reason": "videoNotFound"}]}, Kind.NOT_FOUND),
        (503, {"errors": [{"reason": "backendError"}]}, Kind.TEMPORARY),
        (500, {"errors": [{"reason": "somethingNew"}]}, Kind.TEMPORARY),
        (418, {"errors": [{"reason": "teapot"}]}, Kind.UNKNOWN),
        (418, "text", Kind.UNKNOWN),
        (
            400,
            {"errors": [{"reason": "badRequest"}], "details": [{"reason": "API_KEY_INVALID"}]},
            Kind.TOKEN_INVALID,
        ),
        (
            403,
            {
                "errors": [{"reason": "insufficientPermissions"}],
                "details": [{"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}],
            },
            Kind.PERMISSION,
        ),
    ],
)
def test_a_reason_of_google_has_our_meaning(status: int, error: object, kind: Kind) -> None:
    outcome = youtube_errors.failure(Answer(status, None), error, secret="", can_refresh=False)
    assert outcome.kind is kind


def test_an_access_token_that_can_be_renewed_has_only_run_out() -> None:
    error = {"errors": [{"reason": "authError"}]}
    outcome = youtube_errors.failure(Answer(401, None), error, secret="", can_refresh=True)
    assert outcome.kind is Kind.TOKEN_EXPIRED


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (datetime(2026, 11, 20, 8, tzinfo=UTC), 24),
        (datetime(2026, 11, 20, 7, 30, tzinfo=UTC), 0.5),
        # The clock goes back on 1 November, forward on 8 March.
        (datetime(2026, 11, 1, 7, tzinfo=UTC), 25),
        (datetime(2026, 3, 8, 8, tzinfo=UTC), 23),
    ],
)
def test_quotas_begin_anew_at_midnight_in_california(now: datetime, hours: float) -> None:
    assert (next_midnight(now, PACIFIC) - now).total_seconds() == hours * 3600


def test_the_simulator_counts_the_units_of_a_day(simulate: Start, key: AccessToken) -> None:
    networks = simulate(**world(tokens={key.secret: {"kind": "service", "units": 2}}))
    for _call in range(2):
        assert isinstance(YOUTUBE.find_profile(key, "UC1"), Ok)
    outcome = YOUTUBE.find_profile(key, "UC1")
    assert isinstance(outcome, RefusedForNow)
    assert (outcome.kind, outcome.message) == (
        Kind.QUOTA_EXHAUSTED,
        "YouTube error quotaExceeded: The request cannot be completed because you have exceeded"
        " your quota.",
    )
    # The key is left alone until then: no further call is made.
    assert isinstance(YOUTUBE.find_profile(key, "UC1"), RefusedForNow)
    assert len(networks.calls) == 3


# --- Days ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        # Midnight in Moscow is no midnight there: the first day would be cut.
        ("2026-11-14T21:00+00:00", "2026-11-17T21:00+00:00", ("2026-11-15", "2026-11-16")),
        ("2026-11-15T08:00+00:00", "2026-11-16T08:00+00:00", ("2026-11-15", "2026-11-15")),
        ("2026-11-15T08:00+00:00", "2026-11-16T07:59+00:00", None),
    ],
)
def test_only_whole_pacific_days_are_asked_for(
    since: str, until: str, expected: tuple[str, str] | None
) -> None:
    found = youtube_statistics.whole_days(
        datetime.fromisoformat(since), datetime.fromisoformat(until)
    )
    assert found == (tuple(date.fromisoformat(day) for day in expected) if expected else None)


def test_a_report_is_read_by_the_names_of_its_columns() -> None:
    columns = [{"name": "views"}, {"name": "day"}, {"name": "subscribersLost"}]
    rows: list[Any] = [[7, "2026-11-16", 2], [5, "2026-11-15", 0], [1, "soon", 1], "x"]
    days = youtube_statistics.days({"columnHeaders": columns, "rows": rows}, read_at=NOON)
    assert days is not None
    assert [(day.begins_at, day.views, day.left, day.joined) for day in days] == [
        (datetime(2026, 11, 15, 8, tzinfo=UTC), 5, 0, None),
        (datetime(2026, 11, 16, 8, tzinfo=UTC), 7, 2, None),
    ]
