"""How people are answered: rate, time, what waits, negatives closed. By client, period and kind.

An item belongs to the day on which its clock began: when it was written, or, entered by hand, when
it was entered. Left out are spam and insults (they are hidden, not answered) and what needs no
reply; one's own comments never come into the inbox. Times are working time, as it was written down
when the answer was given. Where nothing was asked there is no rate: that is no zero.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from clients.models import Client
from content.models import NEGATIVE, InboxCategory, InboxKind, InboxState, ReplyClock

NOT_ASKED = (InboxCategory.SPAM, InboxCategory.INSULT)
WAITING = (InboxState.NEW, InboxState.IN_WORK)

RATE_FORMULA = _("answered ÷ what asked for a reply; without spam, insults and what needs no reply")
TIME_FORMULA = _(
    "the middle (median) of the working times from a comment or message to the first reply; of"
    " those that were answered"
)
IN_TIME_FORMULA = _("answered by the promised moment ÷ answered, or past that moment")
CLOSED_FORMULA = _("negative ones that are closed ÷ all negative ones")


class Row(NamedTuple):
    """Of one item, what is counted; never who wrote it or what."""

    client_id: int
    kind: str
    category: str
    state: str
    needs_reply: bool
    since: dt.datetime
    first_due_at: dt.datetime | None
    first_taken: dt.timedelta | None
    first_reply_at: dt.datetime | None
    closed_at: dt.datetime | None


@dataclass(frozen=True)
class ReplyFigures:
    """`asked` = `answered` + `unanswered` + `closed_silently`. `times` are of the answered ones.

    `due` are those answered and those whose promised moment has passed; of the latter,
    `late_unanswered` still wait.
    """

    asked: int = 0
    answered: int = 0
    unanswered: int = 0
    in_time: int = 0
    due: int = 0
    negatives: int = 0
    negatives_closed: int = 0
    left_out: int = 0
    late_unanswered: int = 0
    times: tuple[dt.timedelta, ...] = field(default=(), repr=False)

    @property
    def rate(self) -> float | None:
        return self.answered / self.asked if self.asked else None

    @property
    def in_time_share(self) -> float | None:
        return self.in_time / self.due if self.due else None

    @property
    def median(self) -> dt.timedelta | None:
        """None where nothing was answered."""
        if not self.times:
            return None
        return dt.timedelta(seconds=median(time.total_seconds() for time in self.times))

    @property
    def closed_silently(self) -> int:
        return self.asked - self.answered - self.unanswered


def reply_figures(
    client: Client, since: dt.date, until: dt.date, *, at: dt.datetime
) -> ReplyFigures:
    """Of the client's days from `since` to `until`, both included. One query."""
    return figures_of(rows_of(client, since, until), at=at)


def reply_figures_by_kind(
    client: Client, since: dt.date, until: dt.date, *, at: dt.datetime
) -> dict[InboxKind, ReplyFigures]:
    """Of the kinds that there were. One query."""
    rows = rows_of(client, since, until)
    kinds = [kind for kind in InboxKind if any(row.kind == kind for row in rows)]
    return {kind: figures_of((r for r in rows if r.kind == kind), at=at) for kind in kinds}


def rows_of(client: Client, since: dt.date, until: dt.date) -> list[Row]:
    begin, end = moments_of(client, since, until)
    return read_rows([client.pk], begin, end)


def moments_of(client: Client, since: dt.date, until: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The end is not included."""
    days = (since, until + dt.timedelta(days=1))
    begin, end = (dt.datetime.combine(day, dt.time(), client.zone) for day in days)
    return begin, end


def read_rows(
    client_ids: Collection[int], begin: dt.datetime, end: dt.datetime, **only: object
) -> list[Row]:
    """One query, over columns that the portal's role may read."""
    clocks = ReplyClock.objects.running().filter(
        client__in=client_ids, since__gte=begin, since__lt=end, **only
    )
    columns = (
        "client_id", "item__kind", "item__category", "item__state", "item__needs_reply", "since",
        "first_due_at", "first_taken", "item__first_reply_at", "item__closed_at",
    )  # fmt: skip
    return [Row(*row) for row in clocks.order_by().values_list(*columns)]


def figures_of(rows: Iterable[Row], *, at: dt.datetime) -> ReplyFigures:
    rows = list(rows)
    asked = [row for row in rows if row.needs_reply and row.category not in NOT_ASKED]
    answered = [row for row in asked if row.first_reply_at is not None]
    negative = [row for row in rows if row.category in NEGATIVE]
    due = [row for row in asked if _is_due(row, at=at)]
    return ReplyFigures(
        asked=len(asked),
        answered=len(answered),
        unanswered=sum(row.first_reply_at is None and row.state in WAITING for row in asked),
        in_time=sum(_is_in_time(row) for row in due),
        due=len(due),
        negatives=len(negative),
        negatives_closed=sum(row.closed_at is not None for row in negative),
        left_out=len(rows) - len(asked),
        late_unanswered=sum(row.first_reply_at is None for row in due),
        times=tuple(row.first_taken for row in answered if row.first_taken is not None),
    )


def _is_due(row: Row, *, at: dt.datetime) -> bool:
    if row.first_due_at is None:
        return False
    return row.first_reply_at is not None or (row.state in WAITING and row.first_due_at <= at)


def _is_in_time(row: Row) -> bool:
    return (
        row.first_reply_at is not None
        and row.first_due_at is not None
        and row.first_reply_at <= row.first_due_at
    )


def figures_by_client(
    clients: Iterable[Client], since: dt.date, until: dt.date, *, at: dt.datetime
) -> Mapping[int, ReplyFigures]:
    """One query, whatever the number of clients: each by the days of its own zone."""
    clients = list(clients)
    if not clients:
        return {}
    spans = {client.pk: moments_of(client, since, until) for client in clients}
    begin = min(span[0] for span in spans.values())
    end = max(span[1] for span in spans.values())
    rows = read_rows(list(spans), begin, end)
    return {
        pk: figures_of(
            (row for row in rows if row.client_id == pk and first <= row.since < last), at=at
        )
        for pk, (first, last) in spans.items()
    }
