"""A file of figures read and shown before anything is stored, and stored as it was shown."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import formats

from communities.models import Profile
from communities.networks.records import PostReading
from kpi.column_mapping import DATE, ID, POSTED, TEXT, ColumnMap, check_zone, field_title
from kpi.day_files import DayFile
from kpi.file_choices import COLUMNS, FileChoices
from kpi.mapped_table import open_table
from kpi.models import FileKind, PostSnapshot, ProfileSnapshot
from kpi.post_files import PostFile
from kpi.post_import import FORMATS, moment_of, read_posts, store_posts
from kpi.snapshot_import import read_days, store_days
from smm_agency.lib.tabular import Errors, TableError, examples, short

SHOWN_ROWS = 10
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """A file as it would be stored. `moment` is when the counters of posts were read."""

    kind: str
    file: PostFile | DayFile
    moment: dt.datetime | None = None

    @property
    def errors(self) -> Errors:
        return self.file.errors

    @property
    def good(self) -> int:
        """Posts or days that would be stored."""
        return len(self.file.posts if isinstance(self.file, PostFile) else self.file.days)

    @property
    def left_out(self) -> int:
        return sum(self.file.skipped.values())


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the figures: snapshots that are new, and known ones that changed."""

    new: int
    changed: int


def kind_of(choices: FileChoices) -> str:
    """What a row of the file is."""
    if choices.format == COLUMNS:
        return choices.mapping.kind if choices.mapping else FileKind.DAYS.value
    return FileKind.POSTS.value if choices.format in FORMATS else FileKind.DAYS.value


def parse_file(
    profile: Profile, data: bytes, name: str, choices: FileChoices, *, at: dt.datetime
) -> ParsedFile:
    """Read as chosen; nothing is written. Raises TableError for the file as a whole."""
    kind = kind_of(choices)
    mapping = (choices.mapping or ColumnMap()) if choices.format == COLUMNS else None
    zone = check_zone(choices.zone) if choices.zone else None
    if kind == FileKind.DAYS:
        days = read_days(
            profile, data, name, choices.format, at=at, mapping=mapping, channel=choices.page,
            zone=zone,
        )  # fmt: skip
        return ParsedFile(kind, days)
    read_at = choices.read_at(profile, at=at)
    posts = read_posts(
        profile, data, name, choices.format, at=at, mapping=mapping, zone=zone,
        chat=choices.page, read_at=read_at,
    )  # fmt: skip
    return ParsedFile(kind, posts, moment_of(posts, read_at))


def store_parsed(
    profile: Profile, parsed: ParsedFile, *, at: dt.datetime, progress: Progress | None = None
) -> Taken:
    """All that is good in the file, in one transaction."""
    if isinstance(parsed.file, DayFile):
        days = store_days(profile, parsed.file, at=at, progress=progress)
        return Taken(days.new, days.filled + days.corrected)
    if parsed.moment is None:
        return Taken(0, 0)
    posts = store_posts(profile, parsed.file, parsed.moment, at=at, progress=progress)
    return Taken(posts.snapshots.new, posts.snapshots.filled + posts.snapshots.corrected)


# --- What is shown -------------------------------------------------------------------------------


def show_parsed(profile: Profile, parsed: ParsedFile) -> dict[str, Any]:
    """For the page: the first rows as they will be stored, and what was concluded; as JSON."""
    if isinstance(parsed.file, PostFile):
        head, rows = _posts_table(profile, parsed.file.posts)
    else:
        head, rows = _days_table(parsed.file)
    return {
        "head": head,
        "rows": rows,
        "good": parsed.good,
        "notes": list(parsed.file.notes),
        "warnings": list(parsed.file.warnings),
        "skipped": [[reason, count] for reason, count in parsed.file.skipped.items()],
    }


def columns_shown(
    data: bytes, name: str, mapping: ColumnMap | None, header: Sequence[str]
) -> list[list[Any]]:
    """[column, its first values] of each column of a table; none where it cannot be opened."""
    if not header and mapping is None:
        return []
    try:
        table = open_table(data, name, mapping or ColumnMap(), Errors())
        return [[column, values] for column, values in examples(table)]
    except TableError:
        return []


def _posts_table(profile: Profile, posts: Sequence[PostReading]) -> tuple[list[str], list[Any]]:
    names = [
        name for name in PostSnapshot.COUNTERS if any(_count(p, name) is not None for p in posts)
    ]
    kind = FileKind.POSTS.value
    head = [field_title(kind, name) for name in (ID, POSTED, TEXT, *names)]
    zone = profile.client.zone
    rows = [
        [
            post.external_id,
            formats.date_format(post.posted_at.astimezone(zone), "SHORT_DATETIME_FORMAT"),
            short(post.text),
            *(_count(post, name) for name in names),
        ]
        for post in posts[:SHOWN_ROWS]
    ]
    return head, rows


def _is_told(post: PostReading, name: str) -> bool:
    return _count(post, name) is not None


def _count(post: PostReading, name: str) -> int | None:
    """As it will be stored: where a network tells reactions only, they are the likes."""
    if name == "likes" and post.likes is None:
        return post.reactions
    value: int | None = getattr(post, name)
    return value


def _days_table(file: DayFile) -> tuple[list[str], list[Any]]:
    told = {
        name for each in file.days for name, value in each.counters.items() if value is not None
    }
    names = [name for name in ProfileSnapshot.COUNTERS if name in told]
    kind = FileKind.DAYS.value
    head = [field_title(kind, name) for name in (DATE, *names)]
    days = sorted(file.days, key=lambda each: each.day)
    rows = [
        [formats.date_format(each.day), *(each.counters.get(name) for name in names)]
        for each in days[:SHOWN_ROWS]
    ]
    return head, rows
