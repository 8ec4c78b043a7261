"""Silence that counts as consent, where the contract says so: warned of a day before, and written
down as what it is."""

import datetime as dt
import logging
from collections.abc import Sequence
from itertools import groupby

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.letters import is_refused, write_letter
from clients.models import AT_REST, Client, Letter, NoticeKind
from clients.notices import Words, page_of, tell
from clients.todo import tell_team_once
from content.letter_words import list_of_posts, main_contact, moment_words
from content.models import Post, PostState
from content.people import responsible_for
from content.workflow import ClientWord, lock_post, move_post

logger = logging.getLogger(__name__)

NOTICE = dt.timedelta(days=1)


def _waiting() -> list[Post]:
    """With the client, where its terms still say that silence counts."""
    rows = Post.objects.filter(
        state=PostState.CLIENT_REVIEW,
        consent_at__isnull=False,
        client__content_terms__consent_hours__isnull=False,
    )
    rows = rows.exclude(client__status__in=AT_REST)
    return list(rows.select_related("client", "author", "consent_letter").order_by("client", "pk"))


def notice_of(post: Post) -> dt.timedelta:
    """How long before it the warning is out: a day, or all the time there is where it is less."""
    assert post.consent_at is not None  # noqa: S101 - of posts that wait only
    return min(NOTICE, post.consent_at - post.state_since)


def warn_of_consent(*, at: dt.datetime) -> int:
    """A letter for each client whose silence counts within a day; how many."""
    due = [
        post
        for post in _waiting()
        if post.consent_at and post.consent_letter is None and post.consent_at - NOTICE <= at
    ]
    groups = groupby(due, key=lambda post: post.client)
    return sum(_warn(client, list(posts), at=at) for client, posts in groups)


@transaction.atomic
def _warn(client: Client, posts: Sequence[Post], *, at: dt.datetime) -> bool:
    contact = main_contact(client)
    if contact is None or is_refused(client, contact.email, NoticeKind.APPROVALS):
        tell_team_once(
            client,
            client,
            title=_("Silence cannot be taken for consent: nobody can be warned"),
            details=_(
                "No contact of the client has an e-mail, or the one who has wants no such letters:"
                " add one, or ask for the word."
            ),
            kind=NoticeKind.APPROVALS,
        )
        return False
    first = posts[0]
    # After a pause the moment is another, and so is the letter.
    key = f"consent:{first.pk}:{first.state_since:%Y%m%d%H%M%S}:{first.consent_at:%Y%m%d%H%M%S}"
    with translation.override(client.language):
        subject = _("%(client)s: silence will be taken for consent") % {"client": client.name}
        write_letter(
            key=key, address=contact.email, subject=subject,
            text=_warning(client, posts, at=at), at=at, client=client, kind=NoticeKind.APPROVALS,
        )  # fmt: skip
    letter = Letter.objects.get(key=f"{key}:{contact.email}"[:200])
    Post.objects.filter(pk__in=[post.pk for post in posts]).update(consent_letter=letter)
    return True


def _warning(client: Client, posts: Sequence[Post], *, at: dt.datetime) -> str:
    """A warning that is late names the moment that it moves the end to (`is_over`)."""
    lines = [
        f"• {post.title}: {moment_words(client, max(post.consent_at, at + notice_of(post)))}"
        for post in posts
        if post.consent_at is not None
    ]
    return _(
        "Hello!\n\nThese posts wait for your word. As agreed, they count as approved if you say"
        " nothing until the time named:\n%(posts)s\n\nIf anything should be changed, answer before"
        " then: by the link that you were sent, or to your manager."
    ) % {"posts": "\n".join(lines)}


def take_silence(*, at: dt.datetime) -> int:
    """Posts whose time went by, a warning being out long enough; how many were approved so."""
    return sum(_take(post, at=at) for post in _waiting() if is_over(post, at=at))


def is_over(post: Post, *, at: dt.datetime) -> bool:
    """A warning that never went out counts for none, and one that went out late gets its day."""
    letter = post.consent_letter
    if post.consent_at is None or letter is None or letter.sent_at is None:
        return False
    return at >= max(post.consent_at, letter.sent_at + notice_of(post))


def _take(post: Post, *, at: dt.datetime) -> bool:
    try:
        with transaction.atomic():
            # As it stands now: what the client said a moment ago ends the silence.
            row = lock_post(post)
            if row.state != PostState.CLIENT_REVIEW or not is_over(row, at=at):
                return False
            move_post(
                post, PostState.CLIENT_APPROVED, by=None, at=at, word=ClientWord(is_deemed=True)
            )
            _tell(post, at=at)
    except ValidationError as refused:
        logger.warning("Silence on post %s was not taken for consent.", post.pk)
        tell_team_once(
            post.client,
            post,
            title=_("Silence was not taken for consent: look at the post"),
            details="\n".join([list_of_posts([post]), *refused.messages]),
            kind=NoticeKind.APPROVALS,
        )
        return False
    return True


def _tell(post: Post, *, at: dt.datetime) -> None:
    tell(
        responsible_for(post, on=post.client.day_of(at)),
        kind=NoticeKind.APPROVALS,
        key=f"deemed:{post.pk}:{post.state_since:%Y%m%d%H%M%S}",
        subject=Words(gettext_lazy("Silence is taken for consent: “%(post)s”"), post=post.title),
        text=gettext_lazy(
            "The agreed time went by and the client said nothing: the post is approved."
        ),
        path=page_of(post),
        client=post.client,
        at=at,
    )
