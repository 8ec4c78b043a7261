"""From deals back to calls, people and money, checked with a pocket calculator."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from strategy.reverse_plan import Rates, ReversePlan, make_reverse_plan, plain


def plan_of(**changes: Any) -> ReversePlan:
    figures = {
        "deals": "10", "call_to_deal": "0.3", "calls_per_1000": "1.5", "cpm": "250",
    } | changes  # fmt: skip
    return make_reverse_plan(**{name: Decimal(value) for name, value in figures.items()})


def test_each_step_goes_on_from_the_one_before() -> None:
    plan = plan_of()
    # 10 ÷ 0.3 = 33.3…; 34 ÷ 1.5 × 1,000 = 22,666.6…; 22,667 × 250 ÷ 1,000 = 5,666.75.
    assert [plan.calls, plan.reach, plan.budget] == [34, 22_667, Decimal("5666.75")]


def test_steps_are_told_with_formula_and_figures() -> None:
    with translation.override("en"):
        assert [(step.name, step.formula, step.figures) for step in plan_of().steps] == [
            (
                "Calls a month",
                "deals ÷ the share of calls that end in a deal, rounded up",
                "10 ÷ 0.3",
            ),
            (
                "People to reach a month",
                "calls ÷ calls per 1,000 people reached × 1,000, rounded up",
                "34 ÷ 1.5 × 1,000",
            ),
            ("Budget a month", "people to reach × CPM ÷ 1,000", "22,667 × 250 ÷ 1,000"),
        ]
    assert [step.is_money for step in plan_of().steps] == [False, False, True]


def test_whole_results_are_not_rounded_up() -> None:
    plan = plan_of(deals="9", call_to_deal="1", calls_per_1000="1000", cpm="0.01")
    assert [plan.calls, plan.reach, plan.budget] == [9, 9, Decimal("0.00")]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("deals", "0", "Give how many deals a month are wanted, more than none."),
        ("deals", "-1", "Give how many deals a month are wanted, more than none."),
        *(
            (
                "call_to_deal", value,
                "Give the share of calls that end in a deal, above 0 and up to 1: three of ten are"
                " 0.3.",
            )
            for value in ("0", "-0.1", "1.01", "30")
        ),
        *(
            (
                "calls_per_1000", value,
                "Give how many of 1,000 people reached call, above 0 and up to 1,000.",
            )
            for value in ("0", "-2", "1000.01")
        ),
        ("cpm", "0", "Give what it costs to reach 1,000 people, more than nothing."),
        ("cpm", "-5", "Give what it costs to reach 1,000 people, more than nothing."),
    ],
)  # fmt: skip
def test_figures_that_cannot_be_are_refused_at_their_field(
    field: str, value: str, message: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        plan_of(**{field: value})
    assert refused.value.message_dict == {field: [message]}


def test_all_figures_that_cannot_be_are_told_at_once() -> None:
    with pytest.raises(ValidationError) as refused:
        plan_of(deals="0", cpm="0")
    assert set(refused.value.message_dict) == {"deals", "cpm"}


rates = st.builds(
    Rates,
    st.decimals("0.01", "1", places=2),
    st.decimals("0.01", "100", places=2),
    st.decimals("1", "5000", places=2),
)


@given(rates=rates, budget=st.decimals("0", "500000", places=2))
def test_calls_within_a_budget_are_the_most_that_it_pays(rates: Rates, budget: Decimal) -> None:
    calls = rates.calls_within(budget)
    assert not calls or rates.budget_for(rates.reach_for(Decimal(calls))) <= budget
    assert rates.budget_for(rates.reach_for(Decimal(calls + 1))) > budget


@pytest.mark.parametrize(
    ("value", "text"), [("1000", "1,000"), ("0.30", "0.3"), ("0.2575", "0.2575"), ("100", "100")]
)
def test_figures_are_written_with_all_their_digits(value: str, text: str) -> None:
    with translation.override("en"):
        assert plain(Decimal(value)) == text
