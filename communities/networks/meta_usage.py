"""How much of its limits Meta says is used: it states no rate but tells this each time. Pure.

`X-App-Usage: {"call_count":28,…}` counts for the whole application, in percent;
`X-Business-Use-Case-Usage: {"<business id>":[{"call_count":95,…,
"estimated_time_to_regain_access":19}]}` for one business, with minutes to wait.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from communities.networks import shapes

SLOW_AT, STOP_AT = 75, 90
# Between two calls of a key that comes near its limit, and where no wait is named at the limit.
SLOW_PAUSE, STOP_PAUSE = 3.0, 600.0
_PERCENTS = ("call_count", "total_time", "total_cputime", "acc_id_util_pct")


@dataclass(frozen=True, slots=True)
class Usage:
    """The most that is used of any limit, in percent, and the longest wait that is named."""

    percent: float
    minutes: int

    @property
    def pause(self) -> float | None:
        """Seconds to leave the key alone; None: go on."""
        if self.percent >= STOP_AT:
            return self.minutes * 60.0 or STOP_PAUSE
        return SLOW_PAUSE if self.percent >= SLOW_AT else None

    @property
    def wait(self) -> float | None:
        """Seconds that Meta itself names."""
        return self.minutes * 60.0 or None


def usage_of(headers: Mapping[str, str]) -> Usage:
    """Zeros where nothing is told, or nothing that can be read."""
    told = list(_told(headers))
    percents = [_percent(each.get(name)) for each in told for name in _PERCENTS]
    minutes = [shapes.count(each.get("estimated_time_to_regain_access")) or 0 for each in told]
    return Usage(max(percents, default=0.0), max(minutes, default=0))


def _told(headers: Mapping[str, str]) -> Iterator[dict[str, object]]:
    for name in ("X-App-Usage", "X-Ad-Account-Usage"):
        yield _json(headers.get(name, ""))
    for business in _json(headers.get("X-Business-Use-Case-Usage", "")).values():
        yield from filter(None, map(shapes.mapping, shapes.sequence(business) or []))


def _json(header: str) -> dict[str, object]:
    try:
        return shapes.mapping(json.loads(header)) or {}
    except (ValueError, RecursionError):
        return {}


def _percent(value: object) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and isinstance(value, int | float) else 0.0
