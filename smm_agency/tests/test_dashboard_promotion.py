"""The start page: campaigns that begin or end within days, placements that wait for a person."""

import datetime as dt
from typing import Any

import pytest

from clients.models import Client, Role, User
from clients.team import join_team
from smm_agency.dashboard.promotion import promotion_card
from smm_agency.dashboard.reader import Reader
from smm_agency.dashboard.standing import seen_clients
from tests.factories import (
    DAY,
    LONG_AGO,
    NOON,
    CampaignFactory,
    ClientFactory,
    PlacementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ONE = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def client() -> Client:
    return ClientFactory.create(name="Coffee")


@pytest.fixture
def specialist(client: Client) -> User:
    user = UserFactory.create()
    join_team(client, user, role=Role.PAID_SOCIAL, starts_on=LONG_AGO)
    return user


def card(user: User) -> dict[str, list[tuple[str, ...]]]:
    found = promotion_card(seen_clients(user), Reader(user, today=DAY), at=NOON)
    return {
        name: [(line.title, line.words, line.light) for line in lines]
        for name, lines in found.items()
    }


def test_campaigns_of_the_coming_week_the_nearest_first(client: Client, specialist: User) -> None:
    def add(state: str, first: dt.date, last: dt.date | None, **fields: Any) -> None:
        CampaignFactory.create(
            **{"client": client, "title": state} | fields,
            state=state, starts_on=first, ends_on=last,
        )  # fmt: skip

    add("agreed", DAY + 7 * ONE, None)
    add("agreed", DAY + 8 * ONE, None)
    add("draft", DAY + 2 * ONE, None)
    add("draft", DAY, None)
    add("agreed", DAY - ONE, None)
    add("running", LONG_AGO, DAY + 6 * ONE)
    add("running", LONG_AGO, DAY + 8 * ONE)
    add("paused", LONG_AGO, DAY + 5 * ONE)
    add("finished", LONG_AGO, DAY)
    add("running", LONG_AGO, DAY, client=ClientFactory.create())
    assert card(specialist)["promotion_campaigns"] == [
        ("agreed", "begins on 03/10/2026", "red"),
        ("draft", "to begin on 03/11/2026, not agreed yet", "red"),
        ("draft", "to begin on 03/13/2026, not agreed yet", "amber"),
        ("paused", "ends on 03/16/2026", "grey"),
        ("running", "ends on 03/17/2026", "grey"),
        ("agreed", "begins on 03/18/2026", "grey"),
    ]


def test_placements_to_be_paid_or_looked_at(client: Client, specialist: User) -> None:
    campaign = CampaignFactory.create(client=client, title="Spring", starts_on=LONG_AGO)

    def add(title: str, first: dt.date, **fields: Any) -> None:
        PlacementFactory.create(campaign=campaign, title=title, starts_on=first, **fields)

    add("due", DAY, state="booked")
    add("soon", DAY + 7 * ONE, state="booked")
    add("later", DAY + 8 * ONE, state="booked")
    add("paid", DAY, state="booked", paid_on=DAY)
    add("stood", DAY - 5 * ONE, published_at=NOON - 48 * HOUR)
    add("fresh", DAY - 5 * ONE, published_at=NOON - 47 * HOUR)
    add("day known only", DAY - 3 * ONE)
    add("collected", DAY - 9 * ONE, state="collected")
    assert card(specialist)["promotion_placements"] == [
        ("Spring: stood", "its figures are to be collected: it stands since 03/09/2026", "amber"),
        (
            "Spring: day known only",
            "its figures are to be collected: it stands since 03/08/2026",
            "amber",
        ),
        ("Spring: due", "to be paid: stands from 03/11/2026", "red"),
        ("Spring: soon", "to be paid: stands from 03/18/2026", "amber"),
    ]


def test_who_sees_no_campaigns_has_no_card(client: Client) -> None:
    CampaignFactory.create(client=client, state="draft")
    assert card(UserFactory.create()) == {"promotion_campaigns": [], "promotion_placements": []}
