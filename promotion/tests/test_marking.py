"""What keeps a placement from going out as advertising."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from promotion.campaign_moves import move_campaign
from promotion.marking import accounts_of, marking_note, marking_problems
from promotion.models import Placement
from tests.factories import (
    AdAccountFactory,
    AdObjectFactory,
    CampaignFactory,
    ClientFactory,
    PlacementFactory,
    ProfileFactory,
    ProfileSnapshotFactory,
)
from tests.factories.base import DAY

pytestmark = pytest.mark.django_db

ON = dt.date(2025, 9, 1)
MARKED = {"erid": "2Vtzqw", "advertiser": "ООО «Имя», ИНН 7700000000"}
IDENTIFIER = (
    "Advertising needs its identifier (erid) before it is published: get it from the operator of"
    " advertising data and enter it."
)
ADVERTISER = "Advertising names its advertiser: enter the name and the tax number."


def placement_on(network: str = "vk", followers: int | None = 9_000, **values: Any) -> Placement:
    """Marked, on a page called «Новости»; `followers` None: never measured."""
    placement = PlacementFactory.create(**(MARKED | values))
    page = ProfileFactory.create(
        client=placement.client, network=network, title="Новости", relation="publisher"
    )
    if followers is not None:
        ProfileSnapshotFactory.create(profile=page, date=DAY, followers=followers)
    placement.publisher = page
    placement.save()
    return placement


def test_marked_placement_may_go_out() -> None:
    assert marking_problems(placement_on(), on=ON) == []
    assert marking_problems(PlacementFactory.create(**MARKED), on=ON) == []


def test_unmarked_placement_is_told_what_it_lacks() -> None:
    placement = placement_on(erid=" ", advertiser="")
    assert marking_problems(placement, on=ON) == [IDENTIFIER, ADVERTISER]


def test_publisher_who_marks_gives_the_identifier() -> None:
    placement = placement_on(erid="", marked_by="publisher")
    assert marking_problems(placement, on=ON) == [IDENTIFIER]


def test_placement_that_is_no_advertising_is_free() -> None:
    assert marking_problems(placement_on("instagram", erid="", is_ad=False), on=ON) == []


def test_placement_before_the_law_is_free() -> None:
    assert marking_problems(placement_on(erid="", advertiser=""), on=dt.date(2022, 8, 31)) == []


def test_refused_network_takes_no_advertising() -> None:
    placement = placement_on("instagram")
    assert marking_problems(placement, on=ON) == [
        "Advertising on Instagram is forbidden in the client's country (RU) since 01.09.2025:"
        " take it out of this network."
    ]
    assert marking_problems(placement, on=ON - dt.timedelta(days=1)) == []


def test_large_page_is_looked_up_on_the_list() -> None:
    placement = placement_on(followers=10_001)
    assert marking_problems(placement, on=ON) == [
        "Новости has more than 10000 subscribers, and it is not known whether it stands on the"
        " regulator's list: check it and note it on the page."
    ]
    page = placement.publisher
    assert page is not None
    page.registration, page.registration_checked_on = "no", ON
    assert marking_problems(placement, on=ON) == [
        "Новости has more than 10000 subscribers and does not stand on the regulator's list: no"
        " advertising there until it does."
    ]
    page.registration = "yes"
    assert marking_problems(placement, on=ON) == []


def test_page_that_was_never_measured_is_not_taken_for_a_small_one() -> None:
    placement = placement_on(followers=None)
    unmeasured = (
        "Новости is not measured, so it is not known whether it has more than 10000 subscribers:"
        " measure it, or note on the page that it stands on the regulator's list."
    )
    assert marking_problems(placement, on=ON) == [unmeasured]
    assert marking_problems(placement, on=dt.date(2024, 12, 31)) == []
    page = placement.publisher
    assert page is not None
    page.registration, page.registration_checked_on = "no", ON
    assert marking_problems(placement, on=ON) == [unmeasured]
    page.registration = "yes"
    assert marking_problems(placement, on=ON) == []


def test_newest_count_of_the_page_holds() -> None:
    placement = placement_on(followers=9_000)
    ProfileSnapshotFactory.create(
        profile=placement.publisher, date=DAY - dt.timedelta(days=1), followers=20_000
    )
    ProfileSnapshotFactory.create(
        profile=placement.publisher, date=DAY + dt.timedelta(days=1), followers=None
    )
    assert marking_problems(placement, on=ON) == []


@pytest.mark.parametrize(
    ("country", "marking", "problems"),
    [
        ("RU", "by_country", [IDENTIFIER, ADVERTISER]),
        ("KZ", "by_country", []),
        ("KZ", "required", [IDENTIFIER, ADVERTISER]),
        ("RU", "off", []),
    ],
)
def test_client_says_when_it_is_marked(country: str, marking: str, problems: list[str]) -> None:
    placement = PlacementFactory.create(
        campaign__client__country=country, campaign__client__marking=marking
    )
    assert marking_problems(placement, on=ON) == problems


def test_law_of_the_planned_day_holds_until_it_is_published() -> None:
    placement = PlacementFactory.create(starts_on=ON)
    assert placement.stands_on == ON
    placement.planned_at = dt.datetime(2025, 8, 31, 21, 30, tzinfo=dt.UTC)
    assert placement.stands_on == ON
    placement.published_at = dt.datetime(2025, 9, 2, 9, tzinfo=dt.UTC)
    assert placement.stands_on == dt.date(2025, 9, 2)


FORBIDDEN = (
    "Meta Ads · Abroad shows on Facebook, Instagram: advertising there is forbidden in the client's"
    " country (RU) since 01.09.2025. Turn it off, and take its rows out of the campaign."
)


def test_campaign_says_which_networks_mark_themselves() -> None:
    campaign = CampaignFactory.create()
    for network, title in (("vk_ads", "Main"), ("meta_ads", "Abroad")):
        account = AdAccountFactory.create(client=campaign.client, network=network, title=title)
        AdObjectFactory.create_batch(2, account=account, campaign=campaign)
    accounts = accounts_of(campaign)
    own = "VK Реклама · Main: the network marks the advertising and reports it itself."
    assert marking_note(campaign.client, accounts, on=ON - dt.timedelta(days=1)) == (
        f"{own} Meta Ads · Abroad: get the identifier from an operator before the ads run."
    )
    assert marking_note(campaign.client, accounts, on=ON) == f"{FORBIDDEN} {own}"
    assert marking_note(campaign.client, [], on=ON) == ""
    assert marking_note(ClientFactory.create(country="KZ"), accounts, on=ON) == ""


@pytest.mark.parametrize("network", ["meta_ads", "vk_ads"])
def test_campaign_of_forbidden_networks_does_not_run(network: str) -> None:
    campaign = CampaignFactory.create(state="agreed", starts_on=ON - dt.timedelta(days=1))
    account = AdAccountFactory.create(client=campaign.client, network=network, title="Abroad")
    AdObjectFactory.create(account=account, campaign=campaign)
    at = dt.datetime(2025, 9, 1, 12, tzinfo=dt.UTC)
    if network == "meta_ads":
        with pytest.raises(ValidationError) as refused:
            move_campaign(campaign, "running", by=None, at=at)
        assert refused.value.messages == [FORBIDDEN]
        at -= dt.timedelta(days=1)
    move_campaign(campaign, "running", by=None, at=at)
    assert campaign.state == "running"
