"""Marking of advertising in the admin: a client's setting, and the papers of a placement."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from clients.team import join_team
from promotion.admin.marking_fields import levy_words, state_of, told_of
from tests.factories import ClientFactory, DirectorFactory, PlacementFactory, UserFactory
from tests.factories.base import LONG_AGO

pytestmark = pytest.mark.django_db


def post(browser: Browser, house: Client, **data: str) -> Any:
    address = reverse("admin:clients_client_set_marking", args=[house.pk])
    return browser.post(address, data, follow=True)


def test_director_switches_marking_off_with_a_reason(client: Browser) -> None:
    house = ClientFactory.create()
    director = DirectorFactory.create()
    client.force_login(director)
    answer = post(client, house, seen="by_country", to="off", reason="No advertising in Russia")
    house.refresh_from_db()
    change = house.marking_changes.get()
    assert (house.marking, change.reason, change.changed_by) == (
        "off", "No advertising in Russia", director,
    )  # fmt: skip
    assert "Advertising is marked: never." in answer.content.decode()


def test_marking_is_not_switched_off_without_a_reason(client: Browser) -> None:
    house = ClientFactory.create()
    client.force_login(DirectorFactory.create())
    answer = post(client, house, seen="by_country", to="off")
    house.refresh_from_db()
    assert house.marking == "by_country"
    assert "Say why the client&#x27;s advertising is not marked." in answer.content.decode()


@pytest.mark.parametrize(("role", "status"), [("account_manager", 200), ("paid_social", 403)])
def test_account_manager_may_change_marking(client: Browser, role: str, status: int) -> None:
    house = ClientFactory.create()
    member = UserFactory.create(is_staff=True)
    join_team(house, member, role=role, starts_on=LONG_AGO)
    client.force_login(member)
    answer = post(client, house, seen="by_country", to="required")
    house.refresh_from_db()
    marking = "required" if status == 200 else "by_country"
    assert (answer.status_code, house.marking) == (status, marking)


def test_placement_says_what_it_lacks_and_its_levy() -> None:
    placement = PlacementFactory.create(
        price=Decimal(12_000), advertiser="ООО «Имя»", starts_on="2026-03-01"
    )
    placement.refresh_from_db()
    assert state_of(placement) == (
        "<ul><li>Advertising needs its identifier (erid) before it is published: get it from the"
        " operator of advertising data and enter it.</li></ul>"
    )
    placement.erid = "2Vtzqw"
    assert state_of(placement) == "Nothing is missing: it may go out."
    assert levy_words(placement) == "360 RUB: 3 % of 12,000 RUB"
    placement.act_sum = Decimal(10_000)
    assert levy_words(placement) == "300 RUB: 3 % of 10,000 RUB"
    placement.is_ad = False
    assert state_of(placement) == "No advertising: nothing is asked."
    assert (levy_words(placement), told_of(None)) == ("—", ("—", "—"))
