"""Growth of subscribers: end − start over the measured days of a period; losses are negative.

Of one community the start and the end are its first and last measured day in the period, whichever
they are, and both are said. Of several communities together only those count that were measured at
both ends of the period, at most `END_TOLERANCE` days off; where one is left out, `is_partial`.
Missing days are None, never zero. Reads only what the portal's role may read.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from clients.models import Client
from communities.models import Community
from kpi.formulas import ratio
from kpi.models import ProfileSnapshot
from kpi.whose_pages import OWN, Relations
from strategy.periods import days_between, length_of

END_TOLERANCE = dt.timedelta(days=3)


@dataclass(frozen=True, slots=True)
class GrowthValue:
    """Net growth of one community, or of a client's communities together.

    `start` and `end` are subscribers on `start_on` and `end_on`; None where fewer than two days
    are measured. `joined` and `left` are sums over the days that told them, of the same days as
    the growth: after `start_on`, up to `end_on`. `told_days` of these told them. `measured_days`
    and `told_days` of several communities are those of the one measured worst. `counted` of
    `communities` are in it.
    """

    days: int
    start: int | None = None
    end: int | None = None
    start_on: dt.date | None = None
    end_on: dt.date | None = None
    joined: int | None = None
    left: int | None = None
    told_days: int = 0
    measured_days: int = 0
    counted: int = 0
    communities: int = 0

    @property
    def net(self) -> int | None:
        return None if self.start is None or self.end is None else self.end - self.start

    @property
    def grown_days(self) -> int:
        """Over how many days it grew; the opening one is not among them."""
        return (self.end_on - self.start_on).days if self.start_on and self.end_on else 0

    @property
    def share(self) -> float | None:
        """Net growth ÷ subscribers at the start."""
        return ratio(self.net, self.start)

    @property
    def coverage(self) -> float:
        return self.measured_days / self.days

    @property
    def is_partial(self) -> bool:
        """Some communities are left out: they were not measured at both ends."""
        return self.counted < self.communities


Key = tuple[int, int | None]


def measure_growth(
    client: Client, *, first: dt.date, last: dt.date, community: Community | None = None
) -> GrowthValue:
    """Growth from `first` to `last`, both included; of all own communities unless one is named."""
    values = growth_for_clients([client.pk], first=first, last=last)
    key = (client.pk, community.pk if community else None)
    return values.get(key, GrowthValue(length_of(first, last)))


def followers_by_day(
    client: Client, *, first: dt.date, last: dt.date, community: Community | None = None
) -> dict[dt.date, int | None]:
    """Subscribers on each day from `first` to `last`; None where a day is not measured.

    Of several communities: the sum of those that `measure_growth` counts, on the days on which all
    of them were measured, so that the line does not jump where one of them is missing.
    """
    profiles = _shown_profiles(measure_pages([client.pk], first, last), community)
    found: dict[dt.date, list[int]] = defaultdict(list)
    rows = ProfileSnapshot.objects.filter(
        profile__in=profiles, date__range=(first, last), followers__isnull=False
    )
    for day, followers in rows.values_list("date", "followers"):
        found[day].append(followers or 0)
    return {
        day: sum(found[day]) if profiles and len(found[day]) == len(profiles) else None
        for day in days_between(first, last)
    }


def _shown_profiles(measures: list["PageGrowth"], community: Community | None) -> list[int]:
    if community is None:
        counted = counted_pages(measures) or [each for each in measures if each.measured_days]
        return [each.profile for each in counted]
    return [each.profile for each in measures if each.community == community.pk]


def growth_for_clients(
    client_ids: Collection[int],
    *,
    first: dt.date,
    last: dt.date,
    keys: Collection[Key] | None = None,
) -> dict[Key, GrowthValue]:
    """(client, community) → growth, and (client, None) → of all together. One query in all.

    A client without own profiles is absent. `keys`: these only, where not all are needed.
    """
    days = length_of(first, last)
    by_client: dict[int, list[PageGrowth]] = defaultdict(list)
    values: dict[Key, GrowthValue] = {}
    for each in measure_pages(client_ids, first, last):
        by_client[each.client].append(each)
        if each.community is not None and is_wanted((each.client, each.community), keys):
            values[each.client, each.community] = growth_of_pages([each], [each], days)
    for client_id, measures in by_client.items():
        if is_wanted((client_id, None), keys):
            values[client_id, None] = growth_of_pages(counted_pages(measures), measures, days)
    return values


def is_wanted(key: Key, keys: Collection[Key] | None) -> bool:
    return keys is None or key in keys


@dataclass(frozen=True, slots=True)
class PageGrowth:
    """One profile in the period: what `growth_of_pages` sums up."""

    client: int
    profile: int
    community: int | None
    measured_days: int = 0
    start: int = 0
    end: int = 0
    start_on: dt.date = dt.date.min
    end_on: dt.date = dt.date.min
    joined: int | None = None
    left: int | None = None
    told_days: int = 0

    @property
    def has_ends(self) -> bool:
        return self.start_on < self.end_on


# Sums first, then the two readings at the ends: no reading in between leaves the database. Who
# joined on the opening day is in its level already.
MEASURES = """
SELECT page.client_id, page.id, community.id, told.days, opening.followers, closing.followers,
    told.start_on, told.end_on, told.joined, told.left, told.told_days
FROM communities_profile page
LEFT JOIN communities_community community ON community.profile_id = page.id
LEFT JOIN (
    SELECT profile_id, count(followers) AS days, min(start_on) AS start_on, min(end_on) AS end_on,
        sum(joined) FILTER (WHERE is_grown) AS joined,
        sum("left") FILTER (WHERE is_grown) AS "left",
        least(
            count(joined) FILTER (WHERE is_grown), count("left") FILTER (WHERE is_grown)
        ) AS told_days
    FROM (
        SELECT *, date > start_on AND date <= end_on AS is_grown
        FROM (
            SELECT reading.profile_id, date, followers, joined, "left",
                min(date) FILTER (WHERE followers IS NOT NULL) OVER page AS start_on,
                max(date) FILTER (WHERE followers IS NOT NULL) OVER page AS end_on
            FROM kpi_profilesnapshot reading
            JOIN communities_profile own ON own.id = reading.profile_id
                AND own.relation = ANY(%(relations)s)
            WHERE own.client_id = ANY(%(clients)s) AND date BETWEEN %(first)s AND %(last)s
            WINDOW page AS (PARTITION BY reading.profile_id)
        ) bounded
    ) reading
    GROUP BY 1
) told ON told.profile_id = page.id AND told.days > 0
LEFT JOIN kpi_profilesnapshot opening
    ON opening.profile_id = page.id AND opening.date = told.start_on
LEFT JOIN kpi_profilesnapshot closing
    ON closing.profile_id = page.id AND closing.date = told.end_on
WHERE page.client_id = ANY(%(clients)s) AND page.relation = ANY(%(relations)s)
ORDER BY page.id
"""


def measure_pages(
    client_ids: Collection[int], first: dt.date, last: dt.date, *, relations: Relations = OWN
) -> list[PageGrowth]:
    """One for each profile, measured or not, by profile's id. One query."""
    parameters: dict[str, Any] = {
        "clients": list(client_ids), "first": first, "last": last, "relations": list(relations)
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(MEASURES, parameters)
        return [_measure(*row) for row in cursor.fetchall()]


def _measure(
    client: int, profile: int, community: int | None, days: int | None, *told: Any
) -> PageGrowth:
    if days is None:
        return PageGrowth(client, profile, community)
    start, end, start_on, end_on, joined, left, told_days = told
    return PageGrowth(
        client,
        profile,
        community,
        measured_days=days,
        start=start,
        end=end,
        start_on=start_on,
        end_on=end_on,
        joined=_count(joined),
        left=_count(left),
        told_days=told_days,
    )


def _count(value: object) -> int | None:
    """PostgreSQL's sum of bigints is a numeric."""
    return None if value is None else int(str(value))


def counted_pages(measures: Sequence[PageGrowth]) -> list[PageGrowth]:
    """Those measured at both ends of what is measured at all; a single profile is its own ends."""
    measured = [each for each in measures if each.has_ends]
    if not measured:
        return []
    start = min(each.start_on for each in measured)
    end = max(each.end_on for each in measured)
    return [
        each
        for each in measured
        if each.start_on - start <= END_TOLERANCE and end - each.end_on <= END_TOLERANCE
    ]


def growth_of_pages(
    counted: Sequence[PageGrowth], every: Sequence[PageGrowth], days: int
) -> GrowthValue:
    """The growth of those that count, said to be of `every` one."""
    with_ends = [each for each in counted if each.has_ends]
    if not with_ends:
        return GrowthValue(
            days,
            measured_days=max((each.measured_days for each in every), default=0),
            communities=len(every),
        )
    return GrowthValue(
        days,
        start=sum(each.start for each in with_ends),
        end=sum(each.end for each in with_ends),
        start_on=min(each.start_on for each in with_ends),
        end_on=max(each.end_on for each in with_ends),
        joined=_sum(each.joined for each in with_ends),
        left=_sum(each.left for each in with_ends),
        told_days=min(each.told_days for each in with_ends),
        measured_days=min(each.measured_days for each in with_ends),
        counted=len(with_ends),
        communities=len(every),
    )


def _sum(values: Iterable[int | None]) -> int | None:
    """None where one of the parts is not measured: a sum of the others would pass for the whole."""
    known = list(values)
    return None if None in known else sum(value for value in known if value is not None)
