"""The page of the comparison: of visible clients only, with a form, a table, charts and files."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clients.models import Client, Role, User
from kpi.tests.comparing import level, own_page, posted, rival_page
from smm_agency.admin.competitor_page import compare_url
from smm_agency.lib.tabular import read_table
from tests.factories import (
    ClientFactory,
    CompetitorAnalysisFactory,
    CompetitorFactory,
    DirectorFactory,
    TeamMemberFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

DAYS = {"first": "2026-02-09", "last": "2026-03-10"}


@pytest.fixture
def client_row() -> Client:
    return ClientFactory.create(name="Smile")


def signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def director() -> Browser:
    return signed_in(DirectorFactory.create())


def member_of(client: Client, role: str = Role.STRATEGIST) -> User:
    user: User = UserFactory.create()
    TeamMemberFactory.create(client=client, user=user, role=role)
    user.groups.add(Group.objects.get(name=str(Role(role).label).capitalize()))
    return user


def page_of(browser: Browser, client: Client, **query: Any) -> Any:
    return browser.get(compare_url(client=client.pk, **(DAYS | query)))


def fill(client: Client, competitors: int = 1, mark: str = "") -> None:
    own = own_page(client, title=f"{mark} own page")
    for number in range(competitors):
        rival = CompetitorFactory.create(client=client, name=f"{mark} rival {number}")
        CompetitorAnalysisFactory.create(competitor=rival, idea=f"{mark} <i>idea</i>")
        page = rival_page(client, rival, title=f"{mark} rival's page {number}")
        for each in (own, page) if number == 0 else (page,):
            level(each, 20, 1000)
            level(each, 1, 1100)
            posted(each, 5, kind="photo", likes=11, views=100)


# --- Whose ---------------------------------------------------------------------------------------


def test_the_address_is_of_the_list(client_row: Client) -> None:
    assert compare_url(client=client_row.pk) == (
        f"/admin/strategy/competitor/compare/?client={client_row.pk}"
    )


def test_only_seen_clients_are_offered_and_compared(client_row: Client) -> None:
    fill(client_row, mark="Own")
    foreign = ClientFactory.create(name="Foreign client")
    fill(foreign, mark="Foreign")
    browser = signed_in(member_of(client_row))
    shown = page_of(browser, client_row)
    assert "Own rival 0" in shown.content.decode()
    assert "Foreign" not in shown.content.decode()
    for export in ("", "csv", "xlsx"):
        assert page_of(browser, foreign, export=export).status_code == 404
    assert browser.get(compare_url(client="x")).status_code == 404


def test_who_may_not_see_competitors_sees_no_comparison(client_row: Client) -> None:
    user = UserFactory.create(permissions=("clients.view_client",))
    TeamMemberFactory.create(client=client_row, user=user)
    user.groups.clear()
    assert page_of(signed_in(user), client_row).status_code in (302, 403)


def test_a_right_in_one_client_is_none_in_another(client_row: Client) -> None:
    """The role's group lets a designer see competitors; taken away, only a direct right does."""
    other = ClientFactory.create()
    user = member_of(client_row)
    Group.objects.get(name="Designer").permissions.clear()
    TeamMemberFactory.create(client=other, user=user, role=Role.DESIGNER)
    browser = signed_in(user)
    assert page_of(browser, client_row).status_code == 200
    assert page_of(browser, other).status_code == 404


def test_who_may_not_read_analyses_sees_the_figures_only(client_row: Client) -> None:
    fill(client_row)
    assert "idea&lt;/i" in page_of(signed_in(member_of(client_row)), client_row).content.decode()
    user = UserFactory.create(permissions=("strategy.view_competitor",))
    TeamMemberFactory.create(client=client_row, user=user, role=Role.DESIGNER)
    Group.objects.get(name="Designer").permissions.clear()
    html = page_of(signed_in(user), client_row).content.decode()
    assert "rival 0" in html
    assert "idea&lt;/i" not in html


def test_somebody_with_one_client_need_not_choose(client_row: Client) -> None:
    user = member_of(client_row)
    browser = signed_in(user)
    assert browser.get(compare_url()).context["table"].client == client_row.pk
    TeamMemberFactory.create(user=user, role=Role.STRATEGIST)
    shown = browser.get(compare_url())
    assert "table" not in shown.context
    assert "Choose a client" in shown.content.decode()


# --- What ----------------------------------------------------------------------------------------


def test_the_page_shows_the_table_with_its_formula(director: Browser, client_row: Client) -> None:
    fill(client_row)
    shown = page_of(director, client_row, formula="er_view")
    html = shown.content.decode()
    assert shown.context["table"].formula == "er_view"
    assert html.count("ER view, engagement by views") >= 3
    assert "11 (likes) ÷ 100 (views)" in html
    assert "&lt;i&gt;idea&lt;/i&gt;" in html
    assert "<i>idea</i>" not in html
    assert [bool(config) for _title, _key, config in shown.context["charts"]] == [True, True]


def test_the_days_that_were_meant_stand_in_the_form(director: Browser, client_row: Client) -> None:
    shown = director.get(compare_url(client=client_row.pk))
    table, form = shown.context["table"], shown.context["form"]
    assert (form["first"].value(), form["last"].value()) == (table.first, table.last)
    assert table.days == 30


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ({"first": "2026-03-11"}, "first", "The first day is after the last: swap them."),
        ({"first": "tomorrow"}, "first", "Enter a valid date."),
        ({"last": "2999-01-01"}, "last", "The last day is not over yet: choose"),
        ({"formula": "err"}, "formula", "Select a valid choice. err is not one of"),
    ],
)
def test_what_cannot_be_is_said_under_its_field(
    director: Browser, client_row: Client, query: dict[str, str], field: str, message: str
) -> None:
    shown = page_of(director, client_row, **query)
    assert list(shown.context["form"].errors) == [field]
    assert shown.context["form"].errors[field][0].startswith(message)
    assert "table" not in shown.context


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_the_table_is_taken_away_as_a_file(
    director: Browser, client_row: Client, extension: str
) -> None:
    fill(client_row, 2)
    links = dict(page_of(director, client_row).context["exports"])
    response = director.get(links[extension.upper()])
    name = f"competitors_2026-02-09_2026-03-10.{extension}"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    rows = [row for _number, row in read_table(response.content, name).rows]
    pages = [row["page"].strip() for row in rows]
    assert pages == ["own page", "rival's page 0", "rival's page 1"]
    assert rows[1]["subscribers"] == "1100"


def test_buttons_and_the_clients_page_lead_here(director: Browser, client_row: Client) -> None:
    fill(client_row, 2)
    listed = director.get(reverse("admin:strategy_competitor_changelist")).content.decode()
    assert "/admin/strategy/competitor/compare/" in listed
    rival = client_row.competitors.order_by("pk")[0]
    button = reverse("admin:strategy_competitor_compare_this", args=[rival.pk])
    assert director.get(button)["Location"] == compare_url(client=client_row.pk)
    page = director.get(reverse("admin:clients_client_overview", args=[client_row.pk]))
    strategy = next(one for one in page.context["sections"] if one.key == "strategy").data
    assert (strategy.pages, strategy.compare_url) == ("2", compare_url(client=client_row.pk))


@pytest.mark.parametrize("competitors", [1, 3])
def test_many_competitors_take_as_many_queries(
    director: Browser,
    client_row: Client,
    competitors: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    fill(client_row, competitors)
    # The session and the person, clients; the table (11); the charts (3).
    with django_assert_num_queries(17):
        page_of(director, client_row)
