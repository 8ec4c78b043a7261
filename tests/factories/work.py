"""Communities, strategies, competitors, campaigns."""

import datetime as dt
from decimal import Decimal

from django.utils import timezone
from factory.django import DjangoModelFactory

from communities.models import AccessKey, Community, Profile, WallPost
from promotion.models import Campaign, Placement
from strategy.models import (
    Competitor,
    CompetitorAnalysis,
    CompetitorProfile,
    Goal,
    KpiTarget,
    Metric,
    MonthlyTarget,
    StrategyVersion,
)
from tests.factories.base import (
    DAY,
    LONG_AGO,
    NOON,
    LazyAttribute,
    SelfAttribute,
    Sequence,
    SubFactory,
)
from tests.factories.clients import (
    ClientFactory,
    EngagementFactory,
    UserFactory,
)


class AccessKeyFactory(DjangoModelFactory[AccessKey]):
    """The agency's own VK service key; give `client` and `kind` for a client's."""

    class Meta:
        model = AccessKey

    client = None
    network = "vk"
    kind = AccessKey.Kind.SERVICE
    label = Sequence(lambda n: f"Key {n}")
    secret = Sequence(lambda n: f"secret-of-key-{n}")
    state = AccessKey.State.WORKS


class ProfileFactory(DjangoModelFactory[Profile]):
    class Meta:
        model = Profile

    client = SubFactory(ClientFactory)
    network = "vk"
    external_id = Sequence(lambda n: str(1_000_000 + n))
    title = Sequence(lambda n: f"Profile {n}")


class CommunityFactory(DjangoModelFactory[Community]):
    """A running community; `profile__client=client` places it with a client."""

    class Meta:
        model = Community

    profile = SubFactory(ProfileFactory)
    client = SelfAttribute("profile.client")
    state = Community.State.RUNNING
    launched_on = LONG_AGO


class WallPostFactory(DjangoModelFactory[WallPost]):
    class Meta:
        model = WallPost

    profile = SubFactory(ProfileFactory)
    client = SelfAttribute("profile.client")
    external_id = Sequence(lambda n: str(n + 1))
    posted_at = NOON
    text = "A post"


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


class CampaignFactory(DjangoModelFactory[Campaign]):
    class Meta:
        model = Campaign

    client = SubFactory(ClientFactory)
    title = Sequence(lambda n: f"Campaign {n}")
    kind = Campaign.Kind.TARGETED_ADS
    starts_on = LONG_AGO


def approve_in_place(version: StrategyVersion, *, at: dt.datetime = NOON) -> StrategyVersion:
    """Approved without the checks of `strategy.approval`, for tests of what comes after."""
    version.state = "approved"
    version.approved_at = at or timezone.now()
    version.approved_by = UserFactory.create()
    version.save()
    return version


class PlacementFactory(DjangoModelFactory[Placement]):
    class Meta:
        model = Placement

    campaign = SubFactory(CampaignFactory)
    client = SelfAttribute("campaign.client")
    title = Sequence(lambda n: f"Placement {n}")
    starts_on = LONG_AGO
