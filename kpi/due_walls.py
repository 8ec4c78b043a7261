"""Which walls are to be read now, how far back, and which of their posts are not due.

A post is due when it has no reading of the network's in its slot. A wall is read when it was not
read since one of these began: the slot of a post that is due, or the slot that a post published
just now would have. The second finds new posts, as soon as they are to be followed; it begins anew
at midnight at the latest, so no day stays without a reading. A post that the wall did not show when
it was read in the post's slot (it was deleted, perhaps) does not ask again.

Whoever was read the longest ago comes first: where the calls of an hour do not reach for all, every
page is read a little more rarely, and none is left out.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from communities.models import Profile
from kpi.cadence import Cadence, Slot
from kpi.models import Reading

# A post may show a moment after the time that it bears.
OVERLAP = dt.timedelta(hours=1)
# Each post that may still be read, with its latest reading.
POSTS = """
SELECT post.profile_id, post.id, post.external_id, post.posted_at, latest.slot, latest.hour
FROM communities_wallpost post
LEFT JOIN LATERAL (
    SELECT slot, hour FROM kpi_postsnapshot
    WHERE wall_post_id = post.id AND reading = %(api)s
    ORDER BY slot DESC, hour DESC LIMIT 1
) latest ON true
WHERE post.profile_id = ANY(%(profiles)s) AND post.posted_at >= %(after)s
"""


class KnownPost(NamedTuple):
    """A post that is stored, and the slot of its latest reading; None: never read."""

    pk: int
    external_id: str
    posted_at: dt.datetime
    read_in: Slot | None


@dataclass(frozen=True, slots=True)
class DueWall:
    """A wall to read from `since` on; posts that are `not_due` get no snapshot.

    What was posted from `fresh_since` on may not be known yet; of the `known` posts, which may
    still be read, those before it are asked for their counters only.
    """

    profile: Profile
    read_at: dt.datetime | None
    since: dt.datetime
    not_due: frozenset[int]
    fresh_since: dt.datetime
    known: tuple[KnownPost, ...] = ()


def find_due_walls(
    profiles: Sequence[Profile], cadence: Cadence, *, at: dt.datetime
) -> list[DueWall]:
    """Those of these pages, all of relations that are read. Two questions, however many they are.

    Asked with the key in hand: another worker may have read them a moment ago.
    """
    ids = [profile.pk for profile in profiles]
    read = dict(Profile.objects.filter(pk__in=ids).values_list("pk", "wall_read_at"))
    posts = _known_posts(ids, after=at - cadence.longest)
    walls = [
        wall
        for profile in profiles
        if profile.pk in read
        if (wall := _due(profile, read[profile.pk], posts[profile.pk], cadence, at))
    ]
    never = dt.datetime.min.replace(tzinfo=dt.UTC)
    return sorted(walls, key=lambda wall: wall.read_at or never)


def _known_posts(ids: Sequence[int], *, after: dt.datetime) -> dict[int, list[KnownPost]]:
    posts: dict[int, list[KnownPost]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(POSTS, {"profiles": list(ids), "after": after, "api": Reading.API.value})
        for profile, pk, external_id, posted_at, day, hour in cursor:
            read_in = None if day is None else Slot(day, hour)
            posts[profile].append(KnownPost(pk, external_id, posted_at, read_in))
    return posts


def _due(
    profile: Profile,
    read_at: dt.datetime | None,
    posts: Sequence[KnownPost],
    cadence: Cadence,
    at: dt.datetime,
) -> DueWall | None:
    moment, reads_for = at.astimezone(profile.client.zone), cadence.reads_for(profile.relation)
    began = [cadence.slot(profile.relation, at, moment)]
    fresh_since, not_due = _unread_since(read_at, at - reads_for), []
    since = fresh_since
    for post in posts:
        slot = cadence.slot(profile.relation, post.posted_at, moment)
        if at - post.posted_at >= reads_for or (post.read_in and post.read_in >= slot):
            not_due.append(post.pk)
        else:
            began.append(slot)
            since = min(since, post.posted_at)
    if read_at is not None:
        read = read_at.astimezone(profile.client.zone)
        if Slot(read.date(), read.hour) >= max(began):
            return None
    return DueWall(profile, read_at, since, frozenset(not_due), fresh_since, tuple(posts))


def _unread_since(read_at: dt.datetime | None, window: dt.datetime) -> dt.datetime:
    """From where on nobody knows the wall. After an outage that is longer ago than any window."""
    return window if read_at is None else read_at - OVERLAP
