"""A row of the workbook of clients: its cells, and what would come of it."""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from clients.client_import_columns import SheetForm
from smm_agency.lib.tabular import TableError
from smm_agency.lib.tabular.sheet_cells import NO_CELL, CellRead, address

T = TypeVar("T")
LONGEST_SHOWN = 60


class Fate(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


class Problem(NamedTuple):
    """`cell` is C12; "" where the whole sheet is meant."""

    sheet: str
    cell: str
    field: str
    message: str


class Change(NamedTuple):
    field: str
    old: str
    new: str


class CellRefusedError(Exception):
    """What is wrong with the text of a cell, and how to mend it."""


@dataclass
class Row:
    """`saves`: (row of the database, the columns that change, None for a new one)."""

    form: SheetForm
    number: int
    columns: Mapping[str, int]
    cells: Sequence[CellRead]
    title: str = ""
    is_new: bool = False
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    saves: list[tuple[models.Model, list[str] | None]] = field(default_factory=list)

    @property
    def fate(self) -> Fate:
        if self.problems:
            return Fate.REFUSED
        if self.is_new:
            return Fate.NEW
        return Fate.CHANGED if self.changes else Fate.SAME

    def text(self, key: str) -> str:
        """Without blanks around and doubled ones inside; "" for an empty cell and one with a
        problem, which was told when the row was made.
        """
        return " ".join(self._cell(key).text.split())

    def refuse(self, key: str, message: str) -> None:
        place = address(self.columns[key], self.number) if key in self.columns else ""
        title = self.form.column(key).title
        self.problems.append(Problem(self.form.title, place or f"{self.number}", title, message))

    def read(self, key: str, parse: Callable[[str], T], default: T) -> T:
        """The value of the cell; the default where it is empty or refused, which is told."""
        text = self.text(key)
        if not text:
            return default
        try:
            return parse(text)
        except CellRefusedError as refused:
            self.refuse(key, str(refused))
        except TableError as refused:
            self.refuse(key, refused.message)
        return default

    def note_problems(self) -> None:
        """Tell of cells that could not be read, and of required ones that are empty."""
        for key in self.columns:
            if problem := self._cell(key).problem:
                self.refuse(key, problem)
        for column in self.form.columns:
            cell = self._cell(column.key)
            if column.is_required and not cell.text.strip() and not cell.problem:
                self.refuse(column.key, _("The cell is empty: this is needed."))

    def _cell(self, key: str) -> CellRead:
        place = self.columns.get(key, 0)
        return self.cells[place - 1] if 0 < place <= len(self.cells) else NO_CELL


def set_fields(row: Row, instance: Any, values: Mapping[str, tuple[str, Any]]) -> None:
    """Put (key of the column, value) by field into the database's row, noting what changes.

    A value of None is an empty cell, which leaves what stands.
    """
    changed = []
    for name, (key, value) in values.items():
        old = getattr(instance, name)
        if value is None or value == old:
            continue
        if instance.pk is not None:
            row.changes.append(Change(row.form.column(key).title, shown(old), shown(value)))
        setattr(instance, name, value)
        changed.append(name)
    if instance.pk is None:
        row.saves.append((instance, None))
    elif changed:
        row.saves.append((instance, changed))


def shown(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = str(value)
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"


def near(text: str, names: Iterable[str], most: int = 3) -> list[str]:
    """Names that may have been meant, the nearest first; none is taken for another."""
    small, names = text.casefold()[:LONGEST_SHOWN], list(names)
    # Ten thousand wrong cells are compared with hundreds of names: only what begins alike is.
    by_small = {name.casefold(): name for name in names if name[:1].casefold() == small[:1]}
    alike = difflib.get_close_matches(small, list(by_small), n=most, cutoff=0.75)
    # “Denta” may be “Dentistry Denta”.
    holding = (name for name in names if len(small) > 3 and small in name.casefold())
    return list(dict.fromkeys([*(by_small[name] for name in alike), *holding]))[:most]


def near_words(text: str, names: Iterable[str]) -> str:
    """A sentence with the near names; "" where there are none."""
    found = near(text, names)
    quoted = ", ".join(f"“{name}”" for name in found)
    return " " + _("Near: %(names)s.") % {"names": quoted} if found else ""
