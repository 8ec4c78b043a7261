"""Links by which the client approves: once, in time, by whoever has the address."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import close_old_connections, connection

from clients.models import Client, Letter, Notice, User
from content.approval_links import (
    Answer,
    address_of,
    answer_link,
    find_link,
    make_link,
    why_closed,
    withdraw_link,
)
from content.letter_secrets import forget_secrets
from content.models import ApprovalLink, ContentTerms, Post, PostComment, PostMove, PostState
from content.tests.posts_on_the_way import client_with, person_of, post_of, walk, with_client
from content.workflow import move_post
from smm_agency.lib.link_tokens import hash_of
from tests.factories import NOON, ContactFactory, UserFactory

pytestmark = pytest.mark.django_db

S = PostState
HOUR = dt.timedelta(hours=1)
YES = Answer(is_approved=True)
NO = Answer(is_approved=False, comment="The price is another one.")


class Asked:
    """A client that was sent a link to posts."""

    def __init__(self, count: int = 1, **terms: Any) -> None:
        self.client: Client = client_with(has_approval_links=True, **terms)
        self.manager: User = person_of(self.client)
        self.contact = ContactFactory.create(client=self.client, email="owner@client.example")
        self.posts = [
            with_client(self.client, by=self.manager, author=self.manager) for _ in range(count)
        ]
        self.link, self.token = self.make(is_sent=True)

    def make(self, **kwargs: Any) -> tuple[ApprovalLink, str]:
        return make_link(
            self.client, self.posts, contact=self.contact, by=self.manager, at=NOON, **kwargs
        )

    def answer(self, *answers: Answer, at: dt.datetime = NOON + HOUR) -> None:
        given = dict(zip([post.pk for post in self.posts], answers, strict=True))
        answer_link(self.link, given, at=at)

    def states(self) -> list[str]:
        return [Post.objects.get(pk=post.pk).state for post in self.posts]

    def why_closed(self, at: dt.datetime = NOON + HOUR) -> str:
        return why_closed(ApprovalLink.objects.get(pk=self.link.pk), at=at)


def test_only_the_hash_of_the_secret_is_stored() -> None:
    asked = Asked()
    assert asked.link.token_hash == hash_of(asked.token)
    assert find_link(asked.token) == asked.link
    assert find_link(asked.token[:-1]) is None


def test_letter_speaks_the_clients_language_and_loses_the_secret_once_it_is_out() -> None:
    asked = Asked()
    letter = Letter.objects.get(key__startswith="approval-link:")
    assert (letter.address, address_of(asked.token) in letter.text) == (asked.contact.email, True)
    assert forget_secrets() == 0
    Letter.objects.update(sent_at=NOON)
    assert forget_secrets() == 1
    letter.refresh_from_db()
    assert asked.token not in letter.text


def test_letters_that_ask_for_material_lose_their_link_too() -> None:
    Asked()
    Letter.objects.update(
        key="material:1:asked:2026-03-11:a@client.example",
        text="Send it here:\nhttps://a.example/link/material/secret/\nThank you",
        attempts=Letter.MAX_ATTEMPTS,
    )
    assert forget_secrets() == 1
    assert Letter.objects.get().text == "Send it here:\n…\nThank you"
    assert forget_secrets() == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"has_approval_links": False}, "Approving by a link is off"),
        ({"state": S.IN_WORK}, "Only posts that are with the client"),
        ({"by": "stranger"}, "You may not do this"),
        ({"contact": "another"}, "belongs to another client"),
        ({"email": ""}, "has no e-mail"),
    ],
)
def test_link_is_made_for_what_waits_only(change: dict[str, Any], words: str) -> None:
    asked = Asked()
    if "has_approval_links" in change:
        ContentTerms.objects.update(**change)
    if "state" in change:
        Post.objects.update(state=change["state"])
    if "email" in change:
        asked.contact.email = ""
    contact = ContactFactory.create() if "contact" in change else asked.contact
    by = UserFactory.create() if "by" in change else asked.manager
    with pytest.raises(ValidationError, match=words):
        make_link(asked.client, asked.posts, contact=contact, by=by, at=NOON, is_sent=True)


def test_answers_move_the_posts_and_close_the_link() -> None:
    asked = Asked(2)
    asked.answer(YES, NO)
    assert asked.states() == [S.CLIENT_APPROVED, S.CLIENT_REWORK]
    first, second = (post.moves.latest("pk") for post in asked.posts)
    for move in (first, second):
        assert (move.client_said_by, move.channel, move.moved_by) == (
            asked.contact.name, "link", None,
        )  # fmt: skip
        assert move.version is not None
    assert (first.round, second.round) == (None, 1)
    comment = PostComment.objects.get()
    assert (comment.text, comment.said_by, comment.is_internal) == (
        NO.comment, asked.contact.name, False,
    )  # fmt: skip
    assert "answered already" in asked.why_closed()
    with pytest.raises(ValidationError, match="answered already"):
        asked.answer(YES, YES)


def test_team_is_told_of_the_answer_once() -> None:
    asked = Asked(2)
    asked.answer(YES, YES)
    notices = Notice.objects.filter(key__startswith="link-answer:")
    assert [notice.person for notice in notices] == [asked.manager]


@pytest.mark.parametrize(
    ("answers", "words"),
    [((YES,), "choose an answer"), ((YES, Answer(is_approved=False)), "what should be changed")],
)
def test_answer_is_taken_whole_or_not_at_all(answers: tuple[Answer, ...], words: str) -> None:
    asked = Asked(2)
    given = dict(zip([post.pk for post in asked.posts], answers, strict=False))
    with pytest.raises(ValidationError, match=words):
        answer_link(asked.link, given, at=NOON)
    assert asked.states() == [S.CLIENT_REVIEW] * 2
    assert asked.why_closed() == ""


def test_expired_link_is_closed() -> None:
    asked = Asked(link_days=2)
    with pytest.raises(ValidationError, match="its time is over"):
        asked.answer(YES, at=NOON + dt.timedelta(days=2))
    assert asked.states() == [S.CLIENT_REVIEW]


def test_withdrawn_link_is_closed() -> None:
    asked = Asked()
    assert withdraw_link(asked.link, by=asked.manager, at=NOON)
    assert not withdraw_link(asked.link, by=asked.manager, at=NOON)
    with pytest.raises(ValidationError, match="taken these posts back"):
        asked.answer(YES)


def test_link_is_closed_where_the_terms_were_changed() -> None:
    asked = Asked()
    ContentTerms.objects.update(has_approval_links=False)
    with pytest.raises(ValidationError, match="Approving by a link is off"):
        asked.answer(YES)


def test_post_that_goes_back_falls_out_and_the_last_one_closes_the_link() -> None:
    asked = Asked(2)
    walk(asked.posts[0], S.IN_WORK, by=asked.manager, at=NOON)
    assert asked.why_closed() == ""
    answer_link(
        ApprovalLink.objects.get(pk=asked.link.pk), {asked.posts[1].pk: YES}, at=NOON + HOUR
    )
    assert asked.states() == [S.IN_WORK, S.CLIENT_APPROVED]


def test_link_without_posts_is_revoked() -> None:
    asked = Asked()
    walk(asked.posts[0], S.IN_WORK, by=asked.manager, at=NOON)
    link = ApprovalLink.objects.get(pk=asked.link.pk)
    assert (link.revoked_at, link.revoked_by) == (NOON, None)
    # Sent again, it waits for a link of its own.
    walk(asked.posts[0], S.INTERNAL_REVIEW, S.INTERNAL_APPROVED, S.CLIENT_REVIEW, by=asked.manager)
    with pytest.raises(ValidationError, match="taken these posts back"):
        asked.answer(YES)


def test_post_that_was_changed_behind_its_approval_is_not_approved() -> None:
    asked = Asked()
    Post.objects.update(text="Words that nobody approved.")
    with pytest.raises(ValidationError, match="changed after it was approved"):
        asked.answer(YES)
    assert asked.why_closed() == ""


def test_client_may_ask_beyond_the_agreed_rounds() -> None:
    asked = Asked(correction_rounds=0)
    asked.answer(NO)
    assert PostMove.objects.get(new=S.CLIENT_REWORK).round == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_wins_and_the_other_is_told() -> None:
    asked = Asked(2)
    start, done, refused = threading.Barrier(2), list[int](), list[str]()

    def run(number: int) -> None:
        start.wait()
        try:
            asked.answer(*([YES, NO] if number else [NO, YES]))
            done.append(number)
        except ValidationError as error:
            refused.extend(error.messages)
        connection.close()

    race(run)
    assert (len(done), refused) == (1, ["You have answered already. Thank you!"])
    assert sorted(asked.states()) == [S.CLIENT_APPROVED, S.CLIENT_REWORK]
    assert PostMove.objects.filter(channel="link").count() == 2


@pytest.mark.django_db(transaction=True)
def test_staff_and_the_link_at_once_never_wait_for_each_other() -> None:
    asked = Asked(2)
    start, told = threading.Barrier(2), list[str]()

    def run(number: int) -> None:
        start.wait()
        try:
            if number:
                asked.answer(YES, YES)
            else:
                for post in asked.posts:
                    move_post(
                        Post.objects.get(pk=post.pk), S.IN_WORK, by=asked.manager, at=NOON,
                        reason="A reason.",
                    )  # fmt: skip
        except ValidationError as error:
            told.extend(error.messages)
        connection.close()

    race(run)
    assert set(asked.states()) <= {S.IN_WORK, S.CLIENT_APPROVED}


def race(run: Any) -> None:
    threads = [threading.Thread(target=run, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()


def test_post_of_nobodys_word_is_left_alone() -> None:
    asked = Asked()
    other = post_of(asked.client)
    asked.answer(YES)
    assert Post.objects.get(pk=other.pk).state == S.IN_WORK
