"""What each kind of key can do at most, on a page of its own; a single key may be able to less.

What no key of a network can stands in the adapter's `never`, with the reason. What stands in
neither is not built here yet.
"""

from collections.abc import Mapping
from types import MappingProxyType

from communities.networks.keys import Capability, TokenKind

_PROFILE = frozenset({Capability.READ_FOLLOWERS, Capability.READ_PAGE})
_POSTS = frozenset({Capability.READ_POSTS, Capability.REREAD_POSTS, Capability.READ_VIEWS})
_OPEN = _PROFILE | _POSTS | {Capability.READ_REACTIONS}
_DAYS = frozenset({Capability.READ_STATISTICS})
_PICTURES = frozenset({Capability.PUBLISH_PHOTO, Capability.PUBLISH_VIDEO})
_WRITING = frozenset({Capability.PUBLISH, Capability.REPLY})
_INBOX = frozenset({Capability.MESSAGES, Capability.RECEIVE_EVENTS})
_COMMENTS = frozenset({Capability.READ_COMMENTS})

AT_MOST: Mapping[str, Mapping[TokenKind, frozenset[Capability]]] = MappingProxyType(
    {
        "vk": {
            TokenKind.SERVICE: _OPEN | _COMMENTS,
            TokenKind.COMMUNITY: _PROFILE | _WRITING | _INBOX,
            TokenKind.USER: _OPEN | _COMMENTS | _DAYS | _PICTURES | _WRITING,
        },
        "telegram": {
            TokenKind.BOT: _PROFILE
            | _PICTURES
            | _INBOX
            | {Capability.READ_UPDATES, Capability.READ_REACTIONS, Capability.PUBLISH},
        },
        "ok": {
            TokenKind.USER: _OPEN | _DAYS,
            TokenKind.COMMUNITY: frozenset({Capability.MESSAGES}),
        },
        "max": {TokenKind.BOT: _PROFILE | _POSTS | {Capability.PUBLISH}},
        "youtube": {TokenKind.SERVICE: _OPEN, TokenKind.USER: _OPEN | _DAYS},
        "facebook": {
            TokenKind.PAGE: _OPEN | _DAYS | _COMMENTS | _PICTURES | _WRITING | _INBOX,
        },
        "instagram": {
            TokenKind.PAGE: _OPEN
            | _DAYS
            | _COMMENTS
            | _PICTURES
            | {Capability.REPLY, Capability.MESSAGES},
        },
    }
)
