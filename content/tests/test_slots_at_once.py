"""Two people at once, on two connections, never get the same slot."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction

from content.models import Publication
from content.slots import take_next_slots
from tests.factories import NOON, CommunityFactory, PostingSlotFactory, PublicationFactory

pytestmark = pytest.mark.django_db(transaction=True)
WEEK = dt.timedelta(days=7)


def test_the_second_waits_and_gets_the_next_slot() -> None:
    community = CommunityFactory.create()
    PostingSlotFactory.create(community=community)
    mine, theirs = (
        PublicationFactory.create(
            post__client=community.client, community=community, planned_at=None
        )
        for _number in range(2)
    )
    begun = threading.Event()

    def second() -> None:
        begun.set()
        try:
            take_next_slots(theirs.post, at=NOON)
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        take_next_slots(mine.post, at=NOON)
        thread.start()
        begun.wait(5)
        thread.join(0.3)
        assert thread.is_alive()
    thread.join(10)
    times = dict(Publication.objects.values_list("pk", "planned_at"))
    assert times == {mine.pk: NOON + WEEK, theirs.pk: NOON + 2 * WEEK}
