"""Approvals of the demo: one client with links, rounds, a thread, and silence taken for consent."""

import datetime as dt

import pytest

from content.models import ApprovalLink, ContentTerms, Post, PostComment, PostMove, PostState
from smm_agency.demo.approvals import TEXTS, write_approvals
from smm_agency.demo.cast import Cast
from smm_agency.demo.clients_calls import CAFE, CLINIC
from smm_agency.demo.stage import set_stage

pytestmark = pytest.mark.django_db

S = PostState


@pytest.mark.parametrize("today", [dt.date(2026, 11, 23), dt.date(2026, 11, 28)])
def test_cafe_has_posts_on_every_leg_of_the_way(today: dt.date) -> None:
    """On a Monday and on a Saturday: working hours fall another way."""
    stage = set_stage(CAFE, number=1, today=today, cast=Cast())
    write_approvals([stage])
    states = dict(Post.objects.values_list("title", "state"))
    assert [states[title] for title in TEXTS] == [
        S.CLIENT_REVIEW, S.SCHEDULED, S.CLIENT_REWORK, S.INTERNAL_REVIEW,
    ]  # fmt: skip
    assert PostMove.objects.filter(is_deemed=True).count() == 1
    assert sorted(Post.objects.values_list("rounds", flat=True)) == [0, 0, 1, 3]
    assert ApprovalLink.objects.count() == 1
    assert PostComment.objects.filter(is_internal=False).count() == 2


def test_links_are_on_for_one_client_of_the_demo() -> None:
    stage = set_stage(CLINIC, number=1, today=dt.date(2026, 11, 23), cast=Cast())
    write_approvals([stage])
    assert not ContentTerms.objects.filter(has_approval_links=True).exists()
