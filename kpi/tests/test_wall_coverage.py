"""A day without a post is a zero only where it is known what was posted."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from clients.models import Client
from communities.models import Profile, WallPost
from kpi.models import PostSnapshot, Reading, SnapshotCadence
from kpi.tests.comparing import FIRST, LAST, before, posted, rival_page, wall_read
from kpi.wall_coverage import known_days, wall_spans
from kpi.whose_pages import OWN, OWN_AND_COMPETITORS
from tests.factories import DAY, NOON, ClientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_row() -> Client:
    return ClientFactory.create()


@pytest.fixture
def page(client_row: Client) -> Profile:
    return rival_page(client_row)


def known(page: Profile, first: dt.date = FIRST, last: dt.date = LAST) -> set[dt.date]:
    spans = wall_spans([page.client_id], relations=OWN_AND_COMPETITORS)
    return known_days(spans[page.pk], first, last)


def days(first: int, last: int) -> set[dt.date]:
    return {before(n) for n in range(last, first + 1)}


def test_nothing_is_known_of_a_wall_that_nobody_read(page: Profile) -> None:
    assert known(page) == set()


def test_a_file_tells_the_days_from_its_oldest_post_to_its_newest(page: Profile) -> None:
    for day in (20, 5):
        posted(page, day, likes=1)
    PostSnapshot.objects.update(reading=Reading.IMPORT)
    assert known(page) == days(20, 5)


def test_a_wall_is_known_as_far_back_as_it_was_read_first(page: Profile) -> None:
    """Read for the first time at noon of DAY, 30 days back: FIRST is known from noon on only."""
    posted(page, 4, likes=1)
    wall_read(page)
    assert known(page) == days(29, 1)


def test_a_wall_without_a_post_is_known_too(page: Profile) -> None:
    wall_read(page)
    assert known(page) == days(29, 1)
    assert known(page, before(60), DAY) == days(29, 1)


def test_a_wall_that_is_read_since_long_is_known_since_then(page: Profile) -> None:
    old = posted(page, 50, likes=1)
    WallPost.objects.filter(pk=old.pk).update(first_seen_at=NOON - dt.timedelta(days=50))
    wall_read(page)
    assert known(page) == days(30, 1)


def test_between_a_file_and_the_first_reading_nothing_is_known(page: Profile) -> None:
    for day in (60, 45):
        posted(page, day, likes=1)
    PostSnapshot.objects.update(reading=Reading.IMPORT)
    posted(page, 4, likes=1)
    wall_read(page)
    assert known(page, before(70), LAST) == days(60, 45) | days(29, 1)


def test_how_far_back_is_read_is_set_by_the_cadence(page: Profile) -> None:
    SnapshotCadence.objects.filter(relation="competitor", up_to_hours=30 * 24).update(
        up_to_hours=10 * 24
    )
    wall_read(page)
    assert known(page) == days(9, 1)


def test_only_pages_of_these_relations_are_asked_about(client_row: Client) -> None:
    rival_page(client_row)
    assert wall_spans([client_row.pk], relations=OWN) == {}


@pytest.mark.parametrize("pages", [1, 3])
def test_many_walls_take_one_query(
    client_row: Client, pages: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(pages):
        wall_read(rival_page(client_row))
    with django_assert_num_queries(1):
        wall_spans([client_row.pk], relations=OWN_AND_COMPETITORS)
