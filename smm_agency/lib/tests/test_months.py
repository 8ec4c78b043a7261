"""The last day of a month."""

import datetime as dt

import pytest

from smm_agency.lib.months import last_of_month


@pytest.mark.parametrize(
    ("day", "last"),
    [("2026-02-01", "2026-02-28"), ("2028-02-29", "2028-02-29"), ("2026-12-31", "2026-12-31")],
)
def test_last_day_of_a_month_is_known(day: str, last: str) -> None:
    assert last_of_month(dt.date.fromisoformat(day)) == dt.date.fromisoformat(last)
