"""How much, in which time, and by when."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from clients.models.service_terms import amount_in_words, bare_unit
from tests.factories import EngagementServiceFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("quantity", "unit", "period", "said"),
    [
        (Decimal("12.00"), "posts", "month", "12 posts a month"),
        (Decimal(12), "posts a month", "month", "12 posts a month"),
        (Decimal(12), "постов в месяц", "month", "12 постов в месяц"),
        (Decimal(2), "communities", "once", "2 communities"),
        (Decimal(2), "rounds", "post", "2 rounds for each post"),
        (Decimal(0), "posts", "week", "0 posts a week"),
        (None, "posts", "month", ""),
    ],
)
def test_an_amount_says_its_period_once(
    quantity: Decimal | None, unit: str, period: str, said: str
) -> None:
    assert amount_in_words(quantity, unit, period) == said


def test_the_usual_unit_is_in_the_readers_language() -> None:
    row = EngagementServiceFactory.build(
        service__unit_en="posts", service__unit_ru="постов", unit="posts", quantity=3
    )
    with override("ru"):
        assert row.shown_unit == "постов"
    row.unit = "pages"
    assert row.shown_unit == "pages"


def test_a_bare_unit_is_without_its_period() -> None:
    assert [bare_unit(unit) for unit in ("posts a month", "постов в месяц", "posts", "")] == [
        "posts", "постов", "posts", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({}, ""),
        ({"deadline_words": "as agreed"}, "as agreed"),
        (
            {"deadline_number": 1, "deadline_kind": "days", "deadline_after": "request"},
            "1 day after the request",
        ),
        (
            {"deadline_number": 25, "deadline_kind": "month_day", "deadline_words": "at noon"},
            "by day 25 of the month; at noon",
        ),
    ],
)
def test_a_deadline_is_said_in_words(rule: dict[str, Any], said: str) -> None:
    row = EngagementServiceFactory.build(**rule)
    assert row.deadline == said


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"quantity": -1}, "quantity"),
        ({"price": -1}, "price"),
        ({"norm_hours": -1}, "norm_hours"),
        ({"deadline_number": 3}, "deadline_kind"),
        ({"deadline_kind": "days", "deadline_after": "request"}, "deadline_number"),
        ({"deadline_kind": "days", "deadline_number": 3}, "deadline_after"),
        ({"deadline_kind": "month_day", "deadline_number": 32}, "deadline_number"),
        ({"deadline_kind": "month_day", "deadline_number": 0}, "deadline_number"),
        (
            {"deadline_kind": "month_day", "deadline_number": 3, "deadline_after": "request"},
            "deadline_after",
        ),
        ({"deadline_after": "request"}, "deadline_number"),
    ],
)
def test_wrong_terms_are_refused_by_field(facts: dict[str, Any], field: str) -> None:
    row = EngagementServiceFactory.create()
    for name, value in facts.items():
        setattr(row, name, value)
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert field in refused.value.message_dict


@pytest.mark.parametrize(
    "facts", [{"quantity": -1}, {"price": -1}, {"norm_hours": -1}, {"deadline_number": 3}]
)
def test_the_database_refuses_them_too(facts: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        EngagementServiceFactory.create(**facts)
