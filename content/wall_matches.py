"""Posts that somebody published natively: found on the wall, tied to the plan by a person.

A wall post that no publication has, in the same community, posted within a day of the time planned,
whose text is alike by at least `ALIKE` per cent (`content.likeness`), is suggested. Only where the
answer to our own call was lost is the same text, posted since then, taken without asking.
"""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clients.models import User
from communities.models import WallPost
from communities.networks.addresses import post_url
from content.claiming import set_if
from content.likeness import is_same_text, likeness
from content.models import (
    NativeMatch,
    PostState,
    Publication,
    PublicationAttempt,
    PublicationState,
)
from content.outgoing import outgoing_text, text_of
from content.post_standing import settle_native, settle_post
from content.sent_outcomes import CLEARED, RELEASED

NEAR = dt.timedelta(days=1)
ALIKE = 60
# A network's clock and ours may differ a little.
CLOCKS = dt.timedelta(minutes=2)
# The same text on the wall near its time: it would be there twice.
TWICE_WITHIN = dt.timedelta(hours=12)
WAITING = (
    PublicationState.PLANNED,
    PublicationState.DUE,
    PublicationState.BY_HAND,
    PublicationState.UNKNOWN,
    PublicationState.MISSED,
)


def match_native_posts(*, at: dt.datetime) -> int:
    """Look at what came to the walls and is near a publication that waits; how many were found."""
    waiting = (
        Publication.objects.filter(state__in=WAITING)
        .planned_within(at - 3 * NEAR, at + NEAR)
        .exclude(post__state=PostState.CANCELLED)
        .select_related("client", "post__client", "post__tracking_number", "community__profile")
    )
    return sum(match(each, at=at) for each in waiting)


def match(publication: Publication, *, at: dt.datetime) -> int:
    """Suggest the free wall posts that look like it; tie a lost one to its own text."""
    if publication.planned_at is None:
        return 0
    text = outgoing_text(publication)
    free = free_posts(publication, since=publication.planned_at - NEAR,
                      until=publication.planned_at + NEAR)  # fmt: skip
    new = 0
    for wall_post in free.exclude(matches__publication=publication):
        # Whoever posts by hand may leave the call to action and the hashtags out.
        alike = max(likeness(each, wall_post.text) for each in (text, text_of(publication)))
        if is_lost_one(publication, wall_post, text):
            tie(publication, wall_post, alike=alike, by=None, at=at)
            return new + 1
        if alike >= ALIKE:
            NativeMatch.objects.get_or_create(
                publication=publication, wall_post=wall_post, client_id=publication.client_id,
                defaults={"likeness": alike, "found_at": at},
            )  # fmt: skip
            new += 1
    return new


def free_posts(
    publication: Publication, *, since: dt.datetime, until: dt.datetime
) -> QuerySet[WallPost]:
    """Of the community's wall; those that are a publication already are left out."""
    return WallPost.objects.filter(
        profile=publication.community.profile_id, posted_at__gte=since, posted_at__lte=until,
        publication=None, gone_at=None,
    )  # fmt: skip


def is_lost_one(publication: Publication, wall_post: WallPost, text: str) -> bool:
    sent_off = publication.sending_at
    return (
        publication.state == PublicationState.UNKNOWN
        and sent_off is not None
        and wall_post.posted_at >= sent_off - CLOCKS
        and is_same_text(text, wall_post.text)
    )


@transaction.atomic
def tie(
    publication: Publication, wall_post: WallPost, *, alike: int, by: User | None, at: dt.datetime
) -> None:
    """The wall post is this publication. Raises ValidationError where either is taken by now."""
    WallPost.objects.select_for_update(of=("self",)).get(pk=wall_post.pk)
    is_free = not Publication.objects.filter(wall_post=wall_post).exists()
    tied = is_free and set_if(
        publication, PublicationState(publication.state), **values_of(publication, wall_post)
    )
    if not tied:
        raise ValidationError(
            _("This publication or this post was settled meanwhile: look at the page again.")
        )
    NativeMatch.objects.update_or_create(
        publication=publication, wall_post=wall_post,
        defaults={
            "client_id": publication.client_id, "likeness": alike, "decided_by": by,
            "decided_at": at, "state": NativeMatch.State.TAKEN,
        },
    )  # fmt: skip
    outcome = PublicationAttempt.Outcome
    PublicationAttempt.objects.create(
        publication=publication, client_id=publication.client_id, began_at=at, ended_at=at, by=by,
        outcome=outcome.BY_PERSON if by else outcome.FOUND, message=wall_post.external_id,
    )  # fmt: skip
    settle_post(publication.post, at=at)
    if by is not None:
        settle_native(publication.post, by=by, at=at)


def values_of(publication: Publication, wall_post: WallPost) -> dict[str, object]:
    profile = publication.community.profile
    return {
        "state": PublicationState.SENT,
        "sent_at": wall_post.posted_at,
        "external_id": wall_post.external_id,
        "url": post_url(
            profile.network, profile.external_id, profile.screen_name, wall_post.external_id
        ),
        "wall_post": wall_post,
        **RELEASED,
        **CLEARED,
    }


def refuse_match(match: NativeMatch, *, by: User, at: dt.datetime) -> None:
    """It is another post: not suggested again, and no reason not to send."""
    done = NativeMatch.objects.filter(pk=match.pk, state=NativeMatch.State.SUGGESTED).update(
        state=NativeMatch.State.REFUSED, decided_by=by, decided_at=at
    )
    if not done:
        raise ValidationError(_("This was decided meanwhile: look at the page again."))


def standing_already(
    publications: Iterable[Publication], texts: Mapping[int, str], *, at: dt.datetime
) -> dict[int, WallPost]:
    """By id, the wall post with the very same text near now that nobody has called another one."""
    rows = list(publications)
    walls: dict[int, list[WallPost]] = {}
    recent = WallPost.objects.filter(
        profile__in={row.community.profile_id for row in rows}, posted_at__gte=at - TWICE_WITHIN,
        publication=None, gone_at=None,
    )  # fmt: skip
    for wall_post in recent:
        walls.setdefault(wall_post.profile_id, []).append(wall_post)
    judged = set(
        NativeMatch.objects.filter(
            publication__in=[row.pk for row in rows], state=NativeMatch.State.REFUSED
        ).values_list("publication", "wall_post")
    )
    found: dict[int, WallPost] = {}
    for row in rows:
        for wall_post in walls.get(row.community.profile_id, []):
            is_new = (row.pk, wall_post.pk) not in judged
            if is_new and is_same_text(texts[row.pk], wall_post.text):
                found[row.pk] = wall_post
    return found
