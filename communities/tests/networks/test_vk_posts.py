from datetime import UTC, datetime

import pytest

from communities.networks import vk_posts
from communities.networks.records import PostFormat, PostReading

NOW = datetime(2026, 11, 20, tzinfo=UTC)
# Field for field as wall.get 5.199 sends it.
ITEM: dict[str, object] = {
    "inner_type": "wall_wallpost",
    "is_pinned": 1,
    "comments": {"count": 2},
    "marked_as_ads": 1,
    "type": "post",
    "push_subscription": {"is_subscribed": False},
    "attachments": [{"type": "photo", "photo": {"id": 1}}, {"type": "photo", "photo": {"id": 2}}],
    "date": 1740031800,
    "edited": 1740031860,
    "from_id": -1001,
    "id": 35860,
    "likes": {"can_like": 0, "count": 123, "user_likes": 0},
    "owner_id": -1001,
    "post_type": "post",
    "postponed_id": 35800,
    "reposts": {"count": 29},
    "text": "День открытых дверей",
    "views": {"count": 3286},
}


def read(**changes: object) -> PostReading | None:
    body = {name: value for name, value in (ITEM | changes).items() if value is not None}
    return vk_posts.reading(body, group_id="1001", read_at=NOW)


def test_reading_takes_every_field() -> None:
    assert read() == PostReading(
        external_id="35860",
        profile_external_id="1001",
        posted_at=datetime(2025, 2, 20, 6, 10, tzinfo=UTC),
        read_at=NOW,
        text="День открытых дверей",
        url="https://vk.com/wall-1001_35860",
        format=PostFormat.ALBUM,
        edited_at=datetime(2025, 2, 20, 6, 11, tzinfo=UTC),
        is_pinned=True,
        is_ad=True,
        likes=123,
        comments=2,
        shares=29,
        views=3286,
        aliases=("35800",),
        postponed_id="35800",
    )


@pytest.mark.parametrize("missing", ["id", "date"])
def test_reading_without_id_or_date_is_no_post(missing: str) -> None:
    assert read(**{missing: None}) is None


def test_reading_of_another_wall_is_no_post() -> None:
    assert read(owner_id=-2) is None


@pytest.mark.parametrize(
    ("name", "attribute"),
    [("likes", "likes"), ("comments", "comments"), ("reposts", "shares"), ("views", "views")],
)
@pytest.mark.parametrize("value", [None, {}, {"count": "5"}, {"count": -1}, {"count": True}, 5])
def test_an_unreadable_counter_is_not_measured(name: str, attribute: str, value: object) -> None:
    reading = read(**{name: value})
    assert reading is not None
    assert getattr(reading, attribute) is None


def test_a_repost_is_told_by_its_history() -> None:
    reading = read(copy_history=[{"id": 5, "owner_id": -2, "text": "original"}])
    assert reading is not None
    assert reading.is_repost


@pytest.mark.parametrize(
    ("attachments", "expected"),
    [
        (None, PostFormat.TEXT),
        ([], PostFormat.TEXT),
        ([{"type": "photo"}], PostFormat.PHOTO),
        ([{"type": "photo"}, {"type": "photo"}], PostFormat.ALBUM),
        ([{"type": "photo"}, {"type": "video", "video": {}}], PostFormat.VIDEO),
        ([{"type": "video", "video": {"type": "short_video"}}], PostFormat.SHORT_VIDEO),
        ([{"type": "link"}, {"type": "photo"}], PostFormat.PHOTO),
        ([{"type": "poll"}], PostFormat.POLL),
        ([{"type": "market"}], PostFormat.OTHER),
    ],
)
def test_the_format_is_told_by_the_attachments(attachments: object, expected: PostFormat) -> None:
    reading = read(attachments=attachments)
    assert reading is not None
    assert reading.format is expected


def test_a_text_that_postgresql_cannot_hold_is_mended() -> None:
    reading = read(text="a\x00b\ud800c")
    assert reading is not None
    assert reading.text == "ab?c"
