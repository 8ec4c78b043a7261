"""What period an address asks for; where that cannot be shown, a sentence says why."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpi.portal_period import (
    DAY,
    FIRST_DAY,
    QUARTER_MONTHS,
    Compare,
    Period,
    code_of,
    months_later,
    quarter_of,
)
from strategy.periods import last_of_month, length_of, month_of

MOST_DAYS = 366
SHOWN_LENGTH = 20
YEAR_MONTH = re.compile(r"([0-9]{4})-([0-9]{1,2})")
YEAR_QUARTER = re.compile(r"([0-9]{4})-[qQ]([1-4])")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Preset(models.TextChoices):
    THIS_MONTH = "this-month", gettext_lazy("This month")
    LAST_MONTH = "last-month", gettext_lazy("Last month")
    LAST_MONTHS = "last-3-months", gettext_lazy("Last 3 whole months")
    THIS_QUARTER = "this-quarter", gettext_lazy("This quarter")
    STRATEGY = "strategy", gettext_lazy("Since the strategy began")


class UnreadableError(ValueError):
    """What was asked for cannot be shown; the message says why."""


def read_period(
    query: Mapping[str, str], *, today: dt.date, strategy_start: Callable[[], dt.date | None]
) -> tuple[Period, str]:
    """The period asked for, or the current month with a note that says why.

    `strategy_start` is asked only where the strategy's days are: the first day of the version in
    force, None without any.
    """
    compare = query.get("compare", "")
    compare = compare if compare in Compare.values else Compare.NONE
    note = ""
    try:
        period, note = _asked(query, today, strategy_start)
    except UnreadableError as refused:
        period = _month(month_of(today), today)
        note = f"{refused} " + _("This is the current month.")
    return replace(period, compare=compare), note


def _asked(
    query: Mapping[str, str], today: dt.date, strategy_start: Callable[[], dt.date | None]
) -> tuple[Period, str]:
    if query.get("from") or query.get("to"):
        return _of_days(query.get("from", ""), query.get("to", ""), today), ""
    raw = (query.get("period") or query.get("month") or Preset.THIS_MONTH).strip()
    if raw == Preset.STRATEGY:
        return _since(strategy_start(), today)
    if raw in Preset.values:
        return _preset(raw, today), ""
    return _by_code(raw, today), ""


def _month(first: dt.date, today: dt.date) -> Period:
    return Period(first, last_of_month(first), today, f"{first:%Y-%m}")


def _preset(raw: str, today: dt.date) -> Period:
    month = month_of(today)
    if raw == Preset.THIS_QUARTER:
        first = quarter_of(today)
        return Period(first, months_later(first, QUARTER_MONTHS) - DAY, today, raw)
    if raw == Preset.THIS_MONTH:
        # By its own code: the neighbours' links and old bookmarks name months alike.
        return _month(month, today)
    months = QUARTER_MONTHS if raw == Preset.LAST_MONTHS else 1
    return Period(months_later(month, -months), month - DAY, today, raw)


def _since(start: dt.date | None, today: dt.date) -> tuple[Period, str]:
    if start is None:
        raise UnreadableError(_("No strategy is in force, so nothing says when it began."))
    first = max(start, today - dt.timedelta(days=MOST_DAYS - 1))
    note = _("The strategy is older: these are its last %(days)d days.") % {"days": MOST_DAYS}
    return Period(first, today, today, Preset.STRATEGY), note if first > start else ""


def _by_code(raw: str, today: dt.date) -> Period:
    first_raw, mark, last_raw = raw.partition("_")
    if mark:
        return _of_days(first_raw, last_raw, today)
    first, months = _months_of(raw)
    if first is None or first < FIRST_DAY:
        raise UnreadableError(
            _(
                "“%(raw)s” is not a period. A month is written as 2026-11, a quarter as 2026-q4,"
                " days as 2026-11-01_2026-11-20."
            )
            % {"raw": raw[:SHOWN_LENGTH]}
        )
    if first > today:
        raise UnreadableError(_("That period has not begun."))
    last = months_later(first, months) - DAY
    return Period(first, last, today, code_of(first, last))


def _months_of(raw: str) -> tuple[dt.date | None, int]:
    """The first day, and how many months; (None, 0) for what is neither month nor quarter."""
    quarter = YEAR_QUARTER.fullmatch(raw)
    if quarter:
        month = (int(quarter[2]) - 1) * QUARTER_MONTHS + 1
        return _day_or_none(f"{quarter[1]}-{month:02}-01"), QUARTER_MONTHS
    found = YEAR_MONTH.fullmatch(raw)
    if not found:
        return None, 0
    # The last year of the calendar has no month after it.
    first = _day_or_none(f"{found[1]}-{int(found[2]):02}-01")
    return (first, 1) if first and first.year < dt.MAXYEAR else (None, 0)


def _of_days(first_raw: str, last_raw: str, today: dt.date) -> Period:
    first, last = _day(first_raw), _day(last_raw)
    if first > last:
        raise UnreadableError(_("The first day stands after the last one: change the two."))
    if last > today:
        raise UnreadableError(_("The last day has not come yet: choose today or an earlier one."))
    days = length_of(first, last)
    if days > MOST_DAYS:
        raise UnreadableError(
            _("A period is at most %(most)d days long, and this one is %(days)d: choose fewer.")
            % {"most": MOST_DAYS, "days": days}
        )
    return Period(first, last, today, code_of(first, last))


def _day(raw: str) -> dt.date:
    raw = raw.strip()
    if not raw:
        raise UnreadableError(_("Give both days, the first and the last."))
    day = _day_or_none(raw)
    if day is None or day < FIRST_DAY:
        raise UnreadableError(
            _("“%(raw)s” is not a day. Days are written as 2026-11-23.")
            % {"raw": raw[:SHOWN_LENGTH]}
        )
    return day


def _day_or_none(raw: str) -> dt.date | None:
    if not ISO_DAY.fullmatch(raw):
        return None
    try:
        return dt.date.fromisoformat(raw)
    except ValueError:
        return None
