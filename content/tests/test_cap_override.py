"""Only a named person with the right lets a post through above the cap, with a reason."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError

from clients.models import Role, User
from clients.team import join_team
from content.cap_override import exceed_cap
from content.models import Post, PostMove
from tests.factories import PostFactory, UserFactory
from tests.factories.base import LONG_AGO

pytestmark = pytest.mark.django_db

AT = dt.datetime(2026, 3, 12, 9, tzinfo=dt.UTC)


def member(post: Post, role: Role = Role.ACCOUNT_MANAGER) -> User:
    user = UserFactory.create()
    join_team(post.client, user, role=role, starts_on=LONG_AGO)
    return user


def refusal(post: Post, by: User, reason: str = "Why") -> Any:
    with pytest.raises(ValidationError) as refused:
        exceed_cap(post, by=by, reason=reason, at=AT)
    return refused.value.messages


def test_it_is_written_down() -> None:
    post = PostFactory.create(source="curated")
    by = member(post)
    exceed_cap(post, by=by, reason=" The client asks for it. ", at=AT)
    row = Post.objects.get()
    assert (row.over_cap_by, row.over_cap_reason) == (by, "The client asks for it.")
    move = PostMove.objects.get()
    assert (move.old, move.new, move.moved_by, move.reason) == (
        "idea", "idea", by, "Let through above the cap: The client asks for it.",
    )  # fmt: skip
    assert LogEntry.objects.get().user == by


def test_content_manager_may_not() -> None:
    post = PostFactory.create(source="curated")
    by = member(post, Role.CONTENT_MANAGER)
    assert refusal(post, by) == ["You may not let a post through above the cap."]
    assert refusal(post, UserFactory.create()) == ["You may not let a post through above the cap."]


def test_reason_is_needed() -> None:
    post = PostFactory.create(source="curated")
    assert refusal(post, member(post), " ") == ["Write why."]


def test_only_once_and_only_of_the_internet() -> None:
    post = PostFactory.create(source="curated")
    by = member(post)
    exceed_cap(post, by=by, reason="Why", at=AT)
    assert refusal(post, by) == ["It is let through above the cap already."]
    own = PostFactory.create(client=post.client)
    assert refusal(own, by) == ["It does not come from the internet: the cap does not hold it."]


def test_what_was_moved_meanwhile_is_looked_at_again() -> None:
    post = PostFactory.create(source="curated")
    by = member(post)
    Post.objects.update(state="draft")
    assert refusal(post, by) == ["Meanwhile it was moved: look at the post again."]
