"""Strategies in the admin: drafted, approved, frozen, continued."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from strategy.models import KpiTarget, StrategyVersion, VersionState
from tests.factories import (
    ClientFactory,
    CompetitorAnalysisFactory,
    EngagementFactory,
    KpiTargetFactory,
    StrategyVersionFactory,
    UserFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Browser:
    user = UserFactory.create()
    user.groups.add(Group.objects.get(name="Director"))
    browser = Browser()
    browser.force_login(user)
    return browser


def page(version: StrategyVersion, name: str) -> str:
    return reverse(f"admin:strategy_strategyversion_{name}", args=[version.pk])


def version_form(client: Client, **changes: Any) -> dict[str, Any]:
    engagement = EngagementFactory.create(client=client)
    return {
        "client": client.pk, "engagement": engagement.pk, "title": "Calls",
        "starts_on": "2026-01-01", "ends_on": "2026-03-31",
        "targets-TOTAL_FORMS": 1, "targets-INITIAL_FORMS": 0, "targets-0-metric": "calls",
        "targets-0-is_primary": "on", "targets-0-every_month": "12",
        "goals-TOTAL_FORMS": 1, "goals-INITIAL_FORMS": 0, "goals-0-text": "More calls",
    } | changes  # fmt: skip


def test_a_draft_is_numbered_with_targets_for_every_month(browser: Browser) -> None:
    client = ClientFactory.create()
    StrategyVersionFactory.create(client=client)
    browser.post(reverse("admin:strategy_strategyversion_add"), version_form(client))
    draft = StrategyVersion.objects.get(number=2)
    target = draft.targets.get()
    months = [(row.month, int(row.value)) for row in target.months.all()]
    assert months == [(dt.date(2026, month, 1), 12) for month in (1, 2, 3)]
    assert [goal.text for goal in draft.goals.all()] == ["More calls"]


def test_approval_lists_what_is_missing(browser: Browser) -> None:
    version = StrategyVersionFactory.create()
    response = browser.post(page(version, "approve_version"))
    assert len(response.context["form"].non_field_errors()) == 2
    version.refresh_from_db()
    assert version.state == VersionState.DRAFT


def test_a_complete_draft_is_approved(browser: Browser) -> None:
    client = ClientFactory.create()
    for _ in range(2):
        CompetitorAnalysisFactory.create(competitor__client=client, analysed_on=client.today())
    browser.post(reverse("admin:strategy_strategyversion_add"), version_form(client))
    version = StrategyVersion.objects.get()
    browser.post(page(version, "approve_version"))
    version.refresh_from_db()
    assert version.state == VersionState.APPROVED


def test_an_approved_version_is_read_only(browser: Browser) -> None:
    target = KpiTargetFactory.create()
    version = approve_in_place(target.version)
    shown = browser.get(page(version, "change"))
    assert shown.status_code == 200
    assert shown.context["has_change_permission"] is False
    assert browser.post(page(version, "change"), {"title": "Other"}).status_code == 403
    assert browser.post(page(version, "delete"), {"post": "yes"}).status_code == 403
    month = reverse("admin:strategy_kpitarget_change", args=[target.pk])
    assert browser.post(month, {"metric": "calls"}).status_code == 403
    assert KpiTarget.objects.count() == 1


def test_the_next_version_is_drafted_from_the_approved(browser: Browser) -> None:
    target = KpiTargetFactory.create()
    version = approve_in_place(target.version)
    response = browser.post(page(version, "start_next_version"), {"starts_on": "2026-06-01"})
    draft = StrategyVersion.objects.get(previous=version)
    assert response["Location"] == page(draft, "change")
    assert draft.targets.count() == 1


def test_a_draft_has_no_next_version(browser: Browser) -> None:
    version = StrategyVersionFactory.create()
    assert browser.get(page(version, "start_next_version")).status_code == 403


def test_a_second_primary_target_is_refused(browser: Browser) -> None:
    client = ClientFactory.create()
    form = version_form(client) | {
        "targets-TOTAL_FORMS": 2, "targets-1-metric": "messages", "targets-1-is_primary": "on",
    }  # fmt: skip
    response = browser.post(reverse("admin:strategy_strategyversion_add"), form)
    [targets, _goals] = response.context["inline_admin_formsets"]
    assert targets.non_form_errors() == ["A strategy has one primary target."]
    assert not StrategyVersion.objects.exists()


def test_a_changed_reason_is_no_longer_the_directors(browser: Browser) -> None:
    target = KpiTargetFactory.create(
        metric="orders", reason="The shop has no phone", reason_by=UserFactory.create()
    )
    form = {
        "metric": "orders", "is_primary": "on", "reason": "We like it so",
        "months-TOTAL_FORMS": 0, "months-INITIAL_FORMS": 0,
    }  # fmt: skip
    address = reverse("admin:strategy_kpitarget_change", args=[target.pk])
    browser.post(address, form | {"reason": target.reason})
    target.refresh_from_db()
    assert target.reason_by is not None
    browser.post(address, form)
    target.refresh_from_db()
    assert (target.reason, target.reason_by_id) == ("We like it so", None)
