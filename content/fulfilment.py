"""How much of the publication plan was kept: published on time ÷ planned."""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from content.models import ON_TIME, Publication, PublicationState
from smm_agency.lib.words import as_count, as_share

FORMULA = _(
    "published on time (within 15 minutes of the time planned) ÷ planned; the cancelled ones are"
    " left out"
)
SENT = Q(state=PublicationState.SENT)
IS_ON_TIME = SENT & Q(sent_at__lte=F("planned_at") + ON_TIME)
IS_CANCELLED = Q(state=PublicationState.CANCELLED) | Q(post__state="cancelled") & ~SENT


class Moments(NamedTuple):
    """A period as moments: from the first one on, up to the last one, which is not in it."""

    since: dt.datetime
    until: dt.datetime


def moments_of(client: Client, since: dt.date, until: dt.date) -> Moments:
    """The client's days from `since` to `until`, both included, whatever their length."""
    begin, end = (
        dt.datetime.combine(day, dt.time(), tzinfo=client.zone)
        for day in (since, until + dt.timedelta(days=1))
    )
    return Moments(begin, end)


@dataclass(frozen=True)
class Fulfilment:
    """Publications by the day they were planned for.

    `planned` are all that stand: those on time, those late and those that did not go out.
    `cancelled` (by the client or by the agency) is beside them, never among them.
    """

    on_time: int
    late: int
    planned: int
    cancelled: int = 0

    @property
    def share(self) -> float | None:
        """None where nothing was planned: that is no zero."""
        return self.on_time / self.planned if self.planned else None

    @property
    def not_out(self) -> int:
        return self.planned - self.on_time - self.late

    def __str__(self) -> str:
        return f"{as_share(self.share)} ({as_count(self.on_time)} / {as_count(self.planned)})"


def fulfilment(client: Client, since: dt.date, until: dt.date) -> Fulfilment:
    """Of what was planned for the client's days from `since` to `until`, both included.

    A day that is still to come counts as not published yet: ask up to yesterday for how it goes.
    """
    planned = Publication.objects.filter(client=client).planned_within(
        *moments_of(client, since, until)
    )
    counted = planned.aggregate(
        on_time=Count("pk", filter=IS_ON_TIME),
        sent=Count("pk", filter=SENT),
        standing=Count("pk", filter=~IS_CANCELLED),
        cancelled=Count("pk", filter=IS_CANCELLED),
    )
    return Fulfilment(
        on_time=counted["on_time"],
        late=counted["sent"] - counted["on_time"],
        planned=counted["standing"],
        cancelled=counted["cancelled"],
    )
