"""Queues of communities: the next free slot, the order, and the change of clocks."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F

from communities.models import Community
from content.models import Publication
from content.slots import digest_of, free_slot, queue_of, swap, take_next_slots
from tests.factories import (
    NOON,
    CommunityFactory,
    PostFactory,
    PostingSlotFactory,
    PublicationFactory,
)

pytestmark = pytest.mark.django_db
# NOON is a Wednesday noon in Moscow: the slot of that very moment has begun.
WEEK = dt.timedelta(days=7)


@pytest.fixture
def community() -> Community:
    community: Community = CommunityFactory.create()
    PostingSlotFactory.create(community=community)
    return community


def unplanned(community: Community, **fields: object) -> Publication:
    row: Publication = PublicationFactory.create(
        post__client=community.client, community=community, planned_at=None, **fields
    )
    return row


def test_next_free_slot_is_after_now(community: Community) -> None:
    assert free_slot(community, at=NOON) == NOON + WEEK


def test_posts_stand_one_behind_the_other(community: Community) -> None:
    first, second = unplanned(community), unplanned(community)
    take_next_slots(first.post, at=NOON)
    take_next_slots(second.post, at=NOON)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.planned_at, second.planned_at) == (NOON + WEEK, NOON + 2 * WEEK)


def test_cancelled_publication_leaves_its_slot_free(community: Community) -> None:
    for fields in ({"state": "cancelled"}, {"post__state": "cancelled"}):
        row = unplanned(community, **fields)
        Publication.objects.filter(pk=row.pk).update(planned_at=NOON + WEEK)
    assert free_slot(community, at=NOON) == NOON + WEEK


def test_each_community_has_its_own_queue(community: Community) -> None:
    other = CommunityFactory.create(profile__client=community.client)
    PostingSlotFactory.create(community=other, weekday=3, time=dt.time(9))
    post = unplanned(community).post
    PublicationFactory.create(post=post, community=other, planned_at=None)
    taken = take_next_slots(post, at=NOON)
    assert {row.community_id: row.planned_at for row in taken} == {
        community.pk: NOON + WEEK,
        other.pk: NOON + dt.timedelta(hours=21),
    }


def test_without_slots_nothing_is_changed(community: Community) -> None:
    other = CommunityFactory.create(profile__client=community.client)
    post = unplanned(community).post
    PublicationFactory.create(post=post, community=other, planned_at=None)
    with pytest.raises(ValidationError, match="no free slot"):
        take_next_slots(post, at=NOON)
    assert set(post.publications.values_list("planned_at", flat=True)) == {None}


def test_scheduled_publication_is_not_moved(community: Community) -> None:
    row = PublicationFactory.create(
        post__client=community.client, community=community, state="due", next_try_at=NOON
    )
    with pytest.raises(ValidationError, match="nothing to put"):
        take_next_slots(row.post, at=NOON)


def test_post_without_communities_is_refused() -> None:
    with pytest.raises(ValidationError, match="nothing to put"):
        take_next_slots(PostFactory.create(), at=NOON)


def test_slots_keep_the_wall_clock_when_clocks_change() -> None:
    community = CommunityFactory.create(profile__client__time_zone="Europe/Berlin")
    PostingSlotFactory.create(community=community, weekday=6, time=dt.time(2, 30))
    before = dt.datetime(2026, 3, 20, tzinfo=dt.UTC)
    moments = [place.at.isoformat()[:16] for place in queue_of(community, at=before, days=20)]
    # The 29th has no 02:30: 03:30 of summer time.
    assert moments == ["2026-03-22T01:30", "2026-03-29T01:30", "2026-04-05T00:30"]


def queued(community: Community, count: int) -> list[Publication]:
    rows = [unplanned(community) for _number in range(count)]
    for row in rows:
        take_next_slots(row.post, at=NOON)
    return rows


def order(community: Community) -> list[int]:
    return [place.publication.pk for place in queue_of(community, at=NOON) if place.publication]


def test_queue_is_reordered_by_swapping(community: Community) -> None:
    first, second, third = (row.pk for row in queued(community, 3))
    seen = digest_of(queue_of(community, at=NOON))
    swap(community, third, step=-1, seen=seen, at=NOON)
    assert order(community) == [first, third, second]


def test_scheduled_ones_are_passed_over(community: Community) -> None:
    first, second, third = (row.pk for row in queued(community, 3))
    Publication.objects.filter(pk=second).update(state="due", next_try_at=NOON + 2 * WEEK)
    swap(community, third, step=-1, seen=digest_of(queue_of(community, at=NOON)), at=NOON)
    assert order(community) == [third, second, first]


def test_queue_changed_meanwhile_is_refused(community: Community) -> None:
    rows = queued(community, 3)
    seen = digest_of(queue_of(community, at=NOON))
    swap(community, rows[2].pk, step=-1, seen=seen, at=NOON)
    with pytest.raises(ValidationError, match="meanwhile"):
        swap(community, rows[2].pk, step=-1, seen=seen, at=NOON)


def test_ends_of_the_queue_stay(community: Community) -> None:
    rows = queued(community, 2)
    seen = digest_of(queue_of(community, at=NOON))
    for pk, step in ((rows[0].pk, -1), (rows[1].pk, 1), (0, 1)):
        with pytest.raises(ValidationError, match="nothing to change places"):
            swap(community, pk, step=step, seen=seen, at=NOON)


class ReleasedMeanwhile:
    """Somebody schedules the posts between the look and the first write."""

    is_done = False

    def __call__(self, execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith('UPDATE "content_publication"') and not self.is_done:
            self.is_done = True
            Publication.objects.update(state="due", next_try_at=F("planned_at"))
        return execute(sql, *rest)


def test_what_is_let_go_meanwhile_takes_no_slot(community: Community) -> None:
    (row,) = queued(community, 1)
    with (
        connection.execute_wrapper(ReleasedMeanwhile()),
        pytest.raises(ValidationError, match="was scheduled meanwhile"),
    ):
        take_next_slots(row.post, at=NOON)


def test_what_is_let_go_meanwhile_is_not_swapped(community: Community) -> None:
    second = queued(community, 2)[1]
    seen = digest_of(queue_of(community, at=NOON))
    with (
        connection.execute_wrapper(ReleasedMeanwhile()),
        pytest.raises(ValidationError, match="was scheduled meanwhile"),
    ):
        swap(community, second.pk, step=-1, seen=seen, at=NOON)
