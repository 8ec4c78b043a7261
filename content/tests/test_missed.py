"""What did not go out is decided by a person: now, at another time, or never."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from communities.networks.publishing import PUBLISHERS
from content.missed import cancel, give_new_time, plan_again, publish_now
from content.models import Post, PostState, Publication, PublicationState
from content.publishing import publish_due
from content.sorting import TOO_LATE
from content.tests.publishing_stage import LATER, FakeNetwork, due
from content.workflow import move_post
from tests.factories import (
    NOON,
    DirectorFactory,
    NativeMatchFactory,
    StopFactory,
    UserFactory,
    WallPostFactory,
)

pytestmark = pytest.mark.django_db

S = PublicationState
NEXT_DAY = LATER + dt.timedelta(days=1)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> FakeNetwork:
    fake = FakeNetwork()
    monkeypatch.setitem(PUBLISHERS, "vk", fake)
    return fake


def missed(**values: Any) -> Publication:
    values = {"state": S.MISSED, "next_try_at": None, "failure": "A stop.", **values}
    return due(post_state=PostState.NEEDS_CHECKING, **values)


def test_now_goes_out_however_long_ago_its_time_was(network: FakeNetwork) -> None:
    row = missed()
    publish_now(row, by=UserFactory.create(), at=NEXT_DAY)
    row.refresh_from_db()
    assert (row.state, row.next_try_at, row.failure) == (S.DUE, NEXT_DAY, "")
    assert row.post.state == PostState.SCHEDULED
    assert NEXT_DAY - LATER > TOO_LATE
    publish_due(at=NEXT_DAY)
    row.refresh_from_db()
    assert (row.state, row.planned_at) == (S.SENT, LATER - dt.timedelta(seconds=1))
    assert list(row.tries.order_by("pk").values_list("outcome", flat=True)) == ["person", "done"]


def test_new_time_does_not_make_it_on_time(network: FakeNetwork) -> None:
    row = missed()
    give_new_time(row, NEXT_DAY, by=UserFactory.create(), at=LATER)
    publish_due(at=NEXT_DAY)
    row.refresh_from_db()
    assert (row.state, row.planned_at) == (S.SENT, NEXT_DAY)
    # It was promised for the moment that was missed.
    assert row.promised_at == LATER - dt.timedelta(seconds=1)
    row.sent_at = NEXT_DAY
    assert row.is_on_time is False


def test_time_that_is_past_is_refused() -> None:
    with pytest.raises(ValidationError, match="still to come"):
        give_new_time(missed(), LATER, by=UserFactory.create(), at=LATER)


def test_cancelled_one_stays_away(network: FakeNetwork) -> None:
    row = missed()
    cancel(row, by=UserFactory.create(), at=LATER, reason="Out of date.")
    publish_due(at=NEXT_DAY)
    row.refresh_from_db()
    assert (row.state, network.walls) == (S.CANCELLED, [])
    assert row.tries.get().message == "Cancelled. Out of date."


def test_nothing_is_sent_while_the_stop_stands() -> None:
    row = missed()
    StopFactory.create(client=row.client)
    with pytest.raises(ValidationError, match="A stop still stands"):
        publish_now(row, by=UserFactory.create(), at=LATER)
    with pytest.raises(ValidationError, match="A stop still stands"):
        give_new_time(row, NEXT_DAY, by=UserFactory.create(), at=LATER)


def test_two_decisions_at_once_are_one() -> None:
    row = missed()
    seen = Publication.objects.get(pk=row.pk)
    cancel(row, by=UserFactory.create(), at=LATER)
    with pytest.raises(ValidationError, match="settled meanwhile"):
        publish_now(seen, by=UserFactory.create(), at=LATER)


@pytest.mark.parametrize("state", ["due", "sent", "claimed", "planned"])
def test_only_what_waits_is_decided(state: str) -> None:
    row = missed()
    row.state = state
    with pytest.raises(ValidationError):
        cancel(row, by=UserFactory.create(), at=LATER)


def test_sent_all_the_same_is_not_held_by_the_same_wall_post(network: FakeNetwork) -> None:
    row = due(text="The same words.")
    WallPostFactory.create(profile=row.community.profile, text="The same words.", posted_at=LATER)
    publish_due(at=LATER)
    row.refresh_from_db()
    assert (row.state, row.matches.get().state) == (S.UNKNOWN, "suggested")
    publish_now(row, by=UserFactory.create(), at=LATER)
    assert row.matches.get().state == "refused"
    publish_due(at=LATER + dt.timedelta(seconds=5))
    row.refresh_from_db()
    assert row.state == S.SENT


def test_refused_match_of_another_publication_says_nothing_here(network: FakeNetwork) -> None:
    row = due(text="The same words.")
    wall_post = WallPostFactory.create(
        profile=row.community.profile, text="The same words.", posted_at=LATER
    )
    other = due(community=row.community, post__client=row.client, next_try_at=NEXT_DAY)
    NativeMatchFactory.create(publication=other, wall_post=wall_post, state="refused")
    publish_due(at=LATER)
    row.refresh_from_db()
    assert row.state == S.UNKNOWN


def test_history_tells_times_by_the_clients_clock() -> None:
    row = missed()
    give_new_time(row, NOON + dt.timedelta(days=1), by=UserFactory.create(), at=LATER)
    assert row.tries.get().message == "New time: 03/11/2026 noon → 03/12/2026 noon (Europe/Moscow)"


def test_post_whose_last_publication_is_cancelled_may_be_opened_again() -> None:
    row, director = missed(failure_kind="stopped", attempts=2), DirectorFactory.create()
    cancel(row, by=director, at=LATER)
    post = Post.objects.get()
    assert post.state == PostState.CANCELLED
    move_post(post, PostState.DRAFT, by=director, at=LATER)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.failure_kind) == (S.PLANNED, 0, "")


def test_cancelled_one_is_planned_again_while_its_post_is_worked_on() -> None:
    row, person = due(state=S.CANCELLED, post_state=PostState.SCHEDULED), UserFactory.create()
    with pytest.raises(ValidationError, match="Take back to work"):
        plan_again(row, by=person, at=LATER)
    Post.objects.update(state=PostState.IN_WORK)
    plan_again(row, by=person, at=LATER)
    row.refresh_from_db()
    assert (row.state, row.next_try_at, row.tries.get().by) == (S.PLANNED, None, person)
    with pytest.raises(ValidationError, match="settled meanwhile"):
        plan_again(row, by=person, at=LATER)
