"""What a campaign has spent of its budget, how fast, and when the rest will be gone."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from promotion.ad_freshness import Freshness, freshness_of
from promotion.models import AdFigure, Campaign, CampaignState
from promotion.pacing import (
    Light,
    elapsed_share,
    expected_spend,
    light_of,
    mean_spend,
    pacing,
    runs_out_on,
)
from promotion.spending import Spent, nearest, rows_of_campaigns
from promotion.sums import Counted, Sum, counted, counting_words, sums_of
from promotion.vat import counted_in

Days = dict[dt.date, Decimal | None]


@dataclass(frozen=True)
class CampaignSums:
    """Sums are in the campaign's currency and as its budget counts VAT; `others` are of other
    currencies and take nothing of the budget.
    """

    campaign: Campaign
    spent: Counted
    taken: Counted
    others: list[Sum]

    @property
    def left(self) -> Decimal | None:
        """Of the budget, after what is spent and taken; None without a budget."""
        if self.campaign.budget is None:
            return None
        return self.campaign.budget - self.spent.amount - self.taken.amount

    @property
    def is_exact(self) -> bool:
        return self.spent.is_exact and self.taken.is_exact

    @property
    def share(self) -> Decimal | None:
        """Spent ÷ budget; None where there is no budget, or a zero."""
        return self.spent.amount / self.campaign.budget if self.campaign.budget else None

    @property
    def is_over(self) -> bool:
        return self.left is not None and self.left < 0

    @property
    def vat_words(self) -> str:
        return counting_words(self.campaign.vat, is_exact=self.is_exact)


@dataclass(frozen=True)
class CampaignMoney(CampaignSums):
    """`on` is the last day that pacing counts: yesterday, as today is not over, or the last day
    that the figures of all its ads are known of.

    Forecasts are None where the campaign is over, has no end, or its spend was measured on fewer
    than three of the last days.
    """

    on: dt.date
    elapsed: Decimal | None
    pace: Decimal | None
    mean: Decimal | None
    runs_out_on: dt.date | None
    expected: Decimal | None
    last_spend_on: dt.date | None
    ads: list[Freshness]

    @property
    def light(self) -> Light:
        return light_of(self.pace)


def campaign_money(campaign: Campaign, *, today: dt.date) -> CampaignMoney:
    """Six queries."""
    return money_of_campaigns([campaign], today=today)[0]


def money_of_campaigns(campaigns: Iterable[Campaign], *, today: dt.date) -> list[CampaignMoney]:
    """Of campaigns of one client, in their order; six queries whatever their number."""
    wanted = list(campaigns)
    if not wanted:
        return []
    by_campaign = _by_campaign(wanted, today)
    days, ads = _days_of(wanted), freshness_of(wanted)
    return [
        _money_of(each, by_campaign[each.pk], days[each.pk], ads.get(each.pk, []), today)
        for each in wanted
    ]


def sums_of_campaigns(campaigns: Sequence[Campaign], *, today: dt.date) -> list[CampaignSums]:
    """What is spent and taken alone, without pace and forecast; three queries, or none."""
    if not campaigns:
        return []
    by_campaign = _by_campaign(campaigns, today)
    return [CampaignSums(each, *_sums(each, by_campaign[each.pk])) for each in campaigns]


def _by_campaign(campaigns: Sequence[Campaign], today: dt.date) -> dict[int | None, list[Spent]]:
    found: dict[int | None, list[Spent]] = defaultdict(list)
    for row in rows_of_campaigns(campaigns, on=today):
        found[row.campaign_id].append(row)
    return found


def _sums(campaign: Campaign, rows: list[Spent]) -> tuple[Counted, Counted, list[Sum]]:
    """Spent, taken, and what is of other currencies."""
    own = [row for row in rows if row.currency == campaign.currency]
    spent = counted([row for row in own if not row.is_taken], campaign.vat)
    taken = counted([row for row in own if row.is_taken], campaign.vat)
    return spent, taken, sums_of(row for row in rows if row.currency != campaign.currency)


def _days_of(campaigns: list[Campaign]) -> dict[int, Days]:
    """The spend of the ads by day, by campaign; None: not all of that day was measured."""
    figures = AdFigure.objects.filter(client=campaigns[0].client_id).summable()
    tied = figures.annotate(tied_to=nearest("campaign")).filter(
        tied_to__in=[each.pk for each in campaigns]
    )
    currencies = {each.pk: (each.currency, each.vat) for each in campaigns}
    found: dict[int, Days] = {each.pk: {} for each in campaigns}
    account = "ad_object__account"
    columns = ("tied_to", "starts_on", "ends_on", "spend")
    told = (f"{account}__currency", f"{account}__vat", f"{account}__vat_rate")
    for pk, first, last, spend, currency, *vat in tied.values_list(*columns, *told):
        budget_currency, budget_vat = currencies[pk]
        if first == last and currency == budget_currency:
            _add(found[pk], first, _in_budget(budget_vat, spend, *vat))
    return found


def _in_budget(
    budget_vat: str, spend: Decimal | None, vat: str, rate: Decimal | None
) -> Decimal | None:
    if spend is None:
        return None
    amount = counted_in(budget_vat, spend, vat, rate)
    return spend if amount is None else amount


def _add(days: Days, day: dt.date, spend: Decimal | None) -> None:
    known = days.get(day, Decimal(0))
    days[day] = None if known is None or spend is None else known + spend


def _known_on(campaign: Campaign, ads: list[Freshness], today: dt.date) -> dt.date:
    day = dt.timedelta(days=1)
    known = [each.known_on or campaign.starts_on - day for each in ads]
    return min([today - day, *known])


def _money_of(
    campaign: Campaign, rows: list[Spent], days: Days, ads: list[Freshness], today: dt.date
) -> CampaignMoney:
    on, last = _known_on(campaign, ads, today), campaign.ends_on
    own = [row for row in rows if row.currency == campaign.currency]
    spent, taken, others = _sums(campaign, rows)
    to_date = counted(
        [row for row in own if not row.is_taken and row.last <= on], campaign.vat
    ).amount
    elapsed = elapsed_share(campaign.starts_on, last, on=on) if last else None
    mean = None if _is_over(campaign, today) else mean_spend(days, on=on)
    left = (campaign.budget or Decimal(0)) - spent.amount - taken.amount
    is_limited = campaign.budget is not None and mean is not None
    return CampaignMoney(
        campaign=campaign,
        on=on,
        spent=spent,
        taken=taken,
        others=others,
        elapsed=elapsed,
        pace=pacing(to_date, campaign.budget, elapsed),
        mean=mean,
        runs_out_on=runs_out_on(left, mean, on=on) if is_limited else None,
        expected=expected_spend(to_date, mean, last, on=on) if last else None,
        last_spend_on=max((day for day, spend in days.items() if spend), default=None),
        ads=ads,
    )


def _is_over(campaign: Campaign, today: dt.date) -> bool:
    is_done = campaign.state in (CampaignState.FINISHED, CampaignState.CANCELLED)
    return is_done or (campaign.ends_on is not None and campaign.ends_on < today)
