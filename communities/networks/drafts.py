"""A post on its way to a network, and what stands there afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or a video, as it stands in the database."""

    name: str
    content_type: str
    content: bytes = field(repr=False)

    @property
    def is_video(self) -> bool:
        return self.content_type.startswith("video/")


@dataclass(frozen=True, slots=True)
class Draft:
    """One post as it goes out. `text` is plain; `link` stands in it or is attached to it.

    `guid` is the same however often the same publication is sent. `publish_at` is given only where
    the network itself is to wait (native scheduling). The write must not begin after `write_by`:
    its sender may be taken for dead soon after. A publisher looks at the clock right before the
    write (after uploads, after its turn in the rate limit) and is RefusedForNow when it is past.
    """

    text: str
    guid: str
    attachments: Sequence[Attachment] = ()
    link: str = ""
    is_ad: bool = False
    publish_at: datetime | None = None
    write_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """What stands on the network now; `aliases` are the further messages of an album."""

    external_id: str
    url: str
    posted_at: datetime
    aliases: tuple[str, ...] = ()
