import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from promotion.budget import (
    AgreedMonth,
    ChannelMonth,
    agreed_months,
    budgets_of_clients,
    month_budgets,
)
from promotion.models import Campaign, PlacementState
from promotion.sums import Counted, Sum
from tests.factories import (
    AdAccountFactory,
    AdFigureFactory,
    BudgetLineFactory,
    CampaignFactory,
    ChannelBudgetFactory,
    ClientFactory,
    CostFactory,
    EngagementFactory,
    PlacementFactory,
    StrategyVersionFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db

MARCH, APRIL = dt.date(2026, 3, 1), dt.date(2026, 4, 1)
TODAY = dt.date(2026, 3, 15)
FREE: tuple[tuple[str, Decimal | None], ...] = (("free", None),)


def test_month_budget_says_what_is_planned_spent_taken_and_left() -> None:
    client = ClientFactory.create()
    ChannelBudgetFactory.create(client=client, channel="seeding", amount=1000, vat="free")
    of = CampaignFactory.create(client=client, kind=Campaign.Kind.SEEDING)
    PlacementFactory.create(campaign=of, price=300, vat="free", starts_on=TODAY)
    PlacementFactory.create(
        campaign=of,
        price=450,
        vat="free",
        state=PlacementState.BOOKED,
        starts_on=dt.date(2026, 3, 16),
    )
    [row] = month_budgets(client, [MARCH], on=TODAY)
    assert (row.channel, row.spent, row.taken, row.hanging) == (
        "seeding",
        Sum(Decimal(300), "RUB", FREE, Decimal(300)),
        Sum(Decimal(450), "RUB", FREE, Decimal(450)),
        None,
    )
    assert (row.used, row.left, row.share) == (
        Counted(Decimal(750), True),
        Decimal(250),
        Decimal("0.75"),
    )


def test_a_channel_nobody_planned_has_nothing_left_nor_used() -> None:
    client = ClientFactory.create()
    CostFactory.create(client=client, amount=5)
    [row] = month_budgets(client, [MARCH], on=TODAY)
    assert (row.channel, row.plan, row.used, row.left, row.share) == (
        "other", None, None, None, None,
    )  # fmt: skip


def test_currencies_never_meet() -> None:
    client = ClientFactory.create()
    ChannelBudgetFactory.create(client=client, amount=1000, vat="free")
    for currency, spend in (("EUR", 7), ("RUB", 200)):
        account = AdAccountFactory.create(client=client, currency=currency, vat="free")
        AdFigureFactory.create(ad_object__account=account, starts_on=TODAY, spend=spend)
    rows = month_budgets(client, [MARCH], on=TODAY)
    assert [(row.currency, row.left) for row in rows] == [("EUR", None), ("RUB", Decimal(800))]


def test_what_does_not_state_vat_counts_as_told_and_says_so() -> None:
    client = ClientFactory.create()
    ChannelBudgetFactory.create(client=client, amount=1000, vat="included", vat_rate=20)
    told = AdAccountFactory.create(client=client, vat="on_top", vat_rate=20)
    AdFigureFactory.create(ad_object__account=told, starts_on=TODAY, spend=100)
    [row] = month_budgets(client, [MARCH], on=TODAY)
    assert row.used == Counted(Decimal(120), True)
    AdFigureFactory.create(
        ad_object__account=AdAccountFactory.create(client=client), starts_on=TODAY, spend=50
    )
    [row] = month_budgets(client, [MARCH], on=TODAY)
    assert (row.used, row.left) == (Counted(Decimal(170), False), Decimal(830))
    assert row.spent == Sum(Decimal(150), "RUB", (("", None), ("on_top", Decimal(20))), None)
    assert row.spent.vat_words == "mixed: VAT is not stated, VAT 20 % on top"


def test_figures_over_the_end_of_the_month_stand_apart() -> None:
    client = ClientFactory.create()
    account = AdAccountFactory.create(client=client, vat="free")
    AdFigureFactory.create(
        ad_object__account=account, starts_on=MARCH, ends_on=dt.date(2026, 4, 10), spend=500
    )
    rows = month_budgets(client, [MARCH, APRIL], on=TODAY)
    hanging = Sum(Decimal(500), "RUB", FREE, Decimal(500))
    assert [(row.month, row.spent, row.hanging) for row in rows] == [
        (MARCH, None, hanging),
        (APRIL, None, hanging),
    ]


def planned_by(client: Any, first: dt.date, last: dt.date, **amounts: int) -> Any:
    version = StrategyVersionFactory.create(client=client, starts_on=first, ends_on=last)
    for channel, amount in amounts.items():
        BudgetLineFactory.create(version=version, channel=channel, month=MARCH, amount=amount)
    return approve_in_place(version)


def test_the_strategy_plans_where_the_channel_has_no_budget_of_its_own() -> None:
    client = ClientFactory.create()
    version = planned_by(client, MARCH, APRIL, ads=100, seeding=200)
    ChannelBudgetFactory.create(client=client, channel="seeding", amount=250, vat="free")
    rows = month_budgets(client, [MARCH], on=TODAY)
    plans = [row.plan for row in rows if row.plan]
    assert [(plan.channel, plan.amount, plan.version) for plan in plans] == [
        ("ads", Decimal(100), version.number),
        ("seeding", Decimal(250), None),
    ]


def test_a_version_that_begins_inside_the_month_plans_the_whole_of_it() -> None:
    client = ClientFactory.create()
    planned_by(client, dt.date(2026, 1, 1), dt.date(2026, 3, 14), ads=100, seeding=200)
    planned_by(client, dt.date(2026, 3, 15), dt.date(2026, 12, 31), ads=150)
    plans = [row.plan for row in month_budgets(client, [MARCH], on=TODAY) if row.plan]
    assert [(plan.channel, plan.version, plan.amount, plan.was) for plan in plans] == [
        ("ads", 2, Decimal(150), ((1, Decimal(100)),)),
        ("seeding", 2, None, ((1, Decimal(200)),)),
    ]


def test_a_draft_and_a_version_of_other_days_plan_nothing() -> None:
    client = ClientFactory.create()
    draft = StrategyVersionFactory.create(client=client)
    BudgetLineFactory.create(version=draft, month=MARCH)
    planned_by(client, APRIL, dt.date(2026, 12, 31), ads=1)
    assert month_budgets(client, [MARCH], on=TODAY) == []


def test_agreed_months_compare_the_engagement_with_the_plans() -> None:
    client = ClientFactory.create()
    EngagementFactory.create(
        client=client, ad_budget=1000, currency="RUB", starts_on=MARCH, ends_on=dt.date(2026, 3, 31)
    )
    ChannelBudgetFactory.create(client=client, channel="ads", amount=800)
    ChannelBudgetFactory.create(client=client, channel="seeding", amount=300)
    ChannelBudgetFactory.create(client=client, channel="influencers", amount=50, currency="EUR")
    months = [MARCH, APRIL]
    found = agreed_months(client, months, month_budgets(client, months, on=TODAY))
    assert found == [AgreedMonth(MARCH, "RUB", Decimal(1000), Decimal(1100))]
    assert found[0].over == 100


@pytest.mark.parametrize("rows", [1, 3])
def test_six_months_take_seven_queries(rows: int, django_assert_num_queries: Any) -> None:
    client = ClientFactory.create()
    planned_by(client, dt.date(2026, 1, 1), dt.date(2026, 12, 31), ads=100)
    for _ in range(rows):
        AdFigureFactory.create(ad_object__account__client=client)
        PlacementFactory.create(campaign__client=client, price=1, starts_on=TODAY)
        CostFactory.create(client=client)
    months = [dt.date(2026, month, 1) for month in range(1, 7)]
    with django_assert_num_queries(7):
        found: list[ChannelMonth] = month_budgets(client, months, on=TODAY)
    assert {row.month for row in found} == {MARCH}


@pytest.mark.parametrize("clients", [1, 3])
def test_budgets_of_many_clients_are_those_of_each(
    clients: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = [ClientFactory.create(time_zone=zone) for zone in ZONES[:clients]]
    for client in made:
        version = StrategyVersionFactory.create(client=client)
        BudgetLineFactory.create(version=version, month=MARCH, channel="seeding", amount=900)
        approve_in_place(version)
        of = CampaignFactory.create(client=client, kind=Campaign.Kind.SEEDING)
        # The first hour of April in Moscow is still March further west.
        at = dt.datetime(2026, 3, 31, 21, 30, tzinfo=dt.UTC)
        PlacementFactory.create(campaign=of, price=300, vat="free", published_at=at)
        PlacementFactory.create(campaign=of, price=40, state=PlacementState.BOOKED, starts_on=TODAY)
        account = AdAccountFactory.create(client=client)
        AdFigureFactory.create(ad_object__account=account, starts_on=TODAY, spend=100)
        AdFigureFactory.create(
            ad_object__account=account, starts_on=dt.date(2026, 2, 20), ends_on=TODAY, spend=7
        )
        CostFactory.create(client=client, amount=5)
    with django_assert_num_queries(6):
        found = budgets_of_clients([client.pk for client in made], MARCH, on=TODAY)
    assert found == {client.pk: month_budgets(client, [MARCH], on=TODAY) for client in made}


ZONES = ("Europe/Moscow", "Europe/London", "Asia/Vladivostok")


def test_budgets_of_no_clients_ask_nothing(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        assert budgets_of_clients([], MARCH) == {}
