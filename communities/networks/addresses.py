"""All known networks, and where their profiles and posts stand for a browser."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Network:
    """A network in the list; it need not have an adapter."""

    code: str
    title: str | Promise


NETWORKS = [
    Network("vk", _("VK")),
    Network("telegram", _("Telegram")),
    Network("ok", _("Odnoklassniki")),
    Network("youtube", _("YouTube")),
    Network("instagram", _("Instagram")),
    Network("facebook", _("Facebook")),
    Network("max", _("MAX")),
    Network("tiktok", _("TikTok")),
    Network("x", _("X")),
    Network("dzen", _("Dzen")),
    Network("rutube", _("Rutube")),
    Network("whatsapp", _("WhatsApp")),
    Network("other", _("Other")),
]


def profile_url(network: str, external_id: str, screen_name: str = "") -> str:
    """The profile's page, or "" where the network gives no way to build it."""
    build = _PROFILES.get(network)
    return build(quote(external_id, safe="-"), _name(screen_name)) if build else ""


def post_url(network: str, external_profile_id: str, screen_name: str, post_id: str) -> str:
    """The post's page, or "" where the network gives no way to build it."""
    build = _POSTS.get(network)
    profile = quote(external_profile_id, safe="-")
    return build(profile, _name(screen_name), quote(post_id, safe="-_")) if build else ""


def _name(screen_name: str) -> str:
    return quote(screen_name.removeprefix("@"), safe="")


def _with_name(pattern: str, name: str) -> str:
    return pattern.format(name) if name else ""


def _telegram_private(profile: str) -> str:
    return f"https://t.me/c/{profile.removeprefix('-100')}"


def _telegram_profile(profile: str, name: str) -> str:
    return f"https://t.me/{name}" if name else ""


def _telegram_post(profile: str, name: str, post: str) -> str:
    return f"https://t.me/{name}/{post}" if name else f"{_telegram_private(profile)}/{post}"


def _dzen_profile(profile: str, name: str) -> str:
    return f"https://dzen.ru/{name or 'id/' + profile}"


def _rutube_profile(profile: str, name: str) -> str:
    return f"https://rutube.ru/u/{name}/" if name else f"https://rutube.ru/channel/{profile}/"


def _youtube_profile(profile: str, name: str) -> str:
    return (
        f"https://www.youtube.com/@{name}" if name else f"https://www.youtube.com/channel/{profile}"
    )


_PROFILES: dict[str, Callable[[str, str], str]] = {
    "vk": lambda profile, name: f"https://vk.com/{name or 'club' + profile}",
    "telegram": _telegram_profile,
    "ok": lambda profile, name: f"https://ok.ru/{name or 'group/' + profile}",
    "youtube": _youtube_profile,
    "instagram": lambda _profile, name: _with_name("https://www.instagram.com/{}/", name),
    "facebook": lambda profile, name: f"https://www.facebook.com/{name or profile}",
    "max": lambda _profile, name: _with_name("https://max.ru/{}", name),
    "tiktok": lambda _profile, name: _with_name("https://www.tiktok.com/@{}", name),
    "x": lambda _profile, name: _with_name("https://x.com/{}", name),
    "dzen": _dzen_profile,
    "rutube": _rutube_profile,
    "whatsapp": lambda profile, _name: f"https://whatsapp.com/channel/{profile}",
}

_POSTS: dict[str, Callable[[str, str, str], str]] = {
    "vk": lambda profile, _name, post: f"https://vk.com/wall-{profile}_{post}",
    "telegram": _telegram_post,
    "ok": lambda profile, _name, post: f"https://ok.ru/group/{profile}/topic/{post}",
    "youtube": lambda _profile, _name, post: f"https://www.youtube.com/watch?v={post}",
    "facebook": lambda _profile, _name, post: f"https://www.facebook.com/{post}",
    "rutube": lambda _profile, _name, post: f"https://rutube.ru/video/{post}/",
    "tiktok": lambda _profile, name, post: _with_name(
        f"https://www.tiktok.com/@{{}}/video/{post}", name
    ),
    "x": lambda _profile, name, post: _with_name(f"https://x.com/{{}}/status/{post}", name),
}
