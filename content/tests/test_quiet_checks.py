"""The last check is made in the quiet minutes before, and not again at the second itself."""

import datetime as dt
from typing import Any

import pytest

from communities.networks.publishing import PUBLISHERS
from content.claiming import claim
from content.models import Publication
from content.post_checks import Problem
from content.quiet_checks import AHEAD, HOLDS_SECONDS, QuietChecks
from content.sending import prepare
from content.tests.publishing_stage import LATER, FakeNetwork, due
from tests.factories import NOON

pytestmark = pytest.mark.django_db


class Asked:
    """Counts what is asked; `problem` is what stands in the way."""

    def __init__(self) -> None:
        self.posts: list[int] = []
        self.problem = ""

    def __call__(self, post: Any, *, at: dt.datetime) -> list[Problem]:
        self.posts.append(post.pk)
        return [Problem(self.problem)] if self.problem else []


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    monkeypatch.setitem(PUBLISHERS, "vk", FakeNetwork())
    found = Asked()
    monkeypatch.setattr("content.sending.find_problems", found)
    return found


def ready(publication: Publication, checks: QuietChecks) -> int:
    key = publication.community.profile.access_key
    assert key is not None
    held = claim([publication.pk], at=LATER)
    return len(prepare(held, {publication.pk: key}, at=LATER, is_fit=checks.is_fit))


def test_post_that_was_checked_before_is_not_checked_again(asked: Asked) -> None:
    publication, checks = due(), QuietChecks()
    assert checks.check_some(at=NOON - AHEAD) == 1
    assert checks.check_some(at=NOON - AHEAD) == 0
    assert ready(publication, checks) == 1
    assert asked.posts == [publication.post_id]


def test_post_that_nobody_checked_is_checked_at_its_time(asked: Asked) -> None:
    publication, checks = due(), QuietChecks()
    assert checks.check_some(at=NOON - AHEAD - dt.timedelta(seconds=1)) == 0
    ready(publication, checks)
    assert asked.posts == [publication.post_id]


def test_post_with_a_problem_may_be_mended_until_its_time(asked: Asked) -> None:
    publication, checks = due(), QuietChecks()
    asked.problem = "The text is too long."
    checks.check_some(at=NOON - AHEAD)
    asked.problem = ""
    assert ready(publication, checks) == 1
    assert len(asked.posts) == 2


def test_old_answer_holds_no_more(asked: Asked) -> None:
    publication, checks = due(), QuietChecks()
    checks.check_some(at=NOON - AHEAD)
    checks.fit[publication.pk] -= HOLDS_SECONDS
    ready(publication, checks)
    assert len(asked.posts) == 2
