"""Charts as SVG, for documents: Vega-Lite drawn without a browser, in our letters and colours.

A value that was not measured is None: there is no bar, and its label is a dash.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import fontpkg_fira_sans
import vl_convert
from django.utils.translation import get_language

from smm_agency.lib.words import NOT_MEASURED

Spec = dict[str, Any]

VEGA_LITE = "5.21"
# As wide as the text of a page, in points.
WIDTH = 490
# In letters: a line of a legend, and the key before each of its names.
LETTERS_OF_A_LINE, LETTERS_OF_A_KEY = 70, 5
BAR_HEIGHT = 26
COLUMNS_HEIGHT = 190
# The portal's: first fact, then the series.
COLOURS = ("#3b5bdb", "#e8590c", "#2b8a3e", "#9c36b5", "#0b7285", "#a61e4d")
INK, MUTED, HAIRLINE, SOFT = "#1c2340", "#5c6478", "#dfe3ec", "#a5b4ec"

LOCALES: dict[str, Any] = {"ru": "ru-RU", "en": "en-US"}

CONFIG: Spec = {
    # The document tells in words what a chart shows.
    "aria": False,
    "font": fontpkg_fira_sans.FAMILY,
    "background": "transparent",
    "padding": {"left": 0, "right": 6, "top": 4, "bottom": 0},
    "view": {"stroke": None},
    "bar": {"color": COLOURS[0]},
    "range": {"category": list(COLOURS)},
    "axis": {
        "labelColor": MUTED,
        "labelFontSize": 10,
        "titleColor": MUTED,
        "titleFontSize": 10,
        "titleFontWeight": "normal",
        "gridColor": HAIRLINE,
        "domainColor": HAIRLINE,
        "tickColor": HAIRLINE,
    },
    "axisY": {"ticks": False, "domain": False, "labelPadding": 6},
    "legend": {
        "labelColor": INK,
        "labelFontSize": 10,
        "labelLimit": 300,
        "symbolType": "square",
        "orient": "bottom",
        "title": None,
    },
}


class Bar(NamedTuple):
    """`written` stands beside the bar; `is_own` makes it stand out among the others."""

    label: str
    value: float | None
    written: str
    is_own: bool = True


class Piece(NamedTuple):
    """A part of the bar named `label`, of the series `series`."""

    label: str
    series: str
    value: float | None


def bars(rows: Sequence[Bar], *, most: float | None = None) -> Spec:
    """Bars from left to right, one below the other; `most` is a whole bar, else the longest is."""
    names = _apart([row.label for row in rows])
    values = [
        {"label": name, "value": row.value, "end": row.value or 0, "own": row.is_own,
         "written": row.written if row.value is not None else NOT_MEASURED}
        for name, row in zip(names, rows, strict=True)
    ]  # fmt: skip
    tone = {"condition": {"test": "datum.own", "value": COLOURS[0]}, "value": SOFT}
    mark = {"type": "bar", "height": {"band": 0.62}}
    label = {"type": "text", "align": "left", "dx": 5, "fontSize": 10, "color": INK}
    x = _hidden(rows, most)
    return _spec(
        values,
        height=BAR_HEIGHT * len(rows),
        encoding={"y": _labels("y", names)},
        layer=[
            {"mark": mark, "encoding": {"x": x, "color": tone}},
            {"mark": label, "encoding": {"x": x | {"field": "end"}, "text": {"field": "written"}}},
        ],
    )


def parted_bars(pieces: Sequence[Piece], *, is_share: bool = False) -> Spec:
    """Bars from left to right, each made of its pieces."""
    names = _once(piece.label for piece in pieces)
    axis = {"title": None, "tickCount": 5, **({"format": "~%"} if is_share else {})}
    x = {"field": "value", "type": "quantitative", "stack": True, "axis": axis}
    return _spec(
        _values(pieces),
        height=BAR_HEIGHT * len(names) + 20,
        encoding={"y": _labels("y", names), "x": x, **_series(pieces)},
        layer=[{"mark": {"type": "bar", "height": {"band": 0.62}}}],
    )


def paired_bars(pieces: Sequence[Piece], *, written: Sequence[str], most: float) -> Spec:
    """For each label a bar of each series, one below the other; `most` is a whole bar."""
    names, series = _once(piece.label for piece in pieces), _once(piece.series for piece in pieces)
    values = [
        value | {"end": piece.value or 0, "written": words}
        for value, piece, words in zip(_values(pieces), pieces, written, strict=True)
    ]
    x = {"field": "value", "type": "quantitative", "axis": None,
         "scale": {"domain": [0, most * 1.18], "nice": False}}  # fmt: skip
    label = {"type": "text", "align": "left", "dx": 5, "fontSize": 9, "color": INK}
    color = {"field": "series", "type": "nominal",
             "scale": {"domain": series, "range": [SOFT, COLOURS[0]]}}  # fmt: skip
    offset = {"field": "series", "type": "nominal", "sort": series}
    return _spec(
        values,
        height=(BAR_HEIGHT + 10) * len(names),
        encoding={"y": _labels("y", names), "yOffset": offset},
        layer=[
            {"mark": {"type": "bar"}, "encoding": {"x": x, "color": color}},
            {"mark": label, "encoding": {"x": x | {"field": "end"}, "text": {"field": "written"}}},
        ],
    )


def parted_columns(pieces: Sequence[Piece], *, title: str) -> Spec:
    """Columns side by side, each made of its pieces; `title` names the upright axis."""
    names = _once(piece.label for piece in pieces)
    y = {"field": "value", "type": "quantitative", "stack": True,
         "axis": {"title": title, "tickCount": 5, "titleAlign": "left", **ABOVE}}  # fmt: skip
    return _spec(
        _values(pieces),
        height=COLUMNS_HEIGHT,
        encoding={"x": _labels("x", names), "y": y, **_series(pieces)},
        layer=[{"mark": {"type": "bar", "width": {"band": _band(names)}}}],
    )


def columns(rows: Sequence[Bar], *, title: str, base: float | None = None) -> Spec:
    """Columns side by side with their values; `base` is a level that they start from."""
    names = _apart([row.label for row in rows])
    values = [
        {"label": name, "value": row.value, "written": row.written}
        for name, row in zip(names, rows, strict=True)
    ]
    top = {"type": "text", "dy": -7, "fontSize": 10 if len(rows) <= 12 else 8, "color": INK}
    y = {"field": "value", "type": "quantitative",
         "axis": {"title": title, "tickCount": 5, "titleAlign": "left", **ABOVE}}  # fmt: skip
    mark = {"type": "bar", "width": {"band": _band(names)}}
    return _spec(
        values,
        height=COLUMNS_HEIGHT,
        encoding={"x": _labels("x", names), "y": y},
        layer=[{"mark": mark}, {"mark": top, "encoding": {"text": {"field": "written"}}}]
        + (_level(base) if base is not None else []),
    )


def draw_svg(spec: Spec) -> str:
    """The SVG's text: letters stay letters, numbers are written as the active language does."""
    _letters()
    locale = LOCALES.get(get_language() or "en", LOCALES["en"])
    return vl_convert.vegalite_to_svg(
        spec, vl_version=VEGA_LITE, allowed_base_urls=[], format_locale=locale
    )


@cache
def _letters() -> None:
    """Known to the library once for the process: it measures the labels by them."""
    vl_convert.register_font_directory(str(fontpkg_fira_sans.ROOT / "files"))


# The title of an upright axis stands above it and reads as other text does.
ABOVE = {"titleAngle": 0, "titleAnchor": "end", "titleX": 0, "titleY": -10}


def _spec(values: list[Spec], **parts: Any) -> Spec:
    return {
        "width": WIDTH,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "config": CONFIG,
        "data": {"values": values},
        **parts,
    }


def _values(pieces: Sequence[Piece]) -> list[Spec]:
    order = _once(piece.series for piece in pieces)
    return [piece._asdict() | {"order": order.index(piece.series)} for piece in pieces]


def _labels(side: str, names: Sequence[str]) -> Spec:
    """The axis of names, in their order."""
    axis: Spec = {"title": None, "domain": side == "x", "labelColor": INK, "grid": False}
    if side == "x":
        axis |= {"labelAngle": 0 if len(names) <= 12 else -45}
    else:
        axis |= {"labelLimit": 200}
    return {"field": "label", "type": "nominal", "sort": list(names), "axis": axis}


def _hidden(rows: Sequence[Bar], most: float | None = None) -> Spec:
    """Lengths that are written beside the bars need no axis; room is left for what is written."""
    if most is None:
        most = max((row.value for row in rows if row.value is not None), default=0)
    scale = {"domain": [0, most * 1.18 or 1], "nice": False}
    return {"field": "value", "type": "quantitative", "axis": None, "scale": scale}


def _series(pieces: Sequence[Piece]) -> Spec:
    """The colours of the series, and their order: the first one stands at the foot."""
    names = _once(piece.series for piece in pieces)
    # A legend does not break its line by itself.
    rows = -(-sum(len(name) + LETTERS_OF_A_KEY for name in names) // LETTERS_OF_A_LINE) or 1
    legend = {"columns": max(1, len(names) // rows)}
    return {
        "color": {
            "field": "series",
            "type": "nominal",
            "scale": {"domain": names},
            "legend": legend,
        },
        "order": {"field": "order", "type": "quantitative"},
    }


def _level(base: float) -> list[Spec]:
    """A dashed line across."""
    line = {"type": "rule", "strokeDash": [5, 4], "color": COLOURS[1], "strokeWidth": 1.2}
    y = {"field": "value", "type": "quantitative"}
    return [{"data": {"values": [{"value": base}]}, "mark": line, "encoding": {"y": y, "x": None}}]


def _apart(names: Sequence[str]) -> list[str]:
    """Two of one name are two bars: an empty letter tells them apart."""
    return [name + "\u200b" * list(names[:index]).count(name) for index, name in enumerate(names)]


def _once(names: Any) -> list[str]:
    return list(dict.fromkeys(names))


def _band(names: Sequence[str]) -> float:
    """A few columns are no wide blocks."""
    return 0.35 if len(names) < 4 else 0.6
