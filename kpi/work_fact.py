"""What was measured of a target of the work itself."""

from dataclasses import dataclass
from typing import Any

from kpi.models import Light


@dataclass(frozen=True)
class WorkFact:
    """What was measured of one target; `actual` None has its `reason`. `sample` is how many
    answers, planned publications or published posts it is made of. `bounds`: what `actual` would be
    at the least and at the most, where a part is not known; `reason` says what, then. `at_best`:
    the light is no better than this, whatever was measured.
    """

    actual: float | None
    sample: int
    reason: str = ""
    facts: dict[str, Any] | None = None
    bounds: tuple[float, float] | None = None
    at_best: Light = Light.GREEN
