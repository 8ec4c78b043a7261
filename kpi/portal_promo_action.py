"""The promo action of a campaign in the portal: rules, dates, prizes, winners by masked names."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject

from promotion.models import Participant, Prize, PromoAction, Winner
from promotion.models.draw import PrizeState
from promotion.models.promo_action import LegalKind, Mechanics
from smm_agency.lib.words import as_count, as_money


@dataclass(frozen=True)
class PrizeLine:
    title: str
    quantity: int
    value: str


@dataclass(frozen=True)
class WinnerLine:
    place: int
    name: str
    prize: str
    state: str


@dataclass(frozen=True)
class ActionPart:
    mechanics: str
    legal_kind: str
    rules: str
    rules_url: str
    eligibility: str
    organiser: str
    entry_starts_at: dt.datetime | None
    entry_ends_at: dt.datetime | None
    draw_at: dt.datetime | None
    hand_over_until: dt.date | None
    participants: str
    drawn_at: dt.datetime | None
    proof_url: str
    list_hash: str
    sealed_at: dt.datetime | None
    sealed_count: str
    seed: str
    seed_source: str
    seed_at: dt.datetime | None
    prizes: Sequence[PrizeLine]
    winners: Sequence[WinnerLine]


COLUMNS = (
    "mechanics", "legal_kind", "rules", "rules_url", "eligibility", "organiser",
    "organiser_inn", "entry_starts_at", "entry_ends_at", "draw_at", "hand_over_until",
    "draw__drawn_at", "draw__proof_url", "draw__list_hash", "draw__listed_at",
    "draw__listed_count", "draw__seed", "draw__seed_source", "draw__seed_at",
    "prizes_listed", "winners_listed", "participating",
)  # fmt: skip


def read_action(campaign_id: int) -> ActionPart | None:
    """One query."""
    prizes = Prize.objects.filter(action=OuterRef("pk")).order_by("place", "pk")
    winners = Winner.objects.filter(draw__action=OuterRef("pk")).order_by("place", "pk")
    taking_part = Participant.objects.in_the_draw().filter(action=OuterRef("pk")).order_by()
    counted = taking_part.values("action").annotate(number=Count("pk")).values("number")
    row = (
        PromoAction.objects.filter(Q(campaign=campaign_id))
        .annotate(
            prizes_listed=ArraySubquery(
                prizes.values_list(
                    JSONObject(
                        title="title", quantity="quantity", value="value", currency="currency"
                    )
                )
            ),
            winners_listed=ArraySubquery(
                winners.values_list(
                    JSONObject(
                        place="place", name="shown_name", prize="prize__title", state="state"
                    )
                )
            ),
            participating=Coalesce(Subquery(counted), 0),
        )
        .values(*COLUMNS)
        .first()
    )
    return _part(row) if row else None


def _part(row: dict[str, Any]) -> ActionPart:
    organiser = ", ".join(filter(None, (row["organiser"], row["organiser_inn"])))
    return ActionPart(
        str(Mechanics(row["mechanics"]).label),
        str(LegalKind(row["legal_kind"]).label) if row["legal_kind"] else "",
        row["rules"],
        row["rules_url"],
        row["eligibility"],
        organiser,
        row["entry_starts_at"],
        row["entry_ends_at"],
        row["draw_at"],
        row["hand_over_until"],
        as_count(row["participating"]),
        row["draw__drawn_at"],
        row["draw__proof_url"] or "",
        row["draw__list_hash"] or "",
        row["draw__listed_at"],
        as_count(row["draw__listed_count"]),
        row["draw__seed"] or "",
        row["draw__seed_source"] or "",
        row["draw__seed_at"],
        [_prize(each) for each in row["prizes_listed"]],
        [
            WinnerLine(
                each["place"], each["name"], each["prize"], str(PrizeState(each["state"]).label)
            )
            for each in row["winners_listed"]
        ],
    )


def _prize(row: dict[str, Any]) -> PrizeLine:
    return PrizeLine(row["title"], row["quantity"], as_money(row["value"], row["currency"]))
