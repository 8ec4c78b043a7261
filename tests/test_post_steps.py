"""The buttons of posts: who finds which, what they do, alone and for a month at once."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clients.models import Client, Role, User
from content.approval_links import find_link
from content.models import ApprovalLink, Post, PostComment, PostState, PostVersion
from content.tests.posts_on_the_way import (
    TO_CLIENT,
    client_with,
    person_of,
    post_of,
    versioned,
    walk,
)
from tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db

S = PostState


@pytest.fixture
def client() -> Client:
    return client_with(has_approval_links=True, correction_rounds=1)


@pytest.fixture
def manager(client: Client) -> User:
    return person_of(client)


@pytest.fixture
def browser(manager: User) -> Browser:
    return signed_in(manager)


def signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def future_post(client: Client, state: str = S.IN_WORK, **fields: Any) -> Post:
    """Planned after the real now: pages act at the real time."""
    post = post_of(client, state, **fields)
    post.publications.update(planned_at=timezone.now() + dt.timedelta(days=3))
    return post


def page(post: Post, name: str) -> str:
    return reverse(f"admin:content_post_{name}", args=[post.pk])


STEPS = {
    "draft", "begin", "review", "approve", "return", "show", "accept", "ask-changes", "schedule",
    "back", "cancel", "reopen",
}  # fmt: skip


def buttons(browser: Browser, post: Post) -> set[str]:
    """The steps that the page offers, whatever else it does."""
    text = browser.get(page(post, "change")).content.decode()
    return STEPS & set(re.findall(rf"/content/post/{post.pk}/([a-z-]+)", text))


def state_of(post: Post) -> str:
    return Post.objects.get(pk=post.pk).state


@pytest.mark.parametrize(
    ("state", "names"),
    [
        (S.IDEA, {"draft", "begin", "cancel"}),
        (S.IN_WORK, {"review", "cancel"}),
        (S.INTERNAL_REVIEW, {"approve", "return", "back", "cancel"}),
        (S.INTERNAL_APPROVED, {"show", "back", "cancel"}),
        (S.CLIENT_REVIEW, {"accept", "ask-changes", "back", "cancel"}),
        (S.CLIENT_APPROVED, {"schedule", "back", "cancel"}),
        (S.SCHEDULED, {"back", "cancel"}),
        (S.PUBLISHED, set()),
        (S.CANCELLED, {"reopen"}),
    ],
)
def test_page_offers_the_steps_of_its_state(
    browser: Browser, client: Client, state: str, names: set[str]
) -> None:
    assert buttons(browser, post_of(client, state)) == names


def test_designer_is_offered_what_a_designer_may(client: Client) -> None:
    post = post_of(client, S.INTERNAL_REVIEW)
    assert buttons(signed_in(person_of(client, Role.DESIGNER)), post) == {"back"}


def test_step_acts_on_what_was_seen(browser: Browser, client: Client) -> None:
    post = post_of(client)
    answer = browser.post(page(post, "review_post"), {"seen": S.IN_WORK})
    assert (answer.status_code, state_of(post)) == (302, S.INTERNAL_REVIEW)
    late = browser.post(page(post, "review_post"), {"seen": S.IN_WORK})
    assert late.context["form"].non_field_errors() == [
        "Meanwhile it is “internal review”: look at the post again."
    ]


def test_approval_of_an_older_version_is_refused(browser: Browser, client: Client) -> None:
    post = versioned(future_post(client, S.INTERNAL_REVIEW), "One.", "Two.")
    form = {"seen": S.INTERNAL_REVIEW, "seen_version": 1}
    answer = browser.post(page(post, "approve_post"), form)
    assert answer.context["form"].non_field_errors() == [
        "Meanwhile it was changed: look at version 2."
    ]
    browser.post(page(post, "approve_post"), form | {"seen_version": 2})
    assert state_of(post) == S.INTERNAL_APPROVED


def test_clients_word_is_recorded_with_who_when_and_how(
    browser: Browser, client: Client, manager: User
) -> None:
    post = walk(future_post(client), *TO_CLIENT, by=manager)
    form = {"seen": S.CLIENT_REVIEW, "said_by": "", "said_on": "2026-03-11", "channel": "phone"}
    refused = browser.post(page(post, "accept_post"), form)
    assert list(refused.context["form"].errors) == ["said_by"]
    browser.post(page(post, "accept_post"), form | {"said_by": "The owner"})
    move = post.moves.first()
    assert move is not None
    assert (move.new, move.client_said_by, move.channel) == (
        S.CLIENT_APPROVED, "The owner", "phone",
    )  # fmt: skip


def test_round_beyond_the_agreement_asks_to_be_confirmed(
    browser: Browser, client: Client, manager: User
) -> None:
    post = walk(future_post(client), *TO_CLIENT, S.CLIENT_REWORK, *TO_CLIENT, by=manager)
    address = page(post, "ask_changes_post")
    assert "This is over the agreement." in browser.get(address).content.decode()
    form = {
        "seen": S.CLIENT_REVIEW, "said_by": "The owner", "said_on": "2026-03-11",
        "channel": "phone", "reason": "Shorter.",
    }  # fmt: skip
    refused = browser.post(address, form)
    assert list(refused.context["form"].errors) == ["confirms_over"]
    browser.post(address, form | {"confirms_over": "on"})
    assert state_of(post) == S.CLIENT_REWORK


def test_stranger_to_the_client_finds_no_post(client: Client) -> None:
    stranger = signed_in(person_of(client_with()))
    post = post_of(client)
    assert stranger.post(page(post, "review_post"), {"seen": S.IN_WORK}).status_code in (403, 404)
    several = reverse("admin:content_post_several")
    assert stranger.get(f"{several}?posts={post.pk}&to=internal_review").status_code == 404


def test_comment_is_written_to_its_thread(browser: Browser, client: Client) -> None:
    post = post_of(client, S.CLIENT_REVIEW)
    browser.post(page(post, "comment"), {"text": "Inner.", "is_internal": "on"})
    browser.post(page(post, "comment"), {"text": "Outer.", "said_by": "The owner"})
    rows = PostComment.objects.order_by("pk").values_list("text", "is_internal", "said_by")
    assert list(rows) == [("Inner.", True, ""), ("Outer.", False, "The owner")]


def test_versions_are_compared_and_escaped(browser: Browser, client: Client) -> None:
    post = versioned(post_of(client), "Old <b>words</b>.", "New <i>words</i>.")
    text = browser.get(page(post, "versions")).content.decode()
    assert "<del>Old &lt;b&gt;words&lt;/b&gt;.</del>" in text
    assert "<ins>New &lt;i&gt;words&lt;/i&gt;.</ins>" in text


# --- Several at once -----------------------------------------------------------------------------


def several(browser: Browser, to: str, *posts: Post, **form: Any) -> Any:
    ids = ",".join(str(post.pk) for post in posts)
    address = f"{reverse('admin:content_post_several')}?posts={ids}&to={to}"
    if not form:
        return browser.get(address)
    return browser.post(address, form)


def test_month_is_approved_with_its_exceptions_named(
    browser: Browser, client: Client, manager: User
) -> None:
    good = walk(future_post(client), S.INTERNAL_REVIEW, by=manager)
    bad = walk(future_post(client, format="photo"), S.INTERNAL_REVIEW, by=manager)
    shown = several(browser, S.INTERNAL_APPROVED, good, bad)
    assert [bool(line.refusals) for line in shown.context["lines"]] == [False, True]
    assert {state_of(good), state_of(bad)} == {S.INTERNAL_REVIEW}
    seen = shown.context["form"].initial["seen"]
    refused = several(browser, S.INTERNAL_APPROVED, good, bad, seen=seen, mode="all")
    assert len(refused.context["form"].non_field_errors()) == 1
    assert state_of(good) == S.INTERNAL_REVIEW
    several(browser, S.INTERNAL_APPROVED, good, bad, seen=seen, mode="good")
    assert (state_of(good), state_of(bad)) == (S.INTERNAL_APPROVED, S.INTERNAL_REVIEW)


def test_what_changed_since_the_list_was_seen_is_an_exception(
    browser: Browser, client: Client, manager: User
) -> None:
    post = walk(future_post(client), S.INTERNAL_REVIEW, by=manager)
    seen = several(browser, S.INTERNAL_APPROVED, post).context["form"].initial["seen"]
    versioned(post, "Other words.")
    several(browser, S.INTERNAL_APPROVED, post, seen=seen, mode="good")
    assert state_of(post) == S.INTERNAL_REVIEW


def test_clients_word_for_a_month_is_recorded_on_each(
    browser: Browser, client: Client, manager: User
) -> None:
    posts = [walk(future_post(client), *TO_CLIENT, by=manager) for _ in range(2)]
    seen = several(browser, S.CLIENT_APPROVED, *posts).context["form"].initial["seen"]
    word = {"said_by": "The owner", "said_on": "2026-03-11", "channel": "email"}
    several(browser, S.CLIENT_APPROVED, *posts, seen=seen, mode="all", **word)
    assert [state_of(post) for post in posts] == [S.CLIENT_APPROVED] * 2


def test_month_leads_to_its_posts(browser: Browser, client: Client) -> None:
    post, other = post_of(client, S.INTERNAL_REVIEW), post_of(client, S.INTERNAL_REVIEW)
    other.publications.update(planned_at="2026-04-01T12:00Z")
    form = {"client": client.pk, "month": "2026-03-20", "to": S.INTERNAL_APPROVED}
    answer = browser.post(reverse("admin:content_post_approve_month"), form)
    assert f"posts={post.pk}&" in answer["Location"]


def test_list_action_opens_the_page_and_changes_nothing(browser: Browser, client: Client) -> None:
    post = post_of(client)
    form = {"action": "several_internal_review", "_selected_action": [post.pk]}
    answer = browser.post(reverse("admin:content_post_changelist"), form)
    assert f"posts={post.pk}&to=internal_review" in answer["Location"]
    assert state_of(post) == S.IN_WORK


# --- Links ---------------------------------------------------------------------------------------


def test_link_is_shown_once_or_sent(browser: Browser, client: Client, manager: User) -> None:
    contact = ContactFactory.create(client=client, email="owner@client.example")
    post = walk(future_post(client), *TO_CLIENT, by=manager)
    address = f"{reverse('admin:content_post_approval_link')}?posts={post.pk}"
    shown = browser.post(address, {"contact": contact.pk})
    token = re.search(r"/link/approve/([\w-]+)/", shown.content.decode())
    assert token is not None
    link = find_link(token[1])
    assert link is not None
    assert token[1] not in browser.get(page(post, "change")).content.decode()
    browser.post(reverse("admin:content_post_withdraw_link", args=[link.pk]))
    link.refresh_from_db()
    assert (link.revoked_at is not None, link.revoked_by) == (True, manager)
    assert browser.post(address, {"contact": contact.pk, "is_sent": "on"}).status_code == 302
    assert ApprovalLink.objects.count() == 2


def test_link_of_another_client_is_not_withdrawn(client: Client, manager: User) -> None:
    contact = ContactFactory.create(client=client)
    link = ApprovalLink.objects.create(
        client=client, contact=contact, token_hash="0" * 64, made_by=manager,
        expires_at=timezone.now(),
    )  # fmt: skip
    stranger = signed_in(person_of(client_with()))
    address = reverse("admin:content_post_withdraw_link", args=[link.pk])
    assert stranger.post(address).status_code == 404
    link.refresh_from_db()
    assert link.revoked_at is None


def test_panel_asks_as_often_for_many_rows(browser: Browser, client: Client) -> None:
    counts = []
    for size in (1, 3):
        post = versioned(post_of(client, S.CLIENT_REVIEW), *(f"Text {n}" for n in range(size)))
        for _number in range(size):
            PostComment.objects.create(post=post, text="Said.", by=UserFactory.create())
        version = PostVersion.objects.filter(post=post).first()
        for number in range(size):
            post.moves.create(
                client=client, new=S.IN_WORK, moved_by=UserFactory.create(), version=version,
                reason=str(number),
            )  # fmt: skip
        counts.append(count_queries(browser, page(post, "change")))
    assert counts[0] == counts[1]


def count_queries(browser: Browser, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address).status_code == 200
    return len(captured)
