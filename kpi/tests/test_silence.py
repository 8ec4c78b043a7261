import numpy as np
import pytest

from kpi.silence import SHARE_OF_BUDGET, expected_since_last, silence_limit


@pytest.mark.parametrize("dispersion", [1.0, 2.0])
def test_false_silences_are_as_rare_as_their_share_of_the_budget(dispersion: float) -> None:
    rng = np.random.default_rng(11)
    mean, run_length, clients, days = 1.0, 60.0, 400, 3_000
    limit = silence_limit(
        day_mean=np.array([mean]),
        dispersion=np.array([dispersion]),
        run_length=np.array([run_length]),
    )[0]
    size = (clients, days)
    calls = (
        rng.poisson(mean, size)
        if dispersion == 1
        else rng.negative_binomial(mean / (dispersion - 1), 1 / dispersion, size)
    )
    false, silent = 0, np.zeros(clients)
    for day in range(days):
        silent = np.where(calls[:, day] > 0, 0, silent + mean)
        false += int(((silent >= limit) & (silent - mean < limit)).sum())
    wanted = clients * days / run_length * SHARE_OF_BUDGET
    assert 0.25 * wanted <= false <= 1.1 * wanted


def test_what_was_expected_since_the_last_call() -> None:
    actual = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 2.0]])
    expected = np.full((3, 3), 1.5)
    assert expected_since_last(actual, expected).tolist() == [3.0, 4.5, 0.0]
