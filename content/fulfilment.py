"""How much of the publication plan was kept: published on time ÷ planned.

The plan is what was promised when a publication was released; a new time for what was missed does
not make it kept. What went out long before its time was kept on the client's same day only.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, DateField, DateTimeField, F, Func, Q
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import Exact, GreaterThanOrEqual, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from content.models import ON_TIME, PostState, Publication, PublicationState
from smm_agency.lib.words import NOT_MEASURED, as_count, as_share

FORMULA = _(
    "published on time (within 15 minutes of the time promised, or earlier on that day) ÷ planned;"
    " the cancelled ones are left out"
)


def local_day(moment: Any) -> Cast:
    """The client's day of a moment, in SQL."""
    zone = F("client__time_zone")
    local = Func(zone, moment, function="timezone", output_field=DateTimeField())
    return Cast(local, DateField())


PROMISED = Coalesce("promised_at", "planned_at")
SENT = Q(state=PublicationState.SENT)
IS_ON_TIME = (
    SENT
    & Q(LessThanOrEqual(F("sent_at"), PROMISED + ON_TIME))
    & (
        Q(GreaterThanOrEqual(F("sent_at"), PROMISED - ON_TIME))
        | Q(Exact(local_day(F("sent_at")), local_day(PROMISED)))
    )
)
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
    """Publications by the day they were promised for, else planned for.

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
        if not self.planned:
            return NOT_MEASURED
        return f"{as_share(self.share)} ({as_count(self.on_time)} / {as_count(self.planned)})"


def count_up(
    publications: Iterable[Publication], client: Client, since: dt.date, until: dt.date
) -> Fulfilment:
    """The same of rows that were read already, with their posts; all of them the client's."""
    begin, end = moments_of(client, since, until)
    rows = [
        row for row in publications if begin <= (row.promised_at or row.planned_at or end) < end
    ]
    sent = [row for row in rows if row.state == PublicationState.SENT]
    on_time = sum(row.is_on_time_by(lambda: client) is True for row in sent)
    cancelled = sum(_is_cancelled(row) for row in rows)
    return Fulfilment(on_time, len(sent) - on_time, len(rows) - cancelled, cancelled)


def _is_cancelled(row: Publication) -> bool:
    is_post_gone = row.post.state == PostState.CANCELLED and row.state != PublicationState.SENT
    return row.state == PublicationState.CANCELLED or is_post_gone


def fulfilment(client: Client, since: dt.date, until: dt.date) -> Fulfilment:
    """Of what was planned for the client's days from `since` to `until`, both included.

    A day that is still to come counts as not published yet: ask up to yesterday for how it goes.
    """
    planned = Publication.objects.filter(client=client).promised_within(
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
