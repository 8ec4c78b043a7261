"""Two threads of a post, and who is told of a comment."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from clients.models import Notice
from content.discussion import add_comment
from content.models import Post, PostState
from content.tests.posts_on_the_way import client_with, person_of, post_of, with_client
from tests.factories import NOON, PostCommentFactory, UserFactory

pytestmark = pytest.mark.django_db


def addresses() -> list[str]:
    notices = Notice.objects.filter(key__startswith="post-comment:")
    return sorted(notices.values_list("person__email", flat=True))


def test_author_the_answered_and_the_named_are_told_once_each() -> None:
    client = client_with()
    author, answered, named, writer = (person_of(client) for _ in range(4))
    post = post_of(client, author=author)
    first = PostCommentFactory.create(post=post, by=answered)
    add_comment(post, text="Look.", by=writer, at=NOON, answers=first, tell=[named, writer, author])
    assert addresses() == sorted([author.email, answered.email, named.email])


def test_who_left_the_team_is_not_told() -> None:
    client = client_with()
    post = post_of(client, author=UserFactory.create())
    add_comment(post, text="Look.", by=person_of(client), at=NOON)
    assert addresses() == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"text": "  "}, "Write the comment"),
        ({"is_internal": False}, "does not see this post yet"),
        ({"said_by": "The owner"}, "belong to the thread with the client"),
    ],
)
def test_comment_that_stands_nowhere_is_refused(given: dict[str, Any], words: str) -> None:
    client = client_with()
    with pytest.raises(ValidationError, match=words):
        add_comment(post_of(client), **{"text": "Look.", **given}, by=person_of(client), at=NOON)


def test_answer_stays_in_its_thread() -> None:
    client = client_with()
    manager = person_of(client)
    post = with_client(client, by=manager)
    inner = add_comment(post, text="Among us.", by=manager, at=NOON)
    with pytest.raises(ValidationError, match="stands in another thread"):
        add_comment(post, text="So.", by=manager, at=NOON, is_internal=False, answers=inner)


def test_word_of_the_client_stops_the_clock_of_silence() -> None:
    client = client_with(consent_hours=8)
    manager = person_of(client)
    post = with_client(client, by=manager)
    add_comment(post, text="Ours.", by=manager, at=NOON, is_internal=False)
    post.refresh_from_db()
    assert post.consent_at is not None
    add_comment(post, text="Hm.", by=manager, at=NOON, is_internal=False, said_by="The owner")
    assert Post.objects.get(consent_at=None).state == PostState.CLIENT_REVIEW
