"""Facebook Pages by the page's own key."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.networks import (
    configuration,
    facebook_posts,
    http,
    meta_graph,
    meta_insights,
    meta_keys,
)
from communities.networks.keys import AccessToken, Capability, FreshToken, KeyReport, TokenKind
from communities.networks.meta_posts import (
    Insights,
    Node,
    list_nodes,
    newest_first,
    reread,
)
from communities.networks.outcomes import (
    Kind,
    Ok,
    Outcome,
    Refused,
    by_name,
    not_available,
    not_refreshable,
)
from communities.networks.probes import Probe, report
from communities.networks.records import (
    DayStatistics,
    PageFacts,
    PostId,
    PostReading,
    ProfileReading,
    Updates,
)

_PAGE = re.compile(r"[A-Za-z0-9._-]{1,80}", re.ASCII)
_POST = re.compile(r"\d{1,25}(?:_\d{1,25})?", re.ASCII)
_BY_NUMBER = re.compile(r"profile\.php\?(?:.*&)?id=(\d{1,25})", re.ASCII)
_DAYS_PER_CALL = 90
_PROBED_DAYS = timedelta(days=5)
# Proven by the page's own answer, before anything else is asked.
_OF_PAGE = frozenset({Capability.READ_FOLLOWERS, Capability.READ_PAGE})
_OF_POSTS = frozenset({Capability.READ_POSTS, Capability.REREAD_POSTS})
_OF_INSIGHTS = frozenset({Capability.READ_VIEWS, Capability.READ_STATISTICS})
_LACKING = frozenset({Kind.PERMISSION, Kind.INVALID_REQUEST})

PAGE_METRICS: Mapping[str, str] = {
    "page_media_view": "views",
    "page_total_media_view_unique": "reach",
    "page_daily_follows": "joined",
    "page_daily_follows_unique": "joined",
    "page_daily_unfollows_unique": "left",
    "page_follows": "followers",
}
POST_METRICS: Mapping[str, str] = {
    "post_media_view": "views",
    "post_total_media_view_unique": "reach",
    "post_clicks": "clicks",
}


class FacebookAdapter:
    """The network's adapter; stateless. External ids are page ids, or names that lead to one."""

    network = "facebook"
    token_kinds = (TokenKind.PAGE,)
    never: Mapping[Capability, str | Promise] = {
        Capability.READ_UPDATES: gettext_lazy(
            "Facebook has no queue of updates to read: posts are read from the page."
        ),
    }

    def inspect_key(self, key: AccessToken, external_id: str | None = None) -> Outcome[KeyReport]:
        """What the key can do, found out by reading the page, one of its posts, and one day."""
        page = _page(key, external_id or "me", facebook_posts.PAGE_FIELDS)
        if not isinstance(page, Ok):
            return page
        told = report(_probes(key, str(page.value["id"])), lacking=_LACKING)
        return meta_keys.with_scopes(key, told.value) if isinstance(told, Ok) else told

    def refresh(self, key: AccessToken) -> Outcome[FreshToken]:
        return not_refreshable()

    def find_profile(self, key: AccessToken, address: str) -> Outcome[ProfileReading]:
        """The page behind a number, a name, or an address such as facebook.com/coffee."""
        by_number = _BY_NUMBER.search(address)
        name = address.strip().rstrip("/").rpartition("/")[2].removeprefix("@")
        return self._read_profile(key, by_number[1] if by_number else name, "address")

    def _read_profile(self, key: AccessToken, name: str, field: str) -> Outcome[ProfileReading]:
        if not _PAGE.fullmatch(name):
            return _bad_id(field)
        return _reading(_page(key, name, facebook_posts.PAGE_FIELDS))

    def read_profiles(
        self, key: AccessToken, external_ids: Sequence[str]
    ) -> dict[str, Outcome[ProfileReading]]:
        """One outcome for each id asked for; 50 pages cost one call."""
        ids = list(dict.fromkeys(external_ids))
        good = [each for each in ids if _PAGE.fullmatch(each)]
        nodes = meta_graph.read_many(key, good, facebook_posts.PAGE_FIELDS)
        return {
            each: _reading(nodes[each]) if each in nodes else _bad_id("external_id") for each in ids
        }

    def read_posts(
        self, key: AccessToken, external_id: str, since: datetime | None = None
    ) -> Outcome[list[PostReading]]:
        """The page's own posts from `since` on, newest first; two calls for each 50."""
        if not _PAGE.fullmatch(external_id):
            return _bad_id("external_id")
        nodes = _with_or_without_summaries(lambda fields: _listed(key, external_id, fields, since))
        if not isinstance(nodes, Ok):
            return nodes
        insights = _insights(key, list(nodes.value))
        if not isinstance(insights, Ok):
            return insights
        posts, read = nodes.value.values(), facebook_posts.post_reading
        return Ok(newest_first(posts, external_id, insights.value, since, read))

    def reread_posts(
        self, key: AccessToken, posts: Sequence[PostId]
    ) -> dict[PostId, Outcome[PostReading]]:
        """One outcome for each post; 50 cost two calls."""
        ids = list(dict.fromkeys(p.external_id for p in posts if _POST.fullmatch(p.external_id)))
        nodes = _many_with_or_without_summaries(key, ids)
        shown = [post for post, node in nodes.items() if isinstance(node, Ok)]
        insights = _insights(key, shown)
        read = facebook_posts.post_reading
        return {
            post: reread(nodes.get(post.external_id, _no_post()), post, insights, read)
            for post in posts
        }

    def read_page(self, key: AccessToken, external_id: str) -> Outcome[PageFacts]:
        if not _PAGE.fullmatch(external_id):
            return _bad_id("external_id")
        node = _page(key, external_id, facebook_posts.FACT_FIELDS)
        if not isinstance(node, Ok):
            return node
        facts = facebook_posts.page_facts(node.value, datetime.now(UTC))
        return Ok(facts) if facts else http.wrong_shape(writes=False)

    def read_statistics(
        self, key: AccessToken, external_id: str, since: datetime, until: datetime
    ) -> Outcome[list[DayStatistics]]:
        """Days by Pacific time, told with the right read_insights only."""
        if not _PAGE.fullmatch(external_id):
            return _bad_id("external_id")
        metrics = meta_insights.named(configuration.facebook_page_metrics(), PAGE_METRICS)
        outcome = meta_insights.read_days(
            key, external_id, metrics, since=since, until=until, longest=_DAYS_PER_CALL
        )
        return outcome if isinstance(outcome, Ok) else by_name(outcome, Capability.READ_STATISTICS)

    def read_updates(self, key: AccessToken, offset: int | None = None) -> Outcome[Updates]:
        return not_available(Capability.READ_UPDATES, str(self.never[Capability.READ_UPDATES]))


def _bad_id(field: str) -> Refused:
    message = _("A Facebook page is named by its number or its short name.")
    return Refused(Kind.INVALID_REQUEST, message, field=field)


def _no_post() -> Refused:
    return Refused(Kind.NOT_FOUND, _("Facebook has no post of such a number."))


# --- Pages ---------------------------------------------------------------------------------------


def _page(key: AccessToken, name: str, fields: str) -> Outcome[dict[str, object]]:
    """A node with an id; another answer is none."""
    outcome = meta_graph.read(key, name, {"fields": fields})
    if isinstance(outcome, Ok) and not isinstance(outcome.value.get("id"), str):
        return http.wrong_shape(writes=False)
    return outcome


def _reading(node: Outcome[dict[str, object]]) -> Outcome[ProfileReading]:
    if not isinstance(node, Ok):
        return node
    reading = facebook_posts.page_reading(node.value, datetime.now(UTC))
    return Ok(reading) if reading else http.wrong_shape(writes=False)


# --- Posts ---------------------------------------------------------------------------------------


def _with_or_without_summaries(
    read: Callable[[str], Outcome[dict[str, Node]]],
) -> Outcome[dict[str, Node]]:
    """Reactions and comments need a right of their own: without it the rest is still read."""
    outcome = read(f"{facebook_posts.POST_FIELDS},{facebook_posts.SUMMARIES}")
    if isinstance(outcome, Refused) and outcome.kind is Kind.PERMISSION:
        return read(facebook_posts.POST_FIELDS)
    return outcome


def _many_with_or_without_summaries(
    key: AccessToken, ids: Sequence[str]
) -> dict[str, Outcome[Node]]:
    whole = f"{facebook_posts.POST_FIELDS},{facebook_posts.SUMMARIES}"
    nodes = meta_graph.read_many(key, ids, whole)
    denied = [each for each, node in nodes.items() if _is_denied(node)]
    return {**nodes, **meta_graph.read_many(key, denied, facebook_posts.POST_FIELDS)}


def _is_denied(outcome: Outcome[dict[str, object]]) -> bool:
    return isinstance(outcome, Refused) and outcome.kind is Kind.PERMISSION


def _listed(
    key: AccessToken, page_id: str, fields: str, since: datetime | None
) -> Outcome[dict[str, Node]]:
    pages = meta_graph.read_pages(key, f"{page_id}/published_posts", {"fields": fields})
    return list_nodes(pages, since, "created_time")


def _insights(key: AccessToken, ids: Sequence[str]) -> Outcome[Insights]:
    metrics = meta_insights.named(configuration.facebook_post_metrics(), POST_METRICS)
    return meta_insights.read_of_posts(key, ids, metrics)


# --- What a key can do ---------------------------------------------------------------------------


def _probes(key: AccessToken, page_id: str) -> Iterator[Probe]:
    yield _OF_PAGE, Ok(None)
    one = {"fields": "id", "limit": "1"}
    yield _OF_POSTS, meta_graph.read(key, f"{page_id}/published_posts", one)
    summed = {**one, "fields": f"id,{facebook_posts.SUMMARIES}"}
    reactions = frozenset({Capability.READ_REACTIONS})
    yield reactions, meta_graph.read(key, f"{page_id}/published_posts", summed)
    now = datetime.now(UTC)
    metrics = meta_insights.named(configuration.facebook_page_metrics(), PAGE_METRICS)
    yield (
        _OF_INSIGHTS,
        meta_insights.read_days(
            key, page_id, metrics, since=now - _PROBED_DAYS, until=now, longest=_DAYS_PER_CALL
        ),
    )
