"""What a month of a calendar adds up to, client by client: the plan kept, the curated share."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from clients.models import Client
from content.calendar import Entry, Reading
from content.caps import Caps, read_caps
from content.curated import CuratedShare, Item, share_of
from content.curated_lines import share_words
from content.fulfilment import Fulfilment, count_up
from smm_agency.lib.words import as_share
from strategy.periods import last_of_month


@dataclass(frozen=True)
class Sums:
    """Of one client's month. `kept` is of the days that are over, `whole` of the month."""

    client: Client
    kept: Fulfilment
    whole: Fulfilment
    planned: CuratedShare
    out: CuratedShare
    waiting: int

    @property
    def planned_text(self) -> str:
        return share_words(self.planned)

    @property
    def out_text(self) -> str:
        return share_words(self.out)

    @property
    def cap_text(self) -> str:
        return as_share(self.planned.cap)


def sums_of(
    clients: Sequence[Client], reading: Reading, month: dt.date, *, at: dt.datetime
) -> list[Sums]:
    """Of those clients that have anything in the month (its first day). One statement."""
    days = (month, last_of_month(month))
    caps = read_caps(clients, *days)
    return [
        _sums(
            client,
            entries,
            reading,
            month,
            at=at,
            cap=caps.get(client.pk, Caps()).of_days(*days),
        )
        for client in clients
        if (entries := _of_month(reading.entries, client, month))
    ]


def _of_month(entries: Sequence[Entry], client: Client, month: dt.date) -> list[Entry]:
    last = last_of_month(month)
    return [
        entry for entry in entries if entry.client.pk == client.pk and month <= entry.day <= last
    ]


def _sums(
    client: Client,
    entries: Sequence[Entry],
    reading: Reading,
    month: dt.date,
    *,
    cap: Decimal | None,
    at: dt.datetime,
) -> Sums:
    rows = [row for row in reading.publications if row.client_id == client.pk]
    yesterday = client.day_of(at) - dt.timedelta(days=1)
    last = last_of_month(month)
    items = [_item_of(entry) for entry in entries if not entry.is_cancelled]
    return Sums(
        client=client,
        kept=count_up(rows, client, month, min(last, yesterday)),
        whole=count_up(rows, client, month, last),
        planned=share_of(items, cap=cap),
        out=share_of([item for item in items if item.is_out], cap=cap),
        waiting=sum(entry.waits for entry in entries),
    )


def _item_of(entry: Entry) -> Item:
    """A native post that nobody classified is neither curated nor not."""
    is_unknown = entry.publication is None and not entry.source
    return Item(
        entry.day,
        None if is_unknown else entry.is_curated,
        entry.is_out,
        entry.is_out,
    )
