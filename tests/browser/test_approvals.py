"""Approvals in a real browser: staff's pages of a post, and the client's link on a phone."""

import datetime as dt
import os
import re
from pathlib import Path

import pytest
from django.utils import timezone

from clients.models import Client
from content.approval_links import make_link
from content.models import Post, PostFile, PostState
from content.tests.posts_on_the_way import TO_CLIENT, walk
from smm_agency.demo.approvals import TEXTS, write_approvals
from smm_agency.demo.cast import Cast
from smm_agency.demo.clients_calls import CAFE
from smm_agency.demo.design import COVER, TEAL, drawn
from smm_agency.demo.stage import set_stage
from tests.browser.conftest import Screen
from tests.factories import PASSWORD, ClientFileFactory, DirectorFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHOTS = os.environ.get("SCREENSHOTS", "")


@pytest.fixture
def cafe() -> Client:
    stage = set_stage(CAFE, number=1, today=timezone.localdate(), cast=Cast())
    write_approvals([stage])
    return stage.client


def keep(screen: Screen, name: str) -> None:
    if SHOTS:
        screen.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def post_called(title: str) -> Post:
    return Post.objects.get(title=title)


def test_staff_see_where_a_post_stands(screen: Screen, cafe: Client) -> None:
    director = DirectorFactory.create()
    pear, flour, breakfast, children = map(post_called, TEXTS)
    ids = f"posts={pear.pk},{flour.pk},{children.pk}"
    screen.page.set_viewport_size({"width": 1440, "height": 1000})
    screen.sign_in(director.username, PASSWORD)
    for scheme in ("light", "dark"):
        screen.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        pages = {
            "index": "/admin/",
            "post": f"/admin/content/post/{pear.pk}/change/",
            "deemed": f"/admin/content/post/{flour.pk}/change/",
            "inner": f"/admin/content/post/{children.pk}/change/",
            "versions": f"/admin/content/post/{pear.pk}/versions/",
            "step": f"/admin/content/post/{pear.pk}/ask-changes",
            "approve": f"/admin/content/post/{children.pk}/approve",
            "comment": f"/admin/content/post/{pear.pk}/comment/?shared=1",
            "several": f"/admin/content/post/several/?{ids}&to=client_approved",
            "link": f"/admin/content/post/approval-link/?posts={pear.pk}",
            "month": "/admin/content/post/month",
        }
        for name, address in pages.items():
            screen.open(address)
            keep(screen, f"{name}-{scheme}")
            assert not screen.is_wider_than_the_window, name
    assert [text for text in screen.problems if "Content Security Policy" in text] == []
    assert breakfast.rounds == 3


def test_client_answers_on_a_phone(screen: Screen, cafe: Client) -> None:
    director = DirectorFactory.create()
    post = post_called(next(iter(TEXTS)))
    picture = drawn(COVER, TEAL, "DEMO", 160)
    file = ClientFileFactory.create(
        client=cafe, name="demo.png", content=picture.content, content_type="image/png",
        width=COVER[0], height=COVER[1], is_shown=True,
    )  # fmt: skip
    PostFile.objects.create(post=post, file=file)
    # The picture came after the approval: it is approved anew.
    approve_anew(post)
    contact = cafe.contacts.exclude(email="").first()
    assert contact is not None
    _link, token = make_link(cafe, [post], contact=contact, by=director, at=timezone.now())
    screen.page.set_viewport_size({"width": 390, "height": 844})
    for scheme in ("light", "dark"):
        screen.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        screen.open(f"/link/approve/{token}/")
        assert not screen.is_wider_than_the_window
        keep(screen, f"phone-{scheme}")
    screen.page.check("input[value=change]")
    screen.submit("button.btn-primary")
    keep(screen, "phone-asked")
    assert Post.objects.get(pk=post.pk).state == PostState.CLIENT_REVIEW
    screen.page.check("input[value=approve]")
    screen.submit("button.btn-primary")
    keep(screen, "phone-thanks")
    assert Post.objects.get(pk=post.pk).state == PostState.CLIENT_APPROVED
    assert re.search("answered|ответили", screen.page.inner_text("main"))
    assert [text for text in screen.problems if "Content Security Policy" in text] == []


def approve_anew(post: Post) -> None:
    director = DirectorFactory.create()
    at = timezone.now() - dt.timedelta(minutes=10)
    walk(post, PostState.IN_WORK, *TO_CLIENT, by=director, at=at)
