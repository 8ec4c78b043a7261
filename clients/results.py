"""The results of the four blocks: from not begun to accepted, one allowed step at a time.

Nothing is accepted by itself: upper floors may say that a result looks ready, a person hands it
over, and the client's contact accepts it on a day.
"""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import (
    Block,
    BlockResult,
    Contact,
    Engagement,
    Paper,
    PaperState,
    ResultMove,
    ResultState,
    User,
)

S = ResultState
NEXT: dict[str, tuple[ResultState, ...]] = {
    S.NOT_BEGUN: (S.IN_WORK,),
    S.IN_WORK: (S.HANDED_OVER, S.NOT_BEGUN),
    S.HANDED_OVER: (S.ACCEPTED, S.RETURNED, S.IN_WORK),
    S.RETURNED: (S.IN_WORK, S.HANDED_OVER),
    S.ACCEPTED: (S.IN_WORK,),
}


@dataclass(frozen=True)
class Acceptance:
    """On which day, by which contact of the client, with which document."""

    on: dt.date
    by: Contact
    paper: Paper | None = None


def results_of(engagement: Engagement) -> list[BlockResult]:
    """All four in the order of the blocks; what has no row yet is not begun, and not saved."""
    rows = {row.block: row for row in engagement.results.select_related("paper", "accepted_by")}
    return [
        rows.get(block)
        or BlockResult(engagement=engagement, client_id=engagement.client_id, block=block)
        for block in Block.values
    ]


def allowed_moves(state: str) -> tuple[ResultState, ...]:
    return NEXT[state]


@transaction.atomic
def move_result(
    engagement: Engagement,
    block: str,
    *,
    to: str,
    by: User,
    at: dt.datetime,
    seen: str,
    acceptance: Acceptance | None = None,
    note: str = "",
) -> ResultMove:
    """One step, with the row locked; `seen` is the state that the person saw.

    Raises ValidationError by the fields `to`, `accepted_on`, `accepted_by`, `paper` and `note`.
    """
    result = lock(engagement, block)
    check_step(result, to, seen=seen, note=note)
    if to == S.ACCEPTED:
        accept(result, acceptance, today=engagement.client.day_of(at))
    else:
        result.accepted_on, result.accepted_by, result.accepted_by_name = None, None, ""
        result.paper = None
    old, result.state = result.state, to
    result.save()
    return ResultMove.objects.create(
        client_id=result.client_id, result=result, old=old, new=to, moved_by=by, moved_at=at,
        accepted_on=result.accepted_on, accepted_by_name=result.accepted_by_name,
        note=note.strip(),
    )  # fmt: skip


def lock(engagement: Engagement, block: str) -> BlockResult:
    """The row as it stands now, held until the transaction ends; made where there was none."""
    BlockResult.objects.get_or_create(
        engagement=engagement, block=block, defaults={"client_id": engagement.client_id}
    )
    return BlockResult.objects.select_for_update().get(engagement=engagement, block=block)


def check_step(result: BlockResult, to: str, *, seen: str, note: str) -> None:
    if result.state != seen:
        raise ValidationError(
            _("The result was moved meanwhile (it is “%(state)s” now): look at it again.")
            % {"state": result.get_state_display()}
        )
    if to not in NEXT[result.state]:
        raise ValidationError({"to": why_no_step(result, to)})
    if not note.strip() and (to == S.RETURNED or result.state == S.ACCEPTED):
        raise ValidationError({"note": _("Say why: it stays in the history of the result.")})


def why_no_step(result: BlockResult, to: str) -> str:
    words = {
        "old": result.get_state_display(),
        "new": dict(ResultState.choices).get(to, to),
        "allowed": ", ".join(str(state.label) for state in NEXT[result.state]),
    }
    return _("From “%(old)s” to “%(new)s” there is no way. Allowed: %(allowed)s.") % words


def accept(result: BlockResult, acceptance: Acceptance | None, *, today: dt.date) -> None:
    """Write down who accepted; the day is not in the future, nor before the engagement."""
    if acceptance is None:
        raise ValidationError({"accepted_by": _("Say who of the client accepted it, and when.")})
    if acceptance.on > today:
        raise ValidationError({"accepted_on": _("This day has not come yet.")})
    if acceptance.on < result.engagement.starts_on:
        raise ValidationError({"accepted_on": _("This is before the engagement begins.")})
    for name, row in (("accepted_by", acceptance.by), ("paper", acceptance.paper)):
        if row is not None and row.client_id != result.client_id:
            raise ValidationError({name: _("This belongs to another client.")})
    if acceptance.paper and acceptance.paper.state in (PaperState.DRAFT, PaperState.VOID):
        words = _("This document is “%(state)s”: choose one that was sent or signed.")
        state = acceptance.paper.get_state_display()
        raise ValidationError({"paper": words % {"state": state}})
    result.accepted_on, result.paper = acceptance.on, acceptance.paper
    result.accepted_by, result.accepted_by_name = acceptance.by, acceptance.by.name
