"""What a placement brought: once for each slot, and what stood there before is kept."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import User
from promotion.models import (
    SLOT_AFTER,
    FactSlot,
    Placement,
    PlacementFact,
    PlacementFactCorrection,
)

NUMBERS = ("views", "clicks", "joined", "left", "messages")
MOST = 2_147_483_647


@transaction.atomic
def take_fact(
    placement: Placement,
    slot: str,
    *,
    source: str,
    at: dt.datetime,
    by: User | None = None,
    **numbers: int | None,
) -> PlacementFact:
    """Store the numbers that are given (None: known to be not measured); others stay as they were.

    `at` is when they were read. Taken twice, nothing changes. Raises ValidationError by field: not
    published, a moment before the publication or to come, negative, more left than joined.
    """
    row = Placement.objects.select_for_update(no_key=True, of=("self",)).get(pk=placement.pk)
    _refuse_moment(row, at)
    _refuse_numbers(numbers)
    fact = PlacementFact.objects.filter(placement=row, slot=slot).first()
    if fact is None:
        fact = PlacementFact(client_id=row.client_id, placement=row, slot=FactSlot(slot))
    old = {name: getattr(fact, name) for name in NUMBERS}
    if fact.pk and all(old[name] == number for name, number in numbers.items()):
        return fact
    for name, number in numbers.items():
        setattr(fact, name, number)
    _refuse_more_left(fact)
    fact.measured_at, fact.source = at, source
    is_new = fact.pk is None
    fact.save()
    if not is_new:
        PlacementFactCorrection.objects.create(fact=fact, old=old, source=source, corrected_by=by)
    return fact


def _refuse_moment(placement: Placement, at: dt.datetime) -> None:
    if placement.published_at is None:
        raise ValidationError(
            _("It is not published yet: give its link and time first, then its figures.")
        )
    if at < placement.published_at:
        raise ValidationError({"measured_at": _("This is before the publication.")})


def _refuse_numbers(numbers: dict[str, int | None]) -> None:
    if unknown := sorted(set(numbers) - {*NUMBERS}):
        raise TypeError(f"No figures of a placement: {', '.join(unknown)}.")
    wrong = {
        name: _("A whole number from 0; leave it empty where it was not measured.")
        for name, number in numbers.items()
        if number is not None and not 0 <= number <= MOST
    }
    if wrong:
        raise ValidationError(wrong)


def _refuse_more_left(fact: PlacementFact) -> None:
    if fact.left is not None and fact.joined is not None and fact.left > fact.joined:
        message = _("More left than joined (%(joined)d): look at the two numbers.")
        raise ValidationError({"left": message % {"joined": fact.joined}})


def warnings_of(fact: PlacementFact) -> list[str]:
    """What is strange in the figures and may be true all the same."""
    found = []
    if fact.views is not None and fact.clicks is not None and fact.clicks > fact.views:
        found.append(_("More clicks than views: look at the two numbers."))
    if fact.views is not None and fact.joined is not None and fact.joined > fact.views:
        found.append(_("More joined than views: look at the two numbers."))
    published = fact.placement.published_at
    if published and fact.measured_at < published + SLOT_AFTER[FactSlot(fact.slot)]:
        found.append(
            _("Read earlier than %(slot)s after the publication.")
            % {"slot": fact.get_slot_display()}
        )
    return found
