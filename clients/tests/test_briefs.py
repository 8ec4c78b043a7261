"""The brief: questions as data, answers by kind, states, and the workbook out and back in."""

import datetime as dt
import io
from collections import Counter
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from clients.brief_questions import load_brief_questions, question_rows
from clients.brief_questions_industry import industry_of
from clients.brief_sheet import BriefReading, read_brief, write_brief
from clients.brief_values import answer_in_words, read_answer
from clients.briefs import (
    agree_brief,
    answer_brief,
    begin_brief,
    mark_filled,
    missing_of,
    progress_of,
    questions_of,
    values_of,
)
from clients.models import (
    AnswerKind,
    Brief,
    BriefAnswer,
    BriefQuestion,
    BriefState,
    Engagement,
    Industry,
    User,
)
from clients.tests.import_book import bytes_of
from smm_agency.lib.tabular import TableError
from tests.factories import (
    NOON,
    BriefAnswerFactory,
    BriefFactory,
    BriefQuestionFactory,
    EngagementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

OPTIONS = "warm | warm, friendly | тёплый\ncold | cold | холодный"


@pytest.fixture
def person() -> User:
    return UserFactory.create()


@pytest.fixture
def brief() -> Brief:
    """Three questions: required text, a number, several of a list."""
    BriefQuestion.objects.all().delete()
    BriefQuestionFactory.create(
        code="what", text_en="What?", text_ru="Что?", is_required=True, position=1
    )
    BriefQuestionFactory.create(code="bill", kind="number", text_en="Bill?", position=2)
    BriefQuestionFactory.create(
        code="tone", kind="several", text_en="Tone?", options=OPTIONS, position=3
    )
    found: Brief = BriefFactory.create(
        engagement__client__name="Дента", engagement__client__language="en"
    )
    return found


def answer(brief: Brief, person: User, **answers: str) -> int:
    seen = values_of(brief)
    return answer_brief(brief, answers=answers, seen=seen, by=person, at=NOON)


# --- Questions -----------------------------------------------------------------------------------


def test_there_are_enough_questions_in_both_languages() -> None:
    rows = question_rows()
    by_industry = Counter(row["industry"] for row in rows)
    assert by_industry[""] >= 40
    assert set(by_industry) == {"", *Industry.values}
    assert min(by_industry[name] for name in Industry.values) >= 4
    assert [row["code"] for row in rows if not (row["text_en"] and row["text_ru"])] == []


def test_every_question_is_whole() -> None:
    for row in question_rows():
        question = BriefQuestion(**row)
        question.clean_fields()
        question.clean()


def test_questions_come_back_and_stay_as_staff_edited_them() -> None:
    from_apps: Any = BriefQuestion._meta.apps
    BriefQuestion.objects.filter(code="taboos").update(text_en="Never?", is_used=False)
    BriefQuestion.objects.filter(code="since").delete()
    load_brief_questions(from_apps)
    assert BriefQuestion.objects.count() == len(question_rows())
    edited = BriefQuestion.objects.get(code="taboos")
    assert (edited.text_en, edited.is_used) == ("Never?", False)


@pytest.mark.parametrize(
    ("words", "industry"),
    [
        ("Стоматология", "clinic"), ("Автосервис", "car"), ("Кафе и доставка", "food"),
        ("Дополнительное образование", "education"), ("Ремонт и отделка", "renovation"),
        ("Домашний текстиль", "shop"), ("Красота", "beauty"), ("Фитнес", "fitness"),
        ("Bicycle shop and rental", "shop"), ("", ""), ("Ракеты", ""),
    ],
)  # fmt: skip
def test_the_industry_is_proposed_by_the_clients_words(words: str, industry: str) -> None:
    assert industry_of(words) == industry


def test_a_brief_asks_the_general_questions_and_those_of_its_industry() -> None:
    brief = BriefFactory.create(industry="car")
    asked = questions_of(brief)
    assert {question.industry for question in asked} == {"", "car"}
    assert asked[-1].section == "industry"


# --- Answers by kind -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("number", "1 250,50", "1250.5"), ("number", "0", "0"), ("number", " 100 ", "100"),
        ("date", "23.11.2026", "2026-11-23"), ("date", "2026-11-23T00:00:00", "2026-11-23"),
        ("yes_no", "Да", "yes"), ("yes_no", "no", "no"),
        ("link", "denta.example/price", "https://denta.example/price"),
        ("phone", "8 (495) 123-45-67", "+74951234567"),
        ("choice", "Холодный", "cold"), ("choice", "warm, friendly", "warm"),
        ("several", "cold; тёплый", "warm\ncold"), ("several", "cold, warm", "warm\ncold"),
        ("several", "warm, friendly; cold", "warm\ncold"), ("long", "a\r\nb", "a\nb"),
        ("text", "  ", ""),
    ],
)  # fmt: skip
def test_answers_are_kept_in_one_way(kind: str, text: str, value: str) -> None:
    question = BriefQuestion(kind=kind, options=OPTIONS)
    assert read_answer(question, text, country="RU") == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("number", "about 100"), ("number", "1,250"), ("number", "1e5"), ("date", "31.02.2026"),
        ("date", "tomorrow"), ("yes_no", "maybe"), ("link", "javascript:alert(1)"),
        ("link", "no page"), ("phone", "12345"), ("choice", "lukewarm"), ("choice", "warm; cold"),
        ("several", "warm; hot"), ("text", "x" * 501), ("long", "x" * 4001), ("text", "a\x00b"),
    ],
)  # fmt: skip
def test_unclear_answers_are_refused_in_words(kind: str, text: str) -> None:
    question = BriefQuestion(kind=kind, options=OPTIONS)
    with pytest.raises(ValidationError) as refused:
        read_answer(question, text, country="RU")
    assert len(refused.value.messages[0]) > 10


def test_answers_are_told_in_words() -> None:
    several = BriefQuestion(kind="several", options=OPTIONS)
    with translation.override("ru"):
        assert answer_in_words(several, "warm\ncold") == "тёплый; холодный"
        assert answer_in_words(BriefQuestion(kind="date"), "2026-11-23") == "23.11.2026"


# --- The life of a brief -------------------------------------------------------------------------


def test_a_brief_is_begun_once_and_anew_when_it_is_agreed(person: User) -> None:
    engagement: Engagement = EngagementFactory.create(client__industry="Автосервис")
    first = begin_brief(engagement, by=person, at=NOON)
    assert (begin_brief(engagement, by=person, at=NOON), first.industry) == (first, "car")
    required = {each.code: "yes" for each in questions_of(first) if each.is_required}
    for question in questions_of(first):
        if question.code in required:
            BriefAnswerFactory.create(brief=first, question=question, value="yes")
    agree_brief(first, by=person, at=NOON)
    second = begin_brief(engagement, by=person, at=NOON)
    assert (second.version, second.state, values_of(second)) == (2, "open", values_of(first))


def test_progress_counts_required_answers(brief: Brief, person: User) -> None:
    answer(brief, person, bill="100")
    told = progress_of(questions_of(brief), values_of(brief))
    assert (told.answered, told.questions, told.required_answered, told.required) == (1, 3, 0, 1)
    assert [question.code for question in missing_of(brief)] == ["what"]


def test_an_unfinished_brief_is_neither_filled_nor_agreed(brief: Brief, person: User) -> None:
    with pytest.raises(ValidationError, match="1 required answer is missing: What"):
        mark_filled(brief, at=NOON)
    with pytest.raises(ValidationError, match="1 required answer is missing: What"):
        agree_brief(brief, by=person, at=NOON)


def test_an_agreed_brief_is_frozen_with_its_words(brief: Brief, person: User) -> None:
    answer(brief, person, what="Teeth", tone="warm")
    agree_brief(brief, by=person, at=NOON)
    BriefQuestion.objects.update(text_en="Other?", options="warm | hot | горячий")
    told = list(brief.answers.order_by("question__position").values_list("asked", "told"))
    assert told == [("What?", "Teeth"), ("Tone?", "warm, friendly")]
    with pytest.raises(ValidationError, match="agreed"):
        answer(brief, person, what="Knees")
    with pytest.raises(ValidationError, match="agreed"):
        agree_brief(brief, by=person, at=NOON)


def test_a_filled_brief_without_a_required_answer_is_open_again(brief: Brief, person: User) -> None:
    answer(brief, person, what="Teeth")
    mark_filled(brief, at=NOON)
    answer(brief, person, what="")
    brief.refresh_from_db()
    assert (brief.state, brief.filled_at) == (BriefState.OPEN, None)


def test_an_answer_that_another_has_changed_is_not_overwritten(brief: Brief, person: User) -> None:
    seen = values_of(brief)
    answer(brief, UserFactory.create(), what="Theirs")
    with pytest.raises(ValidationError) as refused:
        answer_brief(brief, answers={"what": "Mine"}, seen=seen, by=person, at=NOON)
    assert list(refused.value.error_dict) == ["what"]
    # What I did not touch is not held against me.
    assert (
        answer_brief(brief, answers={"what": "", "bill": "1"}, seen=seen, by=person, at=NOON) == 1
    )
    assert values_of(brief) == {"what": "Theirs", "bill": "1"}


# --- The workbook --------------------------------------------------------------------------------


def edited(brief: Brief, edit: Any) -> bytes:
    book = load_workbook(io.BytesIO(write_brief(brief)))
    edit(book.worksheets[0])
    return bytes_of(book)


def reading_of(brief: Brief, edit: Any) -> BriefReading:
    return read_brief(brief, edited(brief, edit), "brief.xlsx")


def rows_by_code(sheet: Any) -> dict[str, int]:
    return {row[0].value: row[0].row for row in sheet.iter_rows(max_col=1) if row[0].value}


def put(sheet: Any, code: str, value: Any) -> None:
    sheet.cell(rows_by_code(sheet)[code], 3).value = value


def test_the_workbook_comes_back_unchanged(brief: Brief, person: User) -> None:
    answer(brief, person, what="+7 =cmd()\n-x", bill="12.5", tone="warm\ncold")
    reading = read_brief(brief, write_brief(brief), "brief.xlsx")
    assert (reading.changes, reading.problems, reading.notes) == ([], [], [])


STORED = [
    ("text", "'=1+1"), ("text", "a_x0041_b"), ("long", "one\n\ntwo"), ("files", "logo.svg"),
    ("number", "0.125"), ("number", "1.125"), ("number", "12.5"), ("number", "-1250"),
    ("number", "1000000"), ("date", "2026-11-05"), ("date", "2026-05-11"), ("yes_no", "yes"),
    ("yes_no", "no"), ("choice", "warm"), ("choice", "gone"), ("several", "warm\ncold"),
    ("link", "https://denta.example/price?a=1"), ("phone", "+74951234567"),
]  # fmt: skip


@pytest.mark.parametrize("reader", ["en", "ru"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_kind_of_answer_comes_back_as_it_went(
    brief: Brief, language: str, reader: str
) -> None:
    assert {kind for kind, _value in STORED} == set(AnswerKind)
    BriefQuestion.objects.all().delete()
    for number, (kind, value) in enumerate(STORED):
        options = OPTIONS if kind in ("choice", "several") else ""
        question = BriefQuestionFactory.create(code=f"q{number}", kind=kind, options=options)
        BriefAnswerFactory.create(brief=brief, question=question, value=value)
    brief.client.language = language
    data = write_brief(brief)
    with translation.override(reader):
        reading = read_brief(brief, data, "brief.xlsx")
        assert (reading.changes, reading.problems, reading.left_empty) == ([], [], [])
        # Nothing stands: what was written out is read for what it says. A quote of the person's
        # own is not told from the mark then, and a choice that is gone is no choice.
        blurred = {"'=1+1", "gone"}
        brief.answers.exclude(value__in=blurred).delete()
        reading = read_brief(brief, data, "brief.xlsx")
    told = {change.code: change.value for change in reading.changes}
    kept = {f"q{n}": value for n, (_kind, value) in enumerate(STORED) if value not in blurred}
    assert (told, reading.problems) == (kept, [])


def test_a_workbook_with_days_as_they_once_were_written_comes_back(brief: Brief) -> None:
    day = BriefQuestionFactory.create(code="day", kind="date", position=4)
    BriefAnswerFactory.create(brief=brief, question=day, value="2026-05-11")
    reading = reading_of(brief, lambda sheet: put(sheet, "day", "05/11/2026"))
    assert (reading.changes, reading.problems) == ([], [])


def test_the_workbook_speaks_the_clients_language_and_offers_lists(brief: Brief) -> None:
    BriefQuestionFactory.create(code="sure", kind="yes_no", text_ru="Точно?", position=4)
    brief.client.language = "ru"
    book = load_workbook(io.BytesIO(write_brief(brief)))
    sheet: Any = book.worksheets[0]
    words = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {"Что? *", "Точно?"} <= words
    assert sheet.column_dimensions["A"].hidden is True
    places = [str(rule.sqref) for rule in sheet.data_validations.dataValidation]
    assert places == [f"C{rows_by_code(sheet)['sure']}"]


def test_what_the_agency_answers_does_not_go_to_the_client(brief: Brief, person: User) -> None:
    BriefQuestionFactory.create(code="ours", answered_by="agency", text_en="Ours?")
    answer(brief, person, ours="secret")
    data = write_brief(brief)
    words = {cell.value for s in load_workbook(io.BytesIO(data)) for row in s for cell in row}
    assert words.isdisjoint({"ours", "Ours?", "secret"})
    assert read_brief(brief, data, "brief.xlsx").notes == []


def test_answers_come_in_with_what_stood_before(brief: Brief, person: User) -> None:
    answer(brief, person, bill="100")

    def edit(sheet: Any) -> None:
        put(sheet, "what", "Teeth")
        put(sheet, "bill", 1250.5)
        put(sheet, "tone", "cold")

    reading = reading_of(brief, edit)
    assert [(change.code, change.old, change.new) for change in reading.changes] == [
        ("what", "—", "Teeth"), ("bill", "100", "1250.5"), ("tone", "—", "cold"),
    ]  # fmt: skip
    assert reading.seen == {"what": "", "bill": "100", "tone": ""}
    assert values_of(brief) == {"bill": "100"}


def test_an_empty_cell_leaves_the_answer(brief: Brief, person: User) -> None:
    answer(brief, person, bill="100")
    reading = reading_of(brief, lambda sheet: put(sheet, "bill", None))
    assert (reading.changes, reading.notes) == (
        [], ["Empty in the file, answered here; the answers stay: Bill?."],
    )  # fmt: skip


def test_wrong_cells_are_told_by_their_place(brief: Brief) -> None:
    def edit(sheet: Any) -> None:
        put(sheet, "what", "=1+1")
        put(sheet, "bill", "a lot")
        put(sheet, "tone", "lukewarm")

    book = load_workbook(io.BytesIO(write_brief(brief)))
    rows = rows_by_code(book.worksheets[0])
    reading = reading_of(brief, edit)
    assert reading.changes == []
    assert [problem.cell for problem in reading.problems] == [
        f"C{rows['what']}", f"C{rows['bill']}", f"C{rows['tone']}",
    ]  # fmt: skip


def test_merged_and_removed_rows_and_changed_codes_are_told(brief: Brief) -> None:
    def edit(sheet: Any) -> None:
        rows = rows_by_code(sheet)
        sheet.cell(rows["tone"], 1).value = "colour"
        put(sheet, "what", "Teeth")
        sheet.merge_cells(
            start_row=rows["what"], end_row=rows["bill"], start_column=3, end_column=3
        )

    reading = reading_of(brief, edit)
    assert reading.changes == []
    assert [problem.message[:9] for problem in reading.problems] == [
        "The cells", "The cells", "The quest",
    ]  # fmt: skip
    assert reading.notes == ["Rows that are missing from the file, whose answers stay: Tone?."]


def test_a_question_that_stands_twice_is_refused(brief: Brief) -> None:
    def edit(sheet: Any) -> None:
        sheet.cell(60, 1).value = "what"
        sheet.cell(60, 3).value = "Other"

    assert [problem.cell for problem in reading_of(brief, edit).problems] == ["C60"]


def test_another_clients_file_is_refused(brief: Brief, person: User) -> None:
    other = BriefFactory.create()
    with pytest.raises(TableError, match="another client's brief"):
        read_brief(brief, write_brief(other), "brief.xlsx")
    answer(brief, person, what="x")
    agree_brief(brief, by=person, at=NOON)
    again = begin_brief(brief.engagement, by=person, at=NOON)
    with pytest.raises(TableError, match="another version"):
        read_brief(again, write_brief(brief), "brief.xlsx")


def test_a_file_without_its_mark_is_refused(brief: Brief) -> None:
    def edit(sheet: Any) -> None:
        sheet["A1"] = "mine"

    with pytest.raises(TableError, match="column of codes"):
        reading_of(brief, edit)
    with pytest.raises(TableError, match="no sheet"):
        read_brief(brief, bytes_of(Workbook()), "brief.xlsx")


def test_a_million_empty_rows_are_let_pass(brief: Brief) -> None:
    def edit(sheet: Any) -> None:
        sheet["C1048576"] = "stray"

    reading = reading_of(brief, edit)
    assert reading.notes == ["C1048576 is beside no question and was not read."]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cells=st.lists(
        st.tuples(
            st.integers(1, 12), st.integers(1, 5),
            st.one_of(
                st.none(), st.text(max_size=20), st.integers(), st.booleans(),
                st.dates(min_value=dt.date(1901, 1, 1)), st.sampled_from(["what", "=1", "warm"]),
            ),
        ),
        max_size=12,
    ),
    junk=st.binary(max_size=40),
)  # fmt: skip
def test_no_cells_and_no_bytes_crash_it(
    brief: Brief, cells: list[tuple[int, int, Any]], junk: bytes
) -> None:
    def edit(sheet: Any) -> None:
        for row, column, value in cells:
            told = value
            if isinstance(value, str):
                told = "".join(each for each in value if each.isprintable())
            sheet.cell(row, column).value = told

    for data in (edited(brief, edit), junk, b"PK\x03\x04" + junk):
        try:
            read_brief(brief, data, "brief.xlsx")
        except TableError:
            continue
    assert not BriefAnswer.objects.exists()
