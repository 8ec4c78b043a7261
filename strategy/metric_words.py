"""How a value of a metric is written: a count, a change, a share, money, minutes."""

from decimal import Decimal

from django.utils.translation import gettext as _

from smm_agency.lib.words import NOT_MEASURED, as_change, as_count, as_money, as_share
from strategy.models import Metric
from strategy.models.target import MONEY_METRICS, SHARE_METRICS

Number = int | float | Decimal


def write_value(metric: str, value: Number | None, *, currency: str = "") -> str:
    """`+12`, `3.4 %`, `450 RUB`; a dash where it was not measured."""
    if value is None:
        return NOT_MEASURED
    if metric in SHARE_METRICS:
        return as_share(value)
    if metric in MONEY_METRICS:
        return as_money(value, currency)
    if metric == Metric.REPLY_TIME:
        return _("%(minutes)s min") % {"minutes": as_count(value)}
    return as_change(value) if metric == Metric.GROWTH else as_count(value)
