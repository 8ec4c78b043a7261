"""Posts that somebody published natively are suggested to the plan, and tied by a person."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from content.likeness import is_same_text, likeness
from content.models import NativeMatch, Post, PostState, Publication, PublicationState
from content.wall_matches import NEAR, match_native_posts, refuse_match, tie
from tests.factories import NOON, PublicationFactory, UserFactory, WallPostFactory

S = PublicationState
TEXT = "Our bakery opens at eight and the first bread is warm"


def planned(**values: Any) -> Publication:
    values = {"state": S.BY_HAND, "text": TEXT, "post__state": PostState.SCHEDULED, **values}
    return PublicationFactory.create(**values)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (TEXT, 100),
        ("OUR bakery opens, at eight! And the first bread is warm https://x.example/a", 100),
        ("Our bakery opens at nine and the first bread is warm", 90),
        ("Our bakery opens at eight", 62),
        ("Something else entirely was written here by us", 0),
        ("", 0),
    ],
)
def test_likeness_is_the_share_of_words_in_common(other: str, expected: int) -> None:
    assert likeness(TEXT, other) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"), [("Hello there", "Hello", 0), ("Hello", "hello", 100)]
)
def test_few_words_must_be_the_same(one: str, other: str, expected: int) -> None:
    assert likeness(one, other) == expected


def test_empty_texts_are_never_the_same() -> None:
    assert (is_same_text("", " "), is_same_text("a  b\n", "a b")) == (False, True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "found"),
    [("planned", 1), ("due", 1), ("by_hand", 1), ("unknown", 1), ("sent", 0), ("cancelled", 0)],
)
def test_alike_post_near_the_time_is_suggested_once(state: str, found: int) -> None:
    row = planned(state=state, next_try_at=NOON, sent_at=NOON)
    WallPostFactory.create(profile=row.community.profile, text=f"{TEXT} today")
    assert match_native_posts(at=NOON) == found
    assert match_native_posts(at=NOON) == 0
    assert row.matches.count() == found
    row.refresh_from_db()
    assert row.state == state


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [
        {"text": "Something else entirely was written here by us"},
        {"posted_at": NOON + NEAR + dt.timedelta(minutes=1)},
        {"posted_at": NOON - NEAR - dt.timedelta(minutes=1)},
        {"gone_at": NOON},
    ],
)
def test_other_posts_are_not_suggested(values: dict[str, Any]) -> None:
    row = planned()
    WallPostFactory.create(profile=row.community.profile, **{"text": TEXT, **values})
    WallPostFactory.create(profile__client=row.client, text=TEXT)
    taken = WallPostFactory.create(profile=row.community.profile, text=TEXT)
    planned(
        state=S.SENT, sent_at=NOON, wall_post=taken, community=row.community,
        post__client=row.client,
    )  # fmt: skip
    assert match_native_posts(at=NOON) == 0


@pytest.mark.django_db
def test_person_ties_what_was_found() -> None:
    row, person = planned(), UserFactory.create()
    wall_post = WallPostFactory.create(
        profile=row.community.profile, text=TEXT, external_id="88", posted_at=NOON
    )
    match_native_posts(at=NOON)
    tie(row, wall_post, alike=100, by=person, at=NOON)
    row.refresh_from_db()
    assert (row.state, row.wall_post, row.sent_at) == (S.SENT, wall_post, NOON)
    assert row.url == f"https://vk.com/wall-{row.community.profile.external_id}_88"
    assert (row.matches.get().state, row.matches.get().decided_by) == ("taken", person)
    assert row.post.state == PostState.PUBLISHED
    other = planned(community=row.community, post__client=row.client)
    with pytest.raises(ValidationError, match="settled meanwhile"):
        tie(other, wall_post, alike=100, by=person, at=NOON)


@pytest.mark.django_db
def test_post_out_before_it_was_approved_is_published_by_who_tied_it() -> None:
    row, person = (
        planned(state=S.PLANNED, post__state=PostState.CLIENT_REVIEW),
        UserFactory.create(),
    )
    sister = planned(state=S.PLANNED, post=row.post)
    walls = [
        WallPostFactory.create(profile=each.community.profile, text=TEXT) for each in (row, sister)
    ]
    tie(row, walls[0], alike=100, by=person, at=NOON)
    assert Post.objects.get().state == PostState.CLIENT_REVIEW
    tie(sister, walls[1], alike=100, by=person, at=NOON)
    assert Post.objects.get().state == PostState.PUBLISHED
    move = row.post.moves.get()
    assert (move.old, move.new, move.moved_by) == ("client_review", "published", person)
    assert move.reason == "It was posted on the network before it was approved."


@pytest.mark.django_db
def test_refused_one_is_not_suggested_again() -> None:
    row = planned()
    WallPostFactory.create(profile=row.community.profile, text=TEXT)
    match_native_posts(at=NOON)
    match = NativeMatch.objects.get()
    refuse_match(match, by=UserFactory.create(), at=NOON)
    with pytest.raises(ValidationError):
        refuse_match(match, by=UserFactory.create(), at=NOON)
    assert match_native_posts(at=NOON) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "posted_at", "state"),
    [
        (TEXT, NOON, S.SENT),
        (TEXT, NOON - dt.timedelta(minutes=10), S.UNKNOWN),
        (f"{TEXT} today", NOON, S.UNKNOWN),
    ],
)
def test_only_the_lost_ones_own_text_is_tied_without_asking(
    text: str, posted_at: dt.datetime, state: str
) -> None:
    row = planned(state=S.UNKNOWN, sending_at=NOON)
    WallPostFactory.create(profile=row.community.profile, text=text, posted_at=posted_at)
    match_native_posts(at=NOON)
    row.refresh_from_db()
    assert row.state == state
