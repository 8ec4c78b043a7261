"""What a report's charts show beside the numbers: events as bands, versions as lines, flags.

Of the frozen figures: only decided flags whose decision the client may read are in them.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from kpi.models import FlagKind, Light
from kpi.report_span import Data
from smm_agency.lib.charts import FlagMark, Mark, Plot, Rule
from smm_agency.lib.words import short_day
from strategy.models import Metric


def marked(plot: Plot, days: Sequence[dt.date], figures: Data) -> Plot:
    """`days` are those of the labels, in their order, or the first days of spans."""
    if not days:
        return plot
    return replace(
        plot,
        marks=[mark for event in figures["marks"]["events"] for mark in _band(event, days)],
        rules=[
            Rule(place, f"v{row['number']}")
            for row in figures["marks"]["versions"]
            if (place := position(days, row["starts_on"])) is not None
        ],
        flags=[
            FlagMark(place, flag_words(row), row["severity"])
            for row in figures["decisions"]["rows"]
            if (place := position(days, row["opened_on"])) is not None
        ],
    )


def flag_words(row: Data) -> str:
    """`12 Mar: flag, calls: far below target`."""
    about = Metric(row["metric"]).label if row["metric"] else FlagKind(row["kind"]).label
    told = {"day": _short(row["opened_on"]), "about": about,
            "light": Light(row["severity"]).label}  # fmt: skip
    return _("%(day)s: flag, %(about)s: %(light)s") % told


def position(days: Sequence[dt.date], raw: str) -> int | None:
    """None where the day lies before the first or after the last span."""
    day = dt.date.fromisoformat(raw)
    step = days[1] - days[0] if len(days) > 1 else dt.timedelta(days=1)
    if day < days[0] or day >= days[-1] + step:
        return None
    return max(place for place, label in enumerate(days) if label <= day)


def _band(event: Data, days: Sequence[dt.date]) -> list[Mark]:
    first = dt.date.fromisoformat(event["starts_on"])
    last = dt.date.fromisoformat(event["ends_on"]) if event["ends_on"] else days[-1]
    if last < days[0] or first > days[-1]:
        return []
    inside = [place for place, day in enumerate(days) if first <= day <= last]
    if not inside:
        return []
    return [Mark(inside[0], inside[-1], _event_words(event))]


def _event_words(event: Data) -> str:
    first, last = event["starts_on"], event["ends_on"]
    if last == first:
        return f"{_short(first)}: {event['title']}"
    return f"{_short(first)} – {_short(last) if last else '…'}: {event['title']}"


def _short(raw: str) -> str:
    return short_day(dt.date.fromisoformat(raw))
