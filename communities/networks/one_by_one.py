"""Reading pages of networks that answer of one at a time."""

from collections.abc import Callable, Sequence

from communities.networks.outcomes import KEY_WIDE, Failure, Kind, Ok, Outcome
from communities.networks.records import ProfileReading

# After so many passing failures in a row the rest of the list waits for another time.
FAILURES_IN_A_ROW = 3


def read_each(
    ids: Sequence[str], read: Callable[[str], Outcome[ProfileReading]]
) -> dict[str, Outcome[ProfileReading]]:
    """One outcome for each id asked for; what the key cannot survive ends the run."""
    found: dict[str, Outcome[ProfileReading]] = {}
    in_a_row = 0
    stop: Failure | None = None
    for external_id in dict.fromkeys(ids):
        outcome = stop or read(external_id)
        found[external_id] = outcome
        if isinstance(outcome, Ok):
            in_a_row = 0
            continue
        in_a_row += outcome.kind is Kind.TEMPORARY
        if outcome.kind in KEY_WIDE or in_a_row >= FAILURES_IN_A_ROW:
            stop = outcome
    return found
