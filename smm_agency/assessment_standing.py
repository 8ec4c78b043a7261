"""Whether promotion is assessed: the result of the block, which its indicators alone are not."""

import datetime as dt
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client
from kpi.models import PromotionAssessment
from promotion.models import Campaign, CampaignState

RESULTS = "admin:kpi_promotionassessment_results"


def assessed_in_words(assessment: PromotionAssessment | None) -> list[str]:
    if assessment is None:
        return []
    told = {"day": date_format(assessment.ends_on)}
    if assessment.is_shown:
        return [_("Promotion is assessed up to %(day)s, and the client sees it.") % told]
    return [_("Promotion is assessed up to %(day)s; the client is not shown it.") % told]


def unassessed(
    client: Client, assessment: PromotionAssessment | None, *, on: dt.date
) -> list[tuple[str, str]]:
    """What to do and where, once a campaign is over that no finished assessment looks at."""
    over = Campaign.objects.filter(client=client, state=CampaignState.FINISHED, ends_on__lt=on)
    if assessment is not None:
        over = over.filter(ends_on__gt=assessment.ends_on)
    ended = over.order_by("ends_on").first()
    if ended is None or ended.ends_on is None:
        return []
    days = {"client": client.pk, "first": ended.starts_on, "last": ended.ends_on}
    text = _("“%(campaign)s” is over and not assessed: see what it brought.") % {"campaign": ended}
    return [(text, f"{reverse(RESULTS)}?{urlencode(days)}")]
