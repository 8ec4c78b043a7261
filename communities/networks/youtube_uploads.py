"""What a channel uploaded: the list of its videos, and videos by their ids."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from communities.networks import shapes, youtube_videos
from communities.networks.keys import AccessToken
from communities.networks.outcomes import Kind, Ok, Outcome
from communities.networks.youtube_calls import ITEMS_PER_PAGE, items_of, read_list, read_pages

VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_VIDEO_PARTS = "snippet,statistics,status"


@dataclass(slots=True)
class _Listed:
    """Ids of videos, in their order, and how long the pages said the whole list was."""

    videos: dict[str, None] = field(default_factory=dict)
    totals: set[int | None] = field(default_factory=set)


def list_videos(key: AccessToken, playlist: str, since: datetime | None) -> Outcome[list[str]]:
    """Ids of the videos from `since` on.

    A page is named by where it begins: where a video goes between two pages, the rest moves up and
    one would be missed, so the list is read once more.
    """
    outcome = _list_once(key, playlist, since)
    if isinstance(outcome, Ok) and len(outcome.value.totals) > 1:
        outcome = _list_once(key, playlist, since)
    if not isinstance(outcome, Ok):
        # A channel without a video has a list's name but no list.
        return Ok([]) if outcome.kind is Kind.NOT_FOUND else outcome
    return Ok([video for video in outcome.value.videos if VIDEO_ID.fullmatch(video)])


def _list_once(key: AccessToken, playlist: str, since: datetime | None) -> Outcome[_Listed]:
    """The list is the newest first, but for what was hidden for a while."""
    listed = _Listed()
    parameters = {
        "part": "contentDetails",
        "playlistId": playlist,
        "maxResults": str(ITEMS_PER_PAGE),
    }
    for page in read_pages(key, "playlistItems", parameters):
        if not isinstance(page, Ok):
            return page
        items = items_of(page.value)
        if not isinstance(items, Ok):
            return items
        listed.totals.add(shapes.count_in(page.value.get("pageInfo"), "totalResults"))
        entries = [youtube_videos.entry_of(item) for item in items.value]
        wanted = [name for name, at in entries if since is None or at is None or at >= since]
        listed.videos.update(dict.fromkeys(wanted))
        if entries and not wanted:
            break
    return Ok(listed)


def video_items(key: AccessToken, ids: Sequence[str]) -> Outcome[dict[str, object]]:
    """Video id → item; YouTube leaves out what is deleted or private."""
    outcome = read_list(key, "videos", {"part": _VIDEO_PARTS, "id": ",".join(ids)})
    items = items_of(outcome.value) if isinstance(outcome, Ok) else outcome
    if not isinstance(items, Ok):
        return items
    return Ok({name: item for item in items.value if (name := youtube_videos.item_id(item))})
