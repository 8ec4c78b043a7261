"""Rows for tests, as the models want them: one call makes a row with everything it hangs on."""

import datetime as dt
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission
from django.utils import timezone
from factory import declarations
from factory.django import DjangoModelFactory

from clients.models import (
    Block,
    Client,
    ClientStatus,
    Contact,
    Engagement,
    EngagementService,
    Performer,
    PortalAccess,
    Role,
    Service,
    Task,
    TeamMember,
    TrackingNumber,
    User,
)
from communities.models import AccessKey, Community, Profile, WallPost
from kpi.models import (
    Call,
    CallConnection,
    Caller,
    CallStatus,
    CallTally,
    DayCount,
    Decision,
    DecisionKind,
    Evaluation,
    Evidence,
    Flag,
    FlagCause,
    FlagKind,
    Light,
    NumberPlacement,
    PostSnapshot,
    ProfileSnapshot,
    RawCallEvent,
    Reading,
    TallyPeriod,
)
from promotion.models import Campaign
from smm_agency.lib.encryption import keyed_hash
from smm_agency.lib.phones import country_prefix, last_four
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

# factory_boy is typed in part only: its declarations are not.
Sequence: Any = declarations.Sequence
LazyAttribute: Any = declarations.LazyAttribute
SelfAttribute: Any = declarations.SelfAttribute
SubFactory: Any = declarations.SubFactory
LazyFunction: Any = declarations.LazyFunction
PostGeneration: Any = declarations.PostGeneration

# A moment and a day that tests may lean on: a Wednesday noon in Moscow.
NOON = dt.datetime(2026, 3, 11, 9, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 3, 11)
LONG_AGO = dt.date(2020, 1, 1)
PASSWORD = "a long enough password"


class ClientFactory(DjangoModelFactory[Client]):
    """An active client in Moscow."""

    class Meta:
        model = Client

    name = Sequence(lambda n: f"Client {n}")
    status = ClientStatus.ACTIVE


@cache
def hashed_password() -> str:
    """Of PASSWORD: hashed once, for hashing is slow on purpose."""
    return make_password(PASSWORD)


def grant(user: User, create: bool, names: tuple[str, ...] | None, **kwargs: Any) -> None:
    """Give a person permissions: `UserFactory(permissions=("kpi.view_call", …))`."""
    for name in names or ():
        app, _, codename = name.partition(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )


class UserFactory(DjangoModelFactory[User]):
    """A person of the agency without any right; PortalUserFactory makes a client's."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = Sequence(lambda n: f"user{n}")
    email = LazyAttribute(lambda user: f"{user.username}@agency.example")
    password = LazyFunction(hashed_password)
    is_staff = True

    permissions = PostGeneration(grant)


class DirectorFactory(UserFactory):
    """A person who sees every client and may do anything in the admin."""

    username = Sequence(lambda n: f"director{n}")
    is_superuser = True


class PortalUserFactory(UserFactory):
    """A person on a client's side; PortalAccessFactory opens a portal to them."""

    username = Sequence(lambda n: f"guest{n}")
    email = LazyAttribute(lambda user: f"{user.username}@client.example")
    is_staff = False


class PortalAccessFactory(DjangoModelFactory[PortalAccess]):
    class Meta:
        model = PortalAccess

    client = SubFactory(ClientFactory)
    user = SubFactory(PortalUserFactory)


class ContactFactory(DjangoModelFactory[Contact]):
    class Meta:
        model = Contact

    client = SubFactory(ClientFactory)
    name = Sequence(lambda n: f"Contact {n}")


class TeamMemberFactory(DjangoModelFactory[TeamMember]):
    """An account manager since long ago; the role's group is brought by `clients.team`."""

    class Meta:
        model = TeamMember

    client = SubFactory(ClientFactory)
    user = SubFactory(UserFactory)
    role = Role.ACCOUNT_MANAGER
    starts_on = LONG_AGO


class TaskFactory(DjangoModelFactory[Task]):
    class Meta:
        model = Task

    client = SubFactory(ClientFactory)
    title = Sequence(lambda n: f"Task {n}")


class ServiceFactory(DjangoModelFactory[Service]):
    class Meta:
        model = Service

    code = Sequence(lambda n: f"service-{n}")
    block = Block.MANAGEMENT
    name_en = Sequence(lambda n: f"Service {n}")
    name_ru = Sequence(lambda n: f"Услуга {n}")
    result_en = "A result"
    result_ru = "Результат"


class EngagementFactory(DjangoModelFactory[Engagement]):
    class Meta:
        model = Engagement

    client = SubFactory(ClientFactory)
    title = Sequence(lambda n: f"Engagement {n}")
    starts_on = LONG_AGO
    currency = "RUB"


class EngagementServiceFactory(DjangoModelFactory[EngagementService]):
    class Meta:
        model = EngagementService

    engagement = SubFactory(EngagementFactory)
    client = SelfAttribute("engagement.client")
    service = SubFactory(ServiceFactory)
    performer = Performer.AGENCY


class TrackingNumberFactory(DjangoModelFactory[TrackingNumber]):
    class Meta:
        model = TrackingNumber

    client = SubFactory(ClientFactory)
    number = Sequence(lambda n: f"+7495{n:07d}")


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


class NumberPlacementFactory(DjangoModelFactory[NumberPlacement]):
    class Meta:
        model = NumberPlacement

    number = SubFactory(TrackingNumberFactory)
    client = SelfAttribute("number.client")
    community = SubFactory(CommunityFactory, profile__client=SelfAttribute("...client"))
    starts_on = LONG_AGO


class CallerFactory(DjangoModelFactory[Caller]):
    """A caller with a number that cannot be dialled; give `phone` for another."""

    class Meta:
        model = Caller

    client = SubFactory(ClientFactory)
    phone = Sequence(lambda n: f"+7000{n:07d}")
    phone_hash = LazyAttribute(lambda row: keyed_hash(row.client.pk, row.phone))
    last4 = LazyAttribute(lambda row: last_four(row.phone))
    country_code = LazyAttribute(lambda row: country_prefix(row.phone))


class CallFactory(DjangoModelFactory[Call]):
    """An answered call of a minute from a community; uniqueness as given, not computed."""

    class Meta:
        model = Call

    client = SubFactory(ClientFactory)
    started_at = NOON
    talk_seconds = 60
    status = CallStatus.ANSWERED
    caller = SubFactory(CallerFactory, client=SelfAttribute("..client"))
    community = SubFactory(CommunityFactory, profile__client=SelfAttribute("...client"))
    evidence = Evidence.COMMUNITY_NUMBER
    is_unique = True
    is_target = True
    is_unique_target = True


class CallTallyFactory(DjangoModelFactory[CallTally]):
    """A week's tally from the Monday of `DAY`'s week."""

    class Meta:
        model = CallTally

    community = SubFactory(CommunityFactory)
    client = SelfAttribute("community.client")
    period = TallyPeriod.WEEK
    starts_on = DAY - dt.timedelta(days=DAY.weekday())
    total = 7
    evidence = CallTally.By.OPERATOR


class DayCountFactory(DjangoModelFactory[DayCount]):
    class Meta:
        model = DayCount

    client = SubFactory(ClientFactory)
    metric = DayCount.Counted.MESSAGES
    day = DAY
    total = 3


class ProfileSnapshotFactory(DjangoModelFactory[ProfileSnapshot]):
    class Meta:
        model = ProfileSnapshot

    profile = SubFactory(ProfileFactory)
    client = SelfAttribute("profile.client")
    date = DAY
    followers = 1000
    reading = Reading.API
    read_at = NOON


class PostSnapshotFactory(DjangoModelFactory[PostSnapshot]):
    class Meta:
        model = PostSnapshot

    wall_post = SubFactory(WallPostFactory)
    client = SelfAttribute("wall_post.client")
    slot = DAY
    views = 500
    likes = 10
    comments = 2
    shares = 1
    reading = Reading.API
    read_at = NOON


class EvaluationFactory(DjangoModelFactory[Evaluation]):
    class Meta:
        model = Evaluation

    target = SubFactory(KpiTargetFactory)
    client = SelfAttribute("target.client")
    day = DAY
    light = Light.GREEN
    p_value = 0.4
    actual = Decimal(10)
    expected = Decimal(11)
    target_value = Decimal(31)
    measured_days = 11
    days = 11
    evidence = {"window_days": 28}


class FlagFactory(DjangoModelFactory[Flag]):
    class Meta:
        model = Flag

    client = SubFactory(ClientFactory)
    kind = FlagKind.STRATEGY
    cause_key = Sequence(lambda n: f"cause:{n}")
    severity = Light.AMBER
    opened_on = DAY
    last_seen_on = DAY
    evidence = {"opened": {"actual": 10, "expected": 20}}


class FlagCauseFactory(DjangoModelFactory[FlagCause]):
    class Meta:
        model = FlagCause

    flag = SubFactory(FlagFactory)
    client = SelfAttribute("flag.client")
    code = "fewer_posts"
    facts = {"posts_week": 1.5, "before_week": 4}


class DecisionFactory(DjangoModelFactory[Decision]):
    class Meta:
        model = Decision

    flag = SubFactory(FlagFactory)
    client = SelfAttribute("flag.client")
    kind = DecisionKind.KEEP
    reason = "An internal reason"
    decided_on = DAY
    decided_by = SubFactory(UserFactory)
    check_on = DAY + dt.timedelta(days=30)


class CallConnectionFactory(DjangoModelFactory[CallConnection]):
    class Meta:
        model = CallConnection

    client = SubFactory(ClientFactory)
    label = Sequence(lambda n: f"Connection {n}")
    secret = "secret-of-connection"


class RawCallEventFactory(DjangoModelFactory[RawCallEvent]):
    class Meta:
        model = RawCallEvent

    connection = SubFactory(CallConnectionFactory)
    client = SelfAttribute("connection.client")
    event_id = Sequence(lambda n: f"event-{n}")
    body = "{}"
    received_at = NOON


def local_noon(client: Client, day: dt.date) -> dt.datetime:
    """Noon of a client's day, in UTC."""
    noon = dt.datetime.combine(day, dt.time(12), tzinfo=ZoneInfo(client.time_zone))
    return noon.astimezone(dt.UTC)


def approve_in_place(version: StrategyVersion, *, at: dt.datetime = NOON) -> StrategyVersion:
    """Approved without the checks of `strategy.approval`, for tests of what comes after."""
    version.state = "approved"
    version.approved_at = at or timezone.now()
    version.approved_by = UserFactory.create()
    version.save()
    return version
