"""Two people at once, on two connections: the row is locked, the second is refused clearly."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from communities.life import move
from communities.models import Community, CommunityMove
from tests.factories import NOON, CommunityFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_second_person_waits_and_is_refused() -> None:
    CommunityFactory.create(state="planned")
    seen_by_second = Community.objects.get()
    begun = threading.Event()
    refusals: list[str] = []

    def second() -> None:
        begun.set()
        try:
            move(seen_by_second, to="creation", by=None, at=NOON)
        except ValidationError as refused:
            refusals.extend(refused.messages)
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        move(Community.objects.get(), to="creation", by=None, at=NOON)
        thread.start()
        begun.wait(5)
        thread.join(0.3)
        assert thread.is_alive()
    thread.join(10)
    assert refusals == [
        "Somebody has moved it meanwhile: it is “in creation” now. Look at it again."
    ]
    assert CommunityMove.objects.count() == 1
