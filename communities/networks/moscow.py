"""Moscow's clock, by which Russian networks cut their days and, it is taken, their quotas."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MOSCOW = ZoneInfo("Europe/Moscow")


def seconds_to_midnight() -> float:
    now = datetime.now(UTC).astimezone(MOSCOW)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - now).total_seconds()
