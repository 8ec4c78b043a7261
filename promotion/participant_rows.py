"""A file with participants: a row for each page, by its id or its address.

Pages are told apart by their key: an id as the network writes it, or an address without what
changes nothing. `id123`, `123` and `https://vk.com/id123` are one page; an id and an address with a
name of its own cannot be seen to be the same. An address of a post is no page: who commented under
it would be one participant.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from django.utils.translation import gettext as _

from clients.models import Client
from smm_agency.lib.tabular import (
    Errors,
    Limits,
    TableError,
    parse_date,
    parse_datetime,
    read_table,
)

# 100,000 rows are read in a few seconds; a list that is longer is given to several actions.
LIMITS = Limits(size=16 * 2**20, rows=100_000, columns=100)
LONGEST = {"external_id": 64, "page_url": 500, "name": 200}
NAMES: dict[str, tuple[str, ...]] = {
    "external_id": (
        "id", "user id", "user_id", "userid", "vk id", "vk_id", "participant id", "ид", "айди",
        "id участника", "id пользователя", "идентификатор",
    ),
    "page_url": (
        "page", "url", "link", "address", "profile", "page address", "страница", "ссылка",
        "адрес", "адрес страницы", "ссылка на страницу", "профиль",
    ),
    "name": (
        "name", "full name", "participant", "имя", "фио", "участник", "имя и фамилия",
        "имя фамилия",
    ),
    "entered_at": (
        "date", "entered", "entered at", "time", "дата", "время", "дата участия", "дата и время",
    ),
}  # fmt: skip
_ID = re.compile(r"@?[A-Za-z0-9_][A-Za-z0-9_.-]*")
_NUMBERED = re.compile(r"(?:id)?([0-9]+)")
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_VK = ("vk.com", "vk.ru")
_VK_POST = re.compile(r"(wall|photo|video|clip|story|topic|album|market)-?[0-9]+_[0-9]+")
_TELEGRAM = ("t.me", "telegram.me")
_POSTS = frozenset(
    {"p", "post", "posts", "reel", "reels", "stories", "photo", "photos", "video", "videos",
     "watch", "shorts", "topic", "status"}
)  # fmt: skip
_POST_PAGES = frozenset(
    {"watch", "profile.php", "story.php", "photo.php", "permalink.php", "wall.php"}
)
# Networks write any other address in letters of either size; here they are another channel.
_CASED = re.compile(r"channel/")
_CAME_FROM = frozenset(
    {"from", "fbclid", "gclid", "yclid", "igsh", "igshid", "mibextid", "si"}
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """Of the file; `key` tells the page from others."""

    row: int
    key: str
    external_id: str = ""
    page_url: str = ""
    name: str = ""
    entered_at: dt.datetime | None = None


@dataclass
class ReadFile:
    """`doubles`: a row and the earlier one of the same page, into which it was merged."""

    rows: list[Row] = field(default_factory=list)
    doubles: list[tuple[int, int]] = field(default_factory=list)
    notes: tuple[str, ...] = ()


def read_participants(
    data: bytes, name: str, *, client: Client, columns: Mapping[str, str] | None = None
) -> ReadFile:
    """`columns` names those of the file whose usual names do not tell.

    Raises TableError, or ImportRefused with all rows that are wrong.
    """
    errors = Errors()
    table = read_table(data, name, limits=LIMITS, errors=errors, loose=True)
    places = find_columns(table.header, columns or {})
    found = ReadFile(notes=table.notes)
    seen: dict[str, int] = {}
    for number, cells in table.rows:
        try:
            one = _row_of(number, {part: cells[place] for part, place in places.items()}, client)
        except TableError as wrong:
            # People know the columns of their file, not ours.
            field_name = places.get(wrong.field or "", wrong.field)
            errors.add(TableError(wrong.row, field_name, wrong.message))
            continue
        if one.key in seen:
            found.doubles.append((number, seen[one.key]))
        else:
            seen[one.key] = number
            found.rows.append(one)
    errors.raise_if_any()
    if not found.rows:
        raise TableError(None, None, _("The file has a header and no participants."))
    return found


def find_columns(header: Sequence[str], said: Mapping[str, str]) -> dict[str, str]:
    """Which column of the file holds what. Raises TableError."""
    by_name = {" ".join(column.casefold().split()): column for column in header}
    found = {
        part: column
        for part, names in NAMES.items()
        if (column := next((by_name[name] for name in names if name in by_name), ""))
    }
    for part, wanted in said.items():
        if not wanted.strip():
            continue
        named = by_name.get(" ".join(wanted.casefold().split()))
        if named is None:
            message = _("There is no column “%(name)s”. The header has: %(found)s.")
            values = {"name": wanted, "found": ", ".join(header)}
            raise TableError(None, None, message % values)
        found[part] = named
    if not {"external_id", "page_url"} & set(found):
        message = _(
            "No column holds the id or the address of the page. The header has: %(found)s. Name the"
            " column below, or rename it to “id” or “url”."
        )
        raise TableError(None, None, message % {"found": ", ".join(header)})
    return found


def key_of(*, external_id: str = "", page_url: str = "", row: int = 0) -> str:
    """The id decides where both are given. Raises TableError where neither can be read."""
    if external_id:
        return _id_key(external_id, row)
    if page_url:
        return _url_key(page_url, row)
    raise TableError(
        row or None, None, _("Neither the id nor the address of the page is given: fill in one.")
    )


def _row_of(number: int, cells: Mapping[str, str], client: Client) -> Row:
    said = {part: cells.get(part, "").strip() for part in NAMES}
    for part, most in LONGEST.items():
        if len(said[part]) > most:
            message = _("Longer than %(most)s characters.")
            raise TableError(number, part, message % {"most": most})
    key = key_of(external_id=said["external_id"], page_url=said["page_url"], row=number)
    moment = _moment(said["entered_at"], number, client)
    return Row(number, key, said["external_id"], said["page_url"], said["name"], moment)


def _moment(text: str, row: int, client: Client) -> dt.datetime | None:
    """A day without a time is its midnight."""
    if not text:
        return None
    try:
        day = parse_date(text, row=row, field="entered_at")
    except TableError:
        return parse_datetime(text, tz=client.zone, row=row, field="entered_at")
    return dt.datetime.combine(day, dt.time(), client.zone) if day else None


def _id_key(text: str, row: int) -> str:
    if not _ID.fullmatch(text):
        message = _("“%(text)s” is not an id of a page: letters, digits, “_”, “.” and “-”.")
        raise TableError(row or None, "external_id", message % {"text": text[:40]})
    plain = text.removeprefix("@").casefold()
    return _number_of(plain) or plain


def _url_key(text: str, row: int) -> str:
    address = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        host = ""
    path = parts.path.strip("/") if host else ""
    if not _HOST.fullmatch(host) or parts.scheme not in ("http", "https") or not path:
        message = _("“%(text)s” is not the address of a page, such as https://vk.com/id1.")
        raise TableError(row or None, "page_url", message % {"text": text[:40]})
    name = path.casefold()
    query = _told_by(parts.query)
    if name == "profile.php" and (number := _profile_id(query)):
        return f"{host}/profile.php?id={number}"
    if query or _is_post(host, name):
        message = _("“%(text)s” is a post or a search, not a page: give the address of the page.")
        raise TableError(row or None, "page_url", message % {"text": text[:80]})
    if host in _VK:
        return _number_of(name) or f"vk.com/{name}"
    return f"{host}/{path if _CASED.match(name) else name}"


def _told_by(query: str) -> list[tuple[str, str]]:
    """What a query tells beside where the visitor came from."""
    told = parse_qsl(query, keep_blank_values=True)
    return [each for each in told if each[0] not in _CAME_FROM and not each[0].startswith("utm_")]


def _profile_id(query: list[tuple[str, str]]) -> str:
    ids = [value for name, value in query if name == "id"]
    return _number_of(ids[0]) if len(query) == len(ids) == 1 else ""


def _is_post(host: str, path: str) -> bool:
    first, *rest = path.split("/")
    if host in _VK:
        return bool(_VK_POST.match(path))
    if host in _TELEGRAM and rest and rest[-1].isdecimal():
        return True
    return bool({first, *rest[:-1]} & _POSTS if rest else first in _POST_PAGES)


def _number_of(text: str) -> str:
    """`7` of `7`, `007` and `id7`; "" of a name."""
    numbered = _NUMBERED.fullmatch(text)
    return (numbered[1].lstrip("0") or "0") if numbered else ""
