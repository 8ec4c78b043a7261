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
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from kpi.promotion_formulas import FORMULAS, SILENT_COSTS, SMALL_SAMPLE, Answer, Unit
from kpi.promotion_money import MoneySum, basis_words, money_words
from promotion.models import CostKind
from smm_agency.lib.words import NOT_MEASURED, as_count, as_money, as_share
from strategy.models import Metric

Data = dict[str, Any]
BY_TITLES: dict[str, str | Promise] = {
    "campaign": gettext_lazy("by campaign"),
    "placement": gettext_lazy("by placement"),
    "creative": gettext_lazy("by creative"),
    "channel": gettext_lazy("by channel"),
    "month": gettext_lazy("by month"),
}
ANSWERS: dict[str, str | Promise] = {
    Answer.REPEAT: pgettext_lazy("what to do", "repeat"),
    Answer.STOP: pgettext_lazy("what to do", "stop"),
    Answer.SILENT: pgettext_lazy("what to do", "stop"),
    Answer.UNCLEAR: gettext_lazy("too little to tell"),
    Answer.NOT_COUNTED: gettext_lazy("cannot be told"),
}
LIGHTS = {Answer.REPEAT: "green", Answer.STOP: "red", Answer.SILENT: "red"}
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
        row["title"], cells, str(ANSWERS[answer]), LIGHTS.get(answer, "grey"),
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


def sum_of(data: Data) -> MoneySum:
    net = data["net"]
    vats = tuple((kind, Decimal(rate) if rate else None) for kind, rate in data["vats"])
    return MoneySum(
        data["currency"], Decimal(data["told"]), None if net is None else Decimal(net), vats
    )


def _shown(row: Data) -> Cell:
    notes = [*_ratio(row, "cpm")]
    if row["reach"] is not None:
        notes.append(Note(_("reach %(count)s") % {"count": as_count(row["reach"])}))
    return Cell(as_count(row["impressions"]), notes)


def _clicked(row: Data) -> Cell:
    return Cell(as_count(row["clicks"]), [*_ratio(row, "ctr"), *_ratio(row, "cpc")])


def _joined(row: Data) -> Cell:
    notes = _ratio(row, "cpf")
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
    return Cell(
        as_count(count), [Note(revenues), *_ratio(row, "romi"), *_ratio(row, "ad_cost_share")]
    )


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


def written(value: str, unit: Unit, currency: str) -> str:
    return as_money(Decimal(value), currency) if unit == Unit.MONEY else as_share(Decimal(value))


def interval_words(ends: Sequence[str | None], unit: Unit, currency: str) -> str:
    low = written(ends[0] or "0", unit, currency)
    if ends[1] is None:
        return _("at least %(low)s") % {"low": low}
    return _("%(low)s … %(high)s at 95 %%") % {
        "low": low, "high": written(ends[1], unit, currency),
    }  # fmt: skip


def reasons_of(row: Data, figures: Data) -> list[str]:
    """Why the answer is what it is, with the numbers."""
    answer, target = row["answer"], figures["target"]["value"]
    if answer == Answer.NOT_COUNTED:
        return [_why_not(row, figures)]
    currency = row["spent"][0]["currency"]
    cost = interval_words(row["interval"], Unit.MONEY, currency)
    if target is None:
        said = {"cost": cost}
        return [_("A unique-target call costs %(cost)s; there is nothing to hold it to.") % said]
    said = {"cost": cost, "target": as_money(Decimal(target), currency)}
    if answer == Answer.SILENT:
        return [_silence(row, said, _stop_silence())]
    if answer == Answer.REPEAT:
        return [_("A unique-target call costs %(cost)s: all of it below %(target)s.") % said]
    if answer == Answer.STOP:
        return [_("A unique-target call costs %(cost)s: all of it above %(target)s.") % said]
    return [*_unclear(row, said, currency)]


def _why_not(row: Data, figures: Data) -> str:
    if not figures["takes_calls"]:
        return _("This client takes no calls.")
    if not row["spent"] or all(Decimal(one["told"]) == 0 for one in row["spent"]):
        return _("No money is known of it.")
    if len(row["spent"]) > 1 or row["spent"][0]["currency"] != figures["currency"]:
        return _("Its money is in another currency than the client's.")
    if row["counted"] == "part":
        return _("Part of its money went where no tracking number stood.")
    return _("No tracking number stood there: its calls are not known.")


def _stop_silence() -> str:
    return _(
        "Not a single unique-target call, though the money is more than %(times)s times the cost of"
        " one (%(target)s). By chance this happens in %(chance)s."
    )


def _silence(row: Data, said: dict[str, str], sentence: str) -> str:
    return sentence % {**said, "times": SILENT_COSTS, "chance": as_share(row["chance"])}


def _unclear(row: Data, said: dict[str, str], currency: str) -> list[str]:
    if row["chance"] is not None:
        none_yet = _("No unique-target call yet; by chance this happens in %(chance)s.")
        more = as_money(Decimal(row["more_money"]), currency)
        needed = _("Needs about %(money)s more without a call to say stop.") % {"money": more}
        return [_silence(row, said, none_yet), needed]
    first = _("A unique-target call costs %(cost)s: %(target)s lies inside.") % said
    if row["more_calls"] is None:
        return [first, _("So close to it that more calls would hardly tell.")]
    needed = ngettext(
        "Needs about %(count)s more call, %(money)s, if it goes on as it went.",
        "Needs about %(count)s more calls, %(money)s, if it goes on as it went.",
        row["more_calls"],
    )
    money = as_money(Decimal(row["more_money"]), currency)
    return [first, needed % {"count": as_count(row["more_calls"]), "money": money}]


def rule_lines(figures: Data) -> list[str]:
    """How it is decided what to repeat and what to stop."""
    return [
        measure_line(figures),
        _(
            "Repeat: the interval of the cost of a unique-target call lies below that. Stop: it"
            " lies above, or more than %(times)s such costs are spent without a single call."
        )
        % {"times": SILENT_COSTS},
        _(
            "Intervals are exact ones of a Poisson count, at 95 %%; below %(count)s they stand"
            " beside the number. Shares have Wilson's."
        )
        % {"count": SMALL_SAMPLE},
        _("Calls are counted by what is known of where they came from, the strongest first."),
    ]


def measure_line(figures: Data) -> str:
    value, kind = figures["target"]["value"], figures["target"]["kind"]
    if value is None:
        return _("There is no plan by KPI for the cost of a call, and no call to make a mean of.")
    money = as_money(Decimal(value), figures["currency"])
    if kind == "kpi":
        return _("Held against the plan by KPI: %(money)s for a unique-target call.") % {
            "money": money
        }
    return _(
        "There is no plan by KPI for the cost of a call: held against the client's own mean of"
        " these days, %(money)s."
    ) % {"money": money}


def unattributed_line(figures: Data) -> str:
    told = figures["unattributed"]
    if not told["of"]:
        return _("No calls of the client are known in these days.")
    return _(
        "Of all %(of)s calls of the client, where %(calls)s came from is not known (%(share)s); of"
        " %(of_unique)s unique-target ones, %(unique)s."
    ) % {
        "of": as_count(told["of"]),
        "calls": as_count(told["calls"]),
        "share": as_share(Decimal(told["calls"]) / told["of"]),
        "of_unique": as_count(told["of_unique_target"]),
        "unique": as_count(told["unique_target"]),
    }


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


def answers_of(figures: Data, *answers: Answer) -> list[str]:
    """Rows with one of these answers, each with its numbers: campaigns, then their placements."""
    found = []
    for by in ("campaign", "placement", "creative"):
        for row in figures["by"].get(by, []):
            if row["answer"] in answers and row["key"] is not None:
                reasons = " ".join(reasons_of(row, figures))
                found.append(f"{row['title']}. {reasons}")
    return found
