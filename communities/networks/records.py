"""What adapters read. Times are aware and in UTC, ids are strings, None means "not measured"."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Gone(StrEnum):
    """Why a profile has no counters any more, in the network's word."""

    DELETED = "deleted"
    BANNED = "banned"


class PostFormat(StrEnum):
    TEXT = "text"
    PHOTO = "photo"
    ALBUM = "album"
    VIDEO = "video"
    SHORT_VIDEO = "short_video"
    LINK = "link"
    POLL = "poll"
    ARTICLE = "article"
    AUDIO = "audio"
    DOCUMENT = "document"
    OTHER = "other"


FORMAT_TITLES: Mapping[str, str | Promise] = MappingProxyType(
    {
        PostFormat.TEXT: _("text"),
        PostFormat.PHOTO: _("photo"),
        PostFormat.ALBUM: _("album"),
        PostFormat.VIDEO: _("video"),
        PostFormat.SHORT_VIDEO: _("short video"),
        PostFormat.LINK: _("link"),
        PostFormat.POLL: _("poll"),
        PostFormat.ARTICLE: _("article"),
        PostFormat.AUDIO: _("audio"),
        PostFormat.DOCUMENT: _("document"),
        PostFormat.OTHER: pgettext_lazy("format of a post", "other"),
    }
)


@dataclass(frozen=True, slots=True)
class ProfileReading:
    """A profile's counters at `read_at`. A profile that is gone has no followers, not zero."""

    external_id: str
    read_at: datetime
    screen_name: str = ""
    title: str = ""
    url: str = ""
    followers: int | None = None
    gone: Gone | None = None


@dataclass(frozen=True, slots=True)
class PostReading:
    """A post's counters at `read_at`.

    `reactions` is the sum over kinds of reactions, `reactions_by_kind` its parts (emoji → count).
    `aliases` are other ids under which the network knows the same post: the further messages of a
    Telegram album, the id that a VK post had while it was postponed (also in `postponed_id`).
    """

    external_id: str
    profile_external_id: str
    posted_at: datetime
    read_at: datetime
    text: str = ""
    url: str = ""
    format: PostFormat = PostFormat.TEXT
    edited_at: datetime | None = None
    is_pinned: bool = False
    is_repost: bool = False
    is_ad: bool = False
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    views: int | None = None
    reach: int | None = None
    saves: int | None = None
    clicks: int | None = None
    reactions: int | None = None
    reactions_by_kind: Mapping[str, int] | None = None
    album_id: str | None = None
    aliases: tuple[str, ...] = ()
    postponed_id: str | None = None


class PostId(NamedTuple):
    """A post that is known already."""

    profile_external_id: str
    external_id: str


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What is set on a page at `read_at`, as far as this key is told.

    None means "not told with this key"; "" and False mean that the network says it is not set.
    """

    external_id: str
    read_at: datetime
    title: str | None = None
    screen_name: str | None = None
    description: str | None = None
    category: str | None = None
    site: str | None = None
    phone: str | None = None
    address: str | None = None
    has_avatar: bool | None = None
    has_cover: bool | None = None
    has_pinned_post: bool | None = None
    has_comments: bool | None = None
    has_messages: bool | None = None
    is_verified: bool | None = None
    admins: int | None = None


@dataclass(frozen=True, slots=True)
class DayStatistics:
    """What a network tells, at `read_at`, of a past day of an own profile.

    The day is the network's: from `begins_at` up to `ends_at`. It need not be the client's.
    `followers` is the level at its end; all else is of that day alone, `views` too.
    """

    begins_at: datetime
    ends_at: datetime
    read_at: datetime
    joined: int | None = None
    left: int | None = None
    followers: int | None = None
    views: int | None = None
    reach: int | None = None
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    saves: int | None = None
    clicks: int | None = None


@dataclass(frozen=True, slots=True)
class ReactionReading:
    """Anonymous reaction counts of one message at `counted_at`.

    `post_external_id` may be an alias of the post (a further message of an album).
    """

    profile_external_id: str
    post_external_id: str
    counted_at: datetime
    reactions: int
    reactions_by_kind: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Updates:
    """One batch of a network's queue of updates, in the queue's order.

    Store the readings, then `next_offset`; reading with it confirms the batch to the network, which
    then forgets it. None: the queue was empty, keep the old offset. `has_more`: read on at once.
    `unreadable` counts updates of a known type but of a wrong shape, left out. `messages` are what
    people said, as it came: the inbox reads it.
    """

    posts: tuple[PostReading, ...] = ()
    edited_posts: tuple[PostReading, ...] = ()
    reactions: tuple[ReactionReading, ...] = ()
    next_offset: int | None = None
    has_more: bool = False
    unreadable: int = 0
    other_types: Mapping[str, int] = field(default_factory=dict)
    messages: tuple[object, ...] = field(default=(), repr=False)
