"""A day has 24 hours, however many entries come at the same moment."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from clients.models import Client, TimeEntry, User
from clients.time_spent import log_time
from tests.factories import ClientFactory, DirectorFactory

DAY = dt.date(2026, 6, 10)


def log_at_once(client: Client, person: User, start: threading.Barrier, refused: list[str]) -> None:
    try:
        start.wait(timeout=30)
        log_time(client, by=person, on=DAY, minutes=800, today=DAY)
    except ValidationError as error:
        refused.extend(error.message_dict)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_two_entries_at_once_do_not_fill_a_day_twice() -> None:
    client, person = ClientFactory.create(), DirectorFactory.create()
    start, refused = threading.Barrier(2), list[str]()
    threads = [
        threading.Thread(target=log_at_once, args=(client, person, start, refused))
        for _number in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert TimeEntry.objects.count() == 1
    assert refused == ["minutes"]
