"""What stands in the way of a post is found, each with its mend, and only what stands there."""

import datetime as dt
from typing import Any

import pytest

from clients.models import Client
from communities.models import AccessKey, Community
from communities.networks.publishing import PUBLISHERS
from content.models import Post, PublicationState
from content.post_checks import blocking, find_problems
from strategy.models import ContentSource
from tests.factories import (
    AccessKeyFactory,
    ClientFactory,
    CommunityFactory,
    PostFactory,
    PostFileFactory,
    PublicationFactory,
    TrackingNumberFactory,
)

pytestmark = pytest.mark.django_db

AT = dt.datetime(2026, 3, 10, 9, tzinfo=dt.UTC)
ALL = ["publish", "publish_photo", "publish_video"]


class Posts:
    """Says only that the program posts to the network itself."""


@pytest.fixture
def client() -> Client:
    return ClientFactory.create(country="RU", time_zone="Europe/Moscow")


@pytest.fixture
def community(client: Client) -> Community:
    key = AccessKeyFactory.create(
        client=client, network="vk", label="VK key", capabilities=ALL, state="works"
    )
    return CommunityFactory.create(
        profile__client=client, profile__title="Coffee", profile__access_key=key, state="running"
    )


@pytest.fixture
def post(community: Community) -> Post:
    """One that nothing stands in the way of."""
    post = PostFactory.create(client=community.client)
    PublicationFactory.create(post=post, community=community)
    return post


@pytest.fixture(autouse=True)
def publishers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PUBLISHERS, "vk", Posts())


def told(post: Post, *, at: dt.datetime = AT) -> list[tuple[str, str, bool]]:
    fresh = Post.objects.get(pk=post.pk)
    problems = find_problems(fresh, at=at)
    return [(problem.field, problem.text, problem.is_blocking) for problem in problems]


def change(row: Any, **values: Any) -> None:
    type(row).objects.filter(pk=row.pk).update(**values)


def test_nothing_stands_in_the_way(post: Post) -> None:
    assert told(post) == []


def test_required_fields(post: Post) -> None:
    change(post, source="", text_work="")
    assert told(post) == [
        ("source", "Say where the post comes from: choose its source.", True),
        ("text_work", "Say what was done to the text: choose the work on it.", True),
    ]


def test_internet_needs_its_address_and_licence(post: Post) -> None:
    change(post, source=ContentSource.CURATED, licence=" ")
    assert [(field, stops) for field, _text, stops in told(post)] == [
        ("source_url", True),
        ("licence", True),
    ]
    change(post, source_url="https://a.example/", licence="CC BY 4.0, A. Author")
    assert told(post) == []


def test_members_post_needs_whose_it_is(post: Post) -> None:
    change(post, source=ContentSource.USERS)
    assert told(post) == [
        ("licence", "A member made it: say whose it is, and that they agreed.", True)
    ]


def test_post_without_communities_goes_nowhere(post: Post) -> None:
    post.publications.update(state=PublicationState.CANCELLED)
    assert told(post) == [
        ("publications", "It goes out nowhere: add a community with its time.", True)
    ]


def test_time_is_planned_and_to_come(post: Post) -> None:
    post.publications.update(planned_at=dt.datetime(2026, 3, 10, 8, 30, tzinfo=dt.UTC))
    assert told(post) == [
        (
            "publications",
            "Coffee (VK): the planned time is past (03/10/2026 11:30 a.m.): give a later one.",
            True,
        )
    ]
    post.publications.update(state=PublicationState.DUE, next_try_at=AT)
    assert told(post) == []
    post.publications.update(planned_at=None)
    assert told(post) == [("publications", "Coffee (VK): no time is planned: give one.", True)]


def test_what_went_out_is_not_asked_any_more(post: Post) -> None:
    PublicationFactory.create(post=post, state=PublicationState.SENT, sent_at=AT, planned_at=AT)
    assert told(post) == []


def test_archived_community(post: Post, community: Community) -> None:
    change(community, state=Community.State.ARCHIVED)
    assert told(post) == [
        (
            "publications",
            "Coffee (VK): the community is archived: take it out, or open the community again.",
            True,
        )
    ]


def test_community_has_to_run_a_day_before(post: Post, community: Community) -> None:
    change(community, state=Community.State.SET_UP)
    text = "Coffee (VK): the community does not run yet (in set-up): launch it before the post."
    assert told(post, at=AT - dt.timedelta(days=1)) == [("publications", text, False)]
    assert told(post) == [("publications", text, True)]


def test_page_that_is_gone(post: Post, community: Community) -> None:
    change(community.profile, gone_at=AT)
    assert [field for field, _text, _stops in told(post)] == ["publications"]


def test_text_over_the_limit_of_its_network(post: Post) -> None:
    change(post, text="a" * 16_001)
    assert told(post) == [
        (
            "text",
            "Coffee (VK): The text has 16001 characters of 16000: shorten it by 1, or write another"
            " one for this community.",
            True,
        )
    ]
    post.publications.update(text="short")
    assert told(post) == []


def test_all_that_goes_out_is_counted(post: Post) -> None:
    change(post, text="a" * 15_990, hashtags="#coffee #tea")
    assert told(post)[0][1].startswith("Coffee (VK): The text has 16004 characters of 16000")


def test_file_that_the_network_does_not_take(post: Post) -> None:
    PostFileFactory.create(post=post, file__content_type="image/webp", file__name="a.webp")
    text = "Coffee (VK): “a.webp” is a WebP file; taken here: PNG, JPEG, GIF, MP4, MOV."
    assert told(post) == [("files", text, True)]


def test_file_of_another_community_is_not_counted_here(post: Post) -> None:
    other = CommunityFactory.create(profile__client=post.client)
    PostFileFactory.create(post=post, community=other, file__content_type="image/webp")
    assert told(post) == []


def test_picture_that_vanished(post: Post) -> None:
    change(post, format="photo")
    assert told(post) == [
        ("files", "The format is “photo”, but no such file is there: add it.", True)
    ]
    PostFileFactory.create(post=post, file__content=b"", file__name="a.png")
    assert told(post) == [("files", "“a.png” is empty: upload it again.", True)]


def test_tracking_number_out_of_use(post: Post) -> None:
    number = TrackingNumberFactory.create(
        client=post.client, number="+74951234567", is_active=False
    )
    change(post, tracking_number=number)
    assert [(field, stops) for field, _text, stops in told(post)] == [("tracking_number", True)]


def test_utm_needs_a_link(post: Post) -> None:
    change(post, utm="utm_source=vk")
    assert [field for field, _text, _stops in told(post)] == ["link"]


def test_key_that_is_refused(post: Post) -> None:
    AccessKey.objects.update(state="refused", state_note="User authorization failed")
    assert told(post) == [
        (
            "publications",
            "Coffee (VK): the network refuses the key “VK key” (User authorization failed):"
            " connect it anew.",
            True,
        )
    ]


def test_key_that_cannot_post_pictures(post: Post) -> None:
    AccessKey.objects.update(capabilities=["publish"], lacks={"publish_photo": "Group auth failed"})
    assert told(post) == []
    PostFileFactory.create(post=post)
    assert told(post) == [
        (
            "publications",
            "Coffee (VK): no key can do this here (publishing of pictures): add one that can."
            " Group auth failed",
            True,
        )
    ]
    AccessKeyFactory.create(client=post.client, network="vk", capabilities=ALL, state="works")
    assert told(post) == []


def test_key_that_runs_out_before(post: Post) -> None:
    AccessKey.objects.update(expires_at=dt.datetime(2026, 3, 11, tzinfo=dt.UTC))
    assert told(post) == [
        ("publications", "Coffee (VK): the key “VK key” runs out before that: renew it.", True)
    ]


def test_key_that_nobody_checked_is_told_only(post: Post) -> None:
    AccessKey.objects.update(state="unchecked", capabilities=[])
    assert [stops for _field, _text, stops in told(post)] == [False]


def test_no_key_at_all(post: Post) -> None:
    AccessKey.objects.all().delete()
    assert told(post) == [
        ("publications", "Coffee (VK): there is no key to post with: add one to the page.", True)
    ]


def test_network_that_is_posted_to_by_hand_needs_no_key(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    AccessKey.objects.all().delete()
    monkeypatch.delitem(PUBLISHERS, "vk")
    assert told(post) == []


def test_advertising_needs_its_identifier_in_russia(post: Post) -> None:
    change(post, is_ad=True)
    assert [(field, stops) for field, _text, stops in told(post)] == [
        ("erid", True),
        ("advertiser", True),
    ]
    PublicationFactory.create(
        post=post,
        community=CommunityFactory.create(
            profile__client=post.client, profile__network="ok", state="running"
        ),
    )
    assert len(told(post)) == 2
    change(post, erid="2Vtzqw", advertiser="ООО «Кофе», ИНН 7700000000")
    assert told(post) == []


def test_advertising_elsewhere_obeys_that_country(post: Post) -> None:
    change(post, is_ad=True)
    change(post.client, country="KZ")
    assert told(post) == []


def test_no_advertising_on_instagram_in_russia(post: Post) -> None:
    change(post, is_ad=True, erid="2Vtzqw", advertiser="ООО", format="photo")
    place = CommunityFactory.create(profile__client=post.client, profile__network="instagram")
    PostFileFactory.create(
        post=post, file__content_type="image/jpeg", file__width=500, file__height=500
    )
    PublicationFactory.create(post=post, community=place)
    assert [(field, stops) for field, _text, stops in told(post)] == [("is_ad", True)]


def test_blocking_ones_come_first(post: Post) -> None:
    AccessKey.objects.update(state="unchecked", capabilities=[])
    change(post, source="")
    problems = find_problems(Post.objects.get(pk=post.pk), at=AT)
    assert [problem.is_blocking for problem in problems] == [True, False]
    assert blocking(problems) == problems[:1]
