"""The curated share: by publications, on the client's days, native posts among them."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from clients.models import Client
from content.calendar import read_calendar
from content.curated import (
    CuratedShare,
    allowed_of,
    curated_share,
    month_of,
    native_posts,
    rolling_to,
    unclassified,
)
from content.models import PublicationState
from strategy.models import ContentSource
from tests.factories import (
    ClientFactory,
    CommunityFactory,
    ContentRulesFactory,
    NativePostFactory,
    PostFactory,
    PublicationFactory,
    StrategyVersionFactory,
    WallPostFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db

MARCH = (dt.date(2026, 3, 1), dt.date(2026, 3, 31))
NOON = dt.datetime(2026, 3, 11, 9, tzinfo=dt.UTC)


@pytest.fixture
def client() -> Client:
    """With a strategy in force whose cap is 30 %."""
    version = StrategyVersionFactory.create()
    ContentRulesFactory.create(version=version, curated_cap=Decimal("0.30"))
    return approve_in_place(version).client


def publish(client: Client, source: str = ContentSource.CURATED, **values: Any) -> Any:
    post = {key[6:]: values.pop(key) for key in list(values) if key.startswith("post__")}
    return PublicationFactory.create(
        post=PostFactory.create(client=client, source=source, **post), **values
    )


def test_a_post_in_three_communities_counts_three_times(client: Client) -> None:
    post = PostFactory.create(client=client, source=ContentSource.CURATED)
    PublicationFactory.create_batch(3, post=post)
    publish(client, ContentSource.OWN)
    share = curated_share(client, *MARCH)
    assert share == CuratedShare(3, 4, 0, Decimal("0.30"))
    assert share.share == Decimal("0.75")


def test_source_decides_whatever_was_done_to_the_text(client: Client) -> None:
    publish(client, ContentSource.CURATED, post__text_work="rewrite")
    publish(client, ContentSource.USERS, post__text_work="repost")
    publish(client, ContentSource.CLIENT_MATERIAL)
    assert curated_share(client, *MARCH) == CuratedShare(1, 3, 0, Decimal("0.30"))


def test_cancelled_and_timeless_ones_do_not_count(client: Client) -> None:
    publish(client, state=PublicationState.CANCELLED)
    publish(client, post__state="cancelled")
    publish(client, planned_at=None)
    share = curated_share(client, *MARCH)
    assert share == CuratedShare(0, 0, 0, Decimal("0.30"))
    assert share.share is None


def test_day_is_the_clients_and_of_going_out(client: Client) -> None:
    # 31 March 23:30 in Moscow; one minute past midnight of April there.
    publish(client, planned_at=dt.datetime(2026, 3, 31, 20, 30, tzinfo=dt.UTC))
    publish(client, planned_at=dt.datetime(2026, 3, 31, 21, 1, tzinfo=dt.UTC))
    late = dt.datetime(2026, 4, 2, 9, tzinfo=dt.UTC)
    publish(client, planned_at=NOON, state=PublicationState.SENT, sent_at=late)
    assert curated_share(client, *MARCH).curated == 1


def test_native_posts_count_once_they_are_classified(client: Client) -> None:
    profile = CommunityFactory.create(profile__client=client).profile
    WallPostFactory.create(profile=profile)
    NativePostFactory.create(wall_post__profile=profile, source=ContentSource.CURATED)
    NativePostFactory.create(wall_post__profile=profile)
    assert curated_share(client, *MARCH) == CuratedShare(1, 2, 1, Decimal("0.30"))
    assert unclassified(client, *MARCH) == 1


def test_what_is_ours_gone_or_a_competitors_is_no_native_post(client: Client) -> None:
    sent = publish(client, state=PublicationState.SENT, sent_at=NOON, external_id="55")
    profile = sent.community.profile
    WallPostFactory.create(profile=profile, external_id="55")
    tied = WallPostFactory.create(profile=profile, external_id="56")
    publish(client, wall_post=tied, community=sent.community)
    WallPostFactory.create(profile=profile, gone_at=NOON)
    WallPostFactory.create(profile__client=client, profile__relation="competitor")
    WallPostFactory.create()
    assert curated_share(client, *MARCH) == CuratedShare(2, 2, 0, Decimal("0.30"))


def test_published_share_is_of_what_stands(client: Client) -> None:
    publish(client, state=PublicationState.SENT, sent_at=NOON)
    publish(client, ContentSource.OWN)
    assert curated_share(client, *MARCH).share == Decimal("0.5")
    assert curated_share(client, *MARCH, is_out=True).share == 1


def test_cap_is_of_the_version_in_force_on_the_last_day(client: Client) -> None:
    assert curated_share(client, dt.date(2019, 1, 1), dt.date(2019, 1, 31)).cap is None
    assert curated_share(ClientFactory.create(), *MARCH).allowed is None


@pytest.mark.parametrize(
    ("cap", "counted", "allowed"),
    [("0.30", 10, 3), ("0.30", 9, 2), ("0.30", 3, 0), ("0.50", 1, 0), ("0.20", 5, 1)],
)
def test_allowed_number_is_rounded_down(cap: str, counted: int, allowed: int) -> None:
    assert allowed_of(Decimal(cap), counted) == allowed


def test_near_and_over() -> None:
    cap = Decimal("0.30")
    assert [CuratedShare(number, 20, 0, cap).is_near for number in (4, 5, 6, 7)] == [
        False, True, True, True,
    ]  # fmt: skip
    assert [CuratedShare(number, 20, 0, cap).is_over for number in (5, 6, 7)] == [
        False, False, True,
    ]  # fmt: skip
    assert not CuratedShare(5, 5).is_over


def test_periods() -> None:
    assert month_of(dt.date(2028, 2, 10)) == (dt.date(2028, 2, 1), dt.date(2028, 2, 29))
    assert rolling_to(dt.date(2026, 3, 30)) == (dt.date(2026, 3, 1), dt.date(2026, 3, 30))


@pytest.mark.parametrize(
    ("publication", "wall"),
    [
        ({"external_id": "95", "aliases": ["90"]}, {"external_id": "90"}),
        ({"external_id": "90"}, {"external_id": "95", "aliases": ["90", "91"]}),
    ],
)
def test_other_ids_of_a_publication_are_no_native_post(
    client: Client, publication: dict[str, Any], wall: dict[str, Any]
) -> None:
    community = CommunityFactory.create(profile__client=client)
    publish(client, community=community, state="sent", sent_at=NOON, **publication)
    WallPostFactory.create(profile=community.profile, posted_at=NOON, **wall)
    other = WallPostFactory.create(profile=community.profile, posted_at=NOON)
    assert list(native_posts(client)) == [other]
    reading = read_calendar([client], *MARCH, at=NOON)
    assert [entry.wall_post_id for entry in reading.entries] == [None, other.pk]
