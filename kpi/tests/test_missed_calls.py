import datetime as dt

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Performer, Service, Side
from clients.service_catalogue import CALL_ANSWERING
from kpi.missed_calls import MissedCalls, Outcome, missed_calls, outcome_of, outcome_of_call
from kpi.models import Call, Caller, CallStatus
from tests.factories import (
    DAY,
    NOON,
    CallerFactory,
    CallFactory,
    ClientFactory,
    DirectorFactory,
    EngagementFactory,
    EngagementServiceFactory,
    OutgoingCallFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
NEXT_WEEK = NOON + dt.timedelta(days=7)


def miss(caller: Caller | None, client: Client | None = None) -> Call:
    owner = client or (caller.client if caller else ClientFactory.create())
    return CallFactory.create(
        client=owner, caller=caller, status=CallStatus.MISSED, talk_seconds=None
    )


def summary(client: Client, at: dt.datetime = NEXT_WEEK) -> MissedCalls:
    return missed_calls([client.pk], first=DAY, last=DAY, at=at)[client.pk]


def outcome(call: Call, at: dt.datetime = NEXT_WEEK) -> Outcome | None:
    return outcome_of_call(call.pk, call.client_id, at=at)


def call_back(call: Call, after: dt.timedelta, *, is_answered: bool = True) -> None:
    OutgoingCallFactory.create(
        client=call.client,
        connection__client=call.client,
        caller=call.caller,
        started_at=call.started_at + after,
        is_answered=is_answered,
    )


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (20 * MINUTE, Outcome.SOON),
        (21 * MINUTE, Outcome.LATE),
        (23 * HOUR, Outcome.LATE),
        (24 * HOUR, Outcome.LATER),
    ],
)
def test_how_soon_somebody_called_back(after: dt.timedelta, expected: Outcome) -> None:
    call = miss(CallerFactory.create())
    call_back(call, after)
    assert outcome(call) == expected
    assert summary(call.client).median_seconds == after.total_seconds()


def test_a_call_back_that_nobody_answered_is_none() -> None:
    call = miss(CallerFactory.create())
    call_back(call, MINUTE, is_answered=False)
    assert outcome(call) == Outcome.NEVER


def test_who_rings_again_and_gets_through_before_the_call_back() -> None:
    call = miss(CallerFactory.create())
    CallFactory.create(client=call.client, caller=call.caller, started_at=NOON + 5 * MINUTE)
    call_back(call, 6 * MINUTE)
    assert outcome(call) == Outcome.RANG_AGAIN


@pytest.mark.parametrize(
    ("after", "expected"), [(23 * HOUR, Outcome.RANG_AGAIN), (23 * HOUR + MINUTE, Outcome.NEVER)]
)
def test_who_rings_again_days_later_was_not_helped_by_that(
    after: dt.timedelta, expected: Outcome
) -> None:
    call = miss(CallerFactory.create())
    call_back(miss(CallerFactory.create(client=call.client)), MINUTE)
    CallFactory.create(client=call.client, caller=call.caller, started_at=NOON + after)
    assert outcome(call) == expected


def test_a_past_day_has_the_same_answer_whenever_it_is_asked() -> None:
    call = miss(CallerFactory.create())
    told = miss(CallerFactory.create(client=call.client))
    rang = miss(CallerFactory.create(client=call.client))
    evening = NOON + 10 * HOUR
    before = summary(call.client, evening), outcome(call, evening)
    assert before[1] == Outcome.UNKNOWN
    call_back(call, 11 * HOUR)
    Call.objects.filter(pk=told.pk).update(call_back_seconds=11 * 3600)
    CallFactory.create(client=call.client, caller=rang.caller, started_at=NOON + 11 * HOUR)
    Call.objects.filter(started_at__gt=NOON).update(day=DAY + dt.timedelta(1))
    assert (summary(call.client, evening), outcome(call, evening)) == before
    later = summary(call.client, evening + 2 * HOUR)
    assert (later.late, later.rang_again) == (2, 1)


def test_a_call_back_after_the_day_that_is_asked_about_is_not_seen() -> None:
    call = miss(CallerFactory.create())
    call_back(miss(CallerFactory.create(client=call.client)), MINUTE)
    call_back(call, dt.timedelta(days=40))
    assert outcome(call) == Outcome.NEVER
    assert summary(call.client).median_seconds == 60


def test_a_call_back_to_whom_had_got_through_is_no_wait() -> None:
    call = miss(CallerFactory.create())
    CallFactory.create(client=call.client, caller=call.caller, started_at=NOON + 5 * MINUTE)
    call_back(call, 3 * HOUR)
    found = summary(call.client)
    assert (found.rang_again, found.median_seconds) == (1, None)


def test_a_fresh_call_waits_and_an_old_one_was_never_called_back() -> None:
    call = miss(CallerFactory.create())
    call_back(miss(CallerFactory.create(client=call.client)), MINUTE)
    assert outcome(call, NOON + 23 * HOUR) == Outcome.WAITING
    assert outcome(call, NOON + 23 * HOUR + MINUTE) == Outcome.NEVER


def test_a_provider_that_tells_no_outgoing_calls_is_not_taken_for_silence() -> None:
    call = miss(CallerFactory.create())
    assert outcome(call) == Outcome.UNKNOWN
    Call.objects.filter(pk=call.pk).update(call_back_seconds=60)
    assert outcome(call) == Outcome.SOON


def test_a_hidden_caller_cannot_be_followed() -> None:
    known = miss(CallerFactory.create())
    call_back(known, MINUTE)
    assert outcome(miss(None, known.client)) == Outcome.UNKNOWN


def test_an_answered_call_has_no_outcome() -> None:
    assert outcome(CallFactory.create()) is None


def test_the_sum_of_a_client() -> None:
    call = miss(CallerFactory.create())
    call_back(call, MINUTE)
    for _ in range(2):
        miss(CallerFactory.create(client=call.client))
    CallFactory.create(client=call.client)
    CallFactory.create(client=call.client, status=CallStatus.SPAM)
    found = summary(call.client)
    assert (found.calls, found.missed, found.soon, found.never) == (4, 3, 1, 2)
    assert found.share == 0.75


@pytest.mark.parametrize(
    ("performer", "side"), [(Performer.AGENCY, Side.AGENCY), (Performer.THIRD_PARTY, Side.CLIENT)]
)
def test_the_division_of_responsibility_says_whose_work_it_was(
    performer: Performer, side: Side
) -> None:
    call = miss(CallerFactory.create())
    assert summary(call.client).side == Side.CLIENT
    EngagementServiceFactory.create(
        engagement=EngagementFactory.create(client=call.client, starts_on=DAY),
        service=Service.objects.get(code=CALL_ANSWERING),
        performer=performer,
    )
    assert summary(call.client).side == side


@pytest.mark.parametrize("rang", [None, 60.0])
def test_ringing_again_counts_only_before_the_call_back(rang: float | None) -> None:
    said = outcome_of(rang, 30.0, knows=True, age=HOUR)
    assert said == Outcome.SOON


def test_the_page_shows_the_clients_whose_calls_one_may_see() -> None:
    call = miss(CallerFactory.create())
    Client.objects.update(status="active")
    recent = dt.datetime.now(dt.UTC) - dt.timedelta(days=2)
    Call.objects.filter(pk=call.pk).update(started_at=recent, day=call.client.day_of(recent))
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    page = browser.get(reverse("admin:kpi_call_missed"))
    assert page.status_code == 200
    assert call.client.name in page.content.decode()
    browser.force_login(UserFactory.create())
    assert browser.get(reverse("admin:kpi_call_missed")).status_code == 403
