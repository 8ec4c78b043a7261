"""Strategies with all their parts, and competitors."""

import datetime as dt
from decimal import Decimal

from django.utils import timezone
from factory.django import DjangoModelFactory

from clients.models import Client, User
from communities.models import Profile
from strategy.approval import approve_inside, record_client_word, send_for_approval
from strategy.models import (
    BudgetLine,
    Channel,
    CommunityRhythm,
    Competitor,
    CompetitorAnalysis,
    CompetitorProfile,
    ContentRules,
    Goal,
    GoalTask,
    GridCell,
    KpiTarget,
    Metric,
    MonthlyTarget,
    Positioning,
    Rubric,
    SectionKind,
    Segment,
    StrategySection,
    StrategyVersion,
    VersionDocument,
)
from strategy.periods import months_between
from tests.factories.base import (
    DAY,
    NOON,
    LazyAttribute,
    SelfAttribute,
    Sequence,
    SubFactory,
)
from tests.factories.clients import (
    ClientFactory,
    DirectorFactory,
    EngagementFactory,
    EngagementServiceFactory,
    UserFactory,
)
from tests.factories.work import CommunityFactory, ProfileFactory


class StrategyVersionFactory(DjangoModelFactory[StrategyVersion]):
    """A draft for 2026. Give it targets, then `approve_in_place(version)`."""

    class Meta:
        model = StrategyVersion

    engagement = SubFactory(EngagementFactory, client=SelfAttribute("..client"))
    client = SubFactory(ClientFactory)
    number = LazyAttribute(
        lambda version: StrategyVersion.objects.filter(client=version.client).count() + 1
    )
    title = "A strategy"
    starts_on = dt.date(2026, 1, 1)
    ends_on = dt.date(2026, 12, 31)


class GoalFactory(DjangoModelFactory[Goal]):
    class Meta:
        model = Goal

    version = SubFactory(StrategyVersionFactory)
    client = SelfAttribute("version.client")
    text = Sequence(lambda n: f"Goal {n}")


class StrategySectionFactory(DjangoModelFactory[StrategySection]):
    class Meta:
        model = StrategySection

    version = SubFactory(StrategyVersionFactory)
    client = SelfAttribute("version.client")
    kind = SectionKind.BRIEF
    text = "A text"
    state = "ready"


class GoalTaskFactory(DjangoModelFactory[GoalTask]):
    class Meta:
        model = GoalTask

    goal = SubFactory(GoalFactory)
    client = SelfAttribute("goal.client")
    title = Sequence(lambda n: f"Task of a goal {n}")


class SegmentFactory(DjangoModelFactory[Segment]):
    class Meta:
        model = Segment

    version = SubFactory(StrategyVersionFactory)
    client = SelfAttribute("version.client")
    name = Sequence(lambda n: f"Segment {n}")


class PositioningFactory(DjangoModelFactory[Positioning]):
    class Meta:
        model = Positioning

    version = SubFactory(StrategyVersionFactory)
    client = SelfAttribute("version.client")
    message = Sequence(lambda n: f"Message {n}")


class ContentRulesFactory(DjangoModelFactory[ContentRules]):
    class Meta:
        model = ContentRules

    version = SubFactory(StrategyVersionFactory)
    client = SelfAttribute("version.client")
    curated_cap = Decimal("0.30")


class RubricFactory(DjangoModelFactory[Rubric]):
    """The whole plan; give `share` where there are several."""

    class Meta:
        model = Rubric

    version = SubFactory(StrategyVersionFactory)
    client = SelfAttribute("version.client")
    name = Sequence(lambda n: f"Rubric {n}")
    share = Decimal(1)


class CommunityRhythmFactory(DjangoModelFactory[CommunityRhythm]):
    class Meta:
        model = CommunityRhythm

    version = SubFactory(StrategyVersionFactory)
    client = SelfAttribute("version.client")
    community = SubFactory(CommunityFactory, profile__client=SelfAttribute("...client"))
    posts_per_week = 1


class GridCellFactory(DjangoModelFactory[GridCell]):
    """A post on Mondays."""

    class Meta:
        model = GridCell

    rubric = SubFactory(RubricFactory)
    client = SelfAttribute("rubric.client")
    community = SubFactory(CommunityFactory, profile__client=SelfAttribute("...client"))
    weekday = 0
    posts = 1


class BudgetLineFactory(DjangoModelFactory[BudgetLine]):
    class Meta:
        model = BudgetLine

    version = SubFactory(StrategyVersionFactory)
    client = SelfAttribute("version.client")
    channel = Channel.ADS
    month = DAY.replace(day=1)
    amount = Decimal(10_000)
    currency = "RUB"


class VersionDocumentFactory(DjangoModelFactory[VersionDocument]):
    class Meta:
        model = VersionDocument

    version = SubFactory(StrategyVersionFactory)
    client = SelfAttribute("version.client")
    kind = VersionDocument.Kind.PRINTED
    file_name = "strategy.pdf"
    content_type = "application/pdf"
    content = b"%PDF-1.7 small"
    size = 14
    sha256 = "0" * 64


class KpiTargetFactory(DjangoModelFactory[KpiTarget]):
    """The primary target in calls; growth and ER are made with `is_primary=False`."""

    class Meta:
        model = KpiTarget

    version = SubFactory(StrategyVersionFactory)
    client = SelfAttribute("version.client")
    metric = Metric.CALLS
    is_primary = True


class MonthlyTargetFactory(DjangoModelFactory[MonthlyTarget]):
    class Meta:
        model = MonthlyTarget

    target = SubFactory(KpiTargetFactory)
    client = SelfAttribute("target.client")
    month = DAY.replace(day=1)
    value = Decimal(31)


class CompetitorFactory(DjangoModelFactory[Competitor]):
    class Meta:
        model = Competitor

    client = SubFactory(ClientFactory)
    name = Sequence(lambda n: f"Competitor {n}")


class CompetitorProfileFactory(DjangoModelFactory[CompetitorProfile]):
    class Meta:
        model = CompetitorProfile

    competitor = SubFactory(CompetitorFactory)
    client = SelfAttribute("competitor.client")
    profile = SubFactory(
        ProfileFactory,
        client=SelfAttribute("..client"),
        relation=Profile.Relation.COMPETITOR,
    )


class CompetitorAnalysisFactory(DjangoModelFactory[CompetitorAnalysis]):
    class Meta:
        model = CompetitorAnalysis

    competitor = SubFactory(CompetitorFactory)
    client = SelfAttribute("competitor.client")
    analysed_on = DAY
    analysed_by = SubFactory(UserFactory)
    strengths = "Answers within minutes"


def complete_draft(
    *, client: Client | None = None, targets: bool = True, **fields: object
) -> StrategyVersion:
    """A draft that lacks nothing: goal, competitors, calls for every month, division, grid."""
    client = client or ClientFactory.create()
    for _ in range(2 - client.competitors.count()):
        CompetitorAnalysisFactory.create(competitor=CompetitorFactory.create(client=client))
    version: StrategyVersion = StrategyVersionFactory.create(client=client, **fields)
    EngagementServiceFactory.create(engagement=version.engagement)
    GoalFactory.create(version=version, measure="40 calls a month")
    ContentRulesFactory.create(version=version)
    GridCellFactory.create(rubric=RubricFactory.create(version=version))
    if targets:
        target = KpiTargetFactory.create(version=version)
        for month in months_between(version.starts_on, version.ends_on):
            MonthlyTargetFactory.create(target=target, month=month, value=Decimal(30))
    return version


def approve_whole(
    version: StrategyVersion, *, by: User | None = None, on: dt.date = DAY
) -> StrategyVersion:
    """All three steps of the approval, by one person on one day."""
    by = by or DirectorFactory.create()
    at = dt.datetime.combine(on, dt.time(9), tzinfo=dt.UTC)
    version = send_for_approval(version, by=by, on=on, at=at)
    version = approve_inside(version, by=by, on=on, at=at)
    return record_client_word(
        version, by=by, on=on, at=at, said_by="Zoya Testova", said_on=on, channel="email"
    )


def approve_in_place(version: StrategyVersion, *, at: dt.datetime = NOON) -> StrategyVersion:
    """Approved without the checks of `strategy.approval`, for tests of what comes after."""
    version.state = "approved"
    version.approved_at = at or timezone.now()
    version.approved_by = UserFactory.create()
    version.save()
    return version
