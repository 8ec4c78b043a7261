"""Sums as people write them."""

from decimal import Decimal

import pytest

from smm_agency.lib.tabular import (
    Mark,
    TableError,
    currency_in,
    fingerprint,
    fitting_marks,
    named_columns,
    read_amount,
    sheet_names,
    write_xlsx,
)


@pytest.mark.parametrize(
    ("text", "mark", "amount"),
    [
        ("1 234,56", ",", "1234.56"),
        ("1\u00a0234,56 ₽", ",", "1234.56"),
        ("1,234.56", ".", "1234.56"),
        ("$8.27", ".", "8.27"),
        ("8.27 USD", ".", "8.27"),
        ("12.5%", ".", "12.5"),
        ("−5", ".", "-5"),
        ("-$5.00", ".", "-5"),
        ("0", ".", "0"),
        ("1.234", ",", "1234"),
    ],
)
def test_amount_is_read(text: str, mark: Mark, amount: str) -> None:
    assert read_amount(text, mark=mark, row=2, field="Sum") == Decimal(amount)


@pytest.mark.parametrize("text", ["", " ", "-", "—", "–", "n/a"])
def test_empty_and_dash_are_not_measured(text: str) -> None:
    assert read_amount(text, mark=".", row=2, field="Sum") is None


@pytest.mark.parametrize("text", ["abc", "12 abc", "1,23,4", "1.2.3", "1234567890123456789"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(TableError) as refused:
        read_amount(text, mark=".", row=2, field="Sum")
    assert str(refused.value) == f"row 2, field Sum: “{text}” is not a number: write 1250.50."


@pytest.mark.parametrize(
    ("texts", "marks"),
    [
        (["1", "8.27"], ["."]),
        (["1 234,5"], [","]),
        (["1", "2", "—"], ["."]),
        (["1,234", "5"], [".", ","]),
        (["1,234", "5.5"], ["."]),
        ([], []),
    ],
)
def test_mark_is_told_by_the_numbers(texts: list[str], marks: list[Mark]) -> None:
    assert fitting_marks(texts) == marks


@pytest.mark.parametrize(
    ("text", "code"), [("8 руб.", "RUB"), ("€5", "EUR"), ("$5", ""), ("5", None), ("x", None)]
)
def test_currency_is_told_by_its_sign(text: str, code: str | None) -> None:
    assert currency_in(text) == code


def test_columns_are_named_by_the_surest_name() -> None:
    names = {"id": ("id", "link"), "day": ("day",)}
    assert named_columns(names, ["Link", "ID", "Day", "day"]) == {"id": "ID"}
    assert fingerprint(["A", "b "]) == fingerprint(["B", "a"])


def test_sheets_of_a_workbook_are_named() -> None:
    assert sheet_names(write_xlsx([], ["a"], sheet="Costs")) == ["Costs"]
    assert sheet_names(b"a;b") == []
