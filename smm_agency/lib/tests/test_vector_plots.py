"""Charts on paper: gaps stay gaps, targets are dashed, what happened is marked."""

import re

import pytest
from django.utils import translation

from smm_agency.lib.charts import FlagMark, Mark, Plot, Rule, Series
from smm_agency.lib.vector_charts import COLOURS
from smm_agency.lib.vector_plots import (
    BAND,
    LIGHTS,
    TARGET,
    lonely_points,
    plot_svg,
    runs_of,
    spec_of,
)

DAYS = ["1 Oct", "2 Oct", "3 Oct", "4 Oct", "5 Oct", "6 Oct"]
GAPPED: list[float | None] = [10, 12, None, 14, None, 16]


def line(values: list[float | None], *, role: str = "1") -> Plot:
    return Plot(DAYS, [Series("Subscribers", values, "line", role)])


def strokes_of(svg: str, colour: str) -> list[str]:
    """The lines of the picture in a colour, each as its path."""
    marks = re.findall(r"<path[^>]*>", svg)
    drawn = [
        mark for mark in marks if f'stroke="{colour}"' in mark and 'stroke-width="1.6"' in mark
    ]
    return [found[1] for mark in drawn if (found := re.search(r' d="([^"]*)"', mark))]


def test_no_path_goes_across_a_gap() -> None:
    svg = plot_svg(line(GAPPED))
    lines = [path for path in strokes_of(svg, COLOURS[0]) if "L" in path]
    # 1 and 2 October alone are side by side: one line of two points, and no other.
    assert [(path.count("M"), path.count("L")) for path in lines] == [(1, 1)]


def test_a_measured_point_between_gaps_is_a_dot() -> None:
    svg = plot_svg(line(GAPPED))
    dots = re.findall(
        r'<path[^>]*aria-roledescription="point"[^>]*>|<path[^>]*A[^>]*Z?"[^>]*>', svg
    )
    filled = [dot for dot in dots if f'fill="{COLOURS[0]}"' in dot]
    assert len(filled) == 2


@pytest.mark.parametrize(
    ("values", "runs", "lonely"),
    [
        ([], [], []),
        ([None, None], [], []),
        ([0, 0], [[0, 1]], []),
        (GAPPED, [[0, 1], [3], [5]], [3, 5]),
    ],
)
def test_runs_are_measured_values_side_by_side(
    values: list[float | None], runs: list[list[int]], lonely: list[int]
) -> None:
    assert (runs_of(values), lonely_points(values)) == (runs, lonely)


def test_a_zero_is_drawn_and_a_gap_is_not() -> None:
    bars = Plot(DAYS[:3], [Series("Calls", [0, None, 2], "bar")])
    (layer,) = spec_of(bars)["layer"]
    assert [row["value"] for row in layer["data"]["values"]] == [0, 2]


def test_a_target_is_a_dashed_line() -> None:
    svg = plot_svg(line([5, 5, 5, 5, 5, 5], role="target"))
    (drawn,) = [mark for mark in re.findall(r"<path[^>]*>", svg) if f'stroke="{TARGET}"' in mark]
    assert 'stroke-dasharray="6,4"' in drawn


def test_what_happened_is_marked() -> None:
    plot = Plot(
        DAYS, [Series("Calls", [1, 2, 3, 4, 5, 6], "bar")],
        marks=[Mark(1, 2, "2 Oct – 3 Oct: Giveaway")], rules=[Rule(3, "v2")],
        flags=[FlagMark(4, "5 Oct: flag", "red")],
    )  # fmt: skip
    svg = plot_svg(plot)
    assert [svg.count(f'"{tone}"') for tone in (BAND, LIGHTS["red"])] == [1, 1]
    assert re.findall(r"<text[^>]*>(v2)</text>", svg) == ["v2"]
    rule, band = (
        next(layer["data"]["values"] for layer in spec_of(plot)["layer"]
             if layer["mark"]["type"] == kind)
        for kind in ("rule", "rect")
    )  # fmt: skip
    # From its day on, and over whole days.
    assert (rule, band) == ([{"x": 2.5, "label": "v2"}], [{"x": 0.5, "end": 2.5}])


def test_shares_are_percent_and_numbers_are_the_languages() -> None:
    share = Plot(DAYS[:2], [Series("ER", [0.025, 0.03])], is_share=True)
    large = Plot(DAYS[:2], [Series("Subscribers", [12_000, 14_000], "bar")])
    assert "3%" in re.findall(r"<text[^>]*>([^<]*)</text>", plot_svg(share))
    words = {}
    for language in ("en", "ru"):
        with translation.override(language):
            words[language] = re.findall(r"<text[^>]*>(1[^<]*000)</text>", plot_svg(large))
    assert words["en"][0] == "10,000"
    assert words["ru"][0] == "10\u00a0000"


def test_the_same_plot_is_the_same_picture() -> None:
    assert plot_svg(line(GAPPED)) == plot_svg(line(GAPPED))


def test_letters_of_people_are_no_markup() -> None:
    svg = plot_svg(Plot(['<b>"1"</b>', "</text>"], [Series("a & <i>b</i>", [1, 2])]))
    assert ("<b>" in svg, "<i>" in svg, svg.count("&lt;b&gt;")) == (False, False, 1)


def test_months_of_one_name_stay_apart() -> None:
    svg = plot_svg(Plot(["Jun", "Jun"], [Series("Calls", [1, 2], "bar")]))
    assert re.findall(r"<text[^>]*>(Jun)</text>", svg) == ["Jun", "Jun"]
