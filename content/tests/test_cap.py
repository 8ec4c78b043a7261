"""The cap on the curated share: refused where a post is approved, in every window it stands in."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from clients.models import Client
from content.cap import check_cap, rolling_window, standings_of
from content.caps import cap_of_days
from content.curated import curated_share, month_of
from content.curated_lines import share_lines
from content.models import Post, PostState, PublicationState
from content.moving import move_publication
from content.planning import propose
from content.post_checks import blocking, find_problems
from strategy.models import ContentSource
from tests.factories import (
    CommunityFactory,
    ContentRulesFactory,
    NativePostFactory,
    PostFactory,
    PublicationFactory,
    StrategyVersionFactory,
    UserFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db

AT = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)


def make_client(cap: str = "0.30", **facts: Any) -> Client:
    version = StrategyVersionFactory.create(**facts)
    ContentRulesFactory.create(version=version, curated_cap=Decimal(cap))
    return approve_in_place(version).client


@pytest.fixture
def client() -> Client:
    return make_client()


def on(month: int, day: int) -> dt.datetime:
    return dt.datetime(2026, month, day, 9, tzinfo=dt.UTC)


def add(client: Client, *moments: dt.datetime, curated: bool = False, **values: Any) -> Post:
    """A post with a publication at each of the moments."""
    source = ContentSource.CURATED if curated else ContentSource.OWN
    facts = {"source_url": "https://a.example/", "licence": "CC BY"} if curated else {}
    post = PostFactory.create(client=client, source=source, **facts, **values)
    community = client.communities.first() or CommunityFactory.create(profile__client=client)
    for number, moment in enumerate(moments):
        place = community if not number else CommunityFactory.create(profile__client=client)
        PublicationFactory.create(post=post, community=place, planned_at=moment)
    return post


def fill(client: Client, own: int, curated: int = 0, *, month: int = 3) -> None:
    for number in range(own):
        add(client, on(month, 1 + number % 28))
    for number in range(curated):
        add(client, on(month, 1 + number), curated=True, state=PostState.CLIENT_APPROVED)


def said(post: Post) -> list[tuple[bool, str]]:
    return [(each.is_blocking, each.text) for each in check_cap(post, at=AT)]


def test_last_place_under_the_cap_is_taken_and_no_more(client: Client) -> None:
    fill(client, own=7, curated=2)
    third = add(client, on(3, 20), curated=True)
    assert [stops for stops, _text in said(third)] == [False]
    Post.objects.filter(pk=third.pk).update(state=PostState.INTERNAL_APPROVED)
    fourth = add(client, on(3, 21), curated=True)
    assert said(fourth) == [
        (
            True,
            "From the internet in March 2026: 4 of 11 publications with this post, at most 3 may be"
            " (30 %, rounded down). Choose another post, or have it let through above the cap.",
        )
    ]


def test_drafts_hold_no_place_under_the_cap(client: Client) -> None:
    fill(client, own=7)
    for day in (1, 2, 3):
        add(client, on(3, day), curated=True, state=PostState.DRAFT)
    assert [stops for stops, _text in said(add(client, on(3, 4), curated=True))] == []


def test_post_that_is_not_curated_is_not_asked(client: Client) -> None:
    fill(client, own=0, curated=3)
    assert said(add(client, on(3, 20))) == []


def test_each_community_counts(client: Client) -> None:
    fill(client, own=7)
    assert [stops for stops, _text in said(add(client, *[on(3, 20)] * 4, curated=True))] == [True]
    assert [stops for stops, _text in said(add(client, *[on(3, 20)] * 3, curated=True))] == []


def test_warned_within_five_points(client: Client) -> None:
    fill(client, own=15, curated=4)
    assert said(add(client, on(3, 28), curated=True)) == [
        (
            False,
            "From the internet in March 2026: 5 of 20 publications with this post; the cap is"
            " 30 % (6).",
        )
    ]


def test_months_edge_is_no_way_round(client: Client) -> None:
    """Each month is within its cap, the thirty days across the edge are not."""
    for day in range(10, 20):
        add(client, on(3, day))
        add(client, on(4, day + 10))
    for day in (28, 29, 30, 31):
        add(client, on(3, day), curated=True, state=PostState.SCHEDULED)
    first = add(client, on(4, 1), curated=True)
    stops, text = said(first)[0]
    assert stops
    assert text.startswith("From the internet in 03/10/2026 – 04/08/2026: 5 of 15 publications")


def test_earlier_post_is_refused_by_a_later_window(client: Client) -> None:
    for day in range(10, 20):
        add(client, on(3, day))
        add(client, on(4, day + 10))
    for day in (1, 2, 3, 4):
        add(client, on(4, day), curated=True, state=PostState.SCHEDULED)
    stops, text = said(add(client, on(3, 31), curated=True))[0]
    assert stops
    assert "– 04/0" in text


def test_first_weeks_of_the_work_are_counted_forward(client: Client) -> None:
    fill(client, own=20)
    Post.objects.filter(publications__planned_at__lt=on(3, 3)).delete()
    assert said(add(client, on(3, 2), curated=True)) == []


def test_pause_is_no_new_beginning(client: Client) -> None:
    """The first days of the thirty are empty, and the client worked long before them."""
    add(client, dt.datetime(2026, 2, 10, 9, tzinfo=dt.UTC))
    for day in (20, 21, 22):
        add(client, on(3, day))
        add(client, on(3, day + 5), curated=True, state=PostState.SCHEDULED)
    for day in (6, 7, 8):
        add(client, on(4, day))
    for day in range(9, 19):
        add(client, on(4, day))
    fourth = add(client, on(4, 8), curated=True)
    stops, text = said(fourth)[0]
    assert stops
    assert text.startswith("From the internet in 03/10/2026 – 04/08/2026: 4 of 10 publications")


def test_post_page_counts_the_same_thirty_days(client: Client) -> None:
    for day in (5, 12, 25, 30):
        add(client, on(3, day))
    post = add(client, on(3, 7), curated=True)
    add(client, on(4, 2))
    [rolling] = [line for line in share_lines(client, on=dt.date(2026, 3, 7)) if "30" in line.name]
    window = rolling_window(dt.date(2026, 3, 7), dt.date(2026, 3, 5))
    [standing] = [each for each in standings_of(post) if each.window == window]
    assert (standing.share.counted, rolling.planned.counted) == (6, 6)


def test_version_that_starts_inside_the_month_is_the_cap_of_all_its_pages() -> None:
    client = make_client(ends_on=dt.date(2026, 3, 15))
    first = client.strategy_versions.get()
    second = StrategyVersionFactory.create(
        client=client, engagement=first.engagement, starts_on=dt.date(2026, 3, 16)
    )
    ContentRulesFactory.create(version=second, curated_cap=Decimal("0.20"))
    approve_in_place(second)
    post = add(client, on(3, 10), curated=True)
    month = month_of(dt.date(2026, 3, 10))
    caps = {
        curated_share(client, *month).cap,
        share_lines(client, on=dt.date(2026, 3, 10))[0].planned.cap,
        next(each.share.cap for each in standings_of(post) if each.window.days == month),
        cap_of_days(client, *month),
        propose(client, month[0], on=dt.date(2026, 3, 1)).cap,
    }
    assert caps == {Decimal("0.20")}


def drag(post: Post, to: dt.datetime) -> None:
    row = post.publications.get()
    move_publication(
        row, to=to, by=UserFactory.create(is_superuser=True), at=AT,
        seen_state=row.state, seen_at=row.planned_at,
    )  # fmt: skip


def test_approved_post_is_not_dragged_above_the_cap(client: Client) -> None:
    fill(client, own=9)
    add(client, on(6, 1))
    post = add(client, on(3, 20), curated=True, state=PostState.CLIENT_APPROVED)
    with pytest.raises(ValidationError, match=r"There it would stand .* in June 2026 1"):
        drag(post, on(6, 2))
    assert post.publications.get().planned_at == on(3, 20)
    drag(post, on(3, 21))
    drag(add(client, on(3, 22), curated=True), on(6, 2))


def test_leave_to_stand_above_the_cap_is_of_its_month(client: Client) -> None:
    fill(client, own=9)
    add(client, on(6, 1))
    leave = {"over_cap_by": UserFactory.create(), "over_cap_reason": "The client asked for it."}
    post = add(client, on(6, 20), curated=True, state=PostState.CLIENT_APPROVED, **leave)
    drag(post, on(6, 21))
    post.refresh_from_db()
    assert post.over_cap_by is not None
    with pytest.raises(ValidationError, match="July 2026"):
        drag(post, on(7, 21))
    drag(post, on(3, 21))
    assert Post.objects.filter(pk=post.pk, over_cap_by=None, over_cap_reason="").exists()


def test_native_posts_count(client: Client) -> None:
    fill(client, own=7)
    profile = client.communities.get().profile
    for day in (5, 6, 7):
        NativePostFactory.create(
            wall_post__profile=profile,
            wall_post__posted_at=on(3, day),
            source=ContentSource.CURATED,
        )
    assert [stops for stops, _text in said(add(client, on(3, 20), curated=True))] == [True]


def test_named_person_lets_it_through(client: Client) -> None:
    fill(client, own=1)
    post = add(client, on(3, 20), curated=True)
    assert [stops for stops, _text in said(post)] == [True]
    post.over_cap_by, post.over_cap_reason = UserFactory.create(), "The client asked for it"
    assert said(post) == []


def test_what_was_let_through_is_told_only(client: Client) -> None:
    fill(client, own=1)
    post = add(client, on(3, 20), curated=True, state=PostState.SCHEDULED)
    assert [stops for stops, _text in said(post)] == [False]


def test_no_strategy_no_cap(client: Client) -> None:
    post = add(client, dt.datetime(2019, 3, 1, 9, tzinfo=dt.UTC), curated=True)
    assert said(post) == []


def test_cancelled_publication_stands_nowhere(client: Client) -> None:
    post = add(client, on(3, 20), curated=True)
    post.publications.update(state=PublicationState.CANCELLED)
    assert said(post) == []


def test_cap_is_among_the_problems(client: Client) -> None:
    post = add(client, on(3, 20), curated=True)
    assert "source" in [each.field for each in blocking(find_problems(post, at=AT))]


@pytest.mark.django_db(transaction=True)
def test_of_two_approved_at_once_one_is_refused() -> None:
    """Room for one: both see it free unless the second one waits for the first."""
    client = make_client()
    fill(client, own=8, curated=2)
    posts = [add(client, on(3, day), curated=True) for day in (20, 21)]
    add(client, on(3, 22))
    start = Barrier(2)

    def approve(pk: int) -> bool:
        try:
            with transaction.atomic():
                post = Post.objects.select_for_update().get(pk=pk)
                start.wait(timeout=20)
                if blocking(check_cap(post, at=AT)):
                    return False
                post.state = PostState.INTERNAL_APPROVED
                post.save(update_fields=["state"])
                return True
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        passed = list(pool.map(approve, [post.pk for post in posts]))
    assert sorted(passed) == [False, True]
