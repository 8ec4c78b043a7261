"""Rows of a provider's list read as calls; one that cannot be read never stops the others."""

from collections.abc import Callable, Iterable
from typing import Any

from kpi.providers.records import ProviderCall, ProviderError, Pulled


def read_rows(rows: Iterable[Any], read: Callable[[Any], ProviderCall | None]) -> Pulled:
    """`read` gives None for a row that is no call of ours."""
    calls, unreadable = [], 0
    for row in rows:
        try:
            call = read(row) if isinstance(row, dict) else None
        except ProviderError:
            unreadable += 1
            continue
        if call is not None:
            calls.append(call)
        elif not isinstance(row, dict):
            unreadable += 1
    return Pulled(tuple(calls), unreadable)


def together(parts: Iterable[Pulled]) -> Pulled:
    found = list(parts)
    calls = tuple(call for part in found for call in part.calls)
    return Pulled(calls, sum(part.unreadable for part in found))
