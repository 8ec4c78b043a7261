"""Posts of VK that are known already, by their ids: `wall.getById`, a hundred a call."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from communities.networks import http, shapes, vk_posts
from communities.networks.batches import read_in_batches
from communities.networks.keys import AccessToken
from communities.networks.outcomes import Kind, Ok, Outcome, Refused
from communities.networks.records import PostId, PostReading
from communities.networks.vk_call import call
from communities.networks.vk_groups import is_group_id

METHOD = "wall.getById"
POSTS_PER_CALL = 100


def reread(key: AccessToken, posts: Sequence[PostId]) -> dict[PostId, Outcome[PostReading]]:
    good = [post for post in posts if _is_post(post)]
    bad: dict[PostId, Outcome[PostReading]] = {
        post: _bad_post() for post in posts if not _is_post(post)
    }
    return bad | read_in_batches(
        key,
        METHOD,
        good,
        most=POSTS_PER_CALL,
        ask=lambda batch: _ask(key, batch),
        missing=_no_such_post,
    )


def _is_post(post: PostId) -> bool:
    return is_group_id(post.profile_external_id) and is_group_id(post.external_id)


def _ask(key: AccessToken, posts: Sequence[PostId]) -> Outcome[dict[PostId, Outcome[PostReading]]]:
    """Up to 5.199 VK answered with a bare array."""
    names = [f"-{post.profile_external_id}_{post.external_id}" for post in posts]
    outcome = call(key, METHOD, {"posts": ",".join(names)})
    if not isinstance(outcome, Ok):
        return outcome
    body = shapes.mapping(outcome.value)
    items = shapes.sequence(body.get("items") if body is not None else outcome.value)
    if items is None:
        return http.wrong_shape(writes=False)
    read_at = datetime.now(UTC)
    return Ok(dict(read for item in items if (read := _read(item, read_at))))


def _read(item: object, read_at: datetime) -> tuple[PostId, Outcome[PostReading]] | None:
    """None where the item does not say what post it is."""
    body = shapes.mapping(item) or {}
    owner, number = shapes.identifier(body.get("owner_id")), shapes.identifier(body.get("id"))
    if owner is None or number is None or not owner.startswith("-"):
        return None
    post = PostId(owner.removeprefix("-"), number)
    if vk_posts.is_deleted(item):
        return post, _no_such_post()
    reading = vk_posts.reading(item, group_id=post.profile_external_id, read_at=read_at)
    return post, Ok(reading) if reading is not None else http.wrong_shape(writes=False)


def _no_such_post() -> Refused:
    return Refused(Kind.NOT_FOUND, _("VK shows no such post: it was deleted or hidden."))


def _bad_post() -> Refused:
    message = _("A post on VK is named by two numbers, its community's and its own.")
    return Refused(Kind.INVALID_REQUEST, message, field="external_id")
