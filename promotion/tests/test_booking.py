import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from promotion.booking import book, hold_to_budgets, unbook
from promotion.models import Campaign, Placement, PlacementState
from tests.factories import (
    NOON,
    AdAccountFactory,
    AdFigureFactory,
    AdObjectFactory,
    BudgetLineFactory,
    CampaignFactory,
    ChannelBudgetFactory,
    CostFactory,
    PlacementFactory,
    UserFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db

MARCH = dt.date(2026, 3, 1)
DAY = dt.date(2026, 3, 20)


def campaign(**fields: Any) -> Campaign:
    fields = {"kind": Campaign.Kind.SEEDING, "vat": "free", **fields}
    made: Campaign = CampaignFactory.create(**fields)
    return made


def placement(of: Campaign, price: Any, **fields: Any) -> Placement:
    fields = {"vat": "free", "state": PlacementState.APPROVED, "starts_on": DAY, **fields}
    made: Placement = PlacementFactory.create(campaign=of, price=price, **fields)
    made.refresh_from_db()
    return made


def refusal(row: Placement, **fields: Any) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        book(row, by=fields.pop("by", None), at=NOON, **fields)
    return refused.value.messages


def test_book_takes_what_fits_to_the_last_kopeck() -> None:
    of = campaign(budget=1000)
    placement(of, "400.50", state=PlacementState.BOOKED)
    row = placement(of, "599.50")
    assert book(row, by=None, at=NOON) == []
    row.refresh_from_db()
    assert row.booked_at == NOON


def test_book_names_what_is_left_of_the_campaign() -> None:
    of = campaign(budget=1000, title="Spring")
    placement(of, 400, state=PlacementState.BOOKED)
    row = placement(of, "600.01")
    assert refusal(row) == [
        "600.01 RUB does not fit into the budget of the campaign “Spring”: 600 RUB of 1,000 RUB"
        " is left.",
        "Lower the price, or ask a director: they may go over it with a reason.",
    ]
    row.refresh_from_db()
    assert row.booked_at is None


def test_book_names_what_is_left_of_the_month_of_the_channel() -> None:
    of = campaign()
    ChannelBudgetFactory.create(
        client=of.client, channel="seeding", month=MARCH, amount=1000, vat="free"
    )
    other = campaign(client=of.client)
    placement(other, 300, state=PlacementState.BOOKED)
    placement(other, 900, state=PlacementState.BOOKED, starts_on=dt.date(2026, 4, 1))
    placement(campaign(client=of.client, kind=Campaign.Kind.INFLUENCER), 800, state="booked")
    assert book(placement(of, 700), by=None, at=NOON) == []
    assert refusal(placement(of, 701))[0] == (
        "701 RUB does not fit into the budget of the channel “seeding” for March 2026: 700 RUB"
        " of 1,000 RUB is left."
    )


def test_a_line_of_the_strategy_is_held_to_by_all_that_is_paid() -> None:
    line = BudgetLineFactory.create(channel="seeding", month=MARCH, amount=1200)
    approve_in_place(line.version)
    of = campaign(client=line.client)
    assert book(placement(of, 1000, vat="on_top", vat_rate=20), by=None, at=NOON) == []
    assert "1,200.01 RUB does not fit" in refusal(placement(of, "1200.01"))[0]


def test_ad_spend_costs_and_bookings_count_together() -> None:
    of = campaign(kind=Campaign.Kind.TARGETED_ADS, budget=1000)
    account = AdAccountFactory.create(client=of.client, vat="included", vat_rate=20)
    ads = AdObjectFactory.create(account=account, campaign=of)
    AdFigureFactory.create(ad_object=ads, spend=300)
    CostFactory.create(client=of.client, campaign=of, amount=200, vat="free")
    assert book(placement(of, 500), by=None, at=NOON) == []
    assert "500 RUB of 1,000 RUB is left" in refusal(placement(of, 501))[0]


@pytest.mark.parametrize(
    ("budget_vat", "rate", "fits"),
    [("on_top", 20, True), ("included", 20, False), ("free", None, False)],
)
def test_the_price_is_compared_as_the_budget_is_told(
    budget_vat: str, rate: int | None, fits: bool
) -> None:
    """120 with VAT is 100 without: it fits into 100 that VAT comes on top of."""
    of = campaign(budget=100, vat=budget_vat, vat_rate=rate)
    row = placement(of, 120, vat="included", vat_rate=20)
    if fits:
        assert book(row, by=None, at=NOON) == []
    else:
        assert "120 RUB does not fit" in refusal(row)[0]


def test_what_cannot_be_compared_is_refused_with_the_mend() -> None:
    of = campaign(budget=1000, title="Spring")
    assert refusal(placement(of, None)) == ["Give the price first; 0 where nothing is paid."]
    assert refusal(placement(of, 1, currency="EUR")) == [
        "The price is in EUR, the budget of the campaign “Spring” is in RUB: give both in one"
        " currency."
    ]
    assert refusal(placement(of, 1, vat="")) == [
        "Say whether the price holds VAT: else it cannot be held to the budget of the campaign"
        " “Spring”."
    ]
    silent = campaign(budget=1000, title="Autumn", vat="")
    assert refusal(placement(silent, 1)) == [
        "Say of the budget of the campaign “Autumn” whether it holds VAT: else no price can be"
        " held to it."
    ]


def test_sums_that_do_not_state_vat_are_named() -> None:
    of = campaign(budget=1000, title="Spring")
    placement(of, 10, vat="", state=PlacementState.BOOKED, title="City talk")
    account = AdAccountFactory.create(client=of.client, title="Main")
    AdFigureFactory.create(ad_object=AdObjectFactory.create(account=account, campaign=of))
    CostFactory.create(client=of.client, campaign=of, spent_on=dt.date(2026, 3, 2))
    assert refusal(placement(of, 1)) == [
        "What is left of the budget of the campaign “Spring” is not known: state the VAT of"
        " “VK Реклама · Main”, “City talk”, the cost of March 2, 2026."
    ]


def test_no_budget_holds_nothing() -> None:
    assert book(placement(campaign(), 10**9, vat=""), by=None, at=NOON) == []


def test_a_director_goes_over_with_a_reason_that_is_written_down() -> None:
    row = placement(campaign(budget=100), 150)
    director = UserFactory.create(is_superuser=True)
    assert refusal(row, by=director)[-1] == "You may go over it: write the reason."
    assert refusal(row, by=UserFactory.create(), reason="A rare place")[-1].startswith(
        "Lower the price"
    )
    went_over = book(row, by=director, at=NOON, reason="A rare place")
    assert len(went_over) == 1
    entry = LogEntry.objects.get(object_id=str(row.pk))
    assert (entry.user, entry.change_message) == (
        director,
        f"Above the budget: A rare place {went_over[0]}",
    )


def test_what_is_unbooked_may_be_taken_again() -> None:
    of = campaign(budget=100)
    taken = placement(of, 100, state=PlacementState.BOOKED, booked_at=NOON)
    row = placement(of, 100)
    refusal(row)
    unbook(taken, by=None, at=NOON)
    taken.state = PlacementState.CANCELLED
    taken.save()
    assert taken.booked_at is None
    assert book(row, by=None, at=NOON) == []


def test_a_raised_price_is_held_to_what_is_left() -> None:
    of = campaign(budget=100)
    row = placement(of, 60, state=PlacementState.BOOKED)
    row.price = Decimal(100)
    assert hold_to_budgets(row, by=None) == []
    row.price = Decimal("100.01")
    with pytest.raises(ValidationError, match="100 RUB of 100 RUB is left"):
        hold_to_budgets(row, by=None)


def test_a_lowered_price_always_fits() -> None:
    of = campaign(budget=100)
    row = placement(of, 160, state=PlacementState.BOOKED)
    row.price = Decimal(150)
    assert hold_to_budgets(row, by=None) == []


@pytest.mark.parametrize("state", ["agreed", "running", "paused"])
def test_book_takes_money_of_an_agreed_campaign(state: str) -> None:
    assert book(placement(campaign(state=state), 100), by=None, at=NOON) == []


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("draft", "The campaign “Spring” is a draft: agree it first, then book."),
        ("finished", "The campaign “Spring” is “finished”: nothing is booked in it any more."),
        ("cancelled", "The campaign “Spring” is “cancelled”: nothing is booked in it any more."),
    ],
)
def test_book_takes_nothing_of_another_campaign(state: str, said: str) -> None:
    assert refusal(placement(campaign(title="Spring", state=state), 100)) == [said]


def test_a_new_day_of_what_is_booked_is_held_to_budgets_only() -> None:
    row = placement(campaign(state="finished"), 100, state=PlacementState.BOOKED)
    assert hold_to_budgets(row, by=None) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by_channel", [False, True])
def test_two_at_once_never_both_take_the_last_of_it(by_channel: bool) -> None:
    """Two people on two connections, both of whom saw enough left a moment ago."""
    one = campaign(budget=None if by_channel else 100)
    two = one
    if by_channel:
        two = campaign(client=one.client)
        ChannelBudgetFactory.create(
            client=one.client, channel="seeding", month=MARCH, amount=100, vat="free"
        )
    # Of one campaign in two months, or of two campaigns in one: each lock is alone.
    other_day = DAY if by_channel else dt.date(2026, 4, 20)
    rows = [placement(one, 60), placement(two, 60, starts_on=other_day)]
    start = Barrier(2)

    def take(row: Placement) -> bool:
        try:
            with transaction.atomic():
                start.wait(timeout=20)
                book(row, by=None, at=NOON)
                Placement.objects.filter(pk=row.pk).update(state=PlacementState.BOOKED)
            return True
        except ValidationError:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take, rows)) == [False, True]
    assert Placement.objects.taking_money().count() == 1
