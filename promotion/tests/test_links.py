"""Links with UTM: of a campaign, of a placement, and what a landing page carries already."""

import pytest

from promotion.links import keep_slug, link_of
from promotion.models import Campaign
from tests.factories import (
    CampaignCommunityFactory,
    CampaignFactory,
    PlacementFactory,
    ProfileFactory,
)

pytestmark = pytest.mark.django_db


def campaign_with(**fields: object) -> Campaign:
    known = {"kind": "seeding", "title": "Весенняя акция", "landing_url": "https://bed.example/"}
    return CampaignFactory.create(**known | fields)


def test_link_of_a_campaign_names_it_in_latin_letters() -> None:
    assert link_of(campaign_with()) == (
        "https://bed.example/?utm_source=smm&utm_medium=seeding&utm_campaign=vesenniaia-aktsiia"
    )


def test_link_of_a_placement_names_its_network_and_itself() -> None:
    campaign = campaign_with(utm_campaign="spring")
    page = ProfileFactory.create(client=campaign.client, relation="publisher", network="telegram")
    placement = PlacementFactory.create(campaign=campaign, title="Сад и дом", publisher=page)
    assert link_of(campaign, placement) == (
        "https://bed.example/?utm_source=telegram&utm_medium=seeding&utm_campaign=spring"
        "&utm_content=sad-i-dom"
    )


@pytest.mark.parametrize(
    ("networks", "source"), [(["vk"], "vk"), (["vk", "vk"], "vk"), (["vk", "telegram"], "smm")]
)
def test_source_is_the_one_network_of_the_communities(networks: list[str], source: str) -> None:
    campaign = campaign_with()
    for network in networks:
        CampaignCommunityFactory.create(campaign=campaign, community__profile__network=network)
    assert f"?utm_source={source}&" in link_of(campaign)


def test_what_the_landing_page_carries_stays() -> None:
    campaign = campaign_with(
        utm_campaign="s", landing_url="https://bed.example/a?id=7&x=&utm_medium=own#form"
    )
    assert link_of(campaign) == (
        "https://bed.example/a?id=7&x=&utm_medium=own&utm_source=smm&utm_campaign=s#form"
    )


def test_without_a_landing_page_there_is_no_link() -> None:
    assert link_of(campaign_with(landing_url="")) == ""


def test_a_slug_outlives_a_change_of_title_and_is_the_client_s_only_one() -> None:
    first = campaign_with()
    second = campaign_with(client=first.client)
    elsewhere = campaign_with()
    for campaign in (first, second, elsewhere, first):
        keep_slug(campaign)
    assert [row.utm_campaign for row in (first, second, elsewhere)] == [
        "vesenniaia-aktsiia",
        "vesenniaia-aktsiia-2",
        "vesenniaia-aktsiia",
    ]
    first.title = "Летняя акция"
    assert "utm_campaign=vesenniaia-aktsiia" in link_of(first)


def test_a_title_without_letters_still_has_a_slug() -> None:
    campaign = campaign_with(title="🔥🔥")
    assert f"utm_campaign=campaign-{campaign.pk}" in link_of(campaign)
