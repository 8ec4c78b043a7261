import numpy as np
import pytest

from kpi.dispersion import dispersion_of

DAYS = 364
WEEKDAY = np.arange(DAYS) % 7
SHARES = np.array([1.6, 1.3, 1.2, 1.1, 1.0, 0.5, 0.3])


def counts_of(month: float, dispersion: float, clients: int = 300) -> np.ndarray:
    rng = np.random.default_rng(7)
    mean = np.broadcast_to(month / 30.4 * SHARES[WEEKDAY], (clients, DAYS))
    if dispersion == 1:
        return rng.poisson(mean).astype(float)
    return rng.negative_binomial(mean / (dispersion - 1), 1 / dispersion).astype(float)


@pytest.mark.parametrize("month", [5, 40, 200])
@pytest.mark.parametrize("dispersion", [1.0, 1.5, 2.0])
def test_the_scatter_of_many_clients_is_found(month: float, dispersion: float) -> None:
    measured = np.ones((300, DAYS))
    found = dispersion_of(counts_of(month, dispersion), measured, WEEKDAY).mean()
    assert dispersion - 0.1 <= found <= dispersion + 0.12


def test_a_change_of_the_level_is_no_scatter() -> None:
    counts = counts_of(90, 1.0)
    counts[:, DAYS // 2 :] = np.random.default_rng(1).poisson(
        3 * 90 / 30.4 * SHARES[WEEKDAY[DAYS // 2 :]], (300, DAYS // 2)
    )
    assert dispersion_of(counts, np.ones_like(counts), WEEKDAY).mean() < 1.6


def test_days_that_are_not_measured_say_nothing() -> None:
    counts = counts_of(40, 1.0)
    measured = np.ones_like(counts)
    measured[:, ::3] = 0
    counts[:, ::3] = 1_000
    assert dispersion_of(counts, measured, WEEKDAY).mean() < 1.2


def test_without_history_the_usual_scatter_is_taken() -> None:
    nothing = np.zeros((1, DAYS))
    assert dispersion_of(nothing, nothing, WEEKDAY) == pytest.approx([1.104])
