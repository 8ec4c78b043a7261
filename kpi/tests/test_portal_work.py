"""What was done in a month and what comes next: counts, days and links, of what the client sees."""

import datetime as dt
from typing import Any

import pytest

from clients.models import Client, Engagement, ReviewRhythm
from kpi.portal_lists import read_lists
from kpi.portal_period import Period
from kpi.portal_work import Done, Next, done_lists, done_of, next_lists, next_of
from kpi.reviews import next_review_day
from smm_agency.lib.row_security import reading_as_client
from tests import factories as make
from tests.factories import DAY, NOON

pytestmark = pytest.mark.django_db

MARCH = Period(dt.date(2026, 3, 1), dt.date(2026, 3, 31), DAY, "2026-03")


@pytest.fixture
def house() -> Client:
    return make.ClientFactory.create(name="House")


def done(client: Client) -> list[Done]:
    with reading_as_client(client.pk):
        return done_of(read_lists(client, done_lists(client, MARCH)), client, MARCH, answered=2)


def coming(client: Client) -> Next:
    with reading_as_client(client.pk):
        return next_of(read_lists(client, next_lists(DAY, NOON)), client, on=DAY)


def add_publication(client: Client, moment: dt.datetime | None, **values: Any) -> Any:
    defaults = {"post__client": client, "post__state": "published", "state": "sent"}
    return make.PublicationFactory.create(**defaults | {"sent_at": moment} | values)


def test_what_was_done_is_counted_by_the_clients_days(house: Client) -> None:
    last_minute = dt.datetime(2026, 3, 31, 20, 59, tzinfo=dt.UTC)
    for moment in (NOON, last_minute, last_minute + dt.timedelta(minutes=1)):
        add_publication(house, moment)
    add_publication(make.ClientFactory.create(), NOON)
    community = make.CommunityFactory.create(profile__client=house)
    asset = make.DesignAssetFactory.create(community=community, state="client_review")
    word = {"accepted_at": NOON, "accepted_by": make.UserFactory.create(), "client_said_by": "Ivan",
            "client_said_on": DAY, "licence": "own"}  # fmt: skip
    for number, accepted in enumerate(({}, word), start=1):
        make.AssetVersionFactory.create(asset=asset, number=number, shown_at=NOON, **accepted)
    make.CampaignFactory.create(client=house, starts_on=dt.date(2026, 2, 1), ends_on=DAY)
    make.CampaignFactory.create(
        client=house, starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 2, 28)
    )
    for is_published in (True, False):
        make.DecisionFactory.create(
            flag__client=house, client_text="Said", is_published=is_published, decided_on=DAY
        )
    assert [line.number for line in done(house)] == [2, 1, 1, 2, 1]
    assert [line.url for line in done(house)] == [
        f"/portal/{house.pk}/posts/?period=2026-03",
        f"/portal/{house.pk}/communities/?period=2026-03",
        f"/portal/{house.pk}/promotion/?period=2026-03",
        "#care-title",
        f"/portal/{house.pk}/reviews/?period=2026-03",
    ]


def test_planned_publications_of_two_weeks_are_named(house: Client) -> None:
    for days in (-1, 1, 13, 15):
        add_publication(
            house, None, state="planned", planned_at=NOON + dt.timedelta(days=days),
            post__title=f"in {days} days", post__state="scheduled",
        )  # fmt: skip
    add_publication(
        house, None, state="planned", planned_at=NOON + dt.timedelta(days=2), post__title="a draft",
        post__state="draft",
    )  # fmt: skip
    found = coming(house)
    assert [one.title for one in found.publications] == ["in 1 days", "in 13 days"]
    assert found.publications[0].at.hour == 12


def test_more_publications_than_are_named_are_counted(house: Client) -> None:
    post = make.PostFactory.create(client=house, state="scheduled")
    for number in range(12):
        make.PublicationFactory.create(
            post=post, state="planned", planned_at=NOON + dt.timedelta(hours=number + 1)
        )
    found = coming(house)
    assert (len(found.publications), found.more) == (10, 2)


def test_campaigns_versions_and_the_review_come_in_order(house: Client) -> None:
    make.EngagementFactory.create(client=house, starts_on=dt.date(2026, 1, 1))
    campaign = make.CampaignFactory.create(
        client=house, title="Spring", state="agreed", starts_on=dt.date(2026, 3, 20)
    )
    make.CampaignFactory.create(client=house, state="draft", starts_on=dt.date(2026, 3, 20))
    version = make.StrategyVersionFactory.create(
        client=house, number=2, starts_on=dt.date(2026, 4, 1), ends_on=dt.date(2026, 6, 30)
    )
    make.approve_in_place(version)
    assert [tuple(one) for one in coming(house).coming] == [
        (dt.date(2026, 3, 20), "Campaign “Spring” begins",
         f"/portal/{house.pk}/promotion/{campaign.pk}/"),
        (dt.date(2026, 4, 1), "Version 2 of the strategy begins to rule",
         f"/portal/{house.pk}/strategy/2/"),
        (dt.date(2026, 4, 7), "KPI review and report: held by this day at the latest",
         f"/portal/{house.pk}/reviews/"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rhythm", "on", "day"),
    [
        (ReviewRhythm.MONTH, dt.date(2026, 3, 7), dt.date(2026, 3, 7)),
        (ReviewRhythm.MONTH, dt.date(2026, 3, 8), dt.date(2026, 4, 7)),
        (ReviewRhythm.QUARTER, dt.date(2026, 1, 8), dt.date(2026, 4, 7)),
        (ReviewRhythm.QUARTER, dt.date(2026, 4, 7), dt.date(2026, 4, 7)),
        (ReviewRhythm.FORTNIGHT, dt.date(2026, 1, 12), dt.date(2026, 1, 18)),
        (ReviewRhythm.FORTNIGHT, dt.date(2026, 1, 19), dt.date(2026, 2, 1)),
    ],
)
def test_next_review_is_due_a_week_after_its_period(rhythm: str, on: dt.date, day: dt.date) -> None:
    engagement = Engagement(starts_on=dt.date(2026, 1, 1), review_rhythm=rhythm)
    assert next_review_day(engagement, on=on) == day
