"""Rows of a plan as people write them: what is understood, and what each doubt says."""

import datetime as dt
import io
from typing import Any

import pytest
from openpyxl import Workbook

from clients.models import Client
from content.plan_choices import PlanChoices
from content.plan_rows import PlanTable, parse_plan, propose
from content.plan_words import code_of, propose_columns
from smm_agency.lib.tabular import TableError
from tests.factories import (
    NOON,
    CommunityFactory,
    PublicationFactory,
    RubricFactory,
    StrategyVersionFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db
HEADER = "Тема;Сообщество;Дата;Время;Источник;Работа с текстом\n"
LINE = "Весна;Клиника;20.03.2026;10:00;своё;рерайт\n"


@pytest.fixture
def client() -> Client:
    community = CommunityFactory.create(
        profile__title="Клиника", profile__network="vk", profile__screen_name="clinic"
    )
    client: Client = community.client
    return client


def parsed(client: Client, text: str | bytes, name: str = "plan.csv", **said: Any) -> PlanTable:
    data = text.encode() if isinstance(text, str) else text
    choices = propose(data, name, PlanChoices())
    choices = PlanChoices(**{**choices.to_json(), **said})
    return parse_plan(client, data, name, choices, at=NOON)


def problems(table: PlanTable) -> list[tuple[int | None, str | None, str]]:
    return [(each.row, each.field, each.message) for each in table.errors]


def test_row_is_read_with_russian_names(client: Client) -> None:
    (row,) = parsed(client, HEADER + LINE).rows
    # Ten in Moscow.
    assert row.planned_at == dt.datetime(2026, 3, 20, 7, 0, tzinfo=dt.UTC)
    assert row.community.profile.title == "Клиника"
    assert {name: row.fields[name] for name in ("title", "source", "text_work", "format")} == {
        "title": "Весна", "source": "own", "text_work": "rewrite", "format": "text",
    }  # fmt: skip


def test_english_names_and_comma_are_known_too(client: Client) -> None:
    header = "Title *,Page,Publish date,Source,Text work,Format\n"
    (row,) = parsed(client, header + "May,VK,2026-05-01 09:30,UGC,Repost,Reels\n").rows
    assert row.planned_at == dt.datetime(2026, 5, 1, 6, 30, tzinfo=dt.UTC)
    assert (row.fields["source"], row.fields["text_work"], row.fields["format"]) == (
        "users", "repost", "clip",
    )  # fmt: skip


@pytest.mark.parametrize(
    "name", ["клиника", "Клиника (VK)", "@clinic", "https://vk.com/clinic", "ВК", "вконтакте"]
)
def test_community_is_known_by_its_names(client: Client, name: str) -> None:
    assert len(parsed(client, HEADER + LINE.replace("Клиника", name)).rows) == 1


def test_name_of_two_communities_is_refused(client: Client) -> None:
    CommunityFactory.create(
        profile__client=client, profile__title="Клиника", profile__network="telegram"
    )
    table = parsed(client, HEADER + LINE + LINE.replace("Клиника", "Клиника (VK)"))
    assert [row.number for row in table.rows] == [3]
    ((row, field, message),) = problems(table)
    assert (row, field) == (2, "Сообщество")
    assert message.startswith("“Клиника” is the name of several communities: write one of")


def test_unknown_community_names_the_known_ones(client: Client) -> None:
    ((_row, _field, message),) = problems(
        parsed(client, HEADER + LINE.replace("Клиника", "Аптека"))
    )
    assert message == "There is no community “Аптека”: write one of Клиника (VK)."


def test_order_of_dates_is_told_apart_or_asked(client: Client) -> None:
    clear = HEADER + LINE.replace("20.03.2026", "11/23/2026")
    assert parsed(client, clear).rows[0].planned_at.day == 23
    unclear = HEADER + LINE.replace("20.03.2026", "11/12/2026")
    with pytest.raises(TableError, match="which number of a date is the month"):
        parsed(client, unclear)
    assert parsed(client, unclear, order="dmy").rows[0].planned_at.month == 12
    assert parsed(client, unclear, order="mdy").rows[0].planned_at.month == 11


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("10:00", "", "Время", "There is no time"),
        ("10:00", "25:00", "Время", "is no time of day: write 10:00"),
        ("10:00", "утром", "Время", "is no time of day: write 10:00"),
        ("20.03.2026", "", "Дата", "The cell is empty."),
        ("20.03.2026", "31.02.2026", "Дата", "is not a date of the form 23.11.2026"),
        ("20.03.2026", "20 марта", "Дата", "has no day, month or year"),
        ("20.03.2026", "10.03.2026", "Дата", "This moment has passed"),
        ("Весна", "", "Тема", "The cell is empty."),
        ("Весна", "В" * 201, "Тема", "at most 200 characters"),
        ("своё", "", "Источник", "It is empty: fill it, or say below"),
        ("своё", "журнал", "Источник", "“журнал” is not known here: write one of"),
        ("рерайт", "перевод", "Работа с текстом", "“перевод” is not known here"),
    ],
)
def test_each_doubt_is_said_by_row_and_field(
    client: Client, old: str, new: str, field: str, words: str
) -> None:
    table = parsed(client, HEADER + LINE * 1 + LINE.replace(old, new), order="dmy")
    assert [row.number for row in table.rows] == [2]
    ((row, found_field, message),) = problems(table)
    assert (row, found_field) == (3, field)
    assert words in message


def test_every_fault_of_a_row_is_named_at_once(client: Client) -> None:
    table = parsed(client, HEADER + LINE + "Лето;Аптека;31.02.2026;25:00;;\n")
    assert [field for _row, field, _message in problems(table)] == [
        "Источник", "Работа с текстом", "Сообщество", "Время", "Дата",
    ]  # fmt: skip
    assert table.bad_rows == {3}


def test_what_empty_cells_mean_is_said_once(client: Client) -> None:
    (row,) = parsed(
        client, HEADER + "Весна;Клиника;20.03.2026;;;\n", time="18:30", source="client",
        text_work="material",
    ).rows  # fmt: skip
    assert (row.planned_at.hour, row.fields["source"], row.fields["text_work"]) == (
        15, "client", "material",
    )  # fmt: skip


def test_hour_that_does_not_exist_is_refused(client: Client) -> None:
    client.time_zone = "Europe/Berlin"
    client.save()
    line = LINE.replace("20.03.2026;10:00", "29.03.2026;02:30")
    ((_row, _field, message),) = problems(parsed(client, HEADER + LINE + line))
    assert "the clocks were put forward" in message


def test_known_rows_are_not_doubled(client: Client) -> None:
    community = client.communities.get()
    PublicationFactory.create(
        post__client=client, post__title="ВЕСНА ", community=community,
        planned_at=dt.datetime(2026, 3, 20, 7, 0, tzinfo=dt.UTC),
    )  # fmt: skip
    lines = LINE + LINE.replace("Весна", "Лето") * 2 + LINE.replace("10:00", "11:00")
    table = parsed(client, HEADER + lines)
    assert [row.number for row in table.rows] == [3, 5]
    assert (table.total, table.known) == (4, 2)


def test_rubric_is_that_of_the_strategy_of_its_day(client: Client) -> None:
    version = StrategyVersionFactory.create(
        client=client, starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 3, 25)
    )
    rubric = RubricFactory.create(version=version, name="Советы")
    approve_in_place(version)
    header = HEADER.replace("Источник", "Рубрика;Источник")
    lines = [
        LINE.replace("10:00;", f"10:00;{name};").replace("20.03", day)
        for name, day in (("советы", "20.03"), ("Акции", "20.03"), ("Советы", "26.03"))
    ]
    table = parsed(client, header + "".join(lines))
    assert [row.rubric for row in table.rows] == [rubric]
    assert [message for _row, _field, message in problems(table)] == [
        "The strategy has no rubric “Акции”; it has: Советы.",
        "No strategy is in force on that day: leave the rubric empty.",
    ]


def test_missing_columns_are_named(client: Client) -> None:
    with pytest.raises(TableError, match="No column is “Community”, “Date”: say below"):
        parsed(client, "Тема;Текст\nВесна;Слова\n")


def test_windows_encoding_is_read(client: Client) -> None:
    assert len(parsed(client, (HEADER + LINE).encode("cp1251")).rows) == 1


def test_ten_thousand_rows_are_too_many(client: Client) -> None:
    with pytest.raises(TableError, match="More than 2000 rows"):
        parsed(client, HEADER + LINE * 10_000)


def book(*rows: list[Any], merge: str = "") -> bytes:
    workbook = Workbook()
    sheet: Any = workbook.active
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


NAMES = ["Тема", "Сообщество", "Дата", "Время", "Источник", "Работа с текстом"]
CELLS = ["Весна", "Клиника", dt.date(2026, 3, 20), dt.time(10, 0), "своё", "рерайт"]


def test_cells_of_a_workbook_are_read_as_they_are_formatted(client: Client) -> None:
    table = parsed(client, book(NAMES, CELLS), "plan.xlsx")
    assert [row.planned_at.isoformat()[:16] for row in table.rows] == ["2026-03-20T07:00"]
    midnight = [*CELLS[:2], dt.datetime.fromisoformat("2026-03-20"), *CELLS[3:]]
    assert len(parsed(client, book(NAMES, midnight), "plan.xlsx").rows) == 1


def test_two_times_are_one_too_many(client: Client) -> None:
    both = [*CELLS[:2], dt.datetime.fromisoformat("2026-03-20T09:00"), *CELLS[3:]]
    ((_row, field, message),) = problems(parsed(client, book(NAMES, CELLS, both), "plan.xlsx"))
    assert (field, message) == ("Время", "The date has a time already: leave one of the two.")


def test_formula_is_refused_by_its_cell(client: Client) -> None:
    with pytest.raises(TableError, match="Cell A3 holds a formula"):
        parsed(client, book(NAMES, CELLS, ["=A2", *CELLS[1:]]), "plan.xlsx")


def test_merged_cells_are_told_of(client: Client) -> None:
    again = [None, *CELLS[1:]]
    table = parsed(client, book(NAMES, CELLS, again, merge="A2:A3"), "plan.xlsx")
    assert "merged cells" in table.notes[0]
    assert problems(table) == [(3, "Тема", "The cell is empty.")]


def test_words_of_codes_in_both_languages() -> None:
    assert code_of("format", "Карусель") == "carousel"
    assert code_of("source", "curated from the internet") == "curated"
    assert code_of("goal", "звонки") == "call"
    assert code_of("goal", "деньги") is None


def test_first_of_two_columns_of_a_name_is_proposed() -> None:
    assert propose_columns(["Тема", "Заголовок", "Прочее"]) == {"title": "Тема"}
