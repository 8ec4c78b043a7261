import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from clients.models import Client, ClientStatus, StatusChange
from kpi import count_verdicts, evaluation
from kpi.evaluation import evaluate
from kpi.exposure import holidays_between, load_exposure
from kpi.flag_sentence import sentence_of
from kpi.models import AlarmChart, AlarmSettings, Call, Evaluation, Event, Flag, FlagKind, Light
from kpi.models import TestCall as Trial
from kpi.number_checks import record_test_call
from kpi.subjects import Subject, find_subjects
from kpi.tests.running import (
    MORNING,
    TODAY,
    YESTERDAY,
    add_calls,
    add_target,
    called_client,
    days_back,
    running_target,
)
from strategy.models import Metric
from tests.factories import (
    CallConnectionFactory,
    ClientFactory,
    CommunityFactory,
    DayCountFactory,
    EventFactory,
    NumberPlacementFactory,
    StrategyVersionFactory,
    TestCallFactory,
    UserFactory,
    approve_in_place,
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
    assert (found.light, found.evidence["excluded_days"]) == (Light.GREEN, {kind: 28})
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


def silent_client(days: int = 20) -> Client:
    """A call a day over a live connection, then nothing for so many days."""
    community = CommunityFactory.create()
    last = YESTERDAY - days * DAY
    connection = CallConnectionFactory.create(
        client=community.client, last_event_at=local_noon(community.client, last)
    )
    add_calls(community, days_back(last, 100), source=Call.Source.WEBHOOK, connection=connection)
    NumberPlacementFactory.create(number__client=community.client, community=community)
    running_target(community.client)
    client: Client = community.client
    return client


@pytest.mark.parametrize(("silent", "reason"), [(5, ""), (7, ""), (9, "silence"), (20, "silence")])
def test_a_silence_of_a_live_connection_is_never_stale(silent: int, reason: str) -> None:
    """Before chance explains it no more the chart goes on; then a number is to be dialled."""
    assert evaluation_of(silent_client(silent)).reason == reason
    assert [flag.rule for flag in Flag.objects.all()] == ["silence"] * bool(reason)


def test_a_silence_opens_a_data_flag_and_withholds_the_alarm() -> None:
    client = silent_client()
    found = evaluation_of(client)
    assert (found.light, found.reason, found.rule) == (Light.GREY, "silence", "silence")
    flag = Flag.objects.get()
    assert (flag.kind, flag.cause_key, flag.rule) == (FlagKind.DATA, "silence:all", "silence")
    assert flag.evidence["opened"]["first"] == (YESTERDAY - 19 * DAY).isoformat()


def test_a_number_that_works_explains_the_silence() -> None:
    client = silent_client()
    evaluate(at=MORNING)
    TestCallFactory.create(
        number=client.tracking_numbers.get(),
        called_at=local_noon(client, YESTERDAY),
        result=Trial.Result.WORKS,
    )
    evaluate(at=MORNING + dt.timedelta(hours=1))
    assert Evaluation.objects.get().light == Light.RED
    kinds = {flag.kind: flag.state for flag in Flag.objects.all()}
    assert kinds == {FlagKind.DATA: "closed", FlagKind.STRATEGY: "open"}


def test_a_test_call_before_the_silence_explains_nothing() -> None:
    client = silent_client()
    TestCallFactory.create(
        number=client.tracking_numbers.get(),
        called_at=local_noon(client, YESTERDAY - 30 * DAY),
        result=Trial.Result.WORKS,
    )
    assert evaluation_of(client).reason == "silence"


def call_client(client: Client, result: Trial.Result, *, on: dt.date) -> None:
    """Somebody dials the client's one number at noon of that day."""
    record_test_call(
        client.tracking_numbers.get(),
        result=result,
        note="",
        by=UserFactory.create(),
        at=local_noon(client, on),
    )


def test_a_dead_number_is_not_blamed_on_the_strategy() -> None:
    """Silence, a test call that finds the number dead, repair: nothing fell but the number."""
    client = silent_client()
    evaluate(at=MORNING)
    call_client(client, Trial.Result.DEAD, on=TODAY)
    assert evaluation_of(client).reason != "silence"
    call_client(client, Trial.Result.WORKS, on=TODAY + 3 * DAY)
    add_calls(client.communities.get(), [TODAY + n * DAY for n in range(4, 8)])
    evaluate(at=MORNING + 8 * DAY)
    found = Evaluation.objects.latest("day")
    assert (found.light, found.evidence["excluded_of_communities"]) == (
        Light.GREEN,
        {"dead_number": 24},
    )
    assert not Flag.objects.filter(kind=FlagKind.STRATEGY).exists()


@pytest.mark.parametrize(("missing", "light"), [(0.0, Light.GREEN), (0.7, Light.RED)])
def test_of_two_communities_the_one_that_rings_is_judged(missing: float, light: Light) -> None:
    """One is dead for four weeks: its half of the expectation goes, and the calls that it had."""
    rings = called_client(missing_share=missing)
    dead = CommunityFactory.create(profile__client=rings.client)
    add_calls(dead, days_back(YESTERDAY - 26 * DAY, 92))
    for community in (rings, dead):
        NumberPlacementFactory.create(number__client=rings.client, community=community)
    EventFactory.create(
        client=rings.client, community=dead, kind="dead_number", is_excluded=True,
        starts_on=YESTERDAY - 27 * DAY, ends_on=None,
    )  # fmt: skip
    running_target(rings.client, monthly=62)
    found = evaluation_of(rings.client)
    assert found.light == light
    # Eleven days of March at half of two calls a day.
    assert float(found.expected or 0) == pytest.approx(11, abs=1)
    assert found.evidence["excluded_of_communities"] == {"dead_number": 28}
    if light == Light.RED:
        assert found.evidence["expected"] == pytest.approx(28, abs=3)
        assert found.evidence["actual"] == pytest.approx(28 * (1 - missing), abs=3)


def subjects_of(client: Client) -> list[Subject]:
    return find_subjects(at=MORNING, client_ids=[client.pk])


@pytest.mark.parametrize(("monthly", "is_carried"), [(31, True), (40, False)])
def test_the_chart_goes_on_unless_the_target_changed(monthly: float, is_carried: bool) -> None:
    client = called_client().client
    first = StrategyVersionFactory.create(
        client=client, starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 2, 14)
    )
    add_target(first, metric=Metric.CALLS, monthly=31)
    approve_in_place(first)
    type(first).objects.filter(pk=first.pk).update(state="superseded")
    second = StrategyVersionFactory.create(
        client=client, previous=first, starts_on=dt.date(2026, 2, 15), ends_on=dt.date(2026, 6, 30)
    )
    add_target(second, metric=Metric.CALLS, monthly=monthly)
    approve_in_place(second)
    (subject,) = subjects_of(client)
    assert subject.chart_from == (first.starts_on if is_carried else second.starts_on)
    assert (dt.date(2026, 1, 1) in subject.months) == is_carried


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


def test_a_past_day_judged_again_gives_the_same_answer_and_moves_no_flag() -> None:
    running_target(called_client(missing_share=0.6).client)
    evaluate(at=MORNING - DAY)
    evaluate(at=MORNING)
    before = Evaluation.objects.order_by("day").values()[0]
    flags = list(Flag.objects.values())
    evaluate(at=MORNING + dt.timedelta(hours=2), on=YESTERDAY - DAY)
    after = Evaluation.objects.order_by("day").values()[0]
    assert after["evaluated_at"] > before["evaluated_at"]
    again = {"evaluated_at": None}
    assert (after | again, list(Flag.objects.values())) == (before | again, flags)


def test_a_day_that_is_not_over_is_not_judged() -> None:
    running_target(called_client().client)
    assert evaluate(at=MORNING, on=TODAY).targets == 0


def test_a_late_call_heals_the_day_it_belongs_to() -> None:
    community = called_client(missing_share=0.6)
    running_target(community.client)
    assert evaluation_of(community.client).light == Light.RED
    Call.objects.filter(client=community.client, day__gt=YESTERDAY - 28 * DAY).delete()
    add_calls(community, days_back(YESTERDAY, 28))
    evaluate(at=MORNING + dt.timedelta(hours=1))
    assert Evaluation.objects.get().light == Light.GREEN


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


def test_the_command_judges_a_day_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    target = running_target(called_client(missing_share=0.6).client)
    call_command("evaluate", on=YESTERDAY.isoformat(), client=[target.client.name])
    said = capsys.readouterr().out
    assert target.client.name in said
    assert "1 targets judged, 0 flags opened" in said
    assert Evaluation.objects.get().day == YESTERDAY


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"on": "11.03.2026"}, "give a date"),
        ({"on": "2999-01-01"}, "not over yet"),
        ({"client": ["Nobody"]}, "No such client: Nobody"),
    ],
)
def test_the_command_says_what_it_does_not_understand(
    options: dict[str, Any], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("evaluate", **options)


def test_the_command_asks_which_of_two_clients_is_meant() -> None:
    first = ClientFactory.create()
    number = str(first.pk)
    ClientFactory.create(name=number)
    with pytest.raises(CommandError, match=f"{number}: several clients"):
        call_command("evaluate", client=[number])


@pytest.mark.parametrize("clients", [1, 3])
def test_exposure_asks_as_often_for_many_clients(
    clients: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ids = [EventFactory.create(is_excluded=True).client_id for _ in range(clients)]
    with django_assert_num_queries(3):
        load_exposure(ids, first=MARCH, last=TODAY)
