"""The brief as a workbook for the client: out with what is known, back in with what was answered.

Each row carries its question's code in a hidden column, whose head is a signed mark of the brief:
another client's file, and one whose mark was changed, are refused.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from django.core import signing
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font, Protection

from clients.brief_values import answer_in_words, answer_to_send, read_answer
from clients.briefs import questions_of, values_of
from clients.models import Answerer, AnswerKind, Brief, BriefQuestion, BriefSection
from smm_agency.lib.tabular import Limits, TableError
from smm_agency.lib.tabular.fill_in import (
    ANSWER_FILL,
    HEADER_FILL,
    offer_list,
    put_list,
    put_text,
)
from smm_agency.lib.tabular.sheet_cells import NO_CELL, CellRead, SheetRead, address, read_sheets
from smm_agency.lib.tabular.writing import plain_text

SHEET = ("Brief", "Бриф")
LISTS = ("Lists", "Списки")
SALT = "clients.brief_sheet"
CODE, QUESTION, ANSWER, HELP = 1, 2, 3, 4
# The answer stands two columns after the code.
TO_ANSWER = ANSWER - CODE
LIMITS = Limits(size=5 * 2**20, rows=1_000, columns=20, uncompressed=50 * 2**20)
WIDTHS = {"A": 4, "B": 46, "C": 60, "D": 46}


class AnswerChange(NamedTuple):
    """`value` is how the program keeps it; `old` and `new` are words."""

    code: str
    cell: str
    question: str
    old: str
    new: str
    value: str


class AnswerProblem(NamedTuple):
    cell: str
    question: str
    message: str


@dataclass
class BriefReading:
    """`seen` are the answers that stood when the file was read, of those that change."""

    changes: list[AnswerChange] = field(default_factory=list)
    problems: list[AnswerProblem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)
    left_empty: list[str] = field(default_factory=list)


# --- Out -----------------------------------------------------------------------------------------


def write_brief(brief: Brief) -> bytes:
    """In the client's language; what is answered already stands in it."""
    with translation.override(brief.client.language):
        place = 1 if brief.client.language == "ru" else 0
        book = Workbook()
        sheet: Any = book.active
        sheet.title = SHEET[place]
        lists = book.create_sheet(LISTS[place])
        lists.sheet_state = "hidden"
        _fill(sheet, lists, brief)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def asked_of_client(brief: Brief) -> list[BriefQuestion]:
    """What the agency answers itself is no business of the client's workbook."""
    return [each for each in questions_of(brief) if each.answered_by == Answerer.CLIENT]


def mark_of(brief: Brief) -> str:
    return signing.dumps([brief.pk, brief.client_id, brief.version], salt=SALT)


def _fill(sheet: Any, lists: Any, brief: Brief) -> None:
    put_text(sheet.cell(1, CODE), mark_of(brief))
    put_text(sheet.cell(1, QUESTION), _("Brief: %(client)s") % {"client": brief.client.name})
    sheet.cell(1, QUESTION).font = Font(bold=True, size=14)
    put_text(
        sheet.cell(2, QUESTION),
        _("Write into the yellow cells; a star marks what is needed. Leave what you do not know."),
    )
    sheet.cell(2, ANSWER).value = None
    values = values_of(brief)
    row = 3
    for section, questions in groupby(asked_of_client(brief), key=lambda each: each.section):
        row = _write_section(sheet, lists, BriefSection(section), list(questions), values, row)
    _finish(sheet)


def _write_section(
    sheet: Any,
    lists: Any,
    section: BriefSection,
    questions: list[BriefQuestion],
    values: Mapping[str, str],
    row: int,
) -> int:
    """The row after the section."""
    title = str(section.label)
    put_text(sheet.cell(row, QUESTION), title[:1].upper() + title[1:])
    for column, text in ((QUESTION, ""), (ANSWER, _("Answer")), (HELP, _("How to answer"))):
        cell = sheet.cell(row, column)
        if text:
            put_text(cell, text)
        cell.font, cell.fill = Font(bold=True), HEADER_FILL
    for number, question in enumerate(questions, start=row + 1):
        _write_question(sheet, lists, question, values.get(question.code, ""), number)
    return row + len(questions) + 1


def _write_question(sheet: Any, lists: Any, question: BriefQuestion, value: str, row: int) -> None:
    put_text(sheet.cell(row, CODE), question.code)
    put_text(sheet.cell(row, QUESTION), question.text + (" *" if question.is_required else ""))
    put_text(sheet.cell(row, HELP), " ".join(filter(None, (question.help, kind_hint(question)))))
    cell = sheet.cell(row, ANSWER)
    put_text(cell, answer_to_send(question, value), fill=ANSWER_FILL)
    cell.number_format = "@"
    cell.protection = Protection(locked=False)
    if choices := _choices(question):
        column = sum(lists.cell(1, number).value is not None for number in range(1, 200)) + 1
        formula = put_list(lists, column, question.code, choices)
        offer_list(sheet, cell.coordinate, formula)


def _choices(question: BriefQuestion) -> list[str]:
    if question.kind == AnswerKind.YES_NO:
        return [_("yes"), _("no")]
    if question.kind == AnswerKind.CHOICE:
        return [option.name for option in question.option_list()]
    return []


def kind_hint(question: BriefQuestion) -> str:
    """How an answer of this kind is written; "" where there is nothing to say."""
    if question.kind == AnswerKind.SEVERAL:
        names = "; ".join(option.name for option in question.option_list())
        return _("Several of these, with “;” between: %(names)s.") % {"names": names}
    hints = {
        AnswerKind.NUMBER: _("A number, such as 1250."),
        AnswerKind.DATE: _("A date, such as 23.11.2026."),
        AnswerKind.YES_NO: _("Yes or no."),
        AnswerKind.CHOICE: _("One of the list."),
        AnswerKind.LINK: _("An address, such as https://example.com."),
        AnswerKind.PHONE: _("A phone with its code, such as +7 495 123-45-67."),
    }
    return hints.get(AnswerKind(question.kind), "")


def _finish(sheet: Any) -> None:
    for letter, width in WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    sheet.column_dimensions["A"].hidden = True
    sheet.freeze_panes = "A3"
    # Without a password: it keeps hands off the codes, it hides nothing.
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False


# --- Back in -------------------------------------------------------------------------------------


def read_brief(brief: Brief, data: bytes, name: str) -> BriefReading:
    """What the file would change. Raises TableError where it is no workbook of this brief."""
    sheet = _sheet_in(data, name)
    code_column = _check_mark(brief, sheet)
    reading = BriefReading()
    questions = {question.code: question for question in asked_of_client(brief)}
    values = values_of(brief)
    found: dict[str, str] = {}
    for row, cells in sheet.rows[1:]:
        code = _at(cells, code_column).text.strip()
        place = address(code_column + TO_ANSWER, row)
        told = _answer_of(sheet, cells, row, code_column + TO_ANSWER)
        if not code:
            _note_stray(reading, told, place)
        elif code in found:
            message = _("The question stands twice, here and in %(cell)s: keep one row.")
            reading.problems.append(AnswerProblem(place, code, message % {"cell": found[code]}))
        elif code not in questions:
            message = _("The question's code “%(code)s” is not known: download the workbook anew.")
            reading.problems.append(AnswerProblem(place, "—", message % {"code": code[:40]}))
        else:
            found[code] = place
            _read_one(reading, brief, questions[code], told, values.get(code, ""), place)
    _note_left(reading, questions, found)
    return reading


def _sheet_in(data: bytes, name: str) -> SheetRead:
    wanted = {title.casefold() for title in SHEET}
    sheets = [
        sheet for sheet in read_sheets(data, name, limits=LIMITS, wanted=wanted) if sheet.rows
    ]
    if len(sheets) != 1:
        message = _("The workbook has no sheet “%(name)s”: send back the one that was given.")
        name = SHEET[1] if translation.get_language() == "ru" else SHEET[0]
        raise TableError(None, None, message % {"name": name})
    return sheets[0]


def _check_mark(brief: Brief, sheet: SheetRead) -> int:
    """The column of the codes. Raises TableError for another brief's file."""
    _row, cells = sheet.rows[0]
    for number, cell in enumerate(cells, start=1):
        try:
            told = signing.loads(cell.text.strip(), salt=SALT)
        except signing.BadSignature:
            continue
        if told[1] != brief.client_id:
            raise TableError(None, None, _("This is another client's brief."))
        if told[0] != brief.pk:
            raise TableError(None, None, _("This is another version of the brief."))
        return number
    message = _("The hidden column of codes is missing or was changed: download the workbook anew.")
    raise TableError(None, None, message)


def _at(cells: list[CellRead], column: int) -> CellRead:
    return cells[column - 1] if column <= len(cells) else NO_CELL


def _answer_of(sheet: SheetRead, cells: list[CellRead], row: int, column: int) -> CellRead:
    for left, top, right, bottom in sheet.merged:
        if top <= row <= bottom and left <= column <= right:
            if (left, top) == (right, bottom):
                continue
            message = _("The cells %(cells)s are merged: unmerge them.")
            place = f"{address(left, top)}:{address(right, bottom)}"
            return CellRead(problem=message % {"cells": place})
    cell = _at(cells, column)
    return CellRead(_unmarked(cell.text), cell.problem)


def _unmarked(text: str) -> str:
    """The mark that keeps a spreadsheet from running the text is not the client's."""
    bare = text[1:]
    return bare if text.startswith("'") and plain_text(bare) == text else text


def _as_sent(brief: Brief, question: BriefQuestion, value: str) -> set[str]:
    """What the cell says of this answer as long as nobody has touched it."""
    with translation.override(brief.client.language):
        told = (answer_to_send(question, value), answer_in_words(question, value))
    return {_unmarked(plain_text(text)).strip() for text in told}


def _note_stray(reading: BriefReading, told: CellRead, place: str) -> None:
    is_header = told.text.strip() in {"", "Answer", "Ответ", _("Answer")}
    if told.problem or not is_header:
        message = _("%(cell)s is beside no question and was not read.")
        reading.notes.append(message % {"cell": place})


def _read_one(
    reading: BriefReading,
    brief: Brief,
    question: BriefQuestion,
    told: CellRead,
    stands: str,
    place: str,
) -> None:
    if told.problem:
        reading.problems.append(AnswerProblem(place, question.text, told.problem))
        return
    if told.text.strip() in _as_sent(brief, question, stands):
        return
    try:
        value = read_answer(question, told.text, country=brief.client.country)
    except ValidationError as refused:
        message = " ".join(refused.messages)
        reading.problems.append(AnswerProblem(place, question.text, message))
        return
    if value == stands:
        return
    if not value:
        reading.left_empty.append(question.text)
        return
    old, new = answer_in_words(question, stands) or "—", answer_in_words(question, value)
    reading.changes.append(AnswerChange(question.code, place, question.text, old, new, value))
    reading.seen[question.code] = stands


def _note_left(
    reading: BriefReading,
    questions: Mapping[str, BriefQuestion],
    found: Mapping[str, str],
) -> None:
    gone = [question.text for code, question in questions.items() if code not in found]
    if gone:
        message = _("Rows that are missing from the file, whose answers stay: %(names)s.")
        reading.notes.append(message % {"names": "; ".join(gone[:10])})
    if reading.left_empty:
        message = _("Empty in the file, answered here; the answers stay: %(names)s.")
        reading.notes.append(message % {"names": "; ".join(reading.left_empty[:10])})
