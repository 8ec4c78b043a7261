"""Analyses grow stale on the day after the limit, and each competitor is asked for once."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from clients.models import Client, Task, TaskState
from strategy.competitor_analyses import ask_for_analyses, newest_analyses, oldest_fresh_day
from strategy.models import Competitor
from tests.factories import (
    DAY,
    NOON,
    ClientFactory,
    CompetitorAnalysisFactory,
    CompetitorFactory,
    StrategyVersionFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db

LIMIT = 120


@pytest.fixture(autouse=True)
def set_days(settings: Settings) -> None:
    settings.STRATEGY_COMPETITOR_ANALYSIS_DAYS = LIMIT
    settings.STRATEGY_MIN_COMPETITORS = 1


def worked_client(**fields: object) -> Client:
    client: Client = ClientFactory.create(**fields)
    approve_in_place(StrategyVersionFactory.create(client=client))
    return client


def analysed(client: Client, *days_ago: int, **fields: object) -> Competitor:
    competitor: Competitor = CompetitorFactory.create(client=client)
    for days in days_ago:
        CompetitorAnalysisFactory.create(
            competitor=competitor, analysed_on=DAY - dt.timedelta(days=days), **fields
        )
    return competitor


def titles() -> list[str]:
    return list(Task.objects.order_by("pk").values_list("title", flat=True))


def test_the_newest_written_analysis_counts() -> None:
    client = worked_client()
    competitor = analysed(client, 200, 130)
    newest = newest_analyses([client.pk], on=DAY)[competitor.pk]
    CompetitorAnalysisFactory.create(competitor=competitor, strengths="", analysed_on=DAY)
    CompetitorAnalysisFactory.create(competitor=competitor, analysed_on=DAY + dt.timedelta(days=1))
    assert newest.analysed_on == DAY - dt.timedelta(days=130)
    assert newest_analyses([client.pk], on=DAY) == {competitor.pk: newest}


def test_an_analysis_of_the_last_day_is_fresh() -> None:
    assert oldest_fresh_day(on=DAY) == DAY - dt.timedelta(days=LIMIT)
    analysed(worked_client(), LIMIT)
    assert (ask_for_analyses(at=NOON), titles()) == (0, [])


def test_a_stale_analysis_is_asked_for_with_its_day() -> None:
    competitor = analysed(worked_client(), LIMIT + 1)
    assert ask_for_analyses(at=NOON) == 1
    task = Task.objects.get()
    assert (task.title, task.origin) == (f"Analyse the competitor “{competitor}”", competitor)
    assert task.details.startswith(
        "The last analysis is of Nov. 10, 2025, 121 days ago; it counts for 120 days. Look at"
    )


def test_a_competitor_that_nobody_analysed_is_asked_for() -> None:
    analysed(worked_client(), 1, strengths="")
    assert ask_for_analyses(at=NOON) == 1
    assert Task.objects.get().details.startswith("There is no written analysis of it yet. Look")


def test_a_task_that_waits_is_not_repeated() -> None:
    analysed(worked_client(), LIMIT + 1)
    assert (ask_for_analyses(at=NOON), ask_for_analyses(at=NOON)) == (1, 0)
    Task.objects.update(state=TaskState.DONE, done_at=NOON)
    assert ask_for_analyses(at=NOON) == 1


def test_more_competitors_are_asked_for(settings: Settings) -> None:
    settings.STRATEGY_MIN_COMPETITORS = 2
    client = worked_client()
    analysed(client, 1)
    assert ask_for_analyses(at=NOON) == 1
    task = Task.objects.get()
    assert (task.title, task.origin) == ("Add competitors", client)
    assert task.details == "A strategy needs 2 analysed competitors, here are 1."


@pytest.mark.parametrize(
    ("status", "asked"),
    [("lead", 0), ("onboarding", 1), ("active", 1), ("paused", 0), ("ended", 0)],
)
def test_only_clients_under_work_are_asked_about(status: str, asked: int) -> None:
    analysed(worked_client(status=status), LIMIT + 1)
    assert ask_for_analyses(at=NOON) == asked


def test_a_strategy_that_has_ended_needs_no_competitors() -> None:
    yesterday = DAY - dt.timedelta(days=1)
    version = StrategyVersionFactory.create(ends_on=yesterday)
    analysed(version.client, LIMIT + 1)
    approve_in_place(version)
    assert ask_for_analyses(at=NOON) == 0
    StrategyVersionFactory.create(client=version.client)
    assert ask_for_analyses(at=NOON) == 1


def test_a_client_without_a_strategy_is_not_asked_about() -> None:
    analysed(ClientFactory.create(), LIMIT + 1)
    assert ask_for_analyses(at=NOON) == 0


def test_a_broken_client_stops_no_other() -> None:
    broken, whole = worked_client(), worked_client()
    for client in (broken, whole):
        analysed(client, LIMIT + 1)
    Client.objects.filter(pk=broken.pk).update(time_zone="Nowhere/At_all")
    with pytest.raises(ExceptionGroup, match="some clients") as failed:
        ask_for_analyses(at=NOON)
    assert len(failed.value.exceptions) == 1
    assert [task.client for task in Task.objects.all()] == [whole]


@pytest.mark.parametrize("competitors", [1, 3])
def test_fresh_competitors_cost_no_more_queries(
    competitors: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = worked_client()
    for _ in range(competitors):
        analysed(client, 1)
    # The clients; a savepoint, analyses, competitors and its release.
    with django_assert_num_queries(5):
        ask_for_analyses(at=NOON)
