"""Why a row is to be repeated or stopped, in words with the numbers; and how that is decided."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.dates import MONTHS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from kpi.promotion_formulas import SILENT_COSTS, SMALL_SAMPLE, Answer, Unit
from kpi.promotion_money import money_words, sum_of
from kpi.promotion_results import untied_title
from smm_agency.lib.words import as_count, as_money, as_share
from strategy.models import Channel

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


def row_title(row: Data) -> str:
    """What people named as they named it, the rest in the reader's language."""
    by, key = row["by"], row["key"]
    if key is None:
        return untied_title(by)
    if by == "channel":
        return str(Channel(key).label)
    if by == "month":
        month = dt.date.fromisoformat(key)
        return f"{MONTHS[month.month]} {month.year}"
    title: str = row["title"]
    return title


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


def hanging_line(figures: Data) -> str:
    """Empty where all money of the days is in the sums; older figures did not keep it."""
    sums = [sum_of(one) for one in figures.get("hanging", [])]
    if not sums:
        return ""
    return _(
        "Not in these sums: money of ad accounts, told for periods that only partly lie in these"
        " days: %(money)s."
    ) % {"money": "; ".join(map(money_words, sums))}


def answers_of(figures: Data, *answers: Answer) -> list[str]:
    """Rows with one of these answers, each with its numbers: campaigns, then their placements."""
    found = []
    for by in ("campaign", "placement", "creative"):
        for row in figures["by"].get(by, []):
            if row["answer"] in answers and row["key"] is not None:
                reasons = " ".join(reasons_of(row, figures))
                found.append(f"{row_title(row)}. {reasons}")
    return found
