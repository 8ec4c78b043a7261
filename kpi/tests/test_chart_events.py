"""Corrections and flags on the labels of a chart, and which of them the client sees."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from clients.models import Client
from kpi.chart_events import flag_marks, read_chart_events
from kpi.models import Flag, FlagKind, Light
from smm_agency.lib.charts import FlagMark, Rule
from strategy.models import Metric
from tests import factories as make

pytestmark = pytest.mark.django_db

FIRST = dt.date(2026, 3, 10)
DAYS = [FIRST + dt.timedelta(days=n) for n in range(5)]
MONDAYS = [dt.date(2026, 3, 2), dt.date(2026, 3, 9)]


@pytest.fixture
def house() -> Client:
    return make.ClientFactory.create()


def day(number: int) -> dt.date:
    return dt.date(2026, 3, number)


def add_version(client: Client, first: dt.date, last: dt.date, *, is_approved: bool = True) -> None:
    version = make.StrategyVersionFactory.create(client=client, starts_on=first, ends_on=last)
    if is_approved:
        make.approve_in_place(version)


def raise_flag(client: Client, on: dt.date, severity: Light = Light.AMBER) -> Flag:
    return make.FlagFactory.create(
        client=client, opened_on=on, severity=severity, kind=FlagKind.PROCESS
    )


def publish(flag: Flag) -> None:
    make.DecisionFactory.create(flag=flag, client_text="A text", is_published=True)


def rules_of(client: Client, days: list[dt.date], *, until: dt.date | None = None) -> list[Rule]:
    found = read_chart_events(client, days[0], until or days[-1], published_only=True)
    return found.rules(days, until=until)


def test_second_version_stands_at_its_first_day(house: Client) -> None:
    add_version(house, day(1), day(11))
    add_version(house, day(12), day(31))
    assert rules_of(house, DAYS) == [Rule(2, "v2")]
    assert rules_of(house, MONDAYS, until=day(14)) == [Rule(1, "v2")]
    assert rules_of(house, MONDAYS, until=day(11)) == []


def test_first_version_and_drafts_correct_nothing(house: Client) -> None:
    add_version(house, day(11), day(31))
    add_version(house, day(12), day(31), is_approved=False)
    add_version(make.ClientFactory.create(), day(12), day(31))
    assert rules_of(house, DAYS) == []


def test_flag_stands_at_the_day_on_which_it_was_raised(house: Client) -> None:
    raise_flag(house, day(11), Light.RED)
    raise_flag(house, day(20))
    raise_flag(make.ClientFactory.create(), day(11))
    words = "11 Mar: flag, the work is late: far below target"
    assert flag_marks(house, DAYS, published_only=False) == [FlagMark(1, words, "red")]


def test_client_sees_flags_with_a_published_decision_only(house: Client) -> None:
    raise_flag(house, day(10))
    make.DecisionFactory.create(flag=raise_flag(house, day(11)))
    publish(raise_flag(house, day(12)))
    shown = flag_marks(house, DAYS, published_only=True)
    assert [mark.position for mark in shown] == [2]
    assert len(flag_marks(house, DAYS, published_only=False)) == 3


def test_chart_of_a_metric_shows_the_flags_of_that_metric(house: Client) -> None:
    target = make.KpiTargetFactory.create(version__client=house, metric=Metric.CALLS)
    make.FlagFactory.create(client=house, target=target, opened_on=day(11))
    raise_flag(house, day(12))
    shown = flag_marks(house, DAYS, published_only=False, metric=Metric.CALLS)
    assert [mark.label for mark in shown] == ["11 Mar: flag, calls: below target"]
    assert flag_marks(house, DAYS, published_only=False, metric=Metric.ER) == []


@pytest.mark.parametrize("count", [1, 3])
def test_everything_is_read_by_one_query(
    house: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        publish(raise_flag(house, day(10 + number)))
        make.EventFactory.create(client=house, starts_on=day(11), ends_on=day(11))
    with django_assert_num_queries(1):
        found = read_chart_events(house, DAYS[0], DAYS[-1], published_only=False)
    assert (len(found.events), len(found.flags)) == (count, count)
