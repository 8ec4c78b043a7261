"""What promotion cost and brought in some days, piece by piece: each with the places it belongs to.

Sums over a key are made of these by `kpi.promotion_results`. Every list is one query, whatever the
rows. Of a placement each number is the latest one measured, as 24 hours are inside 48, but for
those who left: see `promotion.placement_figures`. Reach is of its own days only and is never
added.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, DateField, Q
from django.db.models.functions import Coalesce, TruncDate, TruncMonth

from clients.models import Client
from kpi.models import PROVEN, Call, CallStatus, Deal, Evidence, NumberPlacement
from kpi.promotion_money import Told
from promotion.models import AdFigure, Cost, CostKind, PlacementFact
from promotion.models.campaign import CHANNEL_BY_KIND
from promotion.placement_figures import NAMES, brought_by
from promotion.spending import Spent, hanging_rows, nearest, spent_rows
from strategy.models import Channel

Day = dt.date
# The least that money buys and numbers tell of: a placement, or an ad's figure of its days. None:
# of no one such, as a cost of a whole campaign.
Bit = tuple[str, int] | tuple[str, int, Day, Day] | None
TOLD_BY_ITSELF = (*PROVEN, Evidence.SESSION)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece belongs; None where that is not known. `month` None: over several months."""

    campaign: int | None
    placement: int | None
    creative: int | None
    channel: str
    month: Day | None


@dataclass(frozen=True, slots=True)
class Money:
    """`kind` as of a cost: only advertising is spent, the rest is told apart."""

    place: Place
    kind: str
    told: Told
    bit: Bit = None


@dataclass(frozen=True, slots=True)
class Brought:
    """Of ads or of one placement; None was not measured. `left` is known of placements only."""

    place: Place
    impressions: int | None = None
    reach: int | None = None
    clicks: int | None = None
    joined: int | None = None
    left: int | None = None
    messages: int | None = None
    bit: Bit = None


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of one place by one evidence, without spam."""

    place: Place
    evidence: int
    calls: int
    unique_target: int
    unknown: int

    @property
    def is_proven(self) -> bool:
        return self.evidence in PROVEN

    @property
    def is_session(self) -> bool:
        return self.evidence == Evidence.SESSION


@dataclass(frozen=True, slots=True)
class Sold:
    place: Place
    told: Told


def load_money(client: Client, first: Day, last: Day) -> list[Money]:
    """Advertising as `promotion.spending` tells it, and the costs beside it."""
    return [*_advertising(client, first, last), *_beside(client, first, last)]


def _advertising(client: Client, first: Day, last: Day) -> Iterator[Money]:
    for row in spent_rows(client, first, last):
        month = _month_of(row.first, row.last)
        place = Place(row.campaign_id, row.placement_id, row.creative_id, row.channel, month)
        told = Told(row.amount, row.currency, row.vat, row.vat_rate)
        yield Money(place, CostKind.AD_BUDGET, told, _bit_of(row))


def load_hanging(client: Client, first: Day, last: Day) -> list[Told]:
    """Money of periods that hang over an end of the days: in no sum of them."""
    rows = [row for row in hanging_rows(client, first, last) if row.amount]
    return [Told(row.amount, row.currency, row.vat, row.vat_rate) for row in rows]


def _bit_of(row: Spent) -> Bit:
    if row.placement_id:
        return ("placement", row.placement_id)
    return ("ads", row.ad_object_id, row.first, row.last) if row.ad_object_id else None


def _beside(client: Client, first: Day, last: Day) -> Iterator[Money]:
    rows = Cost.objects.filter(client=client, spent_on__range=(first, last))
    columns = rows.exclude(kind=CostKind.AD_BUDGET).order_by("spent_on", "pk").values_list(
        "kind", Coalesce("campaign", "placement__campaign"), "placement_id",
        "placement__creative_id", Coalesce("campaign__kind", "placement__campaign__kind"),
        "spent_on", "amount", "currency", "vat", "vat_rate",
    )  # fmt: skip
    for kind, campaign, placement, creative, of_kind, day, *told in columns:
        place = Place(campaign, placement, creative, _channel(of_kind, Channel.OTHER), _first(day))
        yield Money(place, kind, Told(*told))


def load_brought(client: Client, first: Day, last: Day) -> list[Brought]:
    return [*_by_ads(client, first, last), *_by_placements(client, first, last)]


def _by_ads(client: Client, first: Day, last: Day) -> Iterator[Brought]:
    rows = AdFigure.objects.filter(client=client).in_days(first, last).summable()
    columns = rows.order_by("starts_on", "pk").values_list(
        nearest("campaign"), nearest("creative"), nearest("campaign__kind"), "ad_object_id",
        "starts_on", "ends_on", "impressions", "reach", "clicks", "joins", "messages",
    )  # fmt: skip
    for campaign, creative, kind, ad_object, starts_on, ends_on, *numbers in columns:
        impressions, reach, clicks, joined, messages = numbers
        month = _month_of(starts_on, ends_on)
        place = Place(campaign, None, creative, _channel(kind, Channel.ADS), month)
        bit = ("ads", ad_object, starts_on, ends_on)
        yield Brought(place, impressions, reach, clicks, joined, None, messages, bit)


def _by_placements(client: Client, first: Day, last: Day) -> Iterator[Brought]:
    rows = PlacementFact.objects.filter(client=client).annotate(
        stood_on=day_of_placement(client, "placement__")
    )
    columns = rows.filter(stood_on__range=(first, last)).order_by("placement_id").values_list(
        "placement_id", "placement__campaign_id", "placement__creative_id",
        "placement__campaign__kind", "stood_on", "slot", *NAMES,
    )  # fmt: skip
    measured: dict[tuple[int, Place], dict[str, dict[str, int | None]]] = {}
    for placement, campaign, creative, kind, day, slot, *numbers in columns:
        place = Place(campaign, placement, creative, _channel(kind, Channel.OTHER), _first(day))
        of_slots = measured.setdefault((placement, place), {})
        of_slots[slot] = dict(zip(NAMES, numbers, strict=True))
    for (placement, place), slots in measured.items():
        found, bit = brought_by(slots), ("placement", placement)
        yield Brought(
            place, found.views, None, found.clicks, found.joined, found.left, found.messages, bit
        )


def day_of_placement(client: Client, prefix: str = "") -> Coalesce:
    """The client's day that a placement's money and figures belong to."""
    return Coalesce(
        TruncDate(f"{prefix}published_at", tzinfo=client.zone),
        TruncDate(f"{prefix}planned_at", tzinfo=client.zone),
        f"{prefix}starts_on",
        output_field=DateField(),
    )


OF_CALL = {
    "of_campaign": Coalesce("campaign", "placement__campaign"),
    "of_kind": Coalesce("campaign__kind", "placement__campaign__kind"),
}


def load_calls(client: Client, first: Day, last: Day) -> list[Calls]:
    """Those of a campaign or a placement, by any evidence."""
    rows = Call.objects.attributed().in_days(first, last).filter(client=client)
    of_promotion = rows.filter(Q(campaign__isnull=False) | Q(placement__isnull=False))
    columns = (
        of_promotion.exclude(status=CallStatus.SPAM)
        .order_by()
        .annotate(**OF_CALL, month=TruncMonth("day"))
        .values_list(
            "of_campaign", "placement_id", "placement__creative_id", "of_kind", "month", "evidence"
        )
        .annotate(
            calls=Count("pk"),
            unique_target=Count("pk", filter=Q(is_unique_target=True)),
            unknown=Count("pk", filter=Q(is_target=True, is_unique_target=None)),
        )
    )
    return [
        Calls(Place(campaign, placement, creative, _channel(kind, Channel.OTHER), month), *counts)
        for campaign, placement, creative, kind, month, *counts in columns
    ]


def load_deals(client: Client, first: Day, last: Day) -> list[Sold]:
    """Each where its call came from, else at its campaign."""
    placed = "call__placement"
    columns = (
        Deal.objects.filter(client=client, closed_on__range=(first, last))
        .order_by("closed_on", "pk")
        .values_list(
            Coalesce("call__campaign", f"{placed}__campaign", "campaign"), "call__placement_id",
            f"{placed}__creative_id",
            Coalesce("call__campaign__kind", f"{placed}__campaign__kind", "campaign__kind"),
            "closed_on", "amount", "currency", "vat", "vat_rate",
        )
    )  # fmt: skip
    return [
        Sold(
            Place(campaign, placement, creative, _channel(kind, Channel.OTHER), _first(day)),
            Told(*told),
        )
        for campaign, placement, creative, kind, day, *told in columns
    ]


def counted_places(client: Client, first: Day, last: Day) -> tuple[set[int], set[int]]:
    """(campaigns, placements) whose calls can be told: of their own, and of nothing inside them.

    A number stood there, or a call but spam came by the number or the visit: one that somebody
    named says nothing of those that nobody asked.
    """
    stood = NumberPlacement.objects.filter(client=client, starts_on__lte=last)
    stood = stood.filter(Q(ends_on=None) | Q(ends_on__gte=first))
    came = Call.objects.in_days(first, last).filter(client=client, evidence__in=TOLD_BY_ITSELF)
    names = ("campaign_id", "placement_id")
    rows: list[tuple[Any, Any]] = list(
        stood.order_by()
        .values_list(*names)
        .union(came.exclude(status=CallStatus.SPAM).order_by().values_list(*names))
    )
    campaigns = {campaign for campaign, placement in rows if campaign and not placement}
    return campaigns, {placement for _campaign, placement in rows if placement}


@dataclass(frozen=True, slots=True)
class Unattributed:
    """Of all the client's calls but spam, and of its unique-target ones: those without evidence."""

    calls: int
    of: int
    unique_target: int
    of_unique_target: int


def count_unattributed(client: Client, first: Day, last: Day) -> Unattributed:
    rows = Call.objects.in_days(first, last).filter(client=client).exclude(status=CallStatus.SPAM)
    nowhere, unique = Q(evidence=None), Q(is_unique_target=True)
    found = rows.aggregate(
        calls=Count("pk", filter=nowhere),
        of=Count("pk"),
        unique_target=Count("pk", filter=nowhere & unique),
        of_unique_target=Count("pk", filter=unique),
    )
    return Unattributed(**found)


def _channel(kind: str | None, otherwise: Channel) -> str:
    return (CHANNEL_BY_KIND[kind] if kind else otherwise).value


def _first(day: Day) -> Day:
    return day.replace(day=1)


def _month_of(first: Day, last: Day) -> Day | None:
    return _first(first) if _first(first) == _first(last) else None
