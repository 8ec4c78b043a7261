"""Rules of diagnosis in the admin: a director edits them; a mistake is named, nothing is lost."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from kpi.models import CauseRule
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Browser:
    browser = Browser()
    browser.force_login(UserFactory.create(is_superuser=True))
    return browser


@pytest.fixture
def rule() -> CauseRule:
    return CauseRule.objects.get(code="missed_calls")


def address(rule: CauseRule) -> str:
    return reverse("admin:kpi_causerule_change", args=[rule.pk])


def posted(rule: CauseRule, **changes: Any) -> dict[str, Any]:
    return {
        "code": rule.code, "fact": rule.fact, "block": "", "side": "", "is_active": "on",
        "position": rule.position, "lines": "missed >= 5",
        "sentence_en": rule.sentence_en, "sentence_ru": rule.sentence_ru,
    } | changes  # fmt: skip


def test_conditions_are_shown_and_saved_as_lines(browser: Browser, rule: CauseRule) -> None:
    page = browser.get(address(rule)).content.decode()
    assert "share &gt;= 1.5 * before_share or unknown" in page
    assert browser.post(address(rule), posted(rule)).status_code == 302
    rule.refresh_from_db()
    assert rule.conditions == [["missed", ">=", 5.0]]


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"lines": "missed > 1\nmissed is many"}, "lines", "Line 2, “missed is many”"),
        ({"lines": "posts_week > 1"}, "lines", "there is no fact “posts_week”"),
        ({"lines": "side > 1"}, "lines", "there is no fact “side”"),
        ({"sentence_en": "Only %(calls)s."}, "sentence_en", "There is no fact “calls”"),
        ({"sentence_ru": "100 % пропущено"}, "sentence_ru", "no other percent signs"),
        ({"fact": "weather"}, "fact", "weather"),
        ({"explained": "fewer_posts event"}, "explained", "no rule “event” with a block"),
    ],
)
def test_mistake_is_named_and_nothing_is_saved(
    browser: Browser, rule: CauseRule, changes: dict[str, str], field: str, message: str
) -> None:
    answer = browser.post(address(rule), posted(rule, **changes))
    errors = answer.context["adminform"].form.errors
    assert list(errors) == [field]
    assert message in errors[field][0]
    before = rule.conditions
    rule.refresh_from_db()
    assert rule.conditions == before


def test_what_a_rule_explains_is_edited_as_codes(browser: Browser, rule: CauseRule) -> None:
    assert 'value="contact_fell"' in browser.get(address(rule)).content.decode()
    browser.post(address(rule), posted(rule, explained="reach_fell er_fell"))
    rule.refresh_from_db()
    assert rule.explains == ["reach_fell", "er_fell"]


def test_list_reads_as_rules(browser: Browser, django_assert_num_queries: Any) -> None:
    browser.get(reverse("admin:kpi_causerule_changelist"))
    with django_assert_num_queries(4):
        page = browser.get(reverse("admin:kpi_causerule_changelist"))
    assert "posts_week &lt; 0.7 * before_week" in page.content.decode()


def test_only_who_may_sees_the_rules() -> None:
    browser = Browser()
    browser.force_login(UserFactory.create())
    assert browser.get(reverse("admin:kpi_causerule_changelist")).status_code == 403
