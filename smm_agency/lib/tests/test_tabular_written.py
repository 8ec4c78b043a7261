import contextlib
import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smm_agency.lib.tabular import (
    DateOrder,
    Mark,
    TableError,
    fitting_orders,
    read_count,
    read_moment,
)

MOSCOW = ZoneInfo("Europe/Moscow")


def count(text: str, mark: Mark = ".") -> int | None:
    return read_count(text, mark=mark, row=3, field="views")


def refusal(text: str, mark: Mark = ".") -> str:
    with pytest.raises(TableError) as caught:
        count(text, mark)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1250", ".", 1250),
        (" 1 250 ", ".", 1250),
        ("1\u00a0250\u00a0000", ",", 1250000),
        ("1,250", ".", 1250),
        ("1.250", ",", 1250),
        ("1250.0", ".", 1250),
        ("1250,00", ",", 1250),
        ("0", ".", 0),
        ("", ".", None),
        ("—", ".", None),
    ],
)
def test_count_is_read_by_the_stated_mark(text: str, mark: Mark, value: int | None) -> None:
    assert count(text, mark) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1,2E+05", "was shortened by a spreadsheet"),
        ("1.2e5", "was shortened by a spreadsheet"),
        ("02-Jan", "a spreadsheet has turned it into one"),
        ("янв.25", "a spreadsheet has turned it into one"),
        ("01.02.2025", "a spreadsheet has turned it into one"),
        ("2025-02-01T00:00:00", "a spreadsheet has turned it into one"),
        ("#####", "what a spreadsheet shows instead of a value"),
        ("#ЗНАЧ!", "what a spreadsheet shows instead of a value"),
        ("1250.5", "is not a whole number"),
        ("1,25", "is not a whole number"),
        ("12,50,000", "is not a whole number"),
        ("many", "is not a whole number"),
        ("-4", "A count cannot be negative."),
    ],
)
def test_spoilt_count_is_refused_with_the_mend(text: str, reason: str) -> None:
    assert reason in refusal(text)
    assert refusal(text).startswith("row 3, field views: ")


def moment(text: str, order: str) -> tuple[dt.datetime, bool] | None:
    return read_moment(text, order=order, zone=MOSCOW, row=3, field="date")


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2025-02-01", "ymd", (2025, 2, 1)),
        ("1.02.2025", "dmy", (2025, 2, 1)),
        ("01/02/2025", "mdy", (2025, 1, 2)),
        ("Oct 2, 2025", "words", (2025, 10, 2)),
        ("2 окт. 2025 г.", "words", (2025, 10, 2)),
        ("5 мая 2025", "words", (2025, 5, 5)),
        ("5 мар. 2025", "words", (2025, 3, 5)),
    ],
)
def test_day_is_read_in_its_order(text: str, order: str, day: tuple[int, int, int]) -> None:
    end = dt.datetime(*day, 20, 59, 59, tzinfo=dt.UTC)
    assert moment(text, order) == (end, True)


def test_time_is_of_the_zone_unless_it_says_otherwise() -> None:
    assert moment("03/18/2025 09:48", "mdy") == (
        dt.datetime(2025, 3, 18, 6, 48, tzinfo=dt.UTC),
        False,
    )
    assert moment("2025-03-18 09:48 UTC", "ymd") == (
        dt.datetime(2025, 3, 18, 9, 48, tzinfo=dt.UTC),
        False,
    )
    assert moment("03/18/2025 12:05 AM", "mdy") == (
        dt.datetime(2025, 3, 17, 21, 5, tzinfo=dt.UTC),
        False,
    )


@pytest.mark.parametrize(
    ("text", "order", "reason"),
    [
        ("45321", "dmy", "is a day as a spreadsheet counts them"),
        ("45321.5", "ymd", "is a day as a spreadsheet counts them"),
        ("02-Jan", "dmy", "has no day, month or year"),
        ("янв.25", "dmy", "has no day, month or year"),
        ("31.02.2025", "dmy", "is not a date of the form 23.11.2026"),
        ("18/03/2025", "mdy", "is not a date of the form 11/23/2026"),
        ("Total", "ymd", "is not a date of the form 2026-11-23"),
        ("2025-02-01 25:00", "ymd", "no such time"),
        ("2025-02-01 13:00 PM", "ymd", "no such time"),
    ],
)
def test_spoilt_day_is_refused_with_the_mend(text: str, order: str, reason: str) -> None:
    with pytest.raises(TableError) as caught:
        moment(text, order)
    assert reason in str(caught.value)


def test_order_that_is_not_clear_stays_open() -> None:
    assert fitting_orders(["01/02/2025", "", "03/04/2025"]) == [DateOrder.DMY, DateOrder.MDY]
    assert fitting_orders(["01/02/2025", "03/18/2025"]) == [DateOrder.MDY]
    assert fitting_orders(["2025-01-02T01:00:00"]) == [DateOrder.YMD]
    assert fitting_orders(["01.02.2025"]) == [DateOrder.DMY]
    assert fitting_orders(["2025-01-02", "2025-01-03", "Total"]) == [DateOrder.YMD]
    assert fitting_orders(["2025-01-02", "soon", "later"]) == []
    assert fitting_orders(["", "soon"]) == fitting_orders([]) == []


@given(text=st.text(max_size=30), order=st.sampled_from(list(DateOrder)))
def test_any_text_is_a_value_or_a_refusal(text: str, order: DateOrder) -> None:
    for read in (lambda: count(text), lambda: count(text, ","), lambda: moment(text, order)):
        with contextlib.suppress(TableError):
            read()
