"""The rows of a file of costs by our fields, before anybody asks what they belong to.

Rows of totals are found and left out, each doubt is an error of its row and field.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from promotion.cost_file_choices import CostChoices
from promotion.cost_file_words import (
    COUNTS,
    DATES,
    DOLLAR,
    MONEY,
    TITLES,
    currency_of,
    currency_of_header,
    is_same_currency,
    is_total,
    plain,
    vat_of_header,
)
from smm_agency.lib.tabular import (
    Errors,
    Limits,
    Mark,
    Table,
    TableError,
    currency_in,
    fitting_marks,
    read_amount,
    read_count,
    read_moment,
    read_table,
)

CENT = Decimal("0.01")
FIRST_DAY = dt.date(2010, 1, 1)
LARGEST_SUM = Decimal(10) ** 10
LARGEST_COUNT = 2**31 - 1
LIMITS = Limits(size=20 * 2**20, rows=200_000, columns=120)
SHORTENED = re.compile(r"[0-9]+[.,][0-9]+[eEеЕ]\+?[0-9]+")
DASHES = ("-", "—", "–")
WHOLE = re.compile(r"([0-9]+)\.0+")


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what stands in the columns of our fields. `number` is what a person sees."""

    number: int
    cells: dict[str, str]

    def text(self, name: str) -> str:
        return self.cells.get(name, "").strip()


@dataclass
class CostTable:
    """A file by our fields. `currency` is the one that it names, "" where it names none, `DOLLAR`
    where it is one of a country that is not said.

    `left_out` counts rows that are no error and no figure, `warnings` are to be looked at first.
    """

    choices: CostChoices
    zone: ZoneInfo
    today: dt.date
    errors: Errors = field(default_factory=lambda: Errors(cap=1000))
    bad_rows: set[int] = field(default_factory=set)
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    mark: Mark = "."
    currency: str = ""
    vat: str = ""
    total: int = 0
    left_out: int = 0
    rounded: int = 0
    days: dict[str, dt.date] = field(default_factory=dict)

    def column(self, name: str) -> str:
        return self.choices.columns.get(name) or str(TITLES[name])

    def has(self, name: str) -> bool:
        return name in self.choices.columns

    def refuse(self, line: Line, name: str, message: str) -> None:
        self.add(TableError(line.number, self.column(name), message))

    def add(self, error: TableError) -> None:
        self.errors.add(error)
        if error.row is not None:
            self.bad_rows.add(error.row)

    def needed(self, line: Line, name: str) -> str:
        """Empty where it is empty, and then that is an error."""
        text = line.text(name)
        if not text:
            self.refuse(line, name, _("The cell is empty."))
        return text

    def identity(self, line: Line, name: str) -> str:
        """An id as the network writes it; empty where it is wrong, and then that is an error."""
        text = self.needed(line, name)
        if SHORTENED.fullmatch(text):
            message = _(
                "“%(id)s” was shortened by a spreadsheet and its last digits are lost: export the"
                " file again, or give the column the format “Text” before opening it."
            )
            self.refuse(line, name, message % {"id": text})
            return ""
        match = WHOLE.fullmatch(text)
        return match[1] if match else text

    def money(self, line: Line, name: str) -> Decimal | None:
        """In hundredths; None where it is not measured or wrong."""
        text = line.text(name)
        try:
            amount = read_amount(text, mark=self.mark, row=line.number, field=self.column(name))
        except TableError as error:
            self.add(error)
            return None
        if amount is None:
            return None
        if "%" in text or amount >= LARGEST_SUM:
            self.refuse(line, name, _("“%(text)s” is no sum of money.") % {"text": text[:40]})
            return None
        if amount < 0:
            message = _("Money spent is not negative: correct the sum, or leave the row out.")
            self.refuse(line, name, message)
            return None
        cents = amount.quantize(CENT, rounding=ROUND_HALF_UP)
        self.rounded += cents != amount
        return cents

    def count(self, line: Line, name: str) -> int | None:
        text = line.text(name)
        try:
            number = read_count(text, mark=self.mark, row=line.number, field=self.column(name))
        except TableError as error:
            self.add(error)
            return None
        if number is not None and number > LARGEST_COUNT:
            self.refuse(line, name, _("“%(text)s” is far too large.") % {"text": text[:40]})
            return None
        return number

    def day(self, line: Line, name: str) -> dt.date | None:
        """None where it is wrong, and then that is an error: a day to come is wrong too."""
        text = self.needed(line, name)
        if not text:
            return None
        if text not in self.days:
            try:
                self.days[text] = self._read_day(line, name, text)
            except TableError as error:
                self.add(error)
                return None
        return self.days[text]

    def _read_day(self, line: Line, name: str, text: str) -> dt.date:
        column = self.column(name)
        written = read_moment(
            text, order=self.choices.order, zone=self.zone, row=line.number, field=column
        )
        day = written.moment.astimezone(self.zone).date() if written else FIRST_DAY
        if day > self.today:
            message = _("“%(text)s” has not come yet: look at the date, or at how it is written.")
            raise TableError(line.number, column, message % {"text": text})
        if day < FIRST_DAY:
            message = _("“%(text)s” is before 2010: look at the date.")
            raise TableError(line.number, column, message % {"text": text})
        return day

    def good(self) -> Iterable[Line]:
        return (line for line in self.lines if line.number not in self.bad_rows)


def open_table(data: bytes, name: str, choices: CostChoices, errors: Errors | None = None) -> Table:
    """The table, whatever its columns are. Raises TableError."""
    return read_table(
        data, name, encoding=choices.encoding or None, delimiter=choices.delimiter or None,
        sheet=choices.sheet or None, limits=LIMITS, errors=errors, loose=True,
        header_at=choices.header_at,
    )  # fmt: skip


def read_lines(
    data: bytes, name: str, choices: CostChoices, *, zone: ZoneInfo, today: dt.date
) -> CostTable:
    """Every row by our fields, without those of totals. Raises TableError for the file as a whole.

    `zone` is where the file's days are counted, `today` is the day there.
    """
    found = CostTable(choices, zone, today)
    table = open_table(data, name, choices, found.errors)
    _check_columns(table.header, choices)
    found.notes += table.notes
    columns = choices.columns
    lines = [
        Line(number, {name: cells[column] for name, column in columns.items()})
        for number, cells in table.rows
    ]
    found.bad_rows |= {error.row for error in found.errors if error.row is not None}
    found.total = len(lines) + len(found.bad_rows)
    found.mark = _mark(lines, choices)
    found.vat = next((vat for name in MONEY if (vat := vat_of_header(columns.get(name, "")))), "")
    found.lines = _without_totals(found, lines)
    found.currency = _currency(found, lines)
    return found


def _check_columns(header: Sequence[str], choices: CostChoices) -> None:
    for name, column in choices.columns.items():
        if column not in header:
            message = _("The file has no column “%(column)s”.") % {"column": column}
            raise TableError(None, str(TITLES[name]), message)
    dated = [choices.columns[name] for name in DATES if name in choices.columns]
    if dated and not choices.order:
        message = _("Say how the dates are written: it is not clear which number is the month.")
        raise TableError(None, dated[0], message)


def _mark(lines: Sequence[Line], choices: CostChoices) -> Mark:
    """As the person says, else as all numbers tell; TableError where they do not."""
    if choices.mark:
        return "," if choices.mark == "," else "."
    names = [name for name in (*MONEY, *COUNTS) if name in choices.columns]
    marks = fitting_marks(line.cells[name] for line in lines for name in names)
    if len(marks) > 1:
        message = _(
            "Say how the numbers are written: “1,234” may be a thousand or one and a fraction."
        )
        raise TableError(None, ", ".join(choices.columns[name] for name in names), message)
    return marks[0] if marks else "."


def _currency(found: CostTable, lines: Sequence[Line]) -> str:
    """The one that headers, cells and a column of currencies name; TableError for several."""
    choices, told = found.choices, dict[str, str]()
    for name in MONEY:
        if column := choices.columns.get(name):
            told |= {currency_of_header(column): column}
            signs = {currency_in(line.cells[name]) for line in lines}
            # A dollar without its country is no rouble: it is told as well.
            told |= {sign or DOLLAR: column for sign in signs if sign is not None}
    if column := choices.columns.get("currency"):
        told |= {code: column for line in found.lines if (code := _code(found, line))}
    told.pop("", None)
    if any(is_same_currency(DOLLAR, code) for code in told if code != DOLLAR):
        told.pop(DOLLAR, None)
    if len(told) > 1:
        message = _("The file holds sums in several currencies: %(codes)s. Split it by them.")
        raise TableError(None, sorted(told.values())[0], message % {"codes": ", ".join(told)})
    return next(iter(told), "")


def _code(found: CostTable, line: Line) -> str:
    """Empty where the cell is empty or tells none, and that is an error."""
    text = line.text("currency")
    if not text or text in DASHES:
        return ""
    code = currency_of(text)
    if code is None:
        message = _("“%(text)s” is no currency: write its three letters, such as RUB or USD.")
        found.refuse(line, "currency", message % {"text": text[:40]})
    return code or ""


# --- Totals --------------------------------------------------------------------------------------


def _without_totals(found: CostTable, lines: list[Line]) -> list[Line]:
    names = [name for name in MONEY if found.has(name)]
    totals = [line for line in lines if _is_named_total(line)]
    rest = [line for line in lines if not _is_named_total(line)]
    if not totals and names and rest and _is_nameless(rest[-1]):
        sums = _sum(found, rest[:-1], names[0])
        if sums and sums == _sum(found, rest[-1:], names[0]):
            totals = [rest.pop()]
    found.left_out += len(totals)
    if totals:
        _say_totals(found, totals, rest, names)
    if names:
        _say_half(found, rest, names[0])
    return rest


def _words(line: Line) -> list[str]:
    numbers = {*MONEY, *COUNTS, "currency", "vat", "note", "document"}
    return [plain(text) for name, text in line.cells.items() if name not in numbers]


def _is_named_total(line: Line) -> bool:
    """A word of totals, and beside it nothing that names an object or a day."""
    words = [word for word in _words(line) if word and word not in DASHES]
    return bool(words) and all(is_total(word) for word in words)


def _is_nameless(line: Line) -> bool:
    return not any(_words(line))


def _sum(found: CostTable, lines: Iterable[Line], name: str) -> Decimal:
    """Of what can be read; the rest is an error of its row later."""
    total = Decimal(0)
    for line in lines:
        try:
            amount = read_amount(line.cells[name], mark=found.mark, row=line.number, field=name)
        except TableError:
            continue
        total += amount or 0
    return total


def _say_half(found: CostTable, lines: Sequence[Line], name: str) -> None:
    """Whatever a row is called: what equals all others together may be their total."""
    sums = [_sum(found, [line], name) for line in lines]
    whole = sum(sums, Decimal(0))
    halves = [line for line, amount in zip(lines, sums, strict=True) if amount * 2 == whole]
    # Of two rows with one sum neither is the total of the other.
    if whole and len([amount for amount in sums if amount]) > 2:
        for line in halves:
            message = _(
                "Row %(row)d holds as much as all others together: take it out if it is a total."
            )
            found.warnings.append(message % {"row": line.number})


def _say_totals(
    found: CostTable, totals: Sequence[Line], rest: Sequence[Line], names: Sequence[str]
) -> None:
    numbers = ", ".join(str(line.number) for line in totals)
    found.notes.append(_("Rows of totals were left out: %(rows)s.") % {"rows": numbers})
    if not names or len(totals) > 1:
        return
    told, sums = _sum(found, totals, names[0]), _sum(found, rest, names[0])
    values = {
        "column": found.column(names[0]), "told": told, "sum": sums, "difference": abs(told - sums)
    }  # fmt: skip
    if told == sums:
        found.notes.append(
            _("The total of “%(column)s” is %(told)s, the same as the sum of the rows.") % values
        )
    else:
        found.warnings.append(
            _(
                "The total of “%(column)s” is %(told)s, but the rows sum to %(sum)s: they differ by"
                " %(difference)s. Rows may be missing."
            )
            % values
        )
