"""The client's pages of communities: in plain words, without anything of the agency's own."""

import datetime as dt

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clients.models import Client
from communities.models import Community
from communities.portal import Waiting, lines_of
from tests.factories import (
    DAY,
    NOON,
    AccessProofFactory,
    ChecklistChangeFactory,
    ChecklistItemFactory,
    ClientFactory,
    CommunityFactory,
    CommunityMoveFactory,
    PortalAccessFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
BEFORE = DAY - dt.timedelta(days=1)


@pytest.fixture
def client_row() -> Client:
    return ClientFactory.create()


@pytest.fixture
def browser(client_row: Client) -> Browser:
    browser = Browser()
    browser.force_login(PortalAccessFactory.create(client=client_row).user)
    return browser


def address(client: Client, community: Community | None = None) -> str:
    if community is None:
        return reverse("portal:communities", kwargs={"client_id": client.pk})
    known = {"client_id": client.pk, "community_id": community.pk}
    return reverse("portal:community", kwargs=known)


def in_set_up(client: Client, **more: object) -> Community:
    community: Community = CommunityFactory.create(
        **{"profile__client": client, "profile__title": "Denta", "state": "set_up"} | more,
        launched_on=None,
    )
    CommunityMoveFactory.create(community=community, old="planned", new="creation")
    CommunityMoveFactory.create(
        community=community, old="design", new="set_up", moved_at=NOON + dt.timedelta(days=1)
    )
    return community


def test_a_community_in_plain_words(client_row: Client) -> None:
    community = in_set_up(client_row, profile__network="vk", profile__screen_name="denta")
    for state in ("done", "done", "open", "not_needed"):
        moment = None if state == "open" else NOON
        ChecklistItemFactory.create(community=community, state=state, done_at=moment, reason="x")
    late = ChecklistItemFactory.create(
        community=community, side="client", title_en="Prices", hint_en="As a list", due_on=BEFORE
    )
    ChecklistItemFactory.create(community=community, side="client", title_en="Roles", due_on=None)
    ChecklistItemFactory.create(
        community=community, side="client", state="done", done_at=NOON, due_on=BEFORE
    )
    (line,) = lines_of(client_row, on=DAY)
    assert (line.title, line.network, line.url, line.state, line.meaning) == (
        "Denta", "VK", "https://vk.com/denta", "in set-up", "It is being set up.",
    )  # fmt: skip
    assert (line.since, line.launched_on, line.done, line.needed) == (
        NOON + dt.timedelta(days=1), None, 3, 6,
    )  # fmt: skip
    assert line.waiting == [
        Waiting("Prices", "As a list", late.due_on, True), Waiting("Roles", "", None, False),
    ]  # fmt: skip


def test_without_history_or_list_nothing_is_made_up(client_row: Client, browser: Browser) -> None:
    CommunityFactory.create(profile__client=client_row, state="planned", launched_on=None)
    (line,) = lines_of(client_row, on=DAY)
    assert (line.since, line.done, line.needed, line.waiting) == (None, 0, 0, [])
    html = browser.get(address(client_row)).content.decode()
    assert "Set-up:" not in html
    assert "Launched on" not in html


def test_archived_ones_stand_apart_and_wait_for_nobody(
    client_row: Client, browser: Browser
) -> None:
    running = CommunityFactory.create(profile__client=client_row)
    over = CommunityFactory.create(profile__client=client_row, state="archived")
    ChecklistItemFactory.create(community=over, side="client")
    context = browser.get(address(client_row)).context
    assert [line.pk for line in context["communities"]] == [running.pk]
    assert [(line.pk, line.waiting) for line in context["archived"]] == [(over.pk, [])]


def test_the_page_of_one_with_its_history(client_row: Client, browser: Browser) -> None:
    community = in_set_up(client_row)
    ChecklistItemFactory.create(community=community, title_en="Menu")
    response = browser.get(address(client_row, community))
    assert [move.new for move in response.context["moves"]] == ["set_up", "creation"]
    html = response.content.decode()
    assert "Menu" in html
    assert "“in set-up” since March 12, 2026" in html


def test_nothing_of_the_agencys_own_is_shown(client_row: Client, browser: Browser) -> None:
    community, secret = in_set_up(client_row), "Hushhush"
    person = UserFactory.create(first_name=secret)
    CommunityMoveFactory.create(community=community, moved_by=person, reason=secret)
    AccessProofFactory.create(community=community, proven_by=person, note=secret, person=secret)
    item = ChecklistItemFactory.create(
        community=community, owner=person, state="not_needed", reason=secret, done_at=NOON,
        done_by=person, evidence_url=f"https://{secret}.example/", side="client",
        check_code="title", finding="ok", found={"text": secret},
    )  # fmt: skip
    ChecklistChangeFactory.create(item=item, note=secret, changed_by=person)
    for page in (address(client_row), address(client_row, community)):
        response = browser.get(page)
        assert response.status_code == 200
        assert secret not in response.content.decode()


def test_a_community_of_another_client_is_not_found(client_row: Client, browser: Browser) -> None:
    foreign = CommunityFactory.create()
    assert browser.get(address(client_row, foreign)).status_code == 404
    assert browser.get(address(foreign.client, foreign)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_ask_as_much_for_many(
    rows: int,
    client_row: Client,
    browser: Browser,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _number in range(rows):
        community = in_set_up(client_row)
        ChecklistItemFactory.create_batch(rows, community=community, side="client")
    with django_assert_num_queries(8):
        browser.get(address(client_row))
    with django_assert_num_queries(12):
        browser.get(address(client_row, community))


def test_the_portal_leads_there_and_back(client_row: Client, browser: Browser) -> None:
    overview = browser.get(reverse("portal:overview", kwargs={"client_id": client_row.pk}))
    assert f'href="{address(client_row)}"' in overview.content.decode()
    html = browser.get(address(client_row)).content.decode()
    assert f'href="/portal/{client_row.pk}/"' in html
    assert "?month=" not in html
