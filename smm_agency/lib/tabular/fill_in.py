"""Workbooks that people fill in: words as text, lists to choose from, words beside a cell."""

from collections.abc import Sequence
from typing import Any

from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from smm_agency.lib.tabular.writing import _XLSX_ESCAPE, plain_text

HEADER_FILL = PatternFill("solid", fgColor="F1F3FB")
ANSWER_FILL = PatternFill("solid", fgColor="FFFBEA")
# What Excel shows of the words beside a cell.
LONGEST_PROMPT = 250


def put_text(cell: Any, text: str, *, bold: bool = False, fill: Any = None) -> None:
    """Never a formula, whatever the words are."""
    cell.value = _XLSX_ESCAPE.sub("_x005F_", plain_text(text))
    # Set after the value: openpyxl makes formulas and errors of some strings.
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)
    if fill is not None:
        cell.fill = fill


def put_list(sheet: Any, column: int, title: str, values: Sequence[str]) -> str:
    """Write the values down a column of the sheet of lists; the formula that refers to them."""
    letter = get_column_letter(column)
    put_text(sheet.cell(1, column), title, bold=True, fill=HEADER_FILL)
    for row, value in enumerate(values, start=2):
        put_text(sheet.cell(row, column), value)
    sheet.column_dimensions[letter].width = 34
    name = sheet.title.replace("'", "''")
    return f"'{name}'!${letter}$2:${letter}${max(2, len(values) + 1)}"


def offer_list(sheet: Any, cells: str, formula: str, *, title: str = "", prompt: str = "") -> None:
    """A drop-down; what is not in the list is told when the file comes back, not refused here."""
    choice = DataValidation(type="list", formula1=formula, allow_blank=True)
    choice.showErrorMessage = False
    _explain(choice, title, prompt)
    sheet.add_data_validation(choice)
    choice.add(cells)


def explain_cells(sheet: Any, cells: str, *, title: str, prompt: str) -> None:
    """Words beside the cell that is being filled in."""
    told = DataValidation()
    _explain(told, title, prompt)
    sheet.add_data_validation(told)
    told.add(cells)


def _explain(validation: DataValidation, title: str, prompt: str) -> None:
    if prompt:
        validation.showInputMessage = True
        validation.promptTitle = title[:32] or None
        validation.prompt = prompt[:LONGEST_PROMPT]
