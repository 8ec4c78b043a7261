"""Walls of VK from files: the answer of `wall.get`, and CSVs that collectors write from it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from communities.networks import shapes, vk_posts
from communities.networks.records import PostReading
from communities.wall import TOLD
from kpi.post_files import (
    NO_TIME,
    Cells,
    PostFile,
    PostFileOptions,
    check_past,
    drop_repeated,
    each_row,
)
from smm_agency.lib.tabular import TableError, read_table

REQUIRED = ("id", "date", "likes", "reposts", "views")
OPTIONAL = ("text", "comments")
# VK shows views since January 2017; collectors write 0 for older posts.
VIEWS_SINCE = dt.datetime(2017, 1, 16, tzinfo=dt.UTC)
_JSON_COUNTERS = ("likes", "comments", "reposts", "views")


# --- wall.get ------------------------------------------------------------------------------------


def read_wall_json(body: object, options: PostFileOptions) -> PostFile:
    """The answer of `wall.get`, with or without its `response`; rows are items, from 1."""
    outer = shapes.mapping(body) or {}
    items = shapes.sequence((shapes.mapping(outer.get("response")) or outer).get("items"))
    if items is None:
        raise TableError(None, "items", _("No items: this is not an answer of wall.get."))
    file = PostFile(tells=TOLD)
    numbers: list[int] = []

    def read(number: int, item: object) -> PostReading | None:
        if vk_posts.is_deleted(item):
            file.skip(_("deleted on VK"))
            return None
        post = _read_item(number, item, options.profile_external_id)
        check_past(post.posted_at, options.now, row=number, field="date")
        numbers.append(number)
        return post

    each_row(iter(enumerate(items, start=1)), file, read)
    drop_repeated(file, numbers)
    return file


def _read_item(number: int, item: object, group_id: str) -> PostReading:
    body = shapes.mapping(item) or {}
    for name in ("id", "date"):
        if shapes.identifier(body.get(name)) is None:
            raise TableError(number, name, _("Missing, or not a number."))
    owner = body.get("owner_id", -int(group_id))
    if owner != -int(group_id):
        message = _("The post stands on the wall %(owner)s, the profile's is %(own)s.")
        raise TableError(number, "owner_id", message % {"owner": owner, "own": f"-{group_id}"})
    for name in _JSON_COUNTERS:
        if name in body and shapes.count_in(body[name]) is None:
            raise TableError(number, f"{name}.count", _("Not a whole number from 0."))
    post = vk_posts.reading(item, group_id=group_id, read_at=NO_TIME)
    if post is None:
        raise TableError(number, "date", _("Not a date of a post."))
    return post


# --- CSV -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Rows:
    """Reads the rows of one CSV, and remembers what has to be said about them."""

    options: PostFileOptions
    file: PostFile
    numbers: list[int] = field(default_factory=list)
    old_views: int = 0
    liked_unseen: int = 0

    def read(self, number: int, row: Mapping[str, str]) -> PostReading | None:
        cells = Cells(row, number, self.file.errors)
        post = PostReading(
            external_id=str(cells.count("id", needed=True)),
            profile_external_id=self.options.profile_external_id,
            posted_at=cells.moment("date", self.options.zone),
            read_at=NO_TIME,
            text=row.get("text", "").strip(),
            likes=cells.count("likes"),
            comments=cells.count("comments"),
            shares=cells.count("reposts"),
            views=cells.count("views"),
        )
        if not cells.is_good:
            return None
        check_past(post.posted_at, self.options.now, row=number, field="date")
        self.numbers.append(number)
        return self._without_false_zero(post)

    def _without_false_zero(self, post: PostReading) -> PostReading:
        """A zero that means "not counted" is None: before VK counted, and under a liked post."""
        if post.views != 0:
            return post
        if post.posted_at < VIEWS_SINCE:
            self.old_views += 1
        elif post.likes or post.comments or post.shares:
            self.liked_unseen += 1
        else:
            return post
        return replace(post, views=None)


def read_wall_csv(data: bytes, name: str, options: PostFileOptions) -> PostFile:
    """`id,date,likes,reposts,views` with or without `comments` and `text`."""
    file = PostFile()
    table = read_table(
        data, name, required=REQUIRED, columns=(*REQUIRED, *OPTIONAL), errors=file.errors
    )
    rows = _Rows(options, file)
    each_row(table.rows, file, rows.read)
    drop_repeated(file, rows.numbers)
    file.tells = frozenset({"text"} & set(table.header))
    file.notes += [*table.notes, *_notes(table.header, rows)]
    return file


def _notes(header: tuple[str, ...], rows: _Rows) -> list[str]:
    notes = [_("Times without an offset were read in %(zone)s.") % {"zone": rows.options.zone}]
    if "comments" not in header:
        notes.append(_("No column comments: comments are not measured."))
    if rows.old_views:
        message = _("%(count)s posts from before VK counted views (16 January 2017): not measured.")
        notes.append(message % {"count": rows.old_views})
    if rows.liked_unseen:
        message = _("%(count)s posts with 0 views but with likes: views are not measured.")
        notes.append(message % {"count": rows.liked_unseen})
    return notes
