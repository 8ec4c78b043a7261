"""Keys to networks and what a key can do."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class TokenKind(StrEnum):
    SERVICE = "service"
    COMMUNITY = "community"
    USER = "user"
    BOT = "bot"
    PAGE = "page"


class Capability(StrEnum):
    """What a key can do. A capability belongs to a key, never to a network."""

    READ_FOLLOWERS = "read_followers"
    # Posts at any time, with history; of any public profile.
    READ_POSTS = "read_posts"
    # New posts and reactions of our own profile, as they happen.
    READ_UPDATES = "read_updates"
    READ_VIEWS = "read_views"
    READ_REACTIONS = "read_reactions"
    READ_STATISTICS = "read_statistics"
    # Posts that are known, by their ids and many a call: their counters, not the wall.
    REREAD_POSTS = "reread_posts"
    # What is set on the page: its description, site, phone, pictures…
    READ_PAGE = "read_page"
    READ_COMMENTS = "read_comments"
    PUBLISH = "publish"
    PUBLISH_PHOTO = "publish_photo"
    PUBLISH_VIDEO = "publish_video"
    REPLY = "reply"
    MESSAGES = "messages"
    RECEIVE_EVENTS = "receive_events"


CAPABILITY_TITLES: dict[str, str | Promise] = {
    Capability.READ_FOLLOWERS: _("subscribers"),
    Capability.READ_POSTS: _("posts with history"),
    Capability.READ_UPDATES: _("new posts and reactions of own pages"),
    Capability.READ_VIEWS: _("views"),
    Capability.READ_REACTIONS: _("reactions"),
    Capability.READ_STATISTICS: _("statistics"),
    Capability.REREAD_POSTS: _("counters of known posts"),
    Capability.READ_PAGE: _("what is set on the page"),
    Capability.READ_COMMENTS: _("comments"),
    Capability.PUBLISH: _("publishing of texts"),
    Capability.PUBLISH_PHOTO: _("publishing of pictures"),
    Capability.PUBLISH_VIDEO: _("publishing of videos"),
    Capability.REPLY: _("replies to comments"),
    Capability.MESSAGES: _("messages"),
    Capability.RECEIVE_EVENTS: _("events"),
}


# Kinds of keys that come with a second secret, by which a new one is got.
WITH_REFRESH_SECRET = frozenset({("ok", TokenKind.USER), ("youtube", TokenKind.USER)})


def capabilities_text(names: Iterable[str]) -> str:
    """The capabilities as words of the reader's language, with commas; a dash for none."""
    return ", ".join(str(CAPABILITY_TITLES.get(name, name)) for name in names) or "—"


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A key as adapters need it. Neither repr nor str shows the secrets.

    `refresh_secret` is what a new secret is got with where this one runs out; "" where none is.
    """

    network: str
    kind: TokenKind
    secret: str = field(repr=False)
    refresh_secret: str = field(default="", repr=False)

    @property
    def fingerprint(self) -> str:
        """Names the key in shared stores without telling it."""
        return hashlib.sha256(f"{self.network}:{self.secret}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class FreshToken:
    """What a network gave for a refresh. A rotated `refresh_secret` replaces the old one."""

    secret: str = field(repr=False)
    refresh_secret: str = field(default="", repr=False)
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeyReport:
    """What a key can do and, in the network's words, why it cannot do the rest.

    `lacks` holds what another key could do; what no key can stands in the adapter's `never`.
    `expires_at` is None where the network does not tell or the key has no end.
    """

    able: frozenset[Capability] = frozenset()
    lacks: Mapping[Capability, str] = field(default_factory=dict)
    expires_at: datetime | None = None
