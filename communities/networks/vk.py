"""VK: followers and posts with counters, by service, user or community key."""

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from communities.networks import (
    http,
    shapes,
    vk_groups,
    vk_pages,
    vk_posts,
    vk_reread,
    vk_rights,
    vk_statistics,
)
from communities.networks.keys import AccessToken, Capability, FreshToken, KeyReport, TokenKind
from communities.networks.outcomes import (
    Kind,
    Ok,
    Outcome,
    not_available,
    not_refreshable,
)
from communities.networks.records import (
    DayStatistics,
    PageFacts,
    PostId,
    PostReading,
    ProfileReading,
    Updates,
)
from communities.networks.vk_call import call
from communities.networks.vk_groups import bad_id, gone_in, is_group_id, no_such_group, read_groups
from communities.networks.vk_walls import read_pages

logger = logging.getLogger(__name__)

# What other keys are told.
_LACKING = frozenset({Kind.PERMISSION, Kind.WRONG_TOKEN_KIND})

_SCREEN_NAME = re.compile(r"[A-Za-z0-9_.]{2,64}", re.ASCII)


class VkAdapter:
    """The network's adapter; stateless. External ids are positive group ids."""

    network = "vk"
    token_kinds = (TokenKind.SERVICE, TokenKind.COMMUNITY, TokenKind.USER)
    never: Mapping[Capability, str | Promise] = {
        Capability.READ_UPDATES: gettext_lazy(
            "VK has no queue of updates to read: posts are read from the wall."
        ),
    }

    def inspect_key(self, key: AccessToken, external_id: str | None = None) -> Outcome[KeyReport]:
        return vk_rights.inspect(key, external_id)

    def refresh(self, key: AccessToken) -> Outcome[FreshToken]:
        return not_refreshable()

    def find_profile(self, key: AccessToken, address: str) -> Outcome[ProfileReading]:
        """The community behind an id, a screen name or an address such as vk.com/coffee."""
        name = address.strip().rstrip("/").rpartition("/")[2].removeprefix("@")
        if not _SCREEN_NAME.fullmatch(name) and not is_group_id(name):
            return bad_id("address")
        outcome = read_groups(key, [name])
        if not isinstance(outcome, Ok):
            return outcome
        found = next(iter(outcome.value.values()), None)
        return Ok(found) if found else no_such_group()

    def read_profiles(
        self, key: AccessToken, external_ids: Sequence[str]
    ) -> dict[str, Outcome[ProfileReading]]:
        """One outcome for each id asked for; `VK_IDS_PER_CALL` ids cost one call."""
        return vk_groups.read_many(key, external_ids)

    def read_posts(
        self, key: AccessToken, external_id: str, since: datetime | None = None
    ) -> Outcome[list[PostReading]]:
        """The community's own posts from `since` on (None: all), newest first, each once."""
        if not is_group_id(external_id):
            return bad_id("external_id")
        items: list[object] = []
        for page in read_pages(key, external_id, since):
            if not isinstance(page, Ok):
                return page
            items += page.value.items
        posts = _posts(items, external_id)
        wanted = [post for post in posts if since is None or post.posted_at >= since]
        return Ok(sorted(wanted, key=lambda post: (post.posted_at, post.external_id), reverse=True))

    def read_statistics(
        self, key: AccessToken, external_id: str, since: datetime, until: datetime
    ) -> Outcome[list[DayStatistics]]:
        """Days by Moscow's clock; VK tells them to an administrator's key only."""
        if not is_group_id(external_id):
            return bad_id("external_id")
        outcome = call(key, "stats.get", vk_statistics.parameters(external_id, since, until))
        if not isinstance(outcome, Ok):
            return outcome
        periods = shapes.sequence(outcome.value)
        if periods is None:
            return http.wrong_shape(writes=False)
        return Ok(vk_statistics.days(periods, since=since, until=until, read_at=datetime.now(UTC)))

    def reread_posts(
        self, key: AccessToken, posts: Sequence[PostId]
    ) -> dict[PostId, Outcome[PostReading]]:
        """A hundred posts cost one call, whichever walls they stand on."""
        return vk_reread.reread(key, posts)

    def read_page(self, key: AccessToken, external_id: str) -> Outcome[PageFacts]:
        """Two calls; a service key is told nothing of managers and is not asked for them."""
        if not is_group_id(external_id):
            return bad_id("external_id")
        outcome = call(key, "groups.getById", vk_pages.parameters(external_id))
        if not isinstance(outcome, Ok):
            return outcome
        group = vk_pages.group_in(outcome.value)
        if group is None or gone_in(group.get("deactivated")):
            return no_such_group()
        admins = _admins(key, external_id)
        if not isinstance(admins, Ok):
            return admins
        return Ok(
            vk_pages.facts(
                group,
                external_id=external_id,
                admins=admins.value,
                kind=key.kind,
                read_at=datetime.now(UTC),
            )
        )

    def read_updates(self, key: AccessToken, offset: int | None = None) -> Outcome[Updates]:
        return not_available(Capability.READ_UPDATES, str(self.never[Capability.READ_UPDATES]))


def _admins(key: AccessToken, group_id: str) -> Outcome[int | None]:
    """How many manage the community; None where only those who do are told."""
    if key.kind is TokenKind.SERVICE:
        return Ok(None)
    outcome = call(key, "groups.getMembers", {"group_id": group_id, "filter": "managers"})
    if isinstance(outcome, Ok):
        return Ok(shapes.count_in(outcome.value))
    return Ok(None) if outcome.kind in _LACKING else outcome


# --- The wall ------------------------------------------------------------------------------------


def _posts(items: Iterable[object], group_id: str) -> Iterable[PostReading]:
    """Each post once: pages overlap, and the pinned post may stand on the wall twice."""
    read_at = datetime.now(UTC)
    posts: dict[str, PostReading] = {}
    unreadable = 0
    for item in items:
        if vk_posts.is_deleted(item):
            continue
        post = vk_posts.reading(item, group_id=group_id, read_at=read_at)
        if post is None:
            unreadable += 1
        else:
            posts.setdefault(post.external_id, post)
    if unreadable:
        logger.warning("%d unreadable items on the wall of VK group %s.", unreadable, group_id)
    return posts.values()
