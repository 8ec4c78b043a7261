"""What came of a call, written down: the state, the attempt, and who is told."""

import datetime as dt
import random
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.key_checks import tell_refused
from communities.models import AccessKey
from communities.networks.outcomes import Kind, Ok, Outcome, OutcomeUnknown, Refused, RefusedForNow
from communities.networks.publishing import Published
from content.claiming import MOST_ATTEMPTS, Held, set_if_held
from content.models import Publication, PublicationAttempt, PublicationState
from content.post_standing import hold_post, settle_post
from content.publication_letters import tell

NOTE = 500
# The network's own "not now": costs no attempt, up to so many hours.
FOR_THE_RATE = frozenset({Kind.RATE_LIMITED, Kind.QUOTA_EXHAUSTED})
GIVE_UP_AFTER = dt.timedelta(hours=6)
# How long to wait after the first and the second try that failed by other things.
PAUSES = (dt.timedelta(minutes=1), dt.timedelta(minutes=8))
# The wait that a network names is made longer by up to a tenth, and at most a minute.
LONGER_BY, MOST_LONGER = 0.1, 60.0
# A post shows on its wall within seconds; a cache may take minutes.
FIRST_LOOK = dt.timedelta(seconds=20)
# Sent so long before its time, it was for the network's own queue (`content.placing`).
EARLY = dt.timedelta(minutes=10)
# The key is at fault: nothing more goes out with it.
KEY_IS_DEAD = frozenset({Kind.TOKEN_INVALID, Kind.TOKEN_EXPIRED, Kind.NEEDS_HUMAN, Kind.BLOCKED})

# Where a late answer that it is out still counts: nobody sends it at this moment.
NOT_HELD = (PublicationState.UNKNOWN, PublicationState.DUE, PublicationState.FAILED)

NOT_OUT = gettext_lazy("a post was not published")
TO_CHECK = gettext_lazy("check whether a post went out")
WHAT_TO_DO = {
    Kind.PERMISSION: gettext_lazy(
        "Give the key the right to publish on the network, check the key, then press “Publish now”."
    ),
    Kind.INVALID_REQUEST: gettext_lazy(
        "Press “Text here” and mend the text as the network says, then press “Publish now”. Files"
        " are mended on the post, after “Take back to work”, as long as it is out nowhere."
    ),
    Kind.NOT_FOUND: gettext_lazy("Check that the page still exists, then press “Publish now”."),
    Kind.DUPLICATE: gettext_lazy("Look whether it stands on the wall already."),
}
KEY_TO_REPLACE = gettext_lazy("Replace the key on its page, then press “Publish now”.")
ELSE_TO_DO = gettext_lazy("Press “Publish now” on the publication's page, or post it by hand.")


def take_outcome(
    held: Held, attempt: PublicationAttempt, outcome: Outcome[Published], *,
    key: AccessKey | None = None, at: dt.datetime,
) -> bool:  # fmt: skip
    """Store what the network answered; False where the row is no longer this worker's.

    The attempt keeps the answer in either case: what is known of the network is never thrown away.
    """
    if isinstance(outcome, Ok):
        return _sent(held, attempt, outcome.value, at=at)
    if isinstance(outcome, RefusedForNow):
        return put_off(held, outcome, attempt=attempt, at=at)
    if isinstance(outcome, Refused):
        return _refused(held, attempt, outcome, key=key, at=at)
    return _unknown(held, attempt, outcome, at=at)


def close_attempt(
    attempt: PublicationAttempt | None, outcome: str, *, at: dt.datetime, kind: str = "",
    message: str = "",
) -> None:  # fmt: skip
    if attempt is not None:
        PublicationAttempt.objects.filter(pk=attempt.pk).update(
            ended_at=at, outcome=outcome, kind=kind, message=message[:NOTE]
        )


# A post that is to appear later stands in the network's own queue; it is looked for after its time.
LATER, LOOK_AFTER = dt.timedelta(minutes=1), dt.timedelta(minutes=1)


def sent_values(published: Published, *, at: dt.datetime) -> dict[str, Any]:
    if published.posted_at > at + LATER:
        return {
            **CLEARED,
            **RELEASED,
            "state": PublicationState.PLACED,
            "external_id": published.external_id,
            "url": published.url,
            "next_try_at": published.posted_at + LOOK_AFTER,
        }
    return {
        "state": PublicationState.SENT,
        "external_id": published.external_id,
        "aliases": list(published.aliases),
        "url": published.url,
        "sent_at": published.posted_at,
        **RELEASED,
        **CLEARED,
    }


# What a row in nobody's hands holds of a lease, and one without trouble of troubles.
RELEASED: dict[str, Any] = {"lease_until": None, "lease_token": None}
CLEARED: dict[str, Any] = {"next_try_at": None, "failure": "", "failure_kind": "", "warning": ""}


@transaction.atomic
def _sent(
    held: Held, attempt: PublicationAttempt, published: Published, *, at: dt.datetime
) -> bool:
    """Whoever holds it by now: it is out, and where it stands is known."""
    close_attempt(attempt, PublicationAttempt.Outcome.DONE, at=at)
    if set_if_held(held, PublicationState.SENDING, **sent_values(published, at=at)):
        return True
    # The lease was over, and it was asked about or even let go again: here is the answer.
    in_no_hands = Publication.objects.filter(pk=held.pk, state__in=NOT_HELD)
    return bool(in_no_hands.update(**sent_values(published, at=at)))


@transaction.atomic
def put_off(
    held: Held, refusal: RefusedForNow, *, attempt: PublicationAttempt | None = None,
    state: PublicationState = PublicationState.SENDING, at: dt.datetime,
) -> bool:  # fmt: skip
    """Surely not done: due again at the time told, or given up to a person."""
    close_attempt(
        attempt, PublicationAttempt.Outcome.LATER, at=at, kind=refusal.kind,
        message=refusal.message,
    )  # fmt: skip
    row = _row(held, state)
    if row is None:
        return False
    for_the_rate = refusal.kind in FOR_THE_RATE
    if for_the_rate and at - (row.due_since or at) < GIVE_UP_AFTER:
        return set_if_held(
            held, state, state=PublicationState.DUE, attempts=F("attempts") - 1,
            next_try_at=again_at(row, refusal.retry_at(at) + longer(refusal.retry_after), at=at),
            failure_kind=refusal.kind, failure=refusal.message[:NOTE], **RELEASED,
        )  # fmt: skip
    if not for_the_rate and row.attempts < MOST_ATTEMPTS:
        return set_if_held(
            held, state, state=PublicationState.DUE,
            next_try_at=again_at(row, at + pause_after(row.attempts), at=at),
            failure_kind=refusal.kind, failure=refusal.message[:NOTE], **RELEASED,
        )  # fmt: skip
    return fail(row, refusal.kind, refusal.message, held=held, state=state, at=at)


def again_at(row: Publication, soon: dt.datetime, *, at: dt.datetime) -> dt.datetime:
    """What was offered to the network before its time keeps its time: else it would show early."""
    planned = row.next_try_at
    return max(planned, soon) if planned is not None and planned - at > EARLY else soon


def longer(seconds: float) -> dt.timedelta:
    """Jitter: those that were told the same time do not all come back at once."""
    most = min(max(seconds, 1.0) * LONGER_BY, MOST_LONGER)
    return dt.timedelta(seconds=random.uniform(0, most))  # noqa: S311 # no secret


def pause_after(attempts: int) -> dt.timedelta:
    """Between half and the whole of the pause after this many tries."""
    pause = PAUSES[min(max(attempts, 1), len(PAUSES)) - 1]
    return pause * random.uniform(0.5, 1.0)  # noqa: S311 # no secret


@transaction.atomic
def _refused(
    held: Held, attempt: PublicationAttempt, refusal: Refused, *, key: AccessKey | None,
    at: dt.datetime,
) -> bool:  # fmt: skip
    close_attempt(
        attempt, PublicationAttempt.Outcome.REFUSED, at=at, kind=refusal.kind,
        message=refusal.message,
    )  # fmt: skip
    row = _row(held, PublicationState.SENDING)
    if row is None:
        return False
    if key is not None and refusal.kind in KEY_IS_DEAD:
        refuse_key(key, refusal, row, at=at)
    return fail(
        row, refusal.kind, refusal.message, held=held, state=PublicationState.SENDING, at=at
    )


def refuse_key(key: AccessKey, refusal: Refused, row: Publication, *, at: dt.datetime) -> None:
    """Unless its secret was replaced meanwhile, the key is used no more."""
    stored = AccessKey.objects.select_for_update(of=("self",)).get(pk=key.pk)
    if stored.secret != key.secret or stored.state == AccessKey.State.REFUSED:
        return
    stored.state, stored.state_note, stored.checked_at = (
        AccessKey.State.REFUSED, refusal.message[:300], at
    )  # fmt: skip
    stored.save(update_fields=["state", "state_note", "checked_at"])
    tell_refused(stored, client=row.client)


@transaction.atomic
def fail(
    row: Publication, kind: str, message: str, *, state: PublicationState,
    held: Held | None = None, at: dt.datetime,
) -> bool:  # fmt: skip
    """Surely not published: said on the row, and to who answers for it."""
    values: dict[str, Any] = {
        "state": PublicationState.FAILED,
        "failure_kind": kind,
        "failure": message[:NOTE],
        "next_try_at": None,
        **RELEASED,
    }
    hold_post(row.post)
    rows = Publication.objects.filter(pk=row.pk, state=state)
    rows = rows.filter(lease_token=held.token) if held else rows
    if not rows.update(**values):
        return False
    settle_post(row.post, at=at)
    tell(
        row,
        f"failed:{occasion(row)}",
        subject=lambda: str(NOT_OUT),
        text=lambda: f"{message}\n{what_to_do(kind)}",
        at=at,
    )
    return True


def what_to_do(kind: str) -> str:
    if kind in KEY_IS_DEAD:
        return str(KEY_TO_REPLACE)
    return str(WHAT_TO_DO.get(Kind(kind), ELSE_TO_DO) if kind in set(Kind) else ELSE_TO_DO)


def occasion(row: Publication) -> str:
    """Tells apart a publication's tries that a person began."""
    moment = row.due_since or row.next_try_at
    return f"{moment:%Y%m%d%H%M%S}" if moment else "0"


@transaction.atomic
def _unknown(
    held: Held, attempt: PublicationAttempt, outcome: OutcomeUnknown, *, at: dt.datetime
) -> bool:
    close_attempt(
        attempt, PublicationAttempt.Outcome.UNKNOWN, at=at, kind=outcome.kind,
        message=outcome.message,
    )  # fmt: skip
    return set_if_held(
        held, PublicationState.SENDING, **unknown_values(outcome.kind, outcome.message, at=at)
    )


def unknown_values(kind: str, message: str, *, at: dt.datetime) -> dict[str, Any]:
    """To be looked up soon; `content.reconciling` tells a person where that cannot help."""
    return {
        "state": PublicationState.UNKNOWN,
        "failure_kind": kind,
        "failure": message[:NOTE],
        "next_try_at": at + FIRST_LOOK,
        "absences": 0,
        **RELEASED,
    }


def _row(held: Held, state: PublicationState) -> Publication | None:
    return (
        Publication.objects.select_related("client", "post__author", "community__profile")
        .filter(pk=held.pk, lease_token=held.token, state=state)
        .first()
    )


def said_unknown() -> str:
    return _("The worker died while it was sending: nobody knows whether the post went out.")
