"""Daily quotas of the networks, counted in Redis before the calls, per key and method.

A quota begins anew at midnight of the network's own clock. What is counted is what was asked, also
where the answer was lost: the network may have counted it too.
"""

import hashlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from communities.networks.clocks import MOSCOW, PACIFIC, next_midnight
from communities.networks.keys import AccessToken
from communities.networks.outcomes import Kind, RefusedForNow, Scope
from communities.networks.shared_store import run

TWO_DAYS = 172_800


@dataclass(frozen=True, slots=True)
class Quota:
    """At most so many units a day by the clock of `zone`."""

    units: int
    zone: ZoneInfo

    def day(self, now: datetime) -> str:
        return now.astimezone(self.zone).date().isoformat()

    def reset_at(self, now: datetime) -> datetime:
        return next_midnight(now, self.zone)


# By network and method, as the method is named to the limiter. VK does not say when its days begin.
QUOTAS = {
    ("vk", "wall.get"): Quota(5_000, MOSCOW),
    ("vk", "wall.search"): Quota(1_000, MOSCOW),
    ("vk", "newsfeed.search"): Quota(1_000, MOSCOW),
    ("youtube", "data"): Quota(10_000, PACIFIC),
    ("youtube", "search"): Quota(100, PACIFIC),
}

# KEYS: the day's counter. ARGV: cost, units, seconds to keep. Returns 1 where there was enough.
_TAKE = """
local used = tonumber(redis.call('GET', KEYS[1]) or '0')
if used + tonumber(ARGV[1]) > tonumber(ARGV[2]) then return 0 end
redis.call('INCRBY', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""
_GIVE_BACK = "return redis.call('DECRBY', KEYS[1], ARGV[1])"


def take_units(key: AccessToken, method: str, cost: int) -> RefusedForNow | None:
    """Count the call, or say until when there are no more of this day."""
    quota = QUOTAS.get((key.network, method))
    if quota is None:
        return None
    now = _now()
    if run(_TAKE, [_counter(key, method, quota.day(now))], [cost, quota.units, TWO_DAYS]):
        return None
    return quota_exhausted(
        _("This key's calls of the day are used up."), reset_at=quota.reset_at(now), now=now
    )


def give_back(key: AccessToken, method: str, cost: int) -> None:
    """The call was not made after all."""
    if quota := QUOTAS.get((key.network, method)):
        run(_GIVE_BACK, [_counter(key, method, quota.day(_now()))], [cost])


def quota_exhausted(message: str, *, reset_at: datetime, now: datetime) -> RefusedForNow:
    """Not before the quota begins anew."""
    seconds = max(1.0, (reset_at - now).total_seconds())
    return RefusedForNow(Kind.QUOTA_EXHAUSTED, message, seconds, Scope.DAY)


def used_up_today(message: str, zone: ZoneInfo) -> RefusedForNow:
    """The network says so itself: until its next midnight."""
    now = datetime.now(UTC)
    return quota_exhausted(message, reset_at=next_midnight(now, zone), now=now)


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


def _counter(key: AccessToken, method: str, day: str) -> str:
    """A secret that is renewed goes on with the count of the one before."""
    lasting = f"{key.network}:{key.refresh_secret or key.secret}"
    fingerprint = hashlib.sha256(lasting.encode()).hexdigest()[:32]
    return f"limiter:{key.network}:{fingerprint}:quota:{method}:{day}"
