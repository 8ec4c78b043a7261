import re

import pytest
from django.utils import translation

from smm_agency.lib.vector_charts import (
    COLOURS,
    Bar,
    Piece,
    Spec,
    bars,
    columns,
    draw_svg,
    parted_bars,
    parted_columns,
)


def words_in(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def test_the_same_chart_is_the_same_text() -> None:
    spec = bars([Bar("a", 1, "1"), Bar("b", None, "")])
    assert draw_svg(spec) == draw_svg(spec)


def test_a_bar_that_was_not_measured_is_a_dash() -> None:
    svg = draw_svg(bars([Bar("Наша", 10, "10"), Bar("Чужая", None, "never")]))
    assert words_in(svg) == ["Наша", "Чужая", "10", "—"]


def test_our_own_bar_stands_out() -> None:
    svg = draw_svg(bars([Bar("a", 10, "10"), Bar("b", 5, "5", is_own=False)]))
    assert svg.count(f'fill="{COLOURS[0]}"') == 1


def test_pieces_keep_their_order_and_colours() -> None:
    pieces = [Piece("x", "own", 0.3), Piece("x", "curated", 0.1), Piece("y", "own", 0.6)]
    svg = draw_svg(parted_bars(pieces, is_share=True))
    assert [word for word in words_in(svg) if not word.endswith("%")] == [
        "x", "y", "own", "curated",
    ]  # fmt: skip
    assert (f'fill="{COLOURS[0]}"' in svg, f'fill="{COLOURS[1]}"' in svg) == (True, True)


@pytest.mark.parametrize(("language", "number"), [("ru", "20\u00a0000"), ("en", "20,000")])
def test_numbers_are_written_as_the_language_does(language: str, number: str) -> None:
    with translation.override(language):
        svg = draw_svg(parted_columns([Piece("Jan", "ads", 20_000)], title="RUB"))
    assert number in words_in(svg)


def test_columns_carry_their_values_and_a_base() -> None:
    svg = draw_svg(columns([Bar("Jan", 26, "26"), Bar("Feb", -3, "−3")], title="", base=24))
    assert {"Jan", "Feb", "26", "−3"} <= set(words_in(svg))
    assert "stroke-dasharray" in svg


@pytest.mark.parametrize(
    "spec",
    [
        bars([]),
        bars([Bar("", 0, "")]),
        parted_bars([]),
        parted_columns([], title=""),
        columns([], title=""),
        columns([Bar(f"month {n}", n, str(n)) for n in range(40)], title="", base=0),
    ],
)
def test_empty_and_crowded_charts_are_drawn(spec: Spec) -> None:
    assert draw_svg(spec).startswith("<svg")


def test_names_are_never_markup_nor_expressions() -> None:
    name = "<script>\"'&]]> datum.value"
    svg = draw_svg(parted_bars([Piece(name, name, 1)]))
    assert "<script" not in svg
    assert len(re.findall("datum.value", svg)) == 2


def test_two_of_one_name_are_two_bars() -> None:
    for spec in (
        bars([Bar("House", 1, "1"), Bar("House", 2, "2"), Bar("House", 3, "3")]),
        columns([Bar("Jan", 1, "1"), Bar("Jan", 2, "2")], title=""),
    ):
        names = [one["label"] for one in spec["data"]["values"]]
        assert len(names) == len(set(names))
        assert {name.strip("\u200b") for name in names} <= {"House", "Jan"}


def test_a_legend_of_long_names_has_a_line_for_each() -> None:
    def lines(*names: str) -> int:
        spec = parted_columns([Piece("Jan", name, 1) for name in names], title="")
        found: int = spec["encoding"]["color"]["legend"]["columns"]
        return found

    assert lines("ads", "seeding", "influencers") == 3
    assert lines("a" * 40, "b" * 40) == 1
    assert lines("a" * 90) == 1
