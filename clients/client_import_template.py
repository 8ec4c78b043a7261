"""The workbook of clients to fill in: in the reader's language, with lists to choose from."""

import io
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from clients.client_import_columns import HELP, LISTS, SHEETS, Column, SheetForm
from clients.models import User
from smm_agency.lib.tabular.fill_in import (
    HEADER_FILL,
    explain_cells,
    offer_list,
    put_list,
    put_text,
)

LAST_ROW = 2_000
FORMATS = {"text": "@", "date": "yyyy-mm-dd", "number": "0.00"}


def write_template() -> bytes:
    place = 1 if get_language() == "ru" else 0
    book = Workbook()
    first: Any = book.active
    book.remove(first)
    sheets = [(form, book.create_sheet(form.title)) for form in SHEETS]
    _write_help(book.create_sheet(HELP[place]))
    lists = _Lists(book.create_sheet(LISTS[place]), place)
    for form, sheet in sheets:
        _write_form(form, sheet, lists)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class _Lists:
    """The sheet of lists: each list once, whichever columns offer it."""

    def __init__(self, sheet: Any, place: int) -> None:
        self.sheet = sheet
        self.place = place
        self.formulas: dict[Any, str] = {}

    def formula(self, column: Column) -> str:
        choices = column.choices
        if choices is None:
            people = User.objects.filter(is_staff=True, is_active=True).order_by("username")
            return self._put(
                "people", column.title, list(people.values_list("username", flat=True))
            )
        return self._put(choices, column.title, [each[self.place + 1] for each in choices()])

    def _put(self, key: Any, title: str, values: list[str]) -> str:
        if key not in self.formulas:
            self.formulas[key] = put_list(self.sheet, len(self.formulas) + 1, title, values)
        return self.formulas[key]


def _write_form(form: SheetForm, sheet: Any, lists: _Lists) -> None:
    sheet.freeze_panes = "A2"
    for number, column in enumerate(form.columns, start=1):
        letter = get_column_letter(number)
        put_text(sheet.cell(1, number), _header(column), bold=True, fill=HEADER_FILL)
        sheet.column_dimensions[letter].width = column.width
        sheet.column_dimensions[letter].number_format = FORMATS[column.kind]
        cells = f"{letter}2:{letter}{LAST_ROW}"
        if column.choices is not None or column.key == "person":
            formula = lists.formula(column)
            offer_list(sheet, cells, formula, title=column.title, prompt=column.help)
        elif column.help:
            explain_cells(sheet, cells, title=column.title, prompt=column.help)


def _header(column: Column) -> str:
    return f"{column.title} *" if column.is_required else column.title


def _write_help(sheet: Any) -> None:
    lines = [
        _("Fill in the sheets; a star marks what is needed. Rows may be left out, sheets too."),
        _("Nothing is stored before you have seen what would change and have confirmed it."),
        _("An empty cell leaves what stands. Nothing is ever deleted by a file."),
        _("No formulas and no merged cells. Dates: 2026-11-23 or 23.11.2026."),
    ]
    for number, line in enumerate(lines, start=1):
        put_text(sheet.cell(number, 1), line)
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=4)
    row = len(lines) + 2
    headers = (_("Sheet"), _("Column"), _("Needed"), _("What to write"))
    for number, header in enumerate(headers, start=1):
        put_text(sheet.cell(row, number), header, bold=True, fill=HEADER_FILL)
    for form in SHEETS:
        for column in form.columns:
            row += 1
            needed = _("yes") if column.is_required else ""
            told = (form.title, column.title, needed, column.help)
            for number, text in enumerate(told, start=1):
                put_text(sheet.cell(row, number), text)
    for letter, width in zip("ABCD", (16, 28, 12, 80), strict=True):
        sheet.column_dimensions[letter].width = width
