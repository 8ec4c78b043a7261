"""What the demo's clients spend on being found: campaigns with their ad accounts and money."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from clients.models import Role, Side, TrackingNumber
from kpi.models import Call, Evidence, NumberPlacement
from promotion.models import (
    AdAccount,
    AdAccountKey,
    AdFigure,
    AdObject,
    Campaign,
    CampaignCommunity,
    CampaignMove,
    CampaignSegment,
    CampaignState,
    ChannelBudget,
    Cost,
    CostKind,
    Creative,
    TopUp,
)
from smm_agency.demo.assessment import write_assessment
from smm_agency.demo.calls import CAMPAIGN_DAYS
from smm_agency.demo.giveaway import write_giveaway
from smm_agency.demo.rhythm import DAY, dice
from smm_agency.demo.seeding import write_seeding
from smm_agency.demo.stage import Stage
from strategy.models import StrategyVersion

CENT = Decimal("0.01")
VAT = {"vat": "included", "vat_rate": Decimal(20)}
# Every fourth call of its days came by the campaign's number.
EVERY_CALL = 4


class Ads(NamedTuple):
    """A running campaign of targeted ads: the first variant is the better one by `better` times."""

    title: str
    network: str
    account: str
    began_ago: int
    ends_in: int
    budget: int
    day_spend: int
    variants: tuple[str, str]
    better: float
    text: str
    # The account stopped telling so many days ago.
    silent: int = 0


ADS: dict[str, Ads] = {
    "clinic": Ads(
        "Гигиена зимой: реклама по району", "vk_ads", "Дента-Пример · кабинет", 44, 16, 25_000, 430,
        ("Доктор у кресла", "Цена крупно"), 1.7,
        "Показываем соседям клиники, что входит в чистку и сколько она стоит.",
    ),
    "car-service": Ads(
        "Зимняя проверка: реклама по городу", "yandex_direct", "Образцовый ход · Директ", 22, 8,
        40_000, 1_900, ("Мастер с ключом", "Список работ"), 1.2,
        "Проверка перед зимой: показы тем, кто ищет сервис рядом.", silent=5,
    ),
    "cycles": Ads(
        "Winter service: targeted ads", "meta_ads", "Demo Cycles ads", 16, 14, 600, 17,
        ("Before and after", "Price list"), 1.4,
        "People near the workshop see what a winter service costs.",
    ),
}  # fmt: skip


def write_promotion(stages: Sequence[Stage]) -> None:
    """After the calls, which some of the campaigns brought, and before anything is evaluated."""
    for stage in stages:
        _settle_old(stage)
        if told := ADS.get(stage.story.key):
            campaign = _write_campaign(stage, told)
            account = _write_account(stage, told, campaign)
            _write_past(stage, told, account)
            _write_money(stage, campaign)
            _lead_calls_to(stage, campaign)
        write_seeding(stage)
        _write_account_to_read(stage)


def aim_campaigns(stages: Sequence[Stage]) -> None:
    """Once the strategies are in force: what the running campaigns serve, and what is assessed."""
    for stage in stages:
        for campaign in Campaign.objects.filter(client=stage.client, state=CampaignState.RUNNING):
            _aim(stage, campaign)
        write_assessment(stage)
        write_giveaway(stage)


def _settle_old(stage: Stage) -> None:
    """The campaigns that brought the calls of the past are over."""
    owner = stage.cast.member(stage.story, Role.PAID_SOCIAL)
    Campaign.objects.filter(client=stage.client).update(
        state=CampaignState.FINISHED, owner=owner, engagement=stage.engagement,
        currency=stage.client.currency, budget=Decimal(stage.story.ad_budget), **VAT,
    )  # fmt: skip


def _write_campaign(stage: Stage, told: Ads) -> Campaign:
    campaign = Campaign.objects.create(
        client=stage.client, engagement=stage.engagement, title=told.title,
        kind=Campaign.Kind.TARGETED_ADS, owner=stage.cast.member(stage.story, Role.PAID_SOCIAL),
        starts_on=stage.today - DAY * told.began_ago, ends_on=stage.today + DAY * told.ends_in,
        budget=Decimal(told.budget), currency=stage.client.currency, state=CampaignState.RUNNING,
        state_since=stage.moment(stage.today - DAY * told.began_ago, 9), client_text=told.text,
        plan_reach=told.budget * 3, plan_clicks=told.budget // 25, plan_joins=told.budget // 120,
        plan_calls=max(told.budget // 1_500, 4), **VAT,
    )  # fmt: skip
    _write_moves(stage, campaign)
    Creative.objects.bulk_create(
        Creative(client=stage.client, campaign=campaign, title=title) for title in told.variants
    )
    return campaign


def _write_moves(stage: Stage, campaign: Campaign) -> None:
    by = stage.cast.member(stage.story, Role.PAID_SOCIAL)
    way = (CampaignState.DRAFT, CampaignState.AGREED, CampaignState.RUNNING)
    CampaignMove.objects.bulk_create(
        CampaignMove(
            client=stage.client, campaign=campaign, old=old, new=new, moved_by=by,
            moved_at=stage.moment(campaign.starts_on - DAY * ago, 10),
        )
        for old, new, ago in zip(way[:-1], way[1:], (3, 0), strict=True)
    )  # fmt: skip


def _aim(stage: Stage, campaign: Campaign) -> None:
    """At the communities, and at the goal and the first segment of the strategy in force."""
    CampaignCommunity.objects.bulk_create(
        CampaignCommunity(client=stage.client, campaign=campaign, community=row.community)
        for row in stage.own[:1]
    )
    version = StrategyVersion.objects.filter(
        client=stage.client, state="approved", starts_on__lte=stage.today
    ).first()
    if version is None:
        return
    campaign.goal = version.goals.first()
    campaign.save(update_fields=["goal"])
    if segment := version.segments.first():
        CampaignSegment.objects.create(campaign=campaign, segment=segment)


def _write_account(stage: Stage, told: Ads, campaign: Campaign) -> AdAccount:
    read_at = stage.moment(stage.today - DAY * told.silent, 6)
    account = AdAccount.objects.create(
        client=stage.client, network=told.network, title=told.account,
        external_id=f"{990_000 + stage.number}", currency=stage.client.currency,
        day_zone=stage.story.zone, topped_up_by=Side.CLIENT, read_at=read_at,
        state=AdAccount.State.WORKS, **VAT,
    )  # fmt: skip
    whole = AdObject.objects.create(
        account=account, level="campaign", external_id=f"{9_100 + stage.number}",
        title=told.title, status="active", campaign=campaign,
    )  # fmt: skip
    last = stage.yesterday - DAY * told.silent
    for place, creative in enumerate(campaign.creatives.order_by("pk")):
        row = AdObject.objects.create(
            account=account, level="ad", external_id=f"{91_000 + stage.number * 10 + place}",
            title=creative.title, status="active", campaign=campaign, creative=creative,
            parent=whole,
        )  # fmt: skip
        _write_figures(stage, told, row, share=(0.55, 0.45)[place], last=last, read_at=read_at,
                       pull=told.better if place == 0 else 1.0)  # fmt: skip
    TopUp.objects.create(
        account=account, topped_up_on=stage.today - DAY * CAMPAIGN_DAYS[0],
        amount=Decimal(told.budget) * 2, currency=stage.client.currency, by=Side.CLIENT, **VAT,
    )  # fmt: skip
    return account


def _write_account_to_read(stage: Stage) -> None:
    """One that the clock reads from the simulator: what stands in it is tied to no campaign yet."""
    if stage.story.key != "cafe":
        return
    account = AdAccount.objects.create(
        client=stage.client, network="vk_ads", title="Пироговая · кабинет",
        external_id=f"{990_500 + stage.number}", currency=stage.client.currency,
        topped_up_by=Side.AGENCY, vat="free",
    )  # fmt: skip
    AdAccountKey.objects.create(account=account, app_id="demo-app", app_secret="DEMO-vk-ads-secret")  # noqa: S106


def _write_past(stage: Stage, told: Ads, account: AdAccount) -> None:
    """The campaign that brought the calls of the past had its money in the same account."""
    past = Campaign.objects.filter(
        client=stage.client, kind=Campaign.Kind.TARGETED_ADS, state=CampaignState.FINISHED
    ).first()
    if past is None or past.ends_on is None:
        return
    row = AdObject.objects.create(
        account=account, level="campaign", external_id=f"{9_000 + stage.number}",
        title=past.title, status="blocked", campaign=past,
    )  # fmt: skip
    _write_figures(stage, told, row, share=0.9, pull=1.3, first=past.starts_on,
                   last=past.ends_on, read_at=stage.moment(past.ends_on + DAY, 6))  # fmt: skip


def _write_figures(
    stage: Stage, told: Ads, row: AdObject, *, share: float, pull: float, last: dt.date,
    read_at: dt.datetime, first: dt.date | None = None,
) -> None:  # fmt: skip
    rng = dice(stage.today, stage.story.key, "ads", row.external_id)
    first = first or stage.today - DAY * told.began_ago
    rows = []
    for number in range((last - first).days + 1):
        spend = Decimal(told.day_spend * share * rng.uniform(0.85, 1.15)).quantize(CENT)
        shows = int(float(spend) * (9 if stage.client.currency == "RUB" else 120))
        clicks = int(shows * 0.006 * pull * rng.uniform(0.7, 1.3))
        rows.append(
            AdFigure(
                client=stage.client, ad_object=row, starts_on=first + DAY * number,
                ends_on=first + DAY * number, spend=spend, impressions=shows,
                reach=int(shows * 0.8), clicks=clicks, joins=int(clicks * rng.uniform(0.1, 0.25)),
                messages=rng.randint(0, 2), results=None, read_at=read_at,
                source=AdFigure.Source.FILE,
            )
        )  # fmt: skip
    AdFigure.objects.bulk_create(rows)


def _write_money(stage: Stage, campaign: Campaign) -> None:
    """The fee and the marking levy of the month, and more money than the media plan had."""
    month = stage.today.replace(day=1)
    by = stage.cast.member(stage.story, Role.PAID_SOCIAL)
    money = {"currency": stage.client.currency, "entered_by": by, "client": stage.client}
    costs = [
        Cost(kind=CostKind.AGENCY_FEE, spent_on=month, amount=Decimal(stage.story.fee) / 4,
             paid_by=Side.CLIENT, **VAT, **money),
    ]  # fmt: skip
    if stage.story.country == "RU":
        costs.append(
            Cost(kind=CostKind.MARKING_LEVY, campaign=campaign, spent_on=campaign.starts_on,
                 amount=(campaign.budget or Decimal(0)) * 3 / 100, paid_by=Side.AGENCY,
                 vat="free", **money)
        )  # fmt: skip
    Cost.objects.bulk_create(costs)
    ChannelBudget.objects.create(
        client=stage.client, channel=campaign.channel, month=month,
        amount=campaign.budget or Decimal(0), currency=stage.client.currency, set_by=by, **VAT,
        reason="Сезон: больше показов" if stage.story.language == "ru" else "The season",
    )  # fmt: skip


def _lead_calls_to(stage: Stage, campaign: Campaign) -> None:
    """A number of its own, and those calls of its days that came by it."""
    if stage.story.calls is None:
        return
    number = TrackingNumber.objects.create(
        client=stage.client, number=f"+7000{9_000_900 + stage.number * 10_000:07d}",
        provider="Demo calls",
    )  # fmt: skip
    NumberPlacement.objects.create(
        number=number, campaign=campaign, starts_on=campaign.starts_on, ends_on=campaign.ends_on
    )
    calls = Call.objects.filter(
        client=stage.client, day__gte=campaign.starts_on, evidence=Evidence.COMMUNITY_NUMBER
    ).order_by("pk")
    moved = list(calls.values_list("pk", flat=True))[::EVERY_CALL]
    Call.objects.filter(pk__in=moved).update(
        tracking_number=number, called_number=number.number, community=None, campaign=campaign,
        evidence=Evidence.PLACEMENT_NUMBER,
    )  # fmt: skip
