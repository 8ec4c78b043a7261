"""What the client's portal tells of a promo action: read as the portal's role, so nobody's name."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from promotion.models import Campaign, Draw, Participant, Prize, PromoAction, Winner

ACTION = (
    "id", "campaign_id", "mechanics", "legal_kind", "rules", "rules_url", "eligibility",
    "organiser", "entry_starts_at", "entry_ends_at", "draw_at", "draw_place", "hand_over_until",
    "promo_word",
)  # fmt: skip
DRAW = (
    "id", "action_id", "list_hash", "listed_count", "listed_at", "method", "seed", "seed_source",
    "drawn_at", "proof_url",
)  # fmt: skip


@dataclass(frozen=True)
class ShownPrize:
    title: str
    quantity: int
    value: Decimal | None
    currency: str


@dataclass(frozen=True)
class ShownWinner:
    """`name` is masked, "" once the participants are forgotten."""

    place: int
    name: str
    prize: str
    state: str
    since: dt.datetime


@dataclass(frozen=True)
class ShownAction:
    action: PromoAction
    prizes: Sequence[ShownPrize]
    participants: int
    excluded: int
    draw: Draw | None
    winners: Sequence[ShownWinner]


def shown_action(campaign: Campaign) -> ShownAction | None:
    """None where the campaign has no promo action. Five queries."""
    action = PromoAction.objects.only(*ACTION).filter(campaign=campaign.pk).first()
    if action is None:
        return None
    people = Participant.objects.filter(action=action.pk)
    draw = Draw.objects.only(*DRAW).filter(action=action.pk).first()
    in_list = people.in_the_draw().values("pk").count()
    prizes = Prize.objects.filter(action=action.pk).order_by("place")
    return ShownAction(
        action,
        [ShownPrize(*row) for row in prizes.values_list("title", "quantity", "value", "currency")],
        in_list,
        people.values("pk").count() - in_list,
        draw,
        _winners(draw) if draw else [],
    )


def _winners(draw: Draw) -> list[ShownWinner]:
    rows = Winner.objects.filter(draw=draw.pk).order_by("place")
    labels = dict(Winner._meta.get_field("state").choices or [])
    return [
        ShownWinner(place, name, prize, str(labels[state]), since)
        for place, name, prize, state, since in rows.values_list(
            "place", "shown_name", "prize__title", "state", "state_since"
        )
    ]
