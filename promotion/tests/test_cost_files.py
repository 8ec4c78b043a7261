"""Files of figures of ad accounts: what is taken, what is refused with which words, and twice."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Sum

from clients.models import Task, User
from promotion.cost_file_choices import CostChoices
from promotion.cost_file_words import currency_of_header, plain_header, vat_of_header
from promotion.cost_files import (
    choices_of,
    choose,
    delete_old_files,
    drop_costs,
    remember,
    take_costs,
    take_waiting,
    upload_costs,
)
from promotion.models import (
    AdAccount,
    AdFigure,
    AdFigureCorrection,
    AdObject,
    CostColumns,
    CostFile,
)
from smm_agency.lib.tabular import write_xlsx
from tests.factories import NOON, AdAccountFactory, UserFactory

pytestmark = pytest.mark.django_db

State = CostFile.State
HEADER = "День;№ кампании;Кампания;Показы;Клики;Расход, ₽"
ROWS = "01.02.2025;11;Хлеб;1 000;10;1 234,56\n02.02.2025;11;Хлеб;;0;—\n"
TABLE = f"{HEADER}\n{ROWS}"


@pytest.fixture
def account() -> AdAccount:
    return AdAccountFactory.create(currency="RUB", network="yandex_direct")


@pytest.fixture
def person() -> User:
    return UserFactory.create(language="en")


def upload(account: AdAccount, text: str | bytes, name: str = "ads.csv") -> CostFile:
    data = text.encode() if isinstance(text, str) else text
    return upload_costs(account.client, data, name, kind="ads", by=None, at=NOON, account=account)


def take(row: CostFile, person: User, *, skip_bad: bool = False) -> CostFile:
    seen = choices_of(row).digest()
    return take_costs(row, seen=seen, skip_bad=skip_bad, by=person, at=NOON, wake=lambda: None)


def problems(row: CostFile) -> list[Any]:
    return [tuple(each) for each in row.problems]


def test_figures_are_shown_then_taken(account: AdAccount, person: User) -> None:
    row = upload(account, TABLE)
    assert (row.error, row.rows, row.new, row.refused) == ("", 2, 2, 0)
    assert row.preview["sums"] == [["February 2025", "1234.56", "RUB"]]
    assert not AdFigure.objects.exists()
    taken = take(row, person)
    assert (taken.state, taken.new, taken.changed, taken.same) == (State.TAKEN, 2, 0, 0)
    told = AdFigure.objects.order_by("starts_on").values_list(
        "ad_object__external_id", "starts_on", "spend", "impressions", "clicks", "source"
    )
    assert list(told) == [
        ("11", dt.date(2025, 2, 1), Decimal("1234.56"), 1000, 10, "file"),
        ("11", dt.date(2025, 2, 2), None, None, 0, "file"),
    ]


def test_file_taken_twice_changes_nothing(account: AdAccount, person: User) -> None:
    take(upload(account, TABLE), person)
    row = upload(account, TABLE)
    assert (row.new, row.changed, row.same) == (0, 0, 2)
    taken = take(row, person)
    assert (taken.new, taken.changed, taken.same) == (0, 0, 2)
    assert (AdFigure.objects.count(), AdFigureCorrection.objects.count()) == (2, 0)


def test_later_file_with_other_numbers_writes_corrections(account: AdAccount, person: User) -> None:
    take(upload(account, TABLE), person)
    row = upload(account, TABLE.replace("1 234,56", "1 300,00"))
    assert (row.new, row.changed, row.same) == (0, 1, 1)
    take(row, person)
    assert [each.old["spend"] for each in AdFigureCorrection.objects.all()] == ["1234.56"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_encodings_are_found_out(account: AdAccount, encoding: str) -> None:
    row = upload(account, TABLE.encode(encoding) if encoding != "cp1251" else OLD)
    assert (row.error, row.new) == ("", 2)


OLD = TABLE.replace("₽", "руб.").replace("—", "-").encode("cp1251")


def test_levels_come_with_those_they_stand_in(account: AdAccount, person: User) -> None:
    head = "Day,Campaign ID,Campaign Name,Ad Set ID,Ad ID,Ad Name,Amount Spent (RUB)"
    take(upload(account, f"{head}\n2025-02-01,1,C,2,3,A,5.00\n"), person)
    told = AdObject.objects.order_by("external_id").values_list(
        "level", "external_id", "title", "parent__external_id"
    )
    assert list(told) == [("campaign", "1", "C", None), ("group", "2", "", "1"),
                          ("ad", "3", "A", "2")]  # fmt: skip
    assert AdFigure.objects.get().ad_object.level == "ad"


def test_the_same_ads_under_other_ids_are_warned_of(account: AdAccount, person: User) -> None:
    head = "Campaign Name,Day,Amount Spent (RUB)"
    take(upload(account, f"{head}\nSpring,2025-02-01,5.00\nSpring,2025-02-03,7.00\n"), person)
    assert AdFigure.objects.count() == 2
    rows = "11,Spring,2025-02-01,5.00\n11,Spring,2025-02-02,6.00\n"
    row = upload(account, f"Campaign ID,{head}\n{rows}")
    assert row.preview["warnings"] == [
        "Figures of these days stand here under other ids: Spring, 5 RUB in all; this file brings"
        " 11 RUB. If they are the same ads, their money will count twice: leave this file, or"
        " delete those that stand first, on the page “Advertising figures”."
    ]


def test_other_campaigns_of_the_same_days_are_no_twins(account: AdAccount, person: User) -> None:
    head = "Campaign ID,Campaign Name,Day,Amount Spent (RUB)"
    take(upload(account, f"{head}\n10,Autumn,2025-02-01,5.00\n"), person)
    assert upload(account, f"{head}\n11,Spring,2025-02-01,5.00\n").preview["warnings"] == []


def test_rows_of_a_whole_period_are_said(account: AdAccount, person: User) -> None:
    head = "Campaign ID,Reporting Starts,Reporting Ends,Starts,Amount Spent (RUB)"
    row = upload(account, f"{head}\n1,2025-01-01,2025-03-31,2024-01-01,7.5\n")
    assert row.preview["sums"] == [["Jan. 1, 2025 – March 31, 2025", "7.50", "RUB"]]
    assert row.preview["warnings"] == [
        "1 row stands for a whole period, Jan. 1, 2025 – March 31, 2025: what each day cost is"
        " not known."
    ]
    take(row, person)
    figure = AdFigure.objects.get()
    assert (figure.starts_on, figure.ends_on) == (dt.date(2025, 1, 1), dt.date(2025, 3, 31))
    days = upload(account, "Day,Campaign ID,Amount Spent (RUB)\n2025-02-01,1,1\n")
    assert days.error.startswith("Row 1 has figures of Jan. 1, 2025 – March 31, 2025 already")


def test_total_row_is_left_out_and_compared(account: AdAccount) -> None:
    row = upload(account, f"{TABLE}Итого;;;1 000;10;1 234,56\n")
    assert (row.error, row.new, row.left_out, row.refused) == ("", 2, 1, 0)
    assert row.preview["notes"] == [
        "Rows of totals were left out: 4.",
        "The total of “Расход, ₽” is 1234.56, the same as the sum of the rows.",
    ]
    other = upload(account, f"{TABLE}Итого;;;1 000;10;1 300,00\n")
    assert other.preview["warnings"] == [
        "The total of “Расход, ₽” is 1300.00, but the rows sum to 1234.56: they differ by 65.44."
        " Rows may be missing."
    ]


@pytest.mark.parametrize(
    "name",
    ["Всего с 01.02.2025 по 28.02.2025", "Всего: 12 кампаний", "Results from 12 campaigns",
     "Total: 12", "Total 12 campaigns", "Всего за период"],
)  # fmt: skip
def test_total_row_is_known_by_how_it_begins(account: AdAccount, name: str) -> None:
    row = upload(account, f"{TABLE}{name};;;1 000;10;1 234,56\n")
    assert (row.error, row.new, row.left_out, row.refused) == ("", 2, 1, 0)


def test_row_that_equals_all_others_is_warned_of(account: AdAccount) -> None:
    head = "Day,Campaign ID,Spend\n2025-02-01,1,1\n2025-02-01,2,2\n"
    row = upload(account, f"{head}2025-02-01,9,3\n")
    assert row.preview["warnings"] == [
        "Row 4 holds as much as all others together: take it out if it is a total."
    ]
    assert upload(account, f"{head}2025-02-01,9,4\n").preview["warnings"] == []
    assert upload(account, f"{head}2025-02-01,Total sale,4\n").left_out == 0


def test_nameless_last_row_with_the_sum_is_a_total(account: AdAccount) -> None:
    row = upload(account, f"{TABLE};;;1 000;10;1 234,56\n")
    assert (row.left_out, row.refused) == (1, 0)
    other = upload(account, f"{TABLE};;;1 000;10;9,00\n")
    assert (other.left_out, problems(other)) == (
        0, [(4, "№ кампании", "The cell is empty."), (4, "День", "The cell is empty.")]
    )  # fmt: skip


def test_same_object_and_day_twice_is_refused(account: AdAccount, person: User) -> None:
    row = upload(account, f"{TABLE}01.02.2025;11;Хлеб;1;1;1,00\n")
    assert problems(row) == [
        (4, None, "11 has figures of Feb. 1, 2025 in row 2 already: leave one of the two, or"
         " name the column by which they differ.")
    ]  # fmt: skip
    with pytest.raises(ValidationError, match=r"1 row is wrong; nothing was taken\."):
        take(row, person)
    assert take(row, person, skip_bad=True).new == 2


@pytest.mark.parametrize(
    ("cells", "field", "words"),
    [
        ("01.03.2025;11;A;1;1;-5,00", "Расход, ₽",
         "Money spent is not negative: correct the sum, or leave the row out."),
        ("01.03.2099;11;A;1;1;5,00", "День",
         "“01.03.2099” has not come yet: look at the date, or at how it is written."),
        ("31.12.2009;11;A;1;1;5,00", "День", "“31.12.2009” is before 2010: look at the date."),
        ("01.03.2025;11;A;x;1;5,00", "Показы", "“x” is not a whole number; write 1250."),
        ("01.03.2025;11;A;-1;1;5,00", "Показы", "A count cannot be negative."),
        ("01.03.2025;11;A;1;1;abc", "Расход, ₽", "“abc” is not a number: write 1250,50."),
        ("01.03.2025;11;A;1;1;5%", "Расход, ₽", "“5%” is no sum of money."),
        ("32.03.2025;11;A;1;1;5,00", "День", "“32.03.2025” is not a date of the form 23.11.2026."),
        ("01.03.2025;;A;1;1;5,00", "№ кампании", "The cell is empty."),
        ("01.03.2025;6,07E+12;A;1;1;5,00", "№ кампании",
         "“6,07E+12” was shortened by a spreadsheet and its last digits are lost: export the file"
         " again, or give the column the format “Text” before opening it."),
    ],
)  # fmt: skip
def test_wrong_cell_is_named(account: AdAccount, cells: str, field: str, words: str) -> None:
    row = upload(account, f"{TABLE}{cells}\n")
    assert problems(row) == [(4, field, words)]


def test_other_currency_refuses_the_file(account: AdAccount, person: User) -> None:
    row = upload(account, "Day,Campaign ID,Amount Spent (USD)\n2025-02-01,1,1\n")
    words = (
        "The sums are in USD and the account is kept in RUB: they are not mixed. Choose the account"
        " of that currency, or correct the currency of this one."
    )
    assert row.error == words
    with pytest.raises(ValidationError, match="they are not mixed"):
        take(row, person, skip_bad=True)
    column = "Day,Campaign ID,Spend,Currency\n2025-02-01,1,1,RUB\n2025-02-02,1,1,EUR\n"
    assert upload(account, column).error == (
        "field Spend: The file holds sums in several currencies: RUB, EUR. Split it by them."
    ).replace("Spend", "Currency")


@pytest.mark.parametrize(
    "table",
    [
        "Day,Campaign ID,Spend\n2025-02-01,1,$1\n",
        "Day,Campaign ID,Spend ($)\n2025-02-01,1,1\n",
        "Day,Campaign ID,Spend,Currency\n2025-02-01,1,1,$\n",
    ],
)
def test_dollars_are_taken_by_accounts_in_dollars_only(account: AdAccount, table: str) -> None:
    assert upload(account, table).error.startswith("The sums are in $ and the account is kept in R")
    account.currency = "CAD"
    account.save()
    row = upload(account, table)
    assert (row.error, row.preview["sums"]) == ("", [["February 2025", "1.00", "CAD"]])


def test_cell_that_names_no_currency_is_refused(account: AdAccount) -> None:
    head = "Day,Campaign ID,Spend,Currency\n2025-02-01,1,1,руб.\n"
    row = upload(account, f"{head}2025-02-02,1,1,ДОЛ\n2025-02-03,1,1,Рубли\n")
    assert problems(row) == [
        (3, "Currency", "“ДОЛ” is no currency: write its three letters, such as RUB or USD.")
    ]


def test_missing_currency_is_said(account: AdAccount) -> None:
    row = upload(account, "Day,Campaign ID,Spend\n2025-02-01,1,1\n")
    assert row.preview["notes"] == [
        "The file names no currency: its sums are read as RUB of the account."
    ]


def test_vat_of_the_header_is_compared_with_the_account(account: AdAccount) -> None:
    table = "День;№ кампании;Расход без НДС, руб.\n01.02.2025;1;1,00\n"
    assert len(upload(account, table).preview["warnings"]) == 1
    account.vat, account.vat_rate = "included", Decimal(20)
    account.save()
    assert upload(account, table).error.startswith("The header says “Расход без НДС, руб.”")
    account.vat = "on_top"
    account.save()
    assert upload(account, table).preview["warnings"] == []


def test_what_could_be_read_in_two_ways_is_asked(account: AdAccount) -> None:
    row = upload(account, "Day;Campaign ID;Spend\n2025-02-01;1;1,234\n")
    assert row.error == (
        "field Spend: Say how the numbers are written: “1,234” may be a thousand or one and a"
        " fraction."
    )
    told = {**choices_of(row).to_json(), "mark": ","}
    assert choose(row, CostChoices(**told), at=NOON).preview["sums"][0][1] == "1.23"
    dates = upload(account, "Day;Campaign ID;Spend\n02/03/2025;1;1.5\n")
    assert dates.error == (
        "field Day: Say how the dates are written: it is not clear which number is the month."
    )


def test_sheet_of_a_workbook_is_chosen(account: AdAccount) -> None:
    data = write_xlsx([[dt.date(2025, 2, 1), "11", 5.5]], ["Day", "Campaign ID", "Spend"])
    row = upload(account, data, "ads.xlsx")
    assert (row.error, row.new, row.preview["sheets"]) == ("", 1, ["Sheet1"])
    told = {**choices_of(row).to_json(), "sheet": "Other"}
    again = choose(row, CostChoices(**told), at=NOON)
    assert again.error == "There is no sheet Other; the file has: Sheet1."


def test_days_can_be_said_for_a_file_without_them(account: AdAccount) -> None:
    row = upload(account, "Campaign ID;Spend\n1;1.5\n")
    assert row.error == (
        "field day: Say which column is the day, or give below the first and the last day."
    )
    told = {**choices_of(row).to_json(), "first": "2025-02-01", "last": "2025-02-28"}
    assert choose(row, CostChoices(**told), at=NOON).preview["sums"] == [
        ["February 2025", "1.50", "RUB"]
    ]


PAGES = '\ufeffsep=,\r\n"Age & gender"\r\n"","Women"\r\n'


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"items": []}', "This is an answer of a network's API (JSON), no table."),
        (PAGES.encode("utf-16-le"), "The file holds figures of a page or of its posts"),
        (b'"Reach"\n"Date","Primary"\n', "The file holds figures of a page or of its posts"),
        (b'"Post ID","Page ID","Permalink","Views"\n1,2,x,3\n', "The file holds figures of a page"),
    ],
)
def test_what_holds_no_costs_is_refused_with_its_place(
    account: AdAccount, data: bytes, words: str
) -> None:
    row = upload(account, data)
    assert (row.state, row.content, row.error.startswith(words)) == (State.REFUSED, None, True)


def test_columns_are_remembered_for_the_client(account: AdAccount, person: User) -> None:
    table = "When;Key;Paid\n01.02.2025;11;5,00\n"
    row = upload(account, table)
    columns = {"day": "When", "campaign_id": "Key", "spend": "Paid"}
    row = choose(row, CostChoices(columns=columns, order="dmy"), at=NOON)
    remember(take(row, person), by=person, at=NOON)
    assert CostColumns.objects.get().client_id == account.client_id
    assert upload(account, table).same == 1
    assert upload(AdAccountFactory.create(), table).error != ""


def test_choices_changed_meanwhile_are_not_taken(account: AdAccount, person: User) -> None:
    row = upload(account, TABLE)
    with pytest.raises(ValidationError, match="Somebody has changed the choices meanwhile"):
        take_costs(row, seen="other", skip_bad=False, by=person, at=NOON, wake=lambda: None)
    take(row, person)
    with pytest.raises(ValidationError, match="already; by"):
        take(row, person)


def test_large_file_is_taken_by_a_worker(account: AdAccount, person: User, settings: Any) -> None:
    settings.FIGURES_FILE_AT_ONCE_BYTES = 10
    row = take(upload(account, TABLE), person)
    assert (row.state, AdFigure.objects.count()) == (State.WAITING, 0)
    assert take_waiting(at=NOON) == 1
    row.refresh_from_db()
    assert (row.state, row.new, row.attempts) == (State.TAKEN, 2, 1)
    assert AdFigure.objects.aggregate(Sum("spend"))["spend__sum"] == Decimal("1234.56")


def test_file_whose_worker_died_is_taken_up_three_times(
    account: AdAccount, person: User, settings: Any
) -> None:
    settings.FIGURES_FILE_AT_ONCE_BYTES = 10
    row = take(upload(account, TABLE), person)
    held = NOON + dt.timedelta(minutes=30)
    CostFile.objects.filter(pk=row.pk).update(attempts=3, leased_until=held)
    assert take_waiting(at=NOON) == 0
    row.refresh_from_db()
    assert row.state == State.WAITING
    take_waiting(at=held + dt.timedelta(seconds=1))
    row.refresh_from_db()
    assert (row.state, row.content) == (State.REFUSED, None)
    assert Task.objects.get(client=account.client).title == "The file “ads.csv” could not be taken"


def test_contents_are_deleted_in_time(account: AdAccount, person: User, settings: Any) -> None:
    settings.FIGURES_FILE_DAYS = 30
    take(upload(account, TABLE), person)
    upload(account, TABLE)
    assert delete_old_files(at=NOON + dt.timedelta(days=29)) == 0
    assert delete_old_files(at=NOON + dt.timedelta(days=31)) == 2
    assert list(CostFile.objects.values_list("content", "preview")) == [(None, {}), (None, {})]


def test_dropped_file_is_deleted_at_once(account: AdAccount, person: User) -> None:
    row = upload(account, TABLE)
    drop_costs(row, by=person, at=NOON)
    row.refresh_from_db()
    assert (row.state, row.content) == (State.CANCELLED, None)


@pytest.mark.parametrize(
    ("header", "name", "currency", "vat"),
    [
        ("Amount Spent (USD)", "amount spent", "USD", ""),
        ("Расход, ₽", "расход", "RUB", ""),
        ("Расход (с НДС), руб.", "расход", "RUB", "included"),
        ("Расход без НДС (RUB)", "расход", "RUB", "on_top"),
        ("Расход, $", "расход", "$", ""),
        ("Amount Spent (CPC)", "amount spent", "", ""),
        ("Campaign ID", "campaign id", "", ""),
        ("Показы", "показы", "", ""),
    ],
)
def test_header_tells_currency_and_vat(header: str, name: str, currency: str, vat: str) -> None:
    told = (plain_header(header), currency_of_header(header), vat_of_header(header))
    assert told == (name, currency, vat)
