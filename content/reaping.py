"""What died is found: claims and calls whose lease is over.

A claim was not sent yet, so it is due again (its attempt is counted: what kills its worker three
times goes to a person). A call may have arrived, so nobody knows, and it is looked up.
"""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from communities.networks.outcomes import Kind
from content.claiming import MOST_ATTEMPTS, due
from content.models import Publication, PublicationAttempt, PublicationState
from content.sent_outcomes import RELEASED, fail, said_unknown, unknown_values

BATCH = 200


def reap(*, at: dt.datetime) -> int:
    """How many were found."""
    return reap_claims(at=at) + reap_calls(at=at) + give_up_worn_out(at=at)


@transaction.atomic
def reap_claims(*, at: dt.datetime) -> int:
    dead = Publication.objects.filter(state=PublicationState.CLAIMED, lease_until__lt=at)
    ids = list(
        dead.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True)[:BATCH]
    )
    return Publication.objects.filter(pk__in=ids).update(state=PublicationState.DUE, **RELEASED)


@transaction.atomic
def reap_calls(*, at: dt.datetime) -> int:
    dead = Publication.objects.filter(state=PublicationState.SENDING, lease_until__lt=at)
    ids = list(
        dead.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True)[:BATCH]
    )
    words = said_unknown()
    PublicationAttempt.objects.filter(publication__in=ids, outcome="").update(
        outcome=PublicationAttempt.Outcome.UNKNOWN, ended_at=at, message=words,
        kind=Kind.AMBIGUOUS,
    )  # fmt: skip
    rows = Publication.objects.filter(pk__in=ids)
    return rows.update(**unknown_values(Kind.AMBIGUOUS, words, at=at))


def give_up_worn_out(*, at: dt.datetime) -> int:
    """Due again with all its attempts used: its workers died each time before they sent it."""
    worn = due(at=at).filter(attempts__gte=MOST_ATTEMPTS)
    words = _("The program failed three times before it could send the post.")
    rows = worn.select_related("client", "post__author", "community__profile")[:BATCH]
    return sum(fail(row, Kind.UNKNOWN, words, state=PublicationState.DUE, at=at) for row in rows)
