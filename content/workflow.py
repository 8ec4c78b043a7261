"""How a post moves: idea → draft → in work → review → approved → with the client → scheduled → out.

Every step locks the post first, so that of two people who press the same button one is told what
the other did. Steps raise ValidationError with what stands in the way and its mend.
"""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import User
from clients.rights import Rights
from content.models import Post, PostMove, PostState
from content.post_ways import BY_OLD, FROZEN, PROGRAM, PostStep
from content.release import release, withdraw
from content.terms import terms_of

S = PostState


def why_frozen(post: Post) -> str:
    """Why the text, the files and the publications' texts may not be edited; "" where they may."""
    if post.state not in FROZEN:
        return ""
    if post.state == S.PUBLISHED:
        return _("It is published: what is here stays as it went out.")
    if post.state == S.NEEDS_CHECKING:
        return _("It may be published: find out on the network first.")
    if post.state == S.CANCELLED:
        return _("It is cancelled: press “Open again” before you edit it.")
    return _("It is “%(state)s”: press “Take back to work” before you edit it.") % {
        "state": post.get_state_display()
    }


def next_steps(post: Post) -> list[PostStep]:
    """What people may do with it by the client's terms, whoever they are."""
    approvals = terms_of(post.client).approvals
    return [
        step for step in BY_OLD[post.state] if step.right != PROGRAM and approvals in step.approvals
    ]


@transaction.atomic
def move_post(
    post: Post, to: str, *, by: User | None, at: dt.datetime, reason: str = ""
) -> PostMove:
    """Take one step; `post` carries the state that the person saw. `by` None: the program."""
    row = lock_post(post)
    _check_seen(row, post)
    step = _find_step(row, to)
    _check_right(step, row, by)
    if step.needs_reason and not reason.strip():
        raise ValidationError({"reason": _("Write why.")})
    if row.state in (S.SCHEDULED, S.FAILED) and to in (S.IN_WORK, S.CANCELLED):
        withdraw(row, at=at)
    if to == S.SCHEDULED and step.right != PROGRAM:
        release(row, at=at)
    old, row.state, row.state_since = row.state, to, at
    row.save(update_fields=["state", "state_since"])
    post.state, post.state_since = row.state, row.state_since
    return PostMove.objects.create(
        post=row, old=old, new=to, moved_at=at, moved_by=by, reason=reason.strip()
    )


def lock_post(post: Post) -> Post:
    """The post as it stands now; whoever else moves it waits."""
    return Post.objects.select_for_update(of=("self",)).select_related("client").get(pk=post.pk)


def _check_seen(row: Post, seen: Post) -> None:
    if row.state != seen.state:
        raise ValidationError(
            _("Meanwhile it is “%(state)s”: look at the post again.")
            % {"state": row.get_state_display()}
        )


def _find_step(post: Post, to: str) -> PostStep:
    found = [step for step in BY_OLD[post.state] if step.new == to]
    approvals = terms_of(post.client).approvals
    for step in found:
        if approvals in step.approvals:
            return step
    if to == S.SCHEDULED and found:
        raise ValidationError(_("The client's terms ask for an approval first."))
    raise ValidationError(
        _("From “%(old)s” no step leads to “%(new)s”.")
        % {"old": post.get_state_display(), "new": PostState(to).label}
    )


def _check_right(step: PostStep, post: Post, by: User | None) -> None:
    if by is None or step.right == PROGRAM:
        if by is None and step.right == PROGRAM:
            return
        raise ValidationError(_("A post is moved here by its publications only."))
    if not Rights(by).allows(step.right, client_id=post.client_id):
        raise ValidationError(
            _("You may not do this: ask whoever has this role in the client's team.")
        )
