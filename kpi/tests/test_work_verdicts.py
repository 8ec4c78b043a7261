"""Replies, fulfilment and the curated share against their targets: the less the better, or more."""

import datetime as dt
from decimal import Decimal

import pytest

from clients.models import Client
from communities.models import Community
from kpi.evaluation import evaluate
from kpi.models import Evaluation, Flag, Light
from kpi.tests.running import MORNING, YESTERDAY, add_target
from kpi.work_verdicts import light_of
from strategy.models import Metric
from tests.factories import (
    CommunityFactory,
    PublicationFactory,
    ReplyClockFactory,
    StrategyVersionFactory,
    WallPostFactory,
    approve_in_place,
    local_noon,
)

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def community() -> Community:
    return CommunityFactory.create(profile__client__status="active")


def judged(client: Client, metric: Metric, value: float, **values: object) -> Evaluation:
    version = StrategyVersionFactory.create(client=client)
    target = add_target(version, metric=metric, monthly=value, is_primary=False, **values)
    approve_in_place(version)
    evaluate(at=MORNING)
    assert not Flag.objects.exists()
    return Evaluation.objects.get(target=target)


def answered(community: Community, *minutes: int) -> None:
    moment = local_noon(community.client, YESTERDAY)
    for number in minutes:
        taken = MINUTE * number
        ReplyClockFactory.create(
            item__profile=community.profile, since=moment, first_taken=taken,
            item__first_reply_at=moment + taken, item__state="answered",
        )  # fmt: skip


def published(community: Community, number: int, *, late: int = 0, **values: object) -> None:
    moment = local_noon(community.client, YESTERDAY)
    for place in range(number):
        wait = MINUTE * (60 if place < late else 1)
        PublicationFactory.create(
            post__client=community.client, post__state="published", community=community,
            planned_at=moment, state="sent", sent_at=moment + wait, **values,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("actual", "target", "is_down", "light"),
    [
        (30, 30, True, Light.GREEN),
        (36, 30, True, Light.AMBER),
        (36.1, 30, True, Light.RED),
        (0.9, 0.9, False, Light.GREEN),
        (0.72, 0.9, False, Light.AMBER),
        (0.71, 0.9, False, Light.RED),
        # A cap of nothing is exceeded by anything.
        (0.1, 0, True, Light.RED),
        (0, 0, True, Light.GREEN),
    ],
)
def test_light_by_direction_and_tolerance(
    actual: float, target: float, is_down: bool, light: Light
) -> None:
    assert light_of(actual, target, 0.2, is_down) == light


@pytest.mark.parametrize(
    ("minutes", "light"), [((10, 20, 90), "green"), ((35,), "amber"), ((60, 60), "red")]
)
def test_reply_time_is_judged_by_its_median(
    community: Community, minutes: tuple[int, ...], light: str
) -> None:
    answered(community, *minutes)
    found = judged(community.client, Metric.REPLY_TIME, 30)
    assert (found.light, found.reason) == (light, "")
    assert found.evidence["sample"] == len(minutes)
    assert found.actual == sorted(minutes)[len(minutes) // 2]


def test_reply_time_of_one_community(community: Community) -> None:
    sister = CommunityFactory.create(profile__client=community.client)
    answered(community, 10)
    answered(sister, 300)
    found = judged(community.client, Metric.REPLY_TIME, 30, community=community)
    assert (found.light, found.actual) == ("green", Decimal(10))


def test_nobody_asked_is_grey_and_says_so(community: Community) -> None:
    found = judged(community.client, Metric.REPLY_TIME, 30)
    assert (found.light, found.reason, found.actual) == ("grey", "nothing_asked", None)


def test_asked_and_not_answered_is_grey_for_another_reason(community: Community) -> None:
    moment = local_noon(community.client, YESTERDAY)
    ReplyClockFactory.create(item__profile=community.profile, since=moment)
    found = judged(community.client, Metric.REPLY_TIME, 30)
    assert (found.light, found.reason) == ("grey", "no_replies")


def test_quick_answer_does_not_hide_the_unanswered(community: Community) -> None:
    answered(community, 5)
    moment = local_noon(community.client, YESTERDAY)
    ReplyClockFactory.create_batch(
        10, item__profile=community.profile, since=moment, first_due_at=moment + MINUTE * 30
    )
    found = judged(community.client, Metric.REPLY_TIME, 30)
    assert (found.light, found.actual) == ("amber", Decimal(5))
    assert found.evidence["late_unanswered"] == 10


def test_too_few_answers_are_not_judged(community: Community) -> None:
    answered(community, 300)
    found = judged(community.client, Metric.REPLY_TIME, 30, min_sample=5)
    assert (found.light, found.reason, found.actual) == ("grey", "too_few", Decimal(300))


@pytest.mark.parametrize(("late", "light"), [(1, "green"), (2, "amber"), (4, "red")])
def test_fulfilment_of_the_plan(community: Community, late: int, light: str) -> None:
    published(community, 10, late=late)
    found = judged(community.client, Metric.PLAN_FULFILMENT, 0.9)
    assert (found.light, found.actual) == (light, Decimal(10 - late) / 10)


def test_nothing_planned_is_no_zero(community: Community) -> None:
    found = judged(community.client, Metric.PLAN_FULFILMENT, 0.9)
    assert (found.light, found.reason, found.actual) == ("grey", "nothing_planned", None)


@pytest.mark.parametrize(("curated", "light"), [(2, "green"), (3, "red")])
def test_curated_share_may_not_be_exceeded(community: Community, curated: int, light: str) -> None:
    published(community, 8 - curated)
    published(community, curated, post__source="curated")
    found = judged(community.client, Metric.CURATED_SHARE, 0.25)
    assert (found.light, found.actual) == (light, Decimal(curated) / 8)


@pytest.mark.parametrize(
    ("own", "curated", "unclassified", "light", "reason"),
    [
        # Whoever classifies the twenty decides.
        (1, 0, 20, "grey", "unclassified"),
        # Even if both came from the internet, and even if neither did.
        (10, 0, 2, "green", ""),
        (2, 6, 2, "red", ""),
    ],
)
def test_share_that_is_not_known_is_not_judged(
    community: Community, own: int, curated: int, unclassified: int, light: str, reason: str
) -> None:
    published(community, own)
    published(community, curated, post__source="curated")
    WallPostFactory.create_batch(
        unclassified,
        profile=community.profile,
        posted_at=local_noon(community.client, YESTERDAY),
    )
    found = judged(community.client, Metric.CURATED_SHARE, 0.25)
    assert (found.light, found.reason) == (light, reason)
    assert found.evidence["unclassified"] == unclassified


def test_nothing_published_is_no_share(community: Community) -> None:
    found = judged(community.client, Metric.CURATED_SHARE, 0.25)
    assert (found.light, found.reason) == ("grey", "nothing_published")
