"""Files of plain costs and of the results of placements."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from clients.models import Client
from promotion.cost_file_choices import CostChoices
from promotion.cost_files import choices_of, choose, take_costs, upload_costs
from promotion.models import Cost, CostFile, Placement, PlacementFact
from tests.factories import NOON, CampaignFactory, ClientFactory, PlacementFactory, UserFactory

pytestmark = pytest.mark.django_db

COSTS = "День;Вид;Сумма, руб.;НДС;Кампания;Документ\n"
RESULTS = "utm_content;Ссылка;Срез;Просмотры;Вступили;Вышли;Цена\n"


@pytest.fixture
def house() -> Client:
    return ClientFactory.create(currency="RUB", time_zone="Europe/Moscow")


def upload(client: Client, text: str, kind: str = "costs", **told: Any) -> CostFile:
    row = upload_costs(client, text.encode(), "file.csv", kind=kind, by=None, at=NOON)
    if told:
        row = choose(row, CostChoices(**{**choices_of(row).to_json(), **told}), at=NOON)
    return row


def take(row: CostFile, *, skip_bad: bool = False) -> CostFile:
    seen, by = choices_of(row).digest(), UserFactory.create()
    return take_costs(row, seen=seen, skip_bad=skip_bad, by=by, at=NOON, wake=lambda: None)


def problems(row: CostFile) -> list[Any]:
    return [tuple(each) for each in row.problems]


def test_costs_are_taken_once(house: Client) -> None:
    campaign = CampaignFactory.create(client=house, title="Spring")
    table = COSTS + "01.02.2025;реклама;1 200,00;20%;spring;A-1\n02.02.2025;призы;500;без НДС;;\n"
    row = upload(house, table, vat="included")
    assert (row.error, row.new, row.refused) == ("", 2, 0)
    take(row)
    told = Cost.objects.order_by("spent_on").values_list(
        "kind", "amount", "currency", "vat", "vat_rate", "campaign", "document"
    )
    assert list(told) == [
        ("ad_budget", Decimal("1200.00"), "RUB", "included", Decimal(20), campaign.pk, "A-1"),
        ("prize", Decimal("500.00"), "RUB", "free", None, None, ""),
    ]
    again = take(upload(house, table, vat="included"))
    assert (again.new, again.changed, again.same, Cost.objects.count()) == (0, 0, 2, 2)


def test_costs_are_taken_once_whatever_is_chosen_beside_the_file(house: Client) -> None:
    table = "День;Сумма, руб.;Документ\n01.02.2025;100,00;A-1\n02.02.2025;50,00;\n"
    take(upload(house, table, cost_kind="ad_budget"))
    data, campaign = table.encode(), CampaignFactory.create(client=house)
    row = upload_costs(house, data, "again.csv", kind="costs", by=None, at=NOON, campaign=campaign)
    told = choices_of(row).to_json() | {"cost_kind": "prize"}
    again = take(choose(row, CostChoices(**told), at=NOON))
    assert (again.new, again.same, Cost.objects.count()) == (0, 2, 2)


def test_document_with_another_sum_is_refused(house: Client) -> None:
    table = COSTS + "01.02.2025;реклама;100,00;;;A-1\n"
    take(upload(house, table))
    row = upload(house, table.replace("100,00", "150,00"))
    assert problems(row) == [
        (2, "Сумма, руб.", "The document A-1 of Feb. 1, 2025 stands here with 100.00 RUB: correct"
         " that cost itself, or give this row its own document.")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "field", "words"),
    [
        ("01.02.2025;пир;1;;;", "Вид", "“пир” is not known here: write one of advertising, "
         "agency's fee, agency's commission, marking levy, prizes, production, other."),
        ("01.02.2025;призы;;;;", "Сумма, руб.", "The cell is empty."),
        ("01.02.2025;призы;-1;;;", "Сумма, руб.",
         "Money spent is not negative: correct the sum, or leave the row out."),
        ("01.02.2025;призы;1;20%;;", "НДС",
         "Say below whether the sums hold this VAT or it comes on top."),
        ("01.02.2025;призы;1;;Nowhere;", "Кампания",
         "There is no campaign “Nowhere”: write its title as it stands here."),
    ],
)  # fmt: skip
def test_wrong_cost_is_named(house: Client, cells: str, field: str, words: str) -> None:
    assert problems(upload(house, f"{COSTS}{cells}\n")) == [(2, field, words)]


def test_campaign_of_another_client_is_not_found(house: Client) -> None:
    CampaignFactory.create(title="Spring")
    row = upload(house, COSTS + "01.02.2025;призы;1;;Spring;\n")
    assert row.refused == 1


def test_cost_in_a_currency_that_is_not_the_clients_is_refused(house: Client) -> None:
    CampaignFactory.create(client=house, title="Spring", currency="EUR")
    head = "Day,Kind,Amount,Currency,Campaign\n"
    words = (
        "The sum is in USD, the money of this client in RUB: give it so, or set the currency of the"
        " client or of the engagement first."
    )
    row = upload(house, f"{head}2025-02-01,prize,1,USD,\n")
    assert problems(row) == [(2, "Currency", words)]
    row = upload(house, f"{head}2025-02-01,prize,$1,,\n")
    assert problems(row) == [(2, "Currency", words.replace("USD", "$"))]
    row = upload(house, f"{head}2025-02-01,prize,1,RUB,Spring\n2025-02-01,prize,1,,\n")
    assert problems(row) == [
        (2, "Currency", "The sum is in RUB, the campaign in EUR: they are not mixed.")
    ]
    house.currency = "USD"
    house.save()
    assert upload(house, f"{head}2025-02-01,prize,$1,,\n").preview["sums"][0][2] == "USD"


def test_same_cost_twice_in_a_file_is_refused(house: Client) -> None:
    row = upload(house, COSTS + "01.02.2025;призы;1;;;\n" * 2)
    assert problems(row) == [
        (3, None, "Row 2 says the same: leave one of the two, or give them documents or notes that"
         " differ.")
    ]  # fmt: skip


def published(house: Client, **told: Any) -> Placement:
    return PlacementFactory.create(
        campaign__client=house, published_at=NOON - dt.timedelta(days=10), **told
    )


def test_results_are_taken_once_and_corrected(house: Client) -> None:
    published(house, utm_content="first")
    published(house, url="https://vk.com/wall-1_2")
    table = RESULTS + "first;;24;1 000;20;1;\n;vk.com/wall-1_2/;7 дней;;5;0;\n"
    row = upload(house, table, "placements")
    assert (row.error, row.new, row.problems) == ("", 2, [])
    take(row)
    told = PlacementFact.objects.order_by("slot").values_list(
        "slot", "views", "joined", "left", "source"
    )
    assert list(told) == [("24h", 1000, 20, 1, "file"), ("7d", None, 5, 0, "file")]
    again = take(upload(house, table, "placements"))
    assert (again.new, again.changed, again.same) == (0, 0, 2)
    later = take(upload(house, table.replace("1 000", "1 100"), "placements"))
    assert (later.new, later.changed, later.same) == (0, 1, 1)


def test_price_is_set_before_it_is_booked_only(house: Client) -> None:
    placement = published(house, utm_content="first", state="negotiated")
    table = RESULTS + "first;;;;;;5 000,00\n"
    assert take(upload(house, table, "placements")).new == 1
    placement.refresh_from_db()
    assert placement.price == Decimal(5000)
    Placement.objects.update(state="booked")
    row = upload(house, table.replace("5 000", "6 000"), "placements")
    assert problems(row) == [
        (2, "Цена", "The placement is “booked” for 5000.00: a price that is booked changes on its"
         " own page only.")
    ]  # fmt: skip
    assert take(upload(house, table, "placements")).same == 1


@pytest.mark.parametrize(
    ("cells", "field", "words"),
    [
        ("nobody;;24;1;;;", "utm_content",
         "There is no placement “nobody”: write it as it stands here."),
        (";;24;1;;;", None, "Nothing names the placement."),
        ("first;;25;1;;;", "Срез", "“25” is not known here: write 24, 48 or 7 days."),
        ("first;;24;1;1;2;", "Вышли", "More left than joined: look at the two numbers."),
        ("draft;;24;1;;;", "Срез",
         "It is not published yet: give its link and time first, then its figures."),
    ],
)  # fmt: skip
def test_wrong_result_is_named(house: Client, cells: str, field: str | None, words: str) -> None:
    published(house, utm_content="first")
    PlacementFactory.create(campaign__client=house, utm_content="draft", state="candidate")
    assert problems(upload(house, f"{RESULTS}{cells}\n", "placements")) == [(2, field, words)]
