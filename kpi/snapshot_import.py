"""Days of a profile from a file: found out what the file is, read whole, stored once a day.

Two readings on one of the client's days: the later wins, and that is said. A date without a time
stands for the end of that day.
"""

import datetime as dt
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import Profile
from kpi.column_mapping import ColumnMap, check_zone, field_title
from kpi.day_files import DayFile, DayFileOptions, DayReading
from kpi.day_files_levels import FIELDS, read_levels
from kpi.day_files_mapped import read_mapped_days
from kpi.day_files_meta import is_audience_file, is_meta_page_file, read_meta_days
from kpi.day_files_youtube import is_studio_days, read_studio_days
from kpi.file_networks import other_network
from kpi.models import FileKind, ProfileSnapshot, Reading
from kpi.snapshots import ProfileValues, Stored, store_profile_snapshots
from smm_agency.lib.tabular import Errors, read_csv_records, read_table

__all__ = ["DAY_FORMATS", "FIELDS", "SnapshotImport", "import_snapshots", "read_days", "store_days"]

ROWS_PER_STEP = 2_000
FEW_RECORDS = 200

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class DayFormat:
    """A format by its name in `--format`: whose days it holds (nobody's: anybody's), its reader."""

    title: str | Promise
    networks: frozenset[str]
    read: Callable[[bytes, str, DayFileOptions], DayFile]


META = frozenset({"facebook", "instagram"})
DAY_FORMATS: Mapping[str, DayFormat] = MappingProxyType(
    {
        "levels": DayFormat(gettext_lazy("daily levels by name"), frozenset(), read_levels),
        "meta-page": DayFormat(
            gettext_lazy("Meta Business Suite, a figure of the page by day"), META, read_meta_days
        ),
        "youtube-days": DayFormat(
            gettext_lazy("YouTube Studio, figures of the channel by day"),
            frozenset({"youtube"}),
            read_studio_days,
        ),
        "columns": DayFormat(
            gettext_lazy("any table, by its columns"), frozenset(), read_mapped_days
        ),
    }
)


@dataclass(frozen=True, slots=True)
class SnapshotImport:
    """What came of a file. `columns`: our field → the file's column; `errors` were left out."""

    format: str
    rows: int
    columns: Mapping[str, str]
    skipped: Mapping[str, int]
    notes: tuple[str, ...] = ()
    errors: Errors = field(default_factory=Errors)
    stored: Stored = field(default_factory=Stored)


def import_snapshots(
    profile: Profile,
    data: bytes,
    name: str,
    *,
    at: dt.datetime,
    format: str = "auto",
    columns: Mapping[str, str] | None = None,
    mapping: ColumnMap | None = None,
    channel: str = "",
    zone: zoneinfo.ZoneInfo | None = None,
    skip_bad: bool = False,
    progress: Progress | None = None,
) -> SnapshotImport:
    """Take a file of days for a profile, whole or (with errors) not at all.

    `columns`: our field (`FIELDS`) → the file's column. `zone` is for times without an offset, by
    default the client's. Raises TableError for the file, ImportRefused for its rows.
    """
    code = _code(profile, data, name, format, mapping)
    file = read_days(
        profile, data, name, code, at=at, columns=columns, mapping=mapping, channel=channel,
        zone=zone,
    )  # fmt: skip
    if not skip_bad:
        file.errors.raise_if_any()
    return SnapshotImport(
        code,
        file.rows,
        file.columns,
        file.skipped,
        (*file.notes, *file.warnings),
        file.errors,
        store_days(profile, file, at=at, progress=progress),
    )


def read_days(
    profile: Profile,
    data: bytes,
    name: str,
    code: str,
    *,
    at: dt.datetime,
    columns: Mapping[str, str] | None = None,
    mapping: ColumnMap | None = None,
    channel: str = "",
    zone: zoneinfo.ZoneInfo | None = None,
) -> DayFile:
    """The file as its days would be stored, and what a person should know; nothing is written."""
    chosen = DAY_FORMATS[code]
    if chosen.networks and profile.network not in chosen.networks:
        raise other_network(chosen.title, profile.network)
    stated = zone or (check_zone(mapping.zone) if mapping and mapping.zone else None)
    client = profile.client
    file = chosen.read(
        data,
        name,
        DayFileOptions(
            profile.network, stated or client.zone, client.zone, client.day_of(at), channel,
            columns or {}, mapping,
        ),
    )  # fmt: skip
    file.notes.append(_("Days are the client's (%(zone)s).") % {"zone": client.time_zone})
    file.warnings += _conflicts(profile, file)
    return file


def detect_days(profile: Profile, data: bytes, name: str) -> str:
    """The format by what the file holds; "levels" where it is none of the others.

    Raises TableError for what is no table, and for Meta's file of an audience.
    """
    if not data.startswith(b"PK"):
        records, _notes = read_csv_records(data)
        first = [record for record, _n in zip(records, range(FEW_RECORDS), strict=False)]
        if is_meta_page_file(first) or is_audience_file(first):
            return "meta-page"
    header = read_table(data, name, loose=True).header
    is_studio = profile.network == "youtube" and is_studio_days(header)
    return "youtube-days" if is_studio else "levels"


def _code(profile: Profile, data: bytes, name: str, format: str, mapping: ColumnMap | None) -> str:
    if mapping is not None:
        return "columns"
    return detect_days(profile, data, name) if format == "auto" else format


def _conflicts(profile: Profile, file: DayFile) -> list[str]:
    """Many days with other figures are a sign of another page's file, or of another counter."""
    days = {each.day: each for each in file.days}
    names = sorted({name for each in file.days for name in each.counters})
    stored = ProfileSnapshot.objects.filter(profile=profile, date__in=days).values("date", *names)
    other = sorted(
        (row["date"], name, row[name], value)
        for row in stored
        for name in names
        if (value := days[row["date"]].counters.get(name)) is not None
        and row[name] is not None
        and row[name] != value
    )
    if not other:
        return []
    day, counter, old, new = other[0]
    message = _(
        "%(count)s figures are known already with other values; the first is “%(counter)s” of"
        " %(day)s: %(old)s, in the file %(new)s. The later reading replaces the earlier one, which"
        " is kept as a correction. Is this the file of this page?"
    )
    title = field_title(FileKind.DAYS, counter)
    values = {"count": len(other), "counter": title, "day": date_format(day), "old": old}
    return [message % {**values, "new": new}]


def store_days(
    profile: Profile, file: DayFile, *, at: dt.datetime, progress: Progress | None = None
) -> Stored:
    """The days as snapshots, all or none."""
    return _store([_values(profile, each) for each in file.days], at, progress)


def _values(profile: Profile, each: DayReading) -> ProfileValues:
    head = (profile.client_id, profile.pk, each.day, Reading.IMPORT, each.read_at)
    counters: dict[str, Any] = dict(each.counters)
    return ProfileValues(*head)._replace(**counters)


@transaction.atomic
def _store(rows: Sequence[ProfileValues], at: dt.datetime, progress: Progress | None) -> Stored:
    stored = Stored()
    for start in range(0, len(rows), ROWS_PER_STEP):
        stored += store_profile_snapshots(rows[start : start + ROWS_PER_STEP], at=at)
        if progress:
            progress(min(start + ROWS_PER_STEP, len(rows)), len(rows))
    return stored
