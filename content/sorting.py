"""What is due but does not go out by itself: stopped, too late, by hand, or without a way."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import AT_REST
from communities.models import Community
from communities.networks.outcomes import Kind
from communities.networks.publishing import publisher_for
from content.by_hand import ask_by_hand
from content.claiming import set_if
from content.models import Publication, PublicationState
from content.post_standing import settle_post
from content.publication_letters import tell_of_several
from content.sent_outcomes import RELEASED, fail

# Later than that after its time (or after the time of its next try) nothing goes out unasked: the
# good morning of nine o'clock is no longer true at noon, and after an outage the wall would be
# flooded. Two hours let a night's restart or a short outage pass without asking anybody.
TOO_LATE = dt.timedelta(hours=2)

STOPPED = gettext_lazy("A stop held it at its time.")
PAUSED = gettext_lazy("Work for the client was paused at its time.")
LATE = gettext_lazy("The program could not work at its time, and now it is too late to ask nobody.")
DECIDE = gettext_lazy(
    "Some posts did not go out at their time. Decide for each: publish it now, give it a new time,"
    " or cancel it."
)


def set_aside(row: Publication, *, is_stopped: bool, at: dt.datetime) -> bool:
    """Settle what may not simply be sent; whether it was that."""
    if is_stopped and row.client.status in AT_REST:
        miss(row, str(PAUSED), kind="paused", at=at, is_told=False)
    elif is_stopped:
        miss(row, str(STOPPED), kind="stopped", at=at)
    elif row.next_try_at is not None and at - row.next_try_at > TOO_LATE:
        miss(row, str(LATE), kind="late", at=at)
    elif row.community.state == Community.State.ARCHIVED:
        words = _("The community is archived: open it again, or cancel the publication.")
        fail(row, Kind.INVALID_REQUEST, words, state=PublicationState.DUE, at=at)
    elif publisher_for(row.community.profile.network) is None:
        ask_by_hand(row, at=at)
    else:
        return False
    return True


@transaction.atomic
def miss(row: Publication, words: str, *, kind: str, at: dt.datetime, is_told: bool = True) -> bool:
    """Held for a decision. Of a client who is paused people are told when it is resumed."""
    done = set_if(
        row, PublicationState.DUE, state=PublicationState.MISSED, failure=words,
        failure_kind=kind, next_try_at=None, **RELEASED,
    )  # fmt: skip
    if done:
        settle_post(row.post, at=at)
    if done and is_told:
        tell_of_several(
            row, f"missed:{kind}",
            subject=lambda: _("posts wait for your decision"),
            text=lambda: str(DECIDE), at=at,
        )  # fmt: skip
    return done
