"""A `Plot` as SVG for documents: the same description that the screen draws.

What was not measured is a gap: a line ends before it and begins after it, and a measured point
between two gaps is a dot. A target is a dashed line, a band what happened, an upright line a
correction of the strategy, a triangle a flag.
"""

import json
from collections.abc import Iterator, Sequence

from smm_agency.lib.charts import Plot, Series
from smm_agency.lib.vector_charts import (
    COLOURS,
    CONFIG,
    INK,
    LETTERS_OF_A_KEY,
    LETTERS_OF_A_LINE,
    MUTED,
    WIDTH,
    Spec,
    draw_svg,
)

HEIGHT = 150
BAND = "#e8e2f5"
TARGET = "#868e96"
LIGHTS = {"red": "#c92a2a", "amber": "#b35c00", "green": "#2b8a3e"}
# Of the room that a label has, how much its bars fill together.
FILLED = 0.7
MOST_LABELS, LETTERS_ACROSS = 16, 78
Y_AXIS = {"title": None, "tickCount": 5}


def plot_svg(plot: Plot) -> str:
    return draw_svg(spec_of(plot))


def spec_of(plot: Plot) -> Spec:
    layers = [*_bands(plot), *_bars(plot), *_lines(plot), *_rules(plot), *_flags(plot)]
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "config": CONFIG,
        "encoding": {"y": _y(plot)},
        "layer": layers,
    }


def _y(plot: Plot) -> Spec:
    axis = {**Y_AXIS, **({"format": "~%"} if plot.is_share else {"tickMinStep": 1})}
    return {
        "type": "quantitative",
        "axis": axis,
        "scale": {"zero": plot.is_from_zero, "nice": True},
    }


def _x(plot: Plot, field: str) -> Spec:
    """Labels stand at their positions: two of one name are two places."""
    words = json.dumps(list(plot.labels))
    axis = {
        "title": None, "grid": False, "domain": True, "labelColor": INK, "labelFlush": False,
        "values": _shown(plot.labels), "labelExpr": f"{words}[datum.value]",
        "labelOverlap": False,
    }  # fmt: skip
    scale = {"domain": [-0.5, len(plot.labels) - 0.5], "nice": False}
    return {"field": field, "type": "quantitative", "axis": axis, "scale": scale}


def _shown(labels: Sequence[str]) -> list[int]:
    """As many as have room side by side, the first one always."""
    longest = max((len(label) for label in labels), default=1) + 2
    room = max(1, min(MOST_LABELS, LETTERS_ACROSS // longest))
    step = max(1, -(-len(labels) // room))
    return list(range(0, len(labels), step))


def _colour(plot: Plot) -> Spec:
    """One series needs no legend: the title says what it is."""
    names = [one.label for one in plot.series]
    rows = -(-sum(len(name) + LETTERS_OF_A_KEY for name in names) // LETTERS_OF_A_LINE) or 1
    legend = {"columns": max(1, len(names) // rows)} if len(names) > 1 else None
    scale = {"domain": names, "range": [tone_of(one.role) for one in plot.series]}
    return {"field": "series", "type": "nominal", "scale": scale, "legend": legend}


def tone_of(role: str) -> str:
    if role == "target":
        return TARGET
    return COLOURS[(int(role) - 1) % len(COLOURS)] if role.isdigit() else COLOURS[0]


def _bars(plot: Plot) -> Iterator[Spec]:
    kinds = [one for one in plot.series if one.kind == "bar"]
    width = FILLED / len(kinds) if kinds else FILLED
    # A few bars are no wide blocks.
    width = width * min(1, (len(plot.labels) + 4) / 12)
    for number, one in enumerate(kinds):
        left = (number - len(kinds) / 2) * width
        values = [
            {"series": one.label, "value": value, "x": at + left, "end": at + left + width}
            for at, value in enumerate(one.values)
            if value is not None
        ]
        yield {
            "data": {"values": values},
            "mark": {"type": "bar"},
            "encoding": {
                "x": _x(plot, "x"), "x2": {"field": "end"}, "y": {**_y(plot), "field": "value"},
                "y2": {"datum": 0}, "color": _colour(plot),
            },
        }  # fmt: skip


def _lines(plot: Plot) -> Iterator[Spec]:
    for one in plot.series:
        if one.kind != "line":
            continue
        dash = [6, 4] if one.role == "target" else [1, 0]
        mark: Spec = {"type": "line", "strokeDash": dash, "strokeWidth": 1.6}
        yield _layer(plot, one, runs_of(one.values), mark)
        dots = lonely_points(one.values)
        if dots:
            yield _layer(
                plot, one, [dots], {"type": "point", "filled": True, "size": 34, "opacity": 1}
            )


def _layer(plot: Plot, one: Series, runs: Sequence[Sequence[int]], mark: Spec) -> Spec:
    values = [
        {"series": one.label, "value": one.values[at], "x": at, "run": number}
        for number, run in enumerate(runs)
        for at in run
    ]
    return {
        "data": {"values": values},
        "mark": mark,
        "encoding": {
            "x": _x(plot, "x"), "y": {**_y(plot), "field": "value"}, "color": _colour(plot),
            "detail": {"field": "run", "type": "nominal"},
        },
    }  # fmt: skip


def runs_of(values: Sequence[float | None]) -> list[list[int]]:
    """Positions of measured values side by side; each run is a line of its own."""
    runs: list[list[int]] = []
    for at, value in enumerate(values):
        if value is None:
            continue
        if runs and runs[-1][-1] == at - 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs


def lonely_points(values: Sequence[float | None]) -> list[int]:
    return [run[0] for run in runs_of(values) if len(run) == 1]


def _bands(plot: Plot) -> Iterator[Spec]:
    values = [{"x": one.first - 0.5, "end": one.last + 0.5} for one in plot.marks]
    if values:
        yield {
            "data": {"values": values},
            "mark": {"type": "rect", "color": BAND, "opacity": 0.75},
            "encoding": {"x": _x(plot, "x"), "x2": {"field": "end"}, "y": None},
        }


def _rules(plot: Plot) -> Iterator[Spec]:
    """From its day on: the line stands before the label."""
    values = [{"x": one.position - 0.5, "label": one.label} for one in plot.rules]
    if values:
        text = {"type": "text", "align": "left", "dx": 4, "y": 6, "fontSize": 9, "color": INK}
        x = _x(plot, "x")
        yield {
            "data": {"values": values},
            "mark": {"type": "rule", "color": INK, "strokeWidth": 1.1},
            "encoding": {"x": x, "y": None},
        }
        yield {
            "data": {"values": values},
            "mark": text,
            "encoding": {"x": x, "y": None, "text": {"field": "label"}},
        }


def _flags(plot: Plot) -> Iterator[Spec]:
    values = [{"x": one.position, "tone": LIGHTS.get(one.severity, MUTED)} for one in plot.flags]
    if values:
        yield {
            "data": {"values": values},
            "mark": {"type": "point", "shape": "triangle-down", "filled": True, "size": 60,
                     "opacity": 1, "y": 4},
            "encoding": {
                "x": _x(plot, "x"), "y": None,
                "color": {"field": "tone", "type": "nominal", "scale": None, "legend": None},
            },
        }  # fmt: skip
