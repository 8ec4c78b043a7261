"""What several events about one call make of it, in whatever order they come.

Each field keeps the provider's own time of the event that set it (`Call.provider_stamps`): a later
event wins, an earlier one only fills what is not known, and nothing known is ever un-known. Where
times are equal or missing, the further end and the longer duration win. So any order and any
number of repetitions give the same call. What a person corrected (`BY_PERSON`) no event changes.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from kpi.models import CallStatus

# How far a call got: of two untimed reports the further one is the later one.
STATUS_ORDER = [CallStatus.MISSED, CallStatus.VOICEMAIL, CallStatus.ANSWERED, CallStatus.SPAM]

# Instead of a time: this field is a person's word.
BY_PERSON = "by person"

Fields = dict[str, Any]
Stamps = dict[str, str]


def stamp_of(updated_at: dt.datetime | None) -> str:
    """Sorts as text; empty where the provider gave none, so that any stamp is later."""
    return updated_at.astimezone(dt.UTC).isoformat(timespec="microseconds") if updated_at else ""


def merge(
    known: Fields, stamps: Stamps, news: Fields, updated_at: dt.datetime | None
) -> tuple[Fields, Stamps]:
    """The merged fields and their stamps; None in `news` says nothing."""
    stamp = stamp_of(updated_at)
    merged, merged_stamps = dict(known), dict(stamps)
    for field, value in news.items():
        if value is None or value == "" or stamps.get(field) == BY_PERSON:
            continue
        held, held_stamp = known.get(field), stamps.get(field, "")
        if held in (None, "") or stamp > held_stamp:
            merged[field], merged_stamps[field] = value, stamp
        elif stamp == held_stamp:
            merged[field] = _further(field, held, value)
    return merged, merged_stamps


@dataclass(frozen=True)
class News:
    """What one event says, and the provider's own time of it."""

    fields: Fields
    updated_at: dt.datetime | None = None

    def without(self, name: str) -> "News":
        return replace(self, fields={key: v for key, v in self.fields.items() if key != name})


def merge_all(known: Fields, stamps: Stamps, told: Iterable[News]) -> tuple[Fields, Stamps]:
    """One after the other; the order does not matter."""
    for news in told:
        known, stamps = merge(known, stamps, news.fields, news.updated_at)
    return known, stamps


def _further(field: str, held: Any, value: Any) -> Any:
    if isinstance(held, dict):
        return {name: max(held.get(name, ""), value.get(name, "")) for name in {**held, **value}}
    if field == "status":
        return max(held, value, key=STATUS_ORDER.index)
    if field == "started_at":
        return min(held, value)
    return max(held, value)
