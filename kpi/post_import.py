"""Posts from files: found out what the file is, read whole, refused by row and field, stored once.

No file says when its counters were read. They are filed under the day of the file's newest post,
the last day of which it surely knows, unless the person states the moment. The same file again is
filed under the same day, so it changes nothing.
"""

import datetime as dt
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import Profile
from communities.networks import shapes
from kpi.cadence import Slot
from kpi.models import Reading
from kpi.post_files import PostFile, PostFileOptions, check_past, load_json
from kpi.post_files_telegram import bare_chat, read_channel_csv, read_desktop_export
from kpi.post_files_vk import read_wall_csv, read_wall_json
from kpi.wall_readings import StoredReadings, store_post_readings
from smm_agency.lib.tabular import Errors, TableError

POSTS_PER_STEP = 500

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class PostFormatOfFile:
    """A format by its name in `--format`: whose posts it holds and how it is read."""

    network: str
    read: Callable[[bytes, str, PostFileOptions], PostFile]


FORMATS: Mapping[str, PostFormatOfFile] = MappingProxyType(
    {
        "vk-wall": PostFormatOfFile(
            "vk", lambda data, _name, options: read_wall_json(load_json(data), options)
        ),
        "vk-csv": PostFormatOfFile("vk", read_wall_csv),
        "telegram-csv": PostFormatOfFile("telegram", read_channel_csv),
        "telegram-export": PostFormatOfFile(
            "telegram", lambda data, _name, options: read_desktop_export(load_json(data), options)
        ),
    }
)


@dataclass(frozen=True, slots=True)
class PostImport:
    """What came of a file. `errors` holds what was left out with `skip_bad`."""

    format: str
    rows: int
    skipped: Mapping[str, int]
    read_at: dt.datetime | None
    slot: dt.date | None
    notes: tuple[str, ...] = ()
    errors: Errors = field(default_factory=Errors)
    stored: StoredReadings = field(default_factory=StoredReadings)


def import_posts(
    profile: Profile,
    data: bytes,
    name: str,
    *,
    at: dt.datetime,
    format: str = "auto",
    zone: zoneinfo.ZoneInfo | None = None,
    chat: str = "",
    album_seconds: int = 1,
    read_at: dt.datetime | None = None,
    skip_bad: bool = False,
    progress: Progress | None = None,
) -> PostImport:
    """Take a file of posts for a profile, whole or (with errors) not at all.

    `zone` is for times without an offset, by default the client's. `progress(done, all)` is called
    as posts are stored. Raises TableError for the file, ImportRefused for its rows.
    """
    if read_at is not None:
        check_past(read_at, at, row=None, field="read_at")
    code = detect_format(data) if format == "auto" else format
    _check_network(profile, code)
    options = PostFileOptions(
        zone or profile.client.zone, profile.external_id, at, _chat(profile, chat), album_seconds
    )
    file = FORMATS[code].read(data, name, options)
    if not skip_bad:
        file.errors.raise_if_any()
    moment = read_at or max((post.posted_at for post in file.posts), default=None)
    report = PostImport(
        code,
        file.rows,
        file.skipped,
        moment,
        profile.client.day_of(moment) if moment else None,
        (*file.notes, *_notes(moment, is_stated=read_at is not None)),
        file.errors,
    )
    if moment is None:
        return report
    return replace(report, stored=_store(profile, file, moment, at, progress))


def detect_format(data: bytes) -> str:
    """The format by what the file holds. Raises TableError where it is none of ours."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
        return "telegram-csv" if b"tg_message_id" in data[:2_000] else "vk-csv"
    body = shapes.mapping(load_json(data)) or {}
    if "messages" in body:
        return "telegram-export"
    if "response" in body or "items" in body:
        return "vk-wall"
    message = _("The JSON is neither an answer of VK's wall.get nor Telegram's export.")
    raise TableError(None, None, message)


def _check_network(profile: Profile, code: str) -> None:
    network = FORMATS[code].network
    if profile.network != network:
        message = _("The file (%(format)s) is of another network than the profile (%(network)s).")
        values = {"format": code, "network": profile.network}
        raise TableError(None, None, message % values)
    if network == "vk" and not profile.external_id.isdecimal():
        message = _("The profile's id must be the number of the VK group, not “%(id)s”.")
        raise TableError(None, None, message % {"id": profile.external_id})


def _chat(profile: Profile, chat: str) -> str:
    """The chat that was named; else the profile's own number."""
    if chat or profile.network != "telegram":
        return chat
    number = bare_chat(profile.external_id)
    return number if number.isdecimal() else ""


def _notes(moment: dt.datetime | None, *, is_stated: bool) -> list[str]:
    if moment is None or is_stated:
        return []
    return [
        _(
            "The file does not say when its counters were read: filed under the day of its newest"
            " post (%(moment)s). State another with --read-at."
        )
        % {"moment": moment.isoformat(timespec="minutes")}
    ]


def _store(
    profile: Profile,
    file: PostFile,
    moment: dt.datetime,
    at: dt.datetime,
    progress: Progress | None,
) -> StoredReadings:
    stored = StoredReadings()
    # A file is of a day: nobody says at which hour the network counted.
    slot = Slot(profile.client.day_of(moment), 0)
    with transaction.atomic():
        for start in range(0, len(file.posts), POSTS_PER_STEP):
            step = file.posts[start : start + POSTS_PER_STEP]
            stored += store_post_readings(
                profile,
                [replace(post, read_at=moment) for post in step],
                slot_of=lambda _post: slot,
                source=Reading.IMPORT,
                at=at,
                tells=file.tells,
            )
            if progress:
                progress(min(start + POSTS_PER_STEP, len(file.posts)), len(file.posts))
    return stored
