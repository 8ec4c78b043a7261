"""What people say to an own page and what may be done about it, in our words.

A network without a moderator is answered by hand. A write is one call; where its answer was lost,
`sends_once` says that the same `guid` may be sent again without a second reply standing there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.networks.keys import AccessToken, TokenKind
from communities.networks.outcomes import Kind, Outcome, Refused
from communities.networks.records import PostReading


class SaidKind(StrEnum):
    COMMENT = "comment"
    MESSAGE = "message"


class Act(StrEnum):
    """What can be done about something that was said."""

    REPLY = "reply"
    HIDE = "hide"
    DELETE = "delete"
    RESTORE = "restore"
    BAN = "ban"


ACT_TITLES: Mapping[str, str | Promise] = {
    Act.REPLY: pgettext_lazy("act", "reply"),
    Act.HIDE: pgettext_lazy("act", "hide"),
    Act.DELETE: pgettext_lazy("act", "delete"),
    Act.RESTORE: pgettext_lazy("act", "restore"),
    Act.BAN: pgettext_lazy("act", "ban the author"),
}
NEVER_HIDES = _("The network has no hiding: a comment stands there or is deleted.")


@dataclass(frozen=True, slots=True)
class InboxReading:
    """One comment or message as the network tells it.

    `said_at` is the network's moment of the first version, `told_at` the moment for which the rest
    holds: of two readings the later one is right. `is_own`: the page itself said it. `answers_id`
    is the id of what it answers, `thread_id` what a reply goes to. `author_name` is "" where the
    network does not tell it.
    """

    kind: SaidKind
    page: str
    external_id: str
    said_at: datetime
    told_at: datetime
    text: str = field(default="", repr=False)
    thread_id: str = ""
    post_id: str = ""
    answers_id: str = ""
    author_id: str = field(default="", repr=False)
    author_name: str = field(default="", repr=False)
    url: str = ""
    edited_at: datetime | None = None
    is_own: bool = False
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Removal:
    """A comment that is not there any more, or is again; nothing else is told of it."""

    page: str
    external_id: str
    told_at: datetime
    post_id: str = ""


@dataclass(frozen=True, slots=True)
class Discussion:
    """Where a page is talked about: its discussion group, or one post's thread in it."""

    page: str
    chat_id: str
    message_id: str = ""
    post_id: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one event of a network tells. `name` is the network's own word for it.

    What belongs to a chat and not to a page has the chat's id (`chat:…`) in the place of `page`.
    """

    name: str
    said: tuple[InboxReading, ...] = ()
    removed: tuple[Removal, ...] = ()
    posts: tuple[PostReading, ...] = ()
    discussions: tuple[Discussion, ...] = ()
    is_unreadable: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """What is answered or acted upon, by its ids on the network."""

    kind: SaidKind
    external_id: str
    thread_id: str = ""
    post_id: str = ""
    author_id: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """A reply that stands on the network."""

    external_id: str
    sent_at: datetime


class Moderator(Protocol):
    """A network whose comments and messages the program reads and answers; stateless."""

    @property
    def network(self) -> str: ...

    @property
    def never(self) -> Mapping[Act, str | Promise]:
        """What the network gives nobody, with the reason in words."""

    @property
    def sends_once(self) -> bool: ...

    def kinds_for(self, act: Act, kind: SaidKind) -> tuple[TokenKind, ...]:
        """The kinds of keys that may do it, the best first."""

    def longest_text(self, kind: SaidKind) -> int:
        """In the network's own units; see `length_of`."""

    def length_of(self, text: str) -> int: ...

    def parse_event(self, body: object, *, received_at: datetime, me: str) -> Heard:
        """`me` is the id of who hears it, where the network does not say it (a bot's)."""

    def read_comments(
        self, key: AccessToken, page: str, post_id: str
    ) -> Outcome[list[InboxReading]]:
        """All comments under a post of the page, own ones too."""

    def read_messages(
        self, key: AccessToken, page: str, since: datetime
    ) -> Outcome[list[InboxReading]]:
        """Messages of dialogues in which something was said since then, own ones too."""

    def reply(
        self, key: AccessToken, page: str, target: Target, text: str, *, guid: int
    ) -> Outcome[Sent]:
        """`guid` is the same however often the same reply is sent."""

    def delete_comment(self, key: AccessToken, page: str, target: Target) -> Outcome[None]: ...

    def restore_comment(self, key: AccessToken, page: str, target: Target) -> Outcome[None]: ...

    def ban(
        self, key: AccessToken, page: str, target: Target, *, until: datetime | None, reason: str
    ) -> Outcome[None]: ...


def never_done(moderator: Moderator, act: Act) -> Refused:
    return Refused(Kind.PERMISSION, str(moderator.never[act]))
