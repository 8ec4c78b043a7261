"""Handing work over: every kind moves, once, to who may do it; and it is noted."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import close_old_connections, connection

from clients.hand_over import MOVERS, Seen, counts_by_client, hand_over, open_work
from clients.models import ChangeEntry, Client, HandOver, Notice, Role, Task, TaskState, User
from clients.team import join_team
from content.models import InboxState, Post, PostState
from tests.factories import (
    LONG_AGO,
    NOON,
    AccessGrantFactory,
    AuditFactory,
    AuditScoreFactory,
    CampaignFactory,
    ChecklistItemFactory,
    ClientFactory,
    CommunityFactory,
    DesignAssetFactory,
    DirectorFactory,
    GoalFactory,
    GoalTaskFactory,
    InboxItemFactory,
    IncidentFactory,
    MaterialRequestFactory,
    PostFactory,
    RecurringPostFactory,
    RecurringTaskFactory,
    StrategyVersionFactory,
    TaskFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return ClientFactory.create()


@pytest.fixture
def giver(client: Client) -> User:
    person = UserFactory.create(first_name="Ivan", last_name="Giver")
    join_team(client, person, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    return person


@pytest.fixture
def receiver(client: Client) -> User:
    person = UserFactory.create(first_name="Olga", last_name="Taker", language="en")
    join_team(client, person, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    return person


@pytest.fixture
def director() -> User:
    return DirectorFactory.create()


def fill(client: Client, person: User) -> None:
    """One row of every kind."""
    community = CommunityFactory.create(profile__client=client)
    audit = AuditFactory.create(profile__client=client, conducted_by=person)
    version = StrategyVersionFactory.create(client=client)
    goal = GoalFactory.create(version=version)
    TaskFactory.create(client=client, owner=person)
    RecurringTaskFactory.create(client=client, owner=person)
    PostFactory.create(client=client, author=person)
    PostFactory.create(client=client, designer=person)
    PostFactory.create(client=client, approver=person)
    RecurringPostFactory.create(client=client, author=person)
    MaterialRequestFactory.create(client=client, asked_by=person)
    InboxItemFactory.create(profile__client=client, assignee=person)
    IncidentFactory.create(client=client, owner=person)
    DesignAssetFactory.create(community=community, designer=person)
    ChecklistItemFactory.create(community=community, owner=person)
    AuditScoreFactory.create(audit=audit, owner=person)
    GoalTaskFactory.create(goal=goal, owner=person)
    CampaignFactory.create(client=client, owner=person)
    AccessGrantFactory.create(client=client, user=person)


def seen_of(person: User, client: Client) -> Seen:
    return {heap.mover.code: [row.pk for row in heap.rows]
            for heap in open_work(person, client=client)}  # fmt: skip


def hand(client: Client, giver: User, receiver: User, by: User, **words: Any) -> Any:
    asked = {"seen": seen_of(giver, client), "note": "All is said.", **words}
    return hand_over(client, giver=giver, receiver=receiver, by=by, at=NOON, **asked)


def test_every_kind_moves(client: Client, giver: User, director: User) -> None:
    fill(client, giver)
    assert counts_by_client(giver) == {client.pk: dict.fromkeys(MOVERS, 1)}
    moved = hand(client, giver, director, director)
    assert counts_by_client(giver) == {client.pk: {"accesses": 1}}
    # The accesses are a task.
    kinds = {**dict.fromkeys(MOVERS, 1), "tasks": 2}
    del kinds["accesses"]
    assert counts_by_client(director) == {client.pk: kinds}
    assert (moved.missed, moved.row.total) == (0, len(MOVERS))


def test_what_is_over_does_not_move(client: Client, giver: User) -> None:
    TaskFactory.create(client=client, owner=giver, state=TaskState.DONE, done_at=NOON)
    PostFactory.create(client=client, author=giver, state=PostState.PUBLISHED)
    InboxItemFactory.create(
        profile__client=client, assignee=giver, state=InboxState.CLOSED, closed_at=NOON
    )
    assert open_work(giver, client=client) == []


def test_work_with_another_client_stays(
    client: Client, giver: User, receiver: User, director: User
) -> None:
    task, other = TaskFactory.create(client=client, owner=giver), TaskFactory.create(owner=giver)
    hand(client, giver, receiver, director, seen={"tasks": [task.pk, other.pk]})
    owners = Task.objects.filter(pk__in=[task.pk, other.pk]).order_by("pk")
    assert [each.owner for each in owners] == [receiver, giver]


def test_only_what_was_seen_moves(
    client: Client, giver: User, receiver: User, director: User
) -> None:
    first, done, taken = (TaskFactory.create(client=client, owner=giver) for _ in range(3))
    seen = seen_of(giver, client)
    late = TaskFactory.create(client=client, owner=giver)
    Task.objects.filter(pk=done.pk).update(state=TaskState.DONE, done_at=NOON)
    Task.objects.filter(pk=taken.pk).update(owner=director)
    moved = hand(client, giver, receiver, director, seen=seen)
    assert (moved.row.moved, moved.missed) == ({"tasks": [first.pk]}, 2)
    owners = Task.objects.filter(pk__in=[done.pk, taken.pk, late.pk]).order_by("pk")
    assert [each.owner for each in owners] == [giver, director, giver]


def test_receiver_is_told_once(client: Client, giver: User, receiver: User, director: User) -> None:
    TaskFactory.create_batch(3, client=client, owner=giver)
    hand(client, giver, receiver, director, note="Call Petr on Monday.")
    [notice] = Notice.objects.filter(person=receiver)
    assert notice.subject == f"{client}: Ivan Giver hands work over to you"
    assert notice.text == "Tasks: 3\n\nCall Petr on Monday."
    assert notice.path == f"/admin/clients/handover/{HandOver.objects.get().pk}/change/"


def test_accesses_become_a_task_with_the_reminder(
    client: Client, giver: User, director: User
) -> None:
    AccessGrantFactory.create(client=client, user=giver)
    hand(client, giver, director, director)
    task = Task.objects.get(owner=director)
    assert task.title == "Get the accesses of Ivan Giver, and change the keys they knew"
    assert task.details.splitlines()[-1].startswith("Roles on networks are given there, by hand.")


def test_note_is_needed(client: Client, giver: User, receiver: User, director: User) -> None:
    TaskFactory.create(client=client, owner=giver)
    with pytest.raises(ValidationError) as refused:
        hand(client, giver, receiver, director, note=" ")
    assert list(refused.value.message_dict) == ["note"]


def test_nothing_is_handed_to_oneself(client: Client, giver: User, director: User) -> None:
    with pytest.raises(ValidationError, match="theirs already"):
        hand(client, giver, giver, director)


def test_nothing_is_handed_to_who_has_left(
    client: Client, giver: User, receiver: User, director: User
) -> None:
    receiver.is_active = False
    receiver.save()
    with pytest.raises(ValidationError, match="does not work for the agency now"):
        hand(client, giver, receiver, director)


def test_receiver_without_a_fitting_role_is_refused_or_joins(
    client: Client, giver: User, director: User
) -> None:
    stranger = UserFactory.create(first_name="New", last_name="Hand")
    CampaignFactory.create(client=client, owner=giver)
    TaskFactory.create(client=client, owner=giver)
    with pytest.raises(ValidationError) as refused:
        hand(client, giver, stranger, director)
    [said] = refused.value.message_dict["receiver"]
    assert said.startswith(
        f"New Hand has no role with {client} that does this: Tasks, Campaigns. Add them"
    )
    with pytest.raises(ValidationError, match=r"does this: Campaigns\."):
        hand(client, giver, stranger, director, role=Role.DESIGNER)
    hand(client, giver, stranger, director, role=Role.PAID_SOCIAL)
    assert counts_by_client(stranger) == {client.pk: {"tasks": 1, "campaigns": 1}}


@pytest.mark.django_db(transaction=True)
def test_two_hand_overs_at_once_move_each_row_once() -> None:
    client, giver, director = ClientFactory.create(), UserFactory.create(), DirectorFactory.create()
    takers = DirectorFactory.create_batch(2)
    PostFactory.create_batch(5, client=client, author=giver)
    seen = seen_of(giver, client)
    barrier, refused = threading.Barrier(2), []

    def step(receiver: User) -> None:
        try:
            barrier.wait()
            hand(client, giver, receiver, director, seen=seen)
        except ValidationError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=step, args=(taker,)) for taker in takers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    row = HandOver.objects.get()
    assert (len(refused), row.total, Post.objects.filter(author=row.receiver).count()) == (1, 5, 5)


def test_day_of_joining_is_the_clients(client: Client, giver: User, director: User) -> None:
    stranger = UserFactory.create()
    TaskFactory.create(client=client, owner=giver)
    hand(client, giver, stranger, director, role=Role.DESIGNER)
    [member] = stranger.memberships.all()
    assert (member.starts_on, member.ends_on) == (NOON.date(), None)
    assert isinstance(member.starts_on, dt.date)


def test_each_row_that_moved_stands_in_the_history(
    client: Client, giver: User, receiver: User, director: User
) -> None:
    tasks = TaskFactory.create_batch(2, client=client, owner=giver)
    post = PostFactory.create(client=client, author=giver)
    hand(client, giver, receiver, director)
    entries = ChangeEntry.objects.filter(client=client, action=ChangeEntry.Action.UPDATE)
    moved = [str(giver.pk), str(receiver.pk)]
    assert sorted(entries.values_list("content_type__model", "object_id", "changes")) == [
        ("post", post.pk, {"author": moved}),
        *(("task", task.pk, {"owner": moved}) for task in tasks),
    ]
