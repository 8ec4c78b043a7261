"""Which messages of a channel were sent as one album, where a file does not say so.

The rule: messages that follow each other within so many seconds, of which at most one has a text
and at most one has reactions or comments, all of them with views, or all of them with pictures
where the file tells no views. Telegram repeats the views of an album on every message: the largest
is taken, never the sum.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from communities.networks.records import PostFormat, PostReading


def join_albums(
    posts: Sequence[PostReading], *, seconds: int, may_join: Callable[[PostReading], bool]
) -> list[PostReading]:
    """Posts with the messages of each album joined under the first message's id.

    `may_join` says of a message whether it can be part of an album at all. 0 seconds: join none.
    """
    ordered = sorted(posts, key=lambda post: int(post.external_id))
    if not seconds:
        return ordered
    return [_joined(parts) for parts in _albums(ordered, seconds, may_join)]


def rule(seconds: int) -> str:
    """The rule in words, for the person who imports."""
    if not seconds:
        return _("The file has no album ids; no messages were joined.")
    return _(
        "The file has no album ids. Joined into one post: messages at most %(seconds)s s apart,"
        " with at most one text and one with reactions or comments among them; views are the"
        " largest of the messages, not their sum."
    ) % {"seconds": seconds}


def _albums(
    posts: Sequence[PostReading], seconds: int, may_join: Callable[[PostReading], bool]
) -> Iterator[list[PostReading]]:
    parts: list[PostReading] = []
    for post in posts:
        if parts and may_join(post) and may_join(parts[-1]) and _continues(parts, post, seconds):
            parts.append(post)
            continue
        if parts:
            yield parts
        parts = [post]
    if parts:
        yield parts


def _continues(parts: Sequence[PostReading], post: PostReading, seconds: int) -> bool:
    pause = (post.posted_at - parts[-1].posted_at).total_seconds()
    texts = sum(bool(each.text) for each in (*parts, post))
    engaged = sum(_is_engaged(each) for each in (*parts, post))
    return 0 <= pause <= seconds and texts <= 1 and engaged <= 1


def _is_engaged(post: PostReading) -> bool:
    return bool(post.likes or post.comments or post.shares)


def _joined(parts: Sequence[PostReading]) -> PostReading:
    first, *rest = parts
    if not rest:
        return first
    return replace(
        first,
        text=next((each.text for each in parts if each.text), ""),
        format=PostFormat.ALBUM,
        aliases=tuple(each.external_id for each in rest),
        is_repost=any(each.is_repost for each in parts),
        likes=_largest([each.likes for each in parts]),
        comments=_largest([each.comments for each in parts]),
        shares=_largest([each.shares for each in parts]),
        views=_largest([each.views for each in parts]),
    )


def _largest(values: Sequence[int | None]) -> int | None:
    return max((value for value in values if value is not None), default=None)
