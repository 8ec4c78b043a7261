"""KPI targets: what is wanted by month or by quarter, and from what level it starts."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from clients.models import Client
from kpi.strategy_sections.definitions import definitions
from kpi.strategy_sections.media_plan import short_month
from smm_agency.lib.document_blocks import (
    Block,
    Chart,
    Column,
    Facts,
    Heading,
    Table,
    number_column,
)
from smm_agency.lib.vector_charts import Bar, columns, draw_svg
from smm_agency.lib.words import NOT_MEASURED, as_share
from strategy.contents import Contents
from strategy.metric_words import write_value
from strategy.models import KpiTarget, PeriodKind
from strategy.periods import months_between

PERIODS_IN_A_TABLE = 6
MONTHS_IN_A_QUARTER = 3
T = TypeVar("T")


def target_blocks(contents: Contents, *, with_chart: bool = False) -> list[Block]:
    targets = contents.targets
    if not targets:
        return []
    version = contents.version
    by_month = [target for target in targets if target.period == PeriodKind.MONTH]
    by_quarter = [target for target in targets if target.period == PeriodKind.QUARTER]
    months = list(months_between(version.starts_on, version.ends_on))
    return [
        Heading(capfirst(_("indicators"))),
        _indicators(targets, version.client),
        *(_ramp_chart(targets) if with_chart else []),
        *_month_tables(by_month, months, version.client),
        *_quarter_tables(by_quarter, months, version.client),
        Heading(_("How they are counted")),
        Facts(definitions(targets, version.client)),
    ]


def _ramp_chart(targets: Sequence[KpiTarget]) -> list[Block]:
    """What the primary target wants of each month or quarter, and the level that it starts from."""
    target = next((one for one in targets if one.is_primary), None)
    if target is None or not values_of(target):
        return []
    bars = _bars_by_quarter(target) if target.period == PeriodKind.QUARTER else _bars(target)
    is_monthly = target.period == PeriodKind.MONTH
    base = target.baseline_value if is_monthly else None
    svg = draw_svg(columns(bars, title="", base=None if base is None else float(base)))
    return [Chart(_chart_title(target, base), svg)]


def title_of(target: KpiTarget) -> str:
    """The metric with its formula, and the community where it is of one."""
    title = capfirst(str(target))
    return f"{title} · {target.community}" if target.community else title


def values_of(target: KpiTarget) -> dict[dt.date, Decimal]:
    return {row.month: row.value for row in target.months.all()}


def _indicators(targets: Sequence[KpiTarget], client: Client) -> Table:
    return Table(
        [
            Column(capfirst(_("indicator")), weight=4),
            Column(capfirst(_("who answers for it")), weight=2),
            Column(capfirst(_("baseline")), weight=3),
            number_column(capfirst(_("tolerance"))),
        ],
        [
            [
                _marked_title(target),
                capfirst(target.get_owner_display()),
                _baseline(target, client),
                as_share(target.tolerance),
            ]
            for target in targets
        ],
    )


def _marked_title(target: KpiTarget) -> str:
    kind = _("primary") if target.is_primary else pgettext("target", "additional")
    return f"{title_of(target)}\n{kind}, {target.direction.label}"


def _baseline(target: KpiTarget, client: Client) -> str:
    """`24, measured until 28 February 2026 (90 days)`."""
    if target.baseline_value is None or target.baseline_on is None:
        return NOT_MEASURED
    value = write_value(target.metric, target.baseline_value, currency=client.currency)
    text = _("%(value)s, measured until %(day)s") % {
        "value": value, "day": date_format(target.baseline_on),
    }  # fmt: skip
    return f"{text} ({_days(target.baseline_days)})" if target.baseline_days else text


def _days(days: int) -> str:
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


# --- By month, by quarter ------------------------------------------------------------------------


def quarter_of(month: dt.date) -> dt.date:
    """The first day of the quarter."""
    return month.replace(month=(month.month - 1) // MONTHS_IN_A_QUARTER * MONTHS_IN_A_QUARTER + 1)


def sums_by_quarter(values: Mapping[dt.date, Decimal]) -> dict[dt.date, Decimal]:
    sums: dict[dt.date, Decimal] = {}
    for month, value in values.items():
        sums[quarter_of(month)] = sums.get(quarter_of(month), Decimal(0)) + value
    return sums


def quarter_title(quarter: dt.date, months: Sequence[dt.date]) -> str:
    """With its months where the strategy covers only some of them."""
    title = _("Q%(number)s %(year)s") % {
        "number": (quarter.month - 1) // MONTHS_IN_A_QUARTER + 1, "year": quarter.year,
    }  # fmt: skip
    covered = [month for month in months if quarter_of(month) == quarter]
    if len(covered) == MONTHS_IN_A_QUARTER:
        return title
    return f"{title} ({', '.join(date_format(month, 'M') for month in covered)})"


def _month_tables(
    targets: Sequence[KpiTarget], months: Sequence[dt.date], client: Client
) -> list[Block]:
    if not targets:
        return []
    rows = [(target, values_of(target)) for target in targets]
    return [Heading(_("Targets by month")), *_value_tables(rows, months, short_month, client)]


def _quarter_tables(
    targets: Sequence[KpiTarget], months: Sequence[dt.date], client: Client
) -> list[Block]:
    if not targets:
        return []
    rows = [(target, sums_by_quarter(values_of(target))) for target in targets]
    quarters = list(dict.fromkeys(quarter_of(month) for month in months))
    tables = _value_tables(rows, quarters, lambda day: quarter_title(day, months), client)
    return [Heading(_("Targets by quarter")), *tables]


def _value_tables(
    rows: Sequence[tuple[KpiTarget, Mapping[dt.date, Decimal]]],
    periods: Sequence[dt.date],
    name: Callable[[dt.date], str],
    client: Client,
) -> list[Table]:
    """As many tables as the width of a page asks for."""
    return [
        Table(
            _period_columns([name(day) for day in part]),
            [
                [title_of(target), *(_write(target, values.get(day), client) for day in part)]
                for target, values in rows
            ],
        )
        for part in _in_parts(periods, PERIODS_IN_A_TABLE)
    ]


def _period_columns(names: Sequence[str]) -> list[Column]:
    """Those of a last, narrower table stand below those of the first."""
    room = 3 + PERIODS_IN_A_TABLE - len(names)
    return [
        Column(capfirst(_("indicator")), weight=room),
        *(number_column(name, weight=1) for name in names),
    ]


def _in_parts(items: Sequence[T], size: int) -> list[Sequence[T]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _write(target: KpiTarget, value: Decimal | None, client: Client) -> str:
    return write_value(target.metric, value, currency=client.currency)


# --- The chart -----------------------------------------------------------------------------------


def _bars(target: KpiTarget) -> list[Bar]:
    return [
        Bar(short_month(month), float(value), write_value(target.metric, value))
        for month, value in values_of(target).items()
    ]


def _bars_by_quarter(target: KpiTarget) -> list[Bar]:
    values = values_of(target)
    return [
        Bar(quarter_title(day, list(values)), float(value), write_value(target.metric, value))
        for day, value in sums_by_quarter(values).items()
    ]


def _chart_title(target: KpiTarget, base: Decimal | None) -> str:
    title = title_of(target)
    if base is None:
        return _("%(indicator)s: the plan") % {"indicator": title}
    return _("%(indicator)s: the plan; the dashed line is the baseline, %(base)s") % {
        "indicator": title, "base": write_value(target.metric, base),
    }  # fmt: skip
