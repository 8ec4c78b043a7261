"""Daily totals of a file become call tallies: by the client's word, uniqueness unknown."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clients.models import User
from communities.models import Community
from kpi.call_upsert import Tally
from kpi.models import CallTally, TallyPeriod
from smm_agency.lib.tabular import Errors, TableError, parse_date, parse_int, require


@dataclass(frozen=True)
class DayTotal:
    row: int
    day: dt.date
    total: int


def read_tallies(
    rows: Iterable[tuple[int, dict[str, str]]],
    day_column: str,
    total_column: str,
    errors: Errors,
    *,
    today: dt.date,
) -> list[DayTotal]:
    """The good rows; the others are added to `errors`."""
    totals: list[DayTotal] = []
    seen: dict[dt.date, int] = {}
    for row, cells in rows:
        with errors.collect():
            day = require(
                parse_date(cells[day_column], row=row, field=day_column), row=row, field=day_column
            )
            parsed = parse_int(cells[total_column], row=row, field=total_column)
            total = require(parsed, row=row, field=total_column)
            if total < 0:
                raise TableError(row, total_column, _("A number of calls is not negative."))
            if day > today:
                raise TableError(row, day_column, _("This day has not come yet."))
            if seen.setdefault(day, row) != row:
                message = _("The day stands already in row %(row)s.") % {"row": seen[day]}
                raise TableError(row, day_column, message)
            totals.append(DayTotal(row, day, total))
    return totals


def write_tallies(
    community: Community,
    totals: Sequence[DayTotal],
    day_column: str,
    errors: Errors,
    *,
    by: User | None,
) -> Tally:
    """Write the days that no tally covers yet; a contradiction is added to `errors`."""
    if not totals:
        return Tally()
    covering = _covering(community, totals)
    fresh: list[CallTally] = []
    tally = Tally()
    for row in totals:
        held = covering.get(row.day)
        if held is None:
            fresh.append(_new_tally(community, row, by))
        elif held.period == TallyPeriod.DAY and held.total == row.total:
            tally.known += 1
        else:
            errors.add(_contradiction(row, held, day_column))
    CallTally.objects.bulk_create(fresh, batch_size=5000)
    tally.new = len(fresh)
    return tally


def _covering(community: Community, totals: Sequence[DayTotal]) -> dict[dt.date, CallTally]:
    first, last = min(row.day for row in totals), max(row.day for row in totals)
    held = CallTally.objects.filter(community=community, starts_on__lte=last, ends_on__gte=first)
    return {
        row.starts_on + dt.timedelta(days=n): row
        for row in held
        for n in range((row.ends_on - row.starts_on).days + 1)
    }


def _new_tally(community: Community, row: DayTotal, by: User | None) -> CallTally:
    return CallTally(
        client_id=community.client_id,
        community=community,
        period=TallyPeriod.DAY,
        starts_on=row.day,
        ends_on=row.day,
        total=row.total,
        evidence=CallTally.By.CLIENT_WORD,
        entered_by=by,
    )


def _contradiction(row: DayTotal, held: CallTally, day_column: str) -> TableError:
    message = _(
        "%(day)s is covered by a tally of %(total)s calls from %(first)s to %(last)s. "
        "Delete that one, or leave the row out."
    )
    values = {
        "day": row.day,
        "total": held.total,
        "first": held.starts_on,
        "last": held.ends_on,
    }
    return TableError(row.row, day_column, message % values)
