"""Which clients and rows a person sees."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser

from clients.models import Client, Task
from tests.factories import (
    DAY,
    ClientFactory,
    DirectorFactory,
    PortalAccessFactory,
    TaskFactory,
    TeamMemberFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def test_director_sees_every_client() -> None:
    client = ClientFactory.create()
    assert list(Client.objects.visible_to(DirectorFactory.create())) == [client]


def test_inactive_director_sees_nothing() -> None:
    ClientFactory.create()
    assert list(Client.objects.visible_to(DirectorFactory.create(is_active=False))) == []


def test_member_sees_rows_of_own_clients_only() -> None:
    member = TeamMemberFactory.create()
    task = TaskFactory.create(client=member.client)
    TaskFactory.create()
    assert list(Task.objects.visible_to(member.user)) == [task]


def test_two_roles_show_a_client_once() -> None:
    member = TeamMemberFactory.create()
    TeamMemberFactory.create(client=member.client, user=member.user, role="designer")
    assert list(Client.objects.visible_to(member.user)) == [member.client]


def test_member_sees_nothing_after_the_last_day() -> None:
    member = TeamMemberFactory.create(ends_on=DAY)
    after = DAY + dt.timedelta(days=1)
    assert list(Client.objects.visible_to(member.user, on=after)) == []


def test_strangers_and_clients_people_see_nothing() -> None:
    access = PortalAccessFactory.create()
    for user in (AnonymousUser(), access.user, UserFactory.create()):
        assert list(Client.objects.visible_to(user)) == []
        assert list(Task.objects.visible_to(user)) == []
