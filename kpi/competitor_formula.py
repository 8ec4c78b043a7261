"""By which formula of ER own pages and competitors' are compared: one that both sides can have."""

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from clients.models import Client
from kpi.engagement_rate import PERIOD_CODES, ErValue, er_by_page
from kpi.er_pages import Period
from kpi.whose_pages import OWN_AND_COMPETITORS
from strategy.models import KpiTarget, Metric, StrategyVersion

# Reach is told of own pages only, and competitors' posts are not read day by day for long.
NOT_OF_COMPETITORS = ("err", "err_mean", "vr", "er_daily")
COMPARABLE = tuple(code for code in PERIOD_CODES if code not in NOT_OF_COMPETITORS)
# By subscribers as most compare; by views where a page's subscribers are not known.
USUAL = ("er_post", "er_view")


def check_formula(code: str) -> None:
    """Raises ValidationError for a formula that competitors' pages cannot have."""
    if code not in COMPARABLE:
        raise ValidationError(
            {"formula": _("Competitors' pages have no such ER: choose another formula.")}
        )


def measured_by(
    client: Client, formula: str, period: Period, sides: Mapping[int, bool]
) -> tuple[str, dict[int, ErValue]]:
    """The formula's code, and each page's ER by it.

    Where none is asked for (""): the client's own ER target's, else the usual ones, the first of
    them by which each side that has pages has a value. `sides`: profile → whether it is own.
    """
    tried: dict[str, dict[int, ErValue]] = {}
    for code in [formula] if formula else usual_codes(client, on=period.last):
        tried[code] = er_by_page(
            [client.pk], code, first=period.first, last=period.last, relations=OWN_AND_COMPETITORS
        )
        if measured_sides(tried[code], sides) == set(sides.values()):
            return code, tried[code]
    # The first of those with a value on most sides.
    code = max(tried, key=lambda code: len(measured_sides(tried[code], sides)))
    return code, tried[code]


def measured_sides(values: Mapping[int, ErValue], sides: Mapping[int, bool]) -> set[bool]:
    return {is_own for page, is_own in sides.items() if values[page].value is not None}


def usual_codes(client: Client, *, on: dt.date) -> list[str]:
    """The formula that the client's ER is judged by on that day goes first."""
    versions = StrategyVersion.objects.in_force(on=on).filter(client=client)
    targets = KpiTarget.objects.filter(version__in=versions, metric=Metric.ER)
    agreed = targets.order_by("pk").values_list("formula_code", flat=True)
    return list(dict.fromkeys([*(code for code in agreed if code in COMPARABLE), *USUAL]))
