"""Moments by the clock on the client's wall.

When clocks are put forward an hour does not exist: what stands in it goes out as much later as was
skipped (02:30 becomes 03:30). When they are put back an hour comes twice: the first one counts.
Both are what calendars do (RFC 5545, 3.3.5).
"""

import datetime as dt


def moment_of(day: dt.date, time: dt.time, zone: dt.tzinfo) -> dt.datetime:
    """In UTC."""
    # fold=0: the offset before the change, in the hour that is skipped and in the one that repeats.
    local = dt.datetime.combine(day, time.replace(fold=0), tzinfo=zone)
    return local.astimezone(dt.UTC)
