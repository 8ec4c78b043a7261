"""The configuration of a chart."""

import json

import pytest

from smm_agency.lib.charts import Series, chart


def test_gap_is_null_and_zero_is_zero() -> None:
    config = chart(["a", "b", "c"], [Series("Calls", [0, None, 2], "bar")])
    data = json.loads(json.dumps(config))["data"]
    assert (data["labels"], data["datasets"][0]["data"]) == (["a", "b", "c"], [0, None, 2])


def test_lines_never_span_a_gap() -> None:
    config = chart(["a"], [Series("Fact", [1]), Series("Target", [2], role="target")])
    assert [one["spanGaps"] for one in config["data"]["datasets"]] == [False, False]


def test_series_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="Calls: 1 values under 2 labels"):
        chart(["a", "b"], [Series("Calls", [1])])
