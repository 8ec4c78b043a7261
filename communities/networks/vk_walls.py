"""Pages of a VK community's wall: `wall.get`, a hundred posts a call."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from communities.networks import http, shapes
from communities.networks.keys import AccessToken
from communities.networks.outcomes import Ok, Outcome
from communities.networks.vk_call import call

POSTS_PER_CALL = 100
# Pages overlap: where items are deleted between two pages, the rest moves up and would be missed.
OVERLAP = 5
MOST_PAGES = 1000
# What is asked for: the community's own posts, or those that wait for their time.
OWN, POSTPONED = "owner", "postponed"


@dataclass(frozen=True, slots=True)
class Page:
    items: list[object]
    is_last: bool


def read_pages(
    key: AccessToken, group_id: str, since: datetime | None, *, shown: str = OWN
) -> Iterator[Outcome[Page]]:
    """Pages of the wall until one ends before `since`, brings nothing new, or fails."""
    seen: set[str] = set()
    for number in range(MOST_PAGES):
        outcome = _page(key, group_id, shown, offset=number * (POSTS_PER_CALL - OVERLAP))
        yield outcome
        if not isinstance(outcome, Ok):
            return
        page = outcome.value
        new = {_item_id(item) for item in page.items} - seen
        if page.is_last or not new or (since is not None and _ends_before(page.items, since)):
            return
        seen |= new
    yield http.wrong_shape(writes=False)


def _page(key: AccessToken, group_id: str, shown: str, *, offset: int) -> Outcome[Page]:
    parameters = {
        "owner_id": f"-{group_id}",
        "filter": shown,
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
    return Ok(Page(items, is_last=total is not None and offset + POSTS_PER_CALL >= total))


def _item_id(item: object) -> str:
    return str((shapes.mapping(item) or {}).get("id"))


def _ends_before(items: Sequence[object], since: datetime) -> bool:
    """Whether the page's last dated post is older than `since`.

    Only the end counts: a pinned post stands first whatever its date, even where its mark is lost.
    """
    dates = (shapes.moment((shapes.mapping(item) or {}).get("date")) for item in reversed(items))
    last = next((date for date in dates if date is not None), None)
    return last is not None and last < since
