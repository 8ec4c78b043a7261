"""The portal's page of people: the team of today with its work contacts, and who does what."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser

from clients.models import Client, Role
from kpi.tests.test_portal import queries_of
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> Client:
    return make.PortalAccessFactory.create(client__name="House").client


@pytest.fixture
def page(client: Browser, house: Client) -> Any:
    client.force_login(house.portal_access.get().user)

    def ask(place: str = "people/") -> Any:
        response = client.get(f"/portal/{house.pk}/{place}")
        assert response.status_code == 200
        return response

    return ask


def test_people_stand_once_with_their_roles_in_order(house: Client, page: Any) -> None:
    anna = make.UserFactory.create(
        first_name="Anna", last_name="Ivanova", work_hours="Mon–Fri 10–19"
    )
    make.TeamMemberFactory.create(client=house, user=anna, role=Role.DESIGNER)
    make.TeamMemberFactory.create(client=house, user__first_name="Boris", role=Role.STRATEGIST)
    make.TeamMemberFactory.create(client=house, user=anna, role=Role.ACCOUNT_MANAGER)
    people = page().context["people"]
    assert [(one.name, one.role_titles, one.work_hours) for one in people] == [
        ("Anna Ivanova", "Account manager, designer", "Mon–Fri 10–19"),
        ("Boris", "Strategist", ""),
    ]


def test_only_people_of_this_team_today_are_named(house: Client, page: Any) -> None:
    make.TeamMemberFactory.create(client=house, user__first_name="Here")
    make.TeamMemberFactory.create(
        client=house, user__first_name="Gone", ends_on=dt.date(2021, 1, 1)
    )
    make.TeamMemberFactory.create(
        client=house, user__first_name="Coming", starts_on=dt.date(2999, 1, 1)
    )
    make.TeamMemberFactory.create(client=house, user__first_name="Shut", user__is_active=False)
    make.TeamMemberFactory.create(user__first_name="Stranger")
    assert [one.name for one in page().context["people"]] == ["Here"]


def test_person_without_a_name_is_not_told_by_the_login(house: Client, page: Any) -> None:
    make.TeamMemberFactory.create(client=house, user__username="secret-login")
    response = page()
    assert [one.name for one in response.context["people"]] == ["Name not given"]
    assert "secret-login" not in response.content.decode()


def test_contacts_are_links_without_words(house: Client, page: Any) -> None:
    make.TeamMemberFactory.create(
        client=house, user__work_email="anna@agency.example", user__work_phone="+7 495 123-45-67",
        user__work_telegram="anna_agency", user__work_whatsapp="+7 916 123-45-67",
    )  # fmt: skip
    [person] = page().context["people"]
    assert [link.url for link in person.links] == [
        "mailto:anna%40agency.example",
        "https://t.me/anna_agency",
        "https://wa.me/79161234567",
        "tel:+74951234567",
    ]


def test_address_of_the_account_is_never_shown(house: Client, page: Any) -> None:
    make.TeamMemberFactory.create(
        client=house, user__email="sign-in@agency.example", user__work_phone="+7 495 123-45-67"
    )
    response = page()
    [person] = response.context["people"]
    assert [link.kind for link in person.links] == ["phone"]
    assert "sign-in@agency.example" not in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_people_take_5_queries(house: Client, page: Any, count: int) -> None:
    make.TeamMemberFactory.create_batch(count, client=house)
    engagement = make.EngagementFactory.create(client=house)
    make.EngagementServiceFactory.create_batch(count, engagement=engagement)
    assert queries_of(page, "people/") == 5
