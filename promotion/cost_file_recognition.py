"""What a file of costs seems to be; files of pages and answers of networks are told where to go."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from clients.models import Client
from promotion.cost_file_choices import CostChoices
from promotion.cost_file_table import open_table
from promotion.cost_file_words import DATES, DAY, NAMES, plain_header
from promotion.models import CostColumns
from smm_agency.lib.tabular import (
    TableError,
    fingerprint,
    fitting_orders,
    named_columns,
    read_csv_records,
    sample,
)

JSON_STARTS = (b"{", b"[")
WORKBOOKS = (b"PK", b"\xd0\xcf\x11\xe0")
# UTF-16 and the sign of the separator: how Meta Business Suite exports figures of pages.
PAGES_START = "\ufeffsep=".encode("utf-16-le")
# Columns by which Meta's exports of posts are known, in any of their kinds.
POSTS = (
    {"post id", "permalink"},
    {"post id", "publish time"},
    {"page total likes", "lifetime post total reach"},
)


class HopelessFileError(TableError):
    """No choice of a person makes costs or results of this file."""


def refuse_others(data: bytes, name: str) -> None:
    """Raises HopelessFileError for what holds no costs, with the place where it is taken."""
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start in JSON_STARTS:
        message = _(
            "This is an answer of a network's API (JSON), no table. An account of VK Реклама is"
            " read by the program itself: give the ad account its key. Of other networks take the"
            " export as CSV or XLSX."
        )
        raise HopelessFileError(None, None, message)
    if data.startswith(WORKBOOKS):
        return
    has_sign = data.startswith(PAGES_START)
    try:
        records, _notes = read_csv_records(data)
        rows = [cells for (_line, cells), _place in zip(records, range(4), strict=False)]
    except TableError:
        # What is wrong with it as a table is said where it is read as one.
        return
    if (has_sign and _is_block(rows)) or _is_page(rows) or (rows and _is_of_posts(rows[0])):
        message = _(
            "The file holds figures of a page or of its posts, no costs of advertising. It is taken"
            " under “Measurements”, “Files of figures”, for the page whose figures these are."
        )
        raise HopelessFileError(None, None, message)


def _is_block(rows: Sequence[Sequence[str]]) -> bool:
    """A title that stands alone above its table, as Meta Business Suite writes it."""
    return bool(rows) and len([cell for cell in rows[0] if cell.strip()]) == 1


def _is_page(rows: Sequence[Sequence[str]]) -> bool:
    return len(rows) > 1 and _is_block(rows) and list(rows[1][:2]) == ["Date", "Primary"]


def _is_of_posts(header: Sequence[str]) -> bool:
    names = {cell.strip("\ufeff ").casefold() for cell in header}
    return any(known <= names for known in POSTS) and not any("spent" in name for name in names)


def propose(client: Client, kind: str, data: bytes, name: str, start: CostChoices) -> CostChoices:
    """The columns as they were the last time, else by their names. Raises TableError."""
    table = open_table(data, name, start)
    known = CostColumns.objects.filter(
        client=client, kind=kind, fingerprint=fingerprint(table.header)
    ).first()
    if known is not None:
        told = CostChoices.from_json(known.mapping)
        return replace(
            told, encoding=start.encoding, delimiter=start.delimiter, header_at=start.header_at,
            sheet=start.sheet, skip_bad=start.skip_bad, mark=start.mark,
        )  # fmt: skip
    columns = named_columns(NAMES[kind], table.header, plain_header)
    if DAY in columns:
        # Rows of one day name their period as well; the day says all of it.
        columns = {field: column for field, column in columns.items() if field not in DATES[1:]}
    dated = [columns[field] for field in DATES if field in columns]
    orders = fitting_orders(row[column] for row in sample(table) for column in dated)
    order = orders[0].value if len(orders) == 1 else ""
    return replace(start, columns=columns, order=order)
