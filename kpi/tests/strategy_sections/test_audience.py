import pytest

from kpi.strategy_sections.audience import (
    platform_blocks,
    positioning_blocks,
    posts_a_week,
    segment_blocks,
)
from smm_agency.lib.document_blocks import Card, Cards, Column, Table, number_column
from strategy.contents import read_contents
from tests.factories import (
    CommunityFactory,
    CommunityRhythmFactory,
    PositioningFactory,
    SegmentFactory,
    StrategyVersionFactory,
)

pytestmark = pytest.mark.django_db


def test_segments_tell_what_is_filled_in() -> None:
    segment = SegmentFactory.create(name="Parents", need="No tears", triggers="September")
    assert segment_blocks(read_contents(segment.version)) == [
        Cards([Card("Parents", [("Need", "No tears"), ("Triggers", "September")])])
    ]


def test_messages_say_whom_they_are_for() -> None:
    version = StrategyVersionFactory.create()
    parents = SegmentFactory.create(version=version, name="Parents")
    PositioningFactory.create(version=version, message="No pain", segment=parents, proof="Free")
    PositioningFactory.create(version=version, message="A known price")
    assert positioning_blocks(read_contents(version)) == [
        Cards([
            Card("No pain", [("Audience segment", "Parents"), ("Proof", "Free")]),
            Card("A known price", [("Audience segment", "all segments")]),
        ])
    ]  # fmt: skip


def test_platforms_have_their_role_and_rhythm() -> None:
    version = StrategyVersionFactory.create()
    for title, role, posts in (("House", "Bookings", 5), ("Channel", "", 2)):
        community = CommunityFactory.create(profile__client=version.client, profile__title=title)
        CommunityRhythmFactory.create(
            version=version, community=community, role=role, posts_per_week=posts
        )
    assert platform_blocks(read_contents(version)) == [
        Table(
            [
                Column("Community", weight=2),
                Column("Its role", weight=3),
                number_column("Posts a week"),
            ],
            [["House (VK)", "Bookings", "5"], ["Channel (VK)", "—", "2"]],
        )
    ]


def test_nothing_is_no_block() -> None:
    contents = read_contents(StrategyVersionFactory.create())
    blocks = [segment_blocks, positioning_blocks, platform_blocks]
    assert [make(contents) for make in blocks] == [[], [], []]


def test_posts_are_counted_in_words() -> None:
    assert (posts_a_week(1), posts_a_week(3)) == ("1 post a week", "3 posts a week")
