"""What a target can see, held against charts that are followed day by day."""

import datetime as dt
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from kpi.alarm_rule import ratio_for
from kpi.cusum import (
    DAYS_A_MONTH,
    chart_run_length,
    days_to_alarm,
    log_likelihood_ratio,
    thresholds_for,
)
from kpi.models import AlarmSettings
from kpi.target_sight import Sight, sight_of_count, sight_sentence, sights_of, sights_of_version
from strategy.models import KpiTarget, Metric, StrategyVersion
from tests.factories import (
    AlarmChartFactory,
    KpiTargetFactory,
    MonthlyTargetFactory,
    StrategyVersionFactory,
    approve_in_place,
)

TODAY = dt.date(2026, 3, 11)
# Thirty charts and one false alarm a month in the whole agency.
RUN_LENGTH = 30 * DAYS_A_MONTH


def followed(per_month: float, dispersion: float, *, charts: int, days: int) -> Any:
    """Days from a halving to the alarm of many charts, each begun at zero; `days` + 1: none yet."""
    rng = np.random.default_rng(4)
    mean = per_month / DAYS_A_MONTH
    size, share = mean / 2 / max(dispersion - 1, 1e-9), 1 / dispersion
    shape = (charts, days)
    counts = (
        rng.poisson(mean / 2, shape)
        if dispersion == 1
        else rng.negative_binomial(size, share, shape)
    )
    ratio = float(ratio_for(np.array([per_month]))[0])
    threshold = thresholds_for(
        month_means=np.array([per_month]), dispersions=np.array([dispersion]),
        ratios=np.array([ratio]), run_length=RUN_LENGTH,
    )[0]  # fmt: skip
    gains = log_likelihood_ratio(
        counts.astype(float), np.full(shape, mean), ratio=np.array(ratio),
        dispersion=np.array(dispersion),
    )  # fmt: skip
    statistic, found = np.zeros(charts), np.full(charts, days + 1)
    for day in range(days):
        statistic = np.maximum(statistic + gains[:, day], 0)
        found = np.where((statistic >= threshold) & (found > days), day + 1, found)
    return found


@pytest.mark.parametrize(
    ("per_month", "dispersion"), [(5, 1.0), (10, 1.0), (10, 2.0), (19, 1.1), (20, 1.1), (60, 1.5)]
)
def test_the_weeks_are_those_of_charts_that_are_followed(
    per_month: float, dispersion: float
) -> None:
    days = followed(per_month, dispersion, charts=4_000, days=730)
    sight = sight_of_count(per_month=per_month, dispersion=dispersion, run_length=RUN_LENGTH)
    assert sight.half_weeks == pytest.approx(np.median(days) / 7, abs=1)
    assert sight.most_weeks == pytest.approx(np.quantile(days, 0.9) / 7, abs=1.5)


def test_noticing_agrees_with_the_run_length_where_nothing_fell() -> None:
    """P(alarm by the day) sums to the mean days to the alarm, which the chart's own chain gives."""
    mean = 40 / DAYS_A_MONTH
    chances = days_to_alarm(
        day_mean=mean, fall=1.0, dispersion=1.1, ratio=0.7, threshold=2.0, most=3_000
    )
    run_length = chart_run_length(
        weekdays=np.full(7, mean), dispersion=1.1, ratio=0.7, threshold=2.0
    )
    assert 1 + float(np.sum(1 - chances)) == pytest.approx(run_length, rel=0.001)
    assert np.all(np.diff(chances) >= -1e-12)


def test_fewer_calls_and_fewer_false_alarms_take_longer() -> None:
    def weeks(per_month: float, run_length: float = RUN_LENGTH) -> int:
        found = sight_of_count(per_month=per_month, dispersion=1.1, run_length=run_length)
        return found.half_weeks or 999

    assert [weeks(count) for count in (5, 10, 40, 200)] == sorted(
        (weeks(count) for count in (5, 10, 40, 200)), reverse=True
    )
    assert weeks(10, 4 * RUN_LENGTH) > weeks(10)
    assert sight_of_count(per_month=0.2, dispersion=1.1, run_length=RUN_LENGTH).half_weeks is None


def told(metric: str, sight: Sight) -> str:
    return sight_sentence(KpiTarget(metric=metric), sight)


def test_the_sentence_says_which_delay_it_is_and_what_to_do() -> None:
    assert told("calls", Sight(10, 9, 16)) == (
        "Calls: at 10 a month a halving is noticed in about 9 weeks (the median; nine of ten"
        " within 16). Widen to leads (calls + messages + forms), or agree on a quarter?"
    )
    assert told("calls", Sight(40, 8, 9)) == (
        "Calls: at 40 a month a halving is noticed in about 8 weeks (the median; nine of ten"
        " within 9)."
    )
    assert told("leads", Sight(3, 60, None)) == (
        "Leads (calls + messages + forms): at 3 a month a halving is noticed in about 60 weeks"
        " (the median; one in ten takes longer than two years). Agree on a quarter?"
    )
    assert told("orders", Sight(0.5, None, None)) == (
        "Orders: at 0.5 a month a halving is not noticed within two years. Agree on a quarter, or"
        " watch another count beside it?"
    )


def with_months(*values: int, **fields: Any) -> KpiTarget:
    target: KpiTarget = KpiTargetFactory.create(**fields)
    for number, value in enumerate(values, start=1):
        MonthlyTargetFactory.create(target=target, month=dt.date(2026, number, 1), value=value)
    return target


@pytest.mark.django_db
def test_counts_with_months_are_told_of_by_their_mean() -> None:
    target = with_months(5, 15)
    version = target.version
    KpiTargetFactory.create(version=version, metric="orders", is_primary=False)
    with_months(30, version=version, metric=Metric.GROWTH, is_primary=False)
    with_months(0, version=version, metric="forms", is_primary=False)
    (found,) = sights_of_version(version, on=TODAY)
    assert (found.target, found.sight.per_month) == (target, 10.0)


@pytest.mark.django_db
def test_the_clients_own_scatter_and_the_agencys_budget_count() -> None:
    target = with_months(10)
    (usual,) = sights_of([target], on=TODAY)
    chart = {
        "client": target.client, "metric": "calls", "weekdays": [1.0] * 7, "dispersion": 3.0,
    }  # fmt: skip
    AlarmChartFactory.create(**chart)
    (scattered,) = sights_of([target], on=TODAY)
    assert (scattered.sight.half_weeks or 0) > (usual.sight.half_weeks or 0)
    # Charts enough that their budget counts, which is then halved.
    approve_in_place(target.version)
    for _ in range(8):
        approve_in_place(KpiTargetFactory.create().version)
    AlarmSettings.objects.update(false_alarms_a_month=0.2)
    (strict,) = sights_of([target], on=TODAY)
    assert (strict.sight.half_weeks or 0) > (scattered.sight.half_weeks or 0)


@pytest.mark.django_db
@pytest.mark.parametrize("targets", [1, 3])
def test_a_version_is_told_of_in_as_many_queries_whatever_it_has(
    targets: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    version = StrategyVersionFactory.create()
    for metric in ("calls", "messages", "forms")[:targets]:
        with_months(10, 20, version=version, metric=metric, is_primary=metric == "calls")
    version = StrategyVersion.objects.get(pk=version.pk)
    with django_assert_num_queries(5):
        assert len(sights_of_version(version, on=TODAY)) == targets


SMALL_STACK = """
import threading, os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smm_agency.settings")
import django
django.setup()
from kpi.target_sight import sight_of_count
threading.stack_size(512 * 1024)
found = []
ask = lambda: found.append(sight_of_count(per_month=30.0, dispersion=1.2, run_length=365.0))
thread = threading.Thread(target=ask)
thread.start()
thread.join()
print(found[0].half_weeks)
"""


def test_page_asks_from_a_thread_with_a_small_stack() -> None:
    """A thread of a web server: without room the whole process dies."""
    done = subprocess.run(  # noqa: S603 # our own text
        [sys.executable, "-c", SMALL_STACK], capture_output=True, text=True, check=False,
        env={**os.environ, "SECRET_KEY": "x", "EMBEDDED_ENGINES": "1"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    sight = sight_of_count(per_month=30.0, dispersion=1.2, run_length=365.0)
    assert done.stdout.strip() == str(sight.half_weeks)
