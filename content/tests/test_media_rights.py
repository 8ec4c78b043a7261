"""Rights that run out before the planned day are told by the file's name."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from content.media_rights import find_rights_problems
from content.models import MediaItem, Post
from tests.factories import (
    DAY,
    NOON,
    CommunityFactory,
    MediaItemFactory,
    PostFactory,
    PostFileFactory,
    PublicationFactory,
)

pytestmark = pytest.mark.django_db
ONE = dt.timedelta(days=1)


def item_in(post: Post, *, community: object = None, **fields: object) -> MediaItem:
    item: MediaItem = MediaItemFactory.create(client=post.client, title="Hall", **fields)
    PostFileFactory.create(post=post, file=item.file, community=community)
    return item


@pytest.fixture
def post() -> Post:
    """Goes out on the 12th at one in the morning in Moscow, the 11th by UTC."""
    row = PublicationFactory.create(planned_at=NOON.replace(hour=22))
    post: Post = row.post
    return post


def test_rights_to_the_very_day_are_enough(post: Post) -> None:
    item_in(post, valid_until=DAY + ONE)
    assert find_rights_problems(post, on=DAY) == []


def test_rights_that_end_before_the_clients_day_are_told(
    post: Post, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    item = item_in(post, valid_until=DAY)
    with django_assert_num_queries(3):
        (problem,) = find_rights_problems(post, on=DAY)
    assert (problem.item, problem.goes_out) == (item, DAY + ONE)
    assert problem.text.startswith("The rights in “Hall” run until")


def test_file_of_one_community_goes_by_its_day(post: Post) -> None:
    early = CommunityFactory.create(profile__client=post.client)
    PublicationFactory.create(post=post, community=early, planned_at=NOON)
    item_in(post, community=early, valid_until=DAY)
    assert find_rights_problems(post, on=DAY) == []


def test_without_a_plan_today_counts() -> None:
    post = PostFactory.create()
    item_in(post, valid_until=DAY)
    assert find_rights_problems(post, on=DAY) == []
    assert len(find_rights_problems(post, on=DAY + ONE)) == 1


def test_file_taken_out_of_the_bank_is_told(post: Post) -> None:
    item_in(post, retired_at=NOON)
    assert [each.goes_out for each in find_rights_problems(post, on=DAY)] == [None]


def test_files_outside_the_bank_are_not_judged(post: Post) -> None:
    PostFileFactory.create(post=post)
    assert find_rights_problems(post, on=DAY) == []
