"""A scheduled post stands as its publications do."""

import pytest

from content.models import Post, PostState, PublicationState
from content.post_standing import settle_post
from tests.factories import NOON, PostFactory, PublicationFactory

pytestmark = pytest.mark.django_db

S = PublicationState


def post_with(*states: str, state: str = PostState.SCHEDULED) -> Post:
    post = PostFactory.create(state=state)
    for each in states:
        PublicationFactory.create(
            post=post, state=each, next_try_at=NOON, sent_at=NOON, lease_until=NOON,
            lease_token="0" * 32,
        )  # fmt: skip
    return post


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([S.SENT], PostState.PUBLISHED),
        ([S.SENT, S.CANCELLED], PostState.PUBLISHED),
        ([S.SENT, S.DUE], PostState.SCHEDULED),
        ([S.SENT, S.BY_HAND], PostState.SCHEDULED),
        ([S.SENT, S.PLACED], PostState.SCHEDULED),
        ([S.SENT, S.FAILED], PostState.FAILED),
        ([S.FAILED, S.UNKNOWN], PostState.NEEDS_CHECKING),
        ([S.SENT, S.MISSED], PostState.NEEDS_CHECKING),
        ([S.CANCELLED], PostState.CANCELLED),
        ([], PostState.SCHEDULED),
    ],
)
def test_post_follows_its_publications(states: list[str], expected: str) -> None:
    post = post_with(*states)
    assert settle_post(post, at=NOON) == expected
    assert Post.objects.get().state == expected
    moved = [(move.old, move.new, move.moved_by) for move in post.moves.all()]
    is_moved = expected != PostState.SCHEDULED
    assert moved == ([(PostState.SCHEDULED, expected, None)] if is_moved else [])


@pytest.mark.parametrize("state", [PostState.DRAFT, PostState.CANCELLED, PostState.CLIENT_REVIEW])
def test_post_that_is_not_scheduled_is_left_alone(state: str) -> None:
    assert settle_post(post_with(S.SENT, state=state), at=NOON) == state


def test_failed_post_comes_back(db: None) -> None:
    post = post_with(S.SENT, state=PostState.FAILED)
    assert settle_post(post, at=NOON) == PostState.PUBLISHED
