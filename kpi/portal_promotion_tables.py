"""The portal's tables of promotion: what an assessment found, and a campaign's placements."""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from clients.portal_tables import Column, Shown, Table
from communities.networks.registry import network_name
from kpi.promotion_reasons import BY_TITLES
from kpi.promotion_results import BY
from kpi.promotion_words import COLUMNS, Line, line_of
from promotion.models import PlacementState
from smm_agency.lib.tabular import Cell
from smm_agency.lib.words import as_count, as_money

Data = dict[str, Any]


class Found(NamedTuple):
    """A row of an assessment: its figures, and how the page writes them."""

    row: Data
    line: Line


def spent(found: Found) -> Decimal | None:
    """Of a row in one currency: others are not added up, and so not sorted."""
    sums = found.row["spent"]
    return Decimal(sums[0]["told"]) if len(sums) == 1 else None


def counted(name: str) -> Callable[[Found], int | None]:
    """A count, or the sum of its evidence."""

    def read(found: Found) -> int | None:
        value = found.row[name]
        if isinstance(value, dict):
            return sum(value.values())
        return None if value is None else int(value)

    return read


def sold(found: Found) -> int | None:
    deals = found.row["deals"]
    return sum(deal["count"] for deal in deals) if deals else None


NUMBERS: Sequence[tuple[str, Callable[[Found], Any]]] = (
    ("spent", spent),
    ("impressions", counted("impressions")),
    ("clicks", counted("clicks")),
    ("joined", counted("joined")),
    ("calls", counted("calls")),
    ("unique_target", counted("unique_target")),
    ("deals", sold),
)


def number_column(place: int, key: str, read: Callable[[Found], Any]) -> Column:
    def show(found: Found) -> Shown:
        cell = found.line.cells[place]
        notes = [f"{one.text} ({one.formula})" if one.formula else one.text for one in cell.notes]
        return Shown(cell.text, notes=notes)

    def cell(found: Found) -> Cell:
        # Of several currencies the words: a number alone would say too little.
        value = read(found)
        return found.line.cells[place].text if value is None and key == "spent" else value

    return Column(key, COLUMNS[place], show, cell, order=read, is_number=True)


def assessment_columns() -> list[Column]:
    numbers = [number_column(place, *one) for place, one in enumerate(NUMBERS)]
    name = Column(
        "name",
        gettext_lazy("name"),
        lambda found: found.line.title,
        order=lambda found: found.line.title.casefold(),
    )
    says = Column(
        "says",
        gettext_lazy("what it says"),
        lambda found: Shown(
            found.line.answer, notes=found.line.reasons, light=found.line.light or "grey"
        ),
        lambda found: ". ".join([found.line.answer, *found.line.reasons]),
        order=lambda found: found.line.answer,
    )
    return [name, *numbers, says]


def assessment_tables(figures: Data, whole: Line | None) -> list[Table]:
    """One for each way of summing; the whole stands below the first."""
    columns = assessment_columns()
    tables: list[Table] = []
    # JSON keeps no order of its keys.
    for by in BY:
        rows = figures.get("by", {}).get(by)
        if rows:
            found = [Found(row, line_of(row, figures)) for row in rows]
            total = Found(figures["whole"], whole) if whole and not tables else None
            title = BY_TITLES[by]
            tables.append(Table(f"by-{by}", title, columns, found, f"promotion_{by}", total=total))
    return tables


# --- Placements ----------------------------------------------------------------------------------


def _page(row: Data) -> str:
    return str(row["publisher__title"] or row["title"])


def _day_of(row: Data) -> dt.datetime | None:
    moment: dt.datetime | None = row["published_at"] or row["planned_at"]
    return timezone.localtime(moment) if moment else None


def _when(row: Data) -> str:
    moment = _day_of(row)
    return date_format(moment, "j E Y, H:i") if moment else date_format(row["starts_on"])


def _when_cell(row: Data) -> Cell:
    moment = _day_of(row)
    return f"{moment:%Y-%m-%d %H:%M}" if moment else row["starts_on"]


def _brought(name: str, title: Any) -> Column:
    def read(row: Data) -> int | None:
        value: int | None = getattr(row["brought"], name)
        return value

    return Column(
        name, title, lambda row: as_count(read(row)), read, order=read, is_number=True
    )  # fmt: skip


PLACEMENTS: Sequence[Column] = (
    Column(
        "page",
        gettext_lazy("page"),
        lambda row: Shown(_page(row), row["url"] or ""),
        _page,
        order=lambda row: _page(row).casefold(),
    ),
    Column(
        "network",
        gettext_lazy("network"),
        lambda row: network_name(row["publisher__network"]) if row["publisher__network"] else "",
        order=lambda row: row["publisher__network"] or None,
    ),
    Column(
        "when",
        gettext_lazy("published or planned"),
        _when,
        _when_cell,
        order=lambda row: str(_when_cell(row)),
    ),
    Column(
        "state",
        gettext_lazy("state"),
        lambda row: str(PlacementState(row["state"]).label),
        order=lambda row: row["state"],
    ),
    Column(
        "price",
        gettext_lazy("price"),
        lambda row: as_money(row["price"], row["currency"]),
        lambda row: row["price"],
        order=lambda row: row["price"],
        is_number=True,
    ),
    Column("currency", gettext_lazy("currency"), lambda row: row["currency"]),
    _brought("views", gettext_lazy("views")),
    _brought("clicks", gettext_lazy("clicks")),
    _brought("joined", gettext_lazy("joined")),
    _brought("left", gettext_lazy("left")),
)


def placement_table(rows: Sequence[Data], campaign_id: int) -> Table:
    """Figures as they were read last of each placement."""
    name = f"placements_{campaign_id}"
    return Table("placements", gettext_lazy("Placements"), PLACEMENTS, rows, name)
