"""A month from the grid to the wall: planned, written, approved by both, published, measured."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from clients.models import Client
from communities.models import AccessKey
from content.fulfilment import fulfilment
from content.models import Approvals, Post, PostState, Publication, PublicationState
from content.plan_making import make_plan
from content.planning import propose
from content.publishing import publish_due
from content.several_posts import look_at, move_several, posts_of_month
from content.tests.planned import approved, community_of, draft, fill, rubric_of
from content.workflow import ClientWord
from kpi.measurement import measure_posts
from kpi.models import PostSnapshot
from kpi.tests.network_stage import Start, simulate
from strategy.models import ContentSource, PostFormat
from tests.factories import AccessKeyFactory, ClientFactory, ContentTermsFactory, DirectorFactory

__all__ = ["simulate"]

pytestmark = pytest.mark.django_db(transaction=True)

S = PostState
WAY = (
    S.DRAFT, S.IN_WORK, S.INTERNAL_REVIEW, S.INTERNAL_APPROVED, S.CLIENT_REVIEW,
    S.CLIENT_APPROVED, S.SCHEDULED,
)  # fmt: skip
GROUP = "5005"


@pytest.fixture
def client() -> Client:
    """Two posts every Monday in one community of VK, approved by the agency and the client."""
    client: Client = ClientFactory.create(time_zone="Asia/Yekaterinburg")
    ContentTermsFactory.create(client=client, approvals=Approvals.CLIENT)
    version = draft(
        client,
        starts_on=client.today() - dt.timedelta(days=60),
        ends_on=client.today() + dt.timedelta(days=120),
    )
    rubric = rubric_of(version, formats=[PostFormat.TEXT], sources=[ContentSource.OWN])
    key = AccessKeyFactory.create(
        client=client, kind=AccessKey.Kind.USER, secret="vk1.a.usermonth",
        capabilities=["publish", "publish_photo", "read_posts", "read_views", "read_reactions"],
    )  # fmt: skip
    community = community_of(client, profile__external_id=GROUP, profile__access_key=key)
    fill(rubric, community, 0, posts=2)
    approved(version)
    return client


def next_month(client: Client) -> dt.date:
    return (client.today().replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def approve_month(client: Client, month: dt.date, *, by: Any) -> None:
    word = ClientWord(said_by="Invented Person", said_on=client.today(), channel="email")
    for state in WAY:
        seen = look_at(posts_of_month(client, month, to=state))
        move_several(
            seen, state, by=by, at=timezone.now(), all_or_none=True,
            word=word if state == S.CLIENT_APPROVED else None,
        )  # fmt: skip


def test_month_is_planned_approved_published_and_measured(client: Client, simulate: Start) -> None:
    networks = simulate(groups={GROUP: {"posts": []}}, any_token=True)
    by, month = DirectorFactory.create(), next_month(client)
    proposal = propose(client, month, on=client.today())
    _plan, made = make_plan(client, month, by=by, at=timezone.now(), known=proposal.known)
    assert made == len(proposal.posts) >= 8
    for post in Post.objects.all():
        post.text = f"The text of post {post.pk}."
        post.save()

    approve_month(client, month, by=by)
    assert set(Publication.objects.values_list("state", flat=True)) == {PublicationState.DUE}

    for moment in Publication.objects.order_by("planned_at").values_list("planned_at", flat=True):
        assert moment is not None
        publish_due(at=moment)
    assert set(Publication.objects.values_list("state", "failure")) == {("sent", "")}
    assert set(Post.objects.values_list("state", flat=True)) == {S.PUBLISHED}
    wall = networks.world.walls.report()["vk"][GROUP]
    assert sorted(each["text"] for each in wall) == sorted(
        Post.objects.values_list("text", flat=True)
    )

    measure_posts(at=timezone.now() + dt.timedelta(hours=2))
    measured = PostSnapshot.objects.values_list("wall_post__publication", flat=True)
    assert set(measured) == set(Publication.objects.values_list("pk", flat=True))
    kept = fulfilment(client, month, month + dt.timedelta(days=30))
    assert kept.planned == made
