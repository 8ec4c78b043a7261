"""What a key of VK's can do, found out by real calls, and why not the rest, in VK's words.

Each kind of key is asked for what only it can tell; then everything is tried that changes nothing.
What kind of key a method takes VK says before it looks at anything else: errors 27, 28 and 1051.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from communities.networks import shapes, vk_statistics
from communities.networks.keys import AccessToken, Capability, KeyReport, TokenKind
from communities.networks.outcomes import KEY_WIDE, Failure, Kind, Ok, Outcome, Refused
from communities.networks.vk_call import call
from communities.networks.vk_groups import is_group_id

A_DAY = timedelta(days=1)
# A community that is sure to exist: VK's own.
_SOME_GROUP = "1"
_SOME_POST = "1"
# The `field` of a refusal that says that the key is not what it was said to be.
KEY_ITSELF = "key"
_RIGHTS = {
    "wall": (Capability.PUBLISH, Capability.REPLY),
    "messages": (Capability.MESSAGES,),
    "manage": (Capability.RECEIVE_EVENTS,),
}
_BITS = {"photos": 4, "messages": 4096, "wall": 8192, "docs": 131_072, "manage": 262_144}
_INBOX = (Capability.MESSAGES, Capability.RECEIVE_EVENTS)
_OF_COMMUNITIES = tuple(each for names in _RIGHTS.values() for each in names)
_PROFILES = (Capability.READ_FOLLOWERS, Capability.READ_PAGE)
_POSTS = (
    Capability.READ_POSTS,
    Capability.READ_VIEWS,
    Capability.READ_REACTIONS,
    Capability.REREAD_POSTS,
)
_UPLOADS = (Capability.PUBLISH_PHOTO, Capability.PUBLISH_VIDEO)
_STATISTICS = (Capability.READ_STATISTICS,)
# The key is no good at all, or nobody could be asked.
_ENDS = KEY_WIDE - {Kind.WRONG_TOKEN_KIND}


class Probe(NamedTuple):
    """What was tried: the capabilities that hang on it, and what came back."""

    capabilities: tuple[Capability, ...]
    outcome: Outcome[object]


def inspect(key: AccessToken, page: str | None) -> Outcome[KeyReport]:
    """A failure means that the key is no good at all, or that VK could not be asked."""
    able: set[Capability] = set()
    lacks: dict[Capability, str] = {}
    for capabilities, outcome in _probes(key, page if page and is_group_id(page) else None):
        if isinstance(outcome, Ok):
            able.update(capabilities)
        elif _ends(outcome):
            return outcome
        else:
            lacks.update(dict.fromkeys(capabilities, outcome.message))
    return Ok(KeyReport(frozenset(able), {each: lacks[each] for each in lacks if each not in able}))


def _ends(failure: Failure) -> bool:
    """Not what a single method says."""
    if not isinstance(failure, Refused):
        return True
    return failure.kind in _ENDS or failure.field == KEY_ITSELF


def _probes(key: AccessToken, page: str | None) -> Iterator[Probe]:
    yield from _of_kind(key)
    group_id = page or _SOME_GROUP
    yield Probe(_PROFILES, call(key, "groups.getById", {"group_ids": group_id}))
    wall = call(key, "wall.get", {"owner_id": f"-{group_id}", "count": "1"})
    yield Probe(_POSTS, wall)
    yield Probe((Capability.READ_COMMENTS,), _comments(key, group_id, wall))
    yield from _of_administrators(key, page)


def _of_kind(key: AccessToken) -> Iterator[Probe]:
    """What a key of the stated kind alone is told."""
    if key.kind is TokenKind.COMMUNITY:
        yield from _ticked(call(key, "groups.getTokenPermissions", {}))
    elif key.kind is TokenKind.USER:
        yield Probe((), _owner(key))
        yield Probe((Capability.PUBLISH, Capability.REPLY), _untold("wall"))
        yield Probe(_INBOX, call(key, "groups.getTokenPermissions", {}))
    else:
        yield Probe(_OF_COMMUNITIES, _service(call(key, "groups.getTokenPermissions", {})))


def _owner(key: AccessToken) -> Outcome[object]:
    """A community key answers with nobody."""
    outcome = call(key, "users.get", {})
    if isinstance(outcome, Ok) and not outcome.value:
        message = _("This is not a user key: it looks like a community key.")
        return Refused(Kind.WRONG_TOKEN_KIND, message, field=KEY_ITSELF)
    return outcome


def _ticked(outcome: Outcome[object]) -> Iterator[Probe]:
    """The rights of a community key; a refusal of this one question says it is none."""
    if not isinstance(outcome, Ok):
        yield Probe((), _of_another_kind(outcome))
        return
    names = _names(shapes.mapping(outcome.value) or {})
    for name, capabilities in _RIGHTS.items():
        yield Probe(capabilities, Ok(name) if name in names else _not_ticked(name))


def _of_another_kind(failure: Failure) -> Failure:
    if not isinstance(failure, Refused) or failure.kind in _ENDS:
        return failure
    message = _("This is not a community key. %(reason)s") % {"reason": failure.message}
    return Refused(Kind.WRONG_TOKEN_KIND, message, field=KEY_ITSELF)


def _service(outcome: Outcome[object]) -> Outcome[object]:
    """Of a community key alone VK tells the rights."""
    if not isinstance(outcome, Ok):
        return outcome
    message = _("This is not a service key: it is a community key.")
    return Refused(Kind.WRONG_TOKEN_KIND, message, field=KEY_ITSELF)


def _names(body: dict[str, object]) -> set[str]:
    """VK's page calls the list `settings`, its schema and its answers `permissions`."""
    listed = shapes.sequence(body.get("permissions")) or shapes.sequence(body.get("settings")) or []
    names = {shapes.text((shapes.mapping(right) or {}).get("name")) for right in listed}
    mask = shapes.count(body.get("mask")) or 0
    return names | {name for name, bit in _BITS.items() if mask & bit}


def _not_ticked(name: str) -> Refused:
    message = _("The right “%(right)s” was not ticked when the key was made.")
    return Refused(Kind.PERMISSION, message % {"right": name})


def _comments(key: AccessToken, group_id: str, wall: Outcome[object]) -> Outcome[object]:
    """Of the first post; where there is none, that VK looked for one says enough."""
    post = _first_post(wall.value) if isinstance(wall, Ok) else None
    asked = {"owner_id": f"-{group_id}", "post_id": post or _SOME_POST, "count": "1"}
    outcome = call(key, "wall.getComments", asked)
    is_admitted = isinstance(outcome, Refused) and outcome.kind in (
        Kind.INVALID_REQUEST,
        Kind.NOT_FOUND,
    )
    return Ok(None) if is_admitted and post is None else outcome


def _first_post(answer: object) -> str | None:
    items = shapes.sequence((shapes.mapping(answer) or {}).get("items")) or []
    first = shapes.mapping(items[0]) if items else None
    return shapes.identifier((first or {}).get("id"))


def _of_administrators(key: AccessToken, page: str | None) -> Iterator[Probe]:
    """A user's key is asked about its own page only; of other kinds VK refuses the method."""
    if key.kind is TokenKind.USER and page is None:
        yield Probe((*_UPLOADS, *_STATISTICS), _no_page())
        return
    group_id = page or _SOME_GROUP
    photos = call(key, "photos.getWallUploadServer", {"group_id": group_id})
    yield Probe((Capability.PUBLISH_PHOTO,), photos)
    # To ask for a video's place is to make the video.
    yield Probe((Capability.PUBLISH_VIDEO,), _untold("video") if isinstance(photos, Ok) else photos)
    now = datetime.now(UTC)
    days = vk_statistics.parameters(group_id, now - A_DAY, now)
    yield Probe(_STATISTICS, call(key, "stats.get", days))


def _no_page() -> Refused:
    return Refused(Kind.PERMISSION, _("Not asked: no page is read with this key yet."))


def _untold(right: str) -> Refused:
    message = _("VK does not tell whether a user key has the right “%(right)s”.")
    return Refused(Kind.PERMISSION, message % {"right": right})
