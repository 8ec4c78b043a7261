import pytest

from smm_agency.lib.tabular import Errors, ImportRefused, TableError


def fail(error: Exception) -> None:
    raise error


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (TableError(17, "started_at", "is wrong."), "row 17, field started_at: is wrong."),
        (TableError(17, None, "is wrong."), "row 17: is wrong."),
        (TableError(None, "views", "is wrong."), "field views: is wrong."),
        (TableError(None, None, "is wrong."), "is wrong."),
    ],
)
def test_table_error_says_where(error: TableError, text: str) -> None:
    assert str(error) == text


def test_errors_collect_instead_of_raising() -> None:
    errors = Errors()
    for error in (TableError(2, "a", "first."), TableError(3, "b", "second.")):
        with errors.collect():
            fail(error)
    with pytest.raises(ImportRefused) as caught:
        errors.raise_if_any()
    assert str(caught.value) == "row 2, field a: first.\nrow 3, field b: second."
    assert [error.row for error in caught.value.errors] == [2, 3]


def test_errors_let_other_exceptions_through() -> None:
    errors = Errors()
    with pytest.raises(KeyError), errors.collect():
        fail(KeyError("x"))
    assert not errors


def test_errors_without_any_do_not_raise() -> None:
    Errors().raise_if_any()


def test_errors_keep_the_first_and_count_the_rest() -> None:
    errors = Errors(cap=2)
    for row in range(2, 7):
        errors.add(TableError(row, None, "wrong."))
    assert errors.total == 5
    assert errors.lines() == ["row 2: wrong.", "row 3: wrong.", "and 3 more"]
    assert Errors().cap == 100
