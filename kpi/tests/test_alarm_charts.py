import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

import numpy as np
import pytest

from clients.models import Client
from kpi.evaluation import evaluate
from kpi.models import AlarmChart, AlarmSettings, Call, Evaluation, Flag, Light
from kpi.subjects import Subject, find_subjects
from kpi.tests.running import (
    MORNING,
    add_calls,
    called_client,
    days_back,
    running_target,
)
from smm_agency.lib.public_holidays import holidays_between
from strategy.models import Metric, StrategyVersion
from tests.factories import (
    CallConnectionFactory,
    CallTallyFactory,
    CommunityFactory,
    EventFactory,
    KpiTargetFactory,
    MonthlyTargetFactory,
    StrategyVersionFactory,
    approve_in_place,
    local_noon,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
MARCH = dt.date(2026, 3, 1)


def subjects_of(client: Client) -> list[Subject]:
    return find_subjects(at=MORNING, client_ids=[client.pk])


def corrected_client(
    before: Mapping[int, float], after: Mapping[int, float], *, seam: dt.date
) -> tuple[StrategyVersion, StrategyVersion]:
    """A call a day, and two versions: each with its targets by month of 2026."""
    client = called_client().client
    first = StrategyVersionFactory.create(
        client=client, starts_on=dt.date(2026, 1, 1), ends_on=seam - DAY
    )
    second = StrategyVersionFactory.create(
        client=client, previous=first, starts_on=seam, ends_on=dt.date(2026, 6, 30)
    )
    for version, months in ((first, before), (second, after)):
        target = KpiTargetFactory.create(version=version, metric=Metric.CALLS)
        for month, value in months.items():
            MonthlyTargetFactory.create(
                target=target, month=dt.date(2026, month, 1), value=Decimal(str(value))
            )
        approve_in_place(version)
        if version is first:
            type(first).objects.filter(pk=first.pk).update(state="superseded")
    return first, second


@pytest.mark.parametrize(
    ("before", "after", "seam", "is_carried"),
    [
        # Within a month: both versions have February.
        ({1: 31, 2: 31}, {2: 31, 3: 31}, dt.date(2026, 2, 15), True),
        ({1: 31, 2: 31}, {2: 40, 3: 40}, dt.date(2026, 2, 15), False),
        # The plan had another value for March all along, and it stays.
        ({1: 20, 2: 20, 3: 31}, {3: 31}, dt.date(2026, 3, 1), True),
        # The plan was to have fewer calls in March, and the correction took it back.
        ({1: 31, 2: 31, 3: 20}, {3: 31}, dt.date(2026, 3, 1), False),
        # The plan ended with February: its last month is all there is to compare.
        ({1: 31, 2: 31}, {3: 31}, dt.date(2026, 3, 1), True),
    ],
)
def test_the_chart_goes_on_unless_the_target_of_the_same_month_changed(
    before: dict[int, float], after: dict[int, float], seam: dt.date, is_carried: bool
) -> None:
    first, second = corrected_client(before, after, seam=seam)
    (subject,) = subjects_of(first.client)
    assert subject.chart_from == (first.starts_on if is_carried else second.starts_on)
    assert (dt.date(2026, 1, 1) in subject.months) == is_carried


def test_a_target_that_changes_within_a_month_has_a_chart_of_its_own() -> None:
    first, _second = corrected_client({2: 31, 3: 31}, {3: 8}, seam=dt.date(2026, 3, 5))
    evaluate(at=local_noon(first.client, dt.date(2026, 3, 4)))
    evaluate(at=MORNING)
    evaluate(at=MORNING + dt.timedelta(hours=1))
    old, new = AlarmChart.objects.order_by("starts_on")
    assert (old.month_target, old.ratio, new.month_target, new.ratio) == (31, 0.7, 8, 0.5)
    assert (old.starts_on, new.starts_on) == (dt.date(2026, 1, 1), dt.date(2026, 3, 5))
    assert new.threshold != old.threshold


def new_year_client(*, days: int, on_holiday: int) -> Client:
    """Three calls a day, other ones on public holidays; nobody said that the client is closed."""
    community = CommunityFactory.create(profile__client__country="RU")
    last = dt.date(2026, 1, 8)
    first = last - (days - 1) * DAY
    holidays = set(holidays_between("RU", first, last))
    connection = CallConnectionFactory.create(
        client=community.client, last_event_at=local_noon(community.client, last)
    )
    add_calls(
        community,
        {day: on_holiday if day in holidays else 3 for day in days_back(last, days)},
        source=Call.Source.WEBHOOK,
        connection=connection,
    )
    running_target(community.client, monthly=84, starts_on=dt.date(2025, 11, 1))
    client: Client = community.client
    return client


@pytest.mark.parametrize(
    ("days", "on_holiday", "share"),
    [
        (400, 0, 0.05),  # by last year's January
        (400, 3, 0.93),
        (60, 1, 0.44),  # by what is usual, and one day of November
    ],
)
def test_public_holidays_are_no_fall(days: int, on_holiday: int, share: float) -> None:
    client = new_year_client(days=days, on_holiday=on_holiday)
    evaluate(at=local_noon(client, dt.date(2026, 1, 9)))
    found = Evaluation.objects.get()
    assert (found.light, Flag.objects.count()) == (Light.GREEN, 0)
    chart = AlarmChart.objects.get()
    assert chart.holiday == pytest.approx(share, abs=0.06)
    # The month's target is shared out over the other days: nothing of it is lost.
    whole = float(found.target_value or 0)
    assert float(found.expected or 0) == pytest.approx(
        whole * 8 * chart.holiday / (8 * chart.holiday + 23), rel=0.1
    )


def test_days_left_out_are_no_scatter() -> None:
    """A month of outage and a giveaway of three days; the calls of other days are quite even."""
    community = called_client()
    running_target(community.client)
    evaluate(at=MORNING)
    calm = AlarmChart.objects.get()
    Call.objects.filter(day__range=(dt.date(2026, 1, 10), dt.date(2026, 2, 8))).delete()
    add_calls(community, dict.fromkeys(days_back(dt.date(2026, 1, 5), 3), 20))
    for kind, first, last in (
        ("outage", dt.date(2026, 1, 10), dt.date(2026, 2, 8)),
        ("giveaway", dt.date(2026, 1, 3), dt.date(2026, 1, 5)),
    ):
        EventFactory.create(
            client=community.client, kind=kind, is_excluded=True, starts_on=first, ends_on=last
        )
    AlarmChart.objects.all().delete()
    evaluate(at=MORNING + dt.timedelta(hours=1))
    found = AlarmChart.objects.get()
    assert found.dispersion == pytest.approx(calm.dispersion, abs=0.05)
    assert found.weekdays == pytest.approx(calm.weekdays, abs=0.1)


def test_weekly_tallies_have_the_scatter_of_their_sums() -> None:
    community = CommunityFactory.create(profile__client__has_call_tracking=False)
    chance = np.random.default_rng(3)
    monday = dt.date(2025, 3, 3)
    # Dispersion 3 at ten a week.
    for week, total in enumerate(chance.negative_binomial(5, 1 / 3, size=53)):
        CallTallyFactory.create(
            community=community, starts_on=monday + 7 * week * DAY, total=int(total)
        )
    running_target(community.client, monthly=43)
    evaluate(at=MORNING)
    assert 2 < AlarmChart.objects.get().dispersion < 4


def test_parameters_are_estimated_once_a_month_and_kept() -> None:
    client = called_client().client
    running_target(client)
    evaluate(at=MORNING)
    chart = AlarmChart.objects.get()
    assert (chart.month, chart.starts_on) == (MARCH, dt.date(2026, 1, 1))
    Call.objects.filter(day__lt=MARCH).delete()
    AlarmSettings.objects.update(false_alarms_a_month=5)
    evaluate(at=MORNING + dt.timedelta(hours=1))
    assert AlarmChart.objects.values().get() == AlarmChart.objects.filter(pk=chart.pk).values()[0]
