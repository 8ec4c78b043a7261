"""A placement lies in the days of its campaign."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from promotion.campaign_days import days_outside
from promotion.campaign_terms import placements_outside
from tests.factories import CampaignFactory, PlacementFactory

FIRST, LAST = dt.date(2026, 3, 10), dt.date(2026, 3, 20)
ONE = dt.timedelta(days=1)
BEFORE = (
    "March 9, 2026 is before the campaign begins (March 10, 2026): choose a day of the campaign,"
    " or let the campaign begin earlier."
)
AFTER = (
    "March 21, 2026 is after the campaign ends (March 20, 2026): choose a day of the campaign,"
    " or let the campaign end later."
)


@pytest.mark.parametrize(
    ("day", "last", "said"),
    [
        (FIRST - ONE, LAST, {"day": BEFORE}),
        (FIRST, LAST, {}),
        (LAST, LAST, {}),
        (LAST + ONE, LAST, {"day": AFTER}),
        (LAST + ONE, None, {}),
        (None, LAST, {}),
    ],
)
def test_days_at_the_borders(
    day: dt.date | None, last: dt.date | None, said: dict[str, str]
) -> None:
    assert days_outside({"day": day}, FIRST, last) == said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"starts_on": FIRST, "ends_on": LAST}, {}),
        ({"starts_on": FIRST - ONE}, {"starts_on": [BEFORE]}),
        ({"starts_on": LAST, "ends_on": LAST + ONE}, {"ends_on": [AFTER]}),
        # Midnight in Moscow is three hours ahead.
        ({"planned_at": dt.datetime(2026, 3, 20, 20, 59, tzinfo=dt.UTC)}, {}),
        ({"planned_at": dt.datetime(2026, 3, 20, 21, 0, tzinfo=dt.UTC)}, {"planned_at": [AFTER]}),
    ],
)
def test_a_placement_outside_its_campaign_is_refused(
    fields: dict[str, Any], said: dict[str, list[str]]
) -> None:
    campaign = CampaignFactory.create(
        starts_on=FIRST, ends_on=LAST, client__time_zone="Europe/Moscow"
    )
    placement = PlacementFactory.build(
        campaign=campaign, client=campaign.client, **{"starts_on": FIRST} | fields
    )
    found = {}
    try:
        placement.full_clean()
    except ValidationError as refused:
        found = refused.message_dict
    assert found == said


@pytest.mark.django_db
def test_shorter_days_leave_placements_outside_but_those_called_off() -> None:
    campaign = CampaignFactory.create(
        starts_on=FIRST, ends_on=LAST, client__time_zone="Europe/Moscow"
    )
    inside = PlacementFactory.create(campaign=campaign, starts_on=FIRST + ONE)
    last = PlacementFactory.create(campaign=campaign, starts_on=LAST)
    PlacementFactory.create(campaign=campaign, starts_on=LAST, state="cancelled")
    assert placements_outside(campaign, FIRST, LAST) == []
    assert placements_outside(campaign, FIRST, LAST - ONE) == [last]
    assert placements_outside(campaign, FIRST + 2 * ONE, None) == [inside]
