from datetime import UTC, datetime
from typing import Any

import pytest

from communities.networks.records import PostFormat, PostReading, ReactionReading
from communities.networks.telegram_updates import parse_updates

NOW = datetime(2026, 1, 2, tzinfo=UTC)
CHAT = {"id": -1001234567890, "title": "Кофе", "username": "coffee", "type": "channel"}
PROFILE = "-1001234567890"


def message(number: int, **more: Any) -> dict[str, Any]:
    return {"message_id": number, "sender_chat": CHAT, "chat": CHAT, "date": 1767270000, **more}


def new(update_id: int, number: int, **more: Any) -> dict[str, Any]:
    return {"update_id": update_id, "channel_post": message(number, **more)}


def test_a_channel_post_becomes_a_reading_without_counters() -> None:
    updates = parse_updates([new(900001, 310, text="Новое меню")], read_at=NOW)
    assert updates.posts == (
        PostReading(
            external_id="310",
            profile_external_id=PROFILE,
            posted_at=datetime(2026, 1, 1, 12, 20, tzinfo=UTC),
            read_at=NOW,
            text="Новое меню",
            url="https://t.me/coffee/310",
        ),
    )
    assert updates.next_offset == 900002


def test_a_private_channel_has_an_address_of_its_own() -> None:
    chat = {"id": -1001234567890, "title": "Кофе", "type": "channel"}
    updates = parse_updates([new(1, 310, chat=chat)], read_at=NOW)
    assert updates.posts[0].url == "https://t.me/c/1234567890/310"


def test_an_edited_post_is_kept_apart() -> None:
    update = {"update_id": 5, "edited_channel_post": message(310, text="Б", edit_date=1767270060)}
    updates = parse_updates([update], read_at=NOW)
    assert updates.posts == ()
    assert [(post.text, post.edited_at) for post in updates.edited_posts] == [
        ("Б", datetime(2026, 1, 1, 12, 21, tzinfo=UTC))
    ]


def test_an_album_is_one_post_with_the_other_messages_as_aliases() -> None:
    parts = [
        new(2, 312, media_group_id="77", photo=[{}]),
        new(1, 311, media_group_id="77", photo=[{}], caption="Фото с праздника"),
        new(3, 313, media_group_id="77", photo=[{}]),
        new(4, 314, text="Другое"),
    ]
    updates = parse_updates(parts, read_at=NOW)
    assert [(p.external_id, p.aliases, p.text, p.format, p.album_id) for p in updates.posts] == [
        ("311", ("312", "313"), "Фото с праздника", PostFormat.ALBUM, "77"),
        ("314", (), "Другое", PostFormat.TEXT, None),
    ]


def test_albums_of_two_channels_with_one_id_stay_apart() -> None:
    other = CHAT | {"id": -1009999999999}
    parts = [new(1, 1, media_group_id="77"), new(2, 1, media_group_id="77", chat=other)]
    assert len(parse_updates(parts, read_at=NOW).posts) == 2


def test_the_same_message_twice_is_one_post() -> None:
    updates = parse_updates([new(1, 310, text="a"), new(2, 310, text="b")], read_at=NOW)
    assert [post.text for post in updates.posts] == ["b"]


def test_reaction_counts_are_summed_and_kept_by_kind() -> None:
    content = {
        "chat": {"id": -1001234567890, "type": "channel"},
        "message_id": 310,
        "date": 1767273600,
        "reactions": [
            {"type": {"type": "emoji", "emoji": "👍"}, "total_count": 41},
            {"type": {"type": "custom_emoji", "custom_emoji_id": "55"}, "total_count": 2},
            {"type": {"type": "paid"}, "total_count": 1},
        ],
    }
    updates = parse_updates([{"update_id": 7, "message_reaction_count": content}], read_at=NOW)
    assert updates.reactions == (
        ReactionReading(
            profile_external_id=PROFILE,
            post_external_id="310",
            counted_at=datetime(2026, 1, 1, 13, 20, tzinfo=UTC),
            reactions=44,
            reactions_by_kind={"👍": 41, "custom:55": 2, "paid": 1},
        ),
    )


@pytest.mark.parametrize(
    ("reactions", "expected", "unreadable"),
    [([], [0], 0), (None, [], 1), ([{"type": {"type": "paid"}}], [], 1)],
)
def test_no_reactions_are_a_measured_zero_and_unreadable_ones_are_not(
    reactions: object, expected: list[int], unreadable: int
) -> None:
    content = {"chat": CHAT, "message_id": 310, "date": 1767273600, "reactions": reactions}
    updates = parse_updates([{"update_id": 7, "message_reaction_count": content}], read_at=NOW)
    assert [reaction.reactions for reaction in updates.reactions] == expected
    assert updates.unreadable == unreadable


def test_an_unreadable_update_is_counted_and_does_not_come_again() -> None:
    updates = parse_updates([new(1, 310), {"update_id": 2, "channel_post": "?"}], read_at=NOW)
    assert (len(updates.posts), updates.unreadable, updates.next_offset) == (1, 1, 3)


def test_other_updates_are_counted_by_their_type() -> None:
    pinned = new(3, 9, pinned_message=message(8))
    said = {"update_id": 1, "message": {}}
    updates = parse_updates([said, {"update_id": 2, "my_chat_member": {}}, pinned], read_at=NOW)
    assert updates.posts == ()
    assert updates.other_types == {"my_chat_member": 1, "channel_post": 1}
    # What people say goes on as it came.
    assert updates.messages == (said,)


def test_a_forwarded_post_is_a_repost() -> None:
    origin = {"type": "channel", "chat": {"id": -1}, "message_id": 7, "date": 1}
    updates = parse_updates([new(1, 310, forward_origin=origin)], read_at=NOW)
    assert updates.posts[0].is_repost


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"video": {}}, PostFormat.VIDEO),
        ({"animation": {}, "document": {}}, PostFormat.VIDEO),
        ({"document": {}}, PostFormat.DOCUMENT),
        ({"poll": {}}, PostFormat.POLL),
        ({"sticker": {}}, PostFormat.OTHER),
    ],
)
def test_the_format_is_told_by_the_content(content: dict[str, Any], expected: PostFormat) -> None:
    assert parse_updates([new(1, 310, **content)], read_at=NOW).posts[0].format is expected


def test_no_updates_keep_the_offset() -> None:
    assert parse_updates([], read_at=NOW).next_offset is None
