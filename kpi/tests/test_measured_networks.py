"""YouTube, Facebook and Instagram on their way into snapshots."""

import datetime as dt
from uuid import uuid4

import pytest
from pytest_django import Settings

from communities.models import Profile
from kpi.measurement import Measurement, measure_posts, measure_profiles
from kpi.models import PostSnapshot, ProfileSnapshot
from kpi.tests.network_stage import Start, simulate
from tests.factories import AccessKeyFactory, ClientFactory, ProfileFactory

__all__ = ["simulate"]

EVENING = dt.datetime(2026, 3, 10, 20, 30, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


def make_page(network: str, external_id: str) -> Profile:
    """A page of a client with a key of its own."""
    client = ClientFactory.create()
    key = AccessKeyFactory.create(
        network=network, kind="page", client=client, secret=f"EAA{uuid4().hex}"
    )
    return ProfileFactory.create(
        network=network, external_id=external_id, client=client, access_key=key
    )


@pytest.mark.parametrize("network", ["facebook", "instagram"])
def test_meta_is_left_alone_while_it_is_switched_off(simulate: Start, network: str) -> None:
    make_page(network, "1001")
    networks = simulate()
    assert measure_profiles(at=EVENING) == Measurement()
    assert measure_posts(at=EVENING) == Measurement()
    assert networks.calls == []


def test_a_facebook_page_is_measured_once_meta_is_switched_on(
    simulate: Start, settings: Settings
) -> None:
    settings.META_ENABLED = True
    make_page("facebook", "1001")
    post = {"id": "1001_1", "at": "2026-03-10T09:00:00+0000", "reactions": 4, "comments": 1}
    page = {"followers_count": 5312, "posts": [post]}
    networks = simulate(pages={"facebook": {"1001": page}})
    settings.META_GRAPH_URL = networks.url("meta/v26.0")
    assert measure_profiles(at=EVENING).read == 1
    assert measure_posts(at=EVENING).posts.new_posts == 1
    assert list(ProfileSnapshot.objects.values_list("followers", flat=True)) == [5312]
    counters = PostSnapshot.objects.values_list("likes", "comments", "shares", "views")
    assert list(counters) == [(4, 1, 0, None)]


def test_a_channel_is_measured_with_the_agencys_key_and_its_name_becomes_its_number(
    simulate: Start, settings: Settings
) -> None:
    AccessKeyFactory.create(network="youtube", kind="service", secret=f"AIza{uuid4().hex}")
    profile = ProfileFactory.create(network="youtube", external_id="@coffee")
    channel = {"handle": "coffee", "subscribers": 15349}
    networks = simulate(pages={"youtube": {"UC1": channel}})
    settings.YOUTUBE_API_URL = networks.url("youtube/v3")
    assert measure_profiles(at=EVENING).read == 1
    profile.refresh_from_db()
    assert (profile.external_id, profile.screen_name) == ("UC1", "coffee")
    assert list(ProfileSnapshot.objects.values_list("followers", flat=True)) == [15300]
