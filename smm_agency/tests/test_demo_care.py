"""The demo's case, reviews and hours are made by the program's own functions."""

import datetime as dt

import pytest

from content.models import BusinessHours, InboxItem, Incident, ReplyClock
from smm_agency.demo.agency import STORIES
from smm_agency.demo.care import FULL_STORY, write_care
from smm_agency.demo.cast import Cast
from smm_agency.demo.stage import Stage
from tests.factories import ContactFactory, EngagementFactory

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 11)


def stage_of(key: str) -> Stage:
    engagement = EngagementFactory.create()
    ContactFactory.create(client=engagement.client, is_main=True)
    story = next(story for story in STORIES if story.key == key)
    return Stage(
        story=story, number=1, today=TODAY, cast=Cast(), client=engagement.client,
        engagement=engagement,
    )  # fmt: skip


def test_the_clinic_has_a_solved_case_and_an_open_one() -> None:
    write_care(stage_of(FULL_STORY))
    states = Incident.objects.order_by("pk").values_list("state", "is_published")
    assert list(states) == [("solved", True), ("open", False)]
    assert BusinessHours.objects.count() == 2
    clocks = ReplyClock.objects.running().order_by("since")
    late = [
        clock.first_taken is None
        or (
            clock.first_due_at is not None
            and clock.item.first_reply_at is not None
            and clock.item.first_reply_at > clock.first_due_at
        )
        for clock in clocks.select_related("item")
    ]
    assert late == [False, False, True, False, True]


def test_other_stories_have_none() -> None:
    write_care(stage_of("newcomer"))
    assert not InboxItem.objects.exists()
