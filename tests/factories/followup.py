"""What surrounds the numbers: events, reviews, test calls, reconciliations, checks of effects."""

import datetime as dt
from decimal import Decimal
from typing import Any

from factory.django import DjangoModelFactory

from kpi.models import (
    AlarmChart,
    CallPull,
    CallRuleChange,
    Deal,
    EffectCheck,
    Event,
    KpiReview,
    OutgoingCall,
    PromotionAssessment,
    RawRequest,
    Report,
    ReportDelivery,
    ReportRecipient,
    ReportSettings,
    RobustChart,
    TestCall,
)
from strategy.models import Metric
from tests.factories.base import (
    DAY,
    NOON,
    SelfAttribute,
    Sequence,
    SubFactory,
)
from tests.factories.clients import (
    ClientFactory,
    ContactFactory,
    EngagementFactory,
    TrackingNumberFactory,
    UserFactory,
)
from tests.factories.content import LetterFactory
from tests.factories.measurement import CallConnectionFactory, CallerFactory, DecisionFactory


class EventFactory(DjangoModelFactory[Event]):
    """A giveaway of one day that stays in the evaluation."""

    class Meta:
        model = Event

    client = SubFactory(ClientFactory)
    kind = Event.Kind.GIVEAWAY
    title = Sequence(lambda n: f"Event {n}")
    starts_on = DAY
    ends_on = DAY
    recorded_at = NOON


class KpiReviewFactory(DjangoModelFactory[KpiReview]):
    """A review of the month before `DAY` that waits for somebody."""

    class Meta:
        model = KpiReview

    engagement = SubFactory(EngagementFactory)
    client = SelfAttribute("engagement.client")
    starts_on = (DAY.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    ends_on = DAY.replace(day=1) - dt.timedelta(days=1)
    due_on = DAY


class ReportSettingsFactory(DjangoModelFactory[ReportSettings]):
    class Meta:
        model = ReportSettings

    client = SubFactory(ClientFactory)


class ReportRecipientFactory(DjangoModelFactory[ReportRecipient]):
    class Meta:
        model = ReportRecipient

    settings = SubFactory(ReportSettingsFactory)
    client = SelfAttribute("settings.client")
    contact = SubFactory(
        ContactFactory, client=SelfAttribute("..client"), email="reports@client.example"
    )


class ReportFactory(DjangoModelFactory[Report]):
    """A draft of the month before `DAY`, of a closed review; nothing was counted for it."""

    class Meta:
        model = Report

    client = SubFactory(ClientFactory)
    review = SubFactory(
        KpiReviewFactory, engagement__client=SelfAttribute("...client"), closed_at=NOON, figures=[]
    )
    starts_on = SelfAttribute("review.starts_on")
    ends_on = SelfAttribute("review.ends_on")
    figures: dict[str, Any] = {}
    made_at = NOON


class ReportDeliveryFactory(DjangoModelFactory[ReportDelivery]):
    class Meta:
        model = ReportDelivery

    report = SubFactory(ReportFactory)
    client = SelfAttribute("report.client")
    number = 1
    address = "reports@client.example"
    letter = SubFactory(LetterFactory, client=SelfAttribute("..client"))
    asked_at = NOON


class DealFactory(DjangoModelFactory[Deal]):
    class Meta:
        model = Deal

    client = SubFactory(ClientFactory)
    closed_on = DAY
    amount = Decimal("50000.00")
    currency = "RUB"


class PromotionAssessmentFactory(DjangoModelFactory[PromotionAssessment]):
    """A draft of the month before `DAY`."""

    class Meta:
        model = PromotionAssessment

    client = SubFactory(ClientFactory)
    starts_on = (DAY.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    ends_on = DAY.replace(day=1) - dt.timedelta(days=1)
    figures: dict[str, Any] = {}
    counted_at = NOON


class TestCallFactory(DjangoModelFactory[TestCall]):
    __test__ = False

    class Meta:
        model = TestCall

    number = SubFactory(TrackingNumberFactory)
    client = SelfAttribute("number.client")
    called_at = NOON
    called_by = SubFactory(UserFactory)
    result = TestCall.Result.WORKS


class OutgoingCallFactory(DjangoModelFactory[OutgoingCall]):
    class Meta:
        model = OutgoingCall

    connection = SubFactory(CallConnectionFactory)
    client = SelfAttribute("connection.client")
    external_id = Sequence(lambda n: f"outgoing-{n}")
    started_at = NOON
    caller = SubFactory(CallerFactory, client=SelfAttribute("..client"))
    is_answered = True
    talk_seconds = 60


class CallRuleChangeFactory(DjangoModelFactory[CallRuleChange]):
    class Meta:
        model = CallRuleChange

    client = SubFactory(ClientFactory)
    changed_at = NOON
    changed_by = SubFactory(UserFactory)
    old = {"target_min_seconds": 30, "uniqueness_days": 90}
    new = {"target_min_seconds": 20, "uniqueness_days": 90}


class CallPullFactory(DjangoModelFactory[CallPull]):
    class Meta:
        model = CallPull

    connection = SubFactory(CallConnectionFactory)
    client = SelfAttribute("connection.client")
    since = NOON - dt.timedelta(days=2)
    until = NOON
    started_at = NOON


class RawRequestFactory(DjangoModelFactory[RawRequest]):
    class Meta:
        model = RawRequest

    connection = SubFactory(CallConnectionFactory)
    client = SelfAttribute("connection.client")
    received_at = NOON
    method = "POST"
    body = "{}"
    status = 200


class AlarmChartFactory(DjangoModelFactory[AlarmChart]):
    class Meta:
        model = AlarmChart

    client = SubFactory(ClientFactory)
    metric = Metric.CALLS
    month = DAY.replace(day=1)
    starts_on = DAY - dt.timedelta(days=60)
    weekdays = [1.0] * 7
    dispersion = 1.0
    ratio = 0.7
    threshold = 5.0
    run_length_days = 913.0


class RobustChartFactory(DjangoModelFactory[RobustChart]):
    class Meta:
        model = RobustChart

    client = SubFactory(ClientFactory)
    metric = Metric.GROWTH
    month = DAY.replace(day=1)
    first_on = DAY - dt.timedelta(days=200)
    last_on = DAY - dt.timedelta(days=40)
    observations = 160
    centre = 10.0
    mean = 11.0
    mad = 2.0
    scale = 3.0
    run_length_days = 913.0


class EffectCheckFactory(DjangoModelFactory[EffectCheck]):
    class Meta:
        model = EffectCheck

    decision = SubFactory(DecisionFactory)
    client = SelfAttribute("decision.client")
    due_on = DAY + dt.timedelta(days=30)
