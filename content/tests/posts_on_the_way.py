"""Posts on their way, and the people who move them."""

import datetime as dt
from typing import Any

from clients.models import Client, Role, User
from clients.team import join_team
from content.models import Approvals, Post, PostState
from content.versions import save_version
from content.workflow import ClientWord, move_post
from tests.factories import (
    DAY,
    LONG_AGO,
    NOON,
    ClientFactory,
    ContentTermsFactory,
    PostFactory,
    PublicationFactory,
    UserFactory,
)

S = PostState
MINUTE = dt.timedelta(minutes=1)
TOMORROW = NOON + dt.timedelta(days=1)
WORD = ClientWord(said_by="Invented Person, owner", said_on=DAY, channel="email")


def client_with(approvals: str = Approvals.CLIENT, **terms: Any) -> Client:
    client: Client = ClientFactory.create()
    ContentTermsFactory.create(client=client, approvals=approvals, **terms)
    return client


def person_of(client: Client, role: str = Role.ACCOUNT_MANAGER) -> User:
    user: User = UserFactory.create()
    join_team(client, user, role=role, starts_on=LONG_AGO)
    return user


def post_of(client: Client, state: str = S.IN_WORK, **fields: Any) -> Post:
    """With a publication planned for tomorrow, on a network where people post by hand."""
    post: Post = PostFactory.create(client=client, state=state, **fields)
    PublicationFactory.create(
        post=post, planned_at=TOMORROW, community__profile__network="ok",
        community__profile__title="Invented page",
    )  # fmt: skip
    return post


def walk(post: Post, *states: str, by: User, at: dt.datetime = NOON) -> Post:
    """Through the states, a minute apart; the client's word is an e-mail."""
    for number, state in enumerate(states):
        is_word = state in (S.CLIENT_APPROVED, S.CLIENT_REWORK)
        move_post(
            post, state, by=by, at=at + number * MINUTE, reason="A reason.",
            word=WORD if is_word else None, confirms_over=True,
        )  # fmt: skip
    return post


TO_CLIENT = (S.INTERNAL_REVIEW, S.INTERNAL_APPROVED, S.CLIENT_REVIEW)


def with_client(client: Client, *, by: User, at: dt.datetime = NOON, **fields: Any) -> Post:
    """A post that waits for the client."""
    return walk(post_of(client, **fields), *TO_CLIENT, by=by, at=at)


def versioned(post: Post, *texts: str) -> Post:
    for text in texts:
        post.text = text
        post.save()
        save_version(post, by=None, at=NOON)
    return post
