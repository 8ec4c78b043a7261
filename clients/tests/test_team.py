"""Joining a team brings the clients into sight and the role's rights."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from clients.models import Client, Role, TeamMember
from clients.team import join_team
from tests.factories import DAY, ClientFactory, PortalUserFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_join_team_gives_the_role_group_and_sight() -> None:
    client, user = ClientFactory.create(), UserFactory.create()
    ClientFactory.create()
    join_team(client, user, role=Role.DESIGNER, starts_on=DAY)
    assert list(user.groups.values_list("name", flat=True)) == ["Designer"]
    assert list(Client.objects.visible_to(user, on=DAY)) == [client]


def test_membership_is_seen_from_its_first_to_its_last_day() -> None:
    client, user = ClientFactory.create(), UserFactory.create()
    join_team(client, user, role=Role.DESIGNER, starts_on=DAY, ends_on=DAY)
    seen = [
        Client.objects.visible_to(user, on=DAY + dt.timedelta(days=shift)).count()
        for shift in (-1, 0, 1)
    ]
    assert seen == [0, 1, 0]


def test_join_team_twice_is_one_row() -> None:
    client, user = ClientFactory.create(), UserFactory.create()
    join_team(client, user, role=Role.DESIGNER, starts_on=DAY)
    join_team(client, user, role=Role.DESIGNER, starts_on=DAY, ends_on=DAY)
    assert list(TeamMember.objects.values_list("ends_on", flat=True)) == [DAY]


def test_join_team_refuses_people_of_clients() -> None:
    with pytest.raises(ValidationError):
        join_team(
            ClientFactory.create(), PortalUserFactory.create(), role=Role.DESIGNER, starts_on=DAY
        )


def test_join_team_refuses_dates_the_wrong_way_round() -> None:
    with pytest.raises(ValidationError):
        join_team(
            ClientFactory.create(),
            UserFactory.create(),
            role=Role.DESIGNER,
            starts_on=DAY,
            ends_on=DAY - dt.timedelta(days=1),
        )
