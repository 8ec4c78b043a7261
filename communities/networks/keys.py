"""Keys to networks and what a key can do."""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum


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
