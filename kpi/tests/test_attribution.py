import datetime as dt

import pytest

from clients.models import Client, TrackingNumber
from kpi.attribution import Place, attribute, attribute_again, dialled_number, place_by_visit
from kpi.models import Call, Evidence
from tests.factories import (
    DAY,
    CallFactory,
    CampaignFactory,
    ClientFactory,
    CommunityFactory,
    NumberPlacementFactory,
    PlacementFactory,
    TrackingNumberFactory,
)

pytestmark = pytest.mark.django_db
NUMBER = "+74951234567"


def place_of(client: Client, day: dt.date = DAY) -> Place:
    return attribute(client, called_number=NUMBER, day=day)


def test_number_of_a_community_gives_the_community_and_its_evidence() -> None:
    placement = NumberPlacementFactory.create(number__number=NUMBER)
    assert place_of(placement.client) == Place(
        placement.number_id, placement.community_id, evidence=Evidence.COMMUNITY_NUMBER
    )


def test_number_of_a_campaign_gives_the_campaign() -> None:
    number = TrackingNumberFactory.create(number=NUMBER)
    campaign = CampaignFactory.create(client=number.client)
    NumberPlacementFactory.create(number=number, community=None, campaign=campaign)
    assert place_of(number.client) == Place(
        number.pk, campaign_id=campaign.pk, evidence=Evidence.PLACEMENT_NUMBER
    )


def test_number_of_a_pool_proves_a_session_only() -> None:
    placement = NumberPlacementFactory.create(
        number__number=NUMBER, number__kind=TrackingNumber.Kind.DYNAMIC_POOL
    )
    assert place_of(placement.client).evidence == Evidence.SESSION


def test_the_day_decides_which_placement() -> None:
    client = ClientFactory.create()
    number = TrackingNumberFactory.create(client=client, number=NUMBER)
    earlier, later = CommunityFactory.create_batch(2, profile__client=client)
    NumberPlacementFactory.create(
        number=number, community=earlier, starts_on=DAY - dt.timedelta(9), ends_on=DAY
    )
    NumberPlacementFactory.create(number=number, community=later, starts_on=DAY + dt.timedelta(2))
    days = [DAY - dt.timedelta(10), DAY, DAY + dt.timedelta(1), DAY + dt.timedelta(2)]
    assert [place_of(client, day).community_id for day in days] == [
        None,
        earlier.pk,
        None,
        later.pk,
    ]
    assert place_of(client, days[2]) == Place(number.pk)


def test_unknown_number_and_another_clients_number_say_nothing() -> None:
    NumberPlacementFactory.create(number__number=NUMBER)
    assert place_of(ClientFactory.create()) == Place()


def test_dialled_number_is_normalised_or_kept_as_it_came() -> None:
    client = ClientFactory.create()
    assert dialled_number(client, "8 (495) 123-45-67") == NUMBER
    assert dialled_number(client, " 204 ") == "204"
    assert dialled_number(client, None) == ""


def test_calls_follow_a_number_that_is_entered_later_and_a_persons_word_stays() -> None:
    client = ClientFactory.create()
    unknown = {"client": client, "community": None, "evidence": None, "called_number": NUMBER}
    call = CallFactory.create(**unknown)
    word = CallFactory.create(**{**unknown, "evidence": Evidence.PROMO_CODE})
    elsewhere = CallFactory.create(community=None, evidence=None, called_number=NUMBER)
    number = TrackingNumberFactory.create(client=client, number=NUMBER)
    placement = NumberPlacementFactory.create(number=number)
    assert attribute_again(number) == 1
    call.refresh_from_db()
    assert (call.tracking_number_id, call.community_id, call.evidence) == (
        number.pk,
        placement.community_id,
        Evidence.COMMUNITY_NUMBER,
    )
    assert attribute_again(number) == 0
    rest = Call.objects.filter(pk__in=[word.pk, elsewhere.pk])
    assert {row.community_id for row in rest} == {None}


def test_calls_lose_a_place_that_was_taken_back() -> None:
    placement = NumberPlacementFactory.create()
    call = CallFactory.create(
        client=placement.client,
        community=placement.community,
        tracking_number=placement.number,
    )
    number = placement.number
    placement.delete()
    assert attribute_again(number) == 1
    call.refresh_from_db()
    assert (call.community_id, call.evidence) == (None, None)


def test_calls_of_a_corrected_number_are_let_go_but_not_the_persons_word() -> None:
    placement = NumberPlacementFactory.create(number__number=NUMBER)
    number = placement.number
    place = {"client": placement.client, "community": placement.community}
    by_number, by_word, by_hand = (
        CallFactory.create(**place, tracking_number=number, called_number=dialled, evidence=why)
        for dialled, why in [
            (NUMBER, Evidence.COMMUNITY_NUMBER),
            (NUMBER, Evidence.PROMO_CODE),
            ("", Evidence.COMMUNITY_NUMBER),
        ]
    )
    number.number = "+74957654321"
    number.save()
    assert attribute_again(number) == 2
    found = [
        Call.objects.values_list("tracking_number", "community", "evidence").get(pk=call.pk)
        for call in (by_number, by_word, by_hand)
    ]
    assert found == [
        (None, None, None),
        (None, placement.community_id, Evidence.PROMO_CODE),
        (number.pk, placement.community_id, Evidence.COMMUNITY_NUMBER),
    ]


def test_number_of_a_placement_gives_its_campaign_too() -> None:
    number = TrackingNumberFactory.create(number=NUMBER)
    banner = PlacementFactory.create(campaign__client=number.client)
    NumberPlacementFactory.create(number=number, community=None, placement=banner)
    expected = Place(
        number.pk,
        campaign_id=banner.campaign_id,
        placement_id=banner.pk,
        evidence=Evidence.PLACEMENT_NUMBER,
    )
    assert place_of(number.client) == expected
    call = CallFactory.create(
        client=number.client, called_number=NUMBER, community=None, evidence=None
    )
    assert attribute_again(number) == 1
    call.refresh_from_db()
    assert (call.placement, call.campaign, call.evidence) == (
        banner,
        banner.campaign,
        Evidence.PLACEMENT_NUMBER,
    )


def test_a_place_given_by_a_person_stays_whatever_becomes_of_the_number() -> None:
    placement = NumberPlacementFactory.create(number__number=NUMBER)
    given = CommunityFactory.create(profile__client=placement.client)
    call = CallFactory.create(
        client=placement.client,
        called_number=NUMBER,
        community=given,
        evidence=Evidence.COMMUNITY_NUMBER,
        placed_by_hand=True,
    )
    assert attribute_again(placement.number) == 0
    call.refresh_from_db()
    assert call.community == given


@pytest.mark.parametrize("source", ["vk", "VKontakte ", "vk.com"])
def test_a_visit_from_the_network_of_the_only_community(source: str) -> None:
    community = CommunityFactory.create(profile__network="vk")
    CommunityFactory.create(profile__client=community.client, profile__network="telegram")
    expected = Place(community_id=community.pk, evidence=Evidence.SESSION)
    assert place_by_visit(community.client, {"source": source}) == expected


@pytest.mark.parametrize("visit", [None, {}, {"source": "yandex"}, {"medium": "vk"}])
def test_a_visit_from_elsewhere_places_nothing(visit: dict[str, str] | None) -> None:
    community = CommunityFactory.create(profile__network="vk")
    assert place_by_visit(community.client, visit) == Place()


def test_of_two_communities_of_a_network_a_visit_tells_none() -> None:
    community = CommunityFactory.create(profile__network="vk")
    CommunityFactory.create(profile__client=community.client, profile__network="vk")
    assert place_by_visit(community.client, {"source": "vk"}) == Place()


def test_a_place_by_visit_stays_when_the_number_stands_nowhere() -> None:
    number = TrackingNumberFactory.create(number=NUMBER)
    community = CommunityFactory.create(profile__client=number.client)
    call = CallFactory.create(
        client=number.client,
        tracking_number=number,
        called_number=NUMBER,
        community=community,
        evidence=Evidence.SESSION,
        visit={"source": "vk"},
    )
    assert attribute_again(number) == 0
    call.refresh_from_db()
    assert call.community == community


def test_evidence_says_how_sure_it_is() -> None:
    ranks = [Evidence(rank).confidence.value for rank in sorted(Evidence.values)]
    assert ranks == ["high", "high", "medium", "medium", "low", "low"]
