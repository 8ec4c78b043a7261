"""Whether promotion is assessed: the result of the block, which its indicators alone are not."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Subquery
from django.db.models.functions import Least, TruncDate
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client
from kpi.models import PromotionAssessment
from promotion.models import Campaign, CampaignMove, CampaignState

RESULTS = "admin:kpi_promotionassessment_results"


def assessed_in_words(assessment: PromotionAssessment | None) -> list[str]:
    if assessment is None:
        return []
    told = {"day": date_format(assessment.ends_on)}
    if assessment.is_shown:
        return [_("Promotion is assessed up to %(day)s, and the client sees it.") % told]
    return [_("Promotion is assessed up to %(day)s; the client is not shown it.") % told]


def unassessed(client: Client, *, on: dt.date) -> Any:
    """Campaigns that are over and whose days no finished assessment holds, the oldest first."""
    holding = PromotionAssessment.objects.finished().filter(
        client=client, starts_on__lte=OuterRef("starts_on"), ends_on__gte=OuterRef("over_on")
    )
    return over(client).filter(~Exists(holding), over_on__lt=on).order_by("over_on")


def unassessed_words(client: Client, ended: Any) -> list[tuple[str, str]]:
    """What to do and where; `ended` is the campaign, None where there is none."""
    if ended is None:
        return []
    days = {"client": client.pk, "first": ended.starts_on, "last": ended.over_on}
    text = _("“%(campaign)s” is over and not assessed: see what it brought.") % {"campaign": ended}
    return [(text, f"{reverse(RESULTS)}?{urlencode(days)}")]


def over(client: Client) -> Any:
    """Finished campaigns with `over_on`: the day of the move where it came before the last day."""
    became = CampaignMove.objects.filter(
        campaign=OuterRef("pk"), new=CampaignState.FINISHED
    ).exclude(old=CampaignState.FINISHED)
    moved_at = Subquery(became.order_by("-moved_at").values("moved_at")[:1])
    rows = Campaign.objects.filter(client=client, state=CampaignState.FINISHED)
    # Of two the database takes the earlier, and the other where one is missing.
    ended = rows.annotate(over_on=Least("ends_on", TruncDate(moved_at, tzinfo=client.zone)))
    return ended.filter(over_on__gte=F("starts_on"))
