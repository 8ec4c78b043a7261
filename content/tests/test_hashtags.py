"""Hashtags however they are typed."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from content.hashtags import normalise_hashtags


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("coffee, #Menu;#coffee", "#coffee #Menu"),
        ("#кофе#меню", "#кофе #меню"),
        ("#Menu@coffee_home", "#Menu@coffee_home"),
        (" #a\n#b ", "#a #b"),
        ("##a", "#a"),
        ("#2026new", "#2026new"),
    ],
)
def test_hashtags_are_normalised(typed: str, kept: str) -> None:
    assert normalise_hashtags(typed) == kept


@pytest.mark.parametrize("typed", ["#new-menu", "#2026", "#a!", "#@coffee", "#a.b"])
def test_no_hashtag_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        normalise_hashtags(typed)


@given(st.text(alphabet="ab#Я ,_1", max_size=30))
def test_normalised_once_is_normalised(typed: str) -> None:
    try:
        kept = normalise_hashtags(typed)
    except ValidationError:
        return
    assert normalise_hashtags(kept) == kept
