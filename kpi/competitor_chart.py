"""Own pages and competitors' by weeks: subscribers from the same start, and the ER.

At least the last quarter up to the end of the period, since a month has few weeks to draw. What
was not measured is a gap.
"""

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from clients.models import Client
from kpi.competitor_pages import PageFigures
from kpi.competitor_table import CompetitorTable, Party
from kpi.competitor_words import page_name
from kpi.er_readings import read_profiles
from kpi.portal_pages import WEEKS_SHOWN, OwnPage, Readings, read_readings
from kpi.whose_pages import OWN_AND_COMPETITORS
from smm_agency.lib.charts import Number, Plot, Series
from smm_agency.lib.words import short_day

DAY = dt.timedelta(days=1)
WEEK = dt.timedelta(days=7)
START = 100

Values = Mapping[int, Sequence[Number]]


class Week(NamedTuple):
    first: dt.date
    last: dt.date


class CompetitorCharts(NamedTuple):
    """None where there is nothing to draw."""

    subscribers: Plot | None
    er: Plot | None


def weeks_of(table: CompetitorTable) -> list[Week]:
    """Whole weeks back from the last day, the oldest first."""
    count = max(WEEKS_SHOWN, -(-table.days // WEEK.days))
    ends = [table.last - n * WEEK for n in reversed(range(count))]
    return [Week(end - WEEK + DAY, end) for end in ends]


def draw_charts(client: Client, table: CompetitorTable) -> CompetitorCharts:
    """Three statements, however many pages and weeks."""
    weeks, pages = weeks_of(table), list(table.pages)
    readings = read_readings(
        client,
        [],
        [table.formula],
        first=weeks[0].first,
        last=weeks[-1].last,
        relations=OWN_AND_COMPETITORS,
    )
    until = {
        row.profile: row.read_until
        for row in read_profiles([client.pk], relations=OWN_AND_COMPETITORS)
    }
    levels = {page.profile: _index(readings, page.profile, weeks) for _party, page in pages}
    rates = {
        page.profile: _rates(readings, page, until.get(page.profile), table.formula, weeks)
        for _party, page in pages
    }
    labels = [short_day(week.last) for week in weeks]
    lines = _lines([pair for pair in pages if _is_drawn(levels, rates, pair[1].profile)])
    return CompetitorCharts(
        _chart(labels, lines, levels, is_from_zero=False),
        _chart(labels, lines, rates, is_share=True),
    )


def _index(readings: Readings, profile: int, weeks: Sequence[Week]) -> list[Number]:
    """Each week's last reading of subscribers, as a part of the first of them, which is 100."""
    ends = [_last(readings.followers(profile, *week)) for week in weeks]
    start = next((count for count in ends if count), None)
    return [None if count is None or not start else count * START / start for count in ends]


def _last(levels: Mapping[dt.date, int]) -> int | None:
    return levels[max(levels)] if levels else None


def _rates(
    readings: Readings,
    page: PageFigures,
    read_until: dt.date | None,
    code: str,
    weeks: Sequence[Week],
) -> list[Number]:
    one = OwnPage(page.profile, page.title, page.network, None, read_until)
    alone = replace(readings, pages=[one])
    return [alone.engagement_rate(code, first=week.first, last=week.last).value for week in weeks]


def _is_drawn(levels: Values, rates: Values, profile: int) -> bool:
    return any(value is not None for value in (*levels[profile], *rates[profile]))


def _lines(pages: Sequence[tuple[Party, PageFigures]]) -> list[tuple[int, str, str]]:
    """Profile, label, role: a page has one colour in both charts, own ones that of facts."""
    rivals = itertools.count(1)
    return [
        (page.profile, _label(party, page), "fact" if party.is_own else str(next(rivals)))
        for party, page in pages
    ]


def _chart(
    labels: Sequence[str],
    lines: Sequence[tuple[int, str, str]],
    values: Values,
    *,
    is_share: bool = False,
    is_from_zero: bool = True,
) -> Plot | None:
    series = [
        Series(label, values[profile], role=role)
        for profile, label, role in lines
        if any(value is not None for value in values[profile])
    ]
    if not series:
        return None
    return Plot(labels, series, is_share=is_share, is_from_zero=is_from_zero)


def _label(party: Party, page: PageFigures) -> str:
    name = page_name(page)
    return name if party.is_own or party.name in page.title else f"{party.name}: {name}"
