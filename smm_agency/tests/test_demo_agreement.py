"""What the demo's clients agreed on: every part of an engagement can be seen."""

import datetime as dt
from collections import Counter
from decimal import Decimal

import pytest

from clients.models import (
    BlockResult,
    EngagementService,
    Paper,
    PaperFile,
    RecurringTask,
    TeamMember,
    TimeEntry,
)
from clients.papers import has_data_processing
from smm_agency.demo.agency import STORIES
from smm_agency.demo.agreement import send_on_holiday, write_agreement
from smm_agency.demo.cast import Cast
from smm_agency.demo.papers import write_papers
from smm_agency.demo.stage import Stage, set_stage

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 11)


def staged(*keys: str) -> list[Stage]:
    cast = Cast()
    stories = [story for story in STORIES if story.key in keys]
    stages = [
        set_stage(story, number=number, today=TODAY, cast=cast)
        for number, story in enumerate(stories, start=1)
    ]
    for stage in stages:
        write_papers(stage)
        write_agreement(stage)
    return stages


def test_the_clinic_waits_for_a_signature_and_for_money() -> None:
    [clinic] = staged("clinic")
    papers = Paper.objects.filter(client=clinic.client)
    found = Counter(papers.values_list("kind", "state"))
    assert found == {
        ("contract", "signed"): 1, ("nda", "signed"): 1, ("data_processing", "signed"): 1,
        ("invoice", "sent"): 1, ("invoice", "paid"): 2, ("act", "sent"): 1, ("act", "signed"): 2,
    }  # fmt: skip
    assert PaperFile.objects.filter(client=clinic.client).count() == papers.count() == 9
    assert all(bytes(file.content).startswith(b"%PDF") for file in PaperFile.objects.all())
    assert papers.get(kind="contract").valid_until == dt.date(2026, 3, 30)
    assert has_data_processing(clinic.client, on=TODAY)


def test_the_newcomer_has_accepted_nothing_and_signed_no_instruction() -> None:
    [newcomer] = staged("newcomer")
    assert set(BlockResult.objects.values_list("state", flat=True)) == {"in_work"}
    assert not has_data_processing(newcomer.client, on=TODAY)
    assert RecurringTask.objects.count() == 0


def test_the_clinic_accepted_two_results_and_asked_for_more_stories() -> None:
    [clinic] = staged("clinic")
    states = dict(BlockResult.objects.values_list("block", "state"))
    assert states == {
        "creation": "accepted", "strategy": "accepted", "management": "in_work",
        "promotion": "in_work",
    }  # fmt: skip
    extra = EngagementService.objects.get(is_extra=True)
    assert (extra.service.code, extra.price) == ("stories", Decimal(6000))
    assert extra.quantity == Decimal(12)
    assert RecurringTask.objects.get().client == clinic.client
    days = TimeEntry.objects.values_list("day", flat=True)
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}
    assert max(days) < TODAY


def test_a_colleague_stands_in_for_the_clinics_moderator() -> None:
    stages = staged("clinic", "salon", "car-service")
    send_on_holiday(stages, today=TODAY)
    row = TeamMember.objects.get(stands_in_for__isnull=False)
    assert row.stands_in_for is not None
    assert row.stands_in_for.user.username == "kira"
    assert (row.starts_on, row.ends_on) == (dt.date(2026, 3, 13), dt.date(2026, 3, 22))
