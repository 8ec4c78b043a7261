import numpy as np
import pytest

from kpi.forecast import Forecast, forecast_month


def foresee(**known: float) -> Forecast:
    usual = {
        "so_far": 0.0, "elapsed": 0.0, "remaining": 30.0, "past": 90.0, "past_expected": 90.0,
        "target": 30.0, "dispersion": 1.0,
    }  # fmt: skip
    return forecast_month(**{name: np.array([value]) for name, value in (usual | known).items()})


def test_a_client_exactly_on_target_has_about_even_odds() -> None:
    """Which is why the forecast may never be an alarm."""
    assert foresee().chance[0] == pytest.approx(0.5, abs=0.06)


def test_a_target_that_is_met_is_met() -> None:
    assert foresee(so_far=30.0, elapsed=20.0, remaining=10.0).chance[0] == 1


def test_a_month_that_is_over_is_known() -> None:
    for so_far, chance in ((30.0, 1.0), (29.0, 0.0)):
        found = foresee(so_far=so_far, elapsed=30.0, remaining=0.0)
        assert (found.chance[0], found.low[0], found.high[0]) == (chance, so_far, so_far)


def test_what_comes_less_than_agreed_lowers_the_odds() -> None:
    odds = [foresee(so_far=came, elapsed=15.0, remaining=15.0).chance[0] for came in (5, 10, 15)]
    assert odds[0] < 0.01 < odds[1] < 0.2 < odds[2]


def test_scatter_widens_the_interval() -> None:
    calm, wild = foresee(), foresee(dispersion=3.0)
    assert wild.high[0] - wild.low[0] > calm.high[0] - calm.low[0]


def test_the_interval_holds_four_months_of_five() -> None:
    """Simulated: the rate is drawn about the agreed one, then the past and the month."""
    rng = np.random.default_rng(3)
    rate = rng.gamma(4, 1 / 4, 4_000)
    past, half, rest = (rng.poisson(rate * mean).astype(float) for mean in (40, 20, 20))
    same = np.ones_like(rate)
    found = forecast_month(
        so_far=half, elapsed=20 * same, remaining=20 * same, past=past, past_expected=40 * same,
        target=40 * same, dispersion=same,
    )  # fmt: skip
    held = (found.low <= half + rest) & (half + rest <= found.high)
    assert held.mean() == pytest.approx(0.83, abs=0.05)
    assert found.chance.mean() == pytest.approx((half + rest >= 40).mean(), abs=0.02)


def test_without_a_target_nothing_is_foreseen() -> None:
    assert np.isnan(foresee(target=np.nan).chance[0])
