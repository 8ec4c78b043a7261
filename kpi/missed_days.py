"""Filling in the days on which nobody read a page, as far as the network itself still tells them.

After an outage (a dead key, a network that was down) nobody can say how many subscribers a page had
on a missed day; but of own pages a network may tell who joined and left, how many there were, and
whom it reached. Such a row says that it was filled in later, and when. Only days without any row
are filled: nothing that was read, imported or typed in is touched. Posts of missed days are found
by the next reading of the wall (`kpi.due_walls`); their first snapshot stands in the slot in which
it was read.
"""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, models

from communities.key_refresh import ask
from communities.key_use import Work, with_each_key
from communities.models import AccessKey, Profile
from communities.networks.keys import Capability
from communities.networks.outcomes import Failure, Kind, Ok, Outcome, Refused
from communities.networks.records import DayStatistics
from communities.networks.registry import NetworkAdapter
from kpi.models import ProfileSnapshot, Reading
from kpi.network_keys import note_refusal, readable_networks

logger = logging.getLogger(__name__)

# How far back a missed day is asked for.
MOST_DAYS = 30
ONE_DAY = dt.timedelta(days=1)
CANNOT_READ_STATISTICS = (Kind.WRONG_TOKEN_KIND, Kind.PERMISSION)
# Days without a row between a page's first row and yesterday, on its client's calendar.
MISSED = """
SELECT page.id, missed.day::date
FROM unnest(%(profiles)s::bigint[], %(todays)s::date[]) AS page (id, today)
CROSS JOIN LATERAL (
    SELECT min(date) AS date FROM kpi_profilesnapshot WHERE profile_id = page.id
) began
CROSS JOIN LATERAL generate_series(
    greatest(began.date, page.today - %(most)s), page.today - 1, interval '1 day'
) AS missed (day)
WHERE began.date IS NOT NULL AND NOT EXISTS (
    SELECT FROM kpi_profilesnapshot stored
    WHERE stored.profile_id = page.id AND stored.date = missed.day::date
)
ORDER BY 1, 2
"""

Days = Sequence[dt.date]


@dataclass(slots=True)
class Filled:
    """What a run did, in days and pages. `waiting` pages were refused for now."""

    missed: int = 0
    filled: int = 0
    refused: int = 0
    waiting: int = 0


def fill_missed_days(*, at: dt.datetime) -> Filled:
    """Ask for the missed days of every own page whose key may read its statistics."""
    done = Filled()
    pages: dict[AccessKey, list[Profile]] = defaultdict(list)
    for profile in _asked():
        if profile.access_key is not None:
            pages[profile.access_key].append(profile)
    with_each_key(
        pages,
        Work.STATISTICS,
        lambda key, adapter: _fill_pages(key, adapter, pages[key], at, done),
    )
    logger.info("Missed days: %s", done)
    return done


def _asked() -> Iterable[Profile]:
    """An own page is asked for with its own key, which is its client's."""
    return (
        Profile.objects.measured()
        .filter(
            relation=Profile.Relation.OWN,
            network__in=readable_networks(Capability.READ_STATISTICS),
            access_key__capabilities__contains=[Capability.READ_STATISTICS.value],
            access_key__state=AccessKey.State.WORKS,
            access_key__client=models.F("client"),
        )
        .select_related("client", "access_key")
        .order_by("pk")
    )


def _fill_pages(
    key: AccessKey,
    adapter: NetworkAdapter,
    profiles: Sequence[Profile],
    at: dt.datetime,
    done: Filled,
) -> None:
    missed = find_missed_days(profiles, at=at)
    for profile in profiles:
        days = missed.get(profile.pk)
        if not days:
            continue
        done.missed += len(days)
        outcome = _ask(key, adapter, profile, days, at)
        if isinstance(outcome, Ok):
            done.filled += _store(profile, set(days), outcome.value)
        elif _failed(key, profile, outcome, at, done):
            return


def _ask(
    key: AccessKey,
    adapter: NetworkAdapter,
    profile: Profile,
    days: Sequence[dt.date],
    at: dt.datetime,
) -> Outcome[list[DayStatistics]]:
    since, until = _midnight(profile, days[0]), _midnight(profile, days[-1] + ONE_DAY)
    return ask(
        key,
        adapter,
        lambda token: adapter.read_statistics(token, profile.external_id, since, until),
        at=at,
    )


def find_missed_days(profiles: Sequence[Profile], *, at: dt.datetime) -> dict[int, Days]:
    """Profile → its days without a row, of the last thirty before its client's today."""
    found: dict[int, list[dt.date]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            MISSED,
            {
                "profiles": [profile.pk for profile in profiles],
                "todays": [profile.client.day_of(at) for profile in profiles],
                "most": MOST_DAYS,
            },
        )
        for profile, day in cursor:
            found[profile].append(day)
    return dict(found)


def _midnight(profile: Profile, day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=profile.client.zone)


def _store(profile: Profile, missed: set[dt.date], days: Iterable[DayStatistics]) -> int:
    """Those of the network's days that are the client's days too; how many.

    Whatever came in meanwhile stays. Where the network cuts its days elsewhere, none is taken.
    """
    rows = [
        ProfileSnapshot(
            client_id=profile.client_id,
            profile=profile,
            date=day,
            reading=Reading.BACKFILL,
            read_at=each.read_at,
            followers=each.followers,
            joined=each.joined,
            left=each.left,
            reach=each.reach,
            likes=each.likes,
            comments=each.comments,
            shares=each.shares,
            saves=each.saves,
            clicks=each.clicks,
            views_day=each.views,
        )
        for each in days
        for day in [profile.client.day_of(each.begins_at)]
        if day in missed
        and each.begins_at == _midnight(profile, day)
        and each.ends_at == _midnight(profile, day + ONE_DAY)
    ]
    ProfileSnapshot.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _failed(
    key: AccessKey, profile: Profile, failure: Failure, at: dt.datetime, done: Filled
) -> bool:
    """Whether the key is of no use for the other pages either."""
    if not isinstance(failure, Refused):
        done.waiting += 1
        return False
    done.refused += 1
    return note_refusal(key, profile, failure, at=at, wrong_kinds=CANNOT_READ_STATISTICS)
