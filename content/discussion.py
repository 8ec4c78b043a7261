"""What is said of a post: among the agency, and with the client; who is told of it, once."""

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import NoticeKind, User
from clients.notices import Words, page_of, tell
from clients.rights import Rights
from content.models import CLIENT_SEES, Post, PostComment, PostState
from content.workflow import lock_post


@transaction.atomic
def add_comment(
    post: Post,
    *,
    text: str,
    by: User | None,
    at: dt.datetime,
    is_internal: bool = True,
    said_by: str = "",
    answers: PostComment | None = None,
    tell: Iterable[User] = (),
) -> PostComment:
    """Write it down; the author of the post, of what it answers, and `tell` are told.

    `by` None: it came from the client through a link. What the client wrote while the post is
    with it stops the clock of silent consent: a person looks what is meant.
    """
    post = lock_post(post)
    text, said_by = text.strip(), said_by.strip()
    _check(post, text, by, is_internal=is_internal, said_by=said_by, answers=answers)
    comment = PostComment.objects.create(
        post=post, text=text, by=by, at=at, is_internal=is_internal, said_by=said_by,
        answers=answers,
    )  # fmt: skip
    if said_by and post.state == PostState.CLIENT_REVIEW and post.consent_at is not None:
        post.consent_at = None
        post.save(update_fields=["consent_at"])
    for person in _told(post, comment, tell):
        _write(post, comment, person, at=at)
    return comment


def _check(
    post: Post,
    text: str,
    by: User | None,
    *,
    is_internal: bool,
    said_by: str,
    answers: PostComment | None,
) -> None:
    if not text:
        raise ValidationError({"text": _("Write the comment.")})
    if by is None and not said_by:
        raise ValidationError({"said_by": _("Write who of the client said so.")})
    if is_internal and said_by:
        raise ValidationError(
            {"is_internal": _("The client's own words belong to the thread with the client.")}
        )
    if not is_internal and post.state not in CLIENT_SEES:
        raise ValidationError(
            {"is_internal": _("The client does not see this post yet: write for the agency only.")}
        )
    if answers is not None and (answers.post_id, answers.is_internal) != (post.pk, is_internal):
        raise ValidationError({"answers": _("This comment stands in another thread.")})


def _told(post: Post, comment: PostComment, tell: Iterable[User]) -> list[User]:
    """Once each; not who wrote it, nor who may not see the client any more."""
    answered = comment.answers.by if comment.answers else None
    people = {person.pk: person for person in (post.author, answered, *tell) if person is not None}
    if comment.by_id is not None:
        people.pop(comment.by_id, None)
    return [
        person
        for person in people.values()
        if person.is_active
        and Rights(person).allows("content.view_postcomment", client_id=post.client_id)
    ]


def _write(post: Post, comment: PostComment, person: User, *, at: dt.datetime) -> None:
    """No word of the comment: it may quote what nobody has approved."""
    who = comment.said_by or (comment.by.get_full_name() if comment.by else "") or str(comment.by)
    tell(
        [person],
        kind=NoticeKind.APPROVALS,
        key=f"post-comment:{comment.pk}",
        subject=Words(gettext_lazy("A comment on “%(post)s”"), post=post.title),
        text=Words(gettext_lazy("%(client)s; written by %(who)s."), client=post.client, who=who),
        path=page_of(post),
        client=post.client,
        at=at,
    )
