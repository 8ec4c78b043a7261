"""What a decision did, in a sentence for the client."""

import datetime as dt
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kpi.models import EffectCheck
from smm_agency.lib.words import as_change, as_count, as_share
from strategy.models import Metric


def describe_effect(effect: dict[str, Any] | None, *, check_on: dt.date) -> str:
    """The verdict with its figures; until the check, the day of the check."""
    if effect is None:
        day = {"day": date_format(check_on, "j E Y")}
        return _("Whether it helped is checked on %(day)s.") % day
    verdicts = {
        EffectCheck.Verdict.HELPED: _("It helped"),
        EffectCheck.Verdict.NO_DIFFERENCE: _("It did not help"),
        EffectCheck.Verdict.NOT_YET: _("Not yet visible: no difference can be told from chance"),
        EffectCheck.Verdict.WORSE: _("It got worse"),
    }
    verdict = verdicts.get(effect.get("verdict", ""))
    if verdict is None:
        return _("Whether it helped cannot be said: too little was measured.")
    return f"{verdict}: {_figures(effect)}."


def _figures(effect: dict[str, Any]) -> str:
    before, after = effect.get("before"), effect.get("after")
    if "before_days" in effect:
        told = {
            "before": as_count(before),
            "before_days": effect["before_days"],
            "after": as_count(after),
            "after_days": effect["after_days"],
        }
        said = _("%(before)s in %(before_days)d days before, %(after)s in %(after_days)d after")
        return said % told + _of_agreed(effect)
    if effect.get("metric") == Metric.ER:
        return _("%(before)s before, %(after)s after") % {
            "before": as_share(before),
            "after": as_share(after),
        }
    return _("%(before)s a day before, %(after)s a day after") % {
        "before": as_change(before),
        "after": as_change(after),
    }


def _of_agreed(effect: dict[str, Any]) -> str:
    """The other comparison: with what the target expected of the same days."""
    shares = [effect.get(f"{side}_of_agreed") for side in ("before", "after")]
    if None in shares:
        return ""
    before, after = (as_share(round(share, 2)) for share in shares if share is not None)
    return _("; of what was agreed %(before)s before, %(after)s after") % {
        "before": before,
        "after": after,
    }
