"""A client's code, typed by staff, leads to its row; nobody else's rows are reached by it."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Role
from clients.team import join_team
from kpi.portal_needs import needs_of
from tests import factories as make
from tests.factories import DAY, LONG_AGO

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> Client:
    return make.ClientFactory.create(name="House")


def manager_of(client: Client) -> Browser:
    user = make.UserFactory.create()
    join_team(client, user, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    browser = Browser()
    browser.force_login(user)
    return browser


def asked_task(client: Client) -> tuple[Any, str]:
    task = make.TaskFactory.create(client=client, title="Say so", side="client")
    [need] = needs_of(client, on=DAY)
    return task, need.code


def page_of(code: str) -> str:
    return reverse("code", args=[code])


def test_code_leads_to_its_row(house: Client) -> None:
    task, code = asked_task(house)
    for typed in (code, code.lower()):
        response = manager_of(house).get(page_of(typed))
        assert (response.status_code, response["Location"]) == (
            302,
            reverse("admin:clients_task_change", args=[task.pk]),
        )


def test_code_of_every_kind_leads_to_a_page_that_opens(house: Client) -> None:
    browser = Browser()
    browser.force_login(make.DirectorFactory.create())
    community = make.CommunityFactory.create(profile__client=house)
    make.PostFactory.create(client=house, state="client_review")
    make.DesignAssetFactory.create(community=community, state="client_review")
    make.StrategyVersionFactory.create(client=house, state="sent", checked_at=make.NOON)
    make.PlacementFactory.create(campaign__client=house, state="negotiated")
    make.MaterialRequestFactory.create(client=house)
    make.ChecklistItemFactory.create(community=community, side="client")
    make.TaskFactory.create(client=house, side="client")
    make.IncidentFactory.create(client=house, state="waiting", is_published=True)
    codes = [need.code for need in needs_of(house, on=DAY)]
    opened = [browser.get(page_of(code), follow=True) for code in codes]
    assert [(len(page.redirect_chain), page.status_code) for page in opened] == [(1, 200)] * 8


def test_mistyped_code_is_explained(house: Client) -> None:
    _task, code = asked_task(house)
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    for typed in (wrong, "nonsense"):
        response = manager_of(house).get(page_of(typed))
        assert response.status_code == 404
        assert "is no code: a character is missing or wrong" in response.content.decode()


def test_row_of_another_client_is_not_there(house: Client) -> None:
    _task, code = asked_task(house)
    stranger = manager_of(make.ClientFactory.create())
    response = stranger.get(page_of(code))
    assert response.status_code == 404
    assert ("Say so" in response.content.decode(), "House" in response.content.decode()) == (
        False,
        False,
    )
    assert stranger.get("/admin/search/", {"s": code}).content.strip() == b""


def test_who_may_not_see_such_rows_is_told_nothing(house: Client) -> None:
    _task, code = asked_task(house)
    member = make.TeamMemberFactory.create(client=house).user
    browser = Browser()
    browser.force_login(member)
    assert browser.get(page_of(code)).status_code == 404


def test_clients_people_do_not_come_in(house: Client) -> None:
    _task, code = asked_task(house)
    browser = Browser()
    browser.force_login(make.PortalAccessFactory.create(client=house).user)
    assert browser.get(page_of(code)).status_code == 302
    assert browser.get("/admin/search/", {"s": code}).status_code == 302


def test_search_finds_the_row_by_its_code(house: Client) -> None:
    task, code = asked_task(house)
    text = manager_of(house).get("/admin/search/", {"s": code}).content.decode()
    assert text.count("<a ") == 1
    assert reverse("admin:clients_task_change", args=[task.pk]) in text
    assert "Say so" in text


def test_search_finds_pages_by_other_words(house: Client) -> None:
    text = manager_of(house).get("/admin/search/", {"s": "incidents"}).content.decode()
    assert reverse("admin:content_incident_changelist") in text


def searched(browser: Browser, words: str) -> str:
    return browser.get("/admin/search/", {"s": words}).content.decode()


def test_a_word_that_is_a_code_still_finds_pages(house: Client) -> None:
    """`tions` is the code of the task 1045, and a part of many pages' names."""
    browser = manager_of(house)
    page = reverse("admin:content_publication_changelist")
    task = reverse("admin:clients_task_change", args=[1045])
    text = searched(browser, "tions")
    assert (page in text, task in text) == (True, False)
    make.TaskFactory.create(pk=1045, client=house)
    text = searched(browser, "tions")
    assert 0 < text.index(task) < text.index(page)
