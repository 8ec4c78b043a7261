import datetime as dt

from strategy.periods import last_of_month, months_between


def test_months_between_include_both_ends() -> None:
    months = list(months_between(dt.date(2025, 12, 31), dt.date(2026, 2, 1)))
    assert months == [dt.date(2025, 12, 1), dt.date(2026, 1, 1), dt.date(2026, 2, 1)]


def test_last_of_month_knows_leap_years() -> None:
    assert last_of_month(dt.date(2028, 2, 3)) == dt.date(2028, 2, 29)
