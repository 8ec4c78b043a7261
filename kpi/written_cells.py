"""The cells of a row whose dates and numbers are written as somebody has stated."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kpi.post_files import NO_TIME, Cells
from smm_agency.lib.tabular import DateOrder, Mark, TableError, read_count, read_moment, require

TOTALS = frozenset({"total", "totals", "grand total", "итого", "всего", "итог"})
NOON = dt.time(12)


@dataclass(slots=True)
class WrittenCells(Cells):
    order: str = DateOrder.YMD
    mark: Mark = "."

    def count(self, name: str, *, needed: bool = False) -> int | None:
        """A whole number from 0; an empty cell, or a column that is not there, is not measured."""
        try:
            value = read_count(self.row.get(name, ""), mark=self.mark, row=self.number, field=name)
            return require(value, row=self.number, field=name) if needed else value
        except TableError as error:
            self.refuse(error)
            return None

    def day_end(self, name: str, zone: dt.tzinfo) -> tuple[dt.datetime, bool]:
        """The moment, and whether only a day was written: then it is the end of it in `zone`."""
        try:
            _refuse_total(self.row[name], self.number, name)
            told = read_moment(
                self.row[name], order=self.order, zone=zone, row=self.number, field=name
            )
            return require(told, row=self.number, field=name)
        except TableError as error:
            self.refuse(error)
            return NO_TIME, False

    def posting(self, name: str, zone: dt.tzinfo) -> tuple[dt.datetime, bool]:
        """As above, but a post of which only the day is told stands at noon."""
        moment, is_day = self.day_end(name, zone)
        if is_day:
            day = moment.astimezone(zone).date()
            moment = dt.datetime.combine(day, NOON, tzinfo=zone).astimezone(dt.UTC)
        return moment, is_day

    def identity(self, name: str) -> str:
        """A post's id, be it a number, a code or an address."""
        text = self.row[name].strip()
        try:
            _refuse_total(text, self.number, name)
            return check_id(text, self.number, name)
        except TableError as error:
            self.refuse(error)
            return ""


def check_id(text: str, row: int, field: str) -> str:
    """Raises TableError for an id that cannot be one, or has lost its last digits."""
    if not text:
        raise TableError(row, field, _("The cell is empty."))
    if len(text) > 100:
        raise TableError(row, field, _("The id is longer than 100 characters."))
    mantissa, sign, power = text.upper().replace(",", ".").partition("E+")
    if sign and power.isdecimal() and mantissa.replace(".", "").isdecimal():
        message = _(
            "A spreadsheet has shortened the id, its last digits are lost: take the first file, and"
            " open it with this column as text."
        )
        raise TableError(row, field, message)
    return text


def _refuse_total(text: str, row: int, field: str) -> None:
    if text.strip().rstrip(":").casefold() in TOTALS:
        message = _("This row holds totals, not figures of its own: delete it, or leave it out.")
        raise TableError(row, field, message)
