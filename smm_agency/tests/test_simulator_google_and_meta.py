"""YouTube, Google and Meta as the simulator plays them: envelopes after recorded real answers."""

import json
from collections.abc import Mapping
from http.client import HTTPConnection
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from smm_agency.simulator.server import Simulator

NOTHING: Mapping[str, str] = {}
NOW = "2026-11-20T12:00:00+00:00"

# Field → type, written by hand after recorded answers of the Data API and the Graph API.
CHANNEL = {
    "kind": str,
    "etag": str,
    "id": str,
    "snippet": {
        "title": str,
        "description": str,
        "customUrl": str,
        "publishedAt": str,
        "thumbnails": dict,
        "localized": {"title": str, "description": str},
    },
    "contentDetails": {"relatedPlaylists": {"likes": str, "uploads": str}},
    "statistics": {
        "viewCount": str,
        "subscriberCount": str,
        "hiddenSubscriberCount": bool,
        "videoCount": str,
    },
}
VIDEO = {
    "kind": str,
    "id": str,
    "snippet": {"publishedAt": str, "channelId": str, "title": str, "description": str},
    "statistics": {"viewCount": str, "likeCount": str, "commentCount": str},
    "status": {"privacyStatus": str, "uploadStatus": str},
}
GOOGLE_ERROR = {
    "code": int,
    "message": str,
    "errors": [{"message": str, "domain": str, "reason": str}],
    "status": str,
}
META_ERROR = {"message": str, "type": str, "code": int, "fbtrace_id": str, "is_transient": bool}
POST = {
    "id": str,
    "message": str,
    "created_time": str,
    "permalink_url": str,
    "comments": {"data": list, "summary": {"total_count": int}},
    "reactions": {"data": list, "summary": {"total_count": int}},
}
MEDIA = {
    "id": str,
    "caption": str,
    "media_type": str,
    "permalink": str,
    "timestamp": str,
    "like_count": int,
    "comments_count": int,
}
INSIGHT = {"name": str, "period": str, "values": [{"value": int, "end_time": str}], "id": str}


def ask(
    networks: Simulator,
    path: str,
    query: Mapping[str, str] = NOTHING,
    *,
    bearer: str = "",
    form: Mapping[str, str] = NOTHING,
) -> tuple[int, Any, dict[str, str]]:
    connection = HTTPConnection("127.0.0.1", networks.port, timeout=5)
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    if form:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    address = f"{path}?{urlencode(query)}" if query else path
    connection.request("POST" if form else "GET", address, urlencode(form), headers)
    response = connection.getresponse()
    body = json.loads(response.read())
    connection.close()
    return response.status, body, dict(response.headers.items())


def assert_shaped(value: Any, shape: Any) -> None:
    if isinstance(shape, dict):
        for name, inner in shape.items():
            assert_shaped(value[name], inner)
    elif isinstance(shape, list):
        assert value
        for each in value:
            assert_shaped(each, shape[0])
    else:
        assert type(value) is shape, value


# --- YouTube -------------------------------------------------------------------------------------


def test_any_channel_is_invented_with_counters_as_text_and_the_same_again() -> None:
    query = {"part": "snippet,contentDetails,statistics", "id": "UCany", "key": "k"}
    with Simulator({"now": NOW}) as networks:
        status, body, _headers = ask(networks, "/youtube/v3/channels", query)
        assert ask(networks, "/youtube/v3/channels", query)[1] == body
    assert (status, body["kind"]) == (200, "youtube#channelListResponse")
    assert_shaped(body["items"], [CHANNEL])


def test_invented_videos_are_listed_by_pages_and_found_by_their_ids() -> None:
    with Simulator({"now": NOW}) as networks:
        query = {"part": "contentDetails", "playlistId": "UUany", "maxResults": "50", "key": "k"}
        page = ask(networks, "/youtube/v3/playlistItems", query)[1]
        following = {**query, "pageToken": page["nextPageToken"]}
        second = ask(networks, "/youtube/v3/playlistItems", following)[1]
        ids = [item["contentDetails"]["videoId"] for item in page["items"]]
        others = {item["contentDetails"]["videoId"] for item in second["items"]}
        found = ask(
            networks,
            "/youtube/v3/videos",
            {"part": "snippet,statistics,status", "id": ",".join(ids), "key": "k"},
        )[1]
    assert (len(ids), others & {*ids}) == (50, set())
    assert [item["id"] for item in found["items"]] == ids
    assert_shaped(found["items"], [VIDEO])


def test_more_than_50_ids_are_too_many_and_a_missing_one_is_left_out() -> None:
    with Simulator({"now": NOW, "invent": False}) as networks:
        many = ",".join(f"UC{n}" for n in range(51))
        status, body, _headers = ask(
            networks, "/youtube/v3/channels", {"part": "id", "id": many, "key": "k"}
        )
        assert (status, body["error"]["errors"][0]["reason"]) == (400, "badRequest")
        nobody = ask(networks, "/youtube/v3/channels", {"part": "id", "id": "UC1", "key": "k"})[1]
    assert "items" not in nobody


@pytest.mark.parametrize(
    ("key", "bearer", "status", "reason"),
    [
        ("", "", 400, "badRequest"),
        ("unknown", "", 400, "badRequest"),
        ("", "unknown", 401, "authError"),
        ("spent", "", 403, "quotaExceeded"),
    ],
)
def test_google_refuses_in_its_own_envelope(
    key: str, bearer: str, status: int, reason: str
) -> None:
    tokens = {"spent": {"kind": "service", "units": 0}}
    with Simulator({"now": NOW, "any_token": False, "tokens": tokens}) as networks:
        answered, body, _headers = ask(
            networks,
            "/youtube/v3/channels",
            {"part": "id", "id": "UC1", "key": key},
            bearer=bearer,
        )
    assert (answered, body["error"]["errors"][0]["reason"]) == (status, reason)
    assert_shaped(body["error"], GOOGLE_ERROR)


def test_a_refresh_token_gives_another_access_token() -> None:
    form = {"client_id": "a", "client_secret": "s", "grant_type": "refresh_token"}
    tokens = {"old": {"kind": "user", "state": "expired", "refresh": "r"}}
    with Simulator({"now": NOW, "any_token": False, "tokens": tokens}) as networks:
        status, body, _headers = ask(networks, "/google/token", form={**form, "refresh_token": "r"})
        assert (status, body["expires_in"], body["token_type"]) == (200, 3599, "Bearer")
        query = {"part": "id", "id": "UC1"}
        assert ask(networks, "/youtube/v3/channels", query, bearer="old")[0] == 401
        assert ask(networks, "/youtube/v3/channels", query, bearer=body["access_token"])[0] == 200
        refused = ask(networks, "/google/token", form={**form, "refresh_token": "other"})
    assert refused[:2] == (
        400,
        {"error": "invalid_grant", "error_description": "Token has been expired or revoked."},
    )


def test_a_report_tells_nothing_of_the_last_days() -> None:
    query = {
        "ids": "channel==UC1",
        "startDate": "2026-11-16",
        "endDate": "2026-11-20",
        "metrics": "views,subscribersGained",
        "dimensions": "day",
    }
    with Simulator({"now": NOW}) as networks:
        body = ask(networks, "/youtube_analytics/v2/reports", query, bearer="user")[1]
    assert [row[0] for row in body["rows"]] == ["2026-11-16", "2026-11-17", "2026-11-18"]
    assert [each["name"] for each in body["columnHeaders"]] == [
        "day",
        "views",
        "subscribersGained",
    ]


# --- Meta ----------------------------------------------------------------------------------------

POST_FIELDS = (
    "id,message,created_time,permalink_url,"
    "comments.limit(0).summary(true),reactions.limit(0).summary(true)"
)


def test_the_next_page_is_a_whole_address_with_the_key_in_it() -> None:
    with Simulator({"now": NOW}) as networks:
        path = "/meta/v26.0/1001/published_posts"
        body = ask(networks, path, {"fields": POST_FIELDS, "limit": "10"}, bearer="EAA")[1]
        address = body["paging"]["next"]
        parts = urlsplit(address)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == networks.url(path[1:])
        assert parse_qs(parts.query)["access_token"] == ["EAA"]
        second = ask(networks, f"{parts.path}?{parts.query}")[1]
    assert_shaped(body["data"] + second["data"], [POST])
    assert len({post["id"] for post in body["data"] + second["data"]}) == 20


def test_any_account_is_invented_with_its_media_and_its_days() -> None:
    account = "/meta/v26.0/17841400000000010"
    fields = "id,caption,media_type,permalink,timestamp,like_count,comments_count"
    days = {"metric": "reach", "period": "day", "since": "2026-11-10", "until": "2026-11-19"}
    with Simulator({"now": NOW}) as networks:
        media = ask(networks, f"{account}/media", {"fields": fields}, bearer="EAA")[1]["data"]
        again = ask(
            networks, "/meta/v26.0/", {"fields": fields, "ids": media[0]["id"]}, bearer="EAA"
        )[1]
        told = ask(networks, f"{account}/insights", days, bearer="EAA")[1]["data"]
    assert_shaped(media, [MEDIA])
    assert again == {media[0]["id"]: media[0]}
    assert_shaped(told, [INSIGHT])
    assert told[0]["values"][0]["end_time"] == "2026-11-11T08:00:00+0000"


def test_the_usage_rises_with_every_call_up_to_the_refusal() -> None:
    tokens = {"EAA": {"usage": 85, "usage_step": 5}}
    with Simulator({"now": NOW, "tokens": tokens}) as networks:
        answers = [ask(networks, "/meta/v26.0/1001", bearer="EAA") for _call in range(3)]
    used = [json.loads(headers["X-App-Usage"])["call_count"] for _s, _b, headers in answers]
    waits = [
        json.loads(headers["X-Business-Use-Case-Usage"])["5550001"][0][
            "estimated_time_to_regain_access"
        ]
        for _s, _b, headers in answers
    ]
    assert (used, waits) == ([90, 95, 100], [0, 19, 19])
    assert [status for status, _body, _headers in answers] == [200, 200, 400]
    assert_shaped(answers[-1][1]["error"], META_ERROR)


def test_an_expired_key_says_190_and_463() -> None:
    with Simulator({"now": NOW, "tokens": {"EAA": {"state": "expired"}}}) as networks:
        status, body, _headers = ask(networks, "/meta/v26.0/me", bearer="EAA")
    assert (status, body["error"]["code"], body["error"]["error_subcode"]) == (400, 190, 463)


@pytest.mark.parametrize(
    "path",
    ["/meta/1001", "/meta/v26.0/", "/meta/v26.0/1/likes", "/youtube/v3/search", "/google/revoke"],
)
def test_an_address_that_is_not_played_is_not_found(path: str) -> None:
    with Simulator({"now": NOW}) as networks:
        assert ask(networks, path)[0] == 404
