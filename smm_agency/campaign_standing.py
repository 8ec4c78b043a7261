"""Where the campaigns of a client stand, in sentences, and what each waits for."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.admin.form_page import page_of
from promotion.models import Campaign, CampaignState

SOON_DAYS = 7


def campaigns_in_words(campaigns: Iterable[Campaign], *, on: dt.date) -> list[str]:
    """How many run, are paused and lie ahead; one whose days have passed does not run."""
    count = Counter(row.state for row in campaigns if not is_over(row, on=on))
    running = count[CampaignState.RUNNING]
    said = [
        ngettext("%(count)d campaign runs.", "%(count)d campaigns run.", running)
        % {"count": running}
        if running
        else _("No campaign runs.")
    ]
    if paused := count[CampaignState.PAUSED]:
        words = ngettext("%(count)d campaign is paused.", "%(count)d campaigns are paused.", paused)
        said.append(words % {"count": paused})
    if agreed := count[CampaignState.AGREED]:
        words = ngettext(
            "%(count)d campaign is agreed and lies ahead.",
            "%(count)d campaigns are agreed and lie ahead.",
            agreed,
        )
        said.append(words % {"count": agreed})
    return said


def is_over(campaign: Campaign, *, on: dt.date) -> bool:
    return campaign.ends_on is not None and campaign.ends_on < on


def waits_for(campaign: Campaign, *, on: dt.date) -> tuple[str, str] | None:
    """What a person has to do with it, and where; None where the clock does all."""
    words = {"campaign": campaign.title, "day": date_format(campaign.starts_on)}
    if campaign.state == CampaignState.AGREED and is_over(campaign, on=on):
        text = _("“%(campaign)s” was agreed and never ran: cancel it or change its dates.")
        return text % words, page_of(campaign)
    if campaign.state == CampaignState.DRAFT and is_soon(campaign, on=on):
        text = _("“%(campaign)s” is to begin on %(day)s and is not agreed yet.")
        return text % words, page_of(campaign)
    if campaign.state == CampaignState.PAUSED:
        text = _("“%(campaign)s” is paused: let it go on, or finish it.")
        return text % words, page_of(campaign)
    return None


def is_soon(campaign: Campaign, *, on: dt.date) -> bool:
    """Begins within days or was to begin already, and is not over."""
    begins = campaign.starts_on <= on + dt.timedelta(days=SOON_DAYS)
    return begins and not is_over(campaign, on=on)
