"""Whether a post stands on a VK wall, where the answer to its sending was lost.

The wall does not tell the `guid` of a post, so it is known by its text, or by its pictures where it
has none, and by its time.
"""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from communities.networks import addresses, shapes, vk_posts
from communities.networks.drafts import Draft, Published
from communities.networks.keys import AccessToken
from communities.networks.outcomes import Ok, Outcome
from communities.networks.vk_walls import read_pages

# By how much VK's clock and ours may differ, and how long uploads and a slow call may take.
CLOCKS = timedelta(minutes=2)
LONGEST_SENDING = timedelta(minutes=30)

_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent, and when the sending began."""

    draft: Draft
    since: datetime

    @property
    def pictures(self) -> Counter[str]:
        return Counter("video" if each.is_video else "photo" for each in self.draft.attachments)

    def is_in_time(self, moment: datetime) -> bool:
        """A scheduled post bears the moment that it was scheduled for."""
        if self.draft.publish_at is not None:
            return moment >= min(self.since, self.draft.publish_at) - CLOCKS
        return self.since - CLOCKS <= moment <= self.since + LONGEST_SENDING


def find(key: AccessToken, group_id: str, sent: Sent, *, shown: str) -> Outcome[Published | None]:
    """The oldest post that fits; Ok(None): the wall was read down to the sending, and has none."""
    found: list[Published] = []
    for page in read_pages(key, group_id, sent.since - CLOCKS, shown=shown):
        if not isinstance(page, Ok):
            return page
        found += _fitting(page.value.items, group_id, sent)
    return Ok(min(found, key=lambda each: each.posted_at, default=None))


def _fitting(items: Iterable[object], group_id: str, sent: Sent) -> Iterable[Published]:
    read_at = datetime.now(UTC)
    for item in items:
        body = shapes.mapping(item) or {}
        post = vk_posts.reading(item, group_id=group_id, read_at=read_at)
        if post is None or vk_posts.is_deleted(item) or not sent.is_in_time(post.posted_at):
            continue
        if body.get("from_id", -int(group_id)) == -int(group_id) and _is_same(body, sent):
            url = addresses.post_url("vk", group_id, "", post.external_id)
            yield Published(post.external_id, url, post.posted_at, post.aliases)


def _is_same(body: Mapping[str, object], sent: Sent) -> bool:
    """VK rewrites spaces, mentions and signs, so letters and digits are compared."""
    text, wanted = _letters(shapes.text(body.get("text"))), _letters(sent.draft.text)
    if wanted or text:
        return text == wanted
    return _pictures(body.get("attachments")) == sent.pictures


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKC", html.unescape(text))
    return _SIGNS.sub("", plain).casefold() or plain.strip()


def _pictures(attachments: object) -> Counter[str]:
    kinds = [
        shapes.text((shapes.mapping(each) or {}).get("type"))
        for each in shapes.sequence(attachments) or []
    ]
    return Counter(kind for kind in kinds if kind in ("photo", "video"))
