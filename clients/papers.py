"""Papers of the register: which state follows which for each kind, and who moves them."""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clients.models import Client, DataWaiver, Paper, PaperMove, PaperState, User
from clients.models.paper import NUMBERED_KINDS, PAID_KINDS, SIGNED_KINDS
from clients.paper_files import put_file
from smm_agency.lib.uploads import CheckedFile

S = PaperState
Steps = Mapping[str, tuple[PaperState, ...]]

# An annulled paper has no way back: its number goes to the one that is made in its place.
SIGNED_STEPS: Steps = MappingProxyType(
    {S.DRAFT: (S.SENT,), S.SENT: (S.SIGNED, S.DRAFT, S.VOID), S.SIGNED: (S.VOID,)}
)
PAID_STEPS: Steps = MappingProxyType(
    {S.DRAFT: (S.SENT,), S.SENT: (S.PAID, S.DRAFT, S.VOID), S.PAID: (S.SENT, S.VOID)}
)
SENT_STEPS: Steps = MappingProxyType({S.DRAFT: (S.SENT,), S.SENT: (S.DRAFT, S.VOID)})
ORDER = (S.DRAFT, S.SENT, S.SIGNED, S.PAID)


def steps_of(paper: Paper) -> tuple[PaperState, ...]:
    """The states that the paper may be moved to."""
    if paper.kind in SIGNED_KINDS:
        return SIGNED_STEPS.get(paper.state, ())
    steps = PAID_STEPS if paper.kind in PAID_KINDS else SENT_STEPS
    return steps.get(paper.state, ())


def asks_reason(old: str, new: str) -> bool:
    """Of a step back, and of an annulment."""
    if new == S.VOID:
        return True
    return new in ORDER and old in ORDER and ORDER.index(S(new)) < ORDER.index(S(old))


@transaction.atomic
def move_paper(
    paper: Paper,
    to: str,
    *,
    by: User | None,
    at: dt.datetime,
    on: dt.date | None = None,
    reason: str = "",
    file: CheckedFile | None = None,
) -> None:
    """One step on from the state that `paper` was seen in; `on` is when it was signed or paid.

    Raises ValidationError: no such step for the kind, somebody was quicker, something is missing.
    """
    row = _locked(paper)
    _refuse_step(row, to, reason)
    if file is not None:
        put_file(row, file, by=by, at=at)
    if to == S.SIGNED:
        _refuse_without_file(row)
    old, row.state = row.state, to
    if to in (S.SIGNED, S.PAID):
        setattr(row, f"{to}_on", _day_of_step(row, on))
    elif to != S.VOID:
        # A step back; what is annulled keeps the days it had.
        row.signed_on = row.paid_on = None
    row.save(update_fields=["state", "signed_on", "paid_on"])
    PaperMove.objects.create(
        client_id=row.client_id, paper=row, old=old, new=to, reason=reason, moved_by=by, moved_at=at
    )
    paper.refresh_from_db()


def _locked(paper: Paper) -> Paper:
    """The row as it is now. Raises ValidationError where it is not what was seen."""
    row = Paper.objects.select_for_update().select_related("client").get(pk=paper.pk)
    if row.state != paper.state:
        message = _("Somebody has moved it meanwhile: it is “%(state)s” now. Look at it again.")
        raise ValidationError(message % {"state": row.get_state_display()})
    return row


def _refuse_step(paper: Paper, to: str, reason: str) -> None:
    allowed = steps_of(paper)
    if to not in allowed:
        message = _("%(kind)s that is “%(state)s” cannot become “%(to)s”. Allowed: %(allowed)s.")
        raise ValidationError(
            message
            % {
                "kind": capfirst(str(paper.get_kind_display())),
                "state": paper.get_state_display(),
                "to": S(to).label,
                "allowed": ", ".join(f"“{state.label}”" for state in allowed) or _("nothing"),
            }
        )
    if asks_reason(paper.state, to) and not reason.strip():
        raise ValidationError({"reason": _("Say why.")})


def _refuse_without_file(paper: Paper) -> None:
    if not paper.files.filter(replaced_at=None).exists():
        message = _("A paper is signed with its file only: bring the signed copy.")
        raise ValidationError({"file": message})


def _day_of_step(paper: Paper, on: dt.date | None) -> dt.date:
    today = paper.client.today()
    if on is not None and on > today:
        raise ValidationError({"on": _("This day is still to come.")})
    return on or today


def same_number(paper: Paper) -> Paper | None:
    """Another paper of the client's with this kind and number, dated in the same year."""
    if not (paper.number and paper.dated_on and paper.client_id) or paper.state == S.VOID:
        return None
    same = Paper.objects.standing().filter(
        client=paper.client_id, kind=paper.kind, number__iexact=paper.number,
        dated_on__year=paper.dated_on.year,
    )  # fmt: skip
    return same.exclude(pk=paper.pk).first()


def is_number_taken(paper: Paper) -> bool:
    """Whether the number may not be given: what the agency numbers, it numbers once a year."""
    return paper.kind in NUMBERED_KINDS and same_number(paper) is not None


# --- The instruction to process personal data ---------------------------------------------------


def has_data_processing(client: Client, *, on: dt.date) -> bool:
    """Whether the client has signed an instruction to process personal data that holds then."""
    return Paper.objects.filter(client=client).instructions(on=on).exists()


def without_instruction(clients: QuerySet[Client, Any], *, on: dt.date) -> QuerySet[Client, Any]:
    """Those of the clients that have none on that day."""
    held = Paper.objects.instructions(on=on).filter(client=OuterRef("pk"))
    return clients.exclude(Exists(held))


def warning_of(client: Client) -> str:
    """Why it has to be confirmed that calls of the client are taken today; "": there is one."""
    if has_data_processing(client, on=client.today()):
        return ""
    message = _(
        "%(client)s has no signed data-processing instruction that holds today, and the numbers of"
        " people who call are personal data. Register the instruction, or confirm that you go on"
        " without it: who confirmed is written down."
    )
    return message % {"client": client.name}


def write_waiver(
    client: Client, occasion: str, name: str, *, by: User | None, at: dt.datetime
) -> DataWaiver:
    return DataWaiver.objects.create(
        client=client, occasion=occasion, name=name[:200], confirmed_by=by, confirmed_at=at
    )
