"""Tables of the portal: sorted and paged by links, taken away as XLSX or CSV with the same columns.

An address carries `calls-sort=-when`, `calls-page=2` for the table "calls", and `file=calls.xlsx`
for its file. What it carries that means nothing is as if it were not there.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.functional import Promise
from django.utils.translation import get_language

from clients.portal import PortalView
from smm_agency.lib.file_response import saved_file
from smm_agency.lib.tabular import XLSX, Cell, write_csv, write_xlsx

PAGE_ROWS = 50
# The file's name may be in any letters; a cell of Excel holds hardly more than this.
LONGEST_TEXT = 30_000


@dataclass(frozen=True)
class Shown:
    """A cell on the screen: a text, where it leads, what stands below it, badges beside it."""

    text: str
    href: str = ""
    notes: Sequence[str] = ()
    marks: Sequence[str] = ()
    light: str = ""


@dataclass(frozen=True)
class Column:
    """`show` is for the screen, `cell` for files; `order` sorts: names of fields of a query, or a
    key of a row of a list, None for what is not there. Without it nobody sorts by the column.
    """

    key: str
    title: str | Promise
    show: Callable[[Any], Shown | str]
    cell: Callable[[Any], Cell] | None = None
    order: Sequence[str] | Callable[[Any], Any] | None = None
    is_number: bool = False
    # Where a file says more than the screen: the unit of a number.
    file_title: str | Promise = ""

    def shown(self, row: Any) -> Shown:
        found = self.show(row)
        return found if isinstance(found, Shown) else Shown(found)

    def written(self, row: Any) -> Cell:
        cell = self.cell(row) if self.cell else self.shown(row).text
        return cell[:LONGEST_TEXT] if isinstance(cell, str) else cell


@dataclass(frozen=True)
class Table:
    """`rows` is a query of values or a list, in the order that holds where nobody sorts."""

    name: str
    title: str | Promise
    columns: Sequence[Column]
    rows: QuerySet[Any, Any] | Sequence[Any]
    file_name: str
    # What a sort ends with, so that equal rows stand still from page to page.
    last_order: str = "-pk"
    # A row of everything together, below the others whatever the order.
    total: Any = None


@dataclass(frozen=True)
class Head:
    title: str | Promise
    is_number: bool
    href: str = ""
    # As `aria-sort` says it; empty where the table is not sorted by this column.
    direction: str = ""


@dataclass(frozen=True)
class Line:
    cells: Sequence[tuple[Column, Shown]]


class ShownTable:
    """A table as one address asks for it."""

    def __init__(self, table: Table, query: QueryDict) -> None:
        self.table = table
        self.query = query
        self.name = table.name
        self.title = table.title

    @cached_property
    def chosen(self) -> tuple[Column | None, bool]:
        """The column that it is sorted by, and whether downwards."""
        raw = self.query.get(f"{self.name}-sort", "")
        for column in self.table.columns:
            if column.order is not None and raw.removeprefix("-") == column.key:
                return column, raw.startswith("-")
        return None, False

    @property
    def rows(self) -> Any:
        column, is_down = self.chosen
        if column is None or column.order is None:
            return self.table.rows
        if isinstance(self.table.rows, QuerySet):
            return self.table.rows.order_by(*self._order(column.order, is_down))
        return sorted_rows(self.table.rows, column.order, is_down=is_down)

    def _order(self, names: Any, is_down: bool) -> list[Any]:
        fields = [F(name) for name in names]
        ordered = [
            field.desc(nulls_last=True) if is_down else field.asc(nulls_last=True)
            for field in fields
        ]
        return [*ordered, self.table.last_order]

    @cached_property
    def page(self) -> Page[Any]:
        return Paginator(self.rows, PAGE_ROWS).get_page(self.query.get(f"{self.name}-page"))

    @property
    def count(self) -> int:
        return self.page.paginator.count

    @cached_property
    def lines(self) -> list[Line]:
        return [self._line(row) for row in self.page.object_list]

    @property
    def total(self) -> Line | None:
        return None if self.table.total is None else self._line(self.table.total)

    def _line(self, row: Any) -> Line:
        return Line([(column, column.shown(row)) for column in self.table.columns])

    @property
    def heads(self) -> list[Head]:
        chosen, is_down = self.chosen
        return [self._head(column, column is chosen, is_down) for column in self.table.columns]

    def _head(self, column: Column, is_chosen: bool, is_down: bool) -> Head:
        if column.order is None:
            return Head(column.title, column.is_number)
        # The largest number comes first, and the first letter; the second click turns it round.
        goes_down = not is_down if is_chosen else column.is_number
        href = self._address(sort=f"-{column.key}" if goes_down else column.key, page=None)
        direction = ("descending" if is_down else "ascending") if is_chosen else ""
        return Head(column.title, column.is_number, href, direction)

    def _address(self, **changes: str | None) -> str:
        """The page's address with these changed, down to the table."""
        query = self.query.copy()
        for name, value in changes.items():
            if value is None:
                query.pop(f"{self.name}-{name}", None)
            else:
                query[f"{self.name}-{name}"] = value
        return f"?{query.urlencode()}#{self.name}"

    def _page_address(self, number: int) -> str:
        return self._address(page=str(number))

    @property
    def previous_page(self) -> str:
        return (
            self._page_address(self.page.previous_page_number()) if self.page.has_previous() else ""
        )

    @property
    def next_page(self) -> str:
        return self._page_address(self.page.next_page_number()) if self.page.has_next() else ""

    def _file(self, extension: str) -> str:
        query = self.query.copy()
        query.pop(f"{self.name}-page", None)
        query["file"] = f"{self.name}.{extension}"
        return f"?{query.urlencode()}"

    @property
    def xlsx(self) -> str:
        return self._file("xlsx")

    @property
    def csv(self) -> str:
        return self._file("csv")

    def written(self, extension: str) -> HttpResponse:
        """All rows in the order of the page, as nothing that a spreadsheet would run."""
        columns = self.table.columns
        header = [str(column.file_title or column.title) for column in columns]
        total = [] if self.table.total is None else [self.table.total]
        rows: Iterable[list[Cell]] = (
            [one.written(row) for one in columns] for row in chain(self.rows, total)
        )
        if extension == "xlsx":
            content, kind = write_xlsx(rows, header), XLSX
        else:
            content, kind = write_csv(rows, header, **csv_marks()), "text/csv; charset=utf-8"
        name = f"{self.table.file_name}.{extension}"
        return saved_file(content, name, kind)


def csv_marks() -> dict[str, str]:
    """What a spreadsheet of the language splits by: where the comma begins decimals, not by it."""
    is_russian = (get_language() or "").startswith("ru")
    return {"delimiter": ";", "decimal_mark": ","} if is_russian else {}


def sorted_rows(rows: Sequence[Any], key: Any, *, is_down: bool) -> list[Any]:
    """What is not known stands last, whichever way it is sorted."""
    known = [row for row in rows if key(row) is not None]
    unknown = [row for row in rows if key(row) is None]
    return [*sorted(known, key=key, reverse=is_down), *unknown]


class TablesView(PortalView):
    """A page with tables; each is also a file, asked for by `?file=`."""

    def tables(self) -> Sequence[Table]:
        """Nothing is read before a table is shown or written: let rows be lazy, or cheap."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.GET.get("file")
        if asked is None:
            return super().get(request, *args, **kwargs)
        name, _dot, extension = asked.rpartition(".")
        table = next((one for one in self.tables() if one.name == name), None)
        if table is None or extension not in ("xlsx", "csv"):
            raise Http404
        return ShownTable(table, request.GET).written(extension)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {one.name: ShownTable(one, self.request.GET) for one in self.tables()}
        return super().get_context_data(tables=shown, **kwargs)
