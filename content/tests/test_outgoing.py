"""What goes out: everything in its order, and nothing twice."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from content.models import Publication
from content.outgoing import (
    closing_text,
    files_of,
    outgoing_link,
    outgoing_text,
    shown_number,
    tidy,
)
from content.utm import check_utm, with_utm
from tests.factories import (
    CommunityFactory,
    PostFactory,
    PostFileFactory,
    PublicationFactory,
    TrackingNumberFactory,
)

pytestmark = pytest.mark.django_db

FULL: dict[str, Any] = {
    "text": "New menu.\r\n\r\nCome in! ",
    "call_to_action": "Book a table:",
    "link": "https://coffee.example/menu?a=1#top",
    "utm": "utm_source={network}&utm_medium=post",
    "hashtags": "#coffee #menu",
    "is_ad": True,
    "erid": "2Vtzqw",
    "advertiser": "ООО «Кофе», ИНН 7700000000",
}


def publication(network: str = "vk", text: str = "", **post: Any) -> Publication:
    row = PostFactory.create(**{"text": "", **post})
    return PublicationFactory.create(
        post=row,
        text=text,
        community=CommunityFactory.create(profile__client=row.client, profile__network=network),
    )


def test_plain_text_goes_out_alone() -> None:
    assert outgoing_text(publication(text="Here\r\n", **{"title": "T"})) == "Here"


def test_variant_stands_for_the_text_of_the_post() -> None:
    assert outgoing_text(publication(**FULL)).startswith("New menu.\n\nCome in!\n\nBook")


def test_everything_stands_in_its_order() -> None:
    row = publication("telegram", **FULL)
    number = TrackingNumberFactory.create(client=row.client, number="+74951234567")
    row.post.tracking_number = number
    assert outgoing_text(row) == (
        "New menu.\n\nCome in!\n\n"
        "Book a table:\n+7 495 123-45-67\n"
        "https://coffee.example/menu?a=1&utm_source=telegram&utm_medium=post#top\n\n"
        "#coffee #menu\n\n"
        "Реклама. ООО «Кофе», ИНН 7700000000. erid: 2Vtzqw"
    )


def test_vk_shows_the_word_itself() -> None:
    assert outgoing_text(publication("vk", **FULL)).endswith(
        "#coffee #menu\n\nООО «Кофе», ИНН 7700000000. erid: 2Vtzqw"
    )


def test_marking_is_by_the_law_of_the_day() -> None:
    row = publication("telegram", **FULL)
    assert outgoing_text(row, on=dt.date(2022, 8, 31)).endswith(
        "\n\nООО «Кофе», ИНН 7700000000. erid: 2Vtzqw"
    )


def test_post_without_advertising_has_no_marking() -> None:
    assert closing_text(publication("telegram", erid="2Vtzqw", advertiser="ООО")) == ""


@pytest.mark.parametrize(
    ("link", "utm", "made"),
    [
        ("", "utm_source=vk", ""),
        ("https://a.example", "", "https://a.example"),
        ("https://a.example", "utm_source=vk", "https://a.example?utm_source=vk"),
        ("https://a.example/?b=2", "?utm_source=vk", "https://a.example/?b=2&utm_source=vk"),
        ("https://a.example/#c", "utm_source=v k", "https://a.example/?utm_source=v+k#c"),
    ],
)
def test_utm_is_added_to_the_link(link: str, utm: str, made: str) -> None:
    assert with_utm(link, utm, network="vk") == made


def test_link_names_its_network() -> None:
    row = publication("ok", link="https://a.example/", utm="utm_source={network}")
    assert outgoing_link(row) == "https://a.example/?utm_source=ok"


def test_numbers_are_written_as_people_write_them() -> None:
    assert shown_number("+78123456789") == "+7 812 345-67-89"
    assert shown_number("not a number") == "not a number"


def test_line_ends_are_one_character() -> None:
    assert tidy(" a\r\nb\rc\n") == "a\nb\nc"


def test_files_are_those_of_the_community_in_their_order() -> None:
    row = publication()
    other = CommunityFactory.create(profile__client=row.client)
    last = PostFileFactory.create(post=row.post, position=3)
    here = PostFileFactory.create(post=row.post, position=1, community=row.community)
    PostFileFactory.create(post=row.post, position=2, community=other)
    assert files_of(row, list(row.post.files.all())) == [here, last]


@pytest.mark.parametrize(
    ("utm", "kept"),
    [("", ""), (" ?utm_source=vk& ", "utm_source=vk"), ("a=1&b={network}", "a=1&b={network}")],
)
def test_utm_is_pasted_in_many_ways(utm: str, kept: str) -> None:
    assert check_utm(utm, "https://a.example/") == kept


@pytest.mark.parametrize("utm", ["utm_source", "utm_source=", "a=1&&b=2", "a=b c", "a=1#x"])
def test_utm_that_is_no_pairs_is_refused(utm: str) -> None:
    with pytest.raises(ValidationError):
        check_utm(utm, "")


def test_utm_that_the_link_carries_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        check_utm("utm_source=vk&b=1", "https://a.example/?utm_source=x")
    assert refused.value.messages == [
        "The link carries utm_source already: take it out of one of them."
    ]
