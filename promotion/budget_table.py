"""The table of the budget in words: for the page of staff and for the spreadsheet."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from promotion.budget import AgreedMonth, ChannelMonth
from promotion.channel_plan import ChannelPlan
from promotion.sums import Sum, add_sums, words_of_vat
from promotion.vat import net_of
from smm_agency.lib.tabular import Cell, write_xlsx
from smm_agency.lib.words import NOT_MEASURED, as_money, as_share
from strategy.models import Channel


@dataclass(frozen=True, slots=True)
class MonthTotal:
    """Of one currency. `left` is None where plans are told in several ways of VAT, or none is.

    What was spent or taken in channels without a plan is gone all the same: it lowers `left`, as it
    was told.
    """

    month: dt.date
    currency: str
    planned: Sum | None
    spent: Sum | None
    taken: Sum | None
    left: Decimal | None


def formulas() -> list[str]:
    """How the ratios and differences of the table are made."""
    return [
        _("Left = plan − spent − taken, in the plan's way of VAT; share = (spent + taken) ÷ plan."),
        _("Taken is what is booked, and neither paid nor due yet. Without VAT: sum × 100 ÷ (100 +"
          " rate) where VAT is included."),
        _("A line of the strategy does not say whether it holds VAT: all that is paid counts"
          " against it."),
    ]  # fmt: skip


def totals_of(rows: Iterable[ChannelMonth]) -> list[MonthTotal]:
    """By month and currency, in the order of the rows; sums only within one currency."""
    groups: dict[tuple[dt.date, str], list[ChannelMonth]] = {}
    for row in rows:
        groups.setdefault((row.month, row.currency), []).append(row)
    return [_total(*key, groups[key]) for key in groups]


def _total(month: dt.date, currency: str, rows: list[ChannelMonth]) -> MonthTotal:
    plans = [row.plan for row in rows if row.plan]
    ways = {plan.counted_vat for plan in plans}
    lefts = [row.left for row in rows if row.left is not None]
    loose = [each for row in rows if row.left is None for each in (row.spent, row.taken) if each]
    unplanned = sum((each.amount for each in loose), Decimal(0))
    return MonthTotal(
        month,
        currency,
        _one(plan_sum(plan) for plan in plans),
        _one(row.spent for row in rows),
        _one(row.taken for row in rows),
        sum(lefts, Decimal(0)) - unplanned if lefts and len(ways) == 1 else None,
    )


def _one(sums: Iterable[Sum | None]) -> Sum | None:
    """Of sums in one currency."""
    return next(iter(add_sums(each for each in sums if each)), None)


def plan_sum(plan: ChannelPlan) -> Sum | None:
    if plan.amount is None:
        return None
    way = (plan.vat, plan.vat_rate)
    return Sum(plan.amount, plan.currency, (way,), net_of(plan.amount, *way))


def money_words(total: Sum | None) -> str:
    return as_money(total.amount, total.currency) if total else NOT_MEASURED


def vat_note(total: Sum | None) -> str:
    """`VAT 20 % included; without VAT 100 RUB`."""
    if total is None:
        return ""
    if total.net is None or total.net == total.amount:
        return total.vat_words
    return _("%(vat)s; without VAT %(net)s") % {
        "vat": total.vat_words,
        "net": as_money(total.net, total.currency),
    }


def plan_source(plan: ChannelPlan | None) -> str:
    """Where the plan comes from, and what was planned before in the same month."""
    if plan is None:
        return _("not planned")
    if plan.version is None:
        return _("own budget of the channel")
    said = _("strategy, version %(number)s") % {"number": plan.version}
    before = [
        _("version %(number)s: %(amount)s")
        % {"number": number, "amount": as_money(amount, plan.currency)}
        for number, amount in plan.was
    ]
    if before:
        said += "; " + _("before in this month %(was)s") % {"was": ", ".join(before)}
    return said


def notes_of(row: ChannelMonth) -> list[str]:
    """What the numbers of the row do not say themselves."""
    notes = []
    if row.used and not row.used.is_exact:
        notes.append(_("VAT is not stated of some sums: left is counted as they were told."))
    if row.hanging:
        notes.append(
            _("Not counted: %(sum)s of periods that lie in this month in part; nobody knows how"
              " they were spread.")
            % {"sum": money_words(row.hanging)}
        )  # fmt: skip
    return notes


def agreed_words(rows: Iterable[AgreedMonth]) -> list[tuple[bool, str]]:
    """Whether more is planned than agreed, and the sentence."""
    return [(bool(row.over), _agreed(row)) for row in rows]


def _agreed(row: AgreedMonth) -> str:
    words = {
        "month": date_format(row.month, "F Y"),
        "agreed": as_money(row.agreed, row.currency),
        "planned": as_money(row.planned, row.currency),
        "over": as_money(row.over, row.currency),
    }
    if row.over:
        return _("%(month)s: the engagement gives %(agreed)s, the channels plan %(planned)s:"
                 " %(over)s too much.") % words  # fmt: skip
    return _("%(month)s: the engagement gives %(agreed)s, the channels plan %(planned)s.") % words


def table_file(rows: Iterable[ChannelMonth]) -> bytes:
    """XLSX that no spreadsheet runs: numbers as numbers, VAT in words beside them."""
    header = [
        _("month"), _("channel"), _("currency"), _("plan"), _("VAT of the plan"),
        _("where the plan is from"), _("spent"), _("VAT of what is spent"),
        _("spent without VAT"), pgettext("budget", "taken"), pgettext("budget", "left"),
        _("share"), _("note"),
    ]  # fmt: skip
    return write_xlsx([_file_row(row) for row in rows], header)


def _file_row(row: ChannelMonth) -> Sequence[Cell]:
    plan = row.plan
    return [
        row.month,
        str(Channel(row.channel).label),
        row.currency,
        plan.amount if plan else None,
        words_of_vat(plan.vat, plan.vat_rate) if plan else "",
        plan_source(plan),
        row.spent.amount if row.spent else None,
        row.spent.vat_words if row.spent else "",
        row.spent.net if row.spent else None,
        row.taken.amount if row.taken else None,
        row.left,
        as_share(row.share) if row.share is not None else "",
        " ".join(notes_of(row)),
    ]
