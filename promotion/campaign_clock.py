"""Campaigns by the clock: what was agreed begins on its first day, and ends after its last."""

import datetime as dt
import logging

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from clients.models import AT_REST
from promotion.campaign_moves import lock, move_campaign
from promotion.models import Campaign, CampaignMove, CampaignState
from promotion.placement_tasks import tell_owner_once

logger = logging.getLogger(__name__)

DAY = dt.timedelta(days=1)


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
    found = campaigns.select_related("client", "owner").order_by("pk")
    moves = [_move_or_tell(campaign, to, at=at) for campaign in found]
    return [move for move in moves if move is not None]


def _move_or_tell(campaign: Campaign, to: CampaignState, *, at: dt.datetime) -> CampaignMove | None:
    """One that may not move, or whose step fails, stays where it is and holds up no other."""
    try:
        return _move_if_due(campaign, to, at=at)
    except ValidationError as refused:
        _tell_why(campaign, to, refused)
    except Exception:
        logger.exception("Campaign %s could not be moved to %s.", campaign.pk, to)
    return None


def _tell_why(campaign: Campaign, to: CampaignState, refused: ValidationError) -> None:
    details = _("Mend this; the program tries again as long as its days last:")
    words = {"campaign": campaign.title, "state": to.label}
    tell_owner_once(
        campaign,
        title=_("“%(campaign)s” did not become “%(state)s”") % words,
        details="\n".join([details, *refused.messages]),
    )


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
