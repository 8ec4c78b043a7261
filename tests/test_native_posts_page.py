"""Classifying native posts in the admin: whose, how many at once, and what is closed."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Role
from clients.team import join_team
from communities.models import Profile
from content.models import NativePost
from tests.factories import (
    ClientFactory,
    CommunityFactory,
    MonthCloseFactory,
    NativePostFactory,
    UserFactory,
    WallPostFactory,
)
from tests.factories.base import LONG_AGO

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/content/nativepost/classify/"


@pytest.fixture
def client() -> Client:
    return ClientFactory.create()


@pytest.fixture
def wall(client: Client) -> Profile:
    return CommunityFactory.create(profile__client=client, profile__title="Wall").profile


def enter(client: Client, role: str = Role.CONTENT_MANAGER) -> Browser:
    user = UserFactory.create()
    join_team(client, user, role=role, starts_on=LONG_AGO)
    browser = Browser()
    browser.force_login(user)
    return browser


def of(client: Client) -> str:
    return f"{ADDRESS}?client={client.pk}"


def test_clients_that_wait_are_listed(client: Client, wall: Profile) -> None:
    WallPostFactory.create_batch(2, profile=wall)
    NativePostFactory.create(wall_post__profile=wall)
    WallPostFactory.create(profile=CommunityFactory.create().profile)
    assert enter(client).get(ADDRESS).context["waiting"] == [(client, 2)]


def test_several_are_classified_at_once(client: Client, wall: Profile) -> None:
    posts = WallPostFactory.create_batch(3, profile=wall)
    data = {"posts": [posts[0].pk, posts[2].pk], "source": "curated", "text_work": "repost"}
    answer = enter(client).post(of(client), data)
    assert answer["Location"] == of(client)
    assert set(NativePost.objects.values_list("wall_post", "source")) == {
        (posts[0].pk, "curated"), (posts[2].pk, "curated"),
    }  # fmt: skip


def test_suggestion_is_only_shown(client: Client, wall: Profile) -> None:
    WallPostFactory.create(profile=wall, is_repost=True)
    rows = enter(client).get(of(client)).context["rows"]
    assert [row["hint"] for row in rows] == ["curated from the internet, repost"]
    assert rows[0]["is_ticked"] is False
    assert NativePost.objects.count() == 0


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"source": "own", "text_work": "written"}, "posts"),
        ({"posts": ["1"], "source": "", "text_work": "written"}, "source"),
        ({"posts": ["1"], "source": "own", "text_work": ""}, "text_work"),
    ],
)
def test_everything_is_said(client: Client, wall: Profile, data: Any, field: str) -> None:
    post = WallPostFactory.create(profile=wall)
    sent = data | ({"posts": [post.pk]} if "posts" in data else {})
    assert set(enter(client).post(of(client), sent).context["form"].errors) == {field}


def test_moderator_and_stranger_may_not(client: Client, wall: Profile) -> None:
    WallPostFactory.create(profile=wall)
    assert enter(client, Role.MODERATOR).get(of(client)).status_code == 403
    assert enter(ClientFactory.create()).get(of(client)).status_code == 404


def test_word_is_corrected_until_the_month_is_closed(client: Client, wall: Profile) -> None:
    row = NativePostFactory.create(wall_post__profile=wall)
    address = reverse("admin:content_nativepost_change", args=[row.pk])
    browser = enter(client)
    browser.post(address, {"source": "curated", "text_work": "rewrite"})
    row.refresh_from_db()
    assert row.source == "curated"
    assert row.classified_by.memberships.get().client == client
    MonthCloseFactory.create(client=client)
    answer = browser.post(address, {"source": "own", "text_work": "rewrite"})
    assert answer.status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_page_takes_as_many_queries_for_many_posts(
    client: Client, wall: Profile, number: int, django_assert_num_queries: Any
) -> None:
    WallPostFactory.create_batch(number, profile=wall)
    browser = enter(client)
    browser.get(of(client))
    with django_assert_num_queries(10):
        browser.get(of(client))
