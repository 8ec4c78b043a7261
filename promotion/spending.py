"""Advertising money that was spent or is taken: the one place that every sum starts from.

Three sources, each sum once: figures of ad accounts, prices of placements, and costs of the kind
“advertising”. A placement's money counts on its day: that of its publication, else of its planned
time, else its first. Figures keep the days that the network counts.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import DateField, DateTimeField, F, Func, Value
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from clients.models import Client
from promotion.models import (
    CHANNEL_BY_KIND,
    TAKES_MONEY,
    AdFigure,
    Campaign,
    Cost,
    CostKind,
    Placement,
    PlacementState,
)
from promotion.vat import net_of
from strategy.models import Channel


@dataclass(frozen=True, slots=True)
class Spent:
    """One sum, of an ad account's figures, of a placement's price or of a cost.

    `campaign_id` is None for money that is tied to no campaign yet. `first` and `last` are the
    days it was spent in; they are one day but for figures of a whole period. `amount` is as it was
    told, in `currency`; `net` is without VAT, None where it is not stated whether it holds any.
    `is_taken`: booked, neither paid nor due yet.
    """

    client_id: int
    origin: str
    channel: str
    campaign_id: int | None
    placement_id: int | None
    creative_id: int | None
    ad_object_id: int | None
    first: dt.date
    last: dt.date
    amount: Decimal
    currency: str
    vat: str
    vat_rate: Decimal | None
    is_taken: bool = False

    @property
    def net(self) -> Decimal | None:
        return net_of(self.amount, self.vat, self.vat_rate)


def spent_rows(
    client: Client, first: dt.date, last: dt.date, *, on: dt.date | None = None
) -> list[Spent]:
    """What was spent in these days, as known on a day of the client's: today unless given.

    A booked placement counts from its day on, or once it is paid. Figures of a period that hangs
    over an end of the days are not here, see `hanging_rows`. Three queries.
    """
    return [row for row in money_rows(client, first, last, on=on) if not row.is_taken]


def taken_rows(
    client: Client, first: dt.date, last: dt.date, *, on: dt.date | None = None
) -> list[Spent]:
    """What is booked for these days and is neither paid nor due yet. One query."""
    placements = Placement.objects.filter(client=client)
    rows = placement_rows(placements, first, last, on=on)
    return [row for row in rows if row.is_taken]


def money_rows(
    client: Client, first: dt.date, last: dt.date, *, on: dt.date | None = None
) -> list[Spent]:
    """Both what was spent and what is taken, in these days. Three queries."""
    figures = AdFigure.objects.filter(client=client).in_days(first, last)
    placements = Placement.objects.filter(client=client)
    costs = Cost.objects.filter(client=client, spent_on__range=(first, last))
    return [
        *figure_rows(figures),
        *placement_rows(placements, first, last, on=on),
        *cost_rows(costs),
    ]


def hanging_rows(client: Client, first: dt.date, last: dt.date) -> list[Spent]:
    """Figures of a period that lies in these days in part only: nobody knows how it was spread."""
    over = AdFigure.objects.filter(client=client).touching(first, last)
    return list(figure_rows(over.exclude(starts_on__gte=first, ends_on__lte=last)))


def rows_of_clients(
    clients: Sequence[int], first: dt.date, last: dt.date, *, on: dt.date | None = None
) -> list[Spent]:
    """What was spent, is taken and hangs over the ends of these days, of all these clients.

    Three queries whatever their number; see `money_rows` and `hanging_rows`.
    """
    placements = Placement.objects.filter(client__in=clients)
    costs = Cost.objects.filter(client__in=clients, spent_on__range=(first, last))
    return [
        *figure_rows(AdFigure.objects.filter(client__in=clients).touching(first, last)),
        *placement_rows(placements, first, last, on=on),
        *cost_rows(costs),
    ]


def campaign_rows(campaign: Campaign, *, on: dt.date | None = None) -> list[Spent]:
    """All money of one campaign, spent and taken, of any day. Three queries."""
    return rows_of_campaigns([campaign], on=on)


def rows_of_campaigns(campaigns: Sequence[Campaign], *, on: dt.date | None = None) -> list[Spent]:
    """As `campaign_rows`, of campaigns of one client, whatever their number in three queries."""
    client, days = campaigns[0].client, (dt.date.min, dt.date.max)
    wanted = [each.pk for each in campaigns]
    figures = AdFigure.objects.filter(client=client).alias(tied_to=nearest("campaign"))
    costs = Cost.objects.filter(client=client).alias(
        tied_to=Coalesce("campaign", "placement__campaign")
    )
    placements = Placement.objects.filter(campaign__in=wanted)
    return [
        *figure_rows(figures.filter(tied_to__in=wanted)),
        *placement_rows(placements, *days, on=on),
        *cost_rows(costs.filter(tied_to__in=wanted)),
    ]


def nearest(field: str) -> Coalesce:
    """Of the figure's row in the ad account, else of what holds that row."""
    row = "ad_object"
    return Coalesce(*(f"{row}{up}__{field}" for up in ("", "__parent", "__parent__parent")))


def figure_rows(figures: Any) -> Iterator[Spent]:
    """Of a queryset of figures: those whose spend was measured, each ruble once."""
    told = figures.summable().filter(spend__isnull=False).order_by("starts_on", "pk")
    account = "ad_object__account"
    columns = told.values_list(
        "client_id",
        nearest("campaign__kind"), nearest("campaign"), nearest("creative"), "ad_object_id",
        "starts_on", "ends_on", "spend",
        f"{account}__currency", f"{account}__vat", f"{account}__vat_rate",
    )  # fmt: skip
    for client_id, kind, campaign_id, creative_id, ad_object_id, *rest in columns:
        channel = CHANNEL_BY_KIND[kind] if kind else Channel.ADS
        yield Spent(client_id, "ads", channel, campaign_id, None, creative_id, ad_object_id, *rest)


def placement_rows(
    placements: Any, first: dt.date, last: dt.date, *, on: dt.date | None = None
) -> Iterator[Spent]:
    """Of a queryset of placements: those whose money is spent or taken, by their days."""
    day = Coalesce(
        own_day("published_at"), own_day("planned_at"), "starts_on", output_field=DateField()
    )
    priced = placements.filter(state__in=TAKES_MONEY, price__isnull=False).annotate(day=day)
    priced = priced.annotate(today=own_day(timezone.now()))
    columns = priced.filter(day__range=(first, last)).order_by("day", "pk")
    for row in columns.values_list(
        "client_id", "today",
        "state", "paid_on", "campaign__kind", "campaign_id", "pk", "creative_id", "day", "price",
        "currency", "vat", "vat_rate",
    ):  # fmt: skip
        client_id, today, state, paid_on, kind, campaign_id, pk, creative_id, *rest = row
        day_of_it, *money = rest
        amount, currency, vat, vat_rate = money
        yield Spent(
            client_id, "placement", CHANNEL_BY_KIND[kind], campaign_id, pk, creative_id, None,
            day_of_it, day_of_it, amount, currency, vat, vat_rate,
            is_taken=state == PlacementState.BOOKED and not paid_on and day_of_it > (on or today),
        )  # fmt: skip


def own_day(moment: str | dt.datetime) -> Cast:
    """The day of a moment in the zone of the row's client; NULL of none."""
    at = F(moment) if isinstance(moment, str) else Cast(Value(moment), DateTimeField())
    return Cast(Func(F("client__time_zone"), at, function="timezone"), DateField())


def cost_rows(costs: Any) -> Iterator[Spent]:
    """Of a queryset of costs: those that are advertising money."""
    told = costs.filter(kind=CostKind.AD_BUDGET).order_by("spent_on", "pk")
    columns = told.values_list(
        "client_id",
        Coalesce("campaign__kind", "placement__campaign__kind"),
        Coalesce("campaign", "placement__campaign"),
        "placement_id", "placement__creative_id",
        "spent_on", "amount", "currency", "vat", "vat_rate",
    )  # fmt: skip
    for client_id, kind, campaign_id, placement_id, creative_id, day, *money in columns:
        channel = CHANNEL_BY_KIND[kind] if kind else Channel.OTHER
        of = (campaign_id, placement_id, creative_id, None)
        yield Spent(client_id, "cost", channel, *of, day, day, *money)
