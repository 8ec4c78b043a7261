"""What the database refuses of a number's placements, whatever the code above it asks for."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clients.models import TrackingNumber
from kpi.models import NumberPlacement
from tests.factories import (
    DAY,
    CampaignFactory,
    CommunityFactory,
    NumberPlacementFactory,
    PlacementFactory,
    TrackingNumberFactory,
)

pytestmark = pytest.mark.django_db
OVERLAP = "number_placement_no_overlap"
PLACES = ("community", "campaign", "placement")
WEEK = dt.timedelta(days=7)


def somewhere(number: TrackingNumber, kind: str) -> dict[str, Any]:
    """A new place of that kind for the number."""
    client = number.client
    if kind == "community":
        place: Any = CommunityFactory.create(profile__client=client)
    elif kind == "campaign":
        place = CampaignFactory.create(client=client)
    else:
        place = PlacementFactory.create(campaign__client=client)
    return {"number": number, "community": None, kind: place}


@pytest.mark.parametrize("first", PLACES)
@pytest.mark.parametrize("second", PLACES)
def test_a_number_never_stands_in_two_places_on_one_day(first: str, second: str) -> None:
    number = TrackingNumberFactory.create()
    NumberPlacementFactory.create(**somewhere(number, first), starts_on=DAY - WEEK, ends_on=DAY)
    with pytest.raises(IntegrityError, match=OVERLAP), transaction.atomic():
        NumberPlacementFactory.create(**somewhere(number, second), starts_on=DAY)
    NumberPlacementFactory.create(**somewhere(number, second), starts_on=DAY + dt.timedelta(days=1))
    NumberPlacementFactory.create(
        **somewhere(TrackingNumberFactory.create(), second), starts_on=DAY
    )


def test_a_placement_without_an_end_leaves_no_later_day() -> None:
    number = TrackingNumberFactory.create()
    NumberPlacementFactory.create(**somewhere(number, "community"), starts_on=DAY, ends_on=None)
    with pytest.raises(IntegrityError, match=OVERLAP):
        NumberPlacementFactory.create(
            **somewhere(number, "community"), starts_on=DAY + 100 * WEEK, ends_on=None
        )


def test_a_placement_is_not_moved_over_another() -> None:
    number = TrackingNumberFactory.create()
    NumberPlacementFactory.create(**somewhere(number, "community"), starts_on=DAY)
    earlier = NumberPlacementFactory.create(
        **somewhere(number, "campaign"), starts_on=DAY - WEEK, ends_on=DAY - dt.timedelta(days=1)
    )
    mine = NumberPlacement.objects.filter(pk=earlier.pk)
    for change in ({"ends_on": DAY}, {"ends_on": None}):
        with pytest.raises(IntegrityError, match=OVERLAP), transaction.atomic():
            mine.update(**change)
    other = NumberPlacementFactory.create(
        **somewhere(TrackingNumberFactory.create(client=number.client), "community"),
        starts_on=DAY,
    )
    with pytest.raises(IntegrityError, match=OVERLAP):
        NumberPlacement.objects.filter(pk=other.pk).update(number=number)
