"""Clients with a running strategy and calls day by day, for the tests of evaluation and flags."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from clients.models import Client
from communities.models import Community
from kpi.models import Call, CallStatus, Evidence, ProfileSnapshot, Reading
from strategy.models import KpiTarget, Metric, StrategyVersion
from strategy.periods import months_between
from tests.factories import (
    NOON,
    CallConnectionFactory,
    ClientFactory,
    CommunityFactory,
    KpiTargetFactory,
    MonthlyTargetFactory,
    NumberPlacementFactory,
    StrategyVersionFactory,
    approve_in_place,
    local_noon,
)

# The evaluation of the morning after: in Moscow it is the 12th, and the 11th is judged.
TODAY = dt.date(2026, 3, 12)
YESTERDAY = dt.date(2026, 3, 11)
MORNING = dt.datetime(2026, 3, 12, 5, 0, tzinfo=dt.UTC)


def days_back(day: dt.date, count: int) -> list[dt.date]:
    """That many days, the last of them `day`."""
    return [day - dt.timedelta(days=n) for n in reversed(range(count))]


def running_target(
    client: Client | None = None,
    *,
    metric: str = Metric.CALLS,
    monthly: float = 31,
    starts_on: dt.date = dt.date(2026, 1, 1),
    ends_on: dt.date = dt.date(2026, 12, 31),
    **fields: Any,
) -> KpiTarget:
    """The primary target of an approved strategy, the same value each month."""
    client = client or ClientFactory.create()
    version = StrategyVersionFactory.create(client=client, starts_on=starts_on, ends_on=ends_on)
    target = add_target(version, metric=metric, monthly=monthly, **fields)
    approve_in_place(version, at=NOON)
    return target


def add_target(
    version: StrategyVersion, *, metric: str, monthly: float, **fields: Any
) -> KpiTarget:
    target: KpiTarget = KpiTargetFactory.create(version=version, metric=metric, **fields)
    for month in months_between(version.starts_on, version.ends_on):
        MonthlyTargetFactory.create(target=target, month=month, value=Decimal(str(monthly)))
    return target


def add_calls(
    community: Community, per_day: Mapping[dt.date, int] | Iterable[dt.date], **fields: Any
) -> None:
    """So many calls on each day; days alone mean one call each."""
    counts = per_day if isinstance(per_day, Mapping) else dict.fromkeys(per_day, 1)
    known = {
        "source": Call.Source.MANUAL,
        "talk_seconds": 60,
        "status": CallStatus.ANSWERED,
        "evidence": Evidence.COMMUNITY_NUMBER,
        "community": community,
        "is_target": True,
        "is_unique": True,
        "is_unique_target": True,
    } | fields
    Call.objects.bulk_create(
        Call(
            client=community.client, started_at=local_noon(community.client, day), day=day, **known
        )
        for day, count in counts.items()
        for _ in range(count)
    )


def called_client(*, missing_share: float = 0.0, **fields: Any) -> Community:
    """A community that brought a call a day for 120 days, and fewer of them in the last 28."""
    community: Community = CommunityFactory.create(profile__client=ClientFactory.create(**fields))
    days = days_back(YESTERDAY, 120)
    kept = [day for n, day in enumerate(days[-28:]) if (n % 10) >= 10 * missing_share]
    # The last call says until when the calls are known.
    add_calls(community, {*days[:-28], *kept, YESTERDAY})
    return community


def silent_client(days: int = 20) -> Client:
    """A call a day over a live connection, then nothing for so many days."""
    community = CommunityFactory.create()
    last = YESTERDAY - days * dt.timedelta(days=1)
    connection = CallConnectionFactory.create(
        client=community.client, last_event_at=local_noon(community.client, last)
    )
    add_calls(community, days_back(last, 100), source=Call.Source.WEBHOOK, connection=connection)
    NumberPlacementFactory.create(number__client=community.client, community=community)
    running_target(community.client)
    client: Client = community.client
    return client


def add_followers(community: Community, levels: Mapping[dt.date, int | None]) -> None:
    ProfileSnapshot.objects.bulk_create(
        ProfileSnapshot(
            client=community.client,
            profile=community.profile,
            date=day,
            followers=followers,
            reading=Reading.API,
            read_at=NOON,
        )
        for day, followers in levels.items()
    )
