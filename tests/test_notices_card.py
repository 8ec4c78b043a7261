"""The dashboard's card of notices."""

import pytest
from django.template.loader import render_to_string
from pytest_django import DjangoAssertNumQueries

from clients.tests.test_notices import member
from smm_agency.dashboard.notices import SHOWN, notices_card
from tests.factories import ClientFactory, NoticeFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [1, 3, SHOWN + 2])
def test_newest_unread_are_shown_in_one_query(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = ClientFactory.create()
    anna = member(client)
    assert not anna.sees_all_clients
    for number in range(count):
        NoticeFactory.create(person=anna, client=client, subject=f"S{number}", kind="incidents")
    NoticeFactory.create(person=anna, subject="Of a client not mine")
    NoticeFactory.create(person=UserFactory.create(), client=client)
    with django_assert_num_queries(1):
        card = notices_card(anna)
    assert card.unread == count
    newest = [f"S{number}" for number in range(count - 1, -1, -1)]
    assert [line.subject for line in card.lines] == newest[:SHOWN]
    shown = render_to_string("admin/_notices_card.html", {"notices": card})
    assert shown.count('class="smm-light smm-red"') == min(count, SHOWN)


def test_without_unread_there_is_nothing_to_show() -> None:
    card = notices_card(UserFactory.create())
    assert (card.unread, card.lines) == (0, [])
