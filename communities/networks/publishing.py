"""Publishing in our words: what a post is, what came of it, and who can do it on which network.

A network without a publisher is posted to by hand. `publish` is one write: whatever comes before it
(an upload) may be repeated, so a lost answer there is RefusedForNow; only where the post itself may
stand already is the outcome OutcomeUnknown, and then `find_published` looks it up.
"""

from datetime import datetime
from typing import Protocol

from communities.networks.drafts import Attachment, Draft, Published
from communities.networks.keys import AccessToken
from communities.networks.outcomes import Outcome
from communities.networks.telegram_publishing import TelegramPublisher
from communities.networks.vk_publishing import VkPublisher

__all__ = ["PUBLISHERS", "Attachment", "Draft", "Published", "Publisher", "publisher_for"]


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
        """The post, if it stands there; Ok(None): surely not there. `since`: when it was sent.

        RefusedForNow where that cannot be said yet. `key` reads the wall, it need not be the one
        that the post was sent with.
        """


PUBLISHERS: dict[str, Publisher] = {"vk": VkPublisher(), "telegram": TelegramPublisher()}


def publisher_for(network: str) -> Publisher | None:
    """None for a network that is posted to by hand."""
    return PUBLISHERS.get(network)
