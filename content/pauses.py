"""A client's pause and end, as publishing sees them: what is held, and what asks afterwards.

While nobody works for the client nothing goes out (`content.claiming.stopped`). What fell due in a
pause does not burst out after it: each such publication waits for a decision (`content.missed`).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from clients.models import Client, ClientStatus, StatusChange, User
from content.claiming import set_if
from content.missed import cancel as cancel_missed
from content.models import (
    ApprovalLink,
    Post,
    PostState,
    Publication,
    PublicationAttempt,
    PublicationState,
    UploadLink,
)
from content.post_standing import settle_post
from content.sent_outcomes import CLEARED, RELEASED

S = PublicationState
DAY = dt.timedelta(days=1)
# Still in our hands: nothing of it is on a network.
SCHEDULED = (S.DUE, S.CLAIMED, S.BY_HAND, S.MISSED, S.FAILED)


@dataclass(frozen=True)
class Standing:
    """How many publications stand where, for who is about to pause, resume or end."""

    scheduled: int
    waiting: int
    sending: int
    placed: int
    unknown: int


def standing_of(client: Client) -> Standing:
    """One query."""
    rows = Publication.objects.filter(client=client).exclude(post__state=PostState.CANCELLED)
    rows = rows.filter(state__in=[*SCHEDULED, S.SENDING, S.PLACED, S.UNKNOWN])
    states = list(rows.values_list("state", flat=True))
    return Standing(
        scheduled=sum(state in (S.DUE, S.CLAIMED) for state in states),
        waiting=sum(state in (S.BY_HAND, S.MISSED, S.FAILED) for state in states),
        sending=states.count(S.SENDING),
        placed=states.count(S.PLACED),
        unknown=states.count(S.UNKNOWN),
    )


def scheduled(client: Client) -> QuerySet[Publication]:
    """What would go out, or waits for a person, the nearest first."""
    rows = Publication.objects.standing().filter(client=client, state__in=SCHEDULED)
    return rows.select_related("post", "community__profile", "client").order_by("planned_at", "pk")


# --- The end of a pause --------------------------------------------------------------------------


@transaction.atomic
def resume(client: Client, *, at: dt.datetime) -> int:
    """What fell due in the pause is put up for decision; how many wait.

    Silence that counts as consent did not count meanwhile: its end moves by the pause.
    """
    due = Publication.objects.filter(client=client, state=S.DUE, next_try_at__lte=at)
    rows = list(due.select_for_update(of=("self",)).select_related("post").order_by("pk"))
    Publication.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=S.MISSED,
        next_try_at=None,
        failure=_("Work for the client was paused at its time."),
        failure_kind="paused",
    )
    for post in {row.post_id: row.post for row in rows}.values():
        settle_post(post, at=at)
    _shift_consents(client, at=at)
    return waiting(client).count()


def _shift_consents(client: Client, *, at: dt.datetime) -> None:
    """By the part of the pause in which the post was with the client; and it is warned of anew.

    The letter that went out named a moment which holds no more.
    """
    since = paused_since(client)
    if since is None or at <= since:
        return
    rows = Post.objects.filter(
        client=client, state=PostState.CLIENT_REVIEW, consent_at__isnull=False, state_since__lt=at
    )
    rows.update(
        # What was over before the pause, and not yet taken, has no time left.
        consent_at=Greatest(F("consent_at"), Value(since))
        + (Value(at) - Greatest(F("state_since"), Value(since))),
        consent_letter=None,
    )


def paused_since(client: Client) -> dt.datetime | None:
    """When the last pause began."""
    pauses = StatusChange.objects.filter(client=client, new=ClientStatus.PAUSED)
    return pauses.order_by("-changed_at").values_list("changed_at", flat=True).first()


def waiting(client: Client) -> QuerySet[Publication]:
    """What did not go out at its time and waits for a decision."""
    return scheduled(client).filter(state=S.MISSED)


def propose_times(
    rows: Sequence[Publication], *, client: Client, on: dt.date
) -> dict[int, dt.datetime]:
    """New times by id: all move by the same days, so that the first goes out the day after `on`.

    The hour by the client's clock and the gaps between them stay.
    """
    local = {row.pk: row.planned_at.astimezone(client.zone) for row in rows if row.planned_at}
    if not local:
        return {}
    shift = (on + DAY - min(local.values()).date()).days
    return {pk: _moved(moment, max(shift, 0)) for pk, moment in local.items()}


def _moved(moment: dt.datetime, days: int) -> dt.datetime:
    """By the wall clock: nine stays nine where the clocks were changed in between."""
    day = moment.date() + days * DAY
    return dt.datetime.combine(day, moment.timetz().replace(tzinfo=None), moment.tzinfo)


# --- The end of the work -------------------------------------------------------------------------


@transaction.atomic
def cancel_scheduled(
    client: Client, *, seen: frozenset[int], by: User, at: dt.datetime, reason: str
) -> int:
    """Cancel all that would still go out; how many.

    Raises ValidationError where it is not what the person saw, or one is being sent right now.
    """
    rows = list(scheduled(client))
    if {row.pk for row in rows} != seen:
        raise ValidationError(_("The scheduled posts have changed meanwhile: look again."))
    for row in rows:
        if row.state in (S.MISSED, S.FAILED, S.BY_HAND):
            cancel_missed(row, by=by, at=at, reason=reason)
        else:
            _cancel_due(row, by=by, at=at, reason=reason)
    return len(rows)


def _cancel_due(row: Publication, *, by: User, at: dt.datetime, reason: str) -> None:
    values = {"state": S.CANCELLED, "next_try_at": None, **RELEASED, **CLEARED}
    if not set_if(row, S.DUE, **values):
        words = _("“%(post)s” is in a worker's hands: look again in a minute.")
        raise ValidationError(words % {"post": row.post})
    PublicationAttempt.objects.create(
        publication=row, client_id=row.client_id, began_at=at, ended_at=at, by=by,
        outcome=PublicationAttempt.Outcome.BY_PERSON,
        message=f"{_('Cancelled')}. {reason}".strip()[:500],
    )  # fmt: skip
    settle_post(row.post, at=at)


def open_links(client: Client, *, at: dt.datetime) -> tuple[int, int]:
    """Secret addresses that still open something: of approvals, of uploads."""
    approvals = ApprovalLink.objects.filter(client=client, used_at=None)
    alive = Q(revoked_at=None, expires_at__gt=at)
    uploads = UploadLink.objects.filter(client=client)
    return approvals.filter(alive).count(), uploads.filter(alive).count()


@transaction.atomic
def revoke_links(client: Client, *, by: User, at: dt.datetime) -> int:
    """Nobody approves or uploads by a link any more; how many were revoked."""
    approvals = ApprovalLink.objects.filter(client=client, used_at=None, revoked_at=None)
    uploads = UploadLink.objects.filter(client=client, revoked_at=None)
    return approvals.update(revoked_at=at, revoked_by=by) + uploads.update(revoked_at=at)
