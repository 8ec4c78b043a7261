"""Publications of which nobody knows whether they went out: looked up before anything is repeated.

Found: it is published. Surely not there, asked twice with a pause in which any network shows a new
post: due again, once. Everything else waits for a person, who is told what to look for.
"""

import datetime as dt
import logging

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from clients.models import User
from communities.keys import token_of
from communities.networks.outcomes import Kind, Ok, Outcome, Refused, RefusedForNow
from communities.networks.publishing import Published, publisher_for
from content.claiming import set_if
from content.models import Publication, PublicationAttempt, PublicationState
from content.outgoing import outgoing_text
from content.post_standing import settle_post
from content.publication_letters import tell
from content.publishing_keys import reading_keys
from content.sending import draft_of, files_by_post, read
from content.sent_outcomes import EARLY, NOTE, TO_CHECK, sent_values
from content.wall_matches import match

logger = logging.getLogger(__name__)

# Between two looks that have to agree, and how often a network that does not answer is asked.
PAUSE = dt.timedelta(minutes=3)
ABSENT_TWICE = 2
ASK_FOR = dt.timedelta(hours=2)
MOST_RESENDS = 1
# One look at a time, and each takes a call or two.
MOST_LOOKS = 100
UNKNOWN = PublicationState.UNKNOWN
LEASE = dt.timedelta(minutes=4)


def look_up(*, at: dt.datetime) -> int:
    """Ask about what is to be asked about; how many were settled."""
    settled = 0
    for _number in range(MOST_LOOKS):
        row = take_one(at=at)
        if row is None:
            break
        try:
            settled += look_at(row, at=at)
        except Exception:
            # One broken row keeps no other waiting; it is looked at again later.
            logger.exception("Publication %s could not be looked up.", row.pk)
    return settled


@transaction.atomic
def take_one(*, at: dt.datetime) -> Publication | None:
    """The next one, its next look put off so that no other worker asks the same."""
    waiting = Publication.objects.filter(state=UNKNOWN, next_try_at__lte=at)
    first = waiting.select_for_update(skip_locked=True).order_by("next_try_at", "pk").first()
    if first is None:
        return None
    Publication.objects.filter(pk=first.pk).update(next_try_at=at + LEASE)
    return read([first.pk])[0]


def look_at(row: Publication, *, at: dt.datetime) -> bool:
    """Whether it is settled now."""
    match(row, at=at)
    row.refresh_from_db(fields=["state", "next_try_at"])
    if row.state != UNKNOWN:
        return True
    outcome = ask_network(row, at=at)
    if isinstance(outcome, Ok):
        return found(row, outcome.value, at=at) if outcome.value else absent(row, at=at)
    if isinstance(outcome, Refused) or at - (row.sending_at or at) > ASK_FOR:
        leave_to_person(row, outcome.message, at=at)
        return False
    wait = outcome.retry_after if isinstance(outcome, RefusedForNow) else 0.0
    again = at + max(PAUSE, dt.timedelta(seconds=wait))
    set_if(row, UNKNOWN, next_try_at=again)
    return False


def ask_network(row: Publication, *, at: dt.datetime) -> Outcome[Published | None]:
    """Refused where nobody can tell: no way to look, or no key to look with."""
    profile = row.community.profile
    publisher = publisher_for(profile.network)
    if publisher is None or not publisher.can_look_up:
        return Refused(Kind.PERMISSION, _("This network does not let the program look."))
    files = files_by_post([row]).get(row.post_id, [])
    sent_off = row.sending_at or at
    text = outgoing_text(row, on=row.client.day_of(sent_off))
    draft = draft_of(row, text, files, at=at, publish_at=native_time(row))
    since = max(sent_off, row.planned_at) if is_placed(row) and row.planned_at else sent_off
    outcome: Outcome[Published | None] = Refused(
        Kind.PERMISSION, _("There is no key to look with.")
    )
    for key in reading_keys(profile):
        outcome = publisher.find_published(token_of(key), profile.external_id, draft, since=since)
        if not isinstance(outcome, Refused):
            break
    return outcome


@transaction.atomic
def found(row: Publication, published: Published, *, at: dt.datetime) -> bool:
    if is_anothers(row, published):
        # Two publications with one text: only a person can tell them apart.
        leave_to_person(row, _("A post with this text is there, but it is another one's."), at=at)
        return False
    note(row, PublicationAttempt.Outcome.FOUND, published.url or published.external_id, at=at)
    done = set_if(row, UNKNOWN, **sent_values(published, at=at))
    settle_post(row.post, at=at)
    return done


def is_placed(row: Publication) -> bool:
    return row.state == PublicationState.PLACED


def native_time(row: Publication) -> dt.datetime | None:
    """When the network itself was to show it; None where it was to appear at once."""
    if is_placed(row) or row.planned_at is None or row.sending_at is None:
        return None
    return row.planned_at if row.planned_at - row.sending_at > EARLY else None


def is_anothers(row: Publication, published: Published) -> bool:
    others = Publication.objects.filter(
        community=row.community_id, external_id=published.external_id
    )
    return others.exclude(pk=row.pk).exists()


@transaction.atomic
def absent(row: Publication, *, at: dt.datetime) -> bool:
    """Not there. Once may be too early; twice, and it is sent again, but only once."""
    note(row, PublicationAttempt.Outcome.ABSENT, "", at=at)
    if row.absences + 1 < ABSENT_TWICE:
        set_if(row, UNKNOWN, absences=F("absences") + 1, next_try_at=at + PAUSE)
        return False
    if row.resends >= MOST_RESENDS:
        message = _("It is not on the wall, and it was sent twice.")
        leave_to_person(row, message, at=at)
        return False
    done = set_if(
        row, UNKNOWN, state=PublicationState.DUE, next_try_at=native_time(row) or at, absences=0,
        resends=F("resends") + 1, attempts=0,
    )  # fmt: skip
    settle_post(row.post, at=at)
    return done


@transaction.atomic
def leave_to_person(row: Publication, message: str, *, at: dt.datetime) -> None:
    """No look will tell: said once, with what to do."""
    said = f"{row.failure} {message}".strip()[:NOTE]
    if not set_if(row, UNKNOWN, next_try_at=None, failure=said):
        return
    settle_post(row.post, at=at)
    tell(
        row, f"unknown:{row.sending_at:%Y%m%d%H%M%S}" if row.sending_at else "unknown",
        subject=lambda: str(TO_CHECK), text=lambda: f"{said}\n{what_to_do()}", at=at,
    )  # fmt: skip


def what_to_do() -> str:
    return _(
        "Look at the page on the network. If the post is there, paste its address on the"
        " publication's page; if it is not there, let it be sent again."
    )


def note(row: Publication, outcome: str, message: str, *, at: dt.datetime) -> None:
    PublicationAttempt.objects.create(
        publication=row, client_id=row.client_id, began_at=at, ended_at=at, outcome=outcome,
        message=message[:NOTE],
    )  # fmt: skip


@transaction.atomic
def look_again(row: Publication, *, by: User, at: dt.datetime) -> None:
    """A person asks for another look at once."""
    publisher = publisher_for(row.community.profile.network)
    if publisher is None or not publisher.can_look_up:
        raise ValidationError(_("This network does not let the program look."))
    if not set_if(row, UNKNOWN, next_try_at=at, absences=0):
        raise ValidationError(_("It was settled meanwhile: look at the page again."))


@transaction.atomic
def leave(row: Publication, *, by: User, at: dt.datetime) -> None:
    """A person has looked and is not sure: said in the history, nothing is done."""
    if not set_if(row, UNKNOWN, next_try_at=None):
        raise ValidationError(_("It was settled meanwhile: look at the page again."))
    PublicationAttempt.objects.create(
        publication=row, client_id=row.client_id, began_at=at, ended_at=at, by=by,
        outcome=PublicationAttempt.Outcome.BY_PERSON, message=_("Left as it is"),
    )  # fmt: skip
