"""Staff's pages of the budget: costs, top-ups, budgets of channels, the months, the alerts."""

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from clients.models import Client, Role
from clients.team import join_team
from promotion.models import BudgetAlert, Campaign, ChannelBudget, Cost, PlacementState, TopUp
from tests.factories import (
    LONG_AGO,
    AdAccountFactory,
    AdFigureFactory,
    BudgetAlertFactory,
    BudgetLineFactory,
    CampaignFactory,
    ChannelBudgetFactory,
    ClientFactory,
    CostFactory,
    DirectorFactory,
    EngagementFactory,
    PlacementFactory,
    TopUpFactory,
    UserFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
YESTERDAY = TODAY - dt.timedelta(days=1)
MONTH = TODAY.replace(day=1)


@pytest.fixture
def browser() -> Browser:
    found = Browser()
    found.force_login(DirectorFactory.create())
    return found


def manager_of(client: Client) -> Browser:
    user = UserFactory.create(is_staff=True)
    join_team(client, user, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    found = Browser()
    found.force_login(user)
    return found


def errors_of(browser: Browser, model: str, **data: Any) -> dict[str, list[str]]:
    response = browser.post(reverse(f"admin:promotion_{model}_add"), data)
    if response.status_code == 302:
        return {}
    found: dict[str, list[str]] = response.context["adminform"].form.errors
    return {name: list(said) for name, said in found.items()}


def cost(client: Client, **fields: Any) -> dict[str, Any]:
    return {
        "client": client.pk, "kind": "ad_budget", "spent_on": YESTERDAY.isoformat(),
        "amount": "100", "currency": "RUB", **fields,
    }  # fmt: skip


def test_a_cost_is_entered_by_who_enters_it(browser: Browser) -> None:
    client = ClientFactory.create()
    assert errors_of(browser, "cost", **cost(client)) == {}
    row = Cost.objects.get()
    assert (row.amount, row.entered_by_id is not None) == (Decimal(100), True)


def test_the_agency_s_fee_is_seen_by_who_may_see_it(browser: Browser) -> None:
    client = ClientFactory.create()
    fee, prize = (CostFactory.create(client=client, kind=kind) for kind in ("agency_fee", "prize"))
    manager = manager_of(client)
    shown = manager.get(reverse("admin:promotion_cost_changelist")).context["cl"].result_list
    assert list(shown) == [prize]
    assert manager.get(reverse("admin:promotion_cost_change", args=[fee.pk])).status_code == 302
    refused = errors_of(manager, "cost", **cost(client, kind="commission"))
    assert list(refused) == ["kind"]
    shown = browser.get(reverse("admin:promotion_cost_changelist")).context["cl"].result_list
    assert set(shown) == {fee, prize}


def test_bad_sums_of_a_cost_are_refused_with_the_mend(browser: Browser) -> None:
    client = ClientFactory.create(time_zone="UTC")
    ahead = (TODAY + dt.timedelta(days=2)).isoformat()
    assert errors_of(browser, "cost", **cost(client, amount="-1")) == {
        "amount": ["Ensure this value is greater than or equal to 0."]
    }
    assert errors_of(browser, "cost", **cost(client, spent_on=ahead)) == {
        "spent_on": ["This day has not come yet: money is written down once it moved."]
    }
    assert errors_of(browser, "cost", **cost(client, currency="EUR")) == {
        "currency": [
            "The money of this client is in RUB: give it so, or set the currency of the client or"
            " of the engagement first."
        ]
    }
    assert not Cost.objects.exists()


def test_the_currency_of_an_engagement_is_the_client_s_too(browser: Browser) -> None:
    client = EngagementFactory.create(currency="EUR").client
    assert errors_of(browser, "cost", **cost(client, currency="EUR")) == {}


def test_a_placement_s_price_is_not_entered_once_more(browser: Browser) -> None:
    client = ClientFactory.create()
    placement = PlacementFactory.create(campaign__client=client, price=500)
    assert errors_of(browser, "cost", **cost(client, placement=placement.pk)) == {
        "placement": [
            "The price of this placement, 500 RUB, counts already: change it there, or choose"
            " another kind."
        ]
    }
    other = CampaignFactory.create(client=client)
    asked = cost(client, placement=placement.pk, campaign=other.pk, kind="production")
    assert errors_of(browser, "cost", **asked) == {
        "placement": ["This placement belongs to another campaign."]
    }


def test_a_top_up_is_in_the_currency_of_its_account(browser: Browser) -> None:
    account = AdAccountFactory.create(currency="EUR")
    top_up = {
        "account": account.pk,
        "topped_up_on": YESTERDAY.isoformat(),
        "amount": "10",
        "by": "client",
    }
    assert errors_of(browser, "topup", **top_up, currency="RUB") == {
        "currency": ["The account is in EUR: give the sum as it came in there."]
    }
    assert errors_of(browser, "topup", **top_up, currency="EUR") == {}
    assert TopUp.objects.get().client == account.client


def budget(client: Client, **fields: Any) -> dict[str, Any]:
    return {
        "client": client.pk, "channel": "ads", "month": MONTH.isoformat(), "amount": "100",
        "currency": "RUB", **fields,
    }  # fmt: skip


def test_a_budget_is_of_a_month_by_its_first_day(browser: Browser) -> None:
    client = ClientFactory.create()
    second = MONTH.replace(day=2).isoformat()
    found = errors_of(browser, "channelbudget", **budget(client, month=second))
    assert found == {"__all__": ["Give the first day of the month."]}
    assert errors_of(browser, "channelbudget", **budget(client)) == {}
    assert ChannelBudget.objects.get().set_by is not None


def test_a_budget_in_place_of_the_strategy_s_line_says_why(browser: Browser) -> None:
    line = BudgetLineFactory.create(month=dt.date(2026, 3, 1), amount=200)
    approve_in_place(line.version)
    asked = budget(line.client, month="2026-03-01")
    assert errors_of(browser, "channelbudget", **asked) == {
        "reason": [
            "The strategy plans 200 RUB for this channel in this month: write why it changes."
        ]
    }
    assert errors_of(browser, "channelbudget", **asked, reason="The season is short") == {}


def test_a_budget_is_not_lowered_below_what_is_spent_and_booked(browser: Browser) -> None:
    row = ChannelBudgetFactory.create(month=MONTH, amount=400, vat="free")
    of = CampaignFactory.create(client=row.client)
    PlacementFactory.create(campaign=of, price=300, vat="free", starts_on=MONTH, state="booked")
    change = reverse("admin:promotion_channelbudget_change", args=[row.pk])

    def refused(person: Browser, amount: str, reason: str = "") -> dict[str, list[str]]:
        data = budget(row.client, vat="free", amount=amount, reason=reason)
        answer = person.post(change, data)
        return {} if answer.status_code == 302 else answer.context["adminform"].form.errors

    said = "300 RUB is spent and booked in this month already: give at least that."
    manager = manager_of(row.client)
    assert refused(manager, "299.99", "So.") == {
        "amount": [f"{said} A director may go below it with a reason."]
    }
    assert refused(browser, "200") == {"reason": [f"{said} You may go below it: write why."]}
    assert refused(manager, "300") == {}
    assert refused(browser, "200", "The client asks") == {}
    assert refused(manager, "250") == {}


def test_a_budget_that_money_is_booked_of_is_not_deleted_but_by_a_director(
    browser: Browser,
) -> None:
    row = ChannelBudgetFactory.create(month=MONTH, amount=400, vat="free")
    of = CampaignFactory.create(client=row.client)
    PlacementFactory.create(campaign=of, price=300, vat="free", starts_on=MONTH, state="booked")
    delete = reverse("admin:promotion_channelbudget_delete", args=[row.pk])
    shown = manager_of(row.client).post(delete, {"post": "yes"}, follow=True).content.decode()
    assert "Money is spent or booked in this month: a director may delete its budget." in shown
    assert ChannelBudget.objects.count() == 1
    browser.post(delete, {"post": "yes"})
    assert not ChannelBudget.objects.exists()


def filled(count: int = 1) -> Client:
    client: Client = ClientFactory.create(name="Dentistry")
    EngagementFactory.create(client=client, ad_budget=900, starts_on=MONTH, ends_on=None)
    ChannelBudgetFactory.create(
        client=client, channel="seeding", month=MONTH, amount=1000, vat="free"
    )
    of = CampaignFactory.create(client=client, kind=Campaign.Kind.SEEDING)
    for _ in range(count):
        PlacementFactory.create(campaign=of, price=300, vat="free", starts_on=MONTH)
        account = AdAccountFactory.create(client=client, vat="included", vat_rate=20)
        TopUpFactory.create(account=account, amount=500, vat="included", vat_rate=20)
        AdFigureFactory.create(ad_object__account=account, starts_on=MONTH, spend=120)
        CostFactory.create(client=client, spent_on=MONTH, amount=5)
    return client


def test_the_months_show_plan_fact_and_what_is_left(browser: Browser) -> None:
    client = filled()
    response = browser.get(reverse("promotion_budget_page"), {"client": client.pk})
    month = next(each for each in response.context["months"] if each.lines)
    assert [(line.name, line.plan.value, line.spent.value, line.left) for line in month.lines] == [
        ("targeted ads", "—", "120 RUB", "—"),
        ("seeding", "1,000 RUB", "300 RUB", "700 RUB"),
        ("other", "—", "5 RUB", "—"),
    ]
    assert month.lines[0].spent.note == "VAT 20 % included; without VAT 100 RUB"
    [total] = month.totals
    assert (total.plan.value, total.spent.value, total.left) == ("1,000 RUB", "425 RUB", "575 RUB")
    assert total.spent.note == "mixed: VAT is not stated, no VAT, VAT 20 % included"
    assert response.context["agreed"][0][0]
    [account] = response.context["accounts"]
    assert (account["topped_up"], account["computed"]) == (["client: 500 RUB"], "380 RUB")


def test_a_client_s_budget_is_seen_by_its_team_only() -> None:
    client, stranger = filled(), ClientFactory.create()
    browser = manager_of(stranger)
    for page in ("page", "file"):
        url = reverse(f"promotion_budget_{page}")
        assert browser.get(url, {"client": client.pk}).status_code == 404
        assert browser.get(url, {"client": stranger.pk}).status_code == 200
    content = browser.get(reverse("promotion_budget_page")).content.decode()
    assert "Dentistry" not in content


@pytest.mark.parametrize("asked", ["", "x", "2026-13", "9999-12", "0001-01"])
def test_a_month_that_cannot_be_read_is_the_usual_one(browser: Browser, asked: str) -> None:
    response = browser.get(
        reverse("promotion_budget_page"), {"client": str(filled().pk), "from": asked}
    )
    assert [each.name for each in response.context["months"] if each.lines] != []


@pytest.mark.parametrize("count", [1, 3])
def test_the_months_take_the_same_queries(
    browser: Browser, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = filled(count)
    with django_assert_num_queries(13):
        browser.get(reverse("promotion_budget_page"), {"client": client.pk})


def test_the_table_goes_into_a_spreadsheet_that_runs_nothing(browser: Browser) -> None:
    client = filled()
    response = browser.get(
        reverse("promotion_budget_file"), {"client": str(client.pk), "from": f"{MONTH:%Y-%m}"}
    )
    sheet = load_workbook(io.BytesIO(response.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[1:3] for row in rows[1:]] == [
        ("targeted ads", "RUB"),
        ("seeding", "RUB"),
        ("other", "RUB"),
    ]
    assert (rows[2][3], rows[2][6], rows[2][10]) == (1000, 300, 700)
    assert response["Content-Disposition"].startswith("attachment")


def test_alerts_that_stand_are_listed_with_what_to_do(browser: Browser) -> None:
    client = ClientFactory.create()
    account = AdAccountFactory.create(client=client)
    BudgetAlertFactory.create(client=client, kind="stale", account=account, facts={"since": ""})
    url = reverse("admin:promotion_budgetalert_changelist")
    content = browser.get(url).content.decode()
    assert "No figures of this account have come yet" in content
    assert "Renew the account" in content
    BudgetAlert.objects.update(closed_at=timezone.now())
    assert "Renew the account" not in browser.get(url).content.decode()
    assert "Renew the account" in browser.get(url, {"state": "over"}).content.decode()


def test_the_start_page_shows_alerts_of_seen_clients_only() -> None:
    mine, other = ClientFactory.create(name="Mine"), ClientFactory.create(name="Other one")
    for client in (mine, other):
        BudgetAlertFactory.create(
            client=client, facts={"month": "2026-03-01", "channels": []}, kind="overspend"
        )
    browser = manager_of(mine)
    context = browser.get(reverse("admin:index")).context
    due = context["due"]
    assert [(line.title, line.client) for line in due.lines] == [
        ("spends more than planned", "Mine")
    ]
    assert due.total == 1


def test_placements_that_are_booked_stand_as_taken(browser: Browser) -> None:
    client = filled()
    soon = TODAY + dt.timedelta(days=1)
    PlacementFactory.create(
        campaign=CampaignFactory.create(client=client, kind=Campaign.Kind.INFLUENCER), price=70,
        vat="free", starts_on=soon, state=PlacementState.BOOKED,
    )  # fmt: skip
    response = browser.get(reverse("promotion_budget_page"), {"client": client.pk})
    lines = [line for month in response.context["months"] for line in month.lines]
    assert [line.taken.value for line in lines if line.name == "influencers"] == ["70 RUB"]
