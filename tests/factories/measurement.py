"""Calls, counts, snapshots, evaluations, flags."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from factory.django import DjangoModelFactory

from clients.models import (
    Client,
)
from kpi.models import (
    Call,
    CallConnection,
    Caller,
    CallStatus,
    CallTally,
    ColumnMapping,
    DayCount,
    Decision,
    DecisionKind,
    Evaluation,
    Evidence,
    FileImport,
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
from smm_agency.lib.encryption import keyed_hash
from smm_agency.lib.phones import country_prefix, last_four
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
    TrackingNumberFactory,
    UserFactory,
)
from tests.factories.strategy import KpiTargetFactory
from tests.factories.work import CommunityFactory, ProfileFactory, WallPostFactory


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


class FileImportFactory(DjangoModelFactory[FileImport]):
    """A file that waits for confirmation; its content has been deleted."""

    class Meta:
        model = FileImport

    profile = SubFactory(ProfileFactory)
    client = SelfAttribute("profile.client")
    file_name = Sequence(lambda n: f"file-{n}.csv")
    file_hash = Sequence(lambda n: f"{n:064}")
    size = 100
    choices = LazyAttribute(lambda _row: {"format": "columns", "mapping": {"kind": "days"}})
    uploaded_at = NOON


class ColumnMappingFactory(DjangoModelFactory[ColumnMapping]):
    class Meta:
        model = ColumnMapping

    client = SubFactory(ClientFactory)
    network = "dzen"
    fingerprint = Sequence(lambda n: f"{n:064}")
    header = LazyAttribute(lambda _row: ["Day", "Fans"])
    mapping = LazyAttribute(
        lambda _row: {"kind": "days", "columns": {"date": "Day", "followers": "Fans"}}
    )
