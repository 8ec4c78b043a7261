"""The start page names the posts of the week that wait for the client's material."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import User
from tests.factories import (
    DirectorFactory,
    MaterialRequestFactory,
    PublicationFactory,
    TeamMemberFactory,
)

pytestmark = pytest.mark.django_db


def waiting(days: int, due_days: int, title: str) -> Any:
    now = timezone.now()
    post = PublicationFactory.create(
        planned_at=now + dt.timedelta(days=days), post__title=title
    ).post
    due_on = timezone.localdate(now) + dt.timedelta(days=due_days)
    MaterialRequestFactory.create(client=post.client, post=post, due_on=due_on)
    return post


def page_of(user: User) -> Any:
    browser = Browser()
    browser.force_login(user)
    return browser.get(reverse("admin:index"))


def test_posts_of_the_week_are_named_with_what_is_late() -> None:
    waiting(3, -2, "Soon and late")
    waiting(5, 2, "Soon")
    waiting(9, -2, "Far away")
    context = page_of(DirectorFactory.create()).context
    lines = [(line.title, line.is_late) for line in context["waiting_posts"]]
    assert lines == [("Soon and late", True), ("Soon", False)]
    assert context["overdue_requests"] == 2


def test_only_posts_of_own_clients_are_named() -> None:
    mine = waiting(3, 1, "Mine")
    waiting(3, 1, "Foreign")
    member = TeamMemberFactory.create(client=mine.client)
    response = page_of(member.user)
    assert [line.title for line in response.context["waiting_posts"]] == ["Mine"]
    assert "Foreign" not in response.content.decode()
