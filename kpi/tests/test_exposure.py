import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from clients.models import Client, ClientStatus, StatusChange
from kpi import count_verdicts, evaluation
from kpi.evaluation import evaluate
from kpi.exposure import load_exposure
from kpi.flag_sentence import sentence_of
from kpi.models import Evaluation, Event, Flag, Light
from kpi.subjects import Subject
from kpi.tests.running import (
    MORNING,
    TODAY,
    YESTERDAY,
    called_client,
    days_back,
    running_target,
)
from smm_agency.lib.public_holidays import holidays_between
from strategy.models import Metric
from tests.factories import (
    ClientFactory,
    CommunityFactory,
    DayCountFactory,
    EventFactory,
    UserFactory,
    local_noon,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
MARCH = dt.date(2026, 3, 1)


def evaluation_of(client: Client) -> Evaluation:
    evaluate(at=MORNING)
    return Evaluation.objects.get(client=client)


def days(mask: Any, first: dt.date = MARCH) -> list[int]:
    return [(first + dt.timedelta(days=n)).day for n, is_set in enumerate(mask) if is_set]


def test_days_off_and_holidays_are_closed() -> None:
    off = ClientFactory.create(days_off=[5, 6])
    holiday = ClientFactory.create(country="RU", closed_on_holidays=True)
    usual = ClientFactory.create()
    exposure = load_exposure([off.pk, holiday.pk, usual.pk], first=MARCH, last=TODAY)
    closed = exposure.closed(off.pk), exposure.closed(holiday.pk), exposure.closed(usual.pk)
    assert days(closed[0]) == [1, 7, 8]
    assert 8 in days(closed[1])
    assert closed[2] is None


def test_a_country_without_a_calendar_has_no_holidays() -> None:
    assert holidays_between("AQ", MARCH, TODAY) == []


def test_excluded_events_of_a_community_are_its_own() -> None:
    community = CommunityFactory.create()
    EventFactory.create(
        client=community.client, community=community, is_excluded=True, kind="outage",
        starts_on=MARCH, ends_on=MARCH + DAY,
    )  # fmt: skip
    EventFactory.create(client=community.client, starts_on=MARCH + 3 * DAY, is_excluded=False)
    exposure = load_exposure([community.client_id], first=MARCH, last=TODAY)
    assert exposure.excluded(community.client_id, None) is None
    assert days(exposure.excluded(community.client_id, community.pk)) == [1, 2]
    assert exposure.kinds(community.client_id, community.pk, until=TODAY) == {"outage": 2}


def test_a_pause_is_read_from_the_history_of_the_status() -> None:
    client = ClientFactory.create()
    for day, old, new in (
        (3, ClientStatus.ACTIVE, ClientStatus.PAUSED),
        (5, ClientStatus.PAUSED, ClientStatus.ACTIVE),
    ):
        StatusChange.objects.create(
            client=client,
            old=old,
            new=new,
            changed_by=UserFactory.create(),
            changed_at=local_noon(client, MARCH.replace(day=day)),
        )
    exposure = load_exposure([client.pk], first=MARCH, last=TODAY)
    assert days(exposure.excluded(client.pk, None)) == [3, 4, 5]


@pytest.mark.parametrize("kind", ["outage", "dead_number", "ramp_up", "giveaway"])
def test_no_fall_is_seen_on_days_that_are_left_out(kind: str) -> None:
    community = called_client(missing_share=0.6)
    target = running_target(community.client)
    event = EventFactory.create(
        client=community.client,
        kind=kind,
        is_excluded=True,
        starts_on=YESTERDAY - 27 * DAY,
        ends_on=None,
    )
    found = evaluation_of(community.client)
    assert (found.light, found.reason) == (Light.GREY, "no_exposure")
    assert found.evidence["excluded_days"] == {kind: 28}
    Event.objects.filter(pk=event.pk).update(is_excluded=False)
    assert evaluation_of(target.client).light == Light.RED


def test_a_closed_weekday_gets_nothing_and_the_months_target_stays() -> None:
    community = called_client()
    Client.objects.filter(pk=community.client_id).update(days_off=[6])
    running_target(community.client, monthly=26)
    found = evaluation_of(community.client)
    assert found.light == Light.GREEN
    assert found.target_value == Decimal(26)
    # The 1st and the 8th of March 2026 are Sundays.
    assert float(found.expected or 0) == pytest.approx(9, abs=0.6)


def test_one_bad_client_never_stops_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    good = [running_target(called_client().client) for _ in range(3)]
    bad = running_target(called_client().client)
    judge = count_verdicts.judge_counts

    def poisoned(subjects: list[Subject], **kwargs: Any) -> Any:
        if any(subject.client_id == bad.client_id for subject in subjects):
            raise ZeroDivisionError
        return judge(subjects, **kwargs)

    monkeypatch.setattr(evaluation, "judge_counts", poisoned)
    done = evaluate(at=MORNING)
    assert (done.targets, done.failed) == (3, 1)
    lights = dict(Evaluation.objects.values_list("target", "light"))
    assert lights == {target.pk: "green" for target in good} | {bad.pk: "grey"}
    assert Evaluation.objects.get(target=bad).reason == "failed"
    flag = Flag.objects.get(client=bad.client)
    assert sentence_of(flag).startswith("The evaluation of this client failed")
    monkeypatch.setattr(evaluation, "judge_counts", judge)
    evaluate(at=MORNING + dt.timedelta(hours=1))
    flag.refresh_from_db()
    assert (flag.state, Evaluation.objects.get(target=bad).light) == ("closed", "green")


def test_a_failure_overwrites_nothing_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    running_target(called_client().client)
    evaluate(at=MORNING)
    monkeypatch.setattr(evaluation, "judge_counts", lambda *args, **kwargs: 1 / 0)
    assert evaluate(at=MORNING + dt.timedelta(hours=1)).failed == 1
    assert Evaluation.objects.get().light == Light.GREEN


def test_unknown_time_zone_stops_nobody_else() -> None:
    good, bad = (running_target(called_client().client) for _ in range(2))
    Client.objects.filter(pk=bad.client_id).update(time_zone="Mars/Olympus")
    assert evaluate(at=MORNING).targets == 1
    assert Evaluation.objects.get().target == good


def test_a_community_that_is_missing_is_not_counted_as_nothing() -> None:
    first = CommunityFactory.create()
    second = CommunityFactory.create(profile__client=first.client)
    running_target(first.client, metric=Metric.ORDERS, monthly=62)
    for day in days_back(YESTERDAY, 40):
        for community in (first, second):
            if community == first or not 5 <= (YESTERDAY - day).days < 15:
                DayCountFactory.create(
                    client=first.client, community=community, metric="orders", day=day, total=1
                )
    found = evaluation_of(first.client)
    assert (found.light, found.evidence["measured_days"]) == (Light.GREEN, 30)


@pytest.mark.parametrize("clients", [1, 3])
def test_exposure_asks_as_often_for_many_clients(
    clients: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ids = [EventFactory.create(is_excluded=True).client_id for _ in range(clients)]
    with django_assert_num_queries(3):
        load_exposure(ids, first=MARCH, last=TODAY)
