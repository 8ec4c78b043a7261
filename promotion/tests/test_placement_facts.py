"""Figures of placements: once for each slot, the old kept, the impossible refused."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from promotion.models import Placement, PlacementFact, PlacementFactCorrection
from promotion.placement_facts import take_fact, warnings_of
from tests.factories import PlacementFactory, UserFactory

pytestmark = pytest.mark.django_db

OUT = dt.datetime(2026, 3, 10, 9, 0, tzinfo=dt.UTC)
NEXT_DAY = OUT + dt.timedelta(days=1)


@pytest.fixture
def placement() -> Placement:
    row: Placement = PlacementFactory.create(published_at=OUT)
    return row


def take(placement: Placement, slot: str = "24h", **numbers: Any) -> PlacementFact:
    at = numbers.pop("at", NEXT_DAY)
    return take_fact(placement, slot, source="hand", at=at, **numbers)


def refusal(placement: Placement, **numbers: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        take(placement, **numbers)
    error = refused.value
    return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}


def test_fact_stands_once_for_each_slot(placement: Placement) -> None:
    take(placement, views=900, clicks=30)
    take(placement, views=950, clicks=None)
    take(placement, "48h", views=1000, at=OUT + dt.timedelta(days=2))
    rows = PlacementFact.objects.values_list("slot", "views", "clicks", "joined")
    assert list(rows) == [("24h", 950, None, None), ("48h", 1000, None, None)]


def test_fact_keeps_what_it_is_not_told(placement: Placement) -> None:
    take(placement, views=900)
    take(placement, joined=0)
    [fact] = PlacementFact.objects.all()
    assert (fact.views, fact.joined, fact.left) == (900, 0, None)


def test_corrected_fact_keeps_its_old_value(placement: Placement) -> None:
    somebody = UserFactory.create()
    take(placement, views=900, joined=9)
    take(placement, views=901, by=somebody)
    [old] = PlacementFactCorrection.objects.all()
    assert old.old == {"views": 900, "clicks": None, "joined": 9, "left": None, "messages": None}
    assert (old.corrected_by, old.client_id) == (somebody, placement.client_id)


def test_fact_taken_twice_changes_nothing(placement: Placement) -> None:
    first = take(placement, views=900)
    again = take(placement, views=900, at=NEXT_DAY + dt.timedelta(hours=1))
    assert (again.pk, again.measured_at) == (first.pk, NEXT_DAY)
    assert PlacementFactCorrection.objects.count() == 0


def test_fact_before_the_publication_is_refused(placement: Placement) -> None:
    early = OUT - dt.timedelta(seconds=1)
    assert refusal(placement, views=1, at=early) == {
        "measured_at": ["This is before the publication."]
    }


def test_fact_of_unpublished_placement_is_refused() -> None:
    assert refusal(PlacementFactory.create(state="paid"), views=1) == {
        "": ["It is not published yet: give its link and time first, then its figures."]
    }


def test_negative_numbers_are_refused_by_field(placement: Placement) -> None:
    said = ["A whole number from 0; leave it empty where it was not measured."]
    assert refusal(placement, views=-1, clicks=3, left=-2) == {"views": said, "left": said}
    assert PlacementFact.objects.count() == 0


def test_more_left_than_joined_is_refused_with_what_stands_there(placement: Placement) -> None:
    take(placement, "7d", joined=5, at=OUT + dt.timedelta(days=7))
    assert refusal(placement, slot="7d", left=6) == {
        "left": ["More left than joined (5): look at the two numbers."]
    }


def test_strange_figures_are_taken_with_a_warning(placement: Placement) -> None:
    fact = take(placement, views=10, clicks=11, joined=12, at=OUT + dt.timedelta(hours=3))
    assert warnings_of(fact) == [
        "More clicks than views: look at the two numbers.",
        "More joined than views: look at the two numbers.",
        "Read earlier than 24 hours after the publication.",
    ]


def test_unknown_figure_is_an_error_of_the_program(placement: Placement) -> None:
    with pytest.raises(TypeError, match="likes"):
        take(placement, likes=1)
