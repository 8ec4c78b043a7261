"""How a scheduled post stands, by where it went out."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import User
from content.models import LinkedPost, Post, PostMove, PostState, PublicationState

# Only these follow the publications; before them a post is moved by people.
FOLLOWING = frozenset(
    {PostState.SCHEDULED, PostState.PUBLISHED, PostState.FAILED, PostState.NEEDS_CHECKING}
)
TO_BE_CHECKED = frozenset({PublicationState.UNKNOWN, PublicationState.MISSED})


@transaction.atomic
def settle_post(post: Post, *, at: dt.datetime) -> PostState:
    """Set the post's state from its publications, the cancelled ones left out.

    One that nobody is sure of, or that waits for a decision, says more than one that failed, and
    one that failed more than those that are out.
    """
    row = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
    states = set(row.publications.values_list("state", flat=True))
    found = standing_of(states) if row.state in FOLLOWING and states else PostState(row.state)
    if found != row.state:
        PostMove.objects.create(client_id=row.client_id, post=row, old=row.state, new=found,
                                moved_at=at)  # fmt: skip
        row.state, row.state_since = found, at
        row.save(update_fields=["state", "state_since"])
    post.state, post.state_since = row.state, row.state_since
    return found


@transaction.atomic
def settle_native(post: Post, *, by: User, at: dt.datetime) -> None:
    """A post that was out before it was approved, each of its publications tied by a person."""
    row = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
    states = set(row.publications.values_list("state", flat=True))
    is_moved_by_people = row.state not in FOLLOWING and row.state != PostState.CANCELLED
    if not is_moved_by_people or standing_of(states) != PostState.PUBLISHED:
        return
    if row.state == PostState.CLIENT_REVIEW:
        LinkedPost.objects.drop(row, at=at)
    PostMove.objects.create(
        client_id=row.client_id, post=row, old=row.state, new=PostState.PUBLISHED, moved_at=at,
        moved_by=by, reason=_("It was posted on the network before it was approved."),
    )  # fmt: skip
    row.state, row.state_since, row.consent_at = PostState.PUBLISHED, at, None
    row.save(update_fields=["state", "state_since", "consent_at"])
    post.state, post.state_since = row.state, row.state_since


def hold_post(post: Post) -> None:
    """Lock it before its publications are written, in the order of `content.workflow`."""
    list(Post.objects.select_for_update(no_key=True).filter(pk=post.pk).values_list("pk"))


def standing_of(states: set[str]) -> PostState:
    """`states` of all its publications; where each was cancelled, so is the post."""
    states = states - {PublicationState.CANCELLED}
    if not states:
        return PostState.CANCELLED
    if states & TO_BE_CHECKED:
        return PostState.NEEDS_CHECKING
    if PublicationState.FAILED in states:
        return PostState.FAILED
    return PostState.PUBLISHED if states == {PublicationState.SENT} else PostState.SCHEDULED
