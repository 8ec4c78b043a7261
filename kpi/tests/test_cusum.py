"""Run lengths against published tables; see docs/decisions/0002-cusum.md for their sources."""

import numpy as np
import pytest

from kpi.cusum import (
    average_run_length,
    chart_run_length,
    log_likelihood_ratio,
    run_length_days,
    threshold_of,
    thresholds_for,
)


@pytest.mark.parametrize(
    ("side", "mean", "reference", "threshold", "start", "published"),
    [
        # Lucas (1985), quoted in the manual of R's spc.
        ("upper", 0.25, 0.25, 10, 0, 438.125),
        ("upper", 0.25, 0.25, 10, 5, 333.125),
        ("lower", 0.25, 0.25, 10, 0, 436.764),
        ("lower", 0.25, 0.25, 10, 5, 318.333),
        # Lawson, IAcsSPCR.
        ("upper", 1.88, 2, 6, 0, 37.203),
        ("upper", 1.88, 2, 6, 3, 29.188),
        ("upper", 3.2, 2, 6, 0, 5.491),
        ("upper", 3.2, 2, 6, 3, 3.329),
        # arlCusum of R's surveillance, its default example.
        ("upper", 2.4, 3, 10, 0, 548.3623),
        ("upper", 2.4, 3, 10, 5, 513.6719),
        # The profile of the lower chart, by the ratio of mean and reference.
        *(
            ("lower", 0.25 * share, 0.25, 10, 0, length)
            for share, length in [
                (0.5, 76.5), (0.6, 93.3), (0.7, 119.0), (0.8, 162.5), (0.9, 246.6), (1.1, 940.4),
                (1.2, 2459.1),
            ]
        ),
        # Weekly calls, a target and a fall from it.
        ("lower", 3, 2.2, 4.7, 0, 115.6),
        ("lower", 1.5, 2.2, 4.7, 0, 6.96),
        ("lower", 10, 8.4, 10.7, 0, 262.4),
        ("lower", 7, 8.4, 10.7, 0, 7.96),
        ("lower", 50, 42.1, 11.3, 0, 272.1),
        ("lower", 35, 42.1, 11.3, 0, 2.31),
    ],
)  # fmt: skip
def test_run_lengths_are_those_that_were_published(
    side: str, mean: float, reference: float, threshold: float, start: float, published: float
) -> None:
    found = average_run_length(
        mean=mean, reference=reference, threshold=threshold, side=side, start=start
    )
    assert found == pytest.approx(published, rel=2e-3 if published < 10 else 1e-3)


@pytest.mark.parametrize(
    ("side", "mean", "threshold", "start"),
    [("middle", 1, 1, 0), ("upper", 0, 1, 0), ("upper", 1, 0, 0), ("upper", 1, 2, 2)],
)
def test_senseless_charts_are_refused(
    side: str, mean: float, threshold: float, start: float
) -> None:
    with pytest.raises(ValueError, match=r"Give|side"):
        average_run_length(mean=mean, reference=1, threshold=threshold, side=side, start=start)


def test_the_daily_chart_of_a_poisson_client_is_lucas_chart_in_other_units() -> None:
    """Divided by ln(1 / ratio), the likelihood chart is the one in counts."""
    ratio, mean = 0.5, 2.0
    unit = np.log(1 / ratio)
    reference = mean * (1 - ratio) / unit
    daily = chart_run_length(
        weekdays=np.full(7, mean), dispersion=1.0, ratio=ratio, threshold=4 * unit
    )
    counts = average_run_length(mean=mean, reference=round(reference, 2), threshold=4, side="lower")
    assert daily == pytest.approx(counts, rel=0.05)


def test_the_likelihood_of_scattered_counts_becomes_poisson_without_scatter() -> None:
    counts, means = np.array([0.0, 1.0, 7.0]), np.array([0.3, 2.0, 4.0])
    found = [
        log_likelihood_ratio(counts, means, ratio=np.array(0.7), dispersion=np.array(dispersion))
        for dispersion in (1.0, 1.0001)
    ]
    assert found[0] == pytest.approx(means * 0.3 + counts * np.log(0.7))
    assert found[0] == pytest.approx(found[1], rel=1e-3)


def test_a_weeks_tally_weighs_as_its_days() -> None:
    """Sums of days keep the dispersion, so an empty week says what seven empty days say."""
    one_week, seven_days = (
        log_likelihood_ratio(
            np.zeros(days), np.full(days, 7 / days), ratio=np.array(0.7), dispersion=np.array(2.0)
        ).sum()
        for days in (1, 7)
    )
    assert one_week == pytest.approx(seven_days)


def test_nothing_expected_says_nothing() -> None:
    zero = log_likelihood_ratio(
        np.array([3.0]), np.array([0.0]), ratio=np.array(0.7), dispersion=np.array(2.0)
    )
    assert zero.tolist() == [0.0]


@pytest.mark.parametrize("dispersion", [1.0, 2.0])
@pytest.mark.parametrize("month", [10.0, 90.0])
def test_thresholds_keep_the_run_length_that_was_asked_for(month: float, dispersion: float) -> None:
    ratio = 0.5 if month < 20 else 0.7
    found = thresholds_for(
        month_means=np.array([month]),
        dispersions=np.array([dispersion]),
        ratios=np.array([ratio]),
        run_length=900.0,
    )
    week = np.array([1.5, 1.3, 1.2, 1.1, 1.0, 0.6, 0.3])
    length = chart_run_length(
        weekdays=week / week.mean() * month / 30.4375,
        dispersion=dispersion,
        ratio=ratio,
        threshold=float(found[0]),
    )
    assert length == pytest.approx(900, rel=0.08)


def test_a_threshold_is_exact_for_its_own_week() -> None:
    week = np.array([1.0, 0.5, 0.5, 0.5, 0.8, 0.2, 0.1])
    found = threshold_of(weekdays=week, dispersion=1.4, ratio=0.7, run_length=500.0)
    length = chart_run_length(weekdays=week, dispersion=1.4, ratio=0.7, threshold=found)
    assert length == pytest.approx(500, rel=0.01)


def test_the_budget_of_the_agency_is_shared_by_its_charts() -> None:
    assert run_length_days(charts=60, false_alarms_a_month=2) == pytest.approx(30 * 30.4375)
    assert run_length_days(charts=1, false_alarms_a_month=1) == 182
