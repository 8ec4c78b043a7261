"""Campaigns that begin or end within days, and placements to be paid or looked at."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client
from promotion.models import Campaign, CampaignState, Placement, PlacementState
from smm_agency.dashboard.reader import Reader

SOON = dt.timedelta(days=7)
# The last look at a post before its figures are collected.
LOOKED_AT_AFTER = dt.timedelta(hours=48)
SHOWN = 12


@dataclass(frozen=True)
class PromotionLine:
    title: str
    client: str
    words: str
    light: str
    url: str


def promotion_card(clients: QuerySet[Client], reader: Reader, *, at: dt.datetime) -> dict[str, Any]:
    """Two queries whatever their number; none for who sees no campaigns."""
    if not reader.lists["promotion.campaign"]:
        return {"promotion_campaigns": [], "promotion_placements": []}
    return {
        "promotion_campaigns": campaign_lines(clients, reader),
        "promotion_placements": placement_lines(clients, reader, at=at)
        if reader.lists["promotion.placement"]
        else [],
    }


def campaign_lines(clients: QuerySet[Client], reader: Reader) -> list[PromotionLine]:
    """The nearest first: by the day that each is here for."""
    soon = reader.today + SOON
    first = Q(state__in=[CampaignState.DRAFT, CampaignState.AGREED], starts_on__lte=soon)
    last = Q(state__in=[CampaignState.RUNNING, CampaignState.PAUSED], ends_on__lte=soon)
    campaigns = Campaign.objects.filter(first | last, client__in=clients)
    found = sorted(campaigns.select_related("client"), key=lambda row: (day_of(row), row.pk))
    return [campaign_line(row, reader) for row in found[:SHOWN]]


def begins(campaign: Campaign) -> bool:
    return campaign.state in (CampaignState.DRAFT, CampaignState.AGREED)


def day_of(campaign: Campaign) -> dt.date:
    return campaign.starts_on if begins(campaign) else campaign.ends_on or campaign.starts_on


def campaign_line(campaign: Campaign, reader: Reader) -> PromotionLine:
    is_draft = campaign.state == CampaignState.DRAFT
    # What is agreed begins by itself, at the client's own midnight.
    late_from = reader.today if is_draft else reader.today - dt.timedelta(days=1)
    is_late = begins(campaign) and campaign.starts_on <= late_from
    if is_draft:
        words = _("to begin on %(day)s, not agreed yet")
    else:
        words = _("begins on %(day)s") if begins(campaign) else _("ends on %(day)s")
    return PromotionLine(
        title=campaign.title,
        client=campaign.client.name,
        words=words % {"day": date_format(day_of(campaign), "SHORT_DATE_FORMAT")},
        light="red" if is_late else "amber" if is_draft else "grey",
        url=reader.row_url("promotion.campaign", campaign.pk),
    )


def placement_lines(
    clients: QuerySet[Client], reader: Reader, *, at: dt.datetime
) -> list[PromotionLine]:
    unpaid = Q(state=PlacementState.BOOKED, paid_on=None, starts_on__lte=reader.today + SOON)
    old_enough = Q(published_at__lte=at - LOOKED_AT_AFTER) | Q(
        published_at=None, starts_on__lt=reader.today - LOOKED_AT_AFTER
    )
    to_collect = Q(old_enough, state=PlacementState.PUBLISHED)
    placements = (
        Placement.objects.filter(unpaid | to_collect, client__in=clients)
        .select_related("client", "campaign")
        .order_by("starts_on", "pk")
    )
    return [placement_line(row, reader) for row in placements[:SHOWN]]


def placement_line(placement: Placement, reader: Reader) -> PromotionLine:
    is_unpaid = placement.state == PlacementState.BOOKED
    words = (
        _("to be paid: stands from %(day)s")
        if is_unpaid
        else _("its figures are to be collected: it stands since %(day)s")
    )
    day = placement.starts_on
    if not is_unpaid and placement.published_at:
        day = placement.client.day_of(placement.published_at)
    return PromotionLine(
        title=f"{placement.campaign.title}: {placement.title}",
        client=placement.client.name,
        words=words % {"day": date_format(day, "SHORT_DATE_FORMAT")},
        light="red" if is_unpaid and placement.starts_on <= reader.today else "amber",
        url=reader.row_url("promotion.placement", placement.pk),
    )
