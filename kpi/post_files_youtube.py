"""Videos from YouTube Studio (“Advanced mode”, “Table data.csv”)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from communities.networks.records import PostReading
from kpi.post_files import (
    NO_TIME,
    PostFile,
    PostFileOptions,
    check_past,
    drop_repeated,
    each_row,
)
from kpi.written_cells import TOTALS, WrittenCells
from smm_agency.lib.tabular import DateOrder, TableError, read_table

ID, POSTED = "Content", "Video publish time"
COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "external_id": ID,
        "posted_at": POSTED,
        "text": "Video title",
        "views": "Views",
        "likes": "Likes",
        "comments": "Comments added",
        "shares": "Shares",
    }
)
COUNTS = ("views", "likes", "comments", "shares")


@dataclass(slots=True)
class _Rows:
    options: PostFileOptions
    file: PostFile
    numbers: list[int] = field(default_factory=list)
    total: int | None = None

    def read(self, number: int, row: Mapping[str, str]) -> PostReading | None:
        cells = WrittenCells(row, number, self.file.errors, order=DateOrder.WORDS)
        if row[ID].strip().casefold() in TOTALS:
            self.total = cells.count(COLUMNS["views"])
            self.file.skip(_("the row of totals"))
            return None
        moment, _is_day = cells.posting(POSTED, self.options.zone)
        told: dict[str, Any] = {name: cells.count(COLUMNS[name]) for name in COUNTS}
        post = PostReading(
            external_id=cells.identity(ID),
            profile_external_id=self.options.profile_external_id,
            posted_at=moment,
            read_at=NO_TIME,
            text=row.get(COLUMNS["text"], "").strip(),
            **told,
        )
        if not cells.is_good:
            return None
        earliest = dt.timedelta(hours=12)
        check_past(moment - earliest, self.options.now, row=number, field=POSTED)
        self.numbers.append(number)
        return post


def read_studio_posts(data: bytes, name: str, options: PostFileOptions) -> PostFile:
    """The videos of a table; the row of totals is left out, and compared with their sum."""
    file = PostFile(tells_days_only=True)
    table = read_table(data, name, required=(ID, POSTED), errors=file.errors, loose=True)
    if "Date" in table.header:
        message = _("These are figures of videos by day: export “Table data” without dates.")
        raise TableError(None, "Date", message)
    rows = _Rows(options, file)
    each_row(table.rows, file, rows.read)
    drop_repeated(file, rows.numbers)
    file.header = table.header
    file.columns = {name: column for name, column in COLUMNS.items() if column in table.header}
    if not set(COUNTS) & set(file.columns):
        message = _("No column of views, likes, comments or shares: add one in Studio.")
        raise TableError(None, None, message)
    file.notes += [*table.notes, *_notes(rows)]
    return file


def _notes(rows: _Rows) -> list[str]:
    notes = [
        _("Only the days of publication are told: noon (%(zone)s) stands for the time.")
        % {"zone": rows.options.zone},
        _(
            "Studio's figures are of the period that was chosen there: only “Lifetime” gives the"
            " figures that stand under the videos."
        ),
    ]
    seen = sum(post.views or 0 for post in rows.file.posts)
    if rows.total is not None and rows.total != seen:
        message = _(
            "The videos of the file have %(sum)s views, its row of totals says %(total)s: the table"
            " does not hold all videos."
        )
        notes.append(message % {"sum": seen, "total": rows.total})
    return notes
