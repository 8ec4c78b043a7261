import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from kpi.call_settings import apply_rules
from kpi.models import CallRuleChange, CallStatus, KpiReview
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
