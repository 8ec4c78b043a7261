from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smm_agency.lib import tabular

BERLIN = ZoneInfo("Europe/Berlin")
MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.mark.parametrize("text", ["", "  ", "\u00a0", "\t"])
def test_empty_cell_is_none_and_never_zero(text: str) -> None:
    assert tabular.parse_int(text, row=2, field="n") is None
    assert tabular.parse_decimal(text, row=2, field="n") is None
    assert tabular.parse_bool(text, row=2, field="n") is None
    assert tabular.parse_date(text, row=2, field="n") is None
    assert tabular.parse_datetime(text, tz=UTC, row=2, field="n") is None


def test_require_names_the_empty_cell() -> None:
    assert tabular.require(0, row=17, field="views") == 0
    with pytest.raises(tabular.TableError) as caught:
        tabular.require(None, row=17, field="views")
    assert str(caught.value) == "row 17, field views: The cell is empty."


@given(st.integers(min_value=-(10**18) + 1, max_value=10**18 - 1))
@settings(deadline=None)
def test_parse_int_reads_what_str_writes(number: int) -> None:
    assert tabular.parse_int(str(number), row=2, field="n") == number


@pytest.mark.parametrize(
    "text", ["12.0", "1 000", "1,000", "1e3", "abc", "--1", "٣", "１２", "0x1f", "9" * 19, "1_0"]
)
def test_parse_int_refuses(text: str) -> None:
    with pytest.raises(tabular.TableError) as caught:
        tabular.parse_int(text, row=17, field="views")
    assert str(caught.value) == f"row 17, field views: “{text}” is not a whole number; write 1250."


def test_refusal_shows_no_more_than_the_start_of_a_long_cell() -> None:
    with pytest.raises(tabular.TableError) as caught:
        tabular.parse_int("x" * 500, row=2, field="n")
    assert caught.value.message == f"“{'x' * 40}…” is not a whole number; write 1250."


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4))
@settings(deadline=None)
def test_parse_decimal_reads_what_str_writes(number: Decimal) -> None:
    text = format(number, "f")
    assert tabular.parse_decimal(text, row=2, field="n") == number
    assert tabular.parse_decimal(text.replace(".", ","), row=2, field="n", mark=",") == number


@pytest.mark.parametrize("text", ["1,5", "1 000.5", "1,000.50", "NaN", "inf", "1e5", ".5", "5."])
def test_parse_decimal_refuses(text: str) -> None:
    with pytest.raises(tabular.TableError, match=r"write 1250\.50"):
        tabular.parse_decimal(text, row=2, field="fee")


def test_parse_decimal_with_a_comma_refuses_the_point() -> None:
    with pytest.raises(tabular.TableError, match="write 1250,50"):
        tabular.parse_decimal("1.250", row=2, field="fee", mark=",")


@pytest.mark.parametrize("text", ["1", "true", "TRUE", "Yes", "да", " 1 "])
def test_parse_bool_knows_yes(text: str) -> None:
    assert tabular.parse_bool(text, row=2, field="b") is True


@pytest.mark.parametrize("text", ["0", "false", "No", "НЕТ"])
def test_parse_bool_knows_no(text: str) -> None:
    assert tabular.parse_bool(text, row=2, field="b") is False


@pytest.mark.parametrize("text", ["2", "on", "y", "maybe", "-"])
def test_parse_bool_refuses_the_rest(text: str) -> None:
    with pytest.raises(tabular.TableError, match="neither yes nor no"):
        tabular.parse_bool(text, row=2, field="b")


@pytest.mark.parametrize(
    "text", ["2026-11-03", "03.11.2026", "3.11.2026", "2026-11-03T00:00:00", "2026-11-03 00:00"]
)
def test_parse_date_reads_the_stated_formats(text: str) -> None:
    assert tabular.parse_date(text, row=2, field="day") == date(2026, 11, 3)


@pytest.mark.parametrize(
    "text",
    ["11/03/2026", "2026-11-03 10:00", "03.11.26", "2026-11", "20261103", "1899-01-01", "Nov 3"],
)
def test_parse_date_refuses_other_shapes(text: str) -> None:
    with pytest.raises(tabular.TableError, match=r"write 2026-11-23 or 23\.11\.2026"):
        tabular.parse_date(text, row=2, field="day")


@pytest.mark.parametrize("text", ["2026-02-29", "31.11.2026", "2026-13-01", "00.01.2026"])
def test_parse_date_refuses_days_that_are_not(text: str) -> None:
    with pytest.raises(tabular.TableError, match="not a day of the calendar"):
        tabular.parse_date(text, row=2, field="day")


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-03T10:05",
        "2026-11-03 10:05:00",
        "03.11.2026 10:05",
        "2026-11-03T07:05:00Z",
        "2026-11-03T10:05:00+03:00",
        "2026-11-03T05:05:00-0200",
        "03.11.2026 10:05:00 +03:00",
        "2026-11-03T10:05:00.000",
    ],
)
def test_parse_datetime_gives_the_moment_in_utc(text: str) -> None:
    moment = tabular.parse_datetime(text, tz=MOSCOW, row=2, field="at")
    assert moment == datetime(2026, 11, 3, 7, 5, tzinfo=UTC)
    assert moment is not None
    assert moment.tzinfo is UTC


def test_parse_datetime_keeps_fractions() -> None:
    moment = tabular.parse_datetime("2026-11-03T10:05:01.25Z", tz=MOSCOW, row=2, field="at")
    assert moment == datetime(2026, 11, 3, 10, 5, 1, 250_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-11-03", "not a date with a time"),
        ("03/11/2026 10:00", "not a date with a time"),
        ("2026-11-03 10:00 PM", "not a date with a time"),
        ("2026-11-31 10:00", "not a day of the calendar"),
        ("2026-11-03 24:00", "no such time of day"),
        ("2026-11-03 10:60", "no such time of day"),
        ("2026-11-03 10:00+19:00", "no such offset"),
    ],
)
def test_parse_datetime_refuses(text: str, reason: str) -> None:
    with pytest.raises(tabular.TableError, match=reason):
        tabular.parse_datetime(text, tz=MOSCOW, row=2, field="at")


def test_parse_datetime_refuses_a_time_that_the_clocks_skip() -> None:
    with pytest.raises(tabular.TableError) as caught:
        tabular.parse_datetime("2026-03-29 02:30", tz=BERLIN, row=17, field="started_at")
    assert str(caught.value) == (
        "row 17, field started_at: “2026-03-29 02:30” does not exist: "
        "the clocks were put forward then."
    )


def test_parse_datetime_refuses_a_time_that_comes_twice() -> None:
    with pytest.raises(tabular.TableError, match="came twice"):
        tabular.parse_datetime("2026-10-25 02:30", tz=BERLIN, row=2, field="at")


def test_parse_datetime_takes_the_repeated_hour_that_is_meant() -> None:
    read = tabular.parse_datetime
    text = "2026-10-25 02:30"
    assert read(text, tz=BERLIN, row=2, field="at", ambiguous="earlier") == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )
    assert read(text, tz=BERLIN, row=2, field="at", ambiguous="later") == datetime(
        2026, 10, 25, 1, 30, tzinfo=UTC
    )
    assert read(text + "+01:00", tz=BERLIN, row=2, field="at") == datetime(
        2026, 10, 25, 1, 30, tzinfo=UTC
    )


def test_parse_datetime_never_chooses_in_a_gap() -> None:
    with pytest.raises(tabular.TableError, match="does not exist"):
        tabular.parse_datetime("2026-03-29 02:30", tz=BERLIN, row=2, field="at", ambiguous="later")
