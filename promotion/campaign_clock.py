"""Campaigns by the clock: what was agreed begins on its first day, and ends after its last."""

import datetime as dt

from django.db import models, transaction

from clients.models import ClientStatus
from promotion.campaign_moves import lock, move_campaign
from promotion.models import Campaign, CampaignMove, CampaignState

DAY = dt.timedelta(days=1)
# Nothing begins by itself for them.
AT_REST = (ClientStatus.PAUSED, ClientStatus.ENDED)


def keep_states(*, at: dt.datetime) -> int:
    """How many campaigns were moved; safe to run any number of times."""
    return sum(map(len, (start_due(at=at), finish_over(at=at))))


def start_due(*, at: dt.datetime) -> list[CampaignMove]:
    """Agreed campaigns whose first day has come at the client, and whose last is not past."""
    # No clock is more than a day ahead; each client's own day decides.
    agreed = Campaign.objects.filter(
        state=CampaignState.AGREED, starts_on__lte=at.astimezone(dt.UTC).date() + DAY
    ).exclude(client__status__in=AT_REST)
    return _moved(agreed, CampaignState.RUNNING, at=at)


def finish_over(*, at: dt.datetime) -> list[CampaignMove]:
    """Those that run or are paused, and whose last day has passed at the client."""
    over = Campaign.objects.filter(
        state__in=[CampaignState.RUNNING, CampaignState.PAUSED],
        ends_on__lte=at.astimezone(dt.UTC).date(),
    )
    return _moved(over, CampaignState.FINISHED, at=at)


def _moved(
    campaigns: models.QuerySet[Campaign], to: CampaignState, *, at: dt.datetime
) -> list[CampaignMove]:
    found = campaigns.select_related("client").order_by("pk")
    moves = [_move_if_due(campaign, to, at=at) for campaign in found]
    return [move for move in moves if move is not None]


@transaction.atomic
def _move_if_due(campaign: Campaign, to: CampaignState, *, at: dt.datetime) -> CampaignMove | None:
    """The dates are read under the lock: a person may have moved them a moment ago."""
    held = lock(campaign)
    today = held.client.day_of(at)
    is_over = held.ends_on is not None and held.ends_on < today
    is_due = is_over if to == CampaignState.FINISHED else held.starts_on <= today and not is_over
    if held.state != campaign.state or not is_due:
        return None
    return move_campaign(held, to, by=None, at=at)
