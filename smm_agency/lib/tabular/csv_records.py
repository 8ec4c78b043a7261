"""Records of a CSV text with the lines they start on, and the delimiter between their cells."""

import csv
import io
import re
from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _

from smm_agency.lib.tabular.errors import TableError

DELIMITERS = (",", ";", "\t")
# A first line such as "sep=," is Excel's own way of stating the delimiter; Meta writes it.
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\r?\n')


def csv_records(
    text: str, delimiter: str | None, required: Collection[str], *, is_loose: bool = False
) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of every record that is not blank; the line is where the record starts.

    Without a stated delimiter the one that makes a header with the required columns is taken; where
    several do, `is_loose` takes a mark before a space for a part of a name.
    Raises TableError, at once for the delimiter and by the way for quotes.
    """
    stated = _SEPARATOR_LINE.match(text)
    if stated:
        delimiter = delimiter or stated[1]
    first_line = 2 if stated else 1
    body = text[stated.end() :] if stated else text
    return _records(body, delimiter or _delimiter(body, required, is_loose=is_loose), first_line)


def _records(text: str, delimiter: str, first_line: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + first_line
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TableError(line, None, _reason(error)) from None
        if any(cell.strip() for cell in cells):
            yield line, cells


def _reason(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end of data" in text:
        return _("A quote that opens in this row is never closed.")
    if "expected after" in text:
        return _("A closing quote is followed by text. Write a quote inside a cell twice.")
    if "field limit" in text:
        return _("A cell is too long; is a closing quote missing?")
    return _("Not readable as CSV: %(reason)s") % {"reason": text}


def _delimiter(text: str, required: Collection[str], *, is_loose: bool) -> str:
    headers, failure = _possible_headers(text)
    fitting = [mark for mark, names in headers.items() if set(required) <= names]
    wide = [mark for mark in fitting if len(headers[mark]) > 1]
    if len(wide) > 1:
        header = text.partition("\n")[0]
        tight = [mark for mark in wide if f"{mark} " not in header]
        if is_loose and len(tight) == 1:
            return tight[0]
        message = _("The delimiter is not clear: the header can be split by %(marks)s. State it.")
        raise TableError(None, None, message % {"marks": ", ".join(repr(m) for m in wide)})
    if failure and not (wide or (required and fitting)):
        raise failure
    # Where no split gives the required columns, the widest one makes the clearest refusal.
    return max(wide or fitting or headers, key=lambda mark: len(headers[mark]))


def _possible_headers(text: str) -> tuple[dict[str, set[str]], TableError | None]:
    """The header's names by each delimiter that can read it, and why the first other one cannot."""
    headers: dict[str, set[str]] = {}
    failure: TableError | None = None
    for mark in DELIMITERS:
        try:
            _line, cells = next(_records(text, mark, 1))
        except TableError as error:
            failure = failure or error
        except StopIteration:
            raise TableError(None, None, _("The file is empty.")) from None
        else:
            headers[mark] = {cell.strip() for cell in cells}
    return headers, failure
