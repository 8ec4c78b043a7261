"""The page of results, and the assessment that is made of it, finished once and shown."""

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Role, User
from clients.team import join_team
from kpi.models import Deal, Evidence, PromotionAssessment
from kpi.promotion_assessments import (
    count_again,
    digest_of,
    finish_assessment,
    make_assessment,
    newest_finished,
    read_of,
    show_assessment,
)
from kpi.promotion_figures import figures_of
from kpi.promotion_paper import paper_of, print_assessment
from promotion.models import Campaign
from strategy.models import Metric
from tests.factories import (
    LONG_AGO,
    AdFigureFactory,
    CallFactory,
    CampaignFactory,
    ClientFactory,
    CostFactory,
    DealFactory,
    DirectorFactory,
    KpiTargetFactory,
    MonthlyTargetFactory,
    NumberPlacementFactory,
    PromotionAssessmentFactory,
    StrategyVersionFactory,
    UserFactory,
    approve_in_place,
    local_noon,
)
from tests.pdf import count_pages

pytestmark = pytest.mark.django_db

FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 3, 31)
DAY = dt.date(2026, 3, 11)
AFTER = dt.datetime(2026, 4, 2, 9, 0, tzinfo=dt.UTC)
RESULTS = "admin:kpi_promotionassessment_results"
DAYS = {"first": FIRST, "last": LAST}


@pytest.fixture
def client_row() -> Client:
    """A plan of 1 500 for a call, and three campaigns: a cheap, a dear and a silent one."""
    client: Client = ClientFactory.create(status="active", language="en")
    version = StrategyVersionFactory.create(
        client=client, starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 12, 31)
    )
    target = KpiTargetFactory.create(version=version, metric=Metric.COST_PER_CALL, is_primary=False)
    MonthlyTargetFactory.create(target=target, month=FIRST, value=1_500)
    approve_in_place(version)
    for title, money, calls in [("Cheap", 6_000, 12), ("Dear", 60_000, 12), ("Silent", 7_200, 0)]:
        add_campaign(client, title, money, calls)
    return client


def add_campaign(client: Client, title: str, money: int, calls: int) -> Campaign:
    campaign: Campaign = CampaignFactory.create(client=client, title=title)
    NumberPlacementFactory.create(number__client=client, community=None, campaign=campaign)
    CostFactory.create(
        client=client, campaign=campaign, spent_on=DAY, amount=money, vat="included",
        vat_rate=Decimal(20),
    )  # fmt: skip
    for _ in range(calls):
        CallFactory.create(
            client=client, community=None, campaign=campaign, started_at=local_noon(client, DAY),
            evidence=Evidence.PLACEMENT_NUMBER,
        )  # fmt: skip
    return campaign


@pytest.fixture
def director() -> User:
    user: User = DirectorFactory.create()
    return user


@pytest.fixture
def manager(client_row: Client) -> User:
    user: User = UserFactory.create()
    join_team(client_row, user, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    return user


def signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def open_page(user: User, client: Client, **query: Any) -> Any:
    return signed_in(user).get(reverse(RESULTS), {"client": client.pk, **DAYS, **query})


def make(client: Client, by: User) -> PromotionAssessment:
    seen = digest_of(figures_of(client, FIRST, LAST))
    return make_assessment(client, FIRST, LAST, by=by, at=AFTER, seen=seen)


def finished(client: Client, by: User) -> PromotionAssessment:
    row = make(client, by)
    row.verdict = "The plan was kept by one campaign of three."
    row.save()
    return finish_assessment(row, by=by, at=AFTER, seen=digest_of(read_of(row)))


def test_page_says_what_to_repeat_and_what_to_stop(client_row: Client, director: User) -> None:
    # Cheap: 6 000 / 1.2 = 5 000 of 12 calls: Garwood (6.2006; 20.9616), 238.53 … 806.38 < 1 500.
    # Dear: 50 000: 2 385.32 … 8 063.77 > 1 500. Silent: 6 000 > 3 × 1 500; e^−4 = 1.83 %.
    page = open_page(director, client_row)
    assert page.context["repeat"] == [
        "Cheap. A unique-target call costs 238.53 RUB … 806.38 RUB at 95 %: all of it below"
        " 1,500 RUB."
    ]
    assert page.context["stop"] == [
        "Dear. A unique-target call costs 2,385.32 RUB … 8,063.77 RUB at 95 %: all of it above"
        " 1,500 RUB.",
        "Silent. Not a single unique-target call, though the money is more than 3 times the cost of"
        " one (1,500 RUB). By chance this happens in 1.83 %.",
    ]


@pytest.mark.parametrize("by", ["campaign", "placement", "creative", "channel", "month"])
def test_page_is_summed_in_each_way(client_row: Client, director: User, by: str) -> None:
    page = open_page(director, client_row, by=by)
    assert (page.status_code, page.context["by"]) == (200, by)


def test_without_a_plan_the_clients_own_mean_is_the_measure(director: User) -> None:
    # 12 000 / 1.2 of 20 calls: 500.
    client = ClientFactory.create(status="active")
    add_campaign(client, "One", 12_000, 20)
    rules = open_page(director, client).context["rules"]
    assert rules[0] == (
        "There is no plan by KPI for the cost of a call: held against the client's own mean of"
        " these days, 500 RUB."
    )


def test_fee_is_shown_to_directors_only(client_row: Client, director: User, manager: User) -> None:
    campaign = Campaign.objects.get(title="Cheap")
    CostFactory.create(
        client=client_row, campaign=campaign, spent_on=DAY, kind="agency_fee", amount=1_000,
        vat="free",
    )  # fmt: skip
    words = "Cost per unique-target call with the agency&#x27;s fee: 500 RUB"
    assert words in open_page(director, client_row).content.decode()
    seen = open_page(manager, client_row)
    assert (seen.status_code, words in seen.content.decode()) == (200, False)


def test_money_that_hangs_over_the_days_is_said_on_page_and_paper(
    client_row: Client, director: User
) -> None:
    assert "Not in these sums" not in open_page(director, client_row).content.decode()
    AdFigureFactory.create(
        ad_object__account__client=client_row, starts_on=DAY, ends_on=AFTER.date(),
        spend=Decimal(600),
    )  # fmt: skip
    line = (
        "Not in these sums: money of ad accounts, told for periods that only partly lie in these"
        " days: 600 RUB, VAT is not stated."
    )
    assert line in open_page(director, client_row).content.decode()
    counting = paper_of(finished(client_row, director))["sections"][-1]
    assert line in str(counting)


def test_stranger_finds_no_client(client_row: Client) -> None:
    other = ClientFactory.create()
    user = UserFactory.create()
    join_team(other, user, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    assert open_page(user, client_row).status_code == 404


def test_days_that_cannot_be_are_refused_in_words(client_row: Client, director: User) -> None:
    page = open_page(director, client_row, first=LAST, last=FIRST)
    assert page.context["form"].errors == {"last": ["The last day is before the first."]}


def test_file_holds_the_rows_of_every_way(client_row: Client, director: User) -> None:
    answer = open_page(director, client_row, export="xlsx")
    sheet: Any = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[1] for row in rows[1:4]] == ["Dear", "Silent", "Cheap"]
    assert rows[1][:5] == ("by campaign", "Dear", 60_000, 50_000, "RUB")
    assert {row[0] for row in rows[1:]} == {
        "by campaign", "by placement", "by creative", "by channel", "by month",
    }  # fmt: skip


def test_assessment_copies_its_figures_and_answers(client_row: Client, director: User) -> None:
    row = make(client_row, director)
    CostFactory.create(client=client_row, spent_on=DAY)
    row.refresh_from_db()
    assert [one["title"] for one in row.figures["by"]["campaign"]] == ["Dear", "Silent", "Cheap"]
    assert row.repeated.startswith("Cheap. ")
    assert [line[:6] for line in row.stopped.splitlines()] == ["Dear. ", "Silent"]


def test_assessment_is_made_of_what_was_seen(client_row: Client, director: User) -> None:
    seen = digest_of(figures_of(client_row, FIRST, LAST))
    CostFactory.create(client=client_row, spent_on=DAY)
    with pytest.raises(ValidationError, match="have changed since"):
        make_assessment(client_row, FIRST, LAST, by=director, at=AFTER, seen=seen)
    assert not PromotionAssessment.objects.exists()


def test_manager_makes_it_from_the_page(client_row: Client, manager: User) -> None:
    browser = signed_in(manager)
    page = open_page(manager, client_row)
    address = page.context["make"]
    form = browser.get(address).context["form"]
    browser.post(address, {"seen": form.initial["seen"]})
    made = PromotionAssessment.objects.get()
    assert (made.client, made.made_by, made.starts_on) == (client_row, manager, FIRST)
    change = reverse("admin:kpi_promotionassessment_change", args=[made.pk])
    assert browser.get(change).context["stop"] == page.context["stop"]


def test_draft_is_counted_again_and_keeps_its_words(client_row: Client, director: User) -> None:
    row = make(client_row, director)
    add_campaign(client_row, "Late", 600, 0)
    count_again(row, at=AFTER, seen=digest_of(read_of(row)))
    again = PromotionAssessment.objects.get()
    assert (len(again.figures["by"]["campaign"]), again.repeated) == (4, row.repeated)


def test_finished_one_is_frozen_by_the_database(client_row: Client, director: User) -> None:
    row = finished(client_row, director)
    changes: list[dict[str, Any]] = [
        {"figures": {}},
        {"verdict": "Other"},
        {"ends_on": DAY},
        {"finished_at": None},
    ]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            PromotionAssessment.objects.filter(pk=row.pk).update(**change)
    PromotionAssessment.objects.filter(pk=row.pk).update(note="Ours")
    assert newest_finished(client_row) == row


def test_finishing_takes_a_verdict_and_what_was_read(client_row: Client, director: User) -> None:
    row = make(client_row, director)
    seen = digest_of(read_of(row))
    with pytest.raises(ValidationError, match="Write the verdict"):
        finish_assessment(row, by=director, at=AFTER, seen=seen)
    PromotionAssessment.objects.update(verdict="Somebody else's words")
    with pytest.raises(ValidationError, match="Somebody has changed it"):
        finish_assessment(row, by=director, at=AFTER, seen=seen)


def test_days_that_run_are_not_finished(client_row: Client, director: User) -> None:
    row = make(client_row, director)
    row.verdict = "Too early"
    row.save()
    at = dt.datetime(2026, 3, 31, 9, 0, tzinfo=dt.UTC)
    with pytest.raises(ValidationError, match="not over yet"):
        finish_assessment(row, by=director, at=at, seen=digest_of(read_of(row)))


def test_only_a_finished_one_is_shown(client_row: Client, director: User) -> None:
    draft = PromotionAssessmentFactory.create(client=client_row)
    with pytest.raises(ValidationError, match="Finish it"):
        show_assessment(draft, shown=True)
    row = finished(client_row, director)
    show_assessment(row, shown=True)
    row.refresh_from_db()
    assert row.is_shown


def test_the_client_sorts_what_each_campaign_brought_and_takes_it_away(
    client_row: Client, director: User
) -> None:
    row = finished(client_row, director)
    show_assessment(row, shown=True)
    address = reverse("portal:promotion_assessment", args=[client_row.pk, row.pk])
    query = {"by-campaign-sort": "-spent"}
    browser = signed_in(director)
    table = browser.get(address, query).context["tables"]["by-campaign"]
    told = [line.cells[0][1].text for line in table.lines]
    assert (told.index("Dear") < told.index("Cheap"), table.total is not None) == (True, True)
    answer = browser.get(address, query | {"file": "by-campaign.xlsx"})
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0].values)
    assert [line[0] for line in rows[1:-1]] == told
    assert all(isinstance(line[1], int | float) for line in rows[1:-1] if line[1] is not None)
    assert rows[-1][0] == "in all"


def test_paper_holds_the_verdict_and_not_the_note(client_row: Client, director: User) -> None:
    row = finished(client_row, director)
    PromotionAssessment.objects.filter(pk=row.pk).update(note="Ours alone")
    row.refresh_from_db()
    paper = paper_of(row)
    assert paper["cover"]["summary"] == "The plan was kept by one campaign of three."
    assert [section["title"] for section in paper["sections"]] == [
        "Verdict", "By campaign", "By placement", "By creative", "By channel", "By month",
        "How it was counted",
    ]  # fmt: skip
    assert "Ours alone" not in str(paper)
    assert count_pages(print_assessment(row, at=AFTER)) >= 3


def test_deal_is_written_down_from_its_call(client_row: Client, manager: User) -> None:
    call = client_row.calls.earliest("pk")
    browser = signed_in(manager)
    button = reverse("admin:kpi_call_write_deal", args=[call.pk])
    opened = browser.get(button)
    assert opened["Location"] == (
        f"{reverse('admin:kpi_deal_add')}?client={client_row.pk}&call={call.pk}"
    )
    browser.post(
        opened["Location"],
        {"client": client_row.pk, "call": call.pk, "closed_on": "2026-03-20", "amount": "40000",
         "currency": "RUB"},
    )  # fmt: skip
    deal = Deal.objects.get()
    assert (deal.call, deal.external_id, deal.entered_by) == (call, None, manager)
    assert browser.get(button)["Location"] == reverse("admin:kpi_deal_change", args=[deal.pk])


def test_deal_stands_once(client_row: Client) -> None:
    DealFactory.create(client=client_row, external_id="77")
    DealFactory.create(external_id="77")
    with pytest.raises(IntegrityError), transaction.atomic():
        DealFactory.create(client=client_row, external_id="77")


def test_money_returned_is_known_with_deals_only(client_row: Client, director: User) -> None:
    # Of 5 000 of money came 20 000: (20 000 − 5 000) / 5 000 = 300 %; 5 000 / 20 000 = 25 %.
    campaign = Campaign.objects.get(title="Cheap")
    lines = open_page(director, client_row).context["lines"]
    assert {note.text for line in lines for note in line.cells[-1].notes} == {
        "deals are not entered"
    }
    deal = DealFactory.create(
        client=client_row, campaign=campaign, closed_on=DAY, amount=20_000, vat="free"
    )
    cells = {
        line.title: line.cells[-1] for line in open_page(director, client_row).context["lines"]
    }
    assert [note.text for note in cells["Cheap"].notes] == [
        "20,000 RUB", "ROMI: 300 %", "share of ad costs: 25 %",
    ]  # fmt: skip
    assert [note.text for note in cells["Dear"].notes] == ["no deal of it is entered"]
    Deal.objects.filter(pk=deal.pk).update(vat="")
    cheap = open_page(director, client_row).context["lines"][2].cells[-1]
    assert [note.text for note in cheap.notes] == [
        "20,000 RUB", "ROMI is not told: it is not stated whether the deals hold VAT",
    ]  # fmt: skip
