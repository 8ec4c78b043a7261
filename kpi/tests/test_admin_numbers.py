import datetime as dt

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Role, TrackingNumber
from clients.team import join_team
from kpi.models import Call
from tests.factories import (
    CallFactory,
    DirectorFactory,
    NumberPlacementFactory,
    TeamMemberFactory,
    TrackingNumberFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
NUMBERS = reverse("admin:clients_trackingnumber_changelist")
UNKNOWN_NUMBERS = reverse("admin:clients_trackingnumber_unknown_numbers")
UNKNOWN = "+74957654321"


@pytest.fixture
def browser() -> Browser:
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    return browser


def just_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC) - dt.timedelta(days=1)


def numbers(browser: Browser, **query: str) -> set[int]:
    return {row.pk for row in browser.get(NUMBERS, query).context["cl"].result_list}


def test_numbers_without_calls_and_numbers_shown_nowhere_are_found(browser: Browser) -> None:
    silent = NumberPlacementFactory.create().number
    dialled = NumberPlacementFactory.create(number__client=silent.client).number
    nowhere = TrackingNumberFactory.create(client=silent.client)
    CallFactory.create(client=silent.client, tracking_number=dialled, started_at=just_now())
    assert numbers(browser, calls="none") == {silent.pk}
    assert numbers(browser, calls="nowhere") == {nowhere.pk}


def test_an_unknown_number_is_shown_and_its_calls_follow_once_it_is_entered(
    browser: Browser,
) -> None:
    call = CallFactory.create(
        called_number=UNKNOWN, community=None, evidence=None, started_at=just_now()
    )
    page = browser.get(reverse("admin:clients_trackingnumber_unknown_numbers"))
    (row,) = page.context["rows"]
    assert (row.client, row.number, row.calls) == (call.client, UNKNOWN, 1)
    assert UNKNOWN in browser.get(row.add_url).content.decode()
    form = {"client": call.client_id, "number": UNKNOWN, "kind": "static", "is_active": "on"}
    assert browser.post(row.add_url, form).status_code == 302
    assert Call.objects.get().tracking_number == TrackingNumber.objects.get()
    assert not browser.get(page.request["PATH_INFO"]).context["rows"]


def test_hidden_and_known_numbers_are_not_unknown(browser: Browser) -> None:
    CallFactory.create(called_number="", started_at=just_now())
    page = browser.get(reverse("admin:clients_trackingnumber_unknown_numbers"))
    assert page.context["rows"] == []


def test_unknown_numbers_are_those_of_the_clients_whose_calls_one_may_see() -> None:
    call, other = (
        CallFactory.create(
            called_number=number, community=None, evidence=None, started_at=just_now()
        )
        for number in (UNKNOWN, "+74957654322")
    )
    user = UserFactory.create()
    join_team(call.client, user, role=Role.ACCOUNT_MANAGER, starts_on=dt.date(2020, 1, 1))
    browser = Browser()
    browser.force_login(user)
    page = browser.get(UNKNOWN_NUMBERS)
    assert [(row.client, row.number) for row in page.context["rows"]] == [(call.client, UNKNOWN)]
    assert other.called_number not in page.content.decode()


def test_who_may_enter_no_numbers_is_given_no_link() -> None:
    call = CallFactory.create(
        called_number=UNKNOWN, community=None, evidence=None, started_at=just_now()
    )
    rights = ("kpi.view_call", "clients.view_trackingnumber")
    user = UserFactory.create(permissions=rights)
    TeamMemberFactory.create(client=call.client, user=user)
    browser = Browser()
    browser.force_login(user)
    (row,) = browser.get(UNKNOWN_NUMBERS).context["rows"]
    assert (row.number, row.add_url) == (UNKNOWN, "")


def test_a_call_that_a_person_placed_is_not_unknown_once_its_number_is_entered(
    browser: Browser,
) -> None:
    call = CallFactory.create(called_number=UNKNOWN, placed_by_hand=True, started_at=just_now())
    (row,) = browser.get(UNKNOWN_NUMBERS).context["rows"]
    form = {"client": call.client_id, "number": UNKNOWN, "kind": "static", "is_active": "on"}
    assert browser.post(row.add_url, form).status_code == 302
    assert not browser.get(UNKNOWN_NUMBERS).context["rows"]
    assert Call.objects.get().community == call.community
