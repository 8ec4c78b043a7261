"""VK: followers and posts with counters, by service, user or community key."""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.networks import (
    addresses,
    configuration,
    http,
    shapes,
    vk_errors,
    vk_pages,
    vk_posts,
    vk_statistics,
)
from communities.networks.keys import AccessToken, Capability, FreshToken, KeyReport, TokenKind
from communities.networks.outcomes import (
    KEY_WIDE,
    Failure,
    Kind,
    Ok,
    Outcome,
    Refused,
    not_available,
    not_refreshable,
)
from communities.networks.rate_limit import under_limit
from communities.networks.records import (
    DayStatistics,
    Gone,
    PageFacts,
    PostId,
    PostReading,
    ProfileReading,
    Updates,
)

logger = logging.getLogger(__name__)

IDS_PER_CALL = 500
POSTS_PER_CALL = 100
# Pages overlap: where items are deleted between two pages, the rest moves up and would be missed.
OVERLAP = 5
MOST_PAGES = 1000
A_DAY = timedelta(days=1)

_ID = re.compile(r"[1-9]\d{0,18}", re.ASCII)
_SCREEN_NAME = re.compile(r"[A-Za-z0-9_.]{2,64}", re.ASCII)
# A key travels in a header; other characters are surely a slip of copying.
_SECRET = re.compile(r"[\x21-\x7e]+")
# A community that is sure to exist: VK's own.
_SOME_GROUP = "1"
_COMMUNITY_RIGHTS = {
    "wall": Capability.PUBLISH,
    "messages": Capability.MESSAGES,
    "manage": Capability.RECEIVE_EVENTS,
}
_LACKING = frozenset({Kind.PERMISSION, Kind.WRONG_TOKEN_KIND})
_POST_CAPABILITIES = {Capability.READ_POSTS, Capability.READ_VIEWS, Capability.READ_REACTIONS}


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
        """What the key can do, found out by real calls; a failure means that the key is no good."""
        rights = _rights(key)
        if not isinstance(rights, Ok):
            return rights
        able, lacks = set(rights.value), {}
        for capabilities, outcome in _probes(key, external_id):
            if isinstance(outcome, Ok):
                able |= capabilities
            elif outcome.kind in _LACKING:
                lacks.update(dict.fromkeys(capabilities, outcome.message))
            else:
                return outcome
        return Ok(KeyReport(frozenset(able), lacks))

    def refresh(self, key: AccessToken) -> Outcome[FreshToken]:
        return not_refreshable()

    def find_profile(self, key: AccessToken, address: str) -> Outcome[ProfileReading]:
        """The community behind an id, a screen name or an address such as vk.com/coffee."""
        name = address.strip().rstrip("/").rpartition("/")[2].removeprefix("@")
        if not _SCREEN_NAME.fullmatch(name) and not _ID.fullmatch(name):
            return _bad_id("address")
        outcome = _groups(key, [name])
        if not isinstance(outcome, Ok):
            return outcome
        found = next(iter(outcome.value.values()), None)
        return Ok(found) if found else _no_such_group()

    def read_profiles(
        self, key: AccessToken, external_ids: Sequence[str]
    ) -> dict[str, Outcome[ProfileReading]]:
        """One outcome for each id asked for; 500 ids cost one call."""
        ids = list(dict.fromkeys(external_ids))
        good = [each for each in ids if _ID.fullmatch(each)]
        found: dict[str, Outcome[ProfileReading]] = {
            each: _bad_id("external_id") for each in set(ids) - set(good)
        }
        stop: Failure | None = None
        for start in range(0, len(good), IDS_PER_CALL):
            batch = good[start : start + IDS_PER_CALL]
            answers = dict.fromkeys(batch, stop) if stop else _read_batch(key, batch)
            found.update({each: answer for each, answer in answers.items() if answer is not None})
            stop = stop or _key_failure(found[each] for each in batch)
        return found

    def read_posts(
        self, key: AccessToken, external_id: str, since: datetime | None = None
    ) -> Outcome[list[PostReading]]:
        """The community's own posts from `since` on (None: all), newest first, each once."""
        if not _ID.fullmatch(external_id):
            return _bad_id("external_id")
        items: list[object] = []
        for page in _pages(key, external_id, since):
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
        if not _ID.fullmatch(external_id):
            return _bad_id("external_id")
        outcome = _statistics(key, external_id, since, until)
        if not isinstance(outcome, Ok):
            return outcome
        periods = shapes.sequence(outcome.value)
        if periods is None:
            return http.wrong_shape(writes=False)
        return Ok(vk_statistics.days(periods, since=since, until=until, read_at=datetime.now(UTC)))

    def reread_posts(
        self, key: AccessToken, posts: Sequence[PostId]
    ) -> dict[PostId, Outcome[PostReading]]:
        return dict.fromkeys(posts, not_available(Capability.REREAD_POSTS, ""))

    def read_page(self, key: AccessToken, external_id: str) -> Outcome[PageFacts]:
        """Two calls; a service key is told nothing of managers and is not asked for them."""
        if not _ID.fullmatch(external_id):
            return _bad_id("external_id")
        outcome = call(key, "groups.getById", vk_pages.parameters(external_id))
        if not isinstance(outcome, Ok):
            return outcome
        group = vk_pages.group_in(outcome.value)
        if group is None or _gone(group.get("deactivated")):
            return _no_such_group()
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


def call(
    key: AccessToken, method: str, parameters: Mapping[str, str], *, writes: bool = False
) -> Outcome[object]:
    """One call of a VK method; Ok holds what stands under `response`, of any shape."""
    if not _SECRET.fullmatch(key.secret):
        return Refused(Kind.TOKEN_INVALID, _("The VK key has characters that no key has."))
    return under_limit(key, method, lambda: _call_now(key, method, parameters, writes=writes))


def _call_now(
    key: AccessToken, method: str, parameters: Mapping[str, str], *, writes: bool
) -> Outcome[object]:
    # The key goes in a header: VK echoes parameters in its errors.
    answer = http.post(
        f"{configuration.vk_url()}/{method}",
        form={**parameters, "v": configuration.vk_version()},
        bearer=key.secret,
        writes=writes,
    )
    if not isinstance(answer, Ok):
        return answer
    if failure := http.status_failure(answer.value, writes=writes):
        return failure
    body = shapes.mapping(answer.value.body)
    if body is not None and "error" in body:
        return vk_errors.failure(body["error"], secret=key.secret, writes=writes)
    if body is None or "response" not in body:
        return http.wrong_shape(writes=writes)
    return Ok(body["response"])


# --- Profiles ------------------------------------------------------------------------------------


def _read_batch(key: AccessToken, batch: list[str]) -> dict[str, Outcome[ProfileReading]]:
    """VK refuses a whole call for one bad id: halve until the bad one stands alone."""
    outcome = _groups(key, batch)
    if isinstance(outcome, Ok):
        return {each: _found(outcome.value, each) for each in batch}
    if len(batch) > 1 and outcome.kind is Kind.INVALID_REQUEST:
        half = len(batch) // 2
        return {**_read_batch(key, batch[:half]), **_read_batch(key, batch[half:])}
    return dict.fromkeys(batch, outcome)


def _found(readings: Mapping[str, ProfileReading], group_id: str) -> Outcome[ProfileReading]:
    reading = readings.get(group_id)
    return Ok(reading) if reading is not None else _no_such_group()


def _groups(key: AccessToken, names: Sequence[str]) -> Outcome[dict[str, ProfileReading]]:
    """Group id → reading. Up to 5.139 VK answered with a bare array."""
    parameters = {"group_ids": ",".join(names), "fields": "members_count,screen_name"}
    outcome = call(key, "groups.getById", parameters)
    if not isinstance(outcome, Ok):
        return outcome
    body = shapes.mapping(outcome.value)
    groups = shapes.sequence(body.get("groups") if body is not None else outcome.value)
    if groups is None:
        return http.wrong_shape(writes=False)
    read_at = datetime.now(UTC)
    readings = [_profile(group, read_at) for group in groups]
    if None in readings:
        return http.wrong_shape(writes=False)
    return Ok({each.external_id: each for each in readings if each is not None})


def _profile(group: object, read_at: datetime) -> ProfileReading | None:
    body = shapes.mapping(group) or {}
    group_id = shapes.identifier(body.get("id"))
    if group_id is None or group_id.startswith("-"):
        return None
    screen_name = shapes.text(body.get("screen_name"))
    gone = _gone(body.get("deactivated"))
    return ProfileReading(
        external_id=group_id,
        read_at=read_at,
        screen_name=screen_name,
        title=shapes.text(body.get("name")),
        url=addresses.profile_url("vk", group_id, screen_name),
        followers=None if gone else shapes.count(body.get("members_count")),
        gone=gone,
    )


def _gone(deactivated: object) -> Gone | None:
    if not deactivated:
        return None
    return Gone.BANNED if deactivated == "banned" else Gone.DELETED


def _key_failure(outcomes: Iterable[Outcome[ProfileReading]]) -> Failure | None:
    """The failure that every further call with this key would meet too."""
    failures = (each for each in outcomes if not isinstance(each, Ok))
    return next((each for each in failures if each.kind in KEY_WIDE), None)


def _no_such_group() -> Refused:
    return Refused(Kind.NOT_FOUND, _("VK knows no such community."))


def _bad_id(field: str) -> Refused:
    message = _("A VK community is named by its number or its short name.")
    return Refused(Kind.INVALID_REQUEST, message, field=field)


def _admins(key: AccessToken, group_id: str) -> Outcome[int | None]:
    """How many manage the community; None where only those who do are told."""
    if key.kind is TokenKind.SERVICE:
        return Ok(None)
    outcome = call(key, "groups.getMembers", {"group_id": group_id, "filter": "managers"})
    if isinstance(outcome, Ok):
        return Ok(shapes.count_in(outcome.value))
    return Ok(None) if outcome.kind in _LACKING else outcome


# --- The wall ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Page:
    items: list[object]
    is_last: bool


def _pages(key: AccessToken, group_id: str, since: datetime | None) -> Iterator[Outcome[_Page]]:
    """Pages of the wall until one ends before `since`, brings nothing new, or fails."""
    seen: set[str] = set()
    for number in range(MOST_PAGES):
        outcome = _page(key, group_id, offset=number * (POSTS_PER_CALL - OVERLAP))
        yield outcome
        if not isinstance(outcome, Ok):
            return
        page = outcome.value
        new = {_item_id(item) for item in page.items} - seen
        if page.is_last or not new or (since is not None and _ends_before(page.items, since)):
            return
        seen |= new
    yield http.wrong_shape(writes=False)


def _page(key: AccessToken, group_id: str, *, offset: int) -> Outcome[_Page]:
    parameters = {
        "owner_id": f"-{group_id}",
        "filter": "owner",
        "count": str(POSTS_PER_CALL),
        "offset": str(offset),
    }
    outcome = call(key, "wall.get", parameters)
    if not isinstance(outcome, Ok):
        return outcome
    items = shapes.sequence((shapes.mapping(outcome.value) or {}).get("items"))
    if items is None:
        return http.wrong_shape(writes=False)
    total = shapes.count_in(outcome.value)
    return Ok(_Page(items, is_last=total is not None and offset + POSTS_PER_CALL >= total))


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


def _item_id(item: object) -> str:
    return str((shapes.mapping(item) or {}).get("id"))


def _ends_before(items: Sequence[object], since: datetime) -> bool:
    """Whether the page's last dated post is older than `since`.

    Only the end counts: a pinned post stands first whatever its date, even where its mark is lost.
    """
    dates = (shapes.moment((shapes.mapping(item) or {}).get("date")) for item in reversed(items))
    last = next((date for date in dates if date is not None), None)
    return last is not None and last < since


def _statistics(
    key: AccessToken, group_id: str, since: datetime, until: datetime
) -> Outcome[object]:
    return call(key, "stats.get", vk_statistics.parameters(group_id, since, until))


# --- What a key can do ---------------------------------------------------------------------------


def _rights(key: AccessToken) -> Outcome[set[Capability]]:
    """What only a key of the stated kind can be asked; a failure where it is of another kind."""
    if key.kind is TokenKind.COMMUNITY:
        outcome = call(key, "groups.getTokenPermissions", {})
        return Ok(_community_rights(outcome.value)) if isinstance(outcome, Ok) else outcome
    if key.kind is TokenKind.USER:
        outcome = call(key, "users.get", {})
        if not isinstance(outcome, Ok):
            return outcome
        # A community key answers this with an empty list.
        return Ok(set()) if outcome.value else _other_kind()
    return Ok(set())


def _other_kind() -> Refused:
    return Refused(
        Kind.WRONG_TOKEN_KIND, _("This is not a user key: it looks like a community key.")
    )


def _probes(
    key: AccessToken, own_group: str | None
) -> Iterator[tuple[set[Capability], Outcome[object]]]:
    group_id = own_group or _SOME_GROUP
    group = call(key, "groups.getById", {"group_ids": group_id})
    yield {Capability.READ_FOLLOWERS, Capability.READ_PAGE}, group
    wall = {"owner_id": f"-{group_id}", "count": "1"}
    yield _POST_CAPABILITIES, call(key, "wall.get", wall)
    if key.kind is TokenKind.USER and own_group:
        now = datetime.now(UTC)
        yield {Capability.READ_STATISTICS}, _statistics(key, own_group, now - A_DAY, now)


def _community_rights(answer: object) -> set[Capability]:
    rights = shapes.sequence((shapes.mapping(answer) or {}).get("permissions")) or []
    names = {shapes.text((shapes.mapping(right) or {}).get("name")) for right in rights}
    return {capability for name, capability in _COMMUNITY_RIGHTS.items() if name in names}
