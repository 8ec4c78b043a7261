"""What a report's charts show beside the numbers: events as bands, versions as lines, flags.

Of the frozen figures: only decided flags whose decision the client may read are in them.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from kpi.chart_events import ChartEvents, FlagRaised, VersionStart
from kpi.models import Event
from kpi.report_span import Data
from smm_agency.lib.charts import Plot


def marked(
    plot: Plot,
    days: Sequence[dt.date],
    figures: Data,
    *,
    metrics: Sequence[str],
    community: str | None = None,
) -> Plot:
    """`days` are those of the labels, in their order, or the first days of spans.

    Flags are those of the metrics that the chart shows; with `community` of that one alone, empty
    for all together.
    """
    happened, until = events_of(figures, metrics, community), _day(figures["last"])
    return replace(
        plot,
        marks=happened.marks(days, until=until),
        rules=happened.rules(days, until=until),
        flags=happened.flag_marks(days, until=until),
    )


def events_of(figures: Data, metrics: Sequence[str], community: str | None) -> ChartEvents:
    marks, decided = figures["marks"], figures["decisions"]["rows"]
    return ChartEvents(
        [
            Event(
                title=row["title"], starts_on=_day(row["starts_on"]),
                ends_on=_day(row["ends_on"]) if row["ends_on"] else None,
            )
            for row in marks["events"]
        ],
        [VersionStart(row["number"], _day(row["starts_on"])) for row in marks["versions"]],
        [
            FlagRaised(_day(row["opened_on"]), row["kind"], row["metric"], row["severity"])
            for row in decided
            if row["metric"] in metrics and community in (None, row["community"])
        ],
    )  # fmt: skip


def _day(raw: str) -> dt.date:
    return dt.date.fromisoformat(raw)
