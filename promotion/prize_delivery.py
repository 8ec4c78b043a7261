"""What becomes of the prizes after the draw, and who is told when one is late."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.letters import language_of
from clients.models import Block
from clients.todo import add_task
from promotion.draw import order_of
from promotion.drawing import winner_of
from promotion.models import Draw, Participant, PrizeState, PromoAction, Winner

NEXT: dict[str, tuple[PrizeState, ...]] = {
    PrizeState.PROMISED: (
        PrizeState.CONTACTED,
        PrizeState.SENT,
        PrizeState.RECEIVED,
        PrizeState.REFUSED,
    ),
    PrizeState.CONTACTED: (PrizeState.SENT, PrizeState.RECEIVED, PrizeState.REFUSED),
    PrizeState.SENT: (PrizeState.RECEIVED, PrizeState.REFUSED),
}
DATES = {
    PrizeState.CONTACTED: "contacted_on",
    PrizeState.SENT: "sent_on",
    PrizeState.RECEIVED: "ended_on",
    PrizeState.REFUSED: "ended_on",
}


@transaction.atomic
def move_prize(
    winner: Winner, to: str, *, seen: str, on: dt.date, note: str = "", at: dt.datetime
) -> Winner | None:
    """Write down how far the prize has come; `seen` is the state that the person saw.

    A prize that is refused goes to the next in the drawn order, who is returned; None where the
    winner stays, nobody is left, or the order is not known here. Raises ValidationError.
    """
    draw = Draw.objects.select_for_update(of=("self",)).select_related("client", "action")
    held = draw.get(pk=winner.draw_id)
    row = Winner.objects.select_for_update(of=("self",)).get(pk=winner.pk)
    if row.state != seen:
        message = _("Somebody has moved this prize meanwhile: it is “%(state)s” now.")
        raise ValidationError(message % {"state": row.get_state_display()})
    step = PrizeState(to)
    _refuse_move(held, row, step, on=on, note=note, at=at)
    row.state, row.state_since = step, at
    setattr(row, DATES[step], on)
    if note.strip():
        row.note = f"{row.note}\n{note.strip()}" if row.note else note.strip()
    row.save(update_fields=["state", "state_since", DATES[step], "note"])
    return _give_to_next(held, row, at=at) if step == PrizeState.REFUSED else None


def _refuse_move(
    draw: Draw, row: Winner, to: PrizeState, *, on: dt.date, note: str, at: dt.datetime
) -> None:
    if to not in NEXT.get(row.state, ()):
        message = _("From “%(old)s” a prize does not become “%(new)s”.")
        raise ValidationError(message % {"old": row.get_state_display(), "new": to.label})
    if to == PrizeState.REFUSED and not note.strip():
        raise ValidationError({"note": _("Say why: the prize goes to somebody else.")})
    if on > draw.client.day_of(at):
        raise ValidationError({"on": _("This day has not come yet.")})
    if draw.drawn_at is not None and on < draw.client.day_of(draw.drawn_at):
        raise ValidationError({"on": _("This day is before the draw.")})


def _give_to_next(draw: Draw, refused: Winner, *, at: dt.datetime) -> Winner | None:
    """The first of the order who has not won yet gets the prize."""
    if draw.method != Draw.Method.VERIFIABLE:
        return None
    order = order_of(draw.seed, draw.protocol["list"])
    won = set(draw.winners.values_list("participant__mark", flat=True))
    for place, mark in enumerate(order, start=1):
        if mark not in won:
            participant = Participant.objects.get(action=draw.action_id, mark=mark)
            winner = winner_of(draw, participant, refused.prize, place=place, at=at)
            winner.save()
            return winner
    return None


def remind_of_prizes(*, at: dt.datetime) -> int:
    """A task for who leads the campaign, once for each action whose prizes are late; how many."""
    # The client's day is at most a day ahead of UTC's.
    ahead = at.date() + dt.timedelta(days=1)
    late = PromoAction.objects.filter(prizes_told_at=None, hand_over_until__lt=ahead)
    rows = late.filter(draw__in=Winner.objects.waiting().values("draw"))
    return sum(_tell(action, at=at) for action in rows.select_related("client", "campaign__owner"))


@transaction.atomic
def _tell(action: PromoAction, *, at: dt.datetime) -> bool:
    today = action.client.day_of(at)
    count = Winner.objects.filter(draw__action=action).overdue(on=today).count()
    unsaid = PromoAction.objects.filter(pk=action.pk, prizes_told_at=None)
    if not count or not unsaid.update(prizes_told_at=at):
        return False
    owner, client = action.campaign.owner, action.client
    with translation.override(language_of(owner, client) if owner else client.language):
        add_task(
            client,
            title=(_("Hand over the prizes of “%(action)s”") % {"action": action})[:200],
            block=Block.PROMOTION,
            owner=owner,
            due_on=today,
            details=_late_words(action, count),
            origin=action,
        )
    return True


def _late_words(action: PromoAction, count: int) -> str:
    words = ngettext(
        "%(count)s prize is not received; the rules promise it by %(day)s.",
        "%(count)s prizes are not received; the rules promise them by %(day)s.",
        count,
    )
    day = date_format(action.hand_over_until) if action.hand_over_until else "—"
    return words % {"count": count, "day": day}
