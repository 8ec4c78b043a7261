"""Placements of the demo on publishers' pages: in every state that a person meets."""

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from clients.models import Role
from communities.models import Profile
from promotion.models import (
    Campaign,
    CampaignState,
    Placement,
    PlacementFact,
    PlacementState,
    PublisherCard,
    PublisherPrice,
    Verdict,
)
from smm_agency.demo.rhythm import DAY
from smm_agency.demo.stage import Stage


class Donor(NamedTuple):
    """A publisher's page, the placement there, its day from today, and views, clicks, joined,
    left where they are known.
    """

    network: str
    screen_name: str
    title: str
    state: str
    days: int
    price: int
    facts: tuple[int, int, int, int] | None = None


State = PlacementState
SEEDING: dict[str, tuple[str, int, tuple[Donor, ...]]] = {
    "clinic": (
        "Посев в районных пабликах", 6_000, (
            Donor("vk", "rayon_primer", "Районные новости (пример)", State.CLOSED, -15, 2_400,
                  (6_900, 118, 41, 5)),
            Donor("vk", "mamy_primer", "Мамы района (пример)", State.PUBLISHED, -2, 1_900,
                  (3_400, 52, 14, 0)),
            Donor("telegram", "dvor_primer", "Наш двор (пример)", State.BOOKED, 4, 1_200),
            Donor("vk", "afisha_primer", "Афиша района (пример)", State.NEGOTIATED, 7, 2_800),
            Donor("vk", "baraholka_primer", "Барахолка (пример)", State.CANDIDATE, 9, 900),
        ),
    ),
    "cafe": (
        "Пироги к выходным: посев", 9_000, (
            Donor("vk", "gorod_primer", "Город сегодня (пример)", State.CLOSED, -12, 3_500,
                  (9_800, 210, 63, 11)),
            Donor("telegram", "eda_primer", "Где поесть (пример)", State.CLOSED, -9, 2_700,
                  (4_100, 61, 9, 4)),
            Donor("vk", "vyhodnye_primer", "Куда на выходные (пример)", State.APPROVED, 5, 2_500),
        ),
    ),
}  # fmt: skip
SPAN = (18, 14)


def write_seeding(stage: Stage) -> None:
    if stage.story.key not in SEEDING:
        return
    title, budget, donors = SEEDING[stage.story.key]
    campaign = Campaign.objects.create(
        client=stage.client, engagement=stage.engagement, title=title,
        kind=Campaign.Kind.SEEDING, owner=stage.cast.member(stage.story, Role.PAID_SOCIAL),
        starts_on=stage.today - DAY * SPAN[0], ends_on=stage.today + DAY * SPAN[1],
        budget=Decimal(budget), currency=stage.client.currency, state=CampaignState.RUNNING,
        vat="free", plan_reach=budget * 4, plan_clicks=budget // 15, plan_joins=budget // 55,
        client_text="Записи на страницах, которые читают соседи.",
    )  # fmt: skip
    for number, donor in enumerate(donors):
        _write_placement(stage, campaign, donor, number)


def _write_placement(stage: Stage, campaign: Campaign, donor: Donor, number: int) -> None:
    at = stage.moment(stage.today + DAY * donor.days, 12)
    is_out = donor.days < 0
    prefix = "-100" if donor.network == "telegram" else ""
    page = Profile.objects.create(
        client=stage.client, network=donor.network, title=donor.title,
        screen_name=donor.screen_name, relation=Profile.Relation.PUBLISHER, is_measured=False,
        external_id=f"{prefix}{998_000_000 + stage.number * 100 + number}",
    )  # fmt: skip
    _write_card(stage, page, donor)
    marked: dict[str, Any] = {}
    if donor.state not in (State.CANDIDATE, State.NEGOTIATED):
        marked = {
            "erid": f"2Vtz-demo-{stage.number}{number}", "ad_operator": "Демо-ОРД",
            "advertiser": f"{stage.client.legal_name}, ИНН 0000000000", "marked_by": "agency",
        }  # fmt: skip
    placement = Placement.objects.create(
        campaign=campaign, title=donor.title, publisher=page, community=stage.own[0].community,
        format="1_24", starts_on=at.date(), ends_on=at.date(), planned_at=at,
        published_at=at + dt.timedelta(minutes=7) if is_out else None,
        removed_at=at + dt.timedelta(hours=25) if donor.days < -2 else None,
        url=f"https://example.com/{donor.screen_name}" if is_out else "",
        price=Decimal(donor.price), currency=stage.client.currency, vat="free", state=donor.state,
        paid_on=at.date() - DAY if is_out else None, plan_reach=donor.price * 3,
        plan_joins=donor.price // 60, **marked,
    )  # fmt: skip
    if donor.facts:
        _write_facts(placement, donor.facts, is_old=donor.days < -8)


def _write_card(stage: Stage, page: Profile, donor: Donor) -> None:
    """What is known of the page; a person's verdict where its placement is over."""
    is_over = donor.state == State.CLOSED
    card = PublisherCard.objects.create(
        client=stage.client, profile=page, subject="Жизнь района", geography="Москва",
        marketplace="direct", admin_contact=f"@{donor.screen_name}_admin",
        err24=Decimal("12.50"), reach24=donor.price * 2, told_on=stage.yesterday - DAY * 20,
        told_by="Статистика страницы", audience="live", audience_on=stage.yesterday - DAY * 20,
        verdict=_verdict_of(donor) if is_over else "",
        verdict_reason="По цене оставшегося подписчика" if is_over else "",
        verdict_on=stage.yesterday - DAY * 2 if is_over else None,
        verdict_by=stage.cast.member(stage.story, Role.PAID_SOCIAL) if is_over else None,
    )  # fmt: skip
    for ago, share in ((90, 0.9), (20, 1.0)):
        PublisherPrice.objects.create(
            client=stage.client, card=card, format="1_24", currency=stage.client.currency,
            price=Decimal(int(donor.price * share)), vat="free", since=stage.today - DAY * ago,
            source="Прайс страницы",
        )  # fmt: skip


def _verdict_of(donor: Donor) -> str:
    """Again where few of those who joined had left."""
    if donor.facts is None:
        return Verdict.NONE
    _views, _clicks, joined, left = donor.facts
    return Verdict.REPEAT if left * 4 < joined else Verdict.TEST


def _write_facts(placement: Placement, told: tuple[int, int, int, int], *, is_old: bool) -> None:
    views, clicks, joined, left = told
    at = placement.published_at
    if at is None:
        return
    rows = [("24h", 1, 1.0)]
    if is_old:
        rows += [("48h", 2, 1.2), ("7d", 7, 1.3)]
    PlacementFact.objects.bulk_create(
        PlacementFact(
            client=placement.client, placement=placement, slot=slot,
            views=int(views * share), clicks=int(clicks * share), joined=int(joined * share),
            left=left if slot == "7d" else None, measured_at=at + dt.timedelta(days=days),
        )
        for slot, days, share in rows
    )  # fmt: skip
