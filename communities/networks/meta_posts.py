"""Posts of Meta's two networks: listed by pages, with what insights tell of them."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Protocol

from communities.networks import http, shapes
from communities.networks.outcomes import Ok, Outcome
from communities.networks.records import PostId, PostReading

logger = logging.getLogger(__name__)

Node = dict[str, object]
Insights = dict[str, dict[str, int]]
"""Post → our field → count."""


class ReadNode(Protocol):
    """A post's node → its reading; None where it is no post."""

    def __call__(
        self,
        node: Mapping[str, object],
        *,
        owner: str,
        read_at: datetime,
        insights: Mapping[str, int],
    ) -> PostReading | None: ...


def list_nodes(
    pages: Iterator[Outcome[list[object]]], since: datetime | None, dated_by: str
) -> Outcome[dict[str, Node]]:
    """Post → node, up to the first page of the list that is all older than `since`."""
    found: dict[str, Node] = {}
    for page in pages:
        if not isinstance(page, Ok):
            return page
        new = _nodes_since(page.value, since, dated_by)
        found |= new
        if page.value and not new:
            break
    return Ok(found)


def newest_first(
    nodes: Iterable[Node],
    owner: str,
    insights: Insights,
    since: datetime | None,
    read: ReadNode,
) -> list[PostReading]:
    read_at = datetime.now(UTC)
    found = [
        read(node, owner=owner, read_at=read_at, insights=insights.get(str(node.get("id")), {}))
        for node in nodes
    ]
    if unreadable := found.count(None):
        logger.warning("%d unreadable posts of Meta's page %s.", unreadable, owner)
    posts = [post for post in found if post and (since is None or post.posted_at >= since)]
    return sorted(posts, key=lambda post: (post.posted_at, post.external_id), reverse=True)


def reread(
    node: Outcome[Node], post: PostId, insights: Outcome[Insights], read: ReadNode
) -> Outcome[PostReading]:
    """A known post once more."""
    if not isinstance(node, Ok):
        return node
    if not isinstance(insights, Ok):
        return insights
    told = insights.value.get(post.external_id, {})
    owner = post.profile_external_id
    reading = read(node.value, owner=owner, read_at=datetime.now(UTC), insights=told)
    return Ok(reading) if reading else http.wrong_shape(writes=False)


def _nodes_since(items: Iterable[object], since: datetime | None, dated_by: str) -> dict[str, Node]:
    """Those that are not older; what has no id is no node."""
    nodes = {shapes.text(node.get("id")): node for node in map(shapes.mapping, items) if node}
    return {
        name: node
        for name, node in nodes.items()
        if name and not _is_older(node.get(dated_by), since)
    }


def _is_older(written: object, since: datetime | None) -> bool:
    at = shapes.written_moment(written)
    return since is not None and at is not None and at < since
