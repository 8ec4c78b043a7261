"""Posts from any table, by columns that a person has named."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from communities.networks.records import PostReading
from kpi.column_mapping import CHANNEL, ID, POSTED, TEXT, ColumnMap
from kpi.mapped_table import check_channel, read_mapped_table
from kpi.post_files import (
    NO_TIME,
    PostFile,
    PostFileOptions,
    check_past,
    drop_repeated,
    each_row,
    has_empty_views,
)
from kpi.written_cells import WrittenCells


@dataclass(slots=True)
class _Rows:
    options: PostFileOptions
    mapping: ColumnMap
    file: PostFile
    numbers: list[int] = field(default_factory=list)
    channels: Counter[str] = field(default_factory=Counter)
    empty_views: int = 0

    def read(self, number: int, row: Mapping[str, str]) -> PostReading | None:
        columns = self.mapping.columns
        if CHANNEL in columns:
            channel = row[columns[CHANNEL]].strip()
            self.channels[channel] += 1
            if channel != self.options.chat:
                self.file.skip(_("another channel"))
                return None
        cells = WrittenCells(
            row, number, self.file.errors, order=self.mapping.order, mark=self.mapping.mark
        )
        moment, is_day = cells.posting(columns[POSTED], self.options.zone)
        told: dict[str, Any] = {
            name: cells.count(column) for name, column in self.mapping.counters.items()
        }
        post = PostReading(
            external_id=cells.identity(columns[ID]),
            profile_external_id=self.options.profile_external_id,
            posted_at=moment,
            read_at=NO_TIME,
            text=row[columns[TEXT]].strip() if TEXT in columns else "",
            **told,
        )
        if not cells.is_good:
            return None
        check_past(post.posted_at, self.options.now, row=number, field=columns[POSTED])
        self.numbers.append(number)
        self.file.tells_days_only |= is_day
        if has_empty_views(post):
            self.empty_views += 1
            return replace(post, views=None)
        return post


def read_mapped_posts(data: bytes, name: str, options: PostFileOptions) -> PostFile:
    """A row is a post. Raises TableError where the mapping does not say all that is needed."""
    mapping = options.mapping or ColumnMap()
    file = PostFile(tells=frozenset({TEXT} & set(mapping.columns)))
    table = read_mapped_table(data, name, mapping, file.errors)
    rows = _Rows(options, mapping, file)
    each_row(table.rows, file, rows.read)
    check_channel(rows.channels, mapping, options.chat)
    drop_repeated(file, rows.numbers)
    file.header, file.columns = table.header, mapping.columns
    file.notes += table.notes
    file.notes.append(_("Times without an offset were read in %(zone)s.") % {"zone": options.zone})
    if file.tells_days_only:
        message = _("Only the days of publication are told: noon (%(zone)s) stands for the time.")
        file.notes.append(message % {"zone": options.zone})
    if rows.empty_views:
        message = _(
            "%(count)s posts with 0 views although they reached or moved people: these zeros mean"
            " “not filled”, views are not measured."
        )
        file.notes.append(message % {"count": rows.empty_views})
    return file
