"""The results of promotion for a spreadsheet: a row for each, plain numbers, every way of summing.

An empty cell is not measured. Ratios are numbers of the column's formula; what they are made of,
without VAT or as told, stands in its own column.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpi.promotion_formulas import FORMULAS
from kpi.promotion_money import basis_words, sum_of
from kpi.promotion_reasons import ANSWERS, BY_TITLES, hanging_line, reasons_of, row_title
from kpi.promotion_results import BY
from smm_agency.lib.tabular import Cell

Data = dict[str, Any]


class Column(NamedTuple):
    title: str | Promise
    value: Callable[[Data], Cell]


def _one(row: Data, name: str) -> Cell:
    """Of a row in one currency."""
    found = row["spent"][0] if len(row["spent"]) == 1 else None
    value = found[name] if found else None
    return value if name == "currency" or value is None else Decimal(value)


def _evidence(count: str, name: str) -> Callable[[Data], Cell]:
    return lambda row: row[count][name] if row[count] else None


def _ratio(code: str) -> Callable[[Data], Cell]:
    def read(row: Data) -> Cell:
        value = row["ratios"].get(code)
        return None if value is None else Decimal(value)

    return read


def _end(place: int) -> Callable[[Data], Cell]:
    def read(row: Data) -> Cell:
        value = row["interval"][place] if row["interval"] else None
        return None if value is None else Decimal(value)

    return read


NUMBERS: Sequence[Column] = (
    Column(gettext_lazy("spent, as told"), lambda row: _one(row, "told")),
    Column(gettext_lazy("spent, without VAT"), lambda row: _one(row, "net")),
    Column(gettext_lazy("currency"), lambda row: _one(row, "currency")),
    Column(
        gettext_lazy("ratios are made of sums"),
        lambda row: "; ".join(basis_words(sum_of(one)) for one in row["spent"]),
    ),
    Column(gettext_lazy("impressions"), lambda row: row["impressions"]),
    Column(gettext_lazy("clicks"), lambda row: row["clicks"]),
    Column(gettext_lazy("joined"), lambda row: row["joined"]),
    Column(gettext_lazy("left"), lambda row: row["left"]),
    Column(gettext_lazy("calls proven by the number"), _evidence("calls", "proven")),
    Column(gettext_lazy("calls by a visit"), _evidence("calls", "session")),
    Column(gettext_lazy("calls said"), _evidence("calls", "said")),
    Column(gettext_lazy("unique-target, proven"), _evidence("unique_target", "proven")),
    Column(gettext_lazy("unique-target, by a visit"), _evidence("unique_target", "session")),
    Column(gettext_lazy("unique-target, said"), _evidence("unique_target", "said")),
)
COSTS = ("cpm", "cpc", "ctr", "cpf", "cpf_net", "cost_per_call", "cost_per_unique_target",
         "romi", "ad_cost_share")  # fmt: skip


def header_of() -> list[str]:
    ratios = [f"{FORMULAS[code].title} = {FORMULAS[code].line}" for code in COSTS]
    return [
        _("summed"), _("name"), *(str(column.title) for column in NUMBERS), *ratios,
        _("cost per unique-target call, from"), _("cost per unique-target call, to"),
        _("what to do"), _("why"),
    ]  # fmt: skip


def rows_of(figures: Data) -> list[list[Cell]]:
    rows: list[list[Cell]] = [
        [
            str(BY_TITLES[by]), row_title(row), *(column.value(row) for column in NUMBERS),
            *(_ratio(code)(row) for code in COSTS), _end(0)(row), _end(1)(row),
            str(ANSWERS[row["answer"]]), " ".join(reasons_of(row, figures)),
        ]
        for by in BY
        for row in figures["by"].get(by, [])
    ]  # fmt: skip
    hanging = hanging_line(figures)
    return [*rows, ["", hanging]] if hanging else rows
