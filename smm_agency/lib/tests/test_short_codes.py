"""Short codes: what was written is read, what was mistyped is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smm_agency.lib.short_codes import DIGITS, read_code, write_code

LETTERS = [digit for digit in DIGITS if digit.isalpha()]
codes = st.tuples(st.sampled_from(LETTERS), st.integers(min_value=1, max_value=2**63 - 1))


def test_code_is_short_and_told_by_its_letter() -> None:
    assert [write_code("T", number) for number in (1, 31, 1234)] == ["T14", "TZ7", "T16JS"]


@given(codes)
def test_code_is_read_back(code: tuple[str, int]) -> None:
    assert read_code(write_code(*code)) == code


@pytest.mark.parametrize("typed", ["t16js", " T-16J-S ", "TI6JS", "Tl6Js"])
def test_code_is_read_as_people_type_it(typed: str) -> None:
    assert read_code(typed) == ("T", 1234)


@given(codes, st.data())
def test_mistyped_character_is_refused(code: tuple[str, int], data: st.DataObject) -> None:
    written = write_code(*code)
    place = data.draw(st.integers(min_value=0, max_value=len(written) - 1))
    other = data.draw(st.sampled_from([digit for digit in DIGITS if digit != written[place]]))
    with pytest.raises(ValueError, match=r"code|character"):
        read_code(written[:place] + other + written[place + 1 :])


@pytest.mark.parametrize("typed", ["", "T", "T1", "1234", "T16JT", "Т16JS", "T16J$", "T0" + "1S"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"code|character"):
        read_code(typed)


@pytest.mark.parametrize(("letter", "number"), [("I", 1), ("7", 1), ("PQ", 1), ("P", 0)])
def test_code_of_nothing_is_refused(letter: str, number: int) -> None:
    with pytest.raises(ValueError, match=r"letter|positive"):
        write_code(letter, number)
