"""Daily quotas: counted before the call, by the network's own day."""

from datetime import UTC, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from communities.networks import quotas, rate_limit
from communities.networks.clocks import MOSCOW, PACIFIC
from communities.networks.keys import AccessToken, TokenKind
from communities.networks.outcomes import Kind, Ok, Outcome, RefusedForNow, Scope
from communities.networks.quotas import Quota
from communities.networks.vk import VkAdapter
from communities.tests.networks.conftest import Start


def done() -> Outcome[int]:
    return Ok(1)


@pytest.fixture
def three_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(quotas.QUOTAS, ("vk", "wall.get"), Quota(3, MOSCOW))


def at(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    moment = datetime.fromisoformat(text)
    monkeypatch.setattr(quotas, "_now", lambda: moment)


@pytest.mark.usefixtures("three_a_day")
def test_a_call_above_the_quota_is_not_made_until_it_begins_anew(
    monkeypatch: pytest.MonkeyPatch, vk_key: AccessToken
) -> None:
    at(monkeypatch, "2026-03-10T20:00:00+00:00")  # 23:00 in Moscow
    outcomes = [rate_limit.under_limit(vk_key, "wall.get", done) for _ in range(4)]
    assert [type(each) for each in outcomes] == [Ok, Ok, Ok, RefusedForNow]
    last = outcomes[-1]
    assert isinstance(last, RefusedForNow)
    assert (last.kind, last.scope, last.retry_after) == (Kind.QUOTA_EXHAUSTED, Scope.DAY, 3600.0)
    assert isinstance(rate_limit.under_limit(vk_key, "groups.getById", done), Ok)
    at(monkeypatch, "2026-03-10T21:00:00+00:00")
    assert isinstance(rate_limit.under_limit(vk_key, "wall.get", done), Ok)


@pytest.mark.usefixtures("three_a_day")
def test_a_call_counts_what_it_costs(vk_key: AccessToken) -> None:
    outcomes = [rate_limit.under_limit(vk_key, "wall.get", done, cost=2) for _ in range(2)]
    assert [type(each) for each in outcomes] == [Ok, RefusedForNow]
    assert isinstance(rate_limit.under_limit(vk_key, "wall.get", done), Ok)


@pytest.mark.usefixtures("three_a_day")
def test_a_turn_that_never_came_costs_nothing(vk_key: AccessToken) -> None:
    rate_limit.park(vk_key, 100)
    for _ in range(5):
        outcome = rate_limit.under_limit(vk_key, "wall.get", done)
        assert isinstance(outcome, RefusedForNow)
        assert outcome.kind is Kind.RATE_LIMITED


@pytest.mark.usefixtures("three_a_day")
def test_a_renewed_secret_goes_on_with_the_count() -> None:
    refresh = uuid4().hex
    keys = [
        AccessToken("vk", TokenKind.USER, uuid4().hex, refresh_secret=refresh) for _ in range(4)
    ]
    outcomes = [rate_limit.under_limit(each, "wall.get", done) for each in keys]
    assert [type(each) for each in outcomes] == [Ok, Ok, Ok, RefusedForNow]


@pytest.mark.parametrize(
    ("zone", "now", "reset"),
    [
        (MOSCOW, "2026-03-10T20:59:59+00:00", "2026-03-10T21:00:00+00:00"),
        (MOSCOW, "2026-03-10T21:00:00+00:00", "2026-03-11T21:00:00+00:00"),
        (PACIFIC, "2026-11-28T07:59:00+00:00", "2026-11-28T08:00:00+00:00"),
        # The days on which the clocks go on and back.
        (PACIFIC, "2026-03-08T08:30:00+00:00", "2026-03-09T07:00:00+00:00"),
        (PACIFIC, "2026-11-01T07:30:00+00:00", "2026-11-02T08:00:00+00:00"),
    ],
)
def test_a_quota_begins_anew_at_the_networks_midnight(zone: ZoneInfo, now: str, reset: str) -> None:
    quota = Quota(1, zone)
    assert quota.reset_at(datetime.fromisoformat(now)) == datetime.fromisoformat(reset)
    assert quota.reset_at(datetime.fromisoformat(now)).tzinfo is UTC


@pytest.mark.parametrize(
    ("network", "method", "units", "zone"),
    [
        ("vk", "wall.get", 5_000, MOSCOW),
        ("youtube", "data", 10_000, PACIFIC),
        ("youtube", "search", 100, PACIFIC),
    ],
)
def test_quotas_of_the_networks(network: str, method: str, units: int, zone: ZoneInfo) -> None:
    assert quotas.QUOTAS[network, method] == Quota(units, zone)


@pytest.mark.usefixtures("three_a_day")
def test_vk_is_not_called_above_its_quota(simulate: Start, vk_key: AccessToken) -> None:
    networks = simulate(groups={"1": {"posts": []}})
    outcomes = [VkAdapter().read_posts(vk_key, "1") for _ in range(5)]
    assert [type(each) for each in outcomes[-2:]] == [RefusedForNow] * 2
    assert networks.methods() == ["wall.get"] * 3
