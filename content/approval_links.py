"""One-time links by which a person of the client approves posts without a sign-in.

Only the hash of the secret is stored. A GET uses nothing up; the first answer closes the link. The
address is all the right there is, so whoever has it may answer: links are short-lived, and off
unless the client's terms turn them on.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.letters import is_refused, write_letter
from clients.models import Client, ClientStatus, Contact, NoticeKind, User
from clients.notices import Words, page_of, tell
from clients.rights import may
from content.discussion import add_comment
from content.letter_words import link_to_post, list_of_posts, moment_words
from content.models import LINK_CHANNEL, ApprovalLink, LinkedPost, Post, PostState, PostVersion
from content.people import responsible_for
from content.post_ways import APPROVE
from content.terms import terms_of
from content.workflow import ClientWord, move_post
from smm_agency.lib.link_tokens import hash_of, new_token

S = PostState
LETTER_KEY = "approval-link:"
LONGEST_COMMENT = 2_000


@dataclass(frozen=True)
class Answer:
    """The client's word on one post; asking for changes has a comment."""

    is_approved: bool
    comment: str = ""


def address_of(token: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse('link:approval', args=[token])}"


@transaction.atomic
def make_link(
    client: Client,
    posts: Sequence[Post],
    *,
    contact: Contact,
    by: User,
    at: dt.datetime,
    is_sent: bool = False,
) -> tuple[ApprovalLink, str]:
    """The link and its secret, which nobody can read again. `is_sent`: by e-mail, to the contact.

    Raises ValidationError where the client's terms have no links, or a post does not wait for it.
    """
    # As they stand now: one that is taken back meanwhile waits, and falls out of the link.
    rows = Post.objects.select_for_update(of=("self",)).select_related("client")
    posts = list(rows.filter(pk__in=[post.pk for post in posts]).order_by("pk"))
    terms = terms_of(client)
    _check_link(client, posts, contact, by, is_sent=is_sent, is_on=terms.has_approval_links)
    token = new_token()
    link = ApprovalLink.objects.create(
        client=client,
        contact=contact,
        token_hash=hash_of(token),
        made_at=at,
        made_by=by,
        expires_at=at + dt.timedelta(days=terms.link_days),
        is_sent=is_sent,
    )
    LinkedPost.objects.bulk_create(
        LinkedPost(client=client, link=link, post=post, version=_asked_version(post))
        for post in posts
    )
    if is_sent:
        _send(link, posts, token)
    return link, token


def _check_link(
    client: Client, posts: Sequence[Post], contact: Contact, by: User, *, is_sent: bool, is_on: bool
) -> None:
    if not is_on:
        raise ValidationError(
            _("Approving by a link is off: turn it on in the client's terms, if it is agreed.")
        )
    if not may(by, APPROVE, client=client):
        raise ValidationError(
            _("You may not do this: ask whoever has this role in the client's team.")
        )
    if contact.client_id != client.pk or any(post.client_id != client.pk for post in posts):
        raise ValidationError(_("This belongs to another client."))
    if is_sent and not contact.email:
        raise ValidationError(
            {"contact": _("The contact has no e-mail: add it, or copy the link.")}
        )
    if is_sent and is_refused(client, contact.email, NoticeKind.APPROVALS):
        raise ValidationError(
            {"contact": _("This person wants no such letters: copy the link, and ask.")}
        )
    waiting = [post for post in posts if post.state == S.CLIENT_REVIEW]
    if not posts or len(waiting) < len(posts):
        raise ValidationError(_("Only posts that are with the client go into a link."))


def _asked_version(post: Post) -> PostVersion:
    """What the post was sent to the client as."""
    move = post.moves.filter(new=S.CLIENT_REVIEW, version__isnull=False).first()
    if move is None or move.version is None:
        raise ValidationError(
            _("“%(post)s” has no version: take it back to work and send it again.") % {"post": post}
        )
    return move.version


def _send(link: ApprovalLink, posts: Sequence[Post], token: str) -> None:
    client = link.client
    with translation.override(client.language):
        text = _(
            "Hello, %(name)s!\n\nThese posts wait for your word:\n%(posts)s\n\n"
            "Look at them and answer here, once, until %(until)s:\n%(address)s\n\n"
            "Please do not pass the link on: whoever has it can answer for you."
        ) % {
            "name": link.contact.name,
            "posts": list_of_posts(posts),
            "until": moment_words(client, link.expires_at),
            "address": address_of(token),
        }
        subject = _("%(client)s: posts for your approval") % {"client": client.name}
    write_letter(
        key=f"{LETTER_KEY}{link.pk}",
        address=link.contact.email,
        subject=subject,
        text=text,
        at=link.made_at,
        client=client,
        kind=NoticeKind.APPROVALS,
    )


def withdraw_link(link: ApprovalLink, *, by: User, at: dt.datetime) -> bool:
    """Nobody opens it from now on; False where it was used, or withdrawn, before."""
    if not may(by, APPROVE, client=link.client_id):
        raise ValidationError(
            _("You may not do this: ask whoever has this role in the client's team.")
        )
    standing = ApprovalLink.objects.filter(pk=link.pk, used_at=None, revoked_at=None)
    return bool(standing.update(revoked_at=at, revoked_by=by))


def find_link(token: str) -> ApprovalLink | None:
    links = ApprovalLink.objects.select_related("client", "contact")
    return links.filter(token_hash=hash_of(token)).first()


def why_closed(link: ApprovalLink, *, at: dt.datetime) -> str:
    """Why the link opens nothing, in words for the client's person; "" where it does."""
    if link.used_at is not None:
        return _("You have answered already. Thank you!")
    if link.revoked_at is not None:
        return _("The agency has taken these posts back. You will get a new link.")
    if link.expires_at <= at:
        return _("The link works no more: its time is over. Ask your manager for a new one.")
    if link.client.status == ClientStatus.ENDED:
        return _("The work has ended: there is nothing to approve any more.")
    if not terms_of(link.client).has_approval_links:
        return _("Approving by a link is off. Give your word to your manager.")
    return ""


def waiting_posts(link: ApprovalLink) -> list[LinkedPost]:
    """Those that were not taken back, in the order of the link."""
    return list(link.posts.filter(dropped_at=None).select_related("version"))


@transaction.atomic
def answer_link(link: ApprovalLink, answers: Mapping[int, Answer], *, at: dt.datetime) -> None:
    """The client's word on all posts of the link, by the posts' ids; works once.

    Raises ValidationError where the link is closed, or a post has no answer. The posts are locked
    before the link, as every step of a post does: two people never wait for each other.
    """
    posts = {post.pk: post for post in _lock_posts(link)}
    locked = ApprovalLink.objects.select_for_update(of=("self",)).select_related(
        "client", "contact"
    )
    link = locked.get(pk=link.pk)
    if why := why_closed(link, at=at):
        raise ValidationError(why, code="closed")
    waiting = [posts[row.post_id] for row in waiting_posts(link)]
    for post in waiting:
        _check_answer(post, answers.get(post.pk))
    # First: what is answered does not fall out of the link.
    ApprovalLink.objects.filter(pk=link.pk).update(used_at=at)
    for post in waiting:
        _take(link, post, answers[post.pk], at=at)
    _tell_team(link, [(post, answers[post.pk]) for post in waiting], at=at)


def _lock_posts(link: ApprovalLink) -> list[Post]:
    ids = link.posts.values("post")
    rows = Post.objects.select_for_update(of=("self",)).select_related("client", "author")
    return list(rows.filter(pk__in=ids).order_by("pk"))


def _check_answer(post: Post, answer: Answer | None) -> None:
    if answer is None:
        raise ValidationError(_("“%(post)s”: choose an answer.") % {"post": post})
    if not answer.is_approved and not answer.comment.strip():
        raise ValidationError(_("“%(post)s”: write what should be changed.") % {"post": post})


def _take(link: ApprovalLink, post: Post, answer: Answer, *, at: dt.datetime) -> None:
    comment = answer.comment.strip()[:LONGEST_COMMENT]
    said_by = link.contact.name
    if comment:
        add_comment(post, text=comment, by=None, at=at, is_internal=False, said_by=said_by)
    word = ClientWord(said_by=said_by, said_on=link.client.day_of(at), channel=LINK_CHANNEL)
    to = S.CLIENT_APPROVED if answer.is_approved else S.CLIENT_REWORK
    # A client's word is never refused for the number of rounds: staff see that it is beyond.
    move_post(post, to, by=None, at=at, reason=comment[:500], word=word, confirms_over=True)


def _tell_team(
    link: ApprovalLink, answered: Sequence[tuple[Post, Answer]], *, at: dt.datetime
) -> None:
    """One notice to each who answers for one of the posts."""
    mine: dict[User, list[tuple[Post, Answer]]] = {}
    for post, answer in answered:
        for person in responsible_for(post, on=link.client.day_of(at)):
            mine.setdefault(person, []).append((post, answer))
    for person, told in mine.items():
        tell(
            [person],
            kind=NoticeKind.APPROVALS,
            key=f"link-answer:{link.pk}",
            subject=Words(gettext_lazy("%(client)s: the client has answered"), client=link.client),
            text=_Said(told),
            path=page_of(told[0][0]) if len(told) == 1 else list_of_client(link.client),
            client=link.client,
            at=at,
        )


class _Said:
    """A line for each post, in the language of whoever reads it."""

    def __init__(self, answered: Sequence[tuple[Post, Answer]]) -> None:
        self.answered = answered

    def __str__(self) -> str:
        return "\n".join(_said(post, answer) for post, answer in self.answered)


def _said(post: Post, answer: Answer) -> str:
    said = _("approved") if answer.is_approved else _("asks for changes")
    return f"• {post.title}: {said}\n  {link_to_post(post)}"


def list_of_client(client: Client) -> str:
    return f"{reverse('admin:content_post_changelist')}?client={client.pk}"
