"""Two people at once, on two connections: the placement is held, the second is told."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from promotion.link_checks import claim
from promotion.models import Placement, PlacementMove
from promotion.placement_moves import move_placement
from tests.factories import NOON, PlacementFactory, ProfileFactory

pytestmark = pytest.mark.django_db(transaction=True)

URL = "https://vk.com/wall-1_2"


def test_a_second_person_waits_and_is_refused() -> None:
    page = ProfileFactory.create(relation="publisher")
    PlacementFactory.create(campaign__client=page.client, publisher=page, state="candidate")
    seen_by_second = Placement.objects.get()
    begun = threading.Event()
    refusals: list[str] = []

    def second() -> None:
        begun.set()
        try:
            move_placement(seen_by_second, "checked", by=None, at=NOON)
        except ValidationError as refused:
            refusals.extend(refused.messages)
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        move_placement(Placement.objects.get(), "checked", by=None, at=NOON)
        thread.start()
        begun.wait(5)
        thread.join(0.3)
        assert thread.is_alive()
    thread.join(10)
    assert refusals == ["It is “checked” by now: open the page again and look."]
    assert PlacementMove.objects.count() == 1


def test_a_second_worker_leaves_what_is_taken() -> None:
    page = ProfileFactory.create(relation="publisher")
    PlacementFactory.create(
        campaign__client=page.client, publisher=page, published_at=NOON, url=URL
    )
    taken: list[int] = []

    def second() -> None:
        taken.append(len(claim(at=NOON)))
        connection.close()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        assert len(claim(at=NOON)) == 1
        thread.start()
        thread.join(10)
    assert taken == [0]
