"""The portal's page of people: the team of today with its work contacts, and who does what."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Role
from clients.substitutes import substitute
from kpi.portal_people import manager_of
from kpi.tests.test_portal import queries_of
from tests import factories as make
from tests.factories import DAY

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


def test_who_does_what_says_who_approves_pays_and_by_when(house: Client, page: Any) -> None:
    make.EngagementServiceFactory.create(
        engagement__client=house, service__name_en="Posts", service__unit_en="posts",
        quantity=Decimal(12), period="month", approver="client", payer="third_party",
        deadline_number=3, deadline_kind="days", deadline_after="material", is_extra=True,
        performer="third_party", price=Decimal("98765.43"), norm_hours=Decimal("7654.32"),
        note="secret note",
    )  # fmt: skip
    response = page()
    [(_block, [line])] = response.context["services"]
    assert line == (
        "Posts", "third party",
        [("agency", False), ("client", False), ("third party", True), ("not done", False)],
        "12 posts a month", "client", "third party", "3 days after the material came", True,
    )  # fmt: skip
    text = response.content.decode()
    assert [word for word in ("98765", "7654", "secret note") if word in text] == []


def test_accepted_results_say_when_by_whom_and_with_what(house: Client, page: Any) -> None:
    engagement = make.EngagementFactory.create(client=house)
    shown = make.PaperFactory.create(
        client=house, kind="act", number="7", state="sent", is_shown=True
    )
    hidden = make.PaperFactory.create(client=house, kind="act", number="8", state="signed")
    for block, paper in (("strategy", shown), ("creation", hidden)):
        make.BlockResultFactory.create(
            engagement=engagement, block=block, accepted_on=DAY, paper=paper,
            accepted_by_name="Olga Nowak",
        )  # fmt: skip
    make.BlockResultFactory.create(engagement=engagement, block="promotion")
    make.BlockResultFactory.create(engagement=engagement, block="management", state="not_begun")
    found = page().context["results"]
    assert [(one.state, one.accepted_on, one.accepted_by, one.paper) for one in found] == [
        ("accepted", DAY, "Olga Nowak", ""),
        ("accepted", DAY, "Olga Nowak", "act of acceptance 7"),
        ("in work", None, "", ""),
    ]
    assert found[1].paper_url == reverse("portal:papers", args=[house.pk])
    make.PaperFileFactory.create(paper=shown)
    found = page().context["results"]
    assert found[1].paper_url == reverse("portal:paper_file", args=[house.pk, shown.pk])
    engagement.ends_on = house.today() - dt.timedelta(days=1)
    engagement.save()
    assert page().context["results"] == []


def test_who_stands_in_until_when_is_said_of_both(house: Client, page: Any) -> None:
    anna = make.UserFactory.create(first_name="Anna", work_email="anna@agency.example")
    boris = make.UserFactory.create(first_name="Boris", work_email="boris@agency.example")
    for role in (Role.ACCOUNT_MANAGER, Role.DESIGNER):
        make.TeamMemberFactory.create(client=house, user=anna, role=role)
    today = house.today()
    substitute(anna, by_whom=boris, clients=[house], first=today, last=today)
    day = today.strftime("%m/%d/%Y")
    response = page()
    assert [(one.name, one.notes) for one in response.context["people"]] == [
        ("Anna", [f"away until {day}; Boris stands in"]),
        ("Boris", [f"stands in for Anna until {day}"]),
    ]
    assert f"Stands in for Anna until {day}" in response.content.decode()
    # Whom to write to about what is waited for.
    manager = manager_of(response.context["people"])
    assert manager is not None
    assert manager.name == "Boris"
