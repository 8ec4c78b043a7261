"""The way of a request for material: asked, received, taken back, asked again.

The request itself is what the client has to do: there is no task beside it that could say
otherwise.
"""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import User
from communities.files import store_file
from content.material_files import Arrival
from content.models import MaterialFile, MaterialRequest, RequestState

# However it comes: an archive holds more.
MOST_FILES = 100


@transaction.atomic
def take_in(
    request: MaterialRequest,
    files: Sequence[Arrival],
    *,
    answer: str = "",
    by: User | None,
    at: dt.datetime,
) -> int:
    """Keep what came; the first of it makes the request received. How many files were new.

    The same file sent twice is kept once. Raises ValidationError where nothing came, or it is no
    longer needed.
    """
    locked = _locked(request)
    if locked.state == RequestState.CANCELLED:
        raise ValidationError(_("This is no longer needed; nothing was taken."))
    if not files and not answer.strip():
        raise ValidationError(_("Choose a file, or write what you have to say."))
    new = _new_of(locked, files)
    for arrival in new:
        stored = store_file(locked.client, arrival.file, by=by)
        MaterialFile.objects.create(
            request=locked, file=stored, is_scanned=arrival.is_scanned, came_at=at, came_by=by
        )
    _add_answer(locked, answer)
    if locked.state == RequestState.OPEN:
        locked.state, locked.received_at, locked.received_by = RequestState.RECEIVED, at, by
    locked.save()
    return len(new)


def _new_of(request: MaterialRequest, files: Sequence[Arrival]) -> list[Arrival]:
    known = set(request.files.values_list("file__sha256", flat=True))
    by_hash = {arrival.file.sha256: arrival for arrival in files}
    new = [arrival for digest, arrival in by_hash.items() if digest not in known]
    if len(known) + len(new) > MOST_FILES:
        words = ngettext(
            "At most %(most)d file comes for one request: pack them into an archive.",
            "At most %(most)d files come for one request: pack them into an archive.",
            MOST_FILES,
        )
        raise ValidationError(words % {"most": MOST_FILES})
    return new


def _add_answer(request: MaterialRequest, answer: str) -> None:
    told = "\n\n".join(part for part in (request.answer, answer.strip()) if part)
    longest = 20_000
    if len(told) > longest:
        raise ValidationError(_("That is too long to keep: send it as a file."))
    request.answer = told


@transaction.atomic
def cancel(request: MaterialRequest, *, reason: str, by: User, at: dt.datetime) -> None:
    """It is no longer needed. Raises ValidationError where it has come or was taken back."""
    locked = _locked(request)
    _check_open(locked)
    locked.state, locked.cancelled_at, locked.cancelled_by = RequestState.CANCELLED, at, by
    locked.reason = reason
    locked.save()


@transaction.atomic
def ask_again(
    request: MaterialRequest, *, due_on: dt.date, reason: str, by: User, at: dt.datetime
) -> MaterialRequest:
    """What came will not do: another request for the same, with a day of its own.

    The old one stays received, so that how long it took stays true.
    """
    locked = _locked(request)
    if locked.state == RequestState.OPEN:
        raise ValidationError(_("It has not come yet: change the day instead."))
    return MaterialRequest.objects.create(
        client=locked.client,
        post=locked.post,
        service=locked.service,
        what=locked.what,
        why=reason[:500],
        contact=locked.contact,
        due_on=due_on,
        asked_at=at,
        asked_by=by,
    )


def _locked(request: MaterialRequest) -> MaterialRequest:
    rows = MaterialRequest.objects.select_for_update(of=("self",)).select_related("client")
    return rows.get(pk=request.pk)


def _check_open(request: MaterialRequest) -> None:
    if request.state != RequestState.OPEN:
        message = _("Somebody was faster: it is “%(state)s” now. Look at it again.")
        raise ValidationError(message % {"state": request.get_state_display()})
