"""Topics of Odnoklassniki's groups: their statistics page by page, the topics by their ids."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from communities.networks import http, ok_posts, shapes
from communities.networks.keys import AccessToken
from communities.networks.ok_calls import call
from communities.networks.ok_groups import ID
from communities.networks.ok_statistics import milliseconds
from communities.networks.outcomes import Kind, Ok, Outcome, Refused
from communities.networks.records import PostId, PostReading

STATISTICS_PER_CALL = 50
TOPICS_PER_CALL = 25
MOST_PAGES = 1000
# Before the network was there: "from the beginning".
EARLIEST = datetime(2006, 1, 1, tzinfo=UTC)

# Topic's id → what is told of it.
Told = dict[str, dict[str, object]]


def read(key: AccessToken, group_id: str, since: datetime | None) -> Outcome[list[PostReading]]:
    """The group's topics from `since` on (None: all), newest first, each once."""
    told = _statistics(key, group_id, since or EARLIEST, datetime.now(UTC))
    if not isinstance(told, Ok):
        return told
    topics = _topics(key, list(told.value))
    if not isinstance(topics, Ok):
        return topics
    read_at = datetime.now(UTC)
    posts = [
        ok_posts.reading(topic, told.value.get(number), group_id=group_id, read_at=read_at)
        for number, topic in topics.value.items()
    ]
    wanted = [post for post in posts if post and (since is None or post.posted_at >= since)]
    return Ok(sorted(wanted, key=lambda post: (post.posted_at, post.external_id), reverse=True))


def reread(key: AccessToken, posts: Sequence[PostId]) -> dict[PostId, Outcome[PostReading]]:
    asked = list(dict.fromkeys(posts))
    topics = _topics(key, [each.external_id for each in asked if ID.fullmatch(each.external_id)])
    if not isinstance(topics, Ok):
        return dict.fromkeys(asked, topics)
    found: dict[PostId, Outcome[PostReading]] = {}
    for group_id in dict.fromkeys(each.profile_external_id for each in asked):
        of_group = [each for each in asked if each.profile_external_id == group_id]
        found.update(_reread_group(key, group_id, of_group, topics.value))
    return {each: found[each] for each in asked}


def first_page(
    key: AccessToken, group_id: str, since: datetime, until: datetime
) -> Outcome["Page"]:
    return _page(key, group_id, since, until, anchor="")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of statistics, where the next one begins, and whether it is said to be the last."""

    topics: Told
    anchor: str
    is_last: bool


def _statistics(key: AccessToken, group_id: str, since: datetime, until: datetime) -> Outcome[Told]:
    """Of all topics between the two moments."""
    found: Told = {}
    for page in _pages(key, group_id, since, until):
        if not isinstance(page, Ok):
            return page
        found.update(page.value.topics)
    return Ok(found)


def _pages(
    key: AccessToken, group_id: str, since: datetime, until: datetime
) -> Iterator[Outcome[Page]]:
    """Pages by their anchors until one is said to be the last, brings nothing new, or fails."""
    seen: set[str] = set()
    anchor = ""
    for _number in range(MOST_PAGES):
        outcome = _page(key, group_id, since, until, anchor=anchor)
        yield outcome
        if not isinstance(outcome, Ok):
            return
        page = outcome.value
        if page.is_last or not page.anchor or not page.topics.keys() - seen:
            return
        seen |= page.topics.keys()
        anchor = page.anchor
    yield http.wrong_shape(writes=False)


def _page(
    key: AccessToken, group_id: str, since: datetime, until: datetime, *, anchor: str
) -> Outcome[Page]:
    parameters = {
        "gid": group_id,
        "start_time": milliseconds(since),
        "end_time": milliseconds(until),
        "count": str(STATISTICS_PER_CALL),
        "fields": ok_posts.STATISTICS,
        **({"anchor": anchor} if anchor else {}),
    }
    outcome = call(key, "group.getStatTopics", parameters)
    if not isinstance(outcome, Ok):
        return outcome
    body = shapes.mapping(outcome.value) or {}
    topics = shapes.sequence(body.get("topics"))
    if topics is None:
        return http.wrong_shape(writes=False)
    is_last = body.get("has_more") is False
    return Ok(Page(_by_id(topics), shapes.text(body.get("anchor")), is_last))


def _topics(key: AccessToken, ids: Sequence[str]) -> Outcome[Told]:
    """Those that are still there."""
    found: Told = {}
    for start in range(0, len(ids), TOPICS_PER_CALL):
        batch = ",".join(ids[start : start + TOPICS_PER_CALL])
        parameters = {"topic_ids": batch, "media_limit": "3", "fields": "media_topic.*"}
        outcome = call(key, "mediatopic.getByIds", parameters)
        if not isinstance(outcome, Ok):
            return outcome
        topics = shapes.sequence((shapes.mapping(outcome.value) or {}).get("media_topics"))
        if topics is None:
            return http.wrong_shape(writes=False)
        found.update(_by_id(topics))
    return Ok(found)


def _by_id(topics: Iterable[object]) -> Told:
    found: Told = {}
    for topic in map(shapes.mapping, topics):
        number = ok_posts.topic_id(topic)
        if topic is not None and number is not None:
            found[number] = topic
    return found


def _reread_group(
    key: AccessToken, group_id: str, posts: Sequence[PostId], topics: Told
) -> dict[PostId, Outcome[PostReading]]:
    told = _statistics_around(key, group_id, [topics.get(each.external_id) for each in posts])
    if not isinstance(told, Ok):
        return dict.fromkeys(posts, told)
    read_at = datetime.now(UTC)
    found: dict[PostId, Outcome[PostReading]] = {}
    for each in posts:
        topic, statistics = topics.get(each.external_id), told.value.get(each.external_id)
        reading = ok_posts.reading(topic, statistics, group_id=group_id, read_at=read_at)
        found[each] = Ok(reading) if reading else _no_such_topic()
    return found


def _statistics_around(key: AccessToken, group_id: str, topics: Iterable[object]) -> Outcome[Told]:
    """Of a group that is not our own nothing is told: its topics have their open counters only."""
    moments = [at for at in map(ok_posts.created_at, topics) if at is not None]
    if not moments:
        return Ok({})
    since, until = min(moments), max(moments) + timedelta(seconds=1)
    outcome = _statistics(key, group_id, since, until)
    is_foreign = not isinstance(outcome, Ok) and outcome.kind is Kind.PERMISSION
    return Ok({}) if is_foreign else outcome


def _no_such_topic() -> Refused:
    return Refused(Kind.NOT_FOUND, _("Odnoklassniki has no such topic any more."))
