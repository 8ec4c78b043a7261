"""Standing facts: true until their last day, asked about a week before."""

import datetime as dt

import pytest

from clients.models import Notice, Task
from content.facts import facts_of, remind_of_facts
from tests.factories import DAY, NOON, StandingFactFactory, TeamMemberFactory

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(days=7)


def test_facts_that_have_ended_are_not_told() -> None:
    always = StandingFactFactory.create(code="hours", value="9–21", valid_until=None)
    today = StandingFactFactory.create(
        client=always.client, code="price", value="100", valid_until=DAY
    )
    StandingFactFactory.create(
        client=always.client, code="old", valid_until=DAY - dt.timedelta(days=1)
    )
    StandingFactFactory.create(code="other_client")
    assert facts_of(today.client, on=DAY) == {"hours": "9–21", "price": "100"}


def test_people_are_told_a_week_before_once() -> None:
    member = TeamMemberFactory.create(role="content_manager", user__email="d@agency.example")
    fact = StandingFactFactory.create(
        client=member.client, title="Cleaning", value="100", valid_until=DAY + WEEK
    )
    assert remind_of_facts(at=NOON - dt.timedelta(days=1)) == 0
    assert [remind_of_facts(at=NOON), remind_of_facts(at=NOON + WEEK)] == [1, 0]
    notice = Notice.objects.get()
    assert notice.person.email == "d@agency.example"
    assert "Cleaning" in notice.subject
    fact.valid_until = DAY + 2 * WEEK
    fact.save()
    assert remind_of_facts(at=NOON + WEEK) == 1


def test_without_people_it_is_a_task_of_the_team() -> None:
    StandingFactFactory.create(title="Cleaning", valid_until=DAY)
    assert [remind_of_facts(at=NOON), remind_of_facts(at=NOON)] == [1, 0]
    assert Task.objects.get().title == "Ask the client whether this is still true: Cleaning"


def test_what_has_ended_is_no_longer_reminded_of() -> None:
    StandingFactFactory.create(valid_until=DAY - dt.timedelta(days=1))
    assert remind_of_facts(at=NOON) == 0
