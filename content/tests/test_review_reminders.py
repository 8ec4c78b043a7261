"""Reviews that wait are told of once, in working time."""

import datetime as dt

import pytest

from clients.models import Letter, MailRefusal, Notice, Task
from content.discussion import add_comment
from content.models import Post, PostState
from content.review_reminders import remind_approvers, remind_clients
from content.tests.posts_on_the_way import client_with, person_of, post_of, walk, with_client
from tests.factories import NOON, ContactFactory

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)
# A Wednesday noon in Moscow, working hours 10–19: 8 are over on Thursday at 11.
DUE = NOON + 23 * HOUR


def test_approver_gets_one_letter_for_all_that_waits() -> None:
    client = client_with()
    approver, manager = person_of(client), person_of(client)
    for _ in range(2):
        walk(post_of(client, approver=approver), PostState.INTERNAL_REVIEW, by=manager)
    assert [remind_approvers(at=at) for at in (DUE - HOUR, DUE, DUE + HOUR)] == [0, 1, 0]
    assert [notice.person for notice in Notice.objects.all()] == [approver]


def test_nobody_is_told_at_night() -> None:
    client = client_with()
    walk(post_of(client), PostState.INTERNAL_REVIEW, by=person_of(client))
    assert remind_approvers(at=NOON + 36 * HOUR) == 0


def test_next_review_of_the_same_post_is_told_of_again() -> None:
    client = client_with()
    manager = person_of(client)
    post = walk(post_of(client), PostState.INTERNAL_REVIEW, by=manager)
    remind_approvers(at=DUE)
    walk(post, PostState.INTERNAL_REWORK, PostState.INTERNAL_REVIEW, by=manager, at=DUE)
    assert remind_approvers(at=DUE + 24 * HOUR) == 1


def test_client_is_told_after_two_days_unless_it_wrote() -> None:
    client = client_with()
    manager = person_of(client)
    ContactFactory.create(client=client, email="owner@client.example")
    with_client(client, by=manager)
    spoken = with_client(client, by=manager)
    add_comment(
        spoken, text="Hm.", by=manager, at=NOON + HOUR, is_internal=False, said_by="The owner"
    )
    two_days = NOON + 47 * HOUR
    assert [remind_clients(at=at) for at in (DUE, two_days, two_days + HOUR)] == [0, 1, 0]
    assert Letter.objects.get().address == "owner@client.example"
    assert Post.objects.get(pk=spoken.pk).reminded_at is None


@pytest.mark.parametrize("address", ["owner@client.example", ""])
def test_where_nobody_can_be_reminded_the_team_is_told_once(address: str) -> None:
    client = client_with()
    ContactFactory.create(client=client, email=address)
    refusal = MailRefusal.objects.create(client=client, address=address, kind="approvals")
    post = with_client(client, by=person_of(client))
    two_days = NOON + 47 * HOUR
    assert [remind_clients(at=at) for at in (two_days, two_days + HOUR)] == [0, 0]
    assert [task.client for task in Task.objects.all()] == [client]
    post.refresh_from_db()
    assert (post.reminded_at, Letter.objects.count()) == (None, 0)
    Task.objects.update(state="done", done_at=NOON)
    remind_clients(at=two_days + 2 * HOUR)
    assert Task.objects.count() == 1
    client.contacts.update(email="owner@client.example")
    refusal.delete()
    assert remind_clients(at=two_days + 3 * HOUR) == 1


def test_where_silence_counts_its_warning_is_the_reminder() -> None:
    client = client_with(consent_hours=40)
    ContactFactory.create(client=client, email="owner@client.example")
    with_client(client, by=person_of(client))
    assert remind_clients(at=NOON + 72 * HOUR) == 0
