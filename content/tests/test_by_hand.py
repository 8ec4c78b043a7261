"""Posting by hand: the address that a person tells is of this network and page."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from communities.models import WallPost
from content.by_hand import tell_address
from content.models import PostState, Publication, PublicationState
from content.tests.publishing_stage import LATER
from tests.factories import NOON, PublicationFactory, UserFactory

pytestmark = pytest.mark.django_db

S = PublicationState


def by_hand(**profile: Any) -> Publication:
    told = {f"community__profile__{name}": value for name, value in profile.items()}
    return PublicationFactory.create(
        state=S.BY_HAND, post__state=PostState.SCHEDULED, text="Words.", **told
    )


def tell(row: Publication, address: str, **values: Any) -> None:
    values = {"sent_at": NOON, "by": UserFactory.create(), "at": LATER, **values}
    tell_address(row, address, **values)


def test_told_address_is_published_as_told() -> None:
    row = by_hand(network="dzen", external_id="shop")
    tell(row, "dzen.ru/a/Zabc", sent_at=NOON - dt.timedelta(minutes=3))
    row.refresh_from_db()
    assert (row.state, row.url) == (S.SENT, "https://dzen.ru/a/Zabc")
    assert (row.sent_at, row.wall_post) == (NOON - dt.timedelta(minutes=3), None)
    assert row.post.state == PostState.PUBLISHED
    assert row.tries.get().outcome == "person"


def test_post_of_a_measured_network_gets_its_row_of_the_wall() -> None:
    row = by_hand(network="ok", external_id="55")
    tell(row, "https://ok.ru/group/55/topic/9001?from=feed")
    row.refresh_from_db()
    assert (row.external_id, row.wall_post) == ("9001", WallPost.objects.get())


@pytest.mark.parametrize(
    ("profile", "address", "words"),
    [
        (
            {"network": "vk", "external_id": "1"},
            "https://vk.com/wall-2_5",
            "stands on another page",
        ),
        ({"network": "vk", "external_id": "1"}, "https://vk.com/club1", "no post of this network"),
        ({"network": "vk", "external_id": "1"}, "https://t.me/shop/5", "no post of this network"),
        (
            {"network": "telegram", "external_id": "-1007", "screen_name": "shop"},
            "https://t.me/other/5",
            "stands on another page",
        ),
        ({"network": "dzen", "external_id": "shop"}, "yesterday", "no address"),
    ],
)
def test_wrong_address_is_refused_with_the_mend(
    profile: dict[str, str], address: str, words: str
) -> None:
    row = by_hand(**profile)
    with pytest.raises(ValidationError, match=words):
        tell(row, address)
    row.refresh_from_db()
    assert row.state == S.BY_HAND


@pytest.mark.parametrize(
    ("profile", "address"),
    [
        ({"network": "telegram", "external_id": "-1007", "screen_name": "@Shop"}, "t.me/shop/5"),
        ({"network": "telegram", "external_id": "@shop"}, "https://t.me/s/shop/5"),
        ({"network": "telegram", "external_id": "-1007"}, "https://t.me/c/7/5"),
        ({"network": "vk", "external_id": "1"}, "https://vk.com/club1?w=wall-1_5"),
    ],
)
def test_address_of_the_page_is_taken_however_it_is_written(
    profile: dict[str, str], address: str
) -> None:
    row = by_hand(**profile)
    tell(row, address)
    row.refresh_from_db()
    assert (row.state, row.external_id) == (S.SENT, "5")


def test_same_address_is_not_taken_twice() -> None:
    row = by_hand(network="vk", external_id="1")
    tell(row, "https://vk.com/wall-1_5")
    second = PublicationFactory.create(
        state=S.BY_HAND, post__client=row.client, community=row.community
    )
    with pytest.raises(ValidationError, match="Another publication has this address"):
        tell(second, "https://vk.com/wall-1_5")


@pytest.mark.parametrize("state", ["due", "sent", "sending"])
def test_only_what_waits_for_a_person_is_told(state: str) -> None:
    row = by_hand(network="vk", external_id="1")
    row.state = state
    with pytest.raises(ValidationError):
        tell(row, "https://vk.com/wall-1_5")


def test_two_people_tell_it_once() -> None:
    row = by_hand(network="vk", external_id="1")
    seen = Publication.objects.get(pk=row.pk)
    tell(row, "https://vk.com/wall-1_5")
    with pytest.raises(ValidationError):
        tell(seen, "https://vk.com/wall-1_6")
    row.refresh_from_db()
    assert row.external_id == "5"


def test_moment_to_come_is_refused() -> None:
    row = by_hand(network="vk", external_id="1")
    with pytest.raises(ValidationError, match="still to come"):
        tell(row, "https://vk.com/wall-1_5", sent_at=LATER + dt.timedelta(hours=1))
