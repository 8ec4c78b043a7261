"""Channels of Telegram from files: a collector's CSV, and the export of Telegram Desktop."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from communities.networks import shapes
from communities.networks.records import PostFormat, PostReading
from kpi.albums import join_albums, rule
from kpi.post_files import (
    NO_TIME,
    Cells,
    PostFile,
    PostFileOptions,
    check_past,
    drop_repeated,
    each_row,
)
from smm_agency.lib.tabular import TableError, parse_datetime, read_table, require

REQUIRED = (
    "tg_message_id",
    "tg_chat_id",
    "published_at",
    "text",
    "view_count",
    "reaction_count",
    "comment_count",
)
OPTIONAL = ("author_tg_user_id",)
CHANNEL_PREFIX = "-100"


def bare_chat(chat: str) -> str:
    """A channel's number without the prefix that bots put before it."""
    return chat.strip().removeprefix(CHANNEL_PREFIX)


# --- CSV -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Rows:
    """Reads the rows of one chat, and remembers what has to be said about them."""

    options: PostFileOptions
    file: PostFile
    numbers: list[int] = field(default_factory=list)
    chats: Counter[str] = field(default_factory=Counter)

    def read(self, number: int, row: Mapping[str, str]) -> PostReading | None:
        chat = bare_chat(row["tg_chat_id"])
        self.chats[chat] += 1
        if self.options.chat and chat != bare_chat(self.options.chat):
            self.file.skip(_("another chat"))
            return None
        cells = Cells(row, number, self.file.errors)
        post = PostReading(
            external_id=str(cells.count("tg_message_id", needed=True)),
            profile_external_id=self.options.profile_external_id,
            posted_at=cells.moment("published_at", self.options.zone),
            read_at=NO_TIME,
            text=row["text"].strip(),
            likes=cells.count("reaction_count"),
            comments=cells.count("comment_count"),
            views=cells.count("view_count"),
        )
        if not cells.is_good:
            return None
        check_past(post.posted_at, self.options.now, row=number, field="published_at")
        if post.views is None and not (post.text or post.likes or post.comments):
            self.file.skip(_("service messages: no views, text, reactions or comments"))
            return None
        self.numbers.append(number)
        return post


def read_channel_csv(data: bytes, name: str, options: PostFileOptions) -> PostFile:
    """One chat of a collector's file; an empty view_count is not measured."""
    file = PostFile()
    table = read_table(
        data, name, required=REQUIRED, columns=(*REQUIRED, *OPTIONAL), errors=file.errors
    )
    rows = _Rows(options, file)
    each_row(table.rows, file, rows.read)
    _check_chat(rows)
    drop_repeated(file, rows.numbers)
    file.notes += [*table.notes, rule(options.album_seconds)]
    _join(file, options, lambda post: post.views is not None)
    return file


def _check_chat(rows: _Rows) -> None:
    known = ", ".join(f"{chat} ({count})" for chat, count in rows.chats.most_common())
    if not rows.options.chat and len(rows.chats) > 1:
        message = _("The file has several chats; name one with --chat: %(chats)s.")
        raise TableError(None, "tg_chat_id", message % {"chats": known})
    if rows.options.chat and bare_chat(rows.options.chat) not in rows.chats:
        message = _("No such chat in the file; it has: %(chats)s.")
        raise TableError(None, "tg_chat_id", message % {"chats": known})


# --- Telegram Desktop ----------------------------------------------------------------------------


def read_desktop_export(body: object, options: PostFileOptions) -> PostFile:
    """`result.json` of one channel. The format has neither views nor comments nor forwards.

    A message without `reactions` has none where the file tells reactions of any message; else they
    are not measured. Rows are messages, from 1.
    """
    messages = shapes.sequence((shapes.mapping(body) or {}).get("messages"))
    if messages is None:
        message = _("No messages: this is not the export of one channel.")
        raise TableError(None, "messages", message)
    _check_export_chat(shapes.mapping(body) or {}, options)
    tells_reactions = any("reactions" in (shapes.mapping(each) or {}) for each in messages)
    file = PostFile(tells=frozenset({"text", "kind", "is_repost"}))
    numbers: list[int] = []
    pictures: set[str] = set()

    def read(number: int, item: object) -> PostReading | None:
        entry = shapes.mapping(item) or {}
        if entry.get("type") == "service":
            file.skip(_("service messages"))
            return None
        post = _read_message(number, entry, options, zero=0 if tells_reactions else None)
        check_past(post.posted_at, options.now, row=number, field="date")
        pictures.update([post.external_id] if "photo" in entry or "file" in entry else [])
        numbers.append(number)
        return post

    each_row(iter(enumerate(messages, start=1)), file, read)
    drop_repeated(file, numbers)
    file.notes += _export_notes(tells_reactions=tells_reactions)
    file.notes.append(rule(options.album_seconds))
    _join(file, options, lambda post: post.external_id in pictures)
    return file


def _check_export_chat(body: Mapping[str, object], options: PostFileOptions) -> None:
    chat = shapes.identifier(body.get("id"))
    asked = bare_chat(options.chat or options.profile_external_id)
    if chat is not None and asked.isdecimal() and bare_chat(chat) != asked:
        message = _("The export is of the channel %(chat)s, the profile is %(asked)s.")
        raise TableError(None, "id", message % {"chat": chat, "asked": asked})


def _export_notes(*, tells_reactions: bool) -> list[str]:
    notes = [_("The format has no views, comments or forwards: they are not measured.")]
    if tells_reactions:
        notes.append(_("Messages without reactions have 0, since the file tells those of others."))
    else:
        notes.append(_("The file tells no reactions at all: they are not measured."))
    return notes


def _read_message(
    number: int, entry: Mapping[str, object], options: PostFileOptions, *, zero: int | None
) -> PostReading:
    message_id = shapes.identifier(entry.get("id"))
    if message_id is None or message_id.startswith("-"):
        raise TableError(number, "id", _("Missing, or not a number."))
    likes = _reactions(number, entry["reactions"]) if "reactions" in entry else zero
    return PostReading(
        external_id=message_id,
        profile_external_id=options.profile_external_id,
        posted_at=_export_moment(number, entry, options),
        read_at=NO_TIME,
        text=_text(number, entry.get("text")),
        format=_format(entry),
        is_repost="forwarded_from" in entry,
        likes=likes,
    )


def _export_moment(
    number: int, entry: Mapping[str, object], options: PostFileOptions
) -> dt.datetime:
    """Unix seconds as a string; older exports have only the local time."""
    seconds = entry.get("date_unixtime")
    if isinstance(seconds, str) and seconds.isascii() and seconds.isdecimal():
        moment = shapes.moment(int(seconds))
        if moment is not None:
            return moment
    if seconds is not None:
        raise TableError(number, "date_unixtime", _("Not a moment in Unix seconds."))
    local = shapes.text(entry.get("date"))
    parsed = parse_datetime(local, tz=options.zone, row=number, field="date")
    return require(parsed, row=number, field="date")


def _text(number: int, value: object) -> str:
    """A string, or a list of strings and of objects with a `text`."""
    parts = value if isinstance(value, list) else [value]
    pieces: list[str] = []
    for part in parts:
        piece = part.get("text") if isinstance(part, dict) else part
        if not isinstance(piece, str):
            raise TableError(number, "text", _("Neither a text nor a list of texts."))
        pieces.append(shapes.text(piece))
    return "".join(pieces).strip()


def _reactions(number: int, value: object) -> int:
    counts = [shapes.count_in(each) for each in shapes.sequence(value) or [None]]
    known = [count for count in counts if count is not None]
    if len(known) != len(counts):
        raise TableError(number, "reactions", _("Not a list of counts."))
    return sum(known)


def _format(entry: Mapping[str, object]) -> PostFormat:
    media = {"video_file": PostFormat.VIDEO, "animation": PostFormat.VIDEO}
    media |= {"video_message": PostFormat.SHORT_VIDEO, "sticker": PostFormat.OTHER}
    media |= {"audio_file": PostFormat.AUDIO, "voice_message": PostFormat.AUDIO}
    if "photo" in entry:
        return PostFormat.PHOTO
    if "poll" in entry:
        return PostFormat.POLL
    kind = str(entry.get("media_type", ""))
    return media.get(kind, PostFormat.DOCUMENT if "file" in entry else PostFormat.TEXT)


def _join(
    file: PostFile, options: PostFileOptions, may_join: Callable[[PostReading], bool]
) -> None:
    before = len(file.posts)
    file.posts = join_albums(file.posts, seconds=options.album_seconds, may_join=may_join)
    joined = before - len(file.posts)
    if joined:
        albums = sum(bool(post.aliases) for post in file.posts)
        message = _("%(messages)s messages were joined into %(albums)s posts.")
        file.notes.append(message % {"messages": joined + albums, "albums": albums})
