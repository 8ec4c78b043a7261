"""Which days of a month are planned, and by which version of the strategy."""

import datetime as dt
from dataclasses import dataclass, field

from django.utils.functional import cached_property

from clients.models import AT_REST, Client, Engagement, StatusChange
from strategy.models import StrategyVersion
from strategy.models.version import FROZEN_STATES
from strategy.periods import days_between, last_of_month


@dataclass
class PlanDays:
    """Day → the version in force on it; the other days of the month by why they are left out."""

    versions: dict[dt.date, StrategyVersion] = field(default_factory=dict)
    over: list[dt.date] = field(default_factory=list)
    not_agreed: list[dt.date] = field(default_factory=list)
    at_rest: list[dt.date] = field(default_factory=list)
    without_strategy: list[dt.date] = field(default_factory=list)

    @cached_property
    def distinct_versions(self) -> list[StrategyVersion]:
        return sorted(set(self.versions.values()), key=lambda version: version.starts_on)


def read_days(client: Client, month: dt.date, *, on: dt.date) -> PlanDays:
    """`month` is its first day. Planned is from the day after `on`: nobody writes for today."""
    last = last_of_month(month)
    versions = list(
        StrategyVersion.objects.filter(
            client=client, state__in=FROZEN_STATES, starts_on__lte=last, ends_on__gte=month
        )
    )
    engagements = list(Engagement.objects.filter(client=client, starts_on__lte=last))
    changes = list(StatusChange.objects.filter(client=client).order_by("changed_at", "pk"))
    found = PlanDays()
    for day in days_between(month, last):
        version = next((row for row in versions if row.starts_on <= day <= row.ends_on), None)
        if day <= on:
            found.over.append(day)
        elif not any(_runs(row, day) for row in engagements):
            found.not_agreed.append(day)
        elif status_on(client, changes, day) in AT_REST:
            found.at_rest.append(day)
        elif version is None:
            found.without_strategy.append(day)
        else:
            found.versions[day] = version
    return found


def _runs(engagement: Engagement, day: dt.date) -> bool:
    return engagement.starts_on <= day and (engagement.ends_on is None or day <= engagement.ends_on)


def status_on(client: Client, changes: list[StatusChange], day: dt.date) -> str:
    """The client's status at the end of that day; a day to come has what was written last."""
    earlier = [row for row in changes if client.day_of(row.changed_at) <= day]
    if earlier:
        return earlier[-1].new
    return changes[0].old if changes else client.status
