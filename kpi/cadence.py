"""How often a post is read, by its age: which slot a reading stands in.

A slot is one of the client's days, from an hour of it on; it is as long as the cadence says for a
post of that age, and all slots of a length begin at the same hours of every day. The steps are
reference rows (`SnapshotCadence`) that a director may edit.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from communities.models import Profile
from kpi.models import SnapshotCadence

WHOLE_DAY = 24


class Slot(NamedTuple):
    """A client's day, from an hour on. Later slots are greater."""

    day: dt.date
    hour: int


@dataclass(frozen=True, slots=True)
class Cadence:
    """By relation: (posts younger than, are read every so many hours), the youngest first."""

    steps: Mapping[str, Sequence[tuple[dt.timedelta, int]]]

    @property
    def relations(self) -> list[str]:
        """Whose walls are read at all."""
        return [relation for relation, steps in self.steps.items() if steps]

    def reads_for(self, relation: str) -> dt.timedelta:
        """How long a post goes on being read."""
        return self.steps[relation][-1][0]

    @property
    def longest(self) -> dt.timedelta:
        return max(map(self.reads_for, self.relations), default=dt.timedelta(0))

    def slot_for(self, profile: Profile, posted_at: dt.datetime, moment: dt.datetime) -> Slot:
        """The slot that a reading at this moment stands in, by the client's clock."""
        return self.slot(profile.relation, posted_at, moment.astimezone(profile.client.zone))

    def slot(self, relation: str, posted_at: dt.datetime, moment: dt.datetime) -> Slot:
        """The slot of a reading at `moment`, which is in the client's time zone.

        A post older than all steps, or of a page that is not read, has the day as its slot.
        """
        age = moment - posted_at
        every = next(
            (every for younger, every in self.steps.get(relation, ()) if age < younger), WHOLE_DAY
        )
        return Slot(moment.date(), moment.hour // every * every)


def load_cadence() -> Cadence:
    steps: dict[str, list[tuple[dt.timedelta, int]]] = defaultdict(list)
    rows = SnapshotCadence.objects.order_by("relation", "up_to_hours")
    for relation, up_to, every in rows.values_list("relation", "up_to_hours", "every_hours"):
        steps[relation].append((dt.timedelta(hours=up_to), every))
    return Cadence(dict(steps))
