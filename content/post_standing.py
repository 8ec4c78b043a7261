"""How a scheduled post stands, by where it went out."""

import datetime as dt

from django.db import transaction

from content.models import Post, PostMove, PostState, PublicationState

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
    states = set(
        row.publications.exclude(state=PublicationState.CANCELLED).values_list("state", flat=True)
    )
    found = standing_of(states) if row.state in FOLLOWING and states else PostState(row.state)
    if found != row.state:
        PostMove.objects.create(client_id=row.client_id, post=row, old=row.state, new=found,
                                moved_at=at)  # fmt: skip
        row.state, row.state_since = found, at
        row.save(update_fields=["state", "state_since"])
    post.state, post.state_since = row.state, row.state_since
    return found


def standing_of(states: set[str]) -> PostState:
    if states & TO_BE_CHECKED:
        return PostState.NEEDS_CHECKING
    if PublicationState.FAILED in states:
        return PostState.FAILED
    return PostState.PUBLISHED if states == {PublicationState.SENT} else PostState.SCHEDULED
