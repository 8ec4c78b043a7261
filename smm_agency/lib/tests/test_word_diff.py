from hypothesis import given
from hypothesis import strategies as st

from smm_agency.lib.word_diff import Part, diff_words


def test_replaced_words_stand_old_then_new() -> None:
    assert diff_words("Звоните нам утром", "Звоните нам вечером сразу") == [
        Part("same", "Звоните нам "),
        Part("old", "утром"),
        Part("new", "вечером сразу"),
    ]


def test_line_break_after_a_word_is_no_change_of_it() -> None:
    assert diff_words("Of the feed.", "Of the feed.\n\nMore") == [
        Part("same", "Of the feed.\n\n"),
        Part("new", "More"),
    ]


def test_nothing_before_is_all_new() -> None:
    assert diff_words("", "A text") == [Part("new", "A text")]


@given(st.text(alphabet="аб \n"), st.text(alphabet="аб \n"))
def test_parts_make_up_both_texts(old: str, new: str) -> None:
    parts = diff_words(old, new)
    for kind, text in (("new", old), ("old", new)):
        said = "".join(part.text for part in parts if part.kind != kind)
        assert said.split() == text.split()
