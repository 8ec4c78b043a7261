import datetime as dt
from typing import Any

import pytest

from clients.models import Client, TrackingNumber
from kpi.attribution import (
    NETWORK_BY_SOURCE,
    Place,
    attribute,
    attribute_again,
    dialled_number,
    place_by_visit,
)
from kpi.models import Call, Evidence, NumberPlacement
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


def tied(call: Call) -> tuple[int | None, int | None, int | None]:
    """The number, the community and the evidence that the call has now."""
    [row] = Call.objects.filter(pk=call.pk).values_list(
        "tracking_number_id", "community_id", "evidence"
    )
    return row


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
    said = {"evidence": Evidence.PROMO_CODE, "placed_by_hand": True}
    word = CallFactory.create(**{**unknown, **said})
    elsewhere = CallFactory.create(community=None, evidence=None, called_number=NUMBER)
    number = TrackingNumberFactory.create(client=client, number=NUMBER)
    placement = NumberPlacementFactory.create(number=number)
    assert attribute_again(number) == 2
    assert attribute_again(number) == 0
    assert [tied(row) for row in (call, word, elsewhere)] == [
        (number.pk, placement.community_id, Evidence.COMMUNITY_NUMBER),
        (number.pk, None, Evidence.PROMO_CODE),
        (None, None, None),
    ]


@pytest.mark.parametrize("rank", [Evidence.PROMO_CODE, Evidence.OPERATOR, Evidence.MEMBER])
def test_a_number_is_stronger_than_what_was_said_of_a_whole_file(rank: Evidence) -> None:
    client = ClientFactory.create()
    of_file = CommunityFactory.create(profile__client=client)
    call = CallFactory.create(client=client, community=of_file, evidence=rank, called_number=NUMBER)
    number = TrackingNumberFactory.create(client=client, number=NUMBER)
    assert attribute_again(number) == 1
    assert tied(call) == (number.pk, of_file.pk, rank)
    placement = NumberPlacementFactory.create(number=number)
    assert attribute_again(number) == 1
    assert tied(call) == (number.pk, placement.community_id, Evidence.COMMUNITY_NUMBER)


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
    old, said = {"called_number": NUMBER}, {"evidence": Evidence.OPERATOR}
    by_number, by_file, by_hand, not_told = (
        CallFactory.create(**place, tracking_number=number, **fields)
        for fields in (old, old | said, old | {"placed_by_hand": True}, {"called_number": ""})
    )
    number.number = "+74957654321"
    number.save()
    assert attribute_again(number) == 3
    community = placement.community_id
    assert [tied(call) for call in (by_number, by_file, by_hand, not_told)] == [
        (None, None, None),
        (None, community, Evidence.OPERATOR),
        (None, community, Evidence.COMMUNITY_NUMBER),
        (number.pk, community, Evidence.COMMUNITY_NUMBER),
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
    assert attribute_again(placement.number) == 1
    assert attribute_again(placement.number) == 0
    assert tied(call) == (placement.number_id, given.pk, Evidence.COMMUNITY_NUMBER)


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


def visited(**fields: Any) -> Call:
    """A call on NUMBER that its visit placed."""
    community = CommunityFactory.create(profile__network="vk")
    call: Call = CallFactory.create(
        client=community.client,
        called_number=NUMBER,
        community=community,
        evidence=Evidence.SESSION,
        visit={"source": " VK.com"},
        **fields,
    )
    return call


def place_elsewhere(number: TrackingNumber) -> NumberPlacement:
    """In a community of another network, so that the visit still tells its own."""
    community = CommunityFactory.create(profile__client=number.client, profile__network="telegram")
    placement: NumberPlacement = NumberPlacementFactory.create(number=number, community=community)
    return placement


def test_a_call_placed_by_its_visit_is_tied_to_a_number_that_is_entered_later() -> None:
    call = visited()
    number = TrackingNumberFactory.create(client=call.client, number=NUMBER)
    assert attribute_again(number) == 1
    assert tied(call) == (number.pk, call.community_id, Evidence.SESSION)
    placement = place_elsewhere(number)
    assert attribute_again(number) == 1
    assert tied(call) == (number.pk, placement.community_id, Evidence.COMMUNITY_NUMBER)


def test_a_call_falls_back_to_its_visit_when_the_number_is_taken_down() -> None:
    call = visited()
    number = TrackingNumberFactory.create(client=call.client, number=NUMBER)
    placement = place_elsewhere(number)
    attribute_again(number)
    placement.delete()
    assert attribute_again(number) == 1
    assert tied(call) == (number.pk, call.community_id, Evidence.SESSION)
    CommunityFactory.create(profile__client=call.client, profile__network="vk")
    assert attribute_again(number) == 1
    assert tied(call) == (number.pk, None, None)


def test_a_call_that_is_let_go_falls_back_to_its_visit() -> None:
    call = visited()
    number = TrackingNumberFactory.create(client=call.client, number=NUMBER)
    place_elsewhere(number)
    attribute_again(number)
    number.number = "+74957654321"
    number.save()
    assert attribute_again(number) == 1
    assert tied(call) == (None, call.community_id, Evidence.SESSION)


@pytest.mark.parametrize("source", [*NETWORK_BY_SOURCE, " VK ", "yandex", ""])
def test_sql_reads_a_visit_as_the_entry_of_a_call_does(source: str) -> None:
    number = TrackingNumberFactory.create(number=NUMBER)
    for network in ("vk", "telegram"):
        CommunityFactory.create(profile__client=number.client, profile__network=network)
    call = CallFactory.create(
        client=number.client, tracking_number=number, called_number=NUMBER, community=None,
        evidence=None, visit={"source": source},
    )  # fmt: skip
    attribute_again(number)
    place = place_by_visit(number.client, call.visit)
    assert tied(call) == (number.pk, place.community_id, place.evidence)


def test_evidence_says_how_sure_it_is() -> None:
    ranks = [Evidence(rank).confidence.value for rank in sorted(Evidence.values)]
    assert ranks == ["high", "high", "medium", "medium", "low", "low"]
