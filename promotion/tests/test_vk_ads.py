"""The adapter of VK Реклама: invented bodies in the network's real shapes, and the simulator."""

import datetime as dt
import logging
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest
import respx
from pytest_django import Settings

from communities.networks.http import Answer
from communities.networks.keys import AccessToken, FreshToken
from communities.networks.outcomes import (
    TOO_MANY,
    Kind,
    Ok,
    Outcome,
    OutcomeUnknown,
    Refused,
    RefusedForNow,
    Scope,
)
from promotion.networks import vk_ads, vk_ads_errors, vk_ads_tokens
from promotion.networks.readings import ReadFigure, ReadObject
from promotion.networks.vk_ads_statistics import money, read_figures
from promotion.networks.vk_ads_tokens import App
from promotion.tests.conftest import Start

BASE = "https://ads.example/api/v2"
APP = App("app-1", "app-secret")
DAY = dt.date(2026, 3, 11)


@pytest.fixture
def key() -> AccessToken:
    """A key of its own for each test: no other test's calls count against its limit."""
    return vk_ads.token(uuid4().hex)


@pytest.fixture
def network(settings: Settings) -> Any:
    settings.VK_ADS_API_URL = BASE
    settings.NETWORK_ALLOWED_HOSTS = ["ads.example"]
    with respx.mock(assert_all_called=False) as network:
        yield network


def answers(network: Any, path: str, *bodies: Any, method: str = "GET") -> Any:
    """The route, which gives these bodies (or responses) one after another."""
    responses = [
        each if isinstance(each, httpx.Response) else httpx.Response(200, json=each)
        for each in bodies
    ]
    return network.route(method=method, path=f"/api/v2/{path}").mock(side_effect=responses)


def kind_of(outcome: Outcome[Any]) -> Kind:
    assert isinstance(outcome, Refused | RefusedForNow | OutcomeUnknown)
    return outcome.kind


# --- Statistics ----------------------------------------------------------------------------------

ROW: dict[str, Any] = {
    "date": "2026-03-11",
    "base": {
        "shows": 2_235, "clicks": 61, "goals": 0, "spent": "1662.30", "not_ad_spent": "0",
        "cpm": "74.35", "ctr": 0.2728451938990025, "vk": {"goals": 3, "cpa": "554.10", "cr": 4.9},
    },
    "events": {"likes": 0, "joinings": 9, "moving_into_group": 0},
    "uniques": {"reach": 0, "total": 1_560, "increment": 1_560, "frequency": 1.38},
    "social_network": {"vk_join": 1, "result_join": 2, "vk_message": 3, "result_message": 4},
}  # fmt: skip


def read(row: dict[str, Any]) -> ReadFigure | None:
    found = read_figures("ad", {"items": [{"id": 7, "rows": [row]}]}, asked={"7"})
    return found[0] if found else None


def read_whole(**changed: Any) -> ReadFigure:
    found = read({**ROW, **changed})
    assert found is not None
    return found


def test_row_is_read_as_the_network_means_it() -> None:
    """Conversions stand in `vk` while `base.goals` is 0; `uniques.reach` is never anything."""
    assert read(ROW) == ReadFigure(
        "ad", "7", DAY, DAY, Decimal("1662.30"),
        impressions=2_235, reach=1_560, clicks=61, joins=2, messages=4, results=3,
    )  # fmt: skip


def test_day_without_anything_is_zeros_and_not_gaps() -> None:
    zeros = {"shows": 0, "clicks": 0, "goals": 0, "spent": "0", "vk": {"goals": 0}}
    assert read({"date": "2026-03-11", "base": zeros}) == ReadFigure(
        "ad", "7", DAY, DAY, Decimal(0), impressions=0, clicks=0, results=0
    )


@pytest.mark.parametrize(
    ("block", "told", "expected"),
    [
        ("social_network", {"vk_join": 1}, 1),
        ("social_network", {"result_join": 0, "vk_join": 1}, 0),
        ("social_network", {}, 9),
    ],
)
def test_joins_are_the_results_then_vk_s_then_the_events(
    block: str, told: dict[str, int], expected: int
) -> None:
    assert read_whole(**{block: told}).joins == expected


def test_absent_blocks_are_not_measured() -> None:
    found = read({"date": "2026-03-11", "base": ROW["base"]})
    assert found is not None
    assert (found.joins, found.messages, found.reach) == (None, None, None)


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ({"vk": {"result": 5}, "goals": 0}, 5),
        ({"goals": 6}, 6),
        ({"vk": {}, "goals": 0}, 0),
        ({}, None),
    ],
)  # fmt: skip
def test_results_fall_back_where_vk_counts_none(base: dict[str, Any], expected: int | None) -> None:
    assert read_whole(base={"spent": "1", **base}).results == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [("0", "0"), ("490885.43", "490885.43"), (1200.5, "1200.5"), (3, "3"), ("-5.00", "-5.00")],
)
def test_money_is_read_by_its_digits(written: object, expected: str) -> None:
    assert str(money(written)) == expected


@pytest.mark.parametrize("written", ["", "1 200", "1200,50", "NaN", "Infinity", None, True, []])
def test_money_that_is_none_is_not_guessed(written: object) -> None:
    assert money(written) is None


@pytest.mark.parametrize(
    "row",
    [
        {**ROW, "date": "11.03.2026"},
        {**ROW, "base": {**ROW["base"], "spent": "many"}},
        {**ROW, "base": {**ROW["base"], "spent": None}},
        "nothing",
    ],
)
def test_row_of_another_shape_spoils_the_answer(row: Any) -> None:
    assert read_figures("ad", {"items": [{"id": 7, "rows": [row]}]}, asked={"7"}) is None


@pytest.mark.parametrize("body", [{}, {"items": [{"id": 8, "rows": []}]}, {"items": [{"id": 7}]}])
def test_answer_about_something_else_is_not_taken(body: dict[str, Any]) -> None:
    assert read_figures("ad", body, asked={"7"}) is None


def test_days_are_asked_for_by_two_hundred_and_a_year_at_most(
    network: Any, key: AccessToken
) -> None:
    ids = [str(number) for number in range(1, 202)]
    bodies = [{"items": [{"id": int(some), "rows": [ROW]}]} for some in ("1", "201")]
    route = answers(network, "statistics/banners/day.json", *bodies)
    outcome = vk_ads.read_days(key, "ad", ids, DAY - dt.timedelta(days=500), DAY)
    assert isinstance(outcome, Ok)
    assert [each.external_id for each in outcome.value] == ["1", "201"]
    asked = [dict(call.request.url.params) for call in route.calls]
    assert [each["id"].count(",") for each in asked] == [199, 0]
    assert {(each["date_from"], each["date_to"], each["metrics"]) for each in asked} == {
        ("2025-03-11", "2026-03-11", "base,events,uniques,social_network")
    }


# --- Lists ---------------------------------------------------------------------------------------


def test_lists_are_paged_by_what_comes_back(network: Any, key: AccessToken) -> None:
    """The network may give less a page than was asked for."""
    pages = [
        {"count": 3, "offset": 0, "items": [{"id": 1, "name": None, "status": None}]},
        {"count": 3, "offset": 1, "items": [{"id": 2, "name": "B", "status": "active"}]},
        {"count": 3, "offset": 2, "items": [{"id": "3", "name": "C", "status": "deleted"}]},
    ]
    plans = answers(network, "ad_plans.json", *pages)
    group = {"id": 1, "name": "широкая", "status": None, "ad_plan_id": 2}
    answers(network, "ad_groups.json", {"count": 1, "items": [group]})
    answers(network, "banners.json", {"count": 0, "items": []})
    outcome = vk_ads.read_objects(key)
    assert outcome == Ok(
        [
            ReadObject("campaign", "1"),
            ReadObject("campaign", "2", "B", "active"),
            ReadObject("campaign", "3", "C", "deleted"),
            ReadObject("group", "1", "широкая", "", "campaign", "2"),
        ]
    )
    assert [call.request.url.params["offset"] for call in plans.calls] == ["0", "1", "2"]


@pytest.mark.parametrize("body", [{"items": None}, {"items": [{"name": "no id"}]}, [1]])
def test_list_of_another_shape_is_repeated_later(network: Any, key: AccessToken, body: Any) -> None:
    answers(network, "ad_plans.json", body)
    assert kind_of(vk_ads.read_objects(key)) is Kind.UNKNOWN


# --- Errors --------------------------------------------------------------------------------------


def refused(status: int, body: object, **headers: str) -> Any:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = Answer(status, body, headers=httpx.Headers(names))
    return vk_ads_errors.failure(answer, writes=False)


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("expired_token", Kind.TOKEN_EXPIRED),
        ("invalid_token", Kind.TOKEN_INVALID),
        ("revoked_token", Kind.NEEDS_HUMAN),
        ("invalid_client", Kind.NEEDS_HUMAN),
        ("invalid_user", Kind.NEEDS_HUMAN),
        ("something_new", Kind.TOKEN_INVALID),
    ],
)
def test_faults_of_keys_are_told_apart_in_both_shapes(code: str, kind: Kind, nested: bool) -> None:
    told = {"code": code, "message": "x"}
    assert kind_of(refused(401, {"error": told} if nested else told)) is kind


def test_fault_of_a_key_may_stand_in_the_header_only() -> None:
    header = 'Bearer realm="api", error="expired_token"'
    assert kind_of(refused(401, None, WWW_Authenticate=header)) is Kind.TOKEN_EXPIRED


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((400, Kind.INVALID_REQUEST), (403, Kind.PERMISSION), (404, Kind.NOT_FOUND)),
        *((405, Kind.INVALID_REQUEST), (413, Kind.INVALID_REQUEST)),
        *((500, Kind.TEMPORARY), (503, Kind.TEMPORARY)),
    ],
)
def test_statuses_have_a_kind(status: int, kind: Kind) -> None:
    body = {"error": {"code": "ERR_X", "message": "no"}}
    assert kind_of(refused(status, body)) is kind


def test_validation_names_the_fields() -> None:
    fields = {"date_to": {"code": "bad_value", "message": "in the future"}}
    error = {"code": "validation_failed", "message": "Wrong", "fields": fields}
    assert refused(400, {"error": error}) == Refused(
        Kind.INVALID_REQUEST,
        "VK Реклама refused (validation_failed): Wrong; date_to: in the future",
    )


def test_too_many_ids_are_named_as_such() -> None:
    assert refused(400, {"error": {"code": "ERR_LIMIT_EXCEEDED"}}).field == TOO_MANY


def test_used_up_seconds_are_waited_out() -> None:
    assert refused(429, {}, X_RateLimit_RPS_Remaining="0") == RefusedForNow(
        Kind.RATE_LIMITED, "VK Реклама asks to wait.", 1.0, Scope.SECOND
    )


@pytest.mark.parametrize(
    ("window", "scope", "longest"), [("Hourly", Scope.HOUR, 3600), ("Daily", Scope.DAY, 86400)]
)
def test_used_up_hours_and_days_end_with_the_calendar_s(
    window: str, scope: Scope, longest: int
) -> None:
    found = refused(429, {}, **{f"X_RateLimit_{window}_Remaining": "0"})
    assert (found.kind, found.scope) == (Kind.QUOTA_EXHAUSTED, scope)
    assert 1 <= found.retry_after <= longest


@pytest.mark.parametrize(
    "response",
    [httpx.Response(502, text="<html>Bad Gateway</html>"), httpx.Response(200, text="{half")],
)
def test_unreadable_body_is_asked_for_later(
    network: Any, key: AccessToken, response: httpx.Response
) -> None:
    answers(network, "user.json", response)
    assert isinstance(vk_ads.read_user(key), RefusedForNow)


def test_key_with_a_slip_of_copying_is_never_sent(network: Any) -> None:
    assert kind_of(vk_ads.read_user(vk_ads.token("клuч"))) is Kind.TOKEN_INVALID
    assert not network.calls


# --- Tokens --------------------------------------------------------------------------------------

GRANTED = {"access_token": "new", "token_type": "bearer", "refresh_token": "again"}


@pytest.mark.parametrize("life", [86400, "86400", None])
def test_life_of_a_token_comes_as_a_number_or_a_text(network: Any, life: object) -> None:
    answers(network, "oauth2/token.json", {**GRANTED, "expires_in": life}, method="POST")
    outcome = vk_ads_tokens.mint(APP)
    assert isinstance(outcome, Ok)
    fresh = outcome.value
    assert (fresh.secret, fresh.refresh_secret) == ("new", "again")
    assert fresh.expires_at is not None
    left = fresh.expires_at - dt.datetime.now(dt.UTC)
    assert dt.timedelta(hours=23) < left <= dt.timedelta(hours=24)


@pytest.mark.parametrize(
    ("client", "grant"),
    [
        ("", {"grant_type": "client_credentials"}),
        ("77", {"grant_type": "agency_client_credentials", "agency_client_id": "77"}),
        ("a@b", {"grant_type": "agency_client_credentials", "agency_client_name": "a@b"}),
    ],
)
def test_grant_is_the_client_s_or_the_agency_s(
    network: Any, client: str, grant: dict[str, str]
) -> None:
    route = answers(network, "oauth2/token.json", GRANTED, method="POST")
    vk_ads_tokens.mint(App("app-1", "app-secret", client))
    assert dict(httpx.QueryParams(route.calls[0].request.content.decode())) == {
        "client_id": "app-1",
        "client_secret": "app-secret",
        **grant,
    }


def test_sixth_token_is_refused_plainly(network: Any) -> None:
    answers(network, "oauth2/token.json", httpx.Response(403, json={}), method="POST")
    outcome = vk_ads_tokens.mint(APP)
    assert isinstance(outcome, Refused)
    assert outcome.message.startswith("VK Реклама gives no token (no explanation). Either at")


def test_access_that_was_not_granted_is_quoted(network: Any) -> None:
    told = {"error": "access_denied", "error_description": "API is closed"}
    answers(network, "oauth2/token.json", httpx.Response(403, json=told), method="POST")
    outcome = vk_ads_tokens.mint(APP)
    assert isinstance(outcome, Refused)
    assert outcome.message.startswith("VK Реклама gives no token (API is closed). Either at most 5")


def test_lost_answer_to_a_mint_is_unknown_and_to_a_refresh_is_not(network: Any) -> None:
    network.route(method="POST").mock(side_effect=httpx.ReadTimeout("slow"))
    assert isinstance(vk_ads_tokens.mint(APP), OutcomeUnknown)
    assert isinstance(vk_ads_tokens.refresh(APP, "again"), RefusedForNow)


def test_app_without_its_secret_asks_nobody(network: Any) -> None:
    assert kind_of(vk_ads_tokens.mint(App("app-1", ""))) is Kind.NEEDS_HUMAN
    assert not network.calls


def test_secrets_stand_in_no_text_and_no_log(
    network: Any, key: AccessToken, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even where the network quotes them."""
    caplog.set_level(logging.DEBUG)
    for path, secret, method in (
        ("user.json", key.secret, "GET"),
        ("oauth2/token.json", APP.client_secret, "POST"),
    ):
        quoting = httpx.Response(400, json={"error": {"code": "x", "message": f"no {secret}"}})
        answers(network, path, quoting, method=method)
    user, minted = vk_ads.read_user(key), vk_ads_tokens.mint(APP)
    assert [each.message for each in (user, minted) if isinstance(each, Refused)] == [
        "VK Реклама refused (x): no ***",
        "VK Реклама refused (x): no ***",
    ]
    told = f"{user!r} {minted!r} {APP!r} {key!r} {caplog.text}"
    assert (key.secret in told, APP.client_secret in told) == (False, False)


# --- The simulator -------------------------------------------------------------------------------


def granted(outcome: Outcome[FreshToken]) -> AccessToken:
    assert isinstance(outcome, Ok)
    return vk_ads.token(outcome.value.secret)


def test_invented_account_is_read_whole(simulate: Start) -> None:
    simulate()
    key = granted(vk_ads_tokens.mint(APP))
    listed = vk_ads.read_objects(key)
    assert isinstance(listed, Ok)
    assert [each.level for each in listed.value] == [
        *["campaign"] * 2,
        *["group"] * 4,
        *["ad"] * 8,
    ]
    today = dt.datetime.now(dt.UTC).date()
    first = today - dt.timedelta(days=7)
    last = today - dt.timedelta(days=1)
    sums = {}
    for level in ("campaign", "ad"):
        ids = [each.external_id for each in listed.value if each.level == level]
        read = vk_ads.read_days(key, level, ids, first, last)
        assert isinstance(read, Ok)
        assert len(read.value) == 7 * len(ids)
        sums[level] = sum((each.spend or Decimal() for each in read.value), Decimal())
    assert sums["campaign"] == sums["ad"] > 0


def test_refresh_stops_the_token_before(simulate: Start) -> None:
    simulate()
    first = vk_ads_tokens.mint(APP)
    assert isinstance(first, Ok)
    old = granted(first)
    assert isinstance(vk_ads.read_user(old), Ok)
    new = granted(vk_ads_tokens.refresh(APP, first.value.refresh_secret))
    assert isinstance(vk_ads.read_user(new), Ok)
    assert kind_of(vk_ads.read_user(old)) is Kind.TOKEN_INVALID


def test_tokens_are_five_until_the_old_ones_are_deleted(simulate: Start) -> None:
    simulate()
    assert [isinstance(vk_ads_tokens.mint(APP), Ok) for _number in range(6)] == [True] * 5 + [False]
    assert vk_ads_tokens.delete_all(APP) == Ok(None)
    assert isinstance(vk_ads_tokens.mint(APP), Ok)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("error:expired_token", Kind.TOKEN_EXPIRED),
        ("error:revoked_token", Kind.NEEDS_HUMAN),
        ("error:ERR_INTERNAL", Kind.TEMPORARY),
        ("half", Kind.TEMPORARY),
        ("http502", Kind.TEMPORARY),
    ],
)
def test_faults_of_the_network_have_their_kinds(
    simulate: Start, key: AccessToken, fault: str, kind: Kind
) -> None:
    simulate(faults=[{"network": "vk_ads", "method": "user", "fault": fault, "times": None}])
    assert kind_of(vk_ads.read_user(key)) is kind


def test_second_that_is_used_up_is_waited_out(simulate: Start, key: AccessToken) -> None:
    simulate(faults=[{"network": "vk_ads", "method": "user", "fault": "error:rate"}])
    assert isinstance(vk_ads.read_user(key), Ok)
