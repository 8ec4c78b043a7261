"""A seeding from its draft to what the client reads of it: money, marking, figures, calls, word."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from communities.models import Profile
from kpi.call_entry import record_call
from kpi.models import CallStatus, NumberPlacement
from kpi.promotion_assessments import (
    digest_of,
    finish_assessment,
    make_assessment,
    read_of,
    show_assessment,
)
from kpi.promotion_figures import figures_of
from kpi.promotion_results import results_by
from promotion.campaign_moves import move_campaign
from promotion.models import Campaign, Placement
from promotion.placement_facts import take_fact
from promotion.placement_moves import move_placement
from promotion.spending import spent_rows, taken_rows
from tests.factories import (
    CampaignFactory,
    ClientFactory,
    DirectorFactory,
    EngagementFactory,
    PlacementFactory,
    PortalAccessFactory,
    ProfileFactory,
    TrackingNumberFactory,
)

pytestmark = pytest.mark.django_db

FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 3, 31)
NUMBER = "+74950000017"


def at(day: int, hour: int = 12) -> dt.datetime:
    return dt.datetime(2026, 3, day, hour, tzinfo=dt.UTC)


@pytest.fixture
def client() -> Client:
    row: Client = ClientFactory.create(language="en", target_min_seconds=30)
    EngagementFactory.create(client=row, starts_on=FIRST, ad_budget=Decimal(10_000))
    return row


@pytest.fixture
def campaign(client: Client) -> Campaign:
    row: Campaign = CampaignFactory.create(
        client=client, kind=Campaign.Kind.SEEDING, state="draft", starts_on=FIRST, ends_on=LAST,
        budget=Decimal(5_000), vat="free", owner=DirectorFactory.create(),
        client_text="Neighbours read about us.", note="ask for a discount",
    )  # fmt: skip
    return row


def placed(campaign: Campaign, title: str, price: int) -> Placement:
    page = ProfileFactory.create(
        client=campaign.client, relation="publisher", external_id=title, title=f"Page of {title}"
    )
    row: Placement = PlacementFactory.create(
        campaign=campaign, title=title, publisher=page, state="candidate", starts_on=at(10).date(),
        planned_at=at(10), price=Decimal(price), vat="free", note="their admin is slow",
    )  # fmt: skip
    return row


def lead(row: Placement, *states: str, by: Any, **given: Any) -> None:
    for state in states:
        move_placement(row, state, by=by, at=at(9), **given)


def publish(row: Placement, *, by: Any) -> None:
    Profile.objects.filter(placements=row).update(
        registration="yes", registration_checked_on=at(9).date()
    )
    row.refresh_from_db()
    row.erid, row.advertiser = "2Vtz-test", "Bakery LLC, 7707083893"
    row.save()
    url = f"https://vk.com/wall-{row.publisher_id}_1"
    move_placement(row, "published", by=by, at=at(10, 13), url=url, published_at=at(10))


def ring(client: Client, day: int, caller: str) -> None:
    record_call(
        client, source="webhook", started_at=at(day), status=CallStatus.ANSWERED, talk_seconds=90,
        wait_seconds=5, raw_caller=caller, called_number=NUMBER, external_id=f"{day}",
    )  # fmt: skip


def test_seeding_goes_from_a_draft_to_the_clients_eyes(client: Client, campaign: Campaign) -> None:
    by = DirectorFactory.create()
    move_campaign(campaign, "agreed", by=by, at=at(1, 8))
    move_campaign(campaign, "running", by=by, at=at(1, 9))
    row, second = placed(campaign, "first", 3_000), placed(campaign, "second", 2_500)
    for each in (row, second):
        lead(each, "checked", "negotiated", "approved", by=by)

    # The money is taken once, and the second price does not fit any more.
    lead(row, "booked", by=by)
    assert [one.amount for one in taken_rows(client, FIRST, LAST, on=at(9).date())] == [3_000]
    with pytest.raises(ValidationError, match="2,000 RUB of 5,000 RUB is left"):
        move_placement(second, "booked", by=None, at=at(9))

    # Without its identifier it does not go out.
    lead(row, "paid", by=by, paid_on=at(9).date())
    with pytest.raises(ValidationError, match="Advertising needs its identifier"):
        move_placement(
            row, "published", by=by, at=at(10, 13), published_at=at(10),
            url="https://vk.com/wall-1_1",
        )  # fmt: skip
    publish(row, by=by)
    assert [one.amount for one in spent_rows(client, FIRST, LAST, on=LAST)] == [3_000]

    # What it brought: looks at the post, who stayed, and calls by its own number.
    number = TrackingNumberFactory.create(client=client, number=NUMBER)
    NumberPlacement.objects.create(number=number, placement=row, starts_on=FIRST)
    take_fact(row, "24h", source="hand", at=at(11, 13), views=6_000, clicks=90, joined=30)
    take_fact(row, "48h", source="hand", at=at(12, 13), views=7_500, clicks=100, joined=33)
    take_fact(row, "7d", source="hand", at=at(17, 13), joined=36, left=6)
    for day, caller in ((10, "+79990000001"), (11, "+79990000002"), (12, "+79990000001")):
        ring(client, day, caller)

    (found,) = results_by(client, FIRST, LAST, by="placement")
    assert (found.title, found.clicks, found.joined, found.stayed) == ("first", 100, 36, 30)
    assert (found.call_total, found.unique_target_total) == (3, 2)

    # The client's word on it: finished once, then shown.
    assessment = make_assessment(
        client, FIRST, LAST, by=by, at=at(31), seen=digest_of(figures_of(client, FIRST, LAST))
    )
    assessment.verdict = "The neighbours call."
    assessment.save()
    over = dt.datetime(2026, 4, 2, tzinfo=dt.UTC)
    finish_assessment(assessment, by=by, at=over, seen=digest_of(read_of(assessment)))
    show_assessment(assessment, shown=True)
    browser = Browser()
    browser.force_login(PortalAccessFactory.create(client=client).user)
    shown = browser.get(reverse("portal:promotion", args=[client.pk])).content.decode()
    assert (campaign.title in shown, "The neighbours call." in shown) == (True, True)
    assert ("ask for a discount" in shown, "slow" in shown) == (False, False)
