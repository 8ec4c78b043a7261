import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from communities.models import Profile, WallPost
from communities.networks.records import PostFormat, PostReading
from communities.wall import StoredPosts, find_wall_posts, store_wall_posts
from tests.factories import NOON, ProfileFactory

LATER = NOON + dt.timedelta(days=1)


@pytest.fixture
def profile(db: None) -> Profile:
    return ProfileFactory.create(network="telegram")


def post(external_id: str, text: str = "", **told: Any) -> PostReading:
    reading = PostReading(external_id, "-1001", posted_at=NOON, read_at=NOON, text=text)
    return replace(reading, **told)


def store(profile: Profile, *readings: PostReading) -> StoredPosts:
    return store_wall_posts(profile, readings, at=LATER)


def counts(stored: StoredPosts) -> tuple[int, int, int]:
    return stored.new, stored.changed, stored.unchanged


def test_new_post_is_stored_with_what_was_told(profile: Profile) -> None:
    told = post("5", "Menu", format=PostFormat.PHOTO, is_pinned=True, is_ad=True)
    assert counts(store(profile, told)) == (1, 0, 0)
    row = WallPost.objects.get()
    assert (row.external_id, row.text, row.kind, row.is_pinned) == ("5", "Menu", "photo", True)
    assert (row.posted_at, row.first_seen_at, row.client) == (NOON, LATER, profile.client)
    assert (row.is_ad, row.is_repost, row.aliases, row.gone_at) == (True, False, [], None)


def test_same_posts_again_change_nothing(profile: Profile) -> None:
    posts = [post("5", "Menu"), post("6", "Album", aliases=("7", "8"), album_id="77")]
    store(profile, *posts)
    assert counts(store(profile, *posts)) == (0, 0, 2)


def test_edited_post_changes_and_unpinned_post_loses_its_mark(profile: Profile) -> None:
    store(profile, post("5", "Menu", is_pinned=True))
    assert counts(store(profile, post("5", "New menu"))) == (0, 1, 0)
    row = WallPost.objects.get()
    assert (row.text, row.is_pinned) == ("New menu", False)


def test_post_that_came_back_stands_again(profile: Profile) -> None:
    store(profile, post("5"))
    WallPost.objects.update(gone_at=NOON)
    assert counts(store(profile, post("5"))) == (0, 1, 0)
    assert WallPost.objects.get().gone_at is None


def test_source_without_texts_erases_none(profile: Profile) -> None:
    store(profile, post("5", "Menu", format=PostFormat.PHOTO, is_pinned=True))
    bare = [post("5"), post("6")]
    stored = store_wall_posts(profile, bare, at=LATER, tells=())
    assert counts(stored) == (1, 0, 1)
    told = WallPost.objects.order_by("external_id").values_list("text", "kind", "is_pinned")
    assert list(told) == [("Menu", "photo", True), ("", "", False)]


def test_postponed_post_takes_its_new_id(profile: Profile) -> None:
    store(profile, post("90", "Soon"))
    out = post("95", "Soon", aliases=("90",), postponed_id="90", posted_at=LATER)
    assert counts(store(profile, out)) == (0, 1, 0)
    row = WallPost.objects.get()
    assert (row.external_id, row.aliases, row.posted_at) == ("95", ["90"], LATER)
    assert counts(store(profile, out)) == (0, 0, 1)


def test_album_cut_into_two_batches_is_one_post(profile: Profile) -> None:
    store(profile, post("10", "Caption", album_id="77", aliases=("11",)))
    later = post("12", album_id="77", posted_at=LATER, format=PostFormat.PHOTO)
    assert counts(store(profile, later)) == (0, 1, 0)
    row = WallPost.objects.get()
    assert (row.external_id, row.aliases) == ("10", ["11", "12", "album:77"])
    assert (row.text, row.kind, row.posted_at) == ("Caption", "album", NOON)


def test_messages_of_one_album_in_one_batch_share_a_row(profile: Profile) -> None:
    stored = store(profile, post("10", "Text", album_id="7"), post("11", album_id="7"))
    assert counts(stored) == (1, 0, 0)
    assert [row.external_id for row in stored.rows] == ["10", "10"]
    assert WallPost.objects.get().aliases == ["11", "album:7"]


def test_wall_post_is_found_by_alias(profile: Profile) -> None:
    [row] = store(profile, post("10", album_id="7", aliases=("11",))).rows
    assert find_wall_posts(profile, ["11", "12"]) == {"11": row}
    assert find_wall_posts(ProfileFactory.create(), ["11"]) == {}


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_store_each_post_once() -> None:
    profile = ProfileFactory.create()
    posts = [post(str(number), album_id=str(number // 3)) for number in range(1, 31)]

    def work(number: int) -> int:
        try:
            return store(profile, *(posts if number % 2 else reversed(posts))).new
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(6))) == 11
    assert WallPost.objects.count() == 11
