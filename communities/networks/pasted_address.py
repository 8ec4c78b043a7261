"""Which page a person means: a pasted link, @name of Telegram, or club1 of VK.

The other way round than `addresses`: what it makes of a page is read back here.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import parse_qs, unquote, urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

EXAMPLES = "https://vk.com/club1, https://t.me/name"
POST = gettext_lazy("This is the link of a post: paste that of the page it stands on.")
PERSON = gettext_lazy("This is a person's page: paste the link of a community or a channel.")
PRIVATE = gettext_lazy("A private channel cannot be measured: paste the link of a public one.")
BARE_NAME = gettext_lazy(
    "A name alone may stand on any network: paste the whole link, or @name of Telegram."
)


class NotAPageError(Exception):
    """What was pasted names no page; says how to mend it."""


@dataclass(frozen=True, slots=True)
class PageAddress:
    """A page as its address tells it. VK's number is "" where the address has a name only."""

    network: str
    external_id: str
    screen_name: str = ""


Read = Callable[[Sequence[str], Mapping[str, str]], PageAddress | None]

_VK_NUMBER = re.compile(r"(?:club|public|event)([1-9]\d{0,18})", re.ASCII)
_VK_PERSON = re.compile(r"id\d+", re.ASCII)
_VK_POST = re.compile(r"(?:wall|photo|video|clip|topic|album|story|market)-?\d.*", re.ASCII)
_VK_NAME = re.compile(r"[A-Za-z0-9_.]{2,64}", re.ASCII)
_TELEGRAM_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)
# YouTube's names may be of any alphabet.
_HANDLE = re.compile(r"@[\w.·-]{1,64}")
_NUMBER = re.compile(r"[1-9]\d{0,19}", re.ASCII)
_OK_GROUP = re.compile(r"group([1-9]\d{0,19})", re.ASCII)
_MAX_CHAT = re.compile(r"-[1-9]\d{0,18}", re.ASCII)
_DZEN_ID = re.compile(r"[0-9a-f]{24}", re.ASCII)
_POST_WORDS = frozenset(
    ("p", "reel", "reels", "status", "video", "videos", "posts", "photo", "photos", "watch",
     "shorts", "topic", "stories", "story.php", "permalink.php")
)  # fmt: skip
# Of Dzen and Rutube: what stands there is an article or a video.
_NOT_NAMES = frozenset(("a", "b", "video", "shorts", "post", "watch"))


def _vk(path: Sequence[str], _query: Mapping[str, str]) -> PageAddress | None:
    name = path[0]
    if number := _VK_NUMBER.fullmatch(name):
        return PageAddress("vk", number[1])
    if _VK_POST.fullmatch(name):
        raise NotAPageError(POST)
    if _VK_PERSON.fullmatch(name):
        raise NotAPageError(PERSON)
    return PageAddress("vk", "", name) if len(path) == 1 and _VK_NAME.fullmatch(name) else None


def _telegram(path: Sequence[str], _query: Mapping[str, str]) -> PageAddress | None:
    # t.me/s/name is the same channel, looked at in a browser.
    name, *rest = path[1:] if path[0] == "s" and len(path) > 1 else path
    if name.startswith("+") or name in ("joinchat", "c"):
        raise NotAPageError(PRIVATE)
    if not _TELEGRAM_NAME.fullmatch(name):
        return None
    if rest:
        raise NotAPageError(POST)
    return PageAddress("telegram", f"@{name}", name)


def _ok(path: Sequence[str], _query: Mapping[str, str]) -> PageAddress | None:
    kind, *rest = path
    if kind == "profile":
        raise NotAPageError(PERSON)
    if old := _OK_GROUP.fullmatch(kind):
        return PageAddress("ok", old[1])
    if kind == "group":
        return PageAddress("ok", rest[0]) if len(rest) == 1 and _NUMBER.fullmatch(rest[0]) else None
    return _named("ok")(path, {})


def _youtube(path: Sequence[str], _query: Mapping[str, str]) -> PageAddress | None:
    name, *rest = path
    if _HANDLE.fullmatch(name):
        return PageAddress("youtube", name, name[1:])
    if name == "channel" and rest and _NAME.fullmatch(rest[0]):
        return PageAddress("youtube", rest[0])
    return None


def _facebook(path: Sequence[str], query: Mapping[str, str]) -> PageAddress | None:
    if path[0] == "profile.php":
        number = query.get("id", "")
        return PageAddress("facebook", number) if _NUMBER.fullmatch(number) else None
    return _named("facebook")(path, query)


def _tiktok(path: Sequence[str], _query: Mapping[str, str]) -> PageAddress | None:
    name = path[0].removeprefix("@")
    is_page = path[0].startswith("@") and len(path) == 1 and _NAME.fullmatch(name)
    return PageAddress("tiktok", name, name) if is_page else None


def _max(path: Sequence[str], query: Mapping[str, str]) -> PageAddress | None:
    name, *rest = path
    if name == "join":
        raise NotAPageError(PRIVATE)
    if name == "c":
        raise NotAPageError(POST)
    # In MAX's page for browsers a chat stands under its number.
    is_chat = not rest and _MAX_CHAT.fullmatch(name)
    return PageAddress("max", name) if is_chat else _named("max")(path, query)


def _dzen(path: Sequence[str], query: Mapping[str, str]) -> PageAddress | None:
    kind, *rest = path
    if kind in _NOT_NAMES:
        raise NotAPageError(POST)
    if kind == "id":
        is_id = len(rest) == 1 and _DZEN_ID.fullmatch(rest[0])
        return PageAddress("dzen", rest[0]) if is_id else None
    return _named("dzen")(path, query)


def _rutube(path: Sequence[str], _query: Mapping[str, str]) -> PageAddress | None:
    kind, *rest = path
    if kind in _NOT_NAMES:
        raise NotAPageError(POST)
    if kind == "u" and rest and _NAME.fullmatch(rest[0]):
        return PageAddress("rutube", rest[0], rest[0])
    is_channel = kind == "channel" and rest and _NUMBER.fullmatch(rest[0])
    return PageAddress("rutube", rest[0]) if is_channel else None


def _whatsapp(path: Sequence[str], _query: Mapping[str, str]) -> PageAddress | None:
    kind, *rest = path
    is_channel = kind == "channel" and rest and _NAME.fullmatch(rest[0])
    return PageAddress("whatsapp", rest[0]) if is_channel else None


def _invitation(_path: Sequence[str], _query: Mapping[str, str]) -> PageAddress | None:
    raise NotAPageError(PRIVATE)


def _person(_path: Sequence[str], _query: Mapping[str, str]) -> PageAddress | None:
    raise NotAPageError(PERSON)


def _named(network: str) -> Read:
    """Of a network whose page is `host/name`; its number is not known from there."""

    def read(path: Sequence[str], _query: Mapping[str, str]) -> PageAddress | None:
        name = path[0]
        is_page = len(path) == 1 and _NAME.fullmatch(name)
        return PageAddress(network, name, name) if is_page else None

    return read


_HOSTS: Mapping[str, Read] = MappingProxyType(
    {
        **dict.fromkeys(("vk.com", "vk.ru"), _vk),
        **dict.fromkeys(("t.me", "telegram.me"), _telegram),
        **dict.fromkeys(("ok.ru", "odnoklassniki.ru"), _ok),
        "youtube.com": _youtube,
        "instagram.com": _named("instagram"),
        **dict.fromkeys(("facebook.com", "fb.com"), _facebook),
        **dict.fromkeys(("max.ru", "web.max.ru"), _max),
        **dict.fromkeys(("dzen.ru", "zen.yandex.ru"), _dzen),
        "rutube.ru": _rutube,
        "whatsapp.com": _whatsapp,
        "chat.whatsapp.com": _invitation,
        "wa.me": _person,
        "tiktok.com": _tiktok,
        **dict.fromkeys(("x.com", "twitter.com"), _named("x")),
    }
)


def read_address(text: str) -> PageAddress:
    """The page behind a link, @name of Telegram, or club1 of VK.

    Raises:
        NotAPageError: nothing that a known network has, with what to paste instead.
    """
    text = text.strip()
    if text.startswith("@") and _TELEGRAM_NAME.fullmatch(text[1:]):
        return PageAddress("telegram", text, text[1:])
    if number := _VK_NUMBER.fullmatch(text):
        return PageAddress("vk", number[1])
    if _NAME.fullmatch(text) and "." not in text:
        raise NotAPageError(BARE_NAME)
    return _read_link(text)


def _read_link(text: str) -> PageAddress:
    host, path, query = _parts(text)
    read = _HOSTS.get(host)
    found = read(path, query) if read and path else None
    if found is None:
        raise NotAPageError(POST if read and _POST_WORDS & {*path[:3]} else _unknown(text))
    return found


def _unknown(text: str) -> str:
    message = _("“%(text)s” is no page of a known network: paste its link, such as %(examples)s.")
    return message % {"text": text[:80], "examples": EXAMPLES}


def _parts(text: str) -> tuple[str, list[str], dict[str, str]]:
    """Host without www and m, the path's pieces, the query; all empty where it is no link."""
    try:
        link = urlsplit(text if "://" in text else f"https://{text}")
        host = link.hostname or ""
    except ValueError:
        return "", [], {}
    if link.scheme not in ("http", "https"):
        return "", [], {}
    path = [unquote(piece) for piece in link.path.split("/") if piece]
    query = {name: values[0] for name, values in parse_qs(link.query).items()}
    return re.sub(r"^(?:www|m|mobile)\.", "", host), path, query
