"""What became of the baselines, in sentences."""

from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kpi.baselines import Filled
from strategy.metric_words import write_value


def filled_sentences(done: Iterable[Filled]) -> list[str]:
    """Those that have a measured baseline now."""
    return [_filled(one) for one in done if one.baseline.value is not None and not one.is_kept]


def unfilled_sentences(done: Iterable[Filled]) -> list[str]:
    """Those that stay without a measured one, each with the reason."""
    return [
        _("%(target)s: what somebody typed stays.") % {"target": _name(one)}
        if one.is_kept
        else _("%(target)s: no baseline, %(reason)s.")
        % {"target": _name(one), "reason": one.baseline.reason}
        for one in done
        if one.is_kept or one.baseline.value is None
    ]


def _filled(done: Filled) -> str:
    currency = done.target.version.client.currency
    until = done.baseline.until
    return _("%(target)s: %(value)s a month until %(day)s, %(days)s days measured.") % {
        "target": _name(done),
        "value": write_value(done.target.metric, done.baseline.value, currency=currency),
        "day": date_format(until) if until else "",
        "days": done.baseline.days,
    }


def _name(done: Filled) -> str:
    name = capfirst(str(done.target))
    return f"{name}, {done.target.community}" if done.target.community else name
