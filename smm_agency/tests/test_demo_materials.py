"""The demo's material: open, late and received requests, a bank, facts, a queue."""

import datetime as dt

import pytest
from django.utils import timezone

from content.material_figures import held_up_by_month
from content.models import MaterialRequest, MediaItem, PostingSlot, Publication, StandingFact
from smm_agency.demo.cast import Cast
from smm_agency.demo.clients_calls import CLINIC
from smm_agency.demo.clients_counts import NEWCOMER
from smm_agency.demo.materials import write_materials
from smm_agency.demo.set_up import write_set_up
from smm_agency.demo.stage import Stage, set_stage
from smm_agency.demo.stories import Story

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)


def staged(story: Story) -> Stage:
    stage = set_stage(story, number=1, today=TODAY, cast=Cast())
    write_set_up(stage)
    write_materials(stage)
    return stage


def test_clinic_owes_some_material_and_has_given_some() -> None:
    client = staged(CLINIC).client
    rows = MaterialRequest.objects.filter(client=client)
    assert rows.open().count() == 3
    assert rows.overdue(on=TODAY).count() == 2
    assert rows.filter(state="received").count() == 2
    [(_month, november)] = held_up_by_month(client, months=1, on=TODAY)
    assert november.late == 3
    assert MediaItem.objects.filter(client=client).count() == 5
    soon = StandingFact.objects.filter(valid_until__lte=TODAY + dt.timedelta(days=7))
    assert [fact.code for fact in soon] == ["price_visit"]


def test_queue_of_the_clinic_has_posts_in_its_slots() -> None:
    client = staged(CLINIC).client
    slots = set(PostingSlot.objects.values_list("weekday", "time"))
    queued = Publication.objects.filter(client=client, post__occurrence=None)
    with timezone.override(client.zone):
        times = [timezone.localtime(row.planned_at) for row in queued]
    assert len(times) == 3
    assert {(time.weekday(), time.time()) for time in times} <= slots


def test_other_stories_have_none() -> None:
    staged(NEWCOMER)
    assert not MaterialRequest.objects.exists()
