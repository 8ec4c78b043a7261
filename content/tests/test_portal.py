"""The client's pages of publications."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser
from pytest_django import DjangoAssertNumQueries

from content.models import PostState, PublicationState
from content.portal_words import BY_POST, BY_PUBLICATION, words_of
from tests.factories import (
    ClientFactory,
    PortalAccessFactory,
    PostFactory,
    PostFileFactory,
    PostSnapshotFactory,
    PublicationFactory,
    WallPostFactory,
)

pytestmark = pytest.mark.django_db

MARCH = {"month": "2026-03"}
NOON = dt.datetime(2026, 3, 11, 9, 0, tzinfo=dt.UTC)


def opened(**facts: Any) -> tuple[Browser, Any]:
    access = PortalAccessFactory.create(client=ClientFactory.create(**facts))
    browser = Browser()
    browser.force_login(access.user)
    return browser, access.client


def seen(client: Any, **facts: Any) -> Any:
    return PublicationFactory.create(
        post__client=client, **{"post__state": PostState.CLIENT_REVIEW, **facts}
    )


def days(browser: Browser, client: Any, **query: str) -> dict[str, list[tuple[str, str]]]:
    weeks = browser.get(f"/portal/{client.pk}/plan/", query).context["weeks"]
    return {
        one.day.isoformat(): [(each.title, each.words.text) for each in one.publications]
        for week in weeks
        for one in week
        if one.publications
    }


def test_the_month_shows_posts_from_the_clients_review_on() -> None:
    browser, client = opened(time_zone="Asia/Vladivostok")
    seen(client, post__title="Evening", planned_at=dt.datetime(2026, 3, 11, 15, tzinfo=dt.UTC))
    for state in PostState:
        if state not in (*BY_POST, PostState.SCHEDULED, PostState.PUBLISHED):
            seen(client, post__state=state, post__title=f"Inside {state}")
    seen(client, post__title="Called off here", state=PublicationState.CANCELLED)
    assert days(browser, client, **MARCH) == {"2026-03-12": [("Evening", "waits for your word")]}


def test_an_empty_month_says_so_and_a_month_to_come_may_be_asked_for() -> None:
    browser, client = opened()
    page = browser.get(f"/portal/{client.pk}/plan/", {"month": "2031-05"}).content.decode()
    assert "No post of this month has been sent to you yet." in page
    assert "May 2031" in page
    page = browser.get(f"/portal/{client.pk}/plan/", {"month": "soon"}).content.decode()
    assert "“soon” is not a month, so this is the current one." in page


def test_every_state_has_words_for_the_client() -> None:
    assert set(BY_PUBLICATION) == set(PublicationState) - {PublicationState.PLANNED}
    said = {state: words_of(state, "planned").text for state in PostState}
    assert said[PostState.CLIENT_APPROVED] == "approved by you"
    assert words_of(PostState.PUBLISHED, "sent").text == "published"
    assert words_of(PostState.FAILED, "failed").text == "not published yet: the agency is at it"


@pytest.mark.parametrize("posts", [1, 3])
def test_the_month_asks_as_often_for_many_posts(
    posts: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser, client = opened()
    for _number in range(posts):
        seen(client)
    with django_assert_num_queries(8):
        assert browser.get(f"/portal/{client.pk}/plan/", MARCH).status_code == 200


def post_page(browser: Browser, publication: Any) -> Any:
    return browser.get(f"/portal/{publication.client_id}/plan/{publication.post_id}/")


def test_a_post_shows_its_text_in_each_community_and_what_was_measured() -> None:
    browser, client = opened()
    first = seen(client, post__text="For all", post__state=PostState.PUBLISHED)
    wall_post = WallPostFactory.create(profile=first.community.profile)
    first.state, first.sent_at, first.url = "sent", NOON, "https://network.example/1"
    first.wall_post = wall_post
    first.save()
    second = seen(client, post=first.post, text="For <b>this</b> one")
    PostSnapshotFactory.create(wall_post=wall_post, slot=dt.date(2026, 3, 12), views=100, likes=5)
    PostSnapshotFactory.create(
        wall_post=wall_post, slot=dt.date(2026, 3, 13), views=1200, likes=0, shares=None
    )
    page = post_page(browser, first)
    told = [(one.publication.text, one.figures) for one in page.context["variants"]]
    assert [text for text, _figures in told] == ["For all", "For <b>this</b> one"]
    figures = dict(told[0][1].lines)
    assert (figures["views"], figures["likes"], "shares" in figures) == ("1,200", "0", False)
    assert told[1][1] is None
    body = page.content.decode()
    assert "For &lt;b&gt;this&lt;/b&gt; one" in body
    assert 'href="https://network.example/1"' in body
    assert second.community.profile.title in body


def test_a_post_that_the_client_does_not_see_is_not_there() -> None:
    browser, client = opened()
    assert post_page(browser, seen(client, post__state=PostState.IDEA)).status_code == 404
    assert post_page(browser, seen(ClientFactory.create())).status_code == 404


def test_pictures_are_those_that_were_shown() -> None:
    browser, client = opened()
    post = PostFactory.create(client=client, state=PostState.CLIENT_REVIEW)
    shown = PostFileFactory.create(post=post, file__is_shown=True, file__content_type="image/png")
    hidden = PostFileFactory.create(post=post, file__content_type="image/png")
    inside = PostFileFactory.create(
        post=PostFactory.create(client=client), file__is_shown=True, file__content_type="image/png"
    )
    page = browser.get(f"/portal/{client.pk}/plan/{post.pk}/")
    assert page.context["pictures"] == [shown]
    addresses = [f"/portal/{client.pk}/plan/pictures/{row.pk}/" for row in (shown, hidden, inside)]
    assert [browser.get(address).status_code for address in addresses] == [200, 404, 404]
