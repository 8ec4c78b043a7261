"""The curated share as lines of a page: the month and the thirty days, planned and published."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client
from content.cap import rolling_window
from content.caps import Caps, read_caps
from content.curated import (
    ROLLING,
    CuratedShare,
    Item,
    first_counted_day,
    items_of,
    month_of,
    rolling_to,
    share_of,
)
from smm_agency.lib.words import as_share


@dataclass(frozen=True, slots=True)
class ShareLine:
    """Shares of the same days: of all that is planned, and of what stands on the walls."""

    name: str
    planned: CuratedShare
    published: CuratedShare

    @property
    def light(self) -> str:
        """`red` above the cap, `amber` within five points of it, `grey` without a cap."""
        if self.planned.cap is None or self.planned.share is None:
            return "grey"
        if self.planned.is_over:
            return "red"
        return "amber" if self.planned.is_near else "green"


def share_lines(client: Client, *, on: dt.date) -> list[ShareLine]:
    """The month of the day, and the thirty days that an approval counts. Five queries."""
    first, last = widest_days(on)
    items = items_of(client, first, last)
    caps = read_caps([client], first, last).get(client.pk, Caps())
    return lines_of(items, caps, began=first_counted_day(client), on=on)


def widest_days(on: dt.date) -> tuple[dt.date, dt.date]:
    """The days that any of the lines may speak of."""
    month, back, ahead = month_of(on), rolling_to(on)[0], on + ROLLING
    return min(month[0], back), max(month[1], ahead)


def lines_of(
    items: Sequence[Item], caps: Caps, *, began: dt.date | None, on: dt.date
) -> list[ShareLine]:
    """Of items of the widest days; `began` is the first day that ever counted."""
    named = (
        (date_format(on, "F Y"), month_of(on)),
        (_("30 days"), rolling_window(on, began).days),
    )
    return [_line(name, items, days, caps.of_days(*days)) for name, days in named]


def _line(
    name: str, items: Sequence[Item], days: tuple[dt.date, dt.date], cap: Decimal | None
) -> ShareLine:
    inside = [item for item in items if days[0] <= item.day <= days[1]]
    out = [item for item in inside if item.is_out]
    return ShareLine(name, share_of(inside, cap=cap), share_of(out, cap=cap))


def share_words(share: CuratedShare) -> str:
    """`3 of 20 (15 %)`, and how many are not classified."""
    if share.share is None:
        words = "—"
    else:
        words = _("%(curated)s of %(counted)s (%(share)s)") % {
            "curated": share.curated,
            "counted": share.counted,
            "share": as_share(share.share),
        }
    if not share.unclassified:
        return words
    left = _("%(count)s not classified") % {"count": share.unclassified}
    return f"{words}, {left}"
