"""The portal's list of what is asked: read-only, its own client's, without the agency's words."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clients.models import PortalAccess
from tests.factories import (
    ContactFactory,
    MaterialRequestFactory,
    PortalAccessFactory,
    PostFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def access() -> PortalAccess:
    access: PortalAccess = PortalAccessFactory.create()
    return access


def shown(access: PortalAccess) -> Any:
    browser = Browser()
    browser.force_login(access.user)
    return browser.get(f"/portal/{access.client_id}/materials/")


def test_what_is_asked_stands_with_its_lateness(access: PortalAccess) -> None:
    today = access.client.today()
    for days, what in ((3, "Soon"), (-2, "Late")):
        MaterialRequestFactory.create(client=access.client, what=what, due_on=today + days * DAY)
    response = shown(access)
    rows = [(row["what"], row["late_days"]) for row in response.context["waiting"]]
    assert rows == [("Late", 2), ("Soon", 0)]
    assert "2 days late" in response.content.decode()


def test_agencys_own_words_are_not_shown(access: PortalAccess) -> None:
    client = access.client
    MaterialRequestFactory.create(
        client=client, what="Photos", answer="hidden answer",
        contact=ContactFactory.create(client=client, name="hidden contact"),
        asked_by=UserFactory.create(first_name="hidden asker"),
        post=PostFactory.create(client=client, title="hidden idea"),
    )  # fmt: skip
    MaterialRequestFactory.create(what="hidden stranger")
    MaterialRequestFactory.create(
        client=client, what="hidden, taken back", state="cancelled", cancelled_at=timezone.now()
    )
    page = shown(access).content.decode()
    assert "Photos" in page
    assert "hidden" not in page.replace("visually-hidden", "").replace('type="hidden"', "")


def test_post_that_the_client_has_seen_is_named(access: PortalAccess) -> None:
    post = PostFactory.create(client=access.client, title="Spring", state="client_review")
    MaterialRequestFactory.create(client=access.client, post=post)
    assert "for the post “Spring”" in shown(access).content.decode()


def test_received_is_listed_apart(access: PortalAccess) -> None:
    MaterialRequestFactory.create(
        client=access.client, what="Came", state="received", received_at=timezone.now()
    )
    response = shown(access)
    assert [row["what"] for row in response.context["received"]] == ["Came"]
    assert response.context["waiting"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_the_same_queries(
    access: PortalAccess, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(count):
        MaterialRequestFactory.create(client=access.client)
    browser = Browser()
    browser.force_login(access.user)
    with django_assert_num_queries(9):
        browser.get(f"/portal/{access.client_id}/materials/")


def test_page_answers_get_only(access: PortalAccess) -> None:
    browser = Browser()
    browser.force_login(access.user)
    assert browser.post(f"/portal/{access.client_id}/materials/").status_code == 405
