"""Rounds of correction against the agreed number."""

import datetime as dt
from decimal import Decimal

import pytest

from content.models import ContentTerms, PostState
from content.rounds import rounds_of
from content.tests.posts_on_the_way import TO_CLIENT, client_with, person_of, walk, with_client
from content.workflow import ClientWord, move_post
from tests.factories import NOON, ClientFactory

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def test_rounds_of_a_period_are_counted_against_the_agreement() -> None:
    client = client_with(correction_rounds=1)
    manager = person_of(client)
    post = with_client(client, by=manager)
    walk(post, *(2 * (PostState.CLIENT_REWORK, *TO_CLIENT)), by=manager)
    move_post(post, PostState.CLIENT_APPROVED, by=None, at=NOON, word=ClientWord(is_deemed=True))
    with_client(client, by=manager)
    with_client(client, by=manager, at=NOON - 2 * DAY)
    found = rounds_of(client, NOON - DAY, NOON + DAY)
    assert (found.posts, found.rounds, found.agreed, found.over) == (2, 2, 1, 1)
    assert (found.approved, found.deemed, found.a_post) == (1, 1, Decimal(1))


def test_without_an_agreed_number_nothing_is_over_it() -> None:
    client = client_with()
    manager = person_of(client)
    walk(with_client(client, by=manager), PostState.CLIENT_REWORK, by=manager)
    assert rounds_of(client, NOON - DAY, NOON + DAY).over is None
    assert not ContentTerms.objects.exclude(correction_rounds=None).exists()


def test_client_without_posts_has_no_average() -> None:
    assert rounds_of(ClientFactory.create(), NOON, NOON + DAY).a_post is None
