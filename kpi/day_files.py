"""What a file of a page's days turned into, whatever its format was."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kpi.column_mapping import ColumnMap
from kpi.post_files import MOST_ERRORS
from smm_agency.lib.tabular import Errors, TableError

END_OF_DAY = dt.time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class DayFileOptions:
    """What the person said about the file. `zone` is for times without an offset.

    `today` is the client's day after which nothing can have been measured; days are the client's,
    in `client_zone`. `columns` are stated by name, `mapping` says all of it.
    """

    network: str
    zone: dt.tzinfo
    client_zone: dt.tzinfo
    today: dt.date
    channel: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    mapping: ColumnMap | None = None

    def end_of(self, day: dt.date) -> dt.datetime:
        """A day without a time stands for its end."""
        return dt.datetime.combine(day, END_OF_DAY, tzinfo=self.client_zone)


@dataclass(frozen=True, slots=True)
class DayReading:
    """A page's counters of one of the client's days, from a row of the file."""

    row: int
    day: dt.date
    read_at: dt.datetime
    counters: Mapping[str, int | None]


@dataclass(slots=True)
class DayFile:
    """Days of a page, what is wrong with the file, and what was concluded from it.

    `columns`: our field → the file's column, where the file has a header. `warnings` are notes
    that a person should weigh before the file is taken.
    """

    days: list[DayReading] = field(default_factory=list)
    errors: Errors = field(default_factory=lambda: Errors(MOST_ERRORS))
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    columns: Mapping[str, str] = field(default_factory=dict)
    header: tuple[str, ...] = ()
    rows: int = 0
    skipped: dict[str, int] = field(default_factory=dict)

    @property
    def becomes(self) -> dict[str, str]:
        """The file's column → our field."""
        return {column: name for name, column in self.columns.items()}

    def skip(self, reason: str, count: int = 1) -> None:
        self.skipped[reason] = self.skipped.get(reason, 0) + count


def check_day(day: dt.date, today: dt.date, *, row: int, field: str) -> None:
    """Raises TableError for a day that has not come."""
    if day > today:
        raise TableError(row, field, _("This day has not come yet."))


def keep_latest(file: DayFile, *, column: str) -> None:
    """One reading of each day: the later one, and that is said; two that differ are refused."""
    latest: dict[dt.date, DayReading] = {}
    later = 0
    for each in sorted(file.days, key=lambda each: (each.read_at, each.row)):
        known = latest.get(each.day)
        if known is not None and known.read_at == each.read_at:
            if known.counters != each.counters:
                message = _("The day stands twice, with different values. Keep one of the rows.")
                file.errors.add(TableError(each.row, column, message))
            else:
                file.skip(_("the same row twice"))
            continue
        later += known is not None
        latest[each.day] = each
    file.days = list(latest.values())
    if later:
        message = _("%(count)s more readings on a day that has a later one: the later was taken.")
        file.notes.append(message % {"count": later})


def note_missing_days(file: DayFile) -> None:
    """Between the first and the last: nobody measured them, which is not zero."""
    days = sorted(each.day for each in file.days)
    if not days:
        return
    every = {days[0] + dt.timedelta(days=n) for n in range((days[-1] - days[0]).days)}
    missing = sorted(every - set(days))
    if missing:
        message = _("%(count)s days are missing in the file, the first is %(day)s: not measured.")
        file.notes.append(message % {"count": len(missing), "day": date_format(missing[0])})


def warn_of_falling_totals(file: DayFile) -> None:
    """Views in all never fall: figures that do are of a day, and belong to another field."""
    told = sorted(file.days, key=lambda each: each.day)
    views = [value for each in told if (value := each.counters.get("views")) is not None]
    falls = sum(later < earlier for earlier, later in pairwise(views))
    if falls > len(views) // 10:
        message = _(
            "Views in all fall on %(count)s days. These seem to be views of each day: then choose"
            " “views of the day”."
        )
        file.warnings.append(message % {"count": falls})
