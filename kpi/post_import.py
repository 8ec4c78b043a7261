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
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import Profile
from communities.networks import shapes
from kpi import post_files_meta, post_files_vk, post_files_youtube
from kpi.cadence import Slot
from kpi.column_mapping import ColumnMap, check_zone
from kpi.file_networks import other_network
from kpi.known_posts import settle_with_known
from kpi.models import Reading
from kpi.post_files import PostFile, PostFileOptions, check_past, load_json
from kpi.post_files_mapped import read_mapped_posts
from kpi.post_files_meta import read_meta_posts
from kpi.post_files_telegram import bare_chat, read_channel_csv, read_desktop_export
from kpi.post_files_vk import read_wall_csv, read_wall_json
from kpi.post_files_youtube import read_studio_posts
from kpi.wall_readings import StoredReadings, store_post_readings
from smm_agency.lib.tabular import Errors, TableError, read_table

POSTS_PER_STEP = 500

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class PostFormatOfFile:
    """A format by its name in `--format`: whose posts it holds and how it is read.

    No networks: anybody's. `zone` is of times without an offset where the person names none; "" is
    the client's.
    """

    title: str | Promise
    networks: frozenset[str]
    read: Callable[[bytes, str, PostFileOptions], PostFile]
    zone: str = ""


FORMATS: Mapping[str, PostFormatOfFile] = MappingProxyType(
    {
        "vk-wall": PostFormatOfFile(
            gettext_lazy("VK, answer of wall.get"),
            frozenset({"vk"}),
            lambda data, _name, options: read_wall_json(load_json(data), options),
        ),
        "vk-csv": PostFormatOfFile(
            gettext_lazy("VK, table of a wall"), frozenset({"vk"}), read_wall_csv
        ),
        "telegram-csv": PostFormatOfFile(
            gettext_lazy("Telegram, table of channels"), frozenset({"telegram"}), read_channel_csv
        ),
        "telegram-export": PostFormatOfFile(
            gettext_lazy("Telegram Desktop, export of a channel"),
            frozenset({"telegram"}),
            lambda data, _name, options: read_desktop_export(load_json(data), options),
        ),
        "meta-posts": PostFormatOfFile(
            gettext_lazy("Meta Business Suite, posts"),
            frozenset({"facebook", "instagram"}),
            read_meta_posts,
            zone="America/Los_Angeles",
        ),
        "youtube-posts": PostFormatOfFile(
            gettext_lazy("YouTube Studio, videos"), frozenset({"youtube"}), read_studio_posts
        ),
        "columns": PostFormatOfFile(
            gettext_lazy("any table, by its columns"), frozenset(), read_mapped_posts
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
    mapping: ColumnMap | None = None,
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
    code = format
    if mapping is not None or code == "auto":
        code = "columns" if mapping else detect_format(data, name, network=profile.network)
    file = read_posts(
        profile, data, name, code, at=at, mapping=mapping, zone=zone, chat=chat,
        album_seconds=album_seconds, read_at=read_at,
    )  # fmt: skip
    if not skip_bad:
        file.errors.raise_if_any()
    moment = moment_of(file, read_at)
    report = PostImport(
        code,
        file.rows,
        file.skipped,
        moment,
        profile.client.day_of(moment) if moment else None,
        (*file.notes, *file.warnings),
        file.errors,
    )
    if moment is None:
        return report
    return replace(report, stored=store_posts(profile, file, moment, at=at, progress=progress))


def read_posts(
    profile: Profile,
    data: bytes,
    name: str,
    code: str,
    *,
    at: dt.datetime,
    mapping: ColumnMap | None = None,
    zone: zoneinfo.ZoneInfo | None = None,
    chat: str = "",
    album_seconds: int = 1,
    read_at: dt.datetime | None = None,
) -> PostFile:
    """The file as its posts would be stored, and what a person should know; nothing is written."""
    if read_at is not None:
        check_past(read_at, at, row=None, field="read_at")
    _check_network(profile, code)
    stated = zone or (check_zone(mapping.zone) if mapping and mapping.zone else None)
    usual = check_zone(FORMATS[code].zone) if FORMATS[code].zone else profile.client.zone
    file = FORMATS[code].read(
        data,
        name,
        PostFileOptions(
            stated or usual,
            profile.external_id,
            at,
            _chat(profile, chat),
            album_seconds,
            profile.network,
            mapping,
        ),
    )
    settle_with_known(profile, file)
    moment = moment_of(file, read_at)
    file.notes += _notes(moment, is_stated=read_at is not None)
    return file


def moment_of(file: PostFile, read_at: dt.datetime | None) -> dt.datetime | None:
    """When the counters were read: as stated, else when the newest post was posted."""
    return read_at or max((post.posted_at for post in file.posts), default=None)


def detect_format(data: bytes, name: str = "file.csv", *, network: str = "vk") -> str:
    """The format by what the file holds; an unknown table is taken for one of VK's on VK.

    Raises TableError where it is none of ours.
    """
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
        header = read_table(data, name, loose=True).header
        code = detect_table(header)
        if code is None and network != "vk":
            message = _("A table of no known format; it has: %(found)s. Say which column is which.")
            raise TableError(None, None, message % {"found": ", ".join(header)})
        return code or "vk-csv"
    body = shapes.mapping(load_json(data)) or {}
    if "messages" in body:
        return "telegram-export"
    if "response" in body or "items" in body:
        return "vk-wall"
    message = _("The JSON is neither an answer of VK's wall.get nor Telegram's export.")
    raise TableError(None, None, message)


def detect_table(header: tuple[str, ...]) -> str | None:
    """The format of a table by its columns; None where they are of none."""
    names = set(header)
    if "tg_message_id" in names:
        return "telegram-csv"
    if {post_files_meta.ID, post_files_meta.POSTED} <= names:
        return "meta-posts"
    if {post_files_youtube.ID, post_files_youtube.POSTED} <= names:
        return "youtube-posts"
    return "vk-csv" if set(post_files_vk.REQUIRED) <= names else None


def _check_network(profile: Profile, code: str) -> None:
    networks = FORMATS[code].networks
    if networks and profile.network not in networks:
        raise other_network(FORMATS[code].title, profile.network)
    if networks == {"vk"} and not profile.external_id.isdecimal():
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
            " post (%(moment)s) unless you state another day."
        )
        % {"moment": moment.isoformat(timespec="minutes")}
    ]


def store_posts(
    profile: Profile,
    file: PostFile,
    moment: dt.datetime,
    *,
    at: dt.datetime,
    progress: Progress | None = None,
) -> StoredReadings:
    """The posts and their snapshots of the moment's day, all or none."""
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
