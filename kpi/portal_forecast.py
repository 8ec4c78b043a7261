"""The forecast of the month in plain words, for clients who asked for it."""

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client
from kpi.forecast import INTERVAL
from kpi.portal_period import Period
from kpi.portal_strategy import Strategy, Target, Verdict
from smm_agency.lib.words import as_share

FORMULA = gettext_lazy(
    "Gamma–Poisson forecast: the rate before the month and what came in it, carried to its end"
)


@dataclass(frozen=True)
class Forecast:
    """`chance`: 0…1, P(the month's target is met)."""

    title: str
    chance: float
    chance_words: str
    range_words: str
    formula: str


def forecasts_of(client: Client, strategy: Strategy | None, period: Period) -> list[Forecast]:
    """Of the running month's targets that can be foreseen; nothing unless the client has it on."""
    if not client.shows_forecast or strategy is None or not (period.is_month and period.runs):
        return []
    return [
        forecast_of(target, target.verdict, target.verdict.chance, period)
        for target in strategy.targets
        if target.verdict is not None and target.verdict.chance is not None
    ]


def forecast_of(target: Target, verdict: Verdict, chance: float, period: Period) -> Forecast:
    wanted = target.write(target.in_month(period.first))
    words = _("Chance to reach %(target)s by the end of the month: %(chance)s.") % {
        "target": wanted, "chance": as_share(round(chance, 2)),
    }  # fmt: skip
    return Forecast(
        capfirst(target.title), chance, words, range_words(target, verdict), str(FORMULA)
    )


def range_words(target: Target, verdict: Verdict) -> str:
    if verdict.low is None or verdict.high is None:
        return ""
    return _("With %(share)s certainty the month ends between %(low)s and %(high)s.") % {
        "share": as_share(INTERVAL),
        "low": target.write(verdict.low),
        "high": target.write(verdict.high),
    }
