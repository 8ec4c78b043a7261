import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from clients.models import Client, ClientStatus, Task
from promotion.alert_words import advice_of, sentence_of
from promotion.alerts import watch_budgets, watch_client
from promotion.models import AlertKind, BudgetAlert, Campaign, CampaignState, PlacementState
from promotion.schedule import SCHEDULE
from promotion.tasks import watch_budgets as watch_budgets_task
from tests.factories import (
    AdAccountFactory,
    AdFigureFactory,
    AdObjectFactory,
    BudgetAlertFactory,
    CampaignFactory,
    ChannelBudgetFactory,
    ClientFactory,
    CostFactory,
    PlacementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

AT = dt.datetime(2026, 3, 11, 9, tzinfo=dt.UTC)
LATER = AT + dt.timedelta(hours=1)


def march(day: int) -> dt.date:
    return dt.date(2026, 3, day)


def campaign(spend: int | None, *, until: int = 10, **fields: Any) -> Campaign:
    """3000 for thirty days; `spend` on each day of March up to and with `until`."""
    fields = {
        "client__status": ClientStatus.ACTIVE,
        "starts_on": march(1),
        "ends_on": march(30),
        "budget": Decimal(3000),
        "vat": "free",
        "title": "Spring",
        **fields,
    }
    made: Campaign = CampaignFactory.create(**fields)
    account = AdAccountFactory.create(client=made.client, vat="free", title="Main")
    ads = AdObjectFactory.create(account=account, campaign=made)
    for day in range(1, until + 1):
        AdFigureFactory.create(ad_object=ads, starts_on=march(day), spend=spend)
    return made


def standing(client: Client) -> list[str]:
    return sorted(
        BudgetAlert.objects.standing().filter(client=client).values_list("kind", flat=True)
    )


def said(of: Campaign, **filters: Any) -> list[str]:
    watch_client(of.client, at=AT)
    rows = BudgetAlert.objects.standing().filter(client=of.client, **filters)
    return [sentence_of(row) for row in rows]


@pytest.mark.parametrize(
    ("spend", "kinds"),
    [
        (89, ["underspend"]),
        (90, []),
        (110, []),
        (111, ["overspend"]),
    ],
)
def test_pace_outside_a_tenth_opens_an_alert(spend: int, kinds: list[str]) -> None:
    of = campaign(spend)
    watch_client(of.client, at=AT)
    assert standing(of.client) == kinds


def test_underspend_names_its_formula() -> None:
    assert said(campaign(50)) == [
        "Up to March 10, 2026 the pace is 50 % of the plan: spent ÷ (budget × elapsed share of the"
        " days). 500 RUB of 3,000 RUB is spent."
    ]


def test_an_alert_is_opened_once_and_told_once_to_who_leads() -> None:
    owner = UserFactory.create()
    of = campaign(50, owner=owner)
    for _ in range(2):
        watch_budgets(at=AT)
    assert BudgetAlert.objects.count() == 1
    task = Task.objects.get()
    assert (task.client, task.owner, task.origin) == (of.client, owner, BudgetAlert.objects.get())


def test_an_alert_closes_by_itself_and_may_open_again() -> None:
    of = campaign(50)
    watch_client(of.client, at=AT)
    figure = of.ad_objects.get().figures.get(starts_on=march(10))
    figure.spend = 550
    figure.save()
    watch_client(of.client, at=LATER)
    assert BudgetAlert.objects.get().closed_at == LATER
    figure.spend = 50
    figure.save()
    watch_client(of.client, at=LATER)
    assert [row.closed_at for row in BudgetAlert.objects.order_by("pk")] == [LATER, None]


def test_the_facts_of_a_standing_alert_are_those_of_today() -> None:
    of = campaign(50)
    watch_client(of.client, at=AT)
    of.ad_objects.get().figures.filter(starts_on=march(10)).update(spend=60)
    watch_client(of.client, at=LATER)
    assert BudgetAlert.objects.get().facts["spent"] == "510.00"


def test_the_first_days_of_a_campaign_are_no_underspend() -> None:
    of = campaign(1, until=2)
    watch_client(of.client, at=dt.datetime(2026, 3, 3, 9, tzinfo=dt.UTC))
    assert standing(of.client) == []
    watch_client(of.client, at=dt.datetime(2026, 3, 4, 9, tzinfo=dt.UTC))
    assert standing(of.client) == ["underspend"]


def test_more_than_the_budget_is_told_whatever_the_pace() -> None:
    of = campaign(None, kind=Campaign.Kind.SEEDING)
    PlacementFactory.create(campaign=of, price=2900, vat="free", starts_on=march(5))
    PlacementFactory.create(
        campaign=of, price=200, vat="free", state=PlacementState.BOOKED, starts_on=march(20)
    )
    assert "2,900 RUB is spent and 200 RUB is booked: more than the budget, 3,000 RUB." in said(of)


def test_ads_that_stand_still_are_not_told_as_underspend_as_well() -> None:
    of = campaign(110, until=8)
    ads = of.ad_objects.get()
    AdFigureFactory.create(ad_object=ads, starts_on=march(9), spend=0)
    watch_client(of.client, at=AT)
    assert standing(of.client) == []
    AdFigureFactory.create(ad_object=ads, starts_on=march(10), spend=0)
    assert said(of) == ["The last spend was on March 8, 2026, though the campaign runs."]
    assert standing(of.client) == ["stopped"]


def test_a_file_that_ends_early_is_not_a_stop() -> None:
    of = campaign(100, until=8)
    watch_client(of.client, at=AT)
    assert standing(of.client) == []


def test_a_stale_account_says_that_and_nothing_that_leans_on_it() -> None:
    of = campaign(50)
    watch_client(of.client, at=AT)
    assert standing(of.client) == ["underspend"]
    watch_client(of.client, at=dt.datetime(2026, 3, 14, 9, tzinfo=dt.UTC))
    assert standing(of.client) == ["underspend"]
    watch_client(of.client, at=dt.datetime(2026, 3, 15, 9, tzinfo=dt.UTC))
    assert standing(of.client) == ["stale"]
    alert = BudgetAlert.objects.standing().get()
    assert (alert.account, sentence_of(alert)) == (
        of.ad_objects.get().account,
        "The newest figures of this account are of March 10, 2026: nothing is said of its ads.",
    )


def test_a_paused_campaign_with_money_left() -> None:
    of = campaign(100, state=CampaignState.PAUSED, state_since=AT)
    watch_client(of.client, at=AT)
    assert standing(of.client) == []
    watch_client(of.client, at=AT + dt.timedelta(days=1))
    assert standing(of.client) == ["paused_with_budget"]
    assert sentence_of(BudgetAlert.objects.get()) == (
        "It is paused, and 2,000 RUB of 3,000 RUB is left."
    )


def test_a_channel_above_its_month_is_told_of_the_client() -> None:
    client = ClientFactory.create(status=ClientStatus.ACTIVE)
    ChannelBudgetFactory.create(client=client, channel="other", amount=1000, vat="free")
    CostFactory.create(client=client, amount=1001, vat="free", spent_on=march(11))
    watch_client(client, at=AT)
    alert = BudgetAlert.objects.get()
    assert (alert.kind, alert.campaign, alert.account) == ("overspend", None, None)
    assert sentence_of(alert) == (
        "More is spent and booked for March 2026 than planned. other: 1,001 RUB of 1,000 RUB."
    )


def test_a_later_month_that_too_much_is_booked_for_is_told_as_well() -> None:
    client = ClientFactory.create(status=ClientStatus.ACTIVE)
    for month in (march(1), dt.date(2026, 4, 1), dt.date(2026, 5, 1)):
        ChannelBudgetFactory.create(
            client=client, channel="seeding", month=month, amount=1000, vat="free"
        )
    of = CampaignFactory.create(client=client, kind=Campaign.Kind.SEEDING)
    for day in (march(20), dt.date(2026, 5, 20)):
        PlacementFactory.create(
            campaign=of, price=1200, vat="free", starts_on=day, state=PlacementState.BOOKED
        )
    watch_client(client, at=AT)
    assert sentence_of(BudgetAlert.objects.get()) == (
        "More is spent and booked for March 2026 than planned. seeding: 1,200 RUB of 1,000 RUB."
        " More is spent and booked for May 2026 than planned. seeding: 1,200 RUB of 1,000 RUB."
    )


@pytest.mark.parametrize(("booked", "kinds"), [(399, ["underspend"]), (400, []), (2000, [])])
def test_seeding_that_leaves_its_money_lying_is_told(booked: int, kinds: list[str]) -> None:
    """A third of the days: 900 of 1000 are near enough, what is booked ahead counts."""
    of = seeding()
    PlacementFactory.create(campaign=of, price=500, vat="free", starts_on=march(5))
    PlacementFactory.create(
        campaign=of, price=booked, vat="free", state=PlacementState.BOOKED, starts_on=march(20)
    )
    watch_client(of.client, at=AT)
    assert standing(of.client) == kinds


def test_underspend_of_seeding_names_its_formula_and_what_to_do() -> None:
    of = seeding()
    PlacementFactory.create(campaign=of, price=500, vat="free", starts_on=march(5))
    assert said(of) == [
        "Up to March 10, 2026 50 % of the plan is used: (spent + booked) ÷ (budget × elapsed share"
        " of the days). 500 RUB is spent and 0 RUB is booked of 3,000 RUB."
    ]
    alert = BudgetAlert.objects.get()
    assert advice_of(alert) == "Book further placements, or move the money to what works."


def seeding() -> Campaign:
    """3000 for thirty days of March."""
    made: Campaign = CampaignFactory.create(
        client__status=ClientStatus.ACTIVE,
        kind=Campaign.Kind.SEEDING,
        starts_on=march(1),
        ends_on=march(30),
        budget=Decimal(3000),
        vat="free",
    )
    return made


def test_an_overspend_stands_after_the_campaign_has_finished() -> None:
    of = campaign(301)
    watch_client(of.client, at=AT)
    of.state, of.state_since = CampaignState.FINISHED, AT
    of.save()
    for after in (0, 30, 300):
        watch_client(of.client, at=AT + dt.timedelta(days=after))
        assert standing(of.client) == ["overspend"]
    of.budget = Decimal(3010)
    of.save()
    watch_client(of.client, at=AT + dt.timedelta(days=301))
    assert standing(of.client) == []


def test_a_finished_campaign_within_its_budget_is_left_in_peace() -> None:
    of = campaign(50, state=CampaignState.FINISHED, state_since=AT)
    watch_client(of.client, at=AT)
    assert standing(of.client) == []


def test_what_fails_of_one_client_leaves_the_others_looked_at(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken, other = campaign(50), campaign(50)
    Client.objects.filter(pk=broken.client_id).update(time_zone="Nowhere/Town")
    watch_budgets(at=AT)
    assert standing(other.client) == ["underspend"]
    assert caplog.messages == [f"The budgets of client {broken.client_id} were not looked at."]


def test_a_client_that_is_not_served_is_left_in_peace() -> None:
    campaign(50, client__status=ClientStatus.PAUSED)
    watch_budgets(at=AT)
    assert not BudgetAlert.objects.exists()


def test_sums_without_vat_say_so() -> None:
    of = campaign(50, vat="")
    [sentence] = said(of)
    assert sentence.endswith("VAT is not stated of some of these sums: they count as told.")


def test_the_clock_watches_budgets() -> None:
    assert "promotion.tasks.watch_budgets" in {row.task for row in SCHEDULE.values()}
    campaign(50, client__status=ClientStatus.LEAD)
    watch_budgets_task()
    assert not BudgetAlert.objects.exists()


@pytest.mark.parametrize("kind", AlertKind.values)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_kind_says_what_to_do(kind: str, language: str) -> None:
    with translation.override(language):
        assert advice_of(BudgetAlertFactory.build(kind=kind)).endswith(".")


@pytest.mark.parametrize("count", [1, 3])
def test_looking_takes_the_same_queries_whatever_the_campaigns(
    count: int, django_assert_num_queries: Any
) -> None:
    client = ClientFactory.create(status=ClientStatus.ACTIVE)
    for _ in range(count):
        campaign(100, client=client)
    with django_assert_num_queries(18):
        watch_client(client, at=AT)


@pytest.mark.parametrize("facts", [{}, {"channels": [{"channel": "ads", "used": "2"}]}])
def test_an_alert_without_a_currency_is_told_without_its_sums(facts: dict[str, Any]) -> None:
    alert = BudgetAlert(kind=AlertKind.OVERSPEND, facts=facts)
    label = str(AlertKind.OVERSPEND.label)
    assert sentence_of(alert) == (
        f"{label[0].upper()}{label[1:]}. The sums are not stored with this alert."
    )
    assert advice_of(alert)
