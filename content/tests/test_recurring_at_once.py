"""Two workers that make the same day at once, on two connections: one post."""

import threading

import pytest
from django.db import connection, transaction

from content.models import Occurrence, Post
from content.recurring import make_ahead
from tests.factories import NOON, RecurringCommunityFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_second_worker_waits_and_makes_nothing() -> None:
    recurring = RecurringCommunityFactory.create(recurring__days_ahead=7).recurring
    begun = threading.Event()
    made: list[int] = []

    def second() -> None:
        begun.set()
        try:
            made.append(make_ahead(recurring, at=NOON))
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        assert make_ahead(recurring, at=NOON) == 1
        thread.start()
        begun.wait(5)
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(10)
    assert made == [0]
    assert (Occurrence.objects.count(), Post.objects.count()) == (1, 1)
