"""Lines by weeks: all pages on the same weeks, gaps where nothing was measured."""

import datetime as dt
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from clients.models import Client
from kpi.competitor_chart import draw_charts, weeks_of
from kpi.competitor_table import CompetitorTable, compare_competitors
from kpi.tests.comparing import LAST, before, level, own_page, posted, rival_page
from smm_agency.lib.charts import Number, Plot
from tests.factories import DAY, ClientFactory, CompetitorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_row() -> Client:
    return ClientFactory.create()


def table_of(client: Client, **asked: Any) -> CompetitorTable:
    return compare_competitors(client, on=DAY, **asked)


def lines(plot: Plot | None) -> dict[str, list[Number]]:
    assert plot is not None
    return {one.label: list(one.values) for one in plot.series}


def test_a_quarter_of_whole_weeks_ends_with_the_period(client_row: Client) -> None:
    weeks = weeks_of(table_of(client_row))
    assert (len(weeks), weeks[-1]) == (13, (before(7), LAST))
    assert weeks[0].first == LAST - dt.timedelta(days=13 * 7 - 1)
    assert len(weeks_of(table_of(client_row, first=before(100)))) == 15


def test_subscribers_start_at_a_hundred_and_leave_gaps(client_row: Client) -> None:
    own = own_page(client_row, title="Ours")
    rival = rival_page(client_row, CompetitorFactory.create(client=client_row, name="Rival"))
    for days, followers in ((15, 200), (14, 220), (1, 250)):
        level(own, days, followers)
    level(rival, 8, 50)
    drawn = lines(draw_charts(client_row, table_of(client_row)).subscribers)
    # The third week from the end, the second, the last: readings of the last day in each.
    assert drawn["Ours (VK)"][-4:] == [None, 100, 110, 125]
    assert drawn[f"Rival: {rival.title} (VK)"][-2:] == [100, None]


def test_the_er_of_a_week_is_that_weeks(client_row: Client) -> None:
    own = own_page(client_row, title="Ours")
    rival = rival_page(client_row, CompetitorFactory.create(client=client_row, name="Rival"))
    for page, likes in ((own, 10), (rival, 30)):
        posted(page, 10, likes=likes, views=1000)
        posted(page, 2, likes=likes, views=500)
    plot = draw_charts(client_row, table_of(client_row, formula="er_view")).er
    assert plot is not None
    assert lines(plot)["Ours (VK)"][-3:] == [None, 0.01, 0.02]
    assert (plot.is_share, plot.is_from_zero) == (True, True)
    assert [one.role for one in plot.series] == ["fact", "1"]


def test_a_page_has_one_colour_in_both_charts(client_row: Client) -> None:
    """The first rival has posts only, the second subscribers only, a third nothing at all."""
    rivals = [
        rival_page(client_row, CompetitorFactory.create(client=client_row, name=name))
        for name in ("A", "B", "C")
    ]
    posted(rivals[1], 2, likes=1, views=10)
    level(rivals[2], 2, 10)
    charts = draw_charts(client_row, table_of(client_row, formula="er_view"))
    assert charts.er is not None
    assert charts.subscribers is not None
    assert [one.role for one in charts.er.series] == ["1"]
    assert [one.role for one in charts.subscribers.series] == ["2"]


def test_nothing_measured_is_no_chart(client_row: Client) -> None:
    rival_page(client_row)
    assert draw_charts(client_row, table_of(client_row)) == (None, None)


@pytest.mark.parametrize("competitors", [1, 3])
def test_many_pages_take_three_queries(
    client_row: Client, competitors: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(competitors):
        level(rival_page(client_row), 3, 10)
    table = table_of(client_row)
    with django_assert_num_queries(3):
        draw_charts(client_row, table)
