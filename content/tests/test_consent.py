"""Silence counts as consent only where it was agreed, warned of, and nothing was asked."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.utils import translation

from clients.letters import send_letters
from clients.models import ClientStatus, Notice, StatusChange, Task
from content import consent
from content.consent import take_silence, warn_of_consent
from content.discussion import add_comment
from content.letter_words import moment_words
from content.models import ContentTerms, Post, PostState
from content.pauses import resume
from content.tests.posts_on_the_way import client_with, person_of, walk, with_client
from tests.factories import NOON, ContactFactory, DirectorFactory

pytestmark = pytest.mark.django_db

S = PostState
HOUR = dt.timedelta(hours=1)
# NOON is a Wednesday's noon in Moscow: 7 working hours are left of it, 9 of each day after.
CONSENT_AT = NOON + dt.timedelta(days=2)  # 18 working hours: Friday noon
WARNED_AT = CONSENT_AT - dt.timedelta(days=1)


def waiting(count: int = 1, *, email: str = "owner@client.example", **terms: Any) -> list[Post]:
    client = client_with(**{"consent_hours": 18, **terms})
    ContactFactory.create(client=client, email=email, is_main=True)
    manager = person_of(client)
    at = NOON - 2 * dt.timedelta(minutes=1)
    return [with_client(client, by=manager, at=at, author=manager) for _ in range(count)]


def state_of(post: Post) -> str:
    return Post.objects.get(pk=post.pk).state


def warn(at: dt.datetime = WARNED_AT) -> int:
    written = warn_of_consent(at=at)
    send_letters(at=at)
    return written


def test_deadline_is_counted_in_working_hours() -> None:
    [post] = waiting()
    assert Post.objects.get(pk=post.pk).consent_at == CONSENT_AT


def test_client_without_the_clause_has_no_deadline() -> None:
    [post] = waiting(consent_hours=None)
    assert Post.objects.get(pk=post.pk).consent_at is None


def test_client_is_warned_a_day_before_in_one_letter() -> None:
    waiting(2)
    assert [warn(WARNED_AT - HOUR), warn(), warn(WARNED_AT + HOUR)] == [0, 1, 0]
    assert [letter.to for letter in mail.outbox] == [["owner@client.example"]]


def test_silence_after_the_warning_is_consent_and_says_so() -> None:
    [post] = waiting()
    warn()
    assert [take_silence(at=CONSENT_AT - HOUR), take_silence(at=CONSENT_AT)] == [0, 1]
    move = post.moves.get(new=S.CLIENT_APPROVED)
    assert (move.is_deemed, move.moved_by, move.client_said_by) == (True, None, "")
    assert move.version is not None
    assert Notice.objects.filter(key__startswith="deemed:").count() == 1


def test_without_a_warning_that_went_out_silence_is_silence() -> None:
    [post] = waiting()
    assert take_silence(at=CONSENT_AT) == 0
    warn_of_consent(at=WARNED_AT)
    assert take_silence(at=CONSENT_AT) == 0
    assert state_of(post) == S.CLIENT_REVIEW


def test_late_warning_gets_its_day() -> None:
    [post] = waiting()
    late = CONSENT_AT + 5 * HOUR
    warn(late)
    assert take_silence(at=late + 23 * HOUR) == 0
    assert take_silence(at=late + 24 * HOUR) == 1
    assert state_of(post) == S.CLIENT_APPROVED


def test_nobody_to_warn_is_a_task_and_no_consent() -> None:
    [post] = waiting(email="")
    warn()
    warn(WARNED_AT + HOUR)
    assert take_silence(at=CONSENT_AT + 48 * HOUR) == 0
    assert [task.client_id for task in Task.objects.all()] == [post.client_id]


def test_change_that_was_asked_for_is_never_consent() -> None:
    [post] = waiting()
    warn()
    walk(post, S.CLIENT_REWORK, by=post.author, at=WARNED_AT + HOUR)  # type: ignore[arg-type]
    assert take_silence(at=CONSENT_AT + 48 * HOUR) == 0
    assert state_of(post) == S.CLIENT_REWORK


def test_word_that_comes_while_silence_is_taken_is_no_consent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [post] = waiting()
    warn()

    def objected(rows: Any = consent._waiting) -> list[Post]:
        found: list[Post] = rows()
        add_comment(post, text="Not so!", by=None, at=CONSENT_AT, is_internal=False, said_by="Ann")
        return found

    monkeypatch.setattr(consent, "_waiting", objected)
    assert (take_silence(at=CONSENT_AT), state_of(post)) == (0, S.CLIENT_REVIEW)
    assert not Task.objects.exists()


def test_clause_that_was_struck_out_counts_no_more() -> None:
    [post] = waiting()
    warn()
    ContentTerms.objects.update(consent_hours=None)
    assert take_silence(at=CONSENT_AT) == 0
    assert state_of(post) == S.CLIENT_REVIEW


def test_changed_post_is_a_persons_task() -> None:
    [post] = waiting()
    warn()
    Post.objects.update(text="Words that nobody approved.")
    assert take_silence(at=CONSENT_AT) == 0
    assert [task.client_id for task in Task.objects.all()] == [post.client_id]


def pause(post: Post, *, since: dt.datetime, until: dt.datetime) -> None:
    """The work goes on again at its end."""
    by = DirectorFactory.create()
    StatusChange.objects.create(
        client=post.client, old=ClientStatus.ACTIVE, new=ClientStatus.PAUSED, changed_by=by,
        changed_at=since,
    )  # fmt: skip
    resume(post.client, at=until)


def test_after_a_pause_the_client_is_warned_anew() -> None:
    [post] = waiting()
    warn()
    until = WARNED_AT + 100 * HOUR
    pause(post, since=WARNED_AT + HOUR, until=until)
    moved = CONSENT_AT + 99 * HOUR
    assert Post.objects.get(pk=post.pk).consent_at == moved
    # Told of the old moment only.
    assert take_silence(at=moved + 48 * HOUR) == 0
    assert warn(until) == 1
    # The letter is late: it names the moment that counts, a day after it.
    [_first, second] = mail.outbox
    with translation.override(post.client.language):
        assert moment_words(post.client, until + 24 * HOUR) in second.body
    assert [take_silence(at=until + 23 * HOUR), take_silence(at=until + 24 * HOUR)] == [0, 1]


def test_post_sent_in_a_pause_waits_for_the_rest_of_it_only() -> None:
    [post] = waiting()
    sent = Post.objects.get(pk=post.pk).state_since
    pause(post, since=sent - 48 * HOUR, until=sent + 10 * HOUR)
    assert Post.objects.get(pk=post.pk).consent_at == CONSENT_AT + 10 * HOUR


def test_silence_that_was_over_before_the_pause_gets_a_warning_too() -> None:
    [post] = waiting()
    until = CONSENT_AT + 50 * HOUR
    warn_of_consent(at=WARNED_AT)
    pause(post, since=CONSENT_AT + HOUR, until=until)
    assert Post.objects.get(pk=post.pk).consent_at == until
    assert take_silence(at=until) == 0
    assert warn(until) == 1
    assert [take_silence(at=until + 23 * HOUR), take_silence(at=until + 24 * HOUR)] == [0, 1]
