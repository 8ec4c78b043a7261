"""The list of those who take part, up to the moment when it is sealed."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from clients.models import User
from promotion.draw import mark_of, new_salt
from promotion.models import Draw, Participant, PromoAction
from promotion.participant_rows import Row, read_participants
from smm_agency.lib.tabular import Errors, TableError

BATCH = 2_000


@dataclass(frozen=True)
class Imported:
    """`known` stand in the list already and were left as they are, the excluded ones too."""

    new: int
    known: int
    doubles: Sequence[tuple[int, int]]
    notes: Sequence[str]


@transaction.atomic
def import_participants(
    action: PromoAction,
    data: bytes,
    name: str,
    *,
    at: dt.datetime,
    columns: Mapping[str, str] | None = None,
) -> Imported:
    """Take the whole file or nothing of it.

    Raises ValidationError where the list takes nobody any more, TableError or ImportRefused where
    the file is wrong.
    """
    locked = locked_list(action)
    found = read_participants(data, name, client=locked.client, columns=columns)
    _refuse_outside(locked, found.rows)
    new, known = add_rows(locked, found.rows, at=at)
    return Imported(new, known, found.doubles, found.notes)


def locked_list(action: PromoAction) -> PromoAction:
    """The action, held until the transaction ends, its list open. Raises ValidationError."""
    locked = lock_action(action)
    if locked.erased_at is not None:
        raise ValidationError(
            _("The participants are forgotten: the client's time for personal data is over.")
        )
    if (draw := Draw.objects.defer("protocol").filter(action=locked).first()) is not None:
        if draw.listed_at is None:
            raise ValidationError(_("The winners are known already: nobody can join any more."))
        raise ValidationError(
            _(
                "The list is sealed: nobody can be added, changed or taken out. Whoever broke the"
                " rules and wins is passed over: mark the prize as fallen out, and the next one"
                " gets it."
            )
        )
    return locked


def lock_action(action: PromoAction) -> PromoAction:
    rows = PromoAction.objects.select_for_update(of=("self",)).select_related("client", "campaign")
    return rows.get(pk=action.pk)


def add_rows(action: PromoAction, rows: Sequence[Row], *, at: dt.datetime) -> tuple[int, int]:
    """How many are new, and how many stand in the list. The action is locked."""
    salt = action.salt or new_salt()
    known = set(action.participants.values_list("mark", flat=True))
    new = [(mark, row) for row in rows if (mark := mark_of(salt, row.key)) not in known]
    number = action.participants.aggregate(last=Max("number"))["last"] or 0
    Participant.objects.bulk_create(
        (
            Participant(
                client_id=action.client_id, action=action, number=number, mark=mark, added_at=at,
                external_id=row.external_id, name=row.name, page_url=row.page_url,
                entered_at=row.entered_at,
            )
            for number, (mark, row) in enumerate(new, start=number + 1)
        ),
        batch_size=BATCH,
    )  # fmt: skip
    action.salt, action.imported_at = salt, at
    action.save(update_fields=["salt", "imported_at"])
    return len(new), len(rows) - len(new)


def _refuse_outside(action: PromoAction, rows: Sequence[Row]) -> None:
    """Those whose row says that they came too early or too late."""
    errors = Errors()
    for row in rows:
        if (words := _outside(action, row.entered_at)) != "":
            errors.add(TableError(row.row, None, words))
    errors.raise_if_any()


def _outside(action: PromoAction, moment: dt.datetime | None) -> str:
    starts, ends = action.entry_starts_at, action.entry_ends_at
    if moment is None:
        return ""
    if starts and moment < starts and action.client.day_of(moment) < action.client.day_of(starts):
        return _("Before the entries began: take the row out, or mend the dates of the action.")
    if ends and moment > ends:
        return _("After the end of the entries: take the row out, or mend the dates of the action.")
    return ""


@transaction.atomic
def exclude(participant: Participant, *, reason: str, by: User, at: dt.datetime) -> None:
    """Raises ValidationError once the list is sealed, or where somebody did it meanwhile."""
    locked_list(participant.action)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: who was left out may ask.")})
    changed = Participant.objects.filter(pk=participant.pk, excluded_at=None).update(
        excluded_at=at, excluded_by=by, excluded_reason=reason.strip()
    )
    if not changed:
        raise ValidationError(_("This participant is excluded already."))


@transaction.atomic
def take_back_in(participant: Participant) -> None:
    """Raises ValidationError once the list is sealed, or where somebody did it meanwhile."""
    locked_list(participant.action)
    excluded = Participant.objects.filter(pk=participant.pk, excluded_at__isnull=False)
    if not excluded.update(excluded_at=None, excluded_by=None, excluded_reason=""):
        raise ValidationError(_("This participant is in the list already."))
