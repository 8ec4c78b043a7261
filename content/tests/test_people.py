"""Who hears of a post, a review, an answer or an incident when the named person has left the team.

They still work for the agency, so they are active; of this client they may be told nothing.
"""

import datetime as dt

import pytest

from clients.models import Client, Notice, Role, TeamMember, User
from content.clock_notices import tell_of_clocks
from content.incidents import people_of
from content.models import PostState
from content.people import responsible_for
from content.publication_letters import readers_of
from content.reply_clock import keep_clocks
from content.review_reminders import approvers_of, remind_approvers
from content.tests.posts_on_the_way import client_with, person_of, post_of, walk
from tests.factories import DAY, NOON, DirectorFactory, InboxItemFactory, IncidentFactory

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def client_row() -> Client:
    return client_with()


@pytest.fixture
def left(client_row: Client) -> User:
    person = person_of(client_row)
    TeamMember.objects.filter(user=person).update(ends_on=DAY - dt.timedelta(days=1))
    return person


def test_the_author_is_told_while_in_the_team(client_row: Client) -> None:
    author, _manager = person_of(client_row, Role.DESIGNER), person_of(client_row)
    assert responsible_for(post_of(client_row, author=author), on=DAY) == [author]


def test_for_an_author_who_left_the_content_managers_are_told(
    client_row: Client, left: User
) -> None:
    DirectorFactory.create()
    person_of(client_row)
    writer = person_of(client_row, Role.CONTENT_MANAGER)
    post = post_of(client_row, author=left)
    assert responsible_for(post, on=DAY) == [writer]
    assert readers_of(post.publications.get(), at=NOON) == [writer]


def test_for_an_approver_who_left_the_managers_are_told(client_row: Client, left: User) -> None:
    manager = person_of(client_row)
    post = walk(post_of(client_row, approver=left), PostState.INTERNAL_REVIEW, by=manager)
    assert approvers_of(post, on=DAY) == [manager]
    assert remind_approvers(at=NOON + 23 * HOUR) == 1
    assert Notice.objects.get().person == manager


def test_for_an_assignee_who_left_the_moderators_are_told(client_row: Client, left: User) -> None:
    Client.objects.update(status="active")
    moderator = person_of(client_row, Role.MODERATOR)
    InboxItemFactory.create(profile__client=client_row, assignee=left)
    keep_clocks(at=NOON + HOUR)
    tell_of_clocks(at=NOON + HOUR)
    assert Notice.objects.get().person == moderator


def test_for_an_owner_who_left_the_moderators_hear_of_the_incident(
    client_row: Client, left: User
) -> None:
    moderator = person_of(client_row, Role.MODERATOR)
    incident = IncidentFactory.create(client=client_row, owner=left)
    assert people_of(incident, at=NOON) == [moderator]
