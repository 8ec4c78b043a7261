"""Two people press the button at once."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from clients.models import User
from content.models import Post, PublicationPlan
from content.plan_making import make_plan
from content.planning import propose
from content.tests.planned import APRIL, AT, TODAY
from content.tests.test_planning import simple
from tests.factories import DirectorFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_people_at_once_make_one_plan() -> None:
    client = simple()
    known = propose(client, APRIL, on=TODAY).known
    told: list[str] = []
    start = threading.Barrier(2)

    def press(by: User) -> None:
        start.wait(timeout=10)
        try:
            make_plan(client, APRIL, by=by, at=AT, known=known)
            told.append("made")
        except ValidationError as refused:
            told.append(refused.messages[0].split(":")[0])
        finally:
            connection.close()

    people = [threading.Thread(target=press, args=(DirectorFactory.create(),)) for _ in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join(timeout=30)
    assert sorted(told) == ["Somebody planned or changed the grid meanwhile", "made"]
    assert (Post.objects.count(), PublicationPlan.objects.count()) == (13, 1)
