"""A reverse plan in a draft: the months of the primary target and the media plan."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from strategy.models import BudgetLine, MonthlyTarget, StrategyVersion
from strategy.plan_filling import fill_from_plan
from strategy.reverse_plan import Rates, ReversePlan
from tests.factories import (
    BudgetLineFactory,
    DirectorFactory,
    KpiTargetFactory,
    MonthlyTargetFactory,
    StrategyVersionFactory,
    TeamMemberFactory,
    UserFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 11)
MONTHS = [dt.date(2026, month, 1) for month in (4, 5, 6)]
# 20 calls, 10,000 people, 2,500 a month.
PLAN = ReversePlan(Decimal(6), Rates(Decimal("0.3"), Decimal(2), Decimal(250)))


def drafted(**fields: Any) -> StrategyVersion:
    """A draft for April to June with calls as the primary target."""
    version: StrategyVersion = StrategyVersionFactory.create(
        starts_on=MONTHS[0], ends_on=dt.date(2026, 6, 30), **fields
    )
    KpiTargetFactory.create(version=version)
    return version


def filled(version: StrategyVersion, **changes: Any) -> None:
    known: dict[str, Any] = {"channel": "ads", "by": DirectorFactory.create(), "on": TODAY}
    fill_from_plan(version, PLAN, **(known | changes))


def months_of(version: StrategyVersion) -> list[int]:
    rows = MonthlyTarget.objects.filter(target__version=version).order_by("month")
    return [int(row.value) for row in rows]


def lines_of(version: StrategyVersion) -> list[tuple[Any, ...]]:
    columns = ("channel", "month", "amount", "currency", "expected_reach", "expected_calls")
    return list(version.budget_lines.order_by("channel", "month").values_list(*columns))


def test_months_and_budget_lines_are_written() -> None:
    version = drafted()
    filled(version)
    assert months_of(version) == [20, 20, 20]
    assert lines_of(version) == [
        ("ads", month, Decimal("2500.00"), "RUB", 10_000, 20) for month in MONTHS
    ]


def test_with_a_ramp_the_money_follows_the_calls() -> None:
    version = drafted()
    filled(version, ramp_from=Decimal(10), ramp_over=3)
    assert months_of(version) == [10, 15, 20]
    assert [(line[2], line[5]) for line in lines_of(version)] == [
        (Decimal("1250.00"), 10), (Decimal("1875.00"), 15), (Decimal("2500.00"), 20),
    ]  # fmt: skip


def test_what_stood_there_gives_way_and_other_channels_stay() -> None:
    version = drafted()
    MonthlyTargetFactory.create(target=version.targets.get(), month=MONTHS[0], value=99)
    BudgetLineFactory.create(version=version, month=MONTHS[0], channel="ads", amount=1)
    seeding = BudgetLineFactory.create(version=version, month=MONTHS[0], channel="seeding")
    filled(version)
    assert months_of(version) == [20, 20, 20]
    assert len(lines_of(version)) == 4
    assert BudgetLine.objects.get(pk=seeding.pk).amount == seeding.amount


def test_a_leads_plan_is_in_the_clients_currency_and_has_no_limit() -> None:
    version = drafted(engagement=None, client__currency="EUR")
    filled(version)
    assert {line[3] for line in lines_of(version)} == {"EUR"}


def refusals(version: StrategyVersion, **changes: Any) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        filled(version, **changes)
    return refused.value.messages


def test_the_exact_budget_is_enough() -> None:
    version = drafted(engagement__ad_budget=Decimal("2500"))
    filled(version)
    assert len(lines_of(version)) == 3


def test_above_the_engagements_budget_it_is_refused_with_the_mend() -> None:
    version = drafted(engagement__ad_budget=Decimal("2500"))
    BudgetLineFactory.create(version=version, month=MONTHS[1], channel="seeding", amount=600)
    assert refusals(version) == [
        "May 2026: the media plan has 3100.00, the engagement's budget is 2500.00 RUB: take 600.00"
        " away.",
        "With 1,900 RUB a month left for this channel 15 calls can be planned: lower the deals, or"
        " agree on a larger budget.",
    ]
    assert (months_of(version), len(lines_of(version))) == ([], 1)


def test_a_ramp_needs_where_to_rise_from() -> None:
    assert refusals(drafted(), ramp_over=2) == [
        "There is no baseline to rise from: fill in the baseline, or leave the ramp empty."
    ]


def test_the_reverse_plan_is_of_calls() -> None:
    version = drafted()
    version.targets.update(metric="orders")
    assert refusals(version) == [
        "Orders are primary, and the reverse plan counts calls: make calls primary, or plan by"
        " hand."
    ]
    version.targets.all().delete()
    assert refusals(version) == ["No target is primary: mark one, calls as a rule."]


def test_only_drafts_and_only_by_those_who_may() -> None:
    version = drafted()
    user = UserFactory.create(permissions=("strategy.change_kpitarget",))
    TeamMemberFactory.create(client=version.client, user=user)
    assert refusals(version, by=user) == [
        "You may not work on strategies; ask a strategist or a director."
    ]
    approve_in_place(version)
    assert refusals(version) == [
        "Only a draft is changed: take this version back, or make the next one."
    ]
