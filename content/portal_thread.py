"""The thread with the client and its word on a post, as the portal's role reads them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from content.models import PostComment, PostMove, PostState


@dataclass(frozen=True)
class Thread:
    """For `portal/_post_thread.html`: what was said, and what was decided, oldest first."""

    comments: list[PostComment] = field(default_factory=list)
    moves: list[PostMove] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.comments and not self.moves


def thread_of(post_id: int) -> Thread:
    return threads_of([post_id])[post_id]


def threads_of(post_ids: Iterable[int]) -> dict[int, Thread]:
    """Two statements, with those columns alone that the portal's role may read."""
    threads = {post_id: Thread() for post_id in post_ids}
    comments = PostComment.objects.filter(post__in=list(threads), is_internal=False)
    for comment in comments.only("id", "post_id", "text", "said_by", "at", "answers_id"):
        threads[comment.post_id].comments.append(comment)
    words = (PostState.CLIENT_APPROVED, PostState.CLIENT_REWORK)
    moves = PostMove.objects.filter(post__in=list(threads), new__in=words)
    moves = moves.only(
        "id", "post_id", "new", "moved_at", "client_said_by", "client_said_on", "is_deemed", "round"
    )
    for move in moves.order_by("moved_at", "pk"):
        threads[move.post_id].moves.append(move)
    return threads
