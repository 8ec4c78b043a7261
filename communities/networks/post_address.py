"""Which post a person means: the pasted link of one post. Pages are read by `pasted_address`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import parse_qs, urlsplit

from django.utils.translation import gettext as _


class NotAPostError(Exception):
    """What was pasted is no post of this network; says how to mend it."""


@dataclass(frozen=True, slots=True)
class PostAddress:
    """`page` is the page's number or name, "" where the address does not tell; so is `post_id`."""

    url: str
    post_id: str = ""
    page: str = ""


# Path and query of a link → (page, post id); None where it is no post.
Read = Callable[[str, Mapping[str, str]], tuple[str, str] | None]


def _by(*patterns: str) -> Read:
    """Patterns with the groups `page` and `post`, either of which may be missing."""
    compiled = [re.compile(pattern, re.ASCII) for pattern in patterns]

    def read(path: str, _query: Mapping[str, str]) -> tuple[str, str] | None:
        for pattern in compiled:
            if found := pattern.fullmatch(path):
                groups = found.groupdict()
                return groups.get("page") or "", groups.get("post") or ""
        return None

    return read


_VK_WALL = re.compile(r"wall-([1-9]\d*)_([1-9]\d*)", re.ASCII)


def _vk(path: str, query: Mapping[str, str]) -> tuple[str, str] | None:
    """A post that was opened over the wall stands in the query: club1?w=wall-1_2."""
    found = _VK_WALL.fullmatch(path.strip("/")) or _VK_WALL.match(query.get("w", ""))
    return (found[1], found[2]) if found else None


_TELEGRAM = _by(
    r"/(?:s/)?(?P<page>[A-Za-z]\w{3,31})/(?P<post>\d+)", r"/c/(?P<page>\d+)/(?P<post>\d+)"
)


def _telegram(path: str, query: Mapping[str, str]) -> tuple[str, str] | None:
    found = _TELEGRAM(path, query)
    is_private = found is not None and path.startswith("/c/")
    return (f"-100{found[0]}", found[1]) if found and is_private else found


_WATCH = _by(r"/(?:shorts|live)/(?P<post>[\w-]{6,20})", r"/(?P<post>[\w-]{11})")


def _youtube(path: str, query: Mapping[str, str]) -> tuple[str, str] | None:
    if path == "/watch":
        return ("", query["v"]) if re.fullmatch(r"[\w-]{6,20}", query.get("v", "")) else None
    return _WATCH(path, query)


_FACEBOOK = _by(
    r"/(?P<page>[\w.]+)/(?:posts|videos|photos)/[\w.\-/]+", r"/(?:reel|share/\w+|share)/[\w-]+",
    r"/(?P<post>\d+_\d+)", r"/(?:permalink|story)\.php", r"/(?:photo|watch)/?",
)  # fmt: skip

_HOSTS: Mapping[str, tuple[frozenset[str], Read, str]] = MappingProxyType(
    {
        "vk": (frozenset({"vk.com", "vk.ru"}), _vk, "https://vk.com/wall-1_2"),
        "telegram": (frozenset({"t.me", "telegram.me"}), _telegram, "https://t.me/name/2"),
        "ok": (
            frozenset({"ok.ru"}),
            _by(
                r"/group/(?P<page>\d+)/topic/(?P<post>\d+)",
                r"/(?P<page>[\w.-]+)/topic/(?P<post>\d+)",
            ),
            "https://ok.ru/group/1/topic/2",
        ),
        "youtube": (
            frozenset({"youtube.com", "youtu.be"}), _youtube, "https://www.youtube.com/watch?v=…"
        ),
        "instagram": (
            frozenset({"instagram.com"}),
            _by(r"/(?:p|reel|tv)/[\w-]+", r"/(?P<page>[\w.]+)/(?:p|reel)/[\w-]+"),
            "https://www.instagram.com/p/…/",
        ),
        "facebook": (
            frozenset({"facebook.com", "fb.com"}), _FACEBOOK, "https://www.facebook.com/name/posts/…"
        ),
        "max": (
            frozenset({"max.ru", "web.max.ru"}),
            _by(r"/c/(?P<page>-?\d+)/[\w-]+", r"/(?P<page>[\w.-]+)/[\w-]+"),
            "https://max.ru/name/…",
        ),
        "tiktok": (
            frozenset({"tiktok.com"}),
            _by(r"/@(?P<page>[\w.-]+)/(?:video|photo)/(?P<post>\d+)"),
            "https://www.tiktok.com/@name/video/1",
        ),
        "x": (
            frozenset({"x.com", "twitter.com"}),
            _by(r"/(?P<page>\w+)/status/(?P<post>\d+)"),
            "https://x.com/name/status/1",
        ),
        "dzen": (
            frozenset({"dzen.ru"}),
            _by(r"/(?:a|b|video/watch|shorts)/[\w-]+", r"/media/[\w./-]+"),
            "https://dzen.ru/a/…",
        ),
        "rutube": (
            frozenset({"rutube.ru"}),
            _by(r"/(?:video|shorts)/(?P<post>[0-9a-f]+)"),
            "https://rutube.ru/video/…/",
        ),
        "whatsapp": (
            frozenset({"whatsapp.com"}),
            _by(r"/channel/(?P<page>[\w-]+)/\d+"),
            "https://whatsapp.com/channel/…/1",
        ),
    }
)  # fmt: skip
# Where the id in the address is the one that measurement knows the post by.
_MEASURED = frozenset({"vk", "telegram", "ok", "youtube", "tiktok", "x", "rutube"})


def is_measured_by(network: str) -> bool:
    """Whether a post is known on this network by the id that its address tells."""
    return network in _MEASURED


def read_post_address(text: str, network: str) -> PostAddress:
    """The post of this network behind the link.

    Raises:
        NotAPostError: it is none, with what to paste instead.
    """
    text = text.strip()
    try:
        link = urlsplit(text if "://" in text else f"https://{text}")
        host = re.sub(r"^(?:www|m|mobile)\.", "", link.hostname or "")
    except ValueError:
        raise NotAPostError(_("This is no address: paste the link of the post.")) from None
    if link.scheme not in ("http", "https") or "." not in host or len(text) > 500:
        raise NotAPostError(_("This is no address: paste the link of the post."))
    url = link.geturl()
    if network not in _HOSTS:
        return PostAddress(url)
    hosts, read, example = _HOSTS[network]
    query = {name: values[0] for name, values in parse_qs(link.query).items()}
    found = read("/" + link.path.strip("/"), query) if host in hosts else None
    if found is None:
        message = _("This is no post of this network: paste its link, such as %(example)s.")
        raise NotAPostError(message % {"example": example})
    page, post_id = found
    return PostAddress(url, post_id, page)
