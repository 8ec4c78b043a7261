"""Reviews that wait: who has to look is told once, in the client's working time."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.letters import is_refused, write_letter
from clients.models import AT_REST, Client, NoticeKind, Role, User
from clients.notices import Words, page_of, tell
from content.business_hours import schedules_of
from content.letter_words import list_of_posts, main_contact, with_links
from content.models import Post, PostComment, PostState
from content.people import named_or_roles
from content.refusals import tell_of_refusal
from content.working_time import Schedule

# Working hours: a day for the agency, two for the client.
AGENCY_WAITS = dt.timedelta(hours=8)
CLIENT_WAITS = dt.timedelta(hours=16)
APPROVERS = (Role.CONTENT_MANAGER, Role.ACCOUNT_MANAGER)


@transaction.atomic
def remind_approvers(*, at: dt.datetime) -> int:
    """One notice a person and client for all posts that wait for the agency; how many notices."""
    waiting: dict[tuple[User, Client], list[Post]] = {}
    posts = _overdue(PostState.INTERNAL_REVIEW, AGENCY_WAITS, at=at)
    _mark(posts, at=at)
    for post in posts:
        for person in approvers_of(post, on=post.client.day_of(at)):
            waiting.setdefault((person, post.client), []).append(post)
    return sum(_remind(*who, posts, at=at) for who, posts in waiting.items())


def approvers_of(post: Post, *, on: dt.date) -> list[User]:
    """The named approver; else the content managers, else the account managers."""
    return named_or_roles(post.approver, post.client, APPROVERS, on=on)


def _remind(person: User, client: Client, posts: list[Post], *, at: dt.datetime) -> int:
    return tell(
        [person],
        kind=NoticeKind.APPROVALS,
        key=f"review-waits:{client.pk}:{at:%Y%m%d%H%M%S}",
        subject=Words(gettext_lazy("%(client)s: posts wait for your approval"), client=client),
        text=with_links(posts),
        path=page_of(posts[0]) if len(posts) == 1 else list_on_review(client),
        client=client,
        at=at,
    )


def list_on_review(client: Client) -> str:
    page = reverse("admin:content_post_changelist")
    return f"{page}?client={client.pk}&state__exact={PostState.INTERNAL_REVIEW}"


@transaction.atomic
def remind_clients(*, at: dt.datetime) -> int:
    """One letter a client. Where silence counts as consent, its own warning is the reminder."""
    by_client: dict[Client, list[Post]] = {}
    for post in _overdue(PostState.CLIENT_REVIEW, CLIENT_WAITS, at=at):
        by_client.setdefault(post.client, []).append(post)
    return sum(_remind_client(client, posts, at=at) for client, posts in by_client.items())


def _remind_client(client: Client, posts: list[Post], *, at: dt.datetime) -> bool:
    contact = main_contact(client)
    if contact is None or is_refused(client, contact.email, NoticeKind.APPROVALS):
        _tell_of_refusal(client, posts)
        return False
    _mark(posts, at=at)
    with translation.override(client.language):
        return write_letter(
            key=f"client-review-waits:{client.pk}:{at:%Y%m%d%H%M%S}",
            address=contact.email,
            subject=_("%(client)s: posts wait for your word") % {"client": client.name},
            text=_(
                "Hello, %(name)s!\n\nThese posts still wait for your word:\n%(posts)s\n\nAnswer by"
                " the link that you were sent, or to your manager."
            )
            % {"name": contact.name, "posts": list_of_posts(posts)},
            at=at,
            client=client,
            kind=NoticeKind.APPROVALS,
        )


def _tell_of_refusal(client: Client, posts: list[Post]) -> bool:
    return tell_of_refusal(
        client,
        client,
        title=gettext_lazy("Ask for the word on posts yourself: nobody can be reminded"),
        details=gettext_lazy(
            "Posts wait for the client's word. No contact of the client has an e-mail, or the one"
            " who has wants no such letters."
        ),
        kind=NoticeKind.APPROVALS,
        since=max(post.state_since for post in posts),
    )


def _overdue(state: str, waits: dt.timedelta, *, at: dt.datetime) -> list[Post]:
    """Posts that waited so much working time; nothing outside working hours."""
    rows = Post.objects.filter(
        state=state, reminded_at=None, consent_at=None, state_since__lte=at - waits
    )
    rows = rows.exclude(client__status__in=AT_REST)
    # Who has written is not reminded to write.
    rows = rows.exclude(Exists(written_since_sent()))
    rows = rows.select_for_update(of=("self",), skip_locked=True)
    posts = list(rows.select_related("client", "approver").order_by("client", "pk"))
    schedules = schedules_of({post.client for post in posts})
    return [post for post in posts if _is_due(schedules, post, waits, at=at)]


def _mark(posts: Iterable[Post], *, at: dt.datetime) -> None:
    """As told of."""
    Post.objects.filter(pk__in=_ids(posts)).update(reminded_at=at)


def written_since_sent() -> QuerySet[PostComment]:
    """What the client wrote of a post since it came to its state; for a subquery of posts."""
    words = PostComment.objects.exclude(said_by="")
    return words.filter(post=OuterRef("pk"), at__gte=OuterRef("state_since"))


def _ids(posts: Iterable[Post]) -> list[int]:
    return [post.pk for post in posts]


def _is_due(
    schedules: Mapping[int, Schedule], post: Post, waits: dt.timedelta, *, at: dt.datetime
) -> bool:
    schedule = schedules[post.client_id]
    is_open = schedule.between(at - dt.timedelta(minutes=1), at) > dt.timedelta(0)
    return is_open and schedule.between(post.state_since, at) >= waits
