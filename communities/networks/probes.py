"""What a key can do, found out by real calls: each call proves some capabilities or denies them."""

from collections.abc import Collection, Iterable
from typing import Any, TypeAlias

from communities.networks.keys import Capability, KeyReport
from communities.networks.outcomes import Kind, Ok, Outcome

Probe: TypeAlias = tuple[frozenset[Capability], Outcome[Any]]


def report(probes: Iterable[Probe], *, lacking: Collection[Kind]) -> Outcome[KeyReport]:
    """`lacking` kinds of refusals deny only what was asked for; any other fails the whole key."""
    able: set[Capability] = set()
    lacks: dict[Capability, str] = {}
    for capabilities, outcome in probes:
        if isinstance(outcome, Ok):
            able |= capabilities
        elif outcome.kind in lacking:
            lacks.update(dict.fromkeys(capabilities, outcome.message))
        else:
            return outcome
    return Ok(KeyReport(frozenset(able), lacks))
