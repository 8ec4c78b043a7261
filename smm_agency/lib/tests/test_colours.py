"""Contrast by WCAG, and a colour of the same hue that would do."""

import pytest

from smm_agency.lib.colours import contrast, ink_on, is_readable, readable_like

LIGHT, DARK = ("#ffffff", "#f8f9fa"), ("#212529", "#2b3035")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        # Published examples of the WebAIM checker.
        ("#0000ff", "#ffffff", 8.59),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


def test_yellow_becomes_darker_on_white_and_stays_on_black() -> None:
    assert not is_readable("#ffd43b", LIGHT)
    darker = readable_like("#ffd43b", LIGHT)
    assert is_readable(darker, LIGHT)
    assert contrast(darker, "#f8f9fa") < 5
    assert readable_like("#ffd43b", DARK) == "#ffd43b"


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#808080", "#123456", "#ff0000"])
def test_a_colour_that_would_do_is_always_found(colour: str) -> None:
    assert is_readable(readable_like(colour, LIGHT), LIGHT)
    assert is_readable(readable_like(colour, DARK), DARK)


def test_ink_is_the_one_that_is_read_better() -> None:
    assert (ink_on("#123456"), ink_on("#ffd43b")) == ("#ffffff", "#000000")
