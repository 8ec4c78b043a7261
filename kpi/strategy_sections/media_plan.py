"""The media plan: what each channel costs by month, and what it should bring. One currency at a
time: amounts of several are never added."""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from smm_agency.lib.document_blocks import Block, Chart, Column, Heading, Table, number_column
from smm_agency.lib.vector_charts import Piece, draw_svg, parted_columns
from smm_agency.lib.words import NOT_MEASURED, as_count, as_money
from strategy.contents import Contents
from strategy.models import BudgetLine, Channel

Lines = Sequence[BudgetLine]
NOTHING = ("", NOT_MEASURED)


def media_blocks(contents: Contents, *, with_chart: bool = False) -> list[Block]:
    blocks: list[Block] = []
    for currency in sorted({line.currency for line in contents.budget_lines}):
        lines = [line for line in contents.budget_lines if line.currency == currency]
        blocks.append(Heading(_("Budget by month and channel, %(code)s") % {"code": currency}))
        if with_chart:
            blocks.append(_chart(lines, currency))
        blocks += [_month_table(lines), *_expectations(lines)]
    return blocks


def _chart(lines: Lines, currency: str) -> Chart:
    pieces = [
        Piece(short_month(line.month), capfirst(line.get_channel_display()), float(line.amount))
        for line in lines
    ]
    return Chart(_("The budget of each month, by channel"),
                 draw_svg(parted_columns(pieces, title=currency)))  # fmt: skip


def short_month(month: dt.date) -> str:
    """`Nov 26`, as a column has room for it."""
    return date_format(month, "M y")


def _channels(lines: Lines) -> list[Channel]:
    used = {line.channel for line in lines}
    return [channel for channel in Channel if channel in used]


def _month_table(lines: Lines) -> Table:
    channels = _channels(lines)
    months = sorted({line.month for line in lines})
    together = capfirst(_("together"))
    names = [*(capfirst(str(channel.label)) for channel in channels), together]
    return Table(
        [Column(capfirst(_("month"))), *(number_column(name) for name in names)],
        [
            [capfirst(date_format(month, "F Y")),
             *_sums([line for line in lines if line.month == month], channels)]
            for month in months
        ],
        total=[together, *_sums(lines, channels)],
    )  # fmt: skip


def _sums(lines: Lines, channels: Sequence[Channel]) -> list[str]:
    """Of each channel, and of all; nothing planned is a dash."""
    by_channel = [[line for line in lines if line.channel == channel] for channel in channels]
    return [_amount(rows) for rows in [*by_channel, lines]]


def _amount(lines: Lines) -> str:
    if not lines:
        return NOT_MEASURED
    return as_money(sum((line.amount for line in lines), Decimal(0)), "")


def _expectations(lines: Lines) -> list[Block]:
    """What the money should bring, and what it is for; nothing where nothing is said of it."""
    parts = [[line for line in lines if line.channel == channel] for channel in _channels(lines)]
    rows = [
        [capfirst(part[0].get_channel_display()), *_expected(part), _notes(part)] for part in parts
    ]
    columns = [
        Column(capfirst(_("channel")), weight=2),
        number_column(capfirst(_("amount"))),
        number_column(capfirst(_("expected reach"))),
        number_column(capfirst(_("expected calls"))),
        Column(capfirst(_("what for")), weight=2),
    ]
    total = [capfirst(_("together")), *_expected(lines), ""]
    said = [at for at in range(2, len(columns)) if any(row[at] not in NOTHING for row in rows)]
    if not said:
        return []
    kept = [0, 1, *said]
    table = Table(
        [columns[at] for at in kept],
        [[row[at] for at in kept] for row in rows],
        [total[at] for at in kept],
    )
    return [Heading(_("What the channels should bring")), table]


def _expected(lines: Lines) -> list[str]:
    return [
        _amount(lines),
        _sum_of(lines, lambda line: line.expected_reach),
        _sum_of(lines, lambda line: line.expected_calls),
    ]


def _sum_of(lines: Lines, value: Callable[[BudgetLine], int | None]) -> str:
    """With how many of the lines say it, where not all do."""
    known = [number for line in lines if (number := value(line)) is not None]
    if not known:
        return NOT_MEASURED
    if len(known) == len(lines):
        return as_count(sum(known))
    of_all = _("in %(known)s of %(all)s lines") % {"known": len(known), "all": len(lines)}
    return f"{as_count(sum(known))}\n{of_all}"


def _notes(lines: Lines) -> str:
    return "; ".join(dict.fromkeys(line.note for line in lines if line.note))
