"""Conditions of a rule of diagnosis: read from lines, written as lines, asked of facts.

A condition is `[fact, comparison, value]`: the value is a number, the name of another fact, or
`[factor, fact]`. A fourth word, "or unknown", lets it hold where a side of it is not known;
otherwise nothing holds of what is not known.

    share >= 0.2
    share >= 1.5 * before_share or unknown
"""

import operator
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

Condition = Sequence[Any]

OR_UNKNOWN = "or unknown"
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
NUMBER = r"-?\d+(?:\.\d+)?"
NAME = r"[a-z]\w*"
LINE = re.compile(
    rf"(?P<fact>{NAME})\s*(?P<comparison>>=|<=|>|<)\s*"
    rf"(?:(?P<number>{NUMBER})(?:\s*\*\s*(?P<scaled>{NAME}))?|(?P<other>{NAME}))"
    rf"(?P<lenient>\s+or\s+unknown)?"
)


class ConditionError(ValueError):
    """A line that is no condition; the message says which, and how to mend it."""


def holds(conditions: Sequence[Condition], facts: Mapping[str, Any]) -> bool:
    """All of them; a rule without conditions holds wherever there are facts."""
    return all(_holds(condition, facts) for condition in conditions)


def _holds(condition: Condition, facts: Mapping[str, Any]) -> bool:
    fact, comparison, value = condition[:3]
    actual, limit = facts.get(fact), _limit(value, facts)
    if actual is None or limit is None:
        return OR_UNKNOWN in condition[3:]
    return COMPARISONS[comparison](actual, limit)


def _limit(value: Any, facts: Mapping[str, Any]) -> float | None:
    if isinstance(value, int | float):
        return value
    factor, fact = (1, value) if isinstance(value, str) else value
    known = facts.get(fact)
    # 1.5 times 0.2 is 0.3 to people.
    return None if known is None else round(factor * known, 9)


def as_lines(conditions: Sequence[Condition]) -> str:
    return "\n".join(as_line(condition) for condition in conditions)


def as_line(condition: Condition) -> str:
    fact, comparison, value, *lenient = condition
    limit = f"{value[0]:g} * {value[1]}" if isinstance(value, list | tuple) else str(value)
    return " ".join((fact, comparison, limit, *lenient))


def read_lines(text: str, *, facts: Collection[str]) -> list[list[Any]]:
    """Conditions, one for each line that is not blank; `facts` are the names that may stand there.

    Raises ConditionError with the number of the line.
    """
    lines = enumerate(text.splitlines(), start=1)
    return [_read(number, line.strip(), facts) for number, line in lines if line.strip()]


def _read(number: int, line: str, facts: Collection[str]) -> list[Any]:
    found = LINE.fullmatch(line)
    if found is None:
        raise ConditionError(
            _(
                "Line %(number)d, “%(line)s”: write a fact, a comparison and a number or another"
                " fact, as in “share >= 1.5 * before_share”."
            )
            % {"number": number, "line": line}
        )
    names = [name for name in found.group("fact", "scaled", "other") if name]
    for name in names:
        if name not in facts:
            raise ConditionError(
                _("Line %(number)d: there is no fact “%(name)s”; there are %(facts)s.")
                % {"number": number, "name": name, "facts": ", ".join(facts)}
            )
    condition = [found["fact"], found["comparison"], _value(found)]
    return [*condition, OR_UNKNOWN] if found["lenient"] else condition


def _value(found: re.Match[str]) -> Any:
    if found["other"]:
        return found["other"]
    number = float(found["number"])
    return [number, found["scaled"]] if found["scaled"] else number
