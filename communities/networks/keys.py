"""Keys to networks and what a key can do."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class TokenKind(StrEnum):
    SERVICE = "service"
    COMMUNITY = "community"
    USER = "user"
    BOT = "bot"


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
    PUBLISH = "publish"
    MESSAGES = "messages"
    RECEIVE_EVENTS = "receive_events"


CAPABILITY_TITLES: dict[str, str | Promise] = {
    Capability.READ_FOLLOWERS: _("subscribers"),
    Capability.READ_POSTS: _("posts with history"),
    Capability.READ_UPDATES: _("new posts and reactions of own pages"),
    Capability.READ_VIEWS: _("views"),
    Capability.READ_REACTIONS: _("reactions"),
    Capability.READ_STATISTICS: _("statistics"),
    Capability.PUBLISH: _("publishing"),
    Capability.MESSAGES: _("messages"),
    Capability.RECEIVE_EVENTS: _("events"),
}


def capabilities_text(names: Iterable[str]) -> str:
    """The capabilities as words of the reader's language, with commas; a dash for none."""
    return ", ".join(str(CAPABILITY_TITLES.get(name, name)) for name in names) or "—"


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A key as adapters need it. Neither repr nor str shows the secret."""

    network: str
    kind: TokenKind
    secret: str = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """Names the key in shared stores without telling it."""
        return hashlib.sha256(f"{self.network}:{self.secret}".encode()).hexdigest()[:32]
