"""Moving a publication to another time, as long as nothing has begun with it."""

import datetime as dt
from collections.abc import Collection

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client, User
from clients.rights import may
from content.cap import Window as CapWindow
from content.cap import check_move, windows_over
from content.curated import LET_THROUGH
from content.models import PostState, Publication, PublicationState, Stop
from strategy.models import ContentSource
from strategy.periods import month_of

MOVABLE = (PublicationState.PLANNED, PublicationState.DUE)


def can_move(publication: Publication) -> bool:
    """Whether its state lets it be moved; its post is read."""
    return (
        publication.state in MOVABLE
        and publication.planned_at is not None
        and publication.post.state != PostState.CANCELLED
    )


@transaction.atomic
def move_publication(
    publication: Publication,
    *,
    to: dt.datetime,
    by: User,
    at: dt.datetime,
    seen_state: str,
    seen_at: dt.datetime | None,
) -> Publication:
    """Plan it for another moment, from the state and the time in which the person saw it.

    Raises:
        ValidationError: the person may not; somebody was quicker; it is being sent, out or
            cancelled; the moment is over; a stop holds the community; a curated post that was let
            through would stand above the cap there.
    """
    if publication.post.source == ContentSource.CURATED:
        # As where it is approved: of two that take the last place the second one waits.
        Client.objects.select_for_update(no_key=True).get(pk=publication.client_id)
    rows = Publication.objects.select_for_update(of=("self",)).select_related(
        "client", "community__client", "post"
    )
    locked = rows.get(pk=publication.pk)
    _check(locked, to=to, by=by, at=at, seen=(seen_state, seen_at))
    over_before = windows_over(locked.post)
    old = locked.planned_at
    if locked.state == PublicationState.DUE:
        locked.promised_at = locked.promise_for(to, at=at)
        # All begins anew: what an earlier try met says nothing of the new time.
        locked.next_try_at, locked.due_since, locked.attempts = to, None, 0
        locked.failure = locked.failure_kind = ""
    locked.planned_at = to
    locked.save(
        update_fields=[
            "planned_at", "promised_at", "next_try_at", "due_since", "attempts", "failure",
            "failure_kind",
        ]
    )  # fmt: skip
    if locked.post.state in LET_THROUGH:
        _keep_cap(locked, over_before, old=old)
    _write_down(locked, old=old, by=by)
    return locked


def _keep_cap(
    publication: Publication, over_before: Collection[CapWindow], *, old: dt.datetime | None
) -> None:
    """What a person let through above the cap was let through in its month, and there only."""
    post, client = publication.post, publication.client
    moments = [moment for moment in (old, publication.planned_at) if moment is not None]
    is_same_month = len({month_of(client.day_of(moment)) for moment in moments}) == 1
    if post.over_cap_by_id is not None and is_same_month:
        return
    check_move(post, over_before)
    if post.over_cap_by_id is not None:
        post.over_cap_by, post.over_cap_reason = None, ""
        post.save(update_fields=["over_cap_by", "over_cap_reason"])


def _check(
    publication: Publication,
    *,
    to: dt.datetime,
    by: User,
    at: dt.datetime,
    seen: tuple[str, dt.datetime | None],
) -> None:
    client = publication.client
    if not may(by, "content.change_publication", client=client, on=client.day_of(at)):
        raise ValidationError(_("You may not move publications; ask a content manager."))
    if not can_move(publication):
        raise ValidationError(
            _("“%(post)s” does not move any more: it is “%(state)s”.")
            % {"post": publication.post, "state": state_name(publication)}
        )
    if seen != (publication.state, publication.planned_at):
        raise ValidationError(
            _("Somebody moved it meanwhile: it is planned for %(moment)s. Look at it again.")
            % {"moment": moment_name(publication.planned_at, client.zone)}
        )
    if to <= at:
        raise ValidationError(
            _("%(moment)s is over: choose a time to come.")
            % {"moment": moment_name(to, client.zone)}
        )
    stop = Stop.objects.standing(at=at).holding(publication.community).first()
    if stop is not None:
        raise ValidationError(
            _("A stop holds “%(community)s” (%(reason)s): lift it before you move anything.")
            % {"community": publication.community, "reason": stop.reason}
        )


def state_name(publication: Publication) -> str:
    """The post's state until it is approved, the publication's own from then on."""
    if publication.post.state == PostState.CANCELLED:
        return publication.post.get_state_display()
    if publication.state == PublicationState.PLANNED:
        return publication.post.get_state_display()
    return publication.get_state_display()


def moment_name(moment: dt.datetime | None, zone: dt.tzinfo) -> str:
    """By the client's clock; a dash where there is no time."""
    if moment is None:
        return "—"
    return date_format(timezone.localtime(moment, zone), "SHORT_DATETIME_FORMAT")


def _write_down(publication: Publication, *, old: dt.datetime | None, by: User) -> None:
    """In the history of the post."""
    zone = publication.client.zone
    moves = f"{moment_name(old, zone)} → {moment_name(publication.planned_at, zone)}"
    LogEntry.objects.log_actions(
        user_id=by.pk,
        queryset=[publication.post],
        action_flag=CHANGE,
        change_message=f"{publication.community}: {moves}",
        single_object=True,
    )
