"""Publishing in our words: what a post is, what came of it, and who can do it on which network.

A network without a publisher is posted to by hand. `publish` is one write: whatever comes before it
(an upload) may be repeated, so a lost answer there is RefusedForNow; only where the post itself may
stand already is the outcome OutcomeUnknown, and then `find_published` looks it up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from communities.networks.keys import AccessToken
from communities.networks.outcomes import Outcome


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

    def may_write(self, *, at: datetime) -> bool:
        return self.write_by is None or at < self.write_by


@dataclass(frozen=True, slots=True)
class Published:
    """What stands on the network now; `aliases` are the further messages of an album."""

    external_id: str
    url: str
    posted_at: datetime
    aliases: tuple[str, ...] = ()


class Publisher(Protocol):
    """A network that the program can post to; stateless."""

    @property
    def network(self) -> str: ...

    @property
    def can_look_up(self) -> bool:
        """Whether `find_published` can answer at all; where not, a person decides."""

    def publish(self, key: AccessToken, page: str, draft: Draft) -> Outcome[Published]:
        """Post it on the page (its external id)."""

    def find_published(
        self, key: AccessToken, page: str, draft: Draft, *, since: datetime
    ) -> Outcome[Published | None]:
        """The post, if it stands there; Ok(None): surely not there. `since`: when it was sent."""


PUBLISHERS: dict[str, Publisher] = {}


def publisher_for(network: str) -> Publisher | None:
    """None for a network that is posted to by hand."""
    return PUBLISHERS.get(network)
