"""Sealing a list, drawing from it, and writing down a draw that was held elsewhere."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import User
from communities.files import store_file
from promotion.draw import clean_seed, list_hash, mark_of, order_of
from promotion.draw_protocol import deal, write_protocol
from promotion.models import Draw, Participant, Prize, PromoAction, Winner
from promotion.participant_rows import Row, key_of
from promotion.participants import add_rows, lock_action, locked_list
from smm_agency.lib.tabular import TableError
from smm_agency.lib.uploads import CheckedFile

Method = Draw.Method


@transaction.atomic
def seal_list(
    action: PromoAction, *, seen: int, source: str, seed_at: dt.datetime, by: User, at: dt.datetime
) -> Draw:
    """Fix who takes part, what can be won, and which seed decides; `seen` is how many the person
    saw in the list, `seed_at` when the seed will come to be.

    Raises ValidationError.
    """
    locked = locked_list(action)
    if locked.entry_ends_at is not None and at < locked.entry_ends_at:
        message = _("Entries are taken until %(when)s: seal the list after it.")
        raise ValidationError(message % {"when": _by_clock(locked, locked.entry_ends_at)})
    marks = list(locked.participants.in_the_draw().values_list("mark", flat=True))
    if len(marks) != seen:
        raise ValidationError(_("The list has changed meanwhile: look at it again."))
    if not marks:
        raise ValidationError(_("Nobody is in the list: import the participants first."))
    if not locked.prizes.exists():
        raise ValidationError(_("There are no prizes: enter them first, they are sealed too."))
    _check_seed_to_come(source, seed_at, at=at)
    return Draw.objects.create(
        client_id=locked.client_id,
        action=locked,
        list_hash=list_hash(marks),
        listed_count=len(marks),
        listed_at=at,
        listed_by=by,
        seed_source=source.strip(),
        seed_at=seed_at,
    )


def _check_seed_to_come(source: str, seed_at: dt.datetime, *, at: dt.datetime) -> None:
    """It is named before it is known, so that nobody picks among several afterwards."""
    if not source.strip():
        raise ValidationError(
            {"source": _("Say where the seed is from, so that anybody finds the same one.")}
        )
    if seed_at <= at:
        raise ValidationError({"seed_at": _("The seed must come to be after the list is sealed.")})


@transaction.atomic
def draw_winners(
    action: PromoAction,
    *,
    seed: str,
    seen_hash: str,
    by: User,
    at: dt.datetime,
) -> Draw:
    """Find the winners by the seed that was named at the sealing, once. Raises ValidationError."""
    locked = lock_action(action)
    draw = _open_draw(locked)
    if draw is None or draw.listed_at is None:
        raise ValidationError(_("Seal the list first: the seed must not be known before it."))
    if draw.list_hash != seen_hash:
        raise ValidationError(_("The list has changed meanwhile: look at it again."))
    seed_at, seed = _seed_time(draw, at=at), _right_seed(seed)
    if locked.draw_at is not None and at < locked.draw_at:
        message = _("The rules name %(when)s as the time of the draw: draw then.")
        raise ValidationError(message % {"when": _by_clock(locked, locked.draw_at)})
    listed = list(locked.participants.in_the_draw().values_list("mark", flat=True))
    if list_hash(listed) != draw.list_hash:
        raise ValidationError(_("The list is no longer the one that was sealed: nothing is drawn."))
    prizes = list(locked.prizes.all())
    draw.method, draw.seed = Method.VERIFIABLE, seed
    draw.drawn_at, draw.drawn_by = at, by
    named = [(str(prize.place), prize.quantity) for prize in prizes]
    order = deal(order_of(seed, listed), named)
    draw.protocol = write_protocol(
        about(locked),
        marks=listed,
        prizes=[(prize.title, prize.quantity) for prize in prizes],
        sealed_at=draw.listed_at,
        seed=seed,
        seed_source=draw.seed_source,
        seed_at=seed_at,
        drawn_at=at,
    )
    draw.save()
    by_place = {str(prize.place): prize for prize in prizes}
    # Names are opened of the winners only: of a long list it would take long.
    people = locked.participants.filter(mark__in=[mark for mark, _place in order])
    listed_as = {row.mark: row for row in people}
    _write_winners(draw, [(listed_as[mark], by_place[place]) for mark, place in order], at=at)
    return draw


def about(action: PromoAction) -> dict[str, str]:
    return {
        "action": action.campaign.title,
        "organiser": action.organiser,
        "rules_url": action.rules_url,
    }


def _open_draw(action: PromoAction) -> Draw | None:
    """None before the list is sealed. Raises ValidationError where the winners are known."""
    draw = Draw.objects.select_related("drawn_by").filter(action=action).first()
    if draw is not None and draw.drawn_at is not None:
        message = _("The winners are drawn already: %(when)s, by %(person)s.")
        values = {"when": _by_clock(action, draw.drawn_at), "person": draw.drawn_by or "—"}
        raise ValidationError(message % values)
    return draw


def _seed_time(draw: Draw, *, at: dt.datetime) -> dt.datetime:
    """When the seed came to be. Raises ValidationError where it was not named, or is not yet."""
    if not draw.seed_source or draw.seed_at is None:
        message = _("No seed was named when the list was sealed: it would be picked now. Draw it"
                    " elsewhere, with a proof and the reason.")  # fmt: skip
        raise ValidationError(message)
    if at < draw.seed_at:
        message = _("The seed that was named comes to be at %(when)s: draw then.")
        raise ValidationError({"seed": message % {"when": _by_clock(draw.action, draw.seed_at)}})
    return draw.seed_at


def _right_seed(seed: str) -> str:
    """As it is hashed. Raises ValidationError."""
    try:
        return clean_seed(seed)
    except ValueError:
        raise ValidationError(
            {"seed": _("A seed is one line of 1 to 200 characters that can be seen.")}
        ) from None


@dataclass(frozen=True)
class Outside:
    """A winner who was found elsewhere; `page` is an id or an address."""

    page: str
    name: str = ""


@transaction.atomic
def take_outside_draw(
    action: PromoAction,
    winners: Sequence[Outside],
    *,
    drawn_at: dt.datetime,
    proof: CheckedFile | None,
    proof_url: str,
    by: User,
    at: dt.datetime,
    reason: str = "",
) -> Draw:
    """Write down who won by a randomiser and the proof of it. Raises ValidationError.

    `reason`: why a list that was sealed for a seed is not drawn by it.
    """
    locked = lock_action(action)
    draw = _open_draw(locked)
    if draw is not None and not reason.strip():
        message = _("The list was sealed to be drawn by a seed: say why it is not.")
        raise ValidationError({"reason": message})
    if locked.erased_at is not None:
        raise ValidationError(
            _("The participants are forgotten: the client's time for personal data is over.")
        )
    if proof is None and not proof_url:
        raise ValidationError(_("Give the proof: a file, or a link to the video of the draw."))
    if drawn_at > at:
        raise ValidationError({"drawn_at": _("This moment has not come yet.")})
    if locked.entry_ends_at is not None and drawn_at < locked.entry_ends_at:
        raise ValidationError({"drawn_at": _("The draw is before the end of the entries.")})
    found = _found_outside(locked, winners, is_sealed=draw is not None, at=at)
    draw = draw or Draw(client_id=locked.client_id, action=locked)
    draw.method, draw.drawn_at, draw.drawn_by = Method.ELSEWHERE, drawn_at, by
    draw.elsewhere_reason, draw.proof_url = reason.strip(), proof_url
    draw.proof_file = store_file(locked.client, proof, by=by) if proof else None
    draw.save()
    _write_winners(draw, found, at=at)
    return draw


@transaction.atomic
def add_proof(action: PromoAction, *, proof: CheckedFile | None, proof_url: str, by: User) -> Draw:
    """What came after the draw: a file or a link that it lacks. Raises ValidationError."""
    locked = lock_action(action)
    draw = Draw.objects.filter(action=locked, drawn_at__isnull=False).first()
    if draw is None:
        raise ValidationError(_("Nothing is drawn yet."))
    if proof is None and not proof_url:
        raise ValidationError(_("Give the proof: a file, or a link to the video of the draw."))
    if (proof and draw.proof_file_id) or (proof_url and draw.proof_url):
        raise ValidationError(_("This proof is given already: it stays as it is."))
    if proof:
        draw.proof_file = store_file(locked.client, proof, by=by)
    draw.proof_url = proof_url or draw.proof_url
    draw.save(update_fields=["proof_file", "proof_url"])
    return draw


def _found_outside(
    action: PromoAction, winners: Sequence[Outside], *, is_sealed: bool, at: dt.datetime
) -> list[tuple[Participant, Prize]]:
    """The winners as participants with their prizes; those who are in no list are added to it."""
    prizes = [prize for prize in action.prizes.all() for _copy in range(prize.quantity)]
    if not winners:
        raise ValidationError({"winners": _("Name the winners, one in a line.")})
    if len(winners) > len(prizes):
        message = _("%(winners)s winners, but only %(prizes)s prizes: enter the prizes first.")
        values = {"winners": len(winners), "prizes": len(prizes)}
        raise ValidationError({"winners": message % values})
    rows = [_row_of(line, one) for line, one in enumerate(winners, start=1)]
    if len({row.key for row in rows}) < len(rows):
        raise ValidationError({"winners": _("Somebody is named twice: a winner wins once.")})
    if not is_sealed:
        add_rows(action, rows, at=at)
    marks = {mark_of(action.salt or "", row.key): row for row in rows}
    known = {row.mark: row for row in action.participants.filter(mark__in=marks)}
    for mark, row in marks.items():
        if mark not in known:
            message = _("Line %(row)s: %(page)s is not in the sealed list.")
            raise ValidationError(
                {"winners": message % {"row": row.row, "page": row.page_url or row.external_id}}
            )
        if known[mark].excluded_at is not None:
            message = _("Line %(row)s: this participant was excluded (%(reason)s).")
            said = {"row": row.row, "reason": known[mark].excluded_reason}
            raise ValidationError({"winners": message % said})
    return [(known[mark], prize) for mark, prize in zip(marks, prizes, strict=False)]


def _row_of(line: int, one: Outside) -> Row:
    is_address = "/" in one.page
    try:
        key = (
            key_of(page_url=one.page, row=line)
            if is_address
            else key_of(external_id=one.page, row=line)
        )
    except TableError as refused:
        message = _("Line %(row)s: %(reason)s")
        raise ValidationError(
            {"winners": message % {"row": line, "reason": refused.message}}
        ) from None
    return Row(
        line, key, external_id="" if is_address else one.page,
        page_url=one.page if is_address else "", name=one.name,
    )  # fmt: skip


def _write_winners(
    draw: Draw, won: Sequence[tuple[Participant, Prize]], *, at: dt.datetime
) -> None:
    Winner.objects.bulk_create(
        winner_of(draw, participant, prize, place=place, at=at)
        for place, (participant, prize) in enumerate(won, start=1)
    )


def winner_of(
    draw: Draw, participant: Participant, prize: Prize, *, place: int, at: dt.datetime
) -> Winner:
    return Winner(
        client_id=draw.client_id,
        draw=draw,
        participant=participant,
        prize=prize,
        place=place,
        shown_name=masked(participant.name or "") or str(participant),
        state_since=at,
    )


def masked(name: str) -> str:
    """`Anna Kuznetsova` is `A… K…`, in any order of its words; "" of none, and of numbers."""
    return " ".join(f"{word[0]}…" for word in name.split()[:5] if word[0].isalpha())


def _by_clock(action: PromoAction, moment: dt.datetime) -> str:
    """By the client's clock, and the zone's name."""
    client: Any = action.client
    local = moment.astimezone(client.zone)
    return f"{date_format(local, 'SHORT_DATETIME_FORMAT')} ({client.time_zone})"
