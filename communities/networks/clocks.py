"""The clocks by which networks cut their days and their daily quotas."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

# Of Russian networks; that their quotas go by it too is taken, not told.
MOSCOW = ZoneInfo("Europe/Moscow")
# Of Google's quotas and reports, and of Meta's days.
PACIFIC = ZoneInfo("America/Los_Angeles")


def next_midnight(now: datetime, zone: ZoneInfo) -> datetime:
    """In UTC; the day of a clock's change has 23 or 25 hours."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    there = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone)
    return there.astimezone(UTC)
