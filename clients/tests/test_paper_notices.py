"""Agreements that end and invoices that nobody paid are told of once, in the morning."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from clients.models import Client, ClientStatus, Notice, Paper, Role, User
from clients.paper_notices import tell_of_papers
from clients.team import join_team
from tests.factories import DAY, LONG_AGO, NOON, ClientFactory, PaperFactory, UserFactory

pytestmark = pytest.mark.django_db

ONE = dt.timedelta(days=1)


@pytest.fixture
def house() -> Client:
    return ClientFactory.create(name="House")


@pytest.fixture
def manager(house: Client) -> User:
    user = UserFactory.create(language="en")
    join_team(house, user, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    join_team(house, UserFactory.create(), role=Role.DESIGNER, starts_on=LONG_AGO)
    return user


def contract(client: Client, until: dt.date, **fields: Any) -> Paper:
    return PaperFactory.create(
        client=client, state="signed", number="12", valid_until=until, **fields
    )


def told() -> list[tuple[Any, ...]]:
    return list(Notice.objects.order_by("pk").values_list("person", "subject", "text", "path"))


def test_agreement_that_ends_is_told_of_once(house: Client, manager: User) -> None:
    paper = contract(house, DAY + 30 * ONE)
    assert [tell_of_papers(at=NOON), tell_of_papers(at=NOON + ONE)] == [1, 0]
    assert told() == [
        (manager.pk, "House: ends soon: contract 12",
         f"It holds until {DAY + 30 * ONE:%B} {(DAY + 30 * ONE).day}, 2026."
         " Prolong it, or make the next one.",
         reverse("admin:clients_paper_change", args=[paper.pk])),
    ]  # fmt: skip
    Paper.objects.update(valid_until=DAY + 20 * ONE)
    assert tell_of_papers(at=NOON) == 1


def test_agreement_is_told_of_neither_early_nor_afterwards(house: Client, manager: User) -> None:
    contract(house, DAY + 31 * ONE)
    contract(house, DAY - ONE, kind="nda")
    assert tell_of_papers(at=NOON) == 0


def test_overdue_invoice_is_told_of_without_its_sum(house: Client, manager: User) -> None:
    fields = {"client": house, "kind": "invoice", "state": "sent"}
    PaperFactory.create(**fields, number="5", due_on=DAY - ONE, amount=98765)
    PaperFactory.create(**fields, number="6", due_on=DAY)
    assert [tell_of_papers(at=NOON), tell_of_papers(at=NOON)] == [1, 0]
    [(person, subject, text, _path)] = told()
    assert (person, subject) == (manager.pk, "House: not paid in time: invoice 5")
    assert "98" not in text


def test_nobody_is_told_at_night_or_of_a_client_that_has_left(house: Client, manager: User) -> None:
    contract(house, DAY + ONE)
    assert tell_of_papers(at=NOON.replace(hour=4)) == 0
    Client.objects.update(status=ClientStatus.ENDED)
    assert tell_of_papers(at=NOON) == 0
