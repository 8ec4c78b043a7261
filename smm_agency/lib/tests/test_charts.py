"""The description of a chart, and what the page's script is given of it."""

import json

import pytest

from smm_agency.lib.charts import FlagMark, Mark, Plot, Rule, Series


def test_gap_is_null_and_zero_is_zero() -> None:
    plot = Plot(["a", "b", "c"], [Series("Calls", [0, None, 2], "bar")])
    data = json.loads(json.dumps(plot.config))["data"]
    assert (data["labels"], data["datasets"][0]["data"]) == (["a", "b", "c"], [0, None, 2])


def test_lines_never_span_a_gap() -> None:
    plot = Plot(["a"], [Series("Fact", [1]), Series("Target", [2], role="target")])
    assert [one["spanGaps"] for one in plot.config["data"]["datasets"]] == [False, False]


def test_what_happened_stands_at_its_labels() -> None:
    plot = Plot(
        ["a", "b"],
        [Series("Calls", [1, 2])],
        marks=[Mark(0, 1, "Holidays")],
        rules=[Rule(1, "v2")],
        flags=[FlagMark(0, "Calls", "red")],
    )
    told = json.loads(json.dumps(plot.config))
    assert told["marks"] == [{"first": 0, "last": 1, "label": "Holidays"}]
    assert told["rules"] == [
        {"position": 1, "label": "v2", "words": "b: the strategy was corrected, v2 begins"}
    ]
    assert told["flags"] == [{"position": 0, "label": "Calls", "severity": "red"}]
    assert plot.told == ["Holidays", "b: the strategy was corrected, v2 begins", "Calls"]


def test_series_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="Calls: 1 values under 2 labels"):
        Plot(["a", "b"], [Series("Calls", [1])])
