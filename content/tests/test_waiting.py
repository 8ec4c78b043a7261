"""Which posts wait for the client's material, and which of them go out within a week."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from clients.models import Client
from content.waiting import posts_without_material, waiting_for_material
from tests.factories import NOON, MaterialRequestFactory, PostFactory, PublicationFactory

pytestmark = pytest.mark.django_db
DAYS = dt.timedelta(days=1)


def test_open_requests_make_a_post_wait(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    waiting, given, free = (PostFactory.create() for _number in range(3))
    MaterialRequestFactory.create(client=waiting.client, post=waiting)
    MaterialRequestFactory.create(
        client=given.client, post=given, state="received", received_at=NOON
    )
    with django_assert_num_queries(1):
        assert waiting_for_material([waiting, given, free]) == {waiting.pk}


def planned(days: int, **fields: object) -> int:
    post = PublicationFactory.create(planned_at=NOON + days * DAYS, **fields).post
    MaterialRequestFactory.create(client=post.client, post=post)
    pk: int = post.pk
    return pk


def test_a_week_ahead_is_seen_and_what_is_late_too() -> None:
    late, soon = planned(-1), planned(6)
    planned(8)
    planned(1, post__state="cancelled")
    planned(1, state="sent", sent_at=NOON)
    found = posts_without_material(Client.objects.all(), at=NOON)
    assert [post.pk for post in found] == [late, soon]


def test_of_several_communities_the_first_time_counts() -> None:
    post = PublicationFactory.create(planned_at=NOON + 3 * DAYS).post
    PublicationFactory.create(post=post, planned_at=NOON + 2 * DAYS)
    for days in (1, 2):
        MaterialRequestFactory.create(
            client=post.client, post=post, due_on=NOON.date() + days * DAYS
        )
    (found,) = posts_without_material(Client.objects.all(), at=NOON)
    assert (found.goes_out, found.needed_by) == (NOON + 2 * DAYS, NOON.date() + DAYS)
