import datetime as dt
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from clients.todo import tell_team_once
from kpi.call_entry import record_call
from kpi.call_settings import apply_rules
from kpi.models import Call, CallRuleChange, CallStatus, KpiReview
from tests.factories import (
    DAY,
    NOON,
    CallFactory,
    ClientFactory,
    DirectorFactory,
    KpiReviewFactory,
    NumberPlacementFactory,
)

pytestmark = pytest.mark.django_db


def test_calls_are_decided_anew_and_the_change_is_written_down() -> None:
    call = CallFactory.create(talk_seconds=40, status=CallStatus.ANSWERED)
    client = call.client
    client.target_min_seconds = 60
    client.save()
    user = DirectorFactory.create()
    done = apply_rules(client, old={"target_min_seconds": 30}, by=user)
    call.refresh_from_db()
    assert (call.is_target, call.is_unique_target) == (False, False)
    assert (done.old, done.new, done.calls_changed, done.changed_by) == (
        {"target_min_seconds": 30},
        {"target_min_seconds": 60},
        1,
        user,
    )


def test_a_closed_review_keeps_its_figures() -> None:
    figures = {"calls": 7}
    review = KpiReviewFactory.create(figures=figures, closed_at=NOON)
    CallFactory.create(client=review.client, talk_seconds=40)
    review.client.target_min_seconds = 60
    review.client.save()
    apply_rules(review.client, old={"target_min_seconds": 30}, by=None)
    assert KpiReview.objects.get().figures == figures


def test_another_time_zone_puts_calls_on_other_days_and_places() -> None:
    client = ClientFactory.create(time_zone="Europe/Moscow")
    placement = NumberPlacementFactory.create(number__client=client, starts_on=DAY, ends_on=DAY)
    late = dt.datetime.combine(DAY, dt.time(20), tzinfo=dt.UTC)
    call = CallFactory.create(
        client=client,
        started_at=late,
        tracking_number=placement.number,
        called_number=placement.number.number,
        community=placement.community,
    )
    assert call.day == DAY
    client.time_zone = "Asia/Vladivostok"
    client.save()
    apply_rules(client, old={"time_zone": "Europe/Moscow"}, by=None)
    call.refresh_from_db()
    assert (call.day, call.community) == (DAY + dt.timedelta(1), None)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"uniqueness_days": 30}, {"uniqueness_days": 90}),
        ({"legal_name": "Another"}, None),
    ],
)
def test_the_clients_page_applies_a_changed_rule(
    changes: dict[str, Any], expected: dict[str, int] | None
) -> None:
    client = ClientFactory.create(uniqueness_days=90)
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    address = reverse("admin:clients_client_change", args=[client.pk])
    shown = browser.get(address)
    form = {
        name: value
        for name, value in shown.context["adminform"].form.initial.items()
        if value not in (None, False)
    }
    for inline in shown.context["inline_admin_formsets"]:
        management = inline.formset.management_form
        form |= {f"{management.prefix}-{name}": value for name, value in management.initial.items()}
    answer = browser.post(address, form | {"days_off": ["5", "6"]} | changes)
    assert answer.status_code == 302
    client.refresh_from_db()
    assert client.days_off == [5, 6]
    history = CallRuleChange.objects.first()
    assert (history.old if history else None) == expected


def until(is_so: Callable[[], bool]) -> None:
    for _ in range(200):
        if is_so():
            return
        time.sleep(0.02)
    raise AssertionError("Nobody waits.")


def somebody_waits() -> bool:
    """For an advisory lock, by this connection's own view."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return bool(cursor.fetchone()[0])


def in_thread(work: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def new_call(client: Client, raw: str | None, **said: Any) -> Call:
    call, _is_new = record_call(
        client,
        source=Call.Source.WEBHOOK,
        started_at=said.get("started_at", NOON),
        status=CallStatus.ANSWERED,
        talk_seconds=45,
        wait_seconds=None,
        raw_caller=raw,
        called_number=None,
        external_id="1",
    )
    return call


EVENING = dt.datetime.combine(DAY, dt.time(20), tzinfo=dt.UTC)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("raw", ["+79161234567", None])
def test_a_call_that_comes_while_the_rules_change_is_decided_by_the_new_ones(
    raw: str | None,
) -> None:
    client = ClientFactory.create(target_min_seconds=30, time_zone="Europe/Moscow")
    stale = Client.objects.get(pk=client.pk)
    with transaction.atomic():
        client.target_min_seconds, client.time_zone = 60, "Asia/Vladivostok"
        client.save()
        old = {"target_min_seconds": 30, "time_zone": "Europe/Moscow"}
        apply_rules(client, old=old, by=None)
        thread = in_thread(lambda: new_call(stale, raw, started_at=EVENING))
        until(somebody_waits)
    thread.join()
    call = Call.objects.get()
    assert (call.is_target, call.day) == (False, DAY + dt.timedelta(days=1))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("raw", ["+79161234567", None])
def test_rules_that_change_while_a_call_comes_hold_for_it_too(raw: str | None) -> None:
    client = ClientFactory.create(target_min_seconds=30)

    def change() -> None:
        with transaction.atomic():
            mine = Client.objects.get(pk=client.pk)
            mine.target_min_seconds = 60
            mine.save()
            apply_rules(mine, old={"target_min_seconds": 30}, by=None)

    with transaction.atomic():
        assert new_call(client, raw).is_target
        thread = in_thread(change)
        until(somebody_waits)
    thread.join()
    assert Call.objects.get().is_target is False


@pytest.mark.django_db(transaction=True)
def test_who_takes_calls_keeps_nobody_from_the_client() -> None:
    client = ClientFactory.create()
    told: list[bool] = []
    with transaction.atomic():
        new_call(client, None)
        thread = in_thread(
            lambda: told.append(tell_team_once(client, client, title="Look", details=""))
        )
        thread.join(timeout=10)
        assert told == [True]
