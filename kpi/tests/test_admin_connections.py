"""What came in from machines and could not be read: a person lets it be tried again."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Role
from clients.team import join_team
from kpi.models import RawCallEvent
from tests.factories import ClientFactory, RawCallEventFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_row() -> Client:
    return ClientFactory.create()


@pytest.fixture
def browser(client_row: Client) -> Browser:
    manager = UserFactory.create()
    join_team(client_row, manager, role=Role.ACCOUNT_MANAGER, starts_on=dt.date(2020, 1, 1))
    browser = Browser()
    browser.force_login(manager)
    return browser


def given_up_event(client: Client) -> RawCallEvent:
    event: RawCallEvent = RawCallEventFactory.create(
        connection__client=client, client=client, attempts=3, error="EventError"
    )
    return event


def ask_to_try_again(browser: Browser, *events: RawCallEvent) -> Any:
    form = {"action": "try_again", "_selected_action": [event.pk for event in events]}
    return browser.post(reverse("admin:kpi_rawcallevent_changelist"), form, follow=True)


def test_given_up_events_of_own_clients_are_tried_again(
    browser: Browser, client_row: Client
) -> None:
    own, foreign = given_up_event(client_row), given_up_event(ClientFactory.create())
    page = browser.get(reverse("admin:kpi_callconnection_change", args=[own.connection_id]))
    query = f"connection__id__exact={own.connection_id}&amp;processed_at__isempty=1"
    assert query in page.content.decode()
    answer = ask_to_try_again(browser, own, foreign)
    assert [str(said) for said in answer.context["messages"]] == [
        "1 event is tried again within a minute."
    ]
    waiting = RawCallEvent.objects.order_by("pk").values_list("pk", "attempts")
    assert list(waiting) == [(own.pk, 0), (foreign.pk, 3)]


def test_the_link_to_given_up_events_leads_to_them(browser: Browser, client_row: Client) -> None:
    event, _other = given_up_event(client_row), given_up_event(client_row)
    query = {"connection__id__exact": event.connection_id, "processed_at__isempty": 1}
    page = browser.get(reverse("admin:kpi_rawcallevent_changelist"), query)
    assert list(page.context["cl"].result_list) == [event]


def test_trying_again_needs_the_right(client_row: Client) -> None:
    event = given_up_event(client_row)
    user = UserFactory.create()
    join_team(client_row, user, role=Role.DESIGNER, starts_on=dt.date(2020, 1, 1))
    user.user_permissions.add(Permission.objects.get(codename="view_rawcallevent"))
    browser = Browser()
    browser.force_login(user)
    ask_to_try_again(browser, event)
    event.refresh_from_db()
    assert event.attempts == 3


def test_the_right_for_one_client_does_not_try_again_for_another(client_row: Client) -> None:
    own, other = given_up_event(client_row), given_up_event(ClientFactory.create())
    user = UserFactory.create()
    join_team(client_row, user, role=Role.ACCOUNT_MANAGER, starts_on=dt.date(2020, 1, 1))
    join_team(other.client, user, role=Role.DESIGNER, starts_on=dt.date(2020, 1, 1))
    user.user_permissions.add(Permission.objects.get(codename="view_rawcallevent"))
    browser = Browser()
    browser.force_login(user)
    ask_to_try_again(browser, own, other)
    left = RawCallEvent.objects.order_by("pk").values_list("pk", "attempts")
    assert list(left) == [(own.pk, 0), (other.pk, 3)]
