"""Workbooks of clients as people fill them in."""

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

CLIENTS = ("Name", "Industry", "Country", "Time zone", "Status", "Engagement", "Engagement from")
CONTACTS = ("Client", "Name", "Phone", "E-mail", "Main contact")
TEAM = ("Client", "Person", "Role", "From", "To")
SERVICES = ("Client", "Engagement", "Service", "Who does it", "Quantity")


def book_of(**sheets: Sequence[Sequence[Any]]) -> bytes:
    """Each sheet is its header and its rows."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return bytes_of(book)


def bytes_of(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
