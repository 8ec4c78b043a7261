"""The page of an approval link: what a person, a scanner and a stranger get."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.attempts import ATTEMPTS
from content.discussion import add_comment
from content.models import ApprovalLink, Post, PostState
from content.tests.posts_on_the_way import post_of, walk
from content.tests.test_approval_links import Asked
from tests.factories import PostFileFactory, TrackingNumberFactory

pytestmark = pytest.mark.django_db

S = PostState


@pytest.fixture
def asked() -> Asked:
    """At the real time: the page asks the clock itself. The client reads English."""
    found = Asked(2)
    found.client.language = "en"
    found.client.save()
    ApprovalLink.objects.update(expires_at=timezone.now() + dt.timedelta(days=2))
    return found


@pytest.fixture
def browser() -> Browser:
    """As strict about tokens of forms as a real one."""
    return Browser(enforce_csrf_checks=True)


def address(asked: Asked) -> str:
    return reverse("link:approval", args=[asked.token])


def answers(asked: Asked, *words: str, comment: str = "") -> dict[str, str]:
    form = {}
    for post, word in zip(asked.posts, words, strict=True):
        form[f"{post.pk}-answer"] = word
        form[f"{post.pk}-comment"] = comment if word == "change" else ""
    return form


def file_status(browser: Browser, asked: Asked, file: Any) -> int:
    url = reverse("link:approval_file", args=[asked.token, file.pk])
    return browser.get(url).status_code


def test_looking_uses_nothing_up(asked: Asked, browser: Browser) -> None:
    for look in (browser.get, browser.head, browser.get):
        assert look(address(asked)).status_code == 200
    assert asked.states() == [S.CLIENT_REVIEW] * 2


def test_page_is_for_nobody_else(asked: Asked, browser: Browser) -> None:
    answer = browser.get(address(asked))
    assert (answer["X-Robots-Tag"], answer["Referrer-Policy"]) == (
        "noindex, nofollow, noarchive", "no-referrer",
    )  # fmt: skip
    assert "no-store" in answer["Cache-Control"]
    assert answer.cookies == {}


def test_posts_are_shown_as_they_will_look(asked: Asked, browser: Browser) -> None:
    post = asked.posts[0]
    number = TrackingNumberFactory.create(client=asked.client, number="+74951234567")
    Post.objects.filter(pk=post.pk).update(
        text="<b>Come</b> on Sunday.", call_to_action="Call us", hashtags="#sunday",
        link="https://client.example/", utm="utm_source={network}", tracking_number=number,
    )  # fmt: skip
    text = browser.get(address(asked)).content.decode()
    assert (
        "&lt;b&gt;Come&lt;/b&gt; on Sunday.<br><br>Call us<br>+7 495 123-45-67<br>"
        "https://client.example/?utm_source=ok<br><br>#sunday"
    ) in text


def test_client_reads_its_own_thread_only(asked: Asked, browser: Browser) -> None:
    post = asked.posts[0]
    add_comment(post, text="Inner words.", by=asked.manager, at=timezone.now())
    add_comment(post, text="Outer words.", by=asked.manager, at=timezone.now(), is_internal=False)
    text = browser.get(address(asked)).content.decode()
    assert ("Outer words." in text, "Inner words." in text) == (True, False)


def test_nothing_but_the_posts_of_the_link_is_readable(asked: Asked, browser: Browser) -> None:
    mine = PostFileFactory.create(post=asked.posts[0], file__is_shown=True).file
    other = post_of(asked.client, S.CLIENT_REVIEW, title="Another post")
    others = PostFileFactory.create(post=other, file__is_shown=True).file
    hidden = PostFileFactory.create(post=asked.posts[0], file__is_shown=False).file
    assert "Another post" not in browser.get(address(asked)).content.decode()
    assert [file_status(browser, asked, file) for file in (mine, others, hidden)] == [
        200, 404, 404,
    ]  # fmt: skip


def test_answer_without_a_token_of_the_form_is_taken(asked: Asked, browser: Browser) -> None:
    """A browser that keeps the address to itself sends neither referrer nor origin."""
    form = answers(asked, "approve", "change", comment="Shorter.")
    answer = browser.post(address(asked), form, headers={"origin": "null"})
    assert (answer.status_code, answer["Location"]) == (302, address(asked))
    assert asked.states() == [S.CLIENT_APPROVED, S.CLIENT_REWORK]
    assert "You have answered already" in browser.get(address(asked)).content.decode()
    assert browser.post(address(asked), form).status_code == 410


def test_all_are_approved_by_one_button(asked: Asked, browser: Browser) -> None:
    browser.post(address(asked), {"all": "approve"})
    assert asked.states() == [S.CLIENT_APPROVED] * 2


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("approve", ""), "Choose an answer."),
        (("approve", "change"), "Write what should be changed."),
    ],
)
def test_half_an_answer_is_asked_for_again(
    asked: Asked, browser: Browser, words: tuple[str, str], error: str
) -> None:
    answer = browser.post(address(asked), answers(asked, *words))
    assert (answer.status_code, error in answer.content.decode()) == (400, True)
    assert asked.states() == [S.CLIENT_REVIEW] * 2


def test_closed_link_shows_no_post(asked: Asked, browser: Browser) -> None:
    file = PostFileFactory.create(post=asked.posts[0], file__is_shown=True).file
    ApprovalLink.objects.update(expires_at=timezone.now())
    answer = browser.get(address(asked))
    assert (answer.status_code, asked.posts[0].title in answer.content.decode()) == (410, False)
    assert file_status(browser, asked, file) == 404


def test_post_that_went_back_is_shown_no_more(asked: Asked, browser: Browser) -> None:
    walk(asked.posts[0], S.IN_WORK, by=asked.manager, at=timezone.now())
    text = browser.get(address(asked)).content.decode()
    assert [post.title in text for post in asked.posts] == [False, True]


def test_guessing_is_slowed_down(browser: Browser) -> None:
    guess = reverse("link:approval", args=["guess"])
    codes = [browser.get(guess).status_code for _ in range(ATTEMPTS + 1)]
    assert codes == [404] * ATTEMPTS + [429]


def test_staff_who_are_signed_in_see_the_same_page(asked: Asked, browser: Browser) -> None:
    browser.force_login(asked.manager)
    assert browser.get(address(asked)).status_code == 200


def test_other_methods_are_refused(asked: Asked, browser: Browser) -> None:
    assert browser.put(address(asked)).status_code == 405
