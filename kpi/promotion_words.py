"""The figures of an assessment in words: every ratio by the name of its formula, every small
sample with its interval, every sum with its VAT."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpi.promotion_formulas import FORMULAS
from kpi.promotion_money import basis_words, money_words, sum_of
from kpi.promotion_reasons import (
    ANSWERS,
    LIGHTS,
    interval_words,
    reasons_of,
    row_title,
    written,
)
from promotion.models import CostKind
from smm_agency.lib.words import NOT_MEASURED, as_count, as_money
from strategy.models import Metric

Data = dict[str, Any]
COLUMNS: Sequence[str | Promise] = (
    gettext_lazy("spent"),
    gettext_lazy("impressions"),
    gettext_lazy("clicks"),
    gettext_lazy("joined"),
    gettext_lazy("calls"),
    gettext_lazy("unique-target calls"),
    gettext_lazy("deals"),
)


@dataclass(frozen=True)
class Note:
    """A line below a number; `formula` is what it is made of, where it is a ratio."""

    text: str
    formula: str = ""


@dataclass(frozen=True)
class Cell:
    text: str
    notes: Sequence[Note] = ()


@dataclass(frozen=True)
class Line:
    title: str
    cells: Sequence[Cell]
    answer: str
    light: str
    reasons: Sequence[str] = field(default_factory=tuple)


def lines_of(rows: Sequence[Data], figures: Data, fees: dict[str, str] | None = None) -> list[Line]:
    """`fees`: by key, the cost with the agency's fee; directors only see it."""
    return [line_of(row, figures, (fees or {}).get(str(row["key"]), "")) for row in rows]


def line_of(row: Data, figures: Data, fee: str = "") -> Line:
    cells = (
        _spent(row), _shown(row), _clicked(row), _joined(row), _called(row),
        _unique_target(row, fee), _sold(row, figures),
    )  # fmt: skip
    answer = row["answer"]
    return Line(
        row_title(row), cells, str(ANSWERS[answer]), LIGHTS.get(answer, "grey"),
        reasons_of(row, figures),
    )  # fmt: skip


def _spent(row: Data) -> Cell:
    sums = [sum_of(one) for one in row["spent"]]
    if not sums:
        return Cell(NOT_MEASURED, [Note(_("no money is known"))])
    notes = [Note(_("VAT and basis: %(basis)s") % {"basis": basis_words(one)}) for one in sums]
    notes += [Note(f"{kind_title(one['kind'])}: {_told(one['sums'])}") for one in row["beside"]]
    if len(sums) > 1:
        notes.append(Note(_("Two currencies: nothing is divided.")))
    return Cell("; ".join(map(money_words, sums)), notes)


def kind_title(kind: str) -> str:
    return str(CostKind(kind).label)


def _told(sums: Sequence[Data]) -> str:
    return "; ".join(money_words(sum_of(one)) for one in sums)


def _part(row: Data, name: str) -> list[Note]:
    return [Note(_("known of a part of the money only"))] if name in row["partly"] else []


def _shown(row: Data) -> Cell:
    notes = [*_part(row, "impressions"), *_ratio(row, "cpm")]
    if row["reach"] is not None:
        notes.append(Note(_("reach %(count)s") % {"count": as_count(row["reach"])}))
    return Cell(as_count(row["impressions"]), notes)


def _clicked(row: Data) -> Cell:
    return Cell(
        as_count(row["clicks"]), [*_part(row, "clicks"), *_ratio(row, "ctr"), *_ratio(row, "cpc")]
    )


def _joined(row: Data) -> Cell:
    notes = [*_part(row, "joined"), *_ratio(row, "cpf")]
    if row["joined"] is not None and row["left"] is None:
        notes.append(Note(_("who left is not known")))
    elif row["left"] is not None:
        notes.append(Note(_("left %(count)s") % {"count": as_count(row["left"])}))
    return Cell(as_count(row["joined"]), [*notes, *_ratio(row, "cpf_net")])


def _called(row: Data) -> Cell:
    if row["calls"] is None:
        return Cell(NOT_MEASURED, [Note(_("no tracking number stood there"))])
    notes = [Note(evidence_words(row["calls"])), *_ratio(row, "cost_per_call")]
    if row["counted"] == "part":
        notes.append(Note(_("of a part of the places only: elsewhere no number stood")))
    return Cell(as_count(sum(row["calls"].values())), notes)


def evidence_words(count: Data) -> str:
    return _("proven by the number %(proven)s, by a visit %(session)s, said %(said)s") % {
        name: as_count(number) for name, number in count.items()
    }


def _unique_target(row: Data, fee: str) -> Cell:
    if row["unique_target"] is None:
        return Cell(NOT_MEASURED)
    notes = [Note(evidence_words(row["unique_target"])), *_ratio(row, "cost_per_unique_target")]
    if row["unknown"]:
        unknown = _("uniqueness not known: %(count)s") % {"count": as_count(row["unknown"])}
        notes.append(Note(unknown))
    if fee and len(row["spent"]) == 1:
        formula = FORMULAS["cost_with_fee"]
        cost = as_money(Decimal(fee), row["spent"][0]["currency"])
        notes.append(Note(f"{capfirst(str(formula.title))}: {cost}", str(formula.line)))
    return Cell(as_count(sum(row["unique_target"].values())), notes)


def _sold(row: Data, figures: Data) -> Cell:
    if not row["deals"]:
        why = _("no deal of it is entered") if figures["has_deals"] else _("deals are not entered")
        return Cell(NOT_MEASURED, [Note(why)])
    revenues = "; ".join(as_money(Decimal(one["revenue"]), one["currency"]) for one in row["deals"])
    count = sum(one["count"] for one in row["deals"])
    ratios = [*_ratio(row, "romi"), *_ratio(row, "ad_cost_share")]
    untold = [Note(why) for why in [_why_no_romi(row)] if why and not ratios]
    return Cell(as_count(count), [Note(revenues), *ratios, *untold])


def _why_no_romi(row: Data) -> str:
    """Empty where no money is known to compare with."""
    spent, deals = row["spent"], row["deals"]
    if not spent:
        return ""
    if len({one["currency"] for one in [*spent, *deals]}) > 1:
        return _("ROMI is not told: the currencies of revenue and money differ")
    if any(one.get("net") is None for one in deals):
        return _("ROMI is not told: it is not stated whether the deals hold VAT")
    if any(one["net"] is None for one in spent):
        return _("ROMI is not told: it is not stated whether the money holds VAT")
    return ""


def _ratio(row: Data, code: str) -> list[Note]:
    """With its interval where the sample is small; nothing where neither is known."""
    value, ends = row["ratios"].get(code), row["intervals"].get(code)
    if value is None and not ends:
        return []
    formula, currency = FORMULAS[code], row["spent"][0]["currency"] if row["spent"] else ""
    said = written(value, formula.unit, currency) if value is not None else ""
    if ends:
        said = f"{said} ({interval_words(ends, formula.unit, currency)})" if said else (
            interval_words(ends, formula.unit, currency)
        )  # fmt: skip
    return [Note(f"{short_title(code)}: {said}", str(formula.line))]


def short_title(code: str) -> str:
    """`CPM` of `CPM, cost per thousand`."""
    return str(FORMULAS[code].title).partition(",")[0]


@dataclass(frozen=True)
class Held:
    """A plan by KPI with its fact."""

    title: str
    plan: str
    fact: str
    note: str


FACTS = {
    Metric.COST_PER_CALL: "cost_per_unique_target",
    Metric.COST_PER_SUBSCRIBER: "cpf_net",
}


def held_lines(figures: Data) -> list[Held]:
    """The plans by KPI that promotion answers for, and what promotion brought of them."""
    return [
        _held(Metric(metric), Decimal(value), figures)
        for metric, value in figures["targets"].items()
    ]


def _held(metric: Metric, plan: Decimal, figures: Data) -> Held:
    whole, currency, title = figures["whole"], figures["currency"], capfirst(str(metric.label))
    if code := FACTS.get(metric):
        notes = _ratio(whole, code)
        value = whole["ratios"].get(code)
        fact = as_money(Decimal(value) if value else None, currency)
        return Held(title, as_money(plan, currency), fact, notes[0].text if notes else "")
    counts = whole["unique_target" if metric == Metric.UNIQUE_TARGET_CALLS else "calls"]
    fact = as_count(sum(counts.values()) if counts else None)
    return Held(title, as_count(plan), fact, _("by campaigns alone; the rest came otherwise"))


def formula_lines() -> list[str]:
    return [f"{capfirst(str(one.title))}: {one.line}" for one in FORMULAS.values()]


def days_title(figures: Data) -> str:
    first, last = (date_format(dt.date.fromisoformat(figures[name])) for name in ("first", "last"))
    return f"{first} – {last}"
