"""Odnoklassniki: groups, their topics and statistics, with an administrator's session.

Anybody's session reads how many members any group has; topics and days are told to the group's
administrators only, by its statistics.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from communities.networks import http, ok_groups, ok_statistics, ok_topics, shapes
from communities.networks.keys import AccessToken, Capability, FreshToken, KeyReport, TokenKind
from communities.networks.ok_calls import call, call_graph, messages_only, refresh
from communities.networks.outcomes import Kind, Ok, Outcome, by_name, not_available
from communities.networks.probes import Probe, report
from communities.networks.records import (
    DayStatistics,
    PageFacts,
    PostId,
    PostReading,
    ProfileReading,
    Updates,
)

A_DAY = timedelta(days=1)

_LACKING = frozenset({Kind.PERMISSION, Kind.WRONG_TOKEN_KIND, Kind.NOT_FOUND})
_OF_GROUP = frozenset({Capability.READ_FOLLOWERS, Capability.READ_PAGE})
_OF_TOPICS = frozenset(
    {
        Capability.READ_POSTS,
        Capability.REREAD_POSTS,
        Capability.READ_VIEWS,
        Capability.READ_REACTIONS,
    }
)
_OF_DAYS = frozenset({Capability.READ_STATISTICS})


class OkAdapter:
    """The network's adapter; stateless. External ids are numbers, or short names."""

    network = "ok"
    token_kinds = (TokenKind.USER, TokenKind.COMMUNITY)
    never: Mapping[Capability, str | Promise] = {
        Capability.READ_UPDATES: gettext_lazy(
            "Odnoklassniki has no queue of updates to read: topics are read by their statistics."
        ),
    }

    def inspect_key(self, key: AccessToken, external_id: str | None = None) -> Outcome[KeyReport]:
        if key.kind is TokenKind.COMMUNITY:
            return _inspect_bot(key)
        me = call(key, "users.getLoggedInUser", {})
        if not isinstance(me, Ok):
            return me
        if not (shapes.digits(me.value) or shapes.identifier(me.value)):
            return http.wrong_shape(writes=False)
        if external_id is None:
            return Ok(KeyReport(frozenset({Capability.READ_FOLLOWERS})))
        return report(_probes(key, external_id), lacking=_LACKING)

    def refresh(self, key: AccessToken) -> Outcome[FreshToken]:
        return refresh(key)

    def find_profile(self, key: AccessToken, address: str) -> Outcome[ProfileReading]:
        """The group behind a number, a short name or an address such as ok.ru/coffee."""
        name = address.strip().rstrip("/").rpartition("/")[2].removeprefix("@")
        return ok_groups.read(key, [name])[name]

    def read_profiles(
        self, key: AccessToken, external_ids: Sequence[str]
    ) -> dict[str, Outcome[ProfileReading]]:
        return ok_groups.read(key, external_ids)

    def read_posts(
        self, key: AccessToken, external_id: str, since: datetime | None = None
    ) -> Outcome[list[PostReading]]:
        """Topics that were shown to anybody: OK's statistics leave out the others."""
        group_id = ok_groups.number(key, external_id)
        if not isinstance(group_id, Ok):
            return group_id
        posts = ok_topics.read(key, group_id.value, since)
        return posts if isinstance(posts, Ok) else by_name(posts, Capability.READ_POSTS)

    def reread_posts(
        self, key: AccessToken, posts: Sequence[PostId]
    ) -> dict[PostId, Outcome[PostReading]]:
        """The topics by their ids, their statistics by the span of time that they stand in."""
        return ok_topics.reread(key, posts)

    def read_page(self, key: AccessToken, external_id: str) -> Outcome[PageFacts]:
        return ok_groups.facts(key, external_id)

    def read_statistics(
        self, key: AccessToken, external_id: str, since: datetime, until: datetime
    ) -> Outcome[list[DayStatistics]]:
        """Days by Moscow's clock."""
        group_id = ok_groups.number(key, external_id)
        if not isinstance(group_id, Ok):
            return group_id
        trends = _trends(key, group_id.value, since, until)
        if not isinstance(trends, Ok):
            return by_name(trends, Capability.READ_STATISTICS)
        read_at = datetime.now(UTC)
        return Ok(ok_statistics.days(trends.value, since=since, until=until, read_at=read_at))

    def read_updates(self, key: AccessToken, offset: int | None = None) -> Outcome[Updates]:
        return not_available(Capability.READ_UPDATES, str(self.never[Capability.READ_UPDATES]))


def _trends(
    key: AccessToken, group_id: str, since: datetime, until: datetime
) -> Outcome[dict[str, object]]:
    """Field → its points."""
    parameters = ok_statistics.parameters(group_id, since, until)
    outcome = call(key, "group.getStatTrends", parameters)
    if not isinstance(outcome, Ok):
        return outcome
    body = shapes.mapping(outcome.value) or {}
    is_known = body.keys() & ok_statistics.FIELDS.keys()
    return Ok(body) if is_known else http.wrong_shape(writes=False)


# --- What a key can do ---------------------------------------------------------------------------


def _inspect_bot(key: AccessToken) -> Outcome[KeyReport]:
    chats = call_graph(key, "me/chats")
    if not isinstance(chats, Ok):
        return chats
    if shapes.mapping(chats.value) is None:
        return http.wrong_shape(writes=False)
    lacks = dict.fromkeys(_OF_GROUP | _OF_TOPICS | _OF_DAYS, messages_only())
    return Ok(KeyReport(frozenset({Capability.MESSAGES}), lacks))


def _probes(key: AccessToken, group_id: str) -> Iterator[Probe]:
    now = datetime.now(UTC)
    group = ok_groups.read(key, [group_id])[group_id]
    yield _OF_GROUP, group
    if not isinstance(group, Ok):
        return
    group_id = group.value.external_id
    yield _OF_TOPICS, ok_topics.first_page(key, group_id, now - A_DAY, now)
    yield _OF_DAYS, _trends(key, group_id, now - A_DAY, now)
