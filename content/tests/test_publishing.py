"""Publications go out once, on time; what is refused is retried or told to a person."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from clients.models import Notice
from communities.models import AccessKey, WallPost
from communities.networks.keys import Capability
from communities.networks.outcomes import Kind, OutcomeUnknown, Refused, RefusedForNow
from communities.networks.publishing import PUBLISHERS
from content import publishing, sent_outcomes
from content.claiming import MOST_ATTEMPTS, claim
from content.missed import give_new_time, publish_now
from content.models import PostState, Publication, PublicationAttempt, PublicationState
from content.publishing import publish_due
from content.sorting import TOO_LATE
from content.tests.publishing_stage import LATER, FakeNetwork, SlowNetwork, due
from tests.factories import (
    NOON,
    AccessKeyFactory,
    ClientFactory,
    CommunityFactory,
    DirectorFactory,
    PostFileFactory,
    StopFactory,
    UserFactory,
    WallPostFactory,
)

pytestmark = pytest.mark.django_db

S = PublicationState


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> FakeNetwork:
    fake = FakeNetwork()
    monkeypatch.setitem(PUBLISHERS, "vk", fake)
    return fake


def outcomes(publication: Publication) -> list[str]:
    return list(publication.tries.order_by("pk").values_list("outcome", flat=True))


def again(publication: Publication) -> Publication:
    return Publication.objects.select_related("post", "community__profile").get(pk=publication.pk)


def test_due_post_goes_out_once_and_is_known_by_its_id(network: FakeNetwork) -> None:
    publication = due(text="Words for this place.")
    assert publish_due(at=LATER) == 1
    assert publish_due(at=LATER) == 0
    row = again(publication)
    assert [(page, draft.text, draft.guid) for page, draft in network.walls] == [
        (row.community.profile.external_id, "Words for this place.", row.guid)
    ]
    assert (row.state, row.external_id, row.url) == (S.SENT, "1", "https://vk.com/wall-1_1")
    assert (row.sent_at, row.attempts, row.lease_token) == (LATER, 1, None)
    assert (outcomes(row), row.post.state) == (["done"], PostState.PUBLISHED)
    wall_post = WallPost.objects.get()
    assert (row.wall_post, wall_post.text) == (wall_post, "Words for this place.")


def test_post_waits_for_its_time(network: FakeNetwork) -> None:
    due()
    assert publish_due(at=NOON - dt.timedelta(seconds=5)) == 0
    assert network.walls == []


def test_post_is_scheduled_until_its_last_publication_is_out(network: FakeNetwork) -> None:
    first = due()
    second = due(post=first.post, next_try_at=NOON + dt.timedelta(hours=1))
    publish_due(at=LATER)
    assert (again(first).state, again(first).post.state) == (S.SENT, PostState.SCHEDULED)
    publish_due(at=NOON + dt.timedelta(hours=1, seconds=1))
    assert (again(second).state, again(second).post.state) == (S.SENT, PostState.PUBLISHED)


def test_rate_refusal_is_retried_at_the_time_told_and_costs_no_attempt(
    network: FakeNetwork,
) -> None:
    publication = due()
    network.answers = [RefusedForNow(Kind.RATE_LIMITED, "Slow down.", retry_after=600)] * 5
    publish_due(at=LATER)
    row = again(publication)
    assert row.next_try_at is not None
    wait = row.next_try_at - LATER
    assert (row.state, row.attempts, outcomes(row)) == (S.DUE, 0, ["later"])
    assert dt.timedelta(seconds=600) <= wait <= dt.timedelta(seconds=670)
    for number in range(1, 5):
        publish_due(at=LATER + dt.timedelta(minutes=15 * number))
    assert (again(publication).attempts, again(publication).state) == (0, S.DUE)
    publish_due(at=LATER + dt.timedelta(minutes=80))
    assert again(publication).state == S.SENT


def test_rate_refusals_go_to_a_person_after_hours(network: FakeNetwork) -> None:
    publication = due()
    network.answers = [RefusedForNow(Kind.QUOTA_EXHAUSTED, "Quota.", retry_after=5400)] * 9
    moment = LATER
    for _number in range(8):
        publish_due(at=moment)
        moment += dt.timedelta(minutes=105)
    row = again(publication)
    assert (row.state, row.failure, row.post.state) == (S.FAILED, "Quota.", PostState.FAILED)
    assert row.tries.count() == 5


def test_three_other_delays_go_to_a_person(network: FakeNetwork) -> None:
    author = DirectorFactory.create(language="en", email="a@agency.example")
    publication = due(post__author=author)
    network.answers = [RefusedForNow(Kind.TEMPORARY, "Not reached.")] * 5
    for number in range(5):
        publish_due(at=LATER + dt.timedelta(minutes=10 * number))
    row = again(publication)
    assert (row.state, row.attempts, row.failure) == (S.FAILED, MOST_ATTEMPTS, "Not reached.")
    assert (network.walls, outcomes(row)) == ([], ["later"] * 3)
    notice = Notice.objects.get()
    assert notice.person.email == "a@agency.example"
    assert (
        "Not reached.\nPress “Publish now” on the publication's page, or post it by hand."
        in notice.text
    )


@pytest.mark.parametrize("attempts", [1, 2])
def test_pauses_keep_their_bounds(attempts: int) -> None:
    whole = sent_outcomes.PAUSES[attempts - 1]
    found = {sent_outcomes.pause_after(attempts) for _number in range(200)}
    assert whole / 2 <= min(found) < max(found) <= whole


@pytest.mark.parametrize(("told", "most"), [(1, 0.1), (100, 10), (100_000, 60)])
def test_jitter_keeps_its_bounds(told: float, most: float) -> None:
    found = [sent_outcomes.longer(told).total_seconds() for _number in range(200)]
    assert 0 <= min(found) < max(found) <= most


def test_refusal_for_good_fails_at_once_and_is_told_once(network: FakeNetwork) -> None:
    publication = due(post__author=DirectorFactory.create(language="en", email="a@agency.example"))
    network.answers = [Refused(Kind.PERMISSION, "No right to post.")]
    publish_due(at=LATER)
    publish_due(at=LATER + dt.timedelta(minutes=5))
    row = again(publication)
    assert (row.state, row.failure_kind, row.failure) == (
        S.FAILED,
        "permission",
        "No right to post.",
    )
    assert (outcomes(row), row.post.state) == (["refused"], PostState.FAILED)
    assert Notice.objects.count() == 1
    assert "Give the key the right to publish" in Notice.objects.get().text


def test_dead_key_is_used_no_more(network: FakeNetwork) -> None:
    publication = due()
    network.answers = [Refused(Kind.TOKEN_INVALID, "The key is no good.")]
    publish_due(at=LATER)
    key = again(publication).community.profile.access_key
    assert key is not None
    assert (key.state, key.state_note) == (AccessKey.State.REFUSED, "The key is no good.")
    other = due(community=publication.community, post__client=publication.client)
    publish_due(at=LATER)
    assert (again(other).state, again(other).failure_kind) == (S.FAILED, "permission")
    assert len(network.keys) == 1


@pytest.mark.parametrize(
    "answer", [OutcomeUnknown("The answer was lost."), RuntimeError("A fault of the program.")]
)
def test_lost_answer_is_never_repeated_blindly(network: FakeNetwork, answer: Any) -> None:
    publication = due()
    network.answers = [answer]
    for minutes in (0, 1, 60):
        publish_due(at=LATER + dt.timedelta(minutes=minutes))
    row = again(publication)
    assert (row.state, len(network.keys), outcomes(row)) == (S.UNKNOWN, 1, ["unknown"])


def test_one_slow_key_holds_up_no_other(network: FakeNetwork) -> None:
    busy = due()
    for number in range(30):
        due(
            community=busy.community, post__client=busy.client,
            next_try_at=NOON - dt.timedelta(seconds=60 - number),
        )  # fmt: skip
    quick = due()
    publish_due(at=LATER, calls_at_once=6)
    assert len(network.walls) == 32
    places = [page for page, _draft in network.walls]
    assert places.index(quick.community.profile.external_id) < 8


def test_on_one_page_one_call_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = SlowNetwork()
    monkeypatch.setitem(PUBLISHERS, "vk", slow)
    first = due()
    for _number in range(3):
        due(community=first.community, post__client=first.client)
    publish_due(at=LATER)
    assert (len(slow.walls), slow.most_at_once) == (4, 1)


def test_stop_holds_what_is_due_and_nothing_bursts_out_afterwards(network: FakeNetwork) -> None:
    publication = due(post__author=DirectorFactory.create(language="en", email="a@agency.example"))
    stop = StopFactory.create(client=publication.client)
    publish_due(at=LATER)
    row = again(publication)
    assert (row.state, row.failure_kind) == (S.MISSED, "stopped")
    assert row.post.state == PostState.NEEDS_CHECKING
    stop.lifted_at = LATER
    stop.save()
    publish_due(at=LATER + dt.timedelta(minutes=1))
    assert (again(publication).state, network.walls) == (S.MISSED, [])
    assert Notice.objects.get().subject.endswith("posts wait for your decision")


@pytest.mark.parametrize(
    ("values", "holds"),
    [
        ({"scope": "all", "client": None}, True),
        ({"scope": "country", "client": None, "country": "RU"}, True),
        ({"scope": "country", "client": None, "country": "KZ"}, False),
        ({"scope": "client"}, False),
        ({"scope": "all", "client": None, "ends_at": NOON}, False),
        ({"scope": "all", "client": None, "began_at": NOON + dt.timedelta(hours=1)}, False),
    ],
)
def test_stop_holds_what_it_names(
    network: FakeNetwork, values: dict[str, Any], holds: bool
) -> None:
    publication = due(post__client__country="RU")
    StopFactory.create(**values)
    publish_due(at=LATER)
    assert again(publication).state == (S.MISSED if holds else S.SENT)


def test_stop_of_a_community_holds_only_it(network: FakeNetwork) -> None:
    held, free = due(), due()
    StopFactory.create(scope="community", client=held.client, community=held.community)
    publish_due(at=LATER)
    assert (again(held).state, again(free).state) == (S.MISSED, S.SENT)


@pytest.mark.parametrize(("late", "state"), [(-1, S.SENT), (1, S.MISSED)])
def test_what_is_too_late_after_an_outage_waits_for_a_decision(
    network: FakeNetwork, late: int, state: str
) -> None:
    publication = due()
    publish_due(at=NOON + TOO_LATE + dt.timedelta(minutes=late))
    assert again(publication).state == state


def test_archived_community_is_told_and_not_posted_to(network: FakeNetwork) -> None:
    community = CommunityFactory.create(state="archived")
    publication = due(community=community, post__client=community.client)
    publish_due(at=LATER)
    row = again(publication)
    assert (row.state, network.walls) == (S.FAILED, [])
    assert row.failure == "The community is archived: open it again, or cancel the publication."


def test_network_without_a_publisher_is_asked_of_a_person(network: FakeNetwork) -> None:
    publication = due(
        community__profile__network="dzen", text="Words.",
        post__author=DirectorFactory.create(language="en", email="a@agency.example"),
    )  # fmt: skip
    publish_due(at=LATER)
    publish_due(at=LATER + dt.timedelta(minutes=1))
    assert (again(publication).state, again(publication).post.state) == (S.BY_HAND, "scheduled")
    notice = Notice.objects.get()
    assert notice.subject.endswith("post it by hand now")
    # The text stands on its page: what was planned is not in mail boxes.
    assert "Words." not in notice.text


def test_picture_goes_out_with_a_key_that_can_send_pictures(network: FakeNetwork) -> None:
    publication = due()
    PostFileFactory.create(post=publication.post)
    own = publication.community.profile.access_key
    assert own is not None
    own.capabilities = [Capability.PUBLISH]
    own.save()
    publish_due(at=LATER)
    assert again(publication).failure.endswith("or post it by hand.")
    other = AccessKeyFactory.create(
        client=publication.client, kind="user",
        capabilities=[Capability.PUBLISH, Capability.PUBLISH_PHOTO],
    )  # fmt: skip
    second = due(community=publication.community, post=publication.post.__class__.objects.create(
        client=publication.client, title="Second", state="scheduled", text="Second words",
        source="own", text_work="written"))  # fmt: skip
    PostFileFactory.create(post=second.post)
    publish_due(at=LATER)
    assert (again(second).state, network.keys) == (S.SENT, [other.secret])
    assert [each.name for each in network.walls[0][1].attachments] == [
        second.post.files.get().file.name
    ]


def test_other_clients_key_never_posts(network: FakeNetwork) -> None:
    publication = due()
    AccessKey.objects.all().delete()
    AccessKeyFactory.create(client=None)
    AccessKeyFactory.create(client=ClientFactory.create(), kind="community")
    publish_due(at=LATER)
    assert (again(publication).state, network.keys) == (S.FAILED, [])


def test_post_that_stands_there_already_is_held_for_a_person(network: FakeNetwork) -> None:
    publication = due(
        text="The very same words.",
        post__author=DirectorFactory.create(language="en", email="a@agency.example"),
    )
    wall_post = WallPostFactory.create(
        profile=publication.community.profile, text="The  very same\nwords.", posted_at=NOON
    )
    publish_due(at=LATER)
    row = again(publication)
    assert (row.state, row.failure_kind, row.next_try_at) == (S.UNKNOWN, "twice", None)
    assert row.matches.get().wall_post == wall_post
    assert (network.walls, Notice.objects.count()) == ([], 1)


def test_broken_post_keeps_no_other_waiting(
    network: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, good = due(text="broken"), due()

    def find(post: Any, *, at: dt.datetime) -> list[Any]:
        if post.pk == broken.post_id:
            raise LookupError("A fault of the program.")
        return []

    monkeypatch.setattr("content.sending.find_problems", find)
    for minutes in range(0, 50, 10):
        publish_due(at=LATER + dt.timedelta(minutes=minutes))
    assert again(good).state == S.SENT
    assert (again(broken).state, again(broken).attempts) == (S.FAILED, 3)
    assert PublicationAttempt.objects.filter(publication=broken).count() == 0


def test_check_at_its_time_keeps_a_post_back(
    network: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication = due()
    monkeypatch.setattr(
        "content.sending.why_not", lambda row, *, at: "The file of the post is gone."
    )
    publish_due(at=LATER)
    row = again(publication)
    assert (row.state, row.failure) == (S.FAILED, "The file of the post is gone.")
    assert network.walls == []


def test_what_fell_due_under_a_stop_that_ended_by_itself_does_not_burst_out(
    network: FakeNetwork,
) -> None:
    """The worker was away at the end of the stop, and comes before the clock settles it."""
    held = due()
    hour = dt.timedelta(hours=1)
    StopFactory.create(client=held.client, began_at=NOON - hour, ends_at=NOON + hour / 2)
    after_it = due(community=held.community, post__client=held.client, next_try_at=NOON + hour / 2)
    assert claim([held.pk], at=NOON + hour) == []
    publish_due(at=NOON + hour)
    row = again(held)
    assert (row.state, row.failure_kind) == (S.MISSED, "stopped")
    assert (again(after_it).state, len(network.walls)) == (S.SENT, 1)
    publish_now(row, by=UserFactory.create(), at=NOON + hour)
    publish_due(at=NOON + hour)
    assert again(held).state == S.SENT


def test_failure_after_a_new_time_is_told_anew(network: FakeNetwork) -> None:
    publication = due(post__author=DirectorFactory.create(language="en", email="a@agency.example"))
    network.answers = [Refused(Kind.PERMISSION, "No right to post.")]
    publish_due(at=LATER)
    next_day = NOON + dt.timedelta(days=1)
    give_new_time(again(publication), next_day, by=UserFactory.create(), at=LATER)
    publication.community.state = "archived"
    publication.community.save()
    publish_due(at=next_day)
    row = again(publication)
    assert (row.state, row.failure_kind) == (S.FAILED, "invalid_request")
    assert Notice.objects.count() == 2


def test_failure_is_written_with_its_letter_or_not_at_all() -> None:
    publication = due(post__author=DirectorFactory.create(language="en", email="a@agency.example"))

    def die(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith('INSERT INTO "clients_notice"'):
            raise ConnectionError
        return execute(sql, *rest)

    with connection.execute_wrapper(die), pytest.raises(ConnectionError):
        sent_outcomes.fail(again(publication), Kind.UNKNOWN, "No.", state=S.DUE, at=LATER)
    row = again(publication)
    assert (row.state, row.post.state) == (S.DUE, PostState.SCHEDULED)


@pytest.mark.parametrize(("most", "at_once"), [(16, 1), (34, 2)])
def test_no_more_files_are_in_memory_than_it_holds(
    monkeypatch: pytest.MonkeyPatch, most: int, at_once: int
) -> None:
    """One that is greater than all of it goes out alone."""
    slow = SlowNetwork()
    monkeypatch.setitem(PUBLISHERS, "vk", slow)
    monkeypatch.setattr(publishing, "MOST_FILE_BYTES", most)
    for _number in range(4):
        PostFileFactory.create(post=due().post, file__content=b"x" * 17, file__size=17)
    publish_due(at=LATER)
    assert (len(slow.walls), slow.most_at_once) == (4, at_once)
