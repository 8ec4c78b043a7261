"""Which column of a file of figures is which field, and how its dates and numbers are written."""

import json
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any, Self, get_args

from django.utils.translation import gettext as _

from kpi.models import FileKind, PostSnapshot, ProfileSnapshot
from smm_agency.lib.tabular import (
    LAST_HEADER_ROW,
    DateOrder,
    Mark,
    TableError,
    fitting_orders,
    named_columns,
)

ID, POSTED, TEXT, DATE, CHANNEL = "external_id", "posted_at", "text", "date", "channel"
# What one column may become, by what a row of the file is.
FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        FileKind.POSTS: (ID, POSTED, TEXT, CHANNEL, *PostSnapshot.COUNTERS),
        FileKind.DAYS: (DATE, CHANNEL, *ProfileSnapshot.COUNTERS),
    }
)
NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {FileKind.POSTS: (ID, POSTED), FileKind.DAYS: (DATE,)}
)
# Names by which a column is proposed, in small letters; nothing is stored before a person has seen.
_LIKES = ("likes", "reactions", "лайки", "реакции", "нравится")
_COMMENTS = ("comments", "комментарии")
_SHARES = ("shares", "reposts", "репосты", "поделились")
_CHANNELS = ("channel", "profile", "page", "канал", "страница")
_COMMON = {
    CHANNEL: _CHANNELS,
    "likes": _LIKES,
    "comments": _COMMENTS,
    "shares": _SHARES,
    "reach": ("reach", "охват"),
    "saves": ("saves", "сохранения", "сохранили"),
    "clicks": ("clicks", "link clicks", "total clicks", "клики", "переходы"),
}
NAMES: Mapping[str, Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        FileKind.POSTS: {
            ID: ("id", "post id", "post_id", "content", "external_id", "номер", "link", "url",
                 "permalink", "ссылка"),
            POSTED: ("posted_at", "published_at", "published", "publish time", "date", "time",
                     "дата", "дата публикации", "опубликовано"),
            TEXT: ("text", "title", "description", "caption", "текст", "заголовок", "название"),
            "views": ("views", "просмотры"),
            **_COMMON,
        },
        FileKind.DAYS: {
            DATE: ("date", "day", "read_at", "дата", "день"),
            "followers": ("followers", "subscribers", "total_subscribers", "members", "подписчики",
                          "участники"),
            "joined": ("joined", "follows", "new followers", "new subscribers", "вступили",
                       "подписались", "новые подписчики"),
            "left": ("left", "unfollows", "unsubscribed", "вышли", "отписались"),
            "posts": ("posts", "videos", "total_videos", "total_posts", "публикации"),
            "views": ("total_views", "views in all", "просмотры всего"),
            "views_day": ("views_day", "daily views", "просмотры за день"),
            "visits": ("visits", "profile visits", "посещения"),
            "interactions": ("interactions", "content interactions", "взаимодействия"),
            "messages": ("messages", "сообщения"),
            **_COMMON,
        },
    }
)  # fmt: skip
POST_WORDS = frozenset({ID, TEXT})
ENCODINGS = ("utf-8", "utf-16", "cp1251", "cp1252")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """`columns`: our field → the file's column; a column that is not named is left out.

    `order` is "" while it is not known which number of a date is the month. An empty `zone` is the
    client's, an empty `encoding` is found out.
    """

    kind: str = FileKind.DAYS
    columns: Mapping[str, str] = field(default_factory=dict)
    order: str = ""
    mark: Mark = "."
    zone: str = ""
    encoding: str = ""
    header_at: int = 1

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "columns": dict(self.columns)}

    @classmethod
    def from_json(cls, told: object) -> Self:
        """From what `to_json` gives. Raises TableError for what is no mapping."""
        if not isinstance(told, dict) or set(told) - set(cls.__dataclass_fields__):
            raise TableError(None, None, not_a_mapping())
        try:
            made = cls(**told)
        except TypeError:
            raise TableError(None, None, not_a_mapping()) from None
        made.check()
        return made

    @classmethod
    def from_text(cls, text: str) -> Self:
        """From JSON, as the commands' `--mapping` takes it. Raises TableError."""
        try:
            return cls.from_json(json.loads(text))
        except (ValueError, RecursionError):
            raise TableError(None, None, not_a_mapping()) from None

    def check(self) -> None:
        """Raises TableError: what is said is not among what may be said."""
        _check_columns(self.kind, self.columns)
        is_written = self.order in ("", *DateOrder) and self.mark in get_args(Mark)
        is_read = self.encoding in ("", *ENCODINGS) and type(self.header_at) is int
        if not (is_written and is_read and 1 <= self.header_at <= LAST_HEADER_ROW):
            raise TableError(None, None, not_a_mapping())
        if self.zone:
            check_zone(self.zone)

    def check_whole(self) -> None:
        """Raises TableError where something that a file cannot be read without is not said."""
        for name in NEEDED[self.kind]:
            if name not in self.columns:
                message = _("Say which column this is.")
                raise TableError(None, field_title(self.kind, name), message)
        if not self.counters:
            message = _("No column is a counter: say which figures are to be taken.")
            raise TableError(None, None, message)
        if not self.order:
            message = _("Say how the dates are written: it is not clear which number is the month.")
            raise TableError(None, self.columns[NEEDED[self.kind][-1]], message)

    @property
    def counters(self) -> dict[str, str]:
        """The counters' columns: field → column."""
        words = {ID, POSTED, TEXT, DATE, CHANNEL}
        return {name: column for name, column in self.columns.items() if name not in words}


def not_a_mapping() -> str:
    return _(
        'The mapping is not JSON of the form {"kind": "days", "columns": {"date": "Day",'
        ' "followers": "Fans"}, "order": "dmy"}.'
    )


def check_zone(zone: object) -> zoneinfo.ZoneInfo:
    """Raises TableError for what is no time zone."""
    try:
        return zoneinfo.ZoneInfo(str(zone))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        message = _("There is no time zone “%(zone)s”; write Europe/Moscow.") % {"zone": zone}
        raise TableError(None, "zone", message) from None


def field_title(kind: str, name: str) -> str:
    """What a person calls a field of ours."""
    model = PostSnapshot if kind == FileKind.POSTS else ProfileSnapshot
    words = {
        ID: _("id of the post"),
        POSTED: _("posted"),
        TEXT: _("text"),
        DATE: _("date"),
        CHANNEL: _("page, where the file has several"),
        "kind": _("format"),
        "is_repost": _("repost"),
    }
    if name in words:
        return words[name]
    if name == "reactions":
        name = "likes"
    field: Any = model._meta.get_field(name)
    return str(field.verbose_name)


def _check_columns(kind: object, columns: object) -> None:
    if not isinstance(kind, str) or kind not in FIELDS or not isinstance(columns, Mapping):
        raise TableError(None, None, not_a_mapping())
    for name, column in columns.items():
        if name not in FIELDS[kind]:
            message = _("No such field; fields are: %(fields)s.")
            raise TableError(None, str(name), message % {"fields": ", ".join(FIELDS[kind])})
        if not isinstance(column, str) or not column:
            raise TableError(None, name, not_a_mapping())
    repeated = {each for each in columns.values() if list(columns.values()).count(each) > 1}
    if repeated:
        message = _("One column cannot become two things.")
        raise TableError(None, sorted(repeated)[0], message)


def propose(
    header: Sequence[str], rows: Sequence[Mapping[str, str]], *, kind: str = ""
) -> ColumnMap:
    """What the columns seem to be by their names, and the dates by some rows of the file.

    A name that fits two columns is proposed for neither; dates that can be read in two ways, in
    none. `kind`, where it is given, is what a row is.
    """
    kind = kind or _kind_of(header)
    columns = named_columns(NAMES[kind], header)
    column = columns.get(NEEDED[kind][-1])
    orders = fitting_orders(row.get(column, "") for row in rows) if column else []
    return ColumnMap(kind, columns, order=orders[0].value if len(orders) == 1 else "")


def _kind_of(header: Sequence[str]) -> str:
    found = named_columns(NAMES[FileKind.POSTS], header)
    return FileKind.POSTS.value if set(found) & POST_WORDS else FileKind.DAYS.value
