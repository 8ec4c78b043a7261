"""What is set on a VK community, out of `groups.getById` and the list of its managers.

VK leaves a field out where the key may not see it, and sometimes where nothing is set; the two
cannot be told apart, so what is left out is not told (None).
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from communities.networks import shapes
from communities.networks.keys import TokenKind
from communities.networks.records import PageFacts

FIELDS = (
    "activity", "addresses", "can_message", "contacts", "cover", "description", "fixed_post",
    "has_photo", "screen_name", "site", "verified", "wall",
)  # fmt: skip

_UNNAMED = re.compile(r"(club|public|event)\d+", re.ASCII)
# 0 off, 1 open, 2 only the community posts and all comment, 3 closed to comments too.
_WALLS_WITH_COMMENTS = {0: False, 1: True, 2: True, 3: False}
T = TypeVar("T")


def parameters(group_id: str) -> dict[str, str]:
    return {"group_ids": group_id, "fields": ",".join(FIELDS)}


def group_in(answer: object) -> Mapping[str, object] | None:
    """The one group of an answer; up to 5.139 VK answered with a bare array."""
    body = shapes.mapping(answer)
    groups = shapes.sequence(body.get("groups") if body is not None else answer) or []
    return shapes.mapping(groups[0]) if groups else None


def facts(
    group: Mapping[str, object],
    *,
    external_id: str,
    admins: int | None,
    kind: TokenKind,
    read_at: datetime,
) -> PageFacts:
    return PageFacts(
        external_id=external_id,
        read_at=read_at,
        title=_text(group, "name"),
        screen_name=_told(group, "screen_name", _short_address),
        description=_text(group, "description"),
        category=_text(group, "activity"),
        site=_text(group, "site"),
        phone=_phone(group),
        address=_told(group, "addresses", _address),
        has_avatar=_flag(group, "has_photo"),
        has_cover=_told(group, "cover", _has_cover),
        has_pinned_post=_told(group, "fixed_post", _is_number),
        has_comments=_told(group, "wall", _has_comments),
        has_messages=_has_messages(group, kind),
        is_verified=_flag(group, "verified"),
        admins=admins,
    )


def _told(group: Mapping[str, object], name: str, read: Callable[[object], T | None]) -> T | None:
    return read(group[name]) if group.get(name) is not None else None


def _text(group: Mapping[str, object], name: str) -> str | None:
    value = group.get(name)
    return shapes.text(value) if isinstance(value, str) else None


def _flag(group: Mapping[str, object], name: str) -> bool | None:
    value = group.get(name)
    return shapes.flag(value) if value in (0, 1) else None


def _short_address(value: object) -> str:
    """VK writes club123 where nobody has chosen a name."""
    name = shapes.text(value)
    return "" if _UNNAMED.fullmatch(name) else name


def _has_cover(value: object) -> bool | None:
    cover = shapes.mapping(value)
    return shapes.flag(cover.get("enabled")) if cover is not None else None


def _is_number(value: object) -> bool | None:
    return value > 0 if isinstance(value, int) and not isinstance(value, bool) else None


def _has_comments(value: object) -> bool | None:
    return _WALLS_WITH_COMMENTS.get(value) if isinstance(value, int) else None


def _has_messages(group: Mapping[str, object], kind: TokenKind) -> bool | None:
    """It says whether the key's owner may write: a "no" means nothing where nobody owns the key."""
    may_write = _flag(group, "can_message")
    return may_write if may_write or kind is TokenKind.USER else None


def _phone(group: Mapping[str, object]) -> str | None:
    """All phones of the contacts and of the main address; "" where contacts are told without."""
    contacts = shapes.sequence(group.get("contacts"))
    spoken = [shapes.text((shapes.mapping(each) or {}).get("phone")) for each in contacts or []]
    spoken.append(shapes.text(_main_address(group.get("addresses")).get("phone")))
    shown = ", ".join(phone for phone in spoken if phone)
    return shown if shown or contacts is not None else None


def _address(value: object) -> str | None:
    info = shapes.mapping(value)
    if info is None:
        return None
    if info.get("is_enabled") is False:
        return ""
    return shapes.text(_main_address(value).get("address")) or None


def _main_address(value: object) -> Mapping[str, object]:
    return shapes.mapping((shapes.mapping(value) or {}).get("main_address")) or {}
