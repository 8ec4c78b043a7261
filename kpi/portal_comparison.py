"""A figure beside that of an earlier time: what it was, and by how much it has changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from kpi.portal_period import Span
from smm_agency.lib.words import NOT_MEASURED, Number, as_change, as_points, as_share


@dataclass(frozen=True)
class Earlier:
    """`change` is a sentence of its own where there is none to name."""

    days: str
    value: str
    change: str
    notes: Sequence[str] = ()


def earlier_of(
    span: Span,
    now: Number | None,
    then: Number | None,
    *,
    written: str,
    change: str,
    notes: Sequence[str] = (),
) -> Earlier:
    """`written` and `change` are in the figure's own words; used where both were measured."""
    if then is None:
        return Earlier(span.title, NOT_MEASURED, _("not measured then"))
    if now is None:
        return Earlier(span.title, written, _("not measured now"), notes)
    return Earlier(span.title, written, change, notes)


def count_change(now: Number | None, then: Number | None) -> str:
    """`+3 (+25 %)`; without percents of nothing, or of a loss."""
    if now is None or then is None:
        return ""
    difference = Decimal(str(now)) - Decimal(str(then))
    if difference == 0:
        return _("no change")
    if then <= 0:
        return as_change(difference)
    share = difference / Decimal(str(then))
    sign = "+" if share > 0 else "−"
    return f"{as_change(difference)} ({sign}{as_share(abs(share))})"


def share_change(now: Number | None, then: Number | None) -> str:
    if now is None or then is None:
        return ""
    difference = round(float(now) - float(then), 4)
    return as_points(difference) if difference else _("no change")
