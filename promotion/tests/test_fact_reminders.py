"""Reminders of figures: when a slot is due and nothing stands, once."""

import datetime as dt
from typing import Any

import pytest

from clients.models import Task, TaskState
from promotion.fact_reminders import remind_of_facts
from promotion.models import Placement
from tests.factories import PlacementFactFactory, PlacementFactory, UserFactory

pytestmark = pytest.mark.django_db

OUT = dt.datetime(2026, 3, 10, 9, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
AFTER_A_DAY = OUT + 24 * HOUR


def placement(**fields: Any) -> Placement:
    row: Placement = PlacementFactory.create(**({"title": "Ours", "published_at": OUT} | fields))
    return row


def titles() -> list[str]:
    return list(Task.objects.order_by("pk").values_list("title", flat=True))


def test_reminder_comes_when_the_slot_is_due() -> None:
    row = placement(campaign__owner=UserFactory.create())
    assert remind_of_facts(at=AFTER_A_DAY - HOUR) == 0
    assert remind_of_facts(at=AFTER_A_DAY) == 1
    task = Task.objects.get()
    assert (task.title, task.owner, task.origin) == (
        "Figures after 24 hours: “Ours”", row.campaign.owner, row
    )  # fmt: skip
    assert (task.due_on, task.block) == (dt.date(2026, 3, 11), "promotion")


def test_each_slot_is_asked_for_once() -> None:
    placement()
    for days in (1, 2, 3, 7, 8):
        remind_of_facts(at=OUT + dt.timedelta(days=days))
        Task.objects.update(state=TaskState.CANCELLED)
    assert titles() == [
        "Figures after 24 hours: “Ours”",
        "Figures after 48 hours: “Ours”",
        "Figures after 7 days: “Ours”",
    ]


def test_figures_that_stand_are_not_asked_for() -> None:
    PlacementFactFactory.create(placement=placement(), slot="24h")
    assert remind_of_facts(at=AFTER_A_DAY) == 0


@pytest.mark.parametrize("fields", [{"state": "refunded"}, {"campaign__client__status": "ended"}])
def test_placements_that_are_over_ask_for_nothing(fields: dict[str, str]) -> None:
    placement(**fields)
    assert remind_of_facts(at=AFTER_A_DAY) == 0


def test_figures_missed_long_ago_are_not_asked_for() -> None:
    placement()
    assert remind_of_facts(at=OUT + dt.timedelta(days=60)) == 0
