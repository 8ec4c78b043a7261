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


FIGURES = {"deals": "6", "call_to_deal": "0.3", "calls_per_1000": "2", "cpm": "250"}
SEEN = "20/10000/2500.00"


def called_draft(**fields: Any) -> StrategyVersion:
    version: StrategyVersion = StrategyVersionFactory.create(
        starts_on=dt.date(2026, 4, 1), ends_on=dt.date(2026, 6, 30), **fields
    )
    KpiTargetFactory.create(version=version)
    return version


def test_the_reverse_plan_asks_with_the_source_beside_each_figure(browser: Browser) -> None:
    form = browser.get(page(called_draft(), "plan_backwards")).context["form"]
    assert [field.help_text for field in form.figures()] == [
        "As many as are wanted.",
        "No history, enter it: which calls ended in a deal is not recorded.",
        "No history, enter it: reach and calls together are measured on 0 of"
        f" {window_before(timezone.now().date()).days} days.",
        "No history, enter it: what reaching people cost is not recorded.",
    ]


def test_computing_shows_each_step_and_writes_nothing(browser: Browser) -> None:
    version = called_draft()
    shown = browser.post(page(version, "plan_backwards"), FIGURES)
    assert [(line[0], line[3]) for line in shown.context["plan"]] == [
        ("Calls a month", "20"),
        ("People to reach a month", "10,000"),
        ("Budget a month", "2,500 RUB"),
    ]
    assert f'name="seen" value="{SEEN}"' in shown.content.decode()
    assert not version.targets.get().months.exists()


def test_filling_writes_what_was_seen(browser: Browser) -> None:
    version = called_draft()
    version.targets.update(baseline_value=10, baseline_on=dt.date(2026, 3, 31))
    form = FIGURES | {"fill": "1", "seen": SEEN, "channel": "seeding", "ramp_over": "3"}
    response = browser.post(page(version, "plan_backwards"), form)
    assert response["Location"] == page(version, "change")
    assert [int(row.value) for row in version.targets.get().months.all()] == [10, 15, 20]
    assert set(version.budget_lines.values_list("channel", flat=True)) == {"seeding"}
    assert told(response)[-1][1] == ("The primary target and the media plan are filled: 3 months.")


def test_figures_that_were_changed_after_computing_are_looked_at_first(browser: Browser) -> None:
    version = called_draft()
    form = FIGURES | {"deals": "60", "fill": "1", "seen": SEEN, "channel": "ads"}
    shown = browser.post(page(version, "plan_backwards"), form)
    assert shown.context["is_changed"]
    assert not version.targets.get().months.exists()


def test_a_plan_above_the_budget_is_refused_beside_its_result(browser: Browser) -> None:
    version = called_draft(engagement__ad_budget=1000)
    form = FIGURES | {"fill": "1", "seen": SEEN, "channel": "ads"}
    shown = browser.post(page(version, "plan_backwards"), form)
    errors = shown.context["form"].non_field_errors()
    assert errors[-1] == (
        "With 1,000 RUB a month left for this channel 8 calls can be planned: lower the deals, or"
        " agree on a larger budget."
    )
    assert shown.context["plan"][2][3] == "2,500 RUB"


def test_a_share_that_cannot_be_is_refused_at_its_field(browser: Browser) -> None:
    shown = browser.post(page(called_draft(), "plan_backwards"), FIGURES | {"call_to_deal": "30"})
    assert list(shown.context["form"].errors) == ["call_to_deal"]
    assert "plan" not in shown.context


def test_an_approved_version_is_not_planned_backwards(browser: Browser) -> None:
    version = approve_in_place(StrategyVersionFactory.create())
    assert browser.get(page(version, "plan_backwards")).status_code == 403
