"""Buttons that help to plan a draft, on the page of a version."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from kpi.baselines import window_before
from strategy.models import StrategyVersion
from strategy.periods import days_between
from strategy.tests.test_admin import CALLS, parts_form
from tests.factories import (
    DayCountFactory,
    DirectorFactory,
    KpiTargetFactory,
    StrategyVersionFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Browser:
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    return browser


def page(version: StrategyVersion, name: str) -> str:
    return reverse(f"admin:strategy_strategyversion_{name}", args=[version.pk])


def told(response: Any) -> list[tuple[str, str]]:
    return [(one.level_tag, str(one)) for one in get_messages(response.wsgi_request)]


def with_messages(**fields: Any) -> Any:
    """A draft with a target of messages, of which each day of the window had one."""
    target = KpiTargetFactory.create(metric="messages", **fields)
    window = window_before(timezone.now().date())
    for day in days_between(window.first - dt.timedelta(days=31), window.last):
        DayCountFactory.create(client=target.client, day=day, total=1)
    return target


def test_baselines_are_filled_by_a_button(browser: Browser) -> None:
    target = with_messages()
    KpiTargetFactory.create(version=target.version, metric="orders", is_primary=False)
    shown = browser.get(page(target.version, "measure_baselines"))
    assert shown.context["form"].fields["overwrite"].required is False
    response = browser.post(page(target.version, "measure_baselines"))
    assert response["Location"] == page(target.version, "change")
    target.refresh_from_db()
    assert round(target.baseline_value) in (30, 31)
    levels = [level for level, _text in told(response)]
    assert levels == ["warning", "success"]
    assert told(response)[0][1] == "Orders: no baseline, not measured."


def test_what_was_typed_is_overwritten_only_on_request(browser: Browser) -> None:
    target = with_messages(baseline_value=7, baseline_on=dt.date(2026, 1, 31))
    browser.post(page(target.version, "measure_baselines"))
    target.refresh_from_db()
    assert (target.baseline_value, target.baseline_days) == (7, None)
    browser.post(page(target.version, "measure_baselines"), {"overwrite": "on"})
    target.refresh_from_db()
    assert target.baseline_days is not None


def test_an_approved_version_has_no_such_button(browser: Browser) -> None:
    version = approve_in_place(StrategyVersionFactory.create())
    assert browser.get(page(version, "measure_baselines")).status_code == 403


def target_form(**changes: str) -> dict[str, str]:
    form = {
        "metric": "calls", "is_primary": "on", "period": "month", "owner": "shared",
        "tolerance": "0.2", "min_sample": "0", "months-TOTAL_FORMS": "0",
        "months-INITIAL_FORMS": "0",
    }  # fmt: skip
    return form | changes


@pytest.mark.parametrize(
    ("every_month", "level", "text"),
    [("1", "warning", "Widen to leads"), ("300", "info", "nine of ten within")],
)
def test_a_saved_target_says_what_it_can_see(
    browser: Browser, every_month: str, level: str, text: str
) -> None:
    target = KpiTargetFactory.create()
    address = reverse("admin:strategy_kpitarget_change", args=[target.pk])
    response = browser.post(address, target_form(every_month=every_month))
    found = [(kind, words) for kind, words in told(response) if "a halving is noticed" in words]
    assert [kind for kind, _words in found] == [level]
    assert text in found[0][1]
    shown = browser.get(page(target.version, "change"))
    assert [one.target for one in shown.context["sights"]] == [target]
    assert f"at {every_month} a month" in shown.content.decode()


def test_a_target_added_on_the_page_of_its_version_says_it_too(browser: Browser) -> None:
    version = StrategyVersionFactory.create()
    response = browser.post(page(version, "change"), parts_form(version, **CALLS))
    (words,) = [words for _kind, words in told(response) if "halving" in words]
    assert words.startswith("Calls: at 12 a month a halving is noticed in about")


def test_a_target_without_months_sees_nothing_yet(browser: Browser) -> None:
    target = KpiTargetFactory.create()
    address = reverse("admin:strategy_kpitarget_change", args=[target.pk])
    assert not [words for _kind, words in told(browser.post(address, target_form()))
                if "halving" in words]  # fmt: skip
    assert browser.get(page(target.version, "change")).context["sights"] == []
