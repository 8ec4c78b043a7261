"""Whose account of Instagram a key reads: its own by number, others' by name through its own.

Meta shows another professional account only as "business discovery": a field of one's own account
that takes the other's name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from communities.networks import http, shapes
from communities.networks.keys import AccessToken
from communities.networks.meta_graph import ITEMS_PER_PAGE, MOST_PAGES, read
from communities.networks.outcomes import Kind, Ok, Outcome, Refused

NUMBER = re.compile(r"\d{15,20}", re.ASCII)
NAME = re.compile(r"[A-Za-z0-9._]{1,30}", re.ASCII)
_CURSOR = re.compile(r"[A-Za-z0-9_=-]{1,500}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Account:
    """An account as this key sees it. `number` is what is read, through `name` where it is set."""

    number: str
    name: str = ""

    @property
    def is_own(self) -> bool:
        return not self.name

    @property
    def external_id(self) -> str:
        return self.name or self.number


def find_account(key: AccessToken, named: str) -> Outcome[Account]:
    """The key's own account, by its number without a call, or another's by its name."""
    if NUMBER.fullmatch(named):
        return Ok(Account(named))
    if not NAME.fullmatch(named):
        return bad_id("external_id")
    own = find_own(key)
    if not isinstance(own, Ok):
        return own
    number, name = own.value
    return Ok(Account(number, "" if named.lower() == name.lower() else named.lower()))


def find_own(key: AccessToken) -> Outcome[tuple[str, str]]:
    """Number and name of the account that is tied to the key's page."""
    me = read(key, "me", {"fields": "id,instagram_business_account{id,username}"})
    if not isinstance(me, Ok):
        return me
    if not shapes.text(me.value.get("id")):
        return http.wrong_shape(writes=False)
    account = shapes.mapping(me.value.get("instagram_business_account")) or {}
    number = shapes.text(account.get("id"))
    return Ok((number, shapes.text(account.get("username")))) if number else _no_account()


def read_account(key: AccessToken, account: Account, fields: str) -> Outcome[dict[str, object]]:
    """The account's own node, whoever it is of."""
    if account.is_own:
        outcome = read(key, account.number, {"fields": fields})
        return outcome if not isinstance(outcome, Ok) else _node(outcome.value)
    asked = f"business_discovery.username({account.name}){{{fields}}}"
    outcome = read(key, account.number, {"fields": asked})
    return _node(outcome.value.get("business_discovery")) if isinstance(outcome, Ok) else outcome


def read_others_media(
    key: AccessToken, account: Account, fields: str
) -> Iterator[Outcome[list[object]]]:
    """Page after page of another's media, the newest first, until the last or a failure."""
    after = ""
    for _number in range(MOST_PAGES):
        edge = f"media{after}.limit({ITEMS_PER_PAGE}){{{fields}}}"
        node = read_account(key, account, f"id,{edge}")
        if not isinstance(node, Ok):
            yield node
            return
        media = shapes.mapping(node.value.get("media", {"data": []})) or {}
        items = shapes.sequence(media.get("data"))
        yield http.wrong_shape(writes=False) if items is None else Ok(items)
        cursor = _cursor(media)
        if not items or not cursor:
            return
        after = f".after({cursor})"
    yield http.wrong_shape(writes=False)


def bad_id(field: str) -> Refused:
    message = _("An Instagram account is named by its name, one's own also by its number.")
    return Refused(Kind.INVALID_REQUEST, message, field=field)


def _cursor(media: dict[str, object]) -> str:
    paging = shapes.mapping(media.get("paging")) or {}
    cursor = shapes.text((shapes.mapping(paging.get("cursors")) or {}).get("after"))
    return cursor if _CURSOR.fullmatch(cursor) else ""


def _node(value: object) -> Outcome[dict[str, object]]:
    node = shapes.mapping(value)
    return Ok(node) if node and node.get("id") else http.wrong_shape(writes=False)


def _no_account() -> Refused:
    message = _("No professional account of Instagram is tied to the page of this key.")
    return Refused(Kind.PERMISSION, message)
