"""The demo's promotion: campaigns that run, money of each kind, placements in each state."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db.models import Sum

from clients.models import Client
from promotion.draw_protocol import check_protocol
from promotion.models import AdFigure, Campaign, Cost, Placement, PlacementFact, PromoAction
from smm_agency.demo.calls import write_calls
from smm_agency.demo.cast import Cast
from smm_agency.demo.clients_calls import CLINIC
from smm_agency.demo.clients_counts import CYCLES, NEWCOMER, SALON
from smm_agency.demo.promotion import aim_campaigns, write_promotion
from smm_agency.demo.stage import set_stage
from smm_agency.demo.stories import Story

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)


def promoted(story: Story) -> Client:
    stage = set_stage(story, number=1, today=TODAY, cast=Cast())
    write_promotion([stage])
    return stage.client


def test_clinic_runs_ads_and_seeding_within_their_budgets() -> None:
    client = promoted(CLINIC)
    running = Campaign.objects.filter(client=client).running(on=TODAY)
    assert {row.kind for row in running} == {"targeted_ads", "seeding"}
    ads = running.get(kind="targeted_ads")
    spent = AdFigure.objects.filter(client=client).aggregate(sum=Sum("spend"))["sum"]
    assert Decimal(9_000) < spent < (ads.budget or 0)
    first, second = AdFigure.objects.filter(client=client).values_list(
        "ad_object__creative__title"
    ).annotate(clicks=Sum("clicks")).order_by("-clicks")  # fmt: skip
    assert (first[0], second[0]) == ("Доктор у кресла", "Цена крупно")
    assert {row.kind for row in Cost.objects.filter(client=client)} == {
        "agency_fee",
        "marking_levy",
    }


def test_placements_of_the_clinic_stand_in_five_states() -> None:
    client = promoted(CLINIC)
    assert set(Placement.objects.filter(client=client).values_list("state", flat=True)) == {
        "candidate", "negotiated", "booked", "published", "closed",
    }  # fmt: skip
    facts = PlacementFact.objects.filter(client=client)
    assert sorted(facts.values_list("slot", flat=True)) == ["24h", "24h", "48h", "7d"]
    assert facts.get(slot="7d").left == 5


def test_money_of_cycles_is_in_euros_and_without_a_levy() -> None:
    client = promoted(CYCLES)
    costs = Cost.objects.filter(client=client)
    assert {(cost.kind, cost.currency) for cost in costs} == {("agency_fee", "EUR")}
    assert set(Campaign.objects.values_list("currency", flat=True)) == {"EUR"}


def test_salon_drew_its_giveaway_and_handed_over_one_prize() -> None:
    stage = set_stage(SALON, number=1, today=TODAY, cast=Cast())
    write_calls(stage)
    aim_campaigns([stage])
    action = PromoAction.objects.get(client=stage.client)
    assert action.participants.in_the_draw().count() == 119
    assert [one for one in check_protocol(action.draw.protocol) if not one.agrees] == []
    states = action.draw.winners.values_list("state", flat=True)
    assert sorted(states) == ["promised", "promised", "promised", "received"]


def test_newcomer_promotes_nothing_yet() -> None:
    assert not Campaign.objects.filter(client=promoted(NEWCOMER)).exists()
