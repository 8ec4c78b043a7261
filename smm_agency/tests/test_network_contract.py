"""What every adapter owes to the rest of the program, asked of each against the simulator."""

import dataclasses
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import httpx
import pytest
from pytest_django import Settings

from communities.networks import http
from communities.networks.abilities import AT_MOST
from communities.networks.keys import AccessToken, Capability, KeyReport
from communities.networks.outcomes import (
    Failure,
    Kind,
    Ok,
    Outcome,
    Refused,
    RefusedForNow,
)
from communities.networks.records import Gone, PostId
from communities.networks.registry import ADAPTERS, NetworkAdapter
from smm_agency.simulator.scenario import read_fault
from smm_agency.simulator.server import Simulator
from smm_agency.tests.network_scenes import SCENES
from smm_agency.tests.network_scenes.scene import Days, OtherKey, Posts, Scene

LATER = datetime(2026, 11, 20, tzinfo=UTC)
COUNTERS = ("likes", "comments", "shares", "views", "reach", "saves", "clicks", "reactions")
OF_A_DAY = (
    *("joined", "left", "followers", "views", "reach"),
    *("likes", "comments", "shares", "saves", "clicks"),
)
FOR_NOW = frozenset(
    {Kind.RATE_LIMITED, Kind.QUOTA_EXHAUSTED, Kind.BLOCKED, Kind.TEMPORARY, Kind.UNKNOWN}
)
OF_REACTIONS = ("likes", "reactions")


@dataclass
class Stage:
    """One network's adapter before the simulator, with a key of its own."""

    scene: Scene
    adapter: NetworkAdapter
    key: AccessToken
    _settings: Settings
    _stack: ExitStack

    def start(
        self,
        *,
        token: Mapping[str, Any] | None = None,
        other: AccessToken | None = None,
        listed: Mapping[str, Any] | None = None,
        **world: Any,
    ) -> Simulator:
        """The scene's world; `token` adds to what is listed of the key, `other` is one more key."""
        tokens = {self.key.secret: {**self.scene.listed, **(token or {})}}
        if other is not None:
            tokens[other.secret] = dict(listed or {})
        # Without limits of calls: on a busy machine calls arrive with jitter.
        fixed = {"any_token": False, "limits": False, "tokens": tokens}
        scenario = {**fixed, **self.scene.world, **world}
        networks = self._stack.enter_context(Simulator(_copied(scenario)))
        for name, path in self.scene.addresses.items():
            setattr(self._settings, name, networks.url(path))
        for name, value in self.scene.settings.items():
            setattr(self._settings, name, value)
        self._settings.NETWORK_ALLOWED_HOSTS = ["127.0.0.1"]
        return networks

    def start_faulty(self, fault: str, **more: Any) -> Simulator:
        return self.start(faults=[{"method": "*", "fault": fault, "times": None, **more}])

    @property
    def followers(self) -> Outcome[Any]:
        return ASK[Capability.READ_FOLLOWERS](self.adapter, self.key, self.scene)


def _copied(value: Any) -> Any:
    """The simulator changes its world: scenes are shared between tests."""
    if isinstance(value, dict):
        return {name: _copied(inner) for name, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list) else value


def _a_post(scene: Scene) -> PostId:
    return PostId(scene.page, scene.posts.newest_first[0] if scene.posts else "1")


def _days_of(scene: Scene) -> tuple[datetime, datetime]:
    return (scene.days.since, scene.days.until) if scene.days else (LATER - timedelta(1), LATER)


Ask = Callable[[NetworkAdapter, AccessToken, Scene], Outcome[Any]]
ASK: Mapping[Capability, Ask] = {
    Capability.READ_FOLLOWERS: lambda adapter, key, scene: adapter.read_profiles(key, [scene.page])[
        scene.page
    ],
    Capability.READ_POSTS: lambda adapter, key, scene: adapter.read_posts(key, scene.page),
    Capability.REREAD_POSTS: lambda adapter, key, scene: adapter.reread_posts(
        key, [_a_post(scene)]
    )[_a_post(scene)],
    Capability.READ_PAGE: lambda adapter, key, scene: adapter.read_page(key, scene.page),
    Capability.READ_STATISTICS: lambda adapter, key, scene: adapter.read_statistics(
        key, scene.page, *_days_of(scene)
    ),
    Capability.READ_UPDATES: lambda adapter, key, scene: adapter.read_updates(key),
}
ABLE = [(each.network, one) for each in SCENES.values() for one in ASK if one in each.able]
NEVER = [(name, one) for name in SCENES for one in ASK if one in ADAPTERS[name].never]
ERRORS = [(each.network, kind) for each in SCENES.values() for kind in each.errors]
OTHERS = [(each.network, other) for each in SCENES.values() for other in each.others]
BROKEN = ("half", "drop", "http502", "http404")
STRANGE: tuple[object, ...] = (None, 5, "text", [], {}, [[]], {"version": 2, "data": {"id": 1}})


def _with(what: Callable[[Scene], object]) -> list[str]:
    return [name for name, scene in SCENES.items() if what(scene)]


@pytest.fixture
def stage(network: str, settings: Settings) -> Iterator[Stage]:
    """A test is parametrised by `network`."""
    scene = SCENES[network]
    with ExitStack() as stack:
        key = AccessToken(network, scene.kind, scene.make_secret())
        yield Stage(scene, ADAPTERS[network], key, settings, stack)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    client = httpx.Client(timeout=0.2, follow_redirects=False, trust_env=False)
    monkeypatch.setattr(http, "_client", lambda *_of: client)


every_network = pytest.mark.parametrize("network", sorted(SCENES))
each_ability = pytest.mark.parametrize(("network", "asked"), ABLE)


def test_every_adapter_has_a_scene() -> None:
    assert sorted(SCENES) == sorted(ADAPTERS)


@every_network
def test_a_scene_shows_what_its_key_is_able_to(stage: Stage) -> None:
    scene = stage.scene
    assert scene.able <= AT_MOST[scene.network][scene.kind]
    # What a key lacks, another kind of key of the network can.
    assert scene.lacks <= frozenset().union(*AT_MOST[scene.network].values())
    assert (scene.posts is not None) is (Capability.READ_POSTS in scene.able)
    assert (scene.days is not None) is (Capability.READ_STATISTICS in scene.able)
    assert (scene.facts is not None) is (Capability.READ_PAGE in scene.able)


# --- Pages ---------------------------------------------------------------------------------------


@every_network
def test_followers_of_a_page_are_read(stage: Stage) -> None:
    stage.start()
    before = datetime.now(UTC)
    outcome = stage.followers
    assert isinstance(outcome, Ok)
    reading = outcome.value
    assert (reading.external_id, reading.followers) == (stage.scene.page, stage.scene.followers)
    assert before <= reading.read_at <= datetime.now(UTC)
    assert (reading.read_at.utcoffset(), reading.gone) == (timedelta(0), None)


@every_network
def test_a_page_that_is_not_there_spoils_no_other(stage: Stage) -> None:
    stage.start()
    scene = stage.scene
    asked = [*scene.missing, scene.page, scene.malformed]
    outcomes = stage.adapter.read_profiles(stage.key, asked)
    assert sorted(outcomes) == sorted(asked)
    told = {each: _missing(outcomes[each]) for each in scene.missing}
    assert told == scene.missing
    assert _missing(outcomes[scene.malformed]) is Kind.INVALID_REQUEST
    good = outcomes[scene.page]
    assert isinstance(good, Ok)
    assert good.value.followers == scene.followers


def _missing(outcome: Outcome[Any]) -> Kind | Gone | None:
    if not isinstance(outcome, Ok):
        return outcome.kind
    assert outcome.value.followers is None
    return outcome.value.gone  # type: ignore[no-any-return]


@every_network
def test_a_malformed_id_costs_no_call(stage: Stage) -> None:
    networks = stage.start()
    outcome = stage.adapter.read_profiles(stage.key, [stage.scene.malformed])
    assert [each.kind for each in outcome.values() if isinstance(each, Refused)] == [
        Kind.INVALID_REQUEST
    ]
    assert networks.calls == []


@pytest.mark.parametrize("network", _with(lambda scene: scene.zero_page))
def test_no_followers_are_a_measured_zero(stage: Stage) -> None:
    stage.start()
    page = stage.scene.zero_page
    outcome = stage.adapter.read_profiles(stage.key, [page])[page]
    assert isinstance(outcome, Ok)
    assert outcome.value.followers == 0


@pytest.mark.parametrize("network", _with(lambda scene: scene.hidden_page))
def test_hidden_followers_are_not_measured(stage: Stage) -> None:
    stage.start()
    page = stage.scene.hidden_page
    outcome = stage.adapter.read_profiles(stage.key, [page])[page]
    assert isinstance(outcome, Ok)
    assert (outcome.value.followers, outcome.value.gone) == (None, None)


@every_network
def test_each_id_is_answered_once(stage: Stage) -> None:
    stage.start()
    many = list(stage.scene.many)
    outcomes = stage.adapter.read_profiles(stage.key, [*many, *many])
    assert list(outcomes) == many
    assert all(isinstance(each, Ok) for each in outcomes.values())


@every_network
def test_a_page_is_found_by_whatever_names_it(stage: Stage) -> None:
    stage.start()
    found = [stage.adapter.find_profile(stage.key, each) for each in stage.scene.names]
    assert [each.value.external_id for each in found if isinstance(each, Ok)] == [
        stage.scene.page for _each in stage.scene.names
    ]


# --- Posts ---------------------------------------------------------------------------------------


def _posts(stage: Stage) -> Posts:
    assert stage.scene.posts is not None
    return stage.scene.posts


def _read(stage: Stage, since: datetime | None = None) -> list[Any]:
    outcome = stage.adapter.read_posts(stage.key, stage.scene.page, since)
    assert isinstance(outcome, Ok)
    return outcome.value


with_posts = pytest.mark.parametrize("network", _with(lambda scene: scene.posts))


@with_posts
def test_posts_come_newest_first_and_each_once(stage: Stage) -> None:
    networks = stage.start()
    read = _read(stage)
    assert [post.external_id for post in read] == list(_posts(stage).newest_first)
    assert [post.posted_at for post in read] == sorted(
        (post.posted_at for post in read), reverse=True
    )
    assert {post.profile_external_id for post in read} == {stage.scene.page}
    assert {moment.utcoffset() for post in read for moment in (post.posted_at, post.read_at)} == {
        timedelta(0)
    }
    # A wall of one page would show nothing of the traps between pages.
    assert len(networks.calls) > 1


@with_posts
def test_posts_are_read_up_to_a_moment(stage: Stage) -> None:
    """The pinned post, older than that, ends nothing and is not among them."""
    stage.start()
    posts = _posts(stage)
    read = [post.external_id for post in _read(stage, posts.since)]
    assert read == list(posts.newest_first[: posts.since_then])


@pytest.mark.parametrize("network", _with(lambda scene: scene.posts and scene.posts.cut))
def test_a_post_deleted_between_pages_hides_no_other(stage: Stage) -> None:
    posts = _posts(stage)
    stage.start(faults=[posts.cut])
    kept = [each for each in posts.newest_first if each != posts.lost]
    assert [post.external_id for post in _read(stage) if post.external_id != posts.lost] == kept


@pytest.mark.parametrize("network", _with(lambda scene: scene.posts and scene.posts.pinned))
def test_the_pinned_post_is_marked(stage: Stage) -> None:
    stage.start()
    assert [post.external_id for post in _read(stage) if post.is_pinned] == [_posts(stage).pinned]


@with_posts
def test_counters_that_are_not_told_are_none_and_zeros_are_zeros(stage: Stage) -> None:
    stage.start()
    read = {post.external_id: post for post in _read(stage)}
    wanted = _posts(stage).counters
    assert {each: _told(read[each], COUNTERS) for each in wanted} == wanted
    never = stage.adapter.never
    if Capability.READ_VIEWS in never:
        assert {post.views for post in read.values()} == {None}
    if Capability.READ_REACTIONS in never:
        assert {getattr(post, name) for post in read.values() for name in OF_REACTIONS} == {None}


def _told(reading: object, names: tuple[str, ...]) -> dict[str, int]:
    found = {name: getattr(reading, name) for name in names}
    assert all(value is None or type(value) is int for value in found.values())
    return {name: value for name, value in found.items() if value is not None}


@pytest.mark.parametrize(
    "network", _with(lambda scene: scene.posts and Capability.REREAD_POSTS in scene.able)
)
def test_known_posts_are_read_again_one_outcome_each(stage: Stage) -> None:
    stage.start()
    posts, page = _posts(stage), stage.scene.page
    asked = [PostId(page, each) for each in (*posts.counters, posts.gone)]
    outcomes = stage.adapter.reread_posts(stage.key, asked)
    assert list(outcomes) == asked
    read = {each.external_id: outcome for each, outcome in outcomes.items()}
    gone = read.pop(posts.gone)
    assert isinstance(gone, Refused)
    assert gone.kind is Kind.NOT_FOUND
    for external_id, outcome in read.items():
        assert isinstance(outcome, Ok)
        assert (outcome.value.external_id, outcome.value.profile_external_id) == (external_id, page)
        assert _told(outcome.value, COUNTERS) == posts.counters[external_id]


@with_posts
def test_a_failure_on_a_later_page_fails_the_whole_wall(stage: Stage) -> None:
    """Half a wall would pass for the whole."""
    networks = stage.start_faulty("http502", after=1)
    outcome = stage.adapter.read_posts(stage.key, stage.scene.page)
    assert isinstance(outcome, RefusedForNow)
    assert outcome.kind is Kind.TEMPORARY
    assert len(networks.calls) == 2


# --- Days and pages ------------------------------------------------------------------------------


@pytest.mark.parametrize("network", _with(lambda scene: scene.days))
def test_days_are_told_the_oldest_first_and_an_untold_day_is_left_out(stage: Stage) -> None:
    stage.start()
    days = stage.scene.days
    assert isinstance(days, Days)
    outcome = stage.adapter.read_statistics(stage.key, stage.scene.page, days.since, days.until)
    assert isinstance(outcome, Ok)
    assert [day.begins_at for day in outcome.value] == list(days.told)
    assert [_told(day, OF_A_DAY) for day in outcome.value] == list(days.told.values())
    for day in outcome.value:
        assert days.since <= day.begins_at < day.ends_at <= days.until
        assert day.read_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize("network", _with(lambda scene: scene.facts is not None))
def test_what_is_set_on_the_page_is_told_and_the_rest_is_none(stage: Stage) -> None:
    stage.start()
    outcome = stage.adapter.read_page(stage.key, stage.scene.page)
    assert isinstance(outcome, Ok)
    facts = dataclasses.asdict(outcome.value)
    head = {"external_id": facts.pop("external_id"), "offset": facts.pop("read_at").utcoffset()}
    assert head == {"external_id": stage.scene.page, "offset": timedelta(0)}
    assert {name: told for name, told in facts.items() if told is not None} == stage.scene.facts


@every_network
def test_an_unknown_page_has_neither_posts_nor_days_nor_facts(stage: Stage) -> None:
    stage.start()
    unknown = next(each for each, state in stage.scene.missing.items() if state is Kind.NOT_FOUND)
    adapter, key = stage.adapter, stage.key
    outcomes: list[Outcome[Any]] = [
        adapter.find_profile(key, unknown),
        adapter.read_posts(key, unknown),
        adapter.read_page(key, unknown),
        adapter.read_statistics(key, unknown, *_days_of(stage.scene)),
    ]
    allowed = {Kind.NOT_FOUND, Kind.PERMISSION}
    assert {each.kind for each in outcomes if isinstance(each, Refused)} <= allowed
    assert [each for each in outcomes if not isinstance(each, Refused)] == []


# --- Keys ----------------------------------------------------------------------------------------


@every_network
def test_a_key_is_told_what_it_can_and_what_it_lacks(stage: Stage) -> None:
    stage.start()
    outcome = stage.adapter.inspect_key(stage.key, stage.scene.page)
    assert isinstance(outcome, Ok)
    report = outcome.value
    assert (report.able, frozenset(report.lacks)) == (stage.scene.able, stage.scene.lacks)
    assert not report.able & frozenset(report.lacks)
    assert not (report.able | frozenset(report.lacks)) & frozenset(stage.adapter.never)
    assert all(str(reason).strip() for reason in report.lacks.values())
    assert report.expires_at is None or report.expires_at.utcoffset() == timedelta(0)


@every_network
def test_a_key_is_inspected_without_a_page_too(stage: Stage) -> None:
    stage.start()
    outcome = stage.adapter.inspect_key(stage.key)
    assert isinstance(outcome, Ok)
    assert isinstance(outcome.value, KeyReport)
    assert outcome.value.able <= stage.scene.able


@every_network
def test_a_revoked_key_is_no_good_for_anything(stage: Stage) -> None:
    stage.start(token={"state": "revoked"})
    outcomes = [stage.adapter.inspect_key(stage.key, stage.scene.page)]
    outcomes += [
        ASK[each](stage.adapter, stage.key, stage.scene) for each in ASK if each in stage.scene.able
    ]
    assert {each.kind for each in outcomes if isinstance(each, Refused)} == {Kind.TOKEN_INVALID}
    assert [each for each in outcomes if not isinstance(each, Refused)] == []


@every_network
def test_a_key_revoked_in_the_middle_of_a_run_ends_it_without_further_calls(stage: Stage) -> None:
    scene = stage.scene
    networks = stage.start_faulty(scene.errors[Kind.TOKEN_INVALID], after=scene.first_calls)
    outcomes = stage.adapter.read_profiles(stage.key, list(scene.many))
    assert list(outcomes) == list(scene.many)
    read = list(outcomes.values())
    assert all(isinstance(each, Ok) for each in read[: scene.first])
    assert [each.kind for each in read[scene.first :] if isinstance(each, Refused)] == (
        [Kind.TOKEN_INVALID] * (len(scene.many) - scene.first)
    )
    assert len(networks.calls) == scene.first_calls + 1


@pytest.mark.parametrize(("network", "other"), OTHERS)
def test_a_key_of_another_kind_is_told_what_it_cannot(stage: Stage, other: OtherKey) -> None:
    key = AccessToken(stage.scene.network, other.kind, other.make_secret())
    stage.start(other=key, listed=other.listed)
    outcome = ASK[other.refused](stage.adapter, key, stage.scene)
    assert isinstance(outcome, Refused)
    assert outcome.kind in (Kind.WRONG_TOKEN_KIND, Kind.PERMISSION)
    assert outcome.kind is Kind.WRONG_TOKEN_KIND or outcome.capability is other.refused
    assert outcome.message


@every_network
def test_a_key_is_renewed_where_the_network_renews_keys(stage: Stage) -> None:
    refresh = f"refresh-{stage.key.secret}"
    old = dataclasses.replace(stage.key, refresh_secret=refresh)
    token = {"state": "expired", "refresh": refresh} if stage.scene.renews else {}
    networks = stage.start(token=token)
    outcome = stage.adapter.refresh(old)
    if not stage.scene.renews:
        assert isinstance(outcome, Refused)
        assert (outcome.kind, networks.calls) == (Kind.PERMISSION, [])
        return
    expired = ASK[Capability.READ_FOLLOWERS](stage.adapter, old, stage.scene)
    assert isinstance(expired, Refused)
    assert expired.kind is Kind.TOKEN_EXPIRED
    assert isinstance(outcome, Ok)
    fresh = outcome.value
    assert fresh.secret not in ("", old.secret)
    assert fresh.expires_at is not None
    assert fresh.expires_at > datetime.now(UTC)
    new = dataclasses.replace(old, secret=fresh.secret)
    assert isinstance(ASK[Capability.READ_FOLLOWERS](stage.adapter, new, stage.scene), Ok)


@pytest.mark.parametrize("network", _with(lambda scene: scene.renews))
def test_a_revoked_key_is_not_renewed(stage: Stage) -> None:
    refresh = f"refresh-{stage.key.secret}"
    stage.start(token={"state": "revoked", "refresh": refresh})
    outcome = stage.adapter.refresh(dataclasses.replace(stage.key, refresh_secret=refresh))
    assert isinstance(outcome, Refused)
    assert outcome.kind is Kind.TOKEN_INVALID


# --- What no key can -----------------------------------------------------------------------------


@pytest.mark.parametrize(("network", "asked"), NEVER)
def test_what_no_key_can_is_refused_by_name_without_a_call(stage: Stage, asked: Capability) -> None:
    networks = stage.start()
    outcome = ASK[asked](stage.adapter, stage.key, stage.scene)
    assert isinstance(outcome, Refused)
    assert (outcome.kind, outcome.capability) == (Kind.PERMISSION, asked)
    assert outcome.message == str(stage.adapter.never[asked])
    assert networks.calls == []


@every_network
def test_every_never_has_a_reason_in_words(stage: Stage) -> None:
    assert all(len(str(reason)) > 20 for reason in stage.adapter.never.values())


# --- Failures ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("network", "kind"), ERRORS)
def test_the_networks_errors_have_our_meaning(stage: Stage, kind: Kind) -> None:
    stage.start_faulty(stage.scene.errors[kind])
    outcome = stage.followers
    assert isinstance(outcome, RefusedForNow if kind in FOR_NOW else Refused)
    assert outcome.kind is kind
    assert outcome.message
    if isinstance(outcome, RefusedForNow):
        assert outcome.retry_after > 0


@every_network
def test_every_network_says_when_its_limit_is_reached_and_a_key_is_dead(stage: Stage) -> None:
    assert {Kind.RATE_LIMITED, Kind.TOKEN_INVALID} <= set(stage.scene.errors)


@each_ability
@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_answer_may_be_asked_for_again(
    stage: Stage, asked: Capability, fault: str
) -> None:
    stage.start_faulty(fault)
    outcome = ASK[asked](stage.adapter, stage.key, stage.scene)
    assert isinstance(outcome, RefusedForNow)
    assert outcome.kind is Kind.TEMPORARY


@each_ability
@pytest.mark.usefixtures("impatient")
def test_a_late_answer_is_not_waited_for(stage: Stage, asked: Capability) -> None:
    stage.start_faulty("slow", seconds=0.6)
    outcome = ASK[asked](stage.adapter, stage.key, stage.scene)
    assert isinstance(outcome, RefusedForNow)
    assert outcome.kind is Kind.TEMPORARY


@each_ability
def test_an_answer_of_another_version_is_no_reading(stage: Stage, asked: Capability) -> None:
    networks = stage.start()
    for strange in (each for each in STRANGE if each not in stage.scene.empty):
        fault = {"method": "*", "fault": "body", "body": strange, "times": None}
        networks.world.scenario.faults[:] = [read_fault(fault)]
        outcome = ASK[asked](stage.adapter, stage.key, stage.scene)
        assert isinstance(outcome, RefusedForNow), strange
        assert outcome.kind is Kind.UNKNOWN, strange


# --- Secrets and calls ---------------------------------------------------------------------------


def _everything(stage: Stage) -> list[Any]:
    """One of each call, whatever becomes of it."""
    adapter, key, scene = stage.adapter, stage.key, stage.scene
    outcomes: list[Any] = [adapter.inspect_key(key, scene.page), adapter.inspect_key(key)]
    outcomes += [ASK[each](adapter, key, scene) for each in ASK]
    outcomes.append(adapter.read_posts(key, scene.page, LATER))
    return [*outcomes, *(adapter.find_profile(key, each) for each in scene.names)]


@every_network
@pytest.mark.parametrize("kind", [None, Kind.TOKEN_INVALID, Kind.TEMPORARY])
def test_no_secret_is_told_by_a_message_a_log_or_a_repr(
    stage: Stage, kind: Kind | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fault = stage.scene.errors.get(kind, "http502") if kind else ""
    stage.start_faulty(fault) if fault else stage.start()
    outcomes = _everything(stage)
    assert all(isinstance(each, (Ok, *get_args(Failure))) for each in outcomes)
    secrets = [stage.key.secret, *map(str, stage.scene.settings.values())]
    for shown in (repr(outcomes), repr(stage.key), str(stage.key), caplog.text):
        assert [secret for secret in secrets if secret and secret in shown] == []


@every_network
def test_only_the_declared_calls_are_made(stage: Stage) -> None:
    """Method by method with the names of the parameters; these were held against the schemas."""
    networks = stage.start()
    _everything(stage)
    sent: dict[str, set[str]] = {}
    for call in networks.calls:
        sent.setdefault(call.method, set()).update(call.parameters)
    assert sent == stage.scene.sends
