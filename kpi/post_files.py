"""What a file of posts turned into, whatever its format was."""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from communities.networks.records import PostReading
from kpi.column_mapping import ColumnMap
from smm_agency.lib.tabular import Errors, TableError, parse_datetime, parse_int, require

NO_TIME = dt.datetime.min.replace(tzinfo=dt.UTC)
CLOCK_SKEW = dt.timedelta(minutes=5)
# So many refused rows are named; the rest is counted.
MOST_ERRORS = 1_000


@dataclass(frozen=True, slots=True)
class PostFileOptions:
    """What the person said about the file. `zone` is for times without an offset.

    `now` is the moment after which nothing can have been posted.
    `album_seconds` is the longest pause between two messages of an album; 0: join none.
    """

    zone: dt.tzinfo
    profile_external_id: str
    now: dt.datetime
    chat: str = ""
    album_seconds: int = 1
    network: str = ""
    mapping: ColumnMap | None = None


@dataclass(slots=True)
class PostFile:
    """Posts of a file, what is wrong with it, and what was concluded from it.

    `rows` are all rows or messages of the file, `skipped` those left out on purpose, by reason.
    Each post's `read_at` is set later: no file says when its counters were read. `tells` are the
    fields of a wall post that the format knows (`communities.wall.TOLD`). `columns`: our field →
    the file's column, of `header`; `also`: further columns → the field they help to fill.
    `tells_days_only`: the file has no times of the day.
    """

    posts: list[PostReading] = field(default_factory=list)
    errors: Errors = field(default_factory=lambda: Errors(MOST_ERRORS))
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    columns: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)
    header: tuple[str, ...] = ()
    tells_days_only: bool = False
    tells: frozenset[str] = frozenset({"text"})
    rows: int = 0
    skipped: dict[str, int] = field(default_factory=dict)

    @property
    def becomes(self) -> dict[str, str]:
        """The file's column → our field."""
        return {column: name for name, column in self.columns.items()} | dict(self.also)

    def skip(self, reason: str) -> None:
        self.skipped[reason] = self.skipped.get(reason, 0) + 1


@dataclass(slots=True)
class Cells:
    """The cells of one row; what is wrong goes to the errors, field by field, and reads as None."""

    row: Mapping[str, str]
    number: int
    errors: Errors
    is_good: bool = True

    def count(self, name: str, *, needed: bool = False) -> int | None:
        """A whole number from 0; an empty cell, or a column that is not there, is not measured."""
        try:
            value = parse_int(self.row.get(name, ""), row=self.number, field=name)
            if value is not None and value < 0:
                raise TableError(self.number, name, _("A count cannot be negative."))
            return require(value, row=self.number, field=name) if needed else value
        except TableError as error:
            self.refuse(error)
            return None

    def moment(self, name: str, zone: dt.tzinfo) -> dt.datetime:
        try:
            value = parse_datetime(self.row[name], tz=zone, row=self.number, field=name)
            return require(value, row=self.number, field=name)
        except TableError as error:
            self.refuse(error)
            return NO_TIME

    def refuse(self, error: TableError) -> None:
        self.is_good = False
        self.errors.add(error)


def load_json(data: bytes) -> Any:
    """The JSON in a file; TableError names the line where it is broken."""
    try:
        return json.loads(data)
    except UnicodeDecodeError:
        raise TableError(None, None, _("The file is not in UTF-8.")) from None
    except json.JSONDecodeError as error:
        message = _("Not readable as JSON: %(reason)s.") % {"reason": error.msg}
        raise TableError(error.lineno, None, message) from None
    except RecursionError:
        raise TableError(None, None, _("The JSON is nested too deep.")) from None


def each_row(
    rows: Iterator[tuple[int, Any]], file: PostFile, read: Callable[[int, Any], PostReading | None]
) -> None:
    """Read every row; a row that is wrong goes to the errors, and the next one is read."""
    for number, row in rows:
        file.rows += 1
        with file.errors.collect():
            post = read(number, row)
            if post is not None:
                file.posts.append(post)


def check_past(moment: dt.datetime, now: dt.datetime, *, row: int | None, field: str) -> None:
    """Raises TableError: a post of the future would be filed under a day that has not come."""
    if moment > now + CLOCK_SKEW:
        raise TableError(row, field, _("This moment has not come yet."))


def drop_repeated(file: PostFile, numbers: Sequence[int]) -> None:
    """A post that stands twice with the same figures is taken once; with others it is refused.

    `numbers` are the rows of `file.posts`, in their order.
    """
    first: dict[str, PostReading] = {}
    for number, post in zip(numbers, file.posts, strict=True):
        known = first.setdefault(post.external_id, post)
        if known is post:
            continue
        if known == post:
            file.skip(_("the same row twice"))
        else:
            message = _("The post stands twice, with different values. Keep one of the rows.")
            file.errors.add(TableError(number, "id", message))
    file.posts = list(first.values())


def has_empty_views(post: PostReading) -> bool:
    """No post that nobody saw has reached or moved anybody: such a zero means "not filled"."""
    signs = (post.reach, post.likes, post.reactions, post.comments, post.shares, post.saves)
    return post.views == 0 and any(signs)
