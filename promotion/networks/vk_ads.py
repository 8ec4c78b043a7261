"""VK Реклама (API v2): what stands in an account, and what each day cost and brought.

Money is a text in the account's currency. Objects are `ad_plans` (campaigns), `ad_groups` and
`banners` (ads); an id may stand on two levels for two different things.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from communities.networks import configuration, http, shapes
from communities.networks.keys import AccessToken, TokenKind
from communities.networks.outcomes import Kind, Ok, Outcome, Refused
from communities.networks.rate_limit import under_limit
from promotion.networks import vk_ads_errors
from promotion.networks.readings import ReadFigure, ReadObject
from promotion.networks.vk_ads_statistics import identifier, read_figures

# What the documentation allows; a page is as long as what comes back.
PAGE = 50
MOST_PAGES = 2_000
MOST_IDS = 200
# How far back, and how long, a request for days may be.
MOST_DAYS = 366
METRICS = "base,events,uniques,social_network"
_SECRET = re.compile(r"[\x21-\x7e]+")

RESOURCES = {"campaign": "ad_plans", "group": "ad_groups", "ad": "banners"}
# level → the level above and the field that names it.
_PARENTS = {"group": ("campaign", "ad_plan_id"), "ad": ("group", "ad_group_id")}


def token(secret: str) -> AccessToken:
    return AccessToken("vk_ads", TokenKind.USER, secret)


def read_user(key: AccessToken) -> Outcome[str]:
    """The number of the account's user: the quickest proof that a key works."""
    answer = _call(key, "user.json", {})
    if not isinstance(answer, Ok):
        return answer
    user = identifier(answer.value.get("id"))
    return Ok(user) if user else http.wrong_shape(writes=False)


def read_objects(key: AccessToken) -> Outcome[list[ReadObject]]:
    """Everything that stands in the account, deleted things too, from the outermost level."""
    found: list[ReadObject] = []
    for level in RESOURCES:
        for page in _pages(key, level):
            if not isinstance(page, Ok):
                return page
            found += page.value
    return Ok(found)


def read_days(
    key: AccessToken, level: str, ids: Sequence[str], first: dt.date, last: dt.date
) -> Outcome[list[ReadFigure]]:
    """Figures of each day of these objects; a day that the network leaves out is not told."""
    found: list[ReadFigure] = []
    for start in range(0, len(ids), MOST_IDS):
        some = ids[start : start + MOST_IDS]
        query = {
            "id": ",".join(some),
            "date_from": max(first, last - dt.timedelta(days=MOST_DAYS - 1)).isoformat(),
            "date_to": last.isoformat(),
            "metrics": METRICS,
        }
        answer = _call(key, f"statistics/{RESOURCES[level]}/day.json", query)
        if not isinstance(answer, Ok):
            return answer
        figures = read_figures(level, answer.value, asked=frozenset(some))
        if figures is None:
            return http.wrong_shape(writes=False)
        found += figures
    return Ok(found)


def _pages(key: AccessToken, level: str) -> Iterator[Outcome[list[ReadObject]]]:
    above = _PARENTS.get(level)
    fields = ["id", "name", "status", *([above[1]] if above else [])]
    offset = 0
    for _number in range(MOST_PAGES):
        query = {"fields": ",".join(fields), "limit": str(PAGE), "offset": str(offset)}
        answer = _call(key, f"{RESOURCES[level]}.json", query)
        page = _objects(level, answer.value) if isinstance(answer, Ok) else answer
        yield page
        if not isinstance(page, Ok) or not page.value:
            return
        offset += len(page.value)
        total = shapes.count(answer.value.get("count")) if isinstance(answer, Ok) else None
        if total is not None and offset >= total:
            return
    yield http.wrong_shape(writes=False)


def _objects(level: str, body: Mapping[str, object]) -> Outcome[list[ReadObject]]:
    items = shapes.sequence(body.get("items"))
    if items is None:
        return http.wrong_shape(writes=False)
    found = [_object(level, shapes.mapping(each) or {}) for each in items]
    known = [each for each in found if each is not None]
    return Ok(known) if len(known) == len(found) else http.wrong_shape(writes=False)


def _object(level: str, item: Mapping[str, object]) -> ReadObject | None:
    """Name, status and parent may be null."""
    external_id = identifier(item.get("id"))
    if external_id is None:
        return None
    parent_level, field = _PARENTS.get(level, ("", ""))
    parent = identifier(item.get(field)) or ""
    return ReadObject(
        level,
        external_id,
        shapes.text(item.get("name")),
        shapes.text(item.get("status")),
        parent_level if parent else "",
        parent,
    )


def _call(key: AccessToken, path: str, query: Mapping[str, str]) -> Outcome[dict[str, object]]:
    """One reading call; the limits are counted by method, and so is what is parked."""
    if not _SECRET.fullmatch(key.secret):
        message = _("The token of VK Реклама has characters that no token has.")
        return Refused(Kind.TOKEN_INVALID, message)
    return under_limit(key, path, lambda: _call_now(key, path, query))


def _call_now(key: AccessToken, path: str, query: Mapping[str, str]) -> Outcome[dict[str, object]]:
    sent = http.get(f"{configuration.vk_ads_url()}/{path}", query=query, bearer=key.secret)
    if not isinstance(sent, Ok):
        return sent
    if refusal := vk_ads_errors.failure(sent.value, writes=False, secret=key.secret):
        return refusal
    body = shapes.mapping(sent.value.body)
    return Ok(body) if body is not None else http.wrong_shape(writes=False)
