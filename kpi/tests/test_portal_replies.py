"""What the client sees of replies and incidents: figures and its published cases, no stranger."""

import datetime as dt

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from tests.factories import (
    ClientFactory,
    IncidentFactory,
    PortalAccessFactory,
    ReplyClockFactory,
)

pytestmark = pytest.mark.django_db

MARCH = dt.datetime(2026, 3, 11, 9, tzinfo=dt.UTC)


@pytest.fixture
def client_row() -> Client:
    return ClientFactory.create(language="en")


def shown(client: Client) -> str:
    browser = Browser()
    browser.force_login(PortalAccessFactory.create(client=client).user)
    address = reverse("portal:overview", args=[client.pk])
    response = browser.get(address, {"month": "2026-03"}, headers={"accept-language": "en"})
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_figures_stand_with_their_formulas(client_row: Client) -> None:
    ReplyClockFactory.create(
        item__profile__client=client_row, item__author_name="Ivan Stranger",
        item__text="What a stranger wrote", item__first_reply_at=MARCH, item__state="answered",
        since=MARCH, first_taken=dt.timedelta(minutes=90),
    )  # fmt: skip
    page = shown(client_row)
    assert page.count("1 h 30 min") == 1
    assert page.count("answered ÷ what asked for a reply") == 1
    assert ("Stranger" in page, "stranger wrote" in page) == (False, False)


def test_where_nobody_asked_there_is_no_panel(client_row: Client) -> None:
    assert "How people are answered" not in shown(client_row)


def test_only_published_cases_are_shown(client_row: Client) -> None:
    for title, is_published in (("Cold coffee", True), ("Kept inside", False)):
        IncidentFactory.create(
            client=client_row, title=title, is_published=is_published, state="solved",
            outcome="Inner words", shown_outcome="Coffee for free", ended_at=MARCH,
        )  # fmt: skip
    page = shown(client_row)
    assert [page.count(words) for words in ("Cold coffee", "Coffee for free")] == [1, 1]
    assert ("Kept inside" in page, "Inner words" in page) == (False, False)
