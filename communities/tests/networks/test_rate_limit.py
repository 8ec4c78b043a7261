import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import redis
from django.conf import settings as configured
from pytest_django import Settings

from communities.networks import configuration, rate_limit
from communities.networks.keys import AccessToken, TokenKind
from communities.networks.outcomes import Kind, Ok, Outcome, OutcomeUnknown, RefusedForNow, Scope
from communities.tests.networks.conftest import Start

# Another process with the same Redis: the moments of its calls, on the machine's clock.
ANOTHER_PROCESS = """
import sys, time
from types import SimpleNamespace
from django.conf import settings
settings.configure(REDIS=SimpleNamespace(limiter=sys.argv[1]))
from communities.networks import rate_limit
from communities.networks.keys import AccessToken, TokenKind
from communities.networks.outcomes import Ok
key = AccessToken("vk", TokenKind.SERVICE, sys.argv[2])
for _ in range(4):
    print(rate_limit.under_limit(key, "wall.get", lambda: Ok(time.time())).value)
"""


def key(kind: TokenKind = TokenKind.SERVICE, network: str = "vk") -> AccessToken:
    return AccessToken(network, kind, uuid4().hex)


def moment() -> Outcome[float]:
    return Ok(time.time())


def moments(outcomes: list[Outcome[float]]) -> list[float]:
    return sorted(outcome.value for outcome in outcomes if isinstance(outcome, Ok))


def span(calls: list[float]) -> float:
    """Seconds from the first to the last call: two windows for 7 or 8 calls at 3 in a window."""
    return max(calls) - min(calls)


def counted(outcome: Outcome[float]) -> tuple[Callable[[], Outcome[float]], list[int]]:
    """A call with this outcome, and the list that grows with each time it was made."""
    made: list[int] = []

    def call() -> Outcome[float]:
        made.append(1)
        return outcome

    return call, made


@pytest.mark.parametrize(
    ("one", "name", "calls"),
    [
        (key(TokenKind.SERVICE), "key", 3),
        (key(TokenKind.USER), "key", 3),
        (key(TokenKind.COMMUNITY), "key", 20),
        (key(TokenKind.BOT, "telegram"), "key", 30),
    ],
)
def test_windows_of_each_kind_of_key(one: AccessToken, name: str, calls: int) -> None:
    assert [(window.name, window.calls) for window in rate_limit.windows(one)] == [(name, calls)]


def test_windows_of_a_telegram_chat_that_is_written_to() -> None:
    found = rate_limit.windows(key(TokenKind.BOT, "telegram"), chat="-1001")
    assert [(window.name, window.calls) for window in found] == [("chat:-1001", 1), ("key", 30)]


def test_threads_share_one_limit() -> None:
    one = key()
    with ThreadPoolExecutor(7) as pool:
        made = [pool.submit(rate_limit.under_limit, one, "wall.get", moment) for _ in range(7)]
        calls = moments([each.result() for each in made])
    assert len(calls) == 7
    assert span(calls) > 1.8


def test_two_processes_share_one_limit() -> None:
    one = key()
    command = [sys.executable, "-c", ANOTHER_PROCESS, configuration.limiter_url(), one.secret]
    others = [
        subprocess.Popen(  # noqa: S603
            command, stdout=subprocess.PIPE, text=True, cwd=configured.BASE_DIR
        )
        for _ in range(2)
    ]
    calls = sorted(float(line) for each in others for line in each.communicate()[0].split())
    assert len(calls) == 8
    assert span(calls) > 1.8


def test_two_keys_do_not_wait_for_each_other() -> None:
    started = time.monotonic()
    for one in (key(), key()):
        for _ in range(3):
            rate_limit.under_limit(one, "wall.get", moment)
    assert time.monotonic() - started < 1


def test_a_parked_key_makes_no_call_and_says_when() -> None:
    one = key()
    rate_limit.park(one, 100)
    call, made = counted(Ok(1.0))
    outcome = rate_limit.under_limit(one, "wall.get", call)
    assert isinstance(outcome, RefusedForNow)
    assert (outcome.kind, round(outcome.retry_after)) == (Kind.RATE_LIMITED, 100)
    assert made == []


def test_parking_is_never_shortened() -> None:
    one = key()
    rate_limit.park(one, 100)
    rate_limit.park(one, 1)
    outcome = rate_limit.under_limit(one, "wall.get", moment)
    assert isinstance(outcome, RefusedForNow)
    assert round(outcome.retry_after) == 100


def test_a_daily_quota_parks_its_method_only() -> None:
    one = key()
    quota = RefusedForNow(Kind.QUOTA_EXHAUSTED, "tomorrow", 3600, Scope.DAY)
    assert rate_limit.under_limit(one, "wall.get", lambda: quota) == quota
    assert isinstance(rate_limit.under_limit(one, "wall.get", moment), RefusedForNow)
    assert isinstance(rate_limit.under_limit(one, "groups.getById", moment), Ok)


def test_a_network_that_always_asks_to_wait_is_asked_three_times() -> None:
    call, made = counted(RefusedForNow(Kind.RATE_LIMITED, "wait", 0.05, Scope.SECOND))
    outcome = rate_limit.under_limit(key(), "wall.get", call)
    assert isinstance(outcome, RefusedForNow)
    assert len(made) == 3


@pytest.mark.parametrize(
    "outcome",
    [OutcomeUnknown("lost"), RefusedForNow(Kind.TEMPORARY, "later", 1), Ok(1.0)],
)
def test_nothing_else_is_repeated(outcome: Outcome[float]) -> None:
    call, made = counted(outcome)
    assert rate_limit.under_limit(key(), "wall.post", call) == outcome
    assert len(made) == 1


def test_a_call_whose_turn_is_too_far_off_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "LONGEST_WAIT", 0.3)
    one = key()
    outcomes = [rate_limit.under_limit(one, "wall.get", moment) for _ in range(4)]
    assert [type(outcome) for outcome in outcomes] == [Ok, Ok, Ok, RefusedForNow]


def test_redis_holds_no_key() -> None:
    one = key()
    rate_limit.under_limit(one, "wall.get", moment)
    rate_limit.park(one, 5)
    with redis.Redis.from_url(configuration.limiter_url()) as server:
        names = [name.decode() for name in server.scan_iter("limiter:*")]
    assert any(one.fingerprint in name for name in names)
    assert not any(one.secret in name for name in names)


def test_without_redis_the_network_is_not_called(
    simulate: Start, settings: Settings, tmp_path: object
) -> None:
    settings.REDIS = settings.REDIS._replace(limiter=f"unix://{tmp_path}/none.sock")
    call, made = counted(Ok(1.0))
    outcome = rate_limit.under_limit(key(), "wall.get", call)
    assert isinstance(outcome, RefusedForNow)
    assert outcome.kind is Kind.TEMPORARY
    assert made == []


def test_a_write_keeps_its_outcome_when_redis_dies_after_it(
    settings: Settings, tmp_path: object
) -> None:
    wait = RefusedForNow(Kind.QUOTA_EXHAUSTED, "tomorrow", 3600, Scope.DAY)

    def call() -> Outcome[float]:
        settings.REDIS = settings.REDIS._replace(limiter=f"unix://{tmp_path}/none.sock")
        return wait

    assert rate_limit.under_limit(key(), "wall.post", call) == wait


# --- Gaps between calls --------------------------------------------------------------------------


def gaps(calls: list[float], per_window: int) -> list[float]:
    """Seconds between each call and the one that was `per_window` before it."""
    return [later - earlier for earlier, later in zip(calls, calls[per_window:], strict=False)]


def test_a_call_that_left_late_makes_the_next_ones_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its worker slept too long: what counts is when it left, not when it was to leave."""
    one = key()
    calls = [rate_limit.under_limit(one, "wall.get", moment) for _ in range(3)]
    real = time.sleep
    with monkeypatch.context() as oversleeping:
        oversleeping.setattr(time, "sleep", lambda seconds: real(seconds + 0.4))
        calls += [rate_limit.under_limit(one, "wall.get", moment)]
    calls += [rate_limit.under_limit(one, "wall.get", moment) for _ in range(3)]
    assert min(gaps(moments(calls), 3)) >= 1.0


def test_a_call_that_took_longer_than_usual_counts_from_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It may have opened a connection first, and arrived at the end only."""
    monkeypatch.setattr(rate_limit, "_usual", {("vk", "wall.get"): 0.001})
    one = key()
    arrived: list[float] = []

    def call(seconds: float) -> Callable[[], Outcome[float]]:
        def arrive() -> Outcome[float]:
            time.sleep(seconds)
            arrived.append(time.time())
            return Ok(0.0)

        return arrive

    for seconds in (0.4, 0.4, 0.4, 0.0, 0.0, 0.0):
        rate_limit.under_limit(one, "wall.get", call(seconds))
    assert min(gaps(arrived, 3)) > 0.95


def test_lateness_is_what_a_call_took_above_the_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "_usual", {})
    took = [0.3, 0.02, 0.12, 0.02]
    late = [round(rate_limit.lateness("vk", "wall.get", each), 3) for each in took]
    assert late == [0.3, -0.28, 0.1, -0.002]


def test_a_network_that_finds_calls_too_near_widens_the_keys_window() -> None:
    one = key()
    wait = RefusedForNow(Kind.RATE_LIMITED, "wait", 0.01, Scope.SECOND)
    answers: list[Outcome[float]] = [wait, wait, Ok(0.0)]
    rate_limit.under_limit(one, "wall.get", lambda: answers.pop(0))
    calls = moments([rate_limit.under_limit(one, "wall.get", moment) for _ in range(4)])
    assert gaps(calls, 3)[0] > 1.02 + rate_limit.WIDENING


def test_a_read_stands_back_while_posts_go_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "STAND_BACK", 0.4)
    one = key()
    first = rate_limit.under_limit(one, "wall.post", moment, goes_first=True)
    read = rate_limit.under_limit(one, "wall.get", moment)
    other = rate_limit.under_limit(key(), "wall.get", moment)
    assert isinstance(first, Ok)
    assert isinstance(read, Ok)
    assert isinstance(other, Ok)
    assert 0.35 < read.value - first.value < 1
    # Another key's reads are not held up.
    assert other.value - read.value < 0.3


def test_reads_beside_posts_do_not_delay_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "STAND_BACK", 0.8)
    one = key()
    with ThreadPoolExecutor(4) as pool:
        reads = [pool.submit(rate_limit.under_limit, one, "wall.get", moment) for _ in range(2)]
        time.sleep(0.05)
        posts = [
            rate_limit.under_limit(one, "wall.post", moment, goes_first=True) for _ in range(7)
        ]
        reads += [pool.submit(rate_limit.under_limit, one, "wall.get", moment) for _ in range(2)]
        later = moments([each.result() for each in reads])[2:]
    assert span(moments(posts)) < 2.6
    assert min(later) > max(moments(posts))


def test_a_read_that_would_stand_back_too_long_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "STAND_BACK", 30.0)
    one = key()
    rate_limit.under_limit(one, "wall.post", moment, goes_first=True)
    call, made = counted(Ok(1.0))
    outcome = rate_limit.under_limit(one, "wall.get", call)
    assert isinstance(outcome, RefusedForNow)
    assert (outcome.kind, made) == (Kind.RATE_LIMITED, [])
