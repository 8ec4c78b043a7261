from typing import Any

import pytest

from kpi.diagnosis.conditions import ConditionError, as_lines, holds, read_lines

FACTS = ("share", "before_share", "missed")


@pytest.mark.parametrize(
    ("line", "condition"),
    [
        ("share >= 0.2", ["share", ">=", 0.2]),
        ("missed>3", ["missed", ">", 3.0]),
        ("share < -0.01", ["share", "<", -0.01]),
        ("share <= before_share", ["share", "<=", "before_share"]),
        ("share >= 1.5 * before_share", ["share", ">=", [1.5, "before_share"]]),
        (
            "share >= 1.5*before_share  or unknown",
            ["share", ">=", [1.5, "before_share"], "or unknown"],
        ),
    ],
)
def test_line_is_read_as_a_condition(line: str, condition: list[Any]) -> None:
    assert read_lines(f"\n  {line} \n", facts=FACTS) == [condition]
    assert read_lines(as_lines([condition]), facts=FACTS) == [condition]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("share >= 0.2\nshare is big", "Line 2, “share is big”: write a fact"),
        ("share == 1", "Line 1, “share == 1”"),
        ("share > 0.2; drop", "Line 1"),
        ("calls > 3", "Line 1: there is no fact “calls”; there are share, before_share, missed."),
        ("share > 2 * calls", "there is no fact “calls”"),
    ],
)
def test_line_that_is_no_condition_is_named(text: str, message: str) -> None:
    with pytest.raises(ConditionError) as caught:
        read_lines(text, facts=FACTS)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("line", "facts", "expected"),
    [
        ("share >= 0.2", {"share": 0.2}, True),
        ("share > 0.2", {"share": 0.2}, False),
        ("share <= 0.2", {"share": 0.2}, True),
        ("share < 0.2", {"share": 0.2}, False),
        ("share >= 1.5 * before_share", {"share": 0.3, "before_share": 0.2}, True),
        ("share >= 1.5 * before_share", {"share": 0.29, "before_share": 0.2}, False),
        ("share >= before_share", {"share": 0.0, "before_share": 0}, True),
        ("share >= 0.2", {"share": None}, False),
        ("share >= 0.2", {}, False),
        ("share >= 1.5 * before_share", {"share": 0.3, "before_share": None}, False),
        ("share >= 1.5 * before_share or unknown", {"share": 0.3, "before_share": None}, True),
        ("share >= 1.5 * before_share or unknown", {"share": 0.1, "before_share": 0.2}, False),
    ],
)
def test_nothing_holds_of_what_is_not_known(
    line: str, facts: dict[str, Any], expected: bool
) -> None:
    assert holds(read_lines(line, facts=FACTS), facts) is expected


def test_all_conditions_must_hold() -> None:
    both = read_lines("share >= 0.2\nmissed >= 3", facts=FACTS)
    assert holds(both, {"share": 0.2, "missed": 3})
    assert not holds(both, {"share": 0.2, "missed": 2})
    assert holds([], {})
