"""What a person decides about a publication that did not go out: now, at another time, or never.

Each decision is for what was seen: a publication that has moved meanwhile is refused.
"""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import AT_REST, Client, User
from communities.models import Community
from content.claiming import set_if, stopped
from content.models import NativeMatch, Publication, PublicationAttempt, PublicationState
from content.moving import moment_name
from content.post_standing import hold_post, settle_post
from content.sent_outcomes import CLEARED, RELEASED
from content.workflow import why_frozen

# What waits for a decision.
DECIDABLE = frozenset(
    {
        PublicationState.MISSED,
        PublicationState.FAILED,
        PublicationState.UNKNOWN,
        PublicationState.BY_HAND,
    }
)
# All begins anew: what goes wrong from now on is told anew too.
AGAIN: dict[str, Any] = {
    "attempts": 0, "absences": 0, "resends": 0, "due_since": None, **RELEASED, **CLEARED,
}  # fmt: skip


@transaction.atomic
def publish_now(row: Publication, *, by: User, at: dt.datetime) -> None:
    """Send it. Of one whose answer was lost the person has looked: it is not there."""
    check_may_go(row, at=at)
    refuse_suggestions(row, by=by, at=at)
    decide(
        row, by=by, at=at, words=_("Send it now"), state=PublicationState.DUE,
        **(AGAIN | {"next_try_at": at}),
    )  # fmt: skip


@transaction.atomic
def give_new_time(row: Publication, planned_at: dt.datetime, *, by: User, at: dt.datetime) -> None:
    """It stands in the plan at the new time; a promise that has passed stays, and it is late."""
    if planned_at <= at:
        raise ValidationError({"planned_at": _("Choose a time that is still to come.")})
    check_may_go(row, at=at)
    refuse_suggestions(row, by=by, at=at)
    zone = row.client.zone
    new = f"{moment_name(planned_at, zone)} ({row.client.time_zone})"
    told = {"old": moment_name(row.planned_at, zone), "new": new}
    decide(
        row, by=by, at=at, words=_("New time: %(old)s → %(new)s") % told,
        state=PublicationState.DUE,
        **(AGAIN | {
            "next_try_at": planned_at,
            "planned_at": planned_at,
            "promised_at": row.promise_for(planned_at, at=at),
        }),
    )  # fmt: skip


@transaction.atomic
def cancel(row: Publication, *, by: User, at: dt.datetime, reason: str = "") -> None:
    words = f"{_('Cancelled')}. {reason}".strip()
    decide(row, by=by, at=at, words=words, state=PublicationState.CANCELLED, **(RELEASED | CLEARED))


@transaction.atomic
def plan_again(row: Publication, *, by: User, at: dt.datetime) -> None:
    """A cancelled one, while its post is worked on: it waits for the approval as before."""
    hold_post(row.post)
    row.post.refresh_from_db(fields=["state"])
    if words := why_frozen(row.post):
        raise ValidationError(words)
    if not set_if(row, PublicationState.CANCELLED, state=PublicationState.PLANNED, **AGAIN):
        raise ValidationError(_("It was settled meanwhile: look at the page again."))
    PublicationAttempt.objects.create(
        publication=row, client_id=row.client_id, began_at=at, ended_at=at, by=by,
        outcome=PublicationAttempt.Outcome.BY_PERSON, message=_("Plan it again"),
    )  # fmt: skip


def decide(row: Publication, *, by: User, at: dt.datetime, words: str, **values: Any) -> None:
    seen = PublicationState(row.state)
    if seen not in DECIDABLE or not set_if(row, seen, **values):
        raise ValidationError(_("It was settled meanwhile: look at the page again."))
    PublicationAttempt.objects.create(
        publication=row, client_id=row.client_id, began_at=at, ended_at=at, by=by,
        outcome=PublicationAttempt.Outcome.BY_PERSON, message=words[:500],
    )  # fmt: skip
    settle_post(row.post, at=at)


def check_may_go(row: Publication, *, at: dt.datetime) -> None:
    if Client.objects.filter(pk=row.client_id, status__in=AT_REST).exists():
        raise ValidationError(_("Nobody works for the client now: resume the work first."))
    if Publication.objects.filter(stopped(at=at), pk=row.pk).exists():
        raise ValidationError(_("A stop still stands over this community: lift it first."))
    if row.community.state == Community.State.ARCHIVED:
        raise ValidationError(_("The community is archived: open it again first."))


def refuse_suggestions(row: Publication, *, by: User, at: dt.datetime) -> None:
    """Whoever sends it says that none of the posts on the wall is this one."""
    row.matches.filter(state=NativeMatch.State.SUGGESTED).update(
        state=NativeMatch.State.REFUSED, decided_by=by, decided_at=at
    )
