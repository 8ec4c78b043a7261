"""Meta's insights: metrics by their names, which it retires, and their values by day or by post.

One name that Meta does not know fails the whole call: then each is asked for alone, and the dead
ones are left out for the rest of the day in this process.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from django.utils.translation import gettext as _

from communities.networks import http, meta_errors, shapes
from communities.networks.clocks import PACIFIC
from communities.networks.keys import AccessToken
from communities.networks.meta_graph import read, read_many
from communities.networks.outcomes import Kind, Ok, Outcome, Refused
from communities.networks.records import DayStatistics

logger = logging.getLogger(__name__)

A_DAY = timedelta(days=1)
# Where a whole call fails by what one of its objects or metrics lacks.
_LACKING = frozenset({Kind.NOT_FOUND, Kind.INVALID_REQUEST, Kind.PERMISSION})

# What a setting may say that a new metric counts.
COUNTED = frozenset({"views", "reach", "clicks", "saves", "shares", "likes", "comments"}) | {
    *("joined", "left", "followers"),
}

# Metric → the day in whose course it was found dead.
_dead: dict[str, date] = {}

Fields = Mapping[str, str]
"""Metric → our field."""


def named(settings: Iterable[str], fields: Fields) -> dict[str, str]:
    """The setting's metrics with our fields: `name`, or `name=field` for one that is new.

    A name of which nobody knows what it counts is not asked for.
    """
    pairs = (each.strip().partition("=") for each in settings)
    found = {name: field or fields.get(name, "") for name, _equals, field in pairs}
    return {name: field for name, field in found.items() if field in COUNTED}


def alive(metrics: Fields) -> dict[str, str]:
    today = datetime.now(UTC).date()
    return {name: field for name, field in metrics.items() if _dead.get(name) != today}


def forget_dead() -> None:
    _dead.clear()


# --- One object ----------------------------------------------------------------------------------


def read_insights(
    key: AccessToken, node: str, metrics: Fields, parameters: Mapping[str, str]
) -> Outcome[list[object]]:
    """What is told of these metrics; of one that fails, nothing. A failure where all fail."""
    names = list(alive(metrics))
    if not names:
        message = _("Meta knows none of the metrics that the settings name.")
        return Refused(Kind.INVALID_REQUEST, message, field=meta_errors.METRIC)
    outcome = _read(key, node, names, parameters)
    if isinstance(outcome, Ok) or outcome.kind is not Kind.INVALID_REQUEST:
        return outcome
    return _one_by_one(key, node, names, parameters)


def _read(
    key: AccessToken, node: str, names: Sequence[str], parameters: Mapping[str, str]
) -> Outcome[list[object]]:
    outcome = read(key, f"{node}/insights", {"metric": ",".join(names), **parameters})
    if not isinstance(outcome, Ok):
        return outcome
    items = shapes.sequence(outcome.value.get("data"))
    return Ok(items) if items is not None else http.wrong_shape(writes=False)


def _one_by_one(
    key: AccessToken, node: str, names: Sequence[str], parameters: Mapping[str, str]
) -> Outcome[list[object]]:
    told: list[object] = []
    answers = {name: _read(key, node, [name], parameters) for name in names}
    for name, outcome in answers.items():
        if isinstance(outcome, Ok):
            told += outcome.value
        elif meta_errors.is_of_metric(outcome):
            _note_dead(name)
        elif outcome.kind not in _LACKING:
            return outcome
    failures = [each for each in answers.values() if not isinstance(each, Ok)]
    return failures[0] if len(failures) == len(names) else Ok(told)


def _note_dead(name: str) -> None:
    _dead[name] = datetime.now(UTC).date()
    logger.warning("Meta has no metric %s any more: take it out of the settings.", name)


# --- Days ----------------------------------------------------------------------------------------


def read_days(
    key: AccessToken,
    node: str,
    metrics: Fields,
    *,
    since: datetime,
    until: datetime,
    longest: int,
) -> Outcome[list[DayStatistics]]:
    """The Pacific days that lie whole between the two, the oldest first; `longest` days a call."""
    read_at = datetime.now(UTC)
    found: dict[datetime, dict[str, int]] = {}
    for first, end in _windows(since, until, longest):
        window = {"period": "day", "since": first.isoformat(), "until": end.isoformat()}
        outcome = read_insights(key, node, metrics, window)
        if not isinstance(outcome, Ok):
            return outcome
        _add_days(found, outcome.value, metrics)
    days = (_day(end, told, read_at) for end, told in sorted(found.items()))
    return Ok([day for day in days if since <= day.begins_at and day.ends_at <= until])


def _windows(since: datetime, until: datetime, longest: int) -> Iterator[tuple[date, date]]:
    """Spans of at most so many days that cover all; Meta may count the last day in or out.

    A value carries the end of its day, so one day more is asked for than is wanted.
    """
    first, last = (moment.astimezone(PACIFIC).date() for moment in (since, until))
    while first <= last:
        end = min(first + timedelta(days=longest), last + A_DAY)
        yield first, end
        first = end if end > last else end - A_DAY


def _add_days(
    found: dict[datetime, dict[str, int]], items: Iterable[object], metrics: Fields
) -> None:
    for name, values in _values(items):
        for value in values:
            body = shapes.mapping(value) or {}
            end, count = shapes.written_moment(body.get("end_time")), _count(body.get("value"))
            if name in metrics and end is not None and count is not None:
                found.setdefault(end, {})[metrics[name]] = count


def _day(end: datetime, told: Mapping[str, int], read_at: datetime) -> DayStatistics:
    # By the wall clock: the day of a clock's change has 23 or 25 hours.
    begins = (end.astimezone(PACIFIC) - A_DAY).astimezone(UTC)
    return DayStatistics(begins, end, read_at, **told)


# --- Posts ---------------------------------------------------------------------------------------


def read_of_posts(
    key: AccessToken, ids: Sequence[str], metrics: Fields
) -> Outcome[dict[str, dict[str, int]]]:
    """Post → our field → count, of the posts of which anything is told.

    A post of which Meta tells no insights is left out; so are all where this key is told none.
    """
    names = list(alive(metrics))
    if not ids or not names:
        return Ok({})
    answers = read_many(key, ids, _expansion(names))
    if any(
        not isinstance(each, Ok) and meta_errors.is_of_metric(each) for each in answers.values()
    ):
        _one_by_one(key, ids[0], names, {})
        names = list(alive(metrics))
        answers = read_many(key, ids, _expansion(names)) if names else {}
    found: dict[str, dict[str, int]] = {}
    for post, outcome in answers.items():
        if isinstance(outcome, Ok):
            found[post] = lifetime(outcome.value, metrics)
        elif outcome.kind not in _LACKING:
            return outcome
    return Ok(found)


def lifetime(body: Mapping[str, object], metrics: Fields) -> dict[str, int]:
    """Our field → count; Meta answers with an empty set, not with zeros, where it knows nothing."""
    insights = shapes.mapping(body.get("insights")) or {}
    told: dict[str, int] = {}
    for name, values in _values(shapes.sequence(insights.get("data")) or []):
        counts = [_count((shapes.mapping(value) or {}).get("value")) for value in values]
        if name in metrics and counts and counts[-1] is not None:
            told[metrics[name]] = counts[-1]
    return told


def _expansion(names: Sequence[str]) -> str:
    return f"id,insights.metric({','.join(names)})"


def _values(items: Iterable[object]) -> Iterable[tuple[str, list[object]]]:
    for item in items:
        body = shapes.mapping(item) or {}
        yield shapes.text(body.get("name")), shapes.sequence(body.get("values")) or []


def _count(value: object) -> int | None:
    """A count, or the sum of its kinds where Meta tells them apart."""
    kinds = shapes.mapping(value)
    if kinds is None:
        return shapes.count(value)
    counts = [shapes.count(each) for each in kinds.values()]
    return None if None in counts else shapes.count(sum(filter(None, counts)))
