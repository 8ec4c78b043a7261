"""YouTube: channels and videos by an API key or the owner's access, days by the owner's only."""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.networks import google_tokens, http, youtube_statistics, youtube_videos
from communities.networks.keys import AccessToken, Capability, FreshToken, KeyReport, TokenKind
from communities.networks.outcomes import (
    Failure,
    Kind,
    Ok,
    Outcome,
    Refused,
    by_name,
    key_failure,
    not_available,
)
from communities.networks.records import (
    DayStatistics,
    PageFacts,
    PostId,
    PostReading,
    ProfileReading,
    Updates,
)
from communities.networks.youtube_calls import (
    IDS_PER_CALL,
    items_of,
    read_list,
    read_report,
)
from communities.networks.youtube_uploads import VIDEO_ID, list_videos, video_items

T = TypeVar("T")

logger = logging.getLogger(__name__)

_CHANNEL = re.compile(r"UC[A-Za-z0-9_-]{1,60}", re.ASCII)
# Handles may be of any alphabet.
_HANDLE = re.compile(r"@[\w.·-]{1,64}")
# A channel that is sure to exist: Google's own for developers.
_SOME_CHANNEL = "UC_x5XG1OV2P6uZZ5FSM9Ttw"
_PUBLIC = frozenset(
    {
        Capability.READ_FOLLOWERS,
        Capability.READ_POSTS,
        Capability.READ_VIEWS,
        Capability.READ_REACTIONS,
        Capability.REREAD_POSTS,
        Capability.READ_PAGE,
    }
)
_LACKING = frozenset({Kind.PERMISSION, Kind.NOT_FOUND, Kind.INVALID_REQUEST})
# Reports lag: of the last days there may be nothing, but the question is answered.
_PROBED_DAYS = timedelta(days=5)


class YouTubeAdapter:
    """The network's adapter; stateless. External ids are channel ids (UC…) or @handles."""

    network = "youtube"
    token_kinds = (TokenKind.SERVICE, TokenKind.USER)
    never: Mapping[Capability, str | Promise] = {
        Capability.READ_UPDATES: gettext_lazy(
            "YouTube has no queue of updates to read: videos are read from the list of uploads."
        ),
        Capability.PUBLISH: gettext_lazy(
            "YouTube's interface takes videos only: posts of the Community tab are not in it."
        ),
        Capability.PUBLISH_PHOTO: gettext_lazy(
            "YouTube's interface takes videos only: posts of the Community tab are not in it."
        ),
        Capability.MESSAGES: gettext_lazy("YouTube has no messages."),
    }

    def inspect_key(self, key: AccessToken, external_id: str | None = None) -> Outcome[KeyReport]:
        """What the key can do, found out by one call, by two with the owner's access."""
        named = _naming(external_id or _SOME_CHANNEL) or {"id": _SOME_CHANNEL}
        outcome = read_list(key, "channels", {"part": "id", **named})
        if not isinstance(outcome, Ok):
            return outcome
        if key.kind is TokenKind.SERVICE:
            return Ok(KeyReport(_PUBLIC, {Capability.READ_STATISTICS: _owners_only()}))
        now = datetime.now(UTC)
        report = _report(key, named.get("id", "MINE"), now - _PROBED_DAYS, now)
        if isinstance(report, Ok):
            return Ok(KeyReport(_PUBLIC | {Capability.READ_STATISTICS}))
        if report.kind in _LACKING:
            return Ok(KeyReport(_PUBLIC, {Capability.READ_STATISTICS: report.message}))
        return report

    def refresh(self, key: AccessToken) -> Outcome[FreshToken]:
        return google_tokens.refresh(key)

    def find_profile(self, key: AccessToken, address: str) -> Outcome[ProfileReading]:
        """The channel behind UC…, @name, or an address such as youtube.com/@coffee."""
        name = address.strip().rstrip("/").rpartition("/")[2]
        named = _naming(name) or _naming(f"@{name}")
        return _first(_channels(key, named)) if named else _bad_id("address")

    def read_profiles(
        self, key: AccessToken, external_ids: Sequence[str]
    ) -> dict[str, Outcome[ProfileReading]]:
        """One outcome for each id asked for; 50 channels cost one call, a @handle one each."""
        ids = list(dict.fromkeys(external_ids))
        found: dict[str, Outcome[ProfileReading]] = {each: _bad_id("external_id") for each in ids}
        stop: Failure | None = None
        for batch in _batches(ids):
            found.update(dict.fromkeys(batch, stop) if stop else _read_batch(key, batch))
            stop = stop or key_failure(found[each] for each in batch)
        return found

    def read_posts(
        self, key: AccessToken, external_id: str, since: datetime | None = None
    ) -> Outcome[list[PostReading]]:
        """The channel's public videos from `since` on, newest first.

        Costs one call for the channel, and two for each 50 videos.
        """
        uploads = _uploads(key, external_id)
        if not isinstance(uploads, Ok):
            return uploads
        listed = list_videos(key, uploads.value, since) if uploads.value else Ok([])
        if not isinstance(listed, Ok):
            return listed
        posts: list[PostReading] = []
        for batch in _batches(listed.value):
            items = video_items(key, batch)
            if not isinstance(items, Ok):
                return items
            posts += _posts(items.value.values(), external_id)
        wanted = [post for post in posts if since is None or post.posted_at >= since]
        return Ok(sorted(wanted, key=lambda post: (post.posted_at, post.external_id), reverse=True))

    def reread_posts(
        self, key: AccessToken, posts: Sequence[PostId]
    ) -> dict[PostId, Outcome[PostReading]]:
        """One outcome for each video; 50 cost one call."""
        found: dict[PostId, Outcome[PostReading]] = {}
        stop: Failure | None = None
        for batch in _batches(list(dict.fromkeys(posts))):
            found.update(dict.fromkeys(batch, stop) if stop else _reread_batch(key, batch))
            stop = stop or key_failure(found[each] for each in batch)
        return found

    def read_page(self, key: AccessToken, external_id: str) -> Outcome[PageFacts]:
        item = _channel_item(key, external_id, "snippet,brandingSettings")
        if not isinstance(item, Ok):
            return item
        facts = youtube_videos.page_facts(item.value, datetime.now(UTC))
        return Ok(facts) if facts else http.wrong_shape(writes=False)

    def read_statistics(
        self, key: AccessToken, external_id: str, since: datetime, until: datetime
    ) -> Outcome[list[DayStatistics]]:
        """Days by Pacific time, told to the owner only; the last two or three are not there yet."""
        if key.kind is not TokenKind.USER:
            return Refused(
                Kind.WRONG_TOKEN_KIND, _owners_only(), capability=Capability.READ_STATISTICS
            )
        if not _CHANNEL.fullmatch(external_id):
            return _bad_id("external_id")
        outcome = _report(key, external_id, since, until)
        if not isinstance(outcome, Ok):
            return by_name(outcome, Capability.READ_STATISTICS)
        days = youtube_statistics.days(outcome.value, read_at=datetime.now(UTC))
        return http.wrong_shape(writes=False) if days is None else Ok(days)

    def read_updates(self, key: AccessToken, offset: int | None = None) -> Outcome[Updates]:
        return not_available(Capability.READ_UPDATES, str(self.never[Capability.READ_UPDATES]))


def _owners_only() -> str:
    return _("YouTube tells a channel's days to its owner only: enter an administrator's key.")


def _bad_id(field: str) -> Refused:
    message = _("A YouTube channel is named by its number (UC…) or its @name.")
    return Refused(Kind.INVALID_REQUEST, message, field=field)


def _no_such_channel() -> Refused:
    return Refused(Kind.NOT_FOUND, _("YouTube knows no such channel."))


def _no_such_video() -> Refused:
    return Refused(Kind.NOT_FOUND, _("YouTube shows no such video: it is deleted or hidden."))


def _batches(ids: Sequence[T]) -> Iterator[Sequence[T]]:
    return (ids[start : start + IDS_PER_CALL] for start in range(0, len(ids), IDS_PER_CALL))


# --- Channels ------------------------------------------------------------------------------------


def _naming(name: str) -> dict[str, str] | None:
    """The parameter that a channel is asked for by."""
    if _CHANNEL.fullmatch(name):
        return {"id": name}
    return {"forHandle": name} if _HANDLE.fullmatch(name) else None


def _read_batch(key: AccessToken, batch: Sequence[str]) -> dict[str, Outcome[ProfileReading]]:
    ids = [each for each in batch if _CHANNEL.fullmatch(each)]
    found: dict[str, Outcome[ProfileReading]] = {}
    if ids:
        outcome = _channels(key, {"id": ",".join(ids), "maxResults": str(IDS_PER_CALL)})
        found |= {each: _one_of(outcome, each) for each in ids}
    for each in batch:
        named = None if each in found else _naming(each)
        if each not in found:
            found[each] = _first(_channels(key, named)) if named else _bad_id("external_id")
    return found


def _channels(key: AccessToken, named: Mapping[str, str]) -> Outcome[dict[str, ProfileReading]]:
    """Channel id → reading; YouTube leaves out whom it does not know."""
    outcome = _channel_items(key, named, "snippet,statistics")
    if not isinstance(outcome, Ok):
        return outcome
    read_at = datetime.now(UTC)
    readings = [youtube_videos.channel_reading(item, read_at) for item in outcome.value]
    if None in readings:
        return http.wrong_shape(writes=False)
    return Ok({each.external_id: each for each in readings if each is not None})


def _channel_items(key: AccessToken, named: Mapping[str, str], parts: str) -> Outcome[list[object]]:
    outcome = read_list(key, "channels", {"part": parts, **named})
    return items_of(outcome.value) if isinstance(outcome, Ok) else outcome


def _channel_item(key: AccessToken, external_id: str, parts: str) -> Outcome[object]:
    named = _naming(external_id)
    if named is None:
        return _bad_id("external_id")
    outcome = _channel_items(key, named, parts)
    if not isinstance(outcome, Ok):
        return outcome
    return Ok(outcome.value[0]) if outcome.value else _no_such_channel()


def _one_of(
    outcome: Outcome[dict[str, ProfileReading]], channel_id: str
) -> Outcome[ProfileReading]:
    if not isinstance(outcome, Ok):
        return outcome
    reading = outcome.value.get(channel_id)
    return Ok(reading) if reading else _no_such_channel()


def _first(outcome: Outcome[dict[str, ProfileReading]]) -> Outcome[ProfileReading]:
    if not isinstance(outcome, Ok):
        return outcome
    reading = next(iter(outcome.value.values()), None)
    return Ok(reading) if reading else _no_such_channel()


# --- Videos --------------------------------------------------------------------------------------


def _uploads(key: AccessToken, external_id: str) -> Outcome[str]:
    """The playlist of all that the channel uploaded; "" where it has none."""
    item = _channel_item(key, external_id, "contentDetails")
    return Ok(youtube_videos.uploads_of(item.value)) if isinstance(item, Ok) else item


def _posts(items: Iterable[object], channel_id: str) -> list[PostReading]:
    read_at = datetime.now(UTC)
    found = [
        youtube_videos.video_reading(item, channel_id=channel_id, read_at=read_at)
        for item in items
        if youtube_videos.is_published(item)
    ]
    if unreadable := found.count(None):
        logger.warning("%d unreadable videos of YouTube channel %s.", unreadable, channel_id)
    return [post for post in found if post is not None]


def _reread_batch(key: AccessToken, batch: Sequence[PostId]) -> dict[PostId, Outcome[PostReading]]:
    ids = dict.fromkeys(post.external_id for post in batch if VIDEO_ID.fullmatch(post.external_id))
    items = video_items(key, list(ids)) if ids else Ok({})
    if not isinstance(items, Ok):
        return dict.fromkeys(batch, items)
    read_at = datetime.now(UTC)
    return {post: _reread(items.value.get(post.external_id), post, read_at) for post in batch}


def _reread(item: object, post: PostId, read_at: datetime) -> Outcome[PostReading]:
    if item is None or not youtube_videos.is_published(item):
        return _no_such_video()
    channel_id = post.profile_external_id
    reading = youtube_videos.video_reading(item, channel_id=channel_id, read_at=read_at)
    return Ok(reading) if reading else http.wrong_shape(writes=False)


# --- Days ----------------------------------------------------------------------------------------


def _report(
    key: AccessToken, channel_id: str, since: datetime, until: datetime
) -> Outcome[dict[str, object]]:
    """An empty table, without a call, where no day lies whole between the two."""
    days = youtube_statistics.whole_days(since, until)
    if days is None:
        return Ok({"columnHeaders": []})
    return read_report(key, youtube_statistics.parameters(channel_id, *days))
