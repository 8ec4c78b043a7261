"""Items of YouTube's lists → readings. Pure.

Counters come as text; one that is hidden or switched off is left out and stays unknown.
"""

from collections.abc import Mapping
from datetime import datetime

from communities.networks import addresses, shapes
from communities.networks.records import PageFacts, PostFormat, PostReading, ProfileReading


def channel_reading(item: object, read_at: datetime) -> ProfileReading | None:
    """Subscribers are rounded by YouTube to three figures, for the owner too."""
    channel_id = item_id(item)
    if channel_id is None:
        return None
    snippet, statistics = _part(item, "snippet"), _part(item, "statistics")
    handle = _handle(snippet)
    is_hidden = shapes.flag(statistics.get("hiddenSubscriberCount"))
    followers = shapes.written_count(statistics.get("subscriberCount"))
    return ProfileReading(
        external_id=channel_id,
        read_at=read_at,
        screen_name=handle,
        title=shapes.text(snippet.get("title")),
        url=addresses.profile_url("youtube", channel_id, handle),
        followers=None if is_hidden else followers,
    )


def page_facts(item: object, read_at: datetime) -> PageFacts | None:
    channel_id = item_id(item)
    if channel_id is None:
        return None
    snippet = _part(item, "snippet")
    return PageFacts(
        external_id=channel_id,
        read_at=read_at,
        title=shapes.text(snippet.get("title")),
        screen_name=_handle(snippet),
        description=shapes.text(snippet.get("description")),
        has_avatar=_has_avatar(snippet),
        has_cover=_has_cover(item),
    )


def uploads_of(item: object) -> str:
    """The playlist of all that a channel uploaded; "" where it is not told."""
    playlists = shapes.mapping(_part(item, "contentDetails").get("relatedPlaylists")) or {}
    return shapes.text(playlists.get("uploads"))


def entry_of(item: object) -> tuple[str, datetime | None]:
    """A video's id and date as the playlist tells them; "" where it names none."""
    details = _part(item, "contentDetails")
    return (
        shapes.text(details.get("videoId")),
        shapes.written_moment(details.get("videoPublishedAt")),
    )


def video_reading(item: object, *, channel_id: str, read_at: datetime) -> PostReading | None:
    """None where the item is no video with an id and a date.

    Whether it is a Short cannot be told: neither the form of the picture nor the mark is there.
    """
    video_id, snippet = item_id(item), _part(item, "snippet")
    posted_at = shapes.written_moment(snippet.get("publishedAt"))
    if video_id is None or posted_at is None:
        return None
    counters = _part(item, "statistics")
    return PostReading(
        external_id=video_id,
        profile_external_id=channel_id,
        posted_at=posted_at,
        read_at=read_at,
        text=_text(snippet),
        url=addresses.post_url("youtube", channel_id, "", video_id),
        format=PostFormat.VIDEO,
        likes=shapes.written_count(counters.get("likeCount")),
        comments=shapes.written_count(counters.get("commentCount")),
        views=shapes.written_count(counters.get("viewCount")),
    )


def is_published(item: object) -> bool:
    """To its owner YouTube also shows what is private or waits for its hour: no post yet."""
    is_public = _part(item, "status").get("privacyStatus", "public") == "public"
    return is_public and _part(item, "snippet").get("liveBroadcastContent") != "upcoming"


def item_id(item: object) -> str | None:
    return shapes.text((shapes.mapping(item) or {}).get("id")) or None


def _part(item: object, name: str) -> Mapping[str, object]:
    return shapes.mapping((shapes.mapping(item) or {}).get(name)) or {}


def _handle(snippet: Mapping[str, object]) -> str:
    """Before handles came, `customUrl` was a plain name, which leads nowhere as @name."""
    name = shapes.text(snippet.get("customUrl"))
    return name.removeprefix("@") if name.startswith("@") else ""


def _text(snippet: Mapping[str, object]) -> str:
    title, description = (shapes.text(snippet.get(name)) for name in ("title", "description"))
    return f"{title}\n\n{description}".strip()


def _has_avatar(snippet: Mapping[str, object]) -> bool | None:
    """YouTube draws a letter where no picture was set: one that is there proves nothing."""
    return None if shapes.mapping(snippet.get("thumbnails")) else False


def _has_cover(item: object) -> bool | None:
    if shapes.mapping((shapes.mapping(item) or {}).get("brandingSettings")) is None:
        return None
    image = shapes.mapping(_part(item, "brandingSettings").get("image")) or {}
    return bool(shapes.text(image.get("bannerExternalUrl")))
