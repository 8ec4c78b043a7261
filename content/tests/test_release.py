"""Publications are let go whole, and called back only where nothing has left."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from content.models import PublicationState
from content.moving import move_publication
from content.release import release, withdraw
from tests.factories import NOON, PostFactory, PublicationFactory, UserFactory

pytestmark = pytest.mark.django_db

LATER = NOON + dt.timedelta(hours=3)
P = PublicationState


def test_planned_publications_become_due_at_their_times() -> None:
    post = PostFactory.create()
    row = PublicationFactory.create(post=post, planned_at=LATER, attempts=2, failure="Old.")
    assert release(post, at=NOON) == 1
    row.refresh_from_db()
    assert (row.state, row.next_try_at, row.attempts, row.failure) == (P.DUE, LATER, 0, "")


def test_post_without_a_community_is_not_released() -> None:
    with pytest.raises(ValidationError, match="Choose at least one community"):
        release(PostFactory.create(), at=NOON)


@pytest.mark.parametrize(
    ("planned_at", "words"), [(None, "a day and a time"), (NOON, "time has passed")]
)
def test_one_without_a_time_ahead_holds_all(planned_at: dt.datetime | None, words: str) -> None:
    post = PostFactory.create()
    good = PublicationFactory.create(post=post, planned_at=LATER)
    PublicationFactory.create(post=post, planned_at=planned_at)
    with pytest.raises(ValidationError, match=words):
        release(post, at=NOON)
    good.refresh_from_db()
    assert good.state == P.PLANNED


def test_cancelled_publication_asks_for_no_time() -> None:
    post = PostFactory.create()
    PublicationFactory.create(post=post, planned_at=LATER)
    PublicationFactory.create(post=post, planned_at=None, state=P.CANCELLED)
    assert release(post, at=NOON) == 1


def test_what_waits_is_withdrawn() -> None:
    post = PostFactory.create()
    rows = [
        PublicationFactory.create(post=post, planned_at=LATER, next_try_at=LATER, state=state)
        for state in (P.DUE, P.FAILED, P.BY_HAND, P.MISSED, P.PLANNED)
    ]
    assert withdraw(post, at=NOON) == 4
    for row in rows:
        row.refresh_from_db()
        assert (row.state, row.planned_at) == (P.PLANNED, LATER)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (P.CLAIMED, "being sent right now"),
        (P.SENDING, "being sent right now"),
        (P.SENT, "published already"),
        (P.UNKNOWN, "nobody knows whether it is out"),
    ],
)
def test_what_has_left_is_not_withdrawn(state: str, words: str) -> None:
    post = PostFactory.create()
    waiting = PublicationFactory.create(post=post, next_try_at=LATER, state=P.DUE)
    PublicationFactory.create(
        post=post, state=state, lease_until=LATER, sent_at=NOON,
        lease_token="0c5cf0de-62b1-4b29-8a30-6d7e6d1c1c55",
    )  # fmt: skip
    with pytest.raises(ValidationError, match=words):
        withdraw(post, at=NOON)
    waiting.refresh_from_db()
    assert waiting.state == P.DUE


def test_time_is_promised_once_it_has_passed() -> None:
    post = PostFactory.create()
    row = PublicationFactory.create(post=post, planned_at=LATER)
    release(post, at=NOON)
    row.refresh_from_db()
    assert row.promised_at == LATER
    moved, again = LATER + dt.timedelta(hours=1), LATER + dt.timedelta(days=1)
    for planned_at, at, promised in [
        (moved, NOON, moved),
        (again, moved + dt.timedelta(minutes=1), moved),
    ]:
        withdraw(post, at=at)
        post.publications.update(planned_at=planned_at)
        release(post, at=at)
        row.refresh_from_db()
        assert row.promised_at == promised


@pytest.mark.parametrize(
    ("at", "is_kept"), [(LATER - dt.timedelta(minutes=1), False), (LATER, True)]
)
def test_move_changes_a_promise_until_its_time_has_come(at: dt.datetime, is_kept: bool) -> None:
    row = PublicationFactory.create(
        planned_at=LATER, promised_at=LATER, next_try_at=LATER, state=P.DUE
    )
    to = LATER + dt.timedelta(days=1)
    by = UserFactory.create(is_superuser=True)
    move_publication(row, to=to, by=by, at=at, seen_state=P.DUE, seen_at=LATER)
    row.refresh_from_db()
    assert (row.planned_at, row.promised_at) == (to, LATER if is_kept else to)
