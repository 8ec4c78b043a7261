"""Posts from Meta Business Suite (“Content”, export of posts): a page's or an Instagram account's.

The header names some columns twice, captions have several lines, some rows lack their tail. Times
are of the account's zone, which the file does not name.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from communities.networks.records import PostFormat, PostReading
from communities.networks.registry import network_name
from kpi.file_networks import other_network
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
from smm_agency.lib.tabular import DateOrder, TableError, read_table

ID, POSTED, PERIOD, WHOLE = "Post ID", "Publish time", "Date", "Lifetime"
VIEWS = ("Views", "Views (2)")
# By which column a file is told apart, and where the name of the page stands.
OWNERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"facebook": ("Page ID", "Page name"), "instagram": ("Account ID", "Account username")}
)
COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "external_id": ID,
        "posted_at": POSTED,
        "likes": "Likes",
        "reactions": "Reactions",
        "comments": "Comments",
        "shares": "Shares",
        "saves": "Saves",
        "reach": "Reach",
        "views": VIEWS[0],
        "clicks": "Total clicks",
    }
)
TEXTS = ("Title", "Description")
# Further columns and what they help to fill.
ALSO: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(TEXTS, "text"),
        VIEWS[1]: "views",
        "Post type": "kind",
        "Is share": "is_repost",
    }
)
KINDS: Mapping[str, PostFormat] = MappingProxyType(
    {
        "photos": PostFormat.PHOTO,
        "ig image": PostFormat.PHOTO,
        "ig carousel": PostFormat.ALBUM,
        "videos": PostFormat.VIDEO,
        "ig video": PostFormat.VIDEO,
        "reels": PostFormat.SHORT_VIDEO,
        "ig reel": PostFormat.SHORT_VIDEO,
        "links": PostFormat.LINK,
        "text": PostFormat.TEXT,
    }
)


@dataclass(slots=True)
class _Rows:
    """Reads the rows, and remembers what has to be said about them."""

    options: PostFileOptions
    file: PostFile
    owner: tuple[str, str]
    numbers: list[int] = field(default_factory=list)
    owners: Counter[tuple[str, str]] = field(default_factory=Counter)
    empty_views: int = 0

    def read(self, number: int, row: Mapping[str, str]) -> PostReading | None:
        owner = (row[self.owner[0]].strip(), row.get(self.owner[1], "").strip())
        self.owners[owner] += 1
        if self.options.chat and self.options.chat not in owner:
            self.file.skip(_("another page"))
            return None
        if row[PERIOD].strip() != WHOLE:
            message = _("“%(period)s”: these are figures of a part of the post's life. Export them"
                        " with the period “Lifetime”.")  # fmt: skip
            raise TableError(number, PERIOD, message % {"period": row[PERIOD][:40]})
        post = self._post(number, row)
        if post is None:
            return None
        check_past(post.posted_at, self.options.now, row=number, field=POSTED)
        self.numbers.append(number)
        if has_empty_views(post):
            self.empty_views += 1
            return replace(post, views=None)
        return post

    def _post(self, number: int, row: Mapping[str, str]) -> PostReading | None:
        cells = WrittenCells(row, number, self.file.errors, order=DateOrder.MDY)
        told: dict[str, Any] = {name: cells.count(COLUMNS[name]) for name in COUNTS}
        moment, _is_day = cells.posting(POSTED, self.options.zone)
        post = PostReading(
            external_id=cells.identity(ID),
            profile_external_id=self.options.profile_external_id,
            posted_at=moment,
            read_at=NO_TIME,
            text="\n\n".join(filter(None, (row.get(name, "").strip() for name in TEXTS))),
            format=KINDS.get(row.get("Post type", "").strip().casefold(), PostFormat.OTHER),
            is_repost=row.get("Is share", "").strip() == "1",
            views=_views(cells),
            **told,
        )
        return post if cells.is_good else None


COUNTS = ("likes", "reactions", "comments", "shares", "saves", "reach", "clicks")


def read_meta_posts(data: bytes, name: str, options: PostFileOptions) -> PostFile:
    """One page or account of an export; `options.zone` is the account's."""
    file = PostFile(tells=frozenset({"text", "kind", "is_repost"}))
    table = read_table(data, name, required=(ID, POSTED, PERIOD), errors=file.errors, loose=True)
    rows = _Rows(options, file, _owner_columns(table.header, options))
    each_row(table.rows, file, rows.read)
    _check_owner(rows)
    drop_repeated(file, rows.numbers)
    file.header = table.header
    found = {name: column for name, column in COLUMNS.items() if column in table.header}
    file.columns, file.also = found, ALSO
    file.notes += [*table.notes, *_notes(table.header, rows)]
    return file


def _views(cells: WrittenCells) -> int | None:
    """Of the two columns of one name the one that is filled."""
    told = {value for name in VIEWS if (value := cells.count(name)) is not None}
    filled = told - {0}
    if len(filled) > 1:
        message = _("The file has two columns “Views” with different values.")
        cells.refuse(TableError(cells.number, VIEWS[0], message))
    return max(told, default=None)


def _owner_columns(header: tuple[str, ...], options: PostFileOptions) -> tuple[str, str]:
    network = next((code for code, (column, _name) in OWNERS.items() if column in header), None)
    if network is None:
        message = _("Neither “Page ID” nor “Account ID”: this is no export of posts from Meta.")
        raise TableError(None, None, message)
    if network != options.network:
        raise other_network(network_name(network), options.network)
    return OWNERS[network]


def _check_owner(rows: _Rows) -> None:
    known = ", ".join(f"{name} ({number})" for number, name in sorted(rows.owners))
    if not rows.options.chat and len(rows.owners) > 1:
        message = _("The file has several pages; name one: %(pages)s.")
        raise TableError(None, rows.owner[0], message % {"pages": known})
    if rows.options.chat and not any(rows.options.chat in owner for owner in rows.owners):
        message = _("No such page in the file; it has: %(pages)s.")
        raise TableError(None, rows.owner[0], message % {"pages": known})
    rows.file.notes.append(_("The file is of %(page)s.") % {"page": known})
    number = next((number for number, _name in rows.owners), "")
    own = rows.options.profile_external_id
    if own.isdecimal() and number.isdecimal() and own != number:
        message = _("The file is of the page %(page)s, the profile's number is %(own)s.")
        rows.file.warnings.append(message % {"page": known, "own": own})


def _notes(header: tuple[str, ...], rows: _Rows) -> list[str]:
    zone = rows.options.zone
    notes = [_("Times without an offset were read in %(zone)s.") % {"zone": zone}]
    if VIEWS[1] in header:
        notes.append(_("The column “Views” stands twice: the one that is filled was taken."))
    if rows.empty_views:
        message = _(
            "%(count)s posts with 0 views although they reached or moved people: these zeros mean"
            " “not filled”, views are not measured."
        )
        notes.append(message % {"count": rows.empty_views})
    return notes
