"""The states of a campaign: what may follow what, by whom, and what has to be there first.

Draft → agreed → running ⇄ paused → finished; a draft or an agreed one may be cancelled. A campaign
that has run is finished, never cancelled: what it spent stays in the sums. A finished one runs on
only with a stated reason while its last day is not past; nothing follows cancelled.
"""

import datetime as dt
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import User
from promotion.links import keep_slug
from promotion.marking import refuse_forbidden_accounts
from promotion.models import Campaign, CampaignMove, CampaignState
from promotion.promo_checks import refuse_unlawful
from smm_agency.lib.words import as_money

S = CampaignState
NEXT: dict[str, tuple[CampaignState, ...]] = {
    S.DRAFT: (S.AGREED, S.CANCELLED),
    S.AGREED: (S.RUNNING, S.CANCELLED),
    S.RUNNING: (S.PAUSED, S.FINISHED),
    S.PAUSED: (S.RUNNING, S.FINISHED),
    S.FINISHED: (S.RUNNING,),
    S.CANCELLED: (),
}


@transaction.atomic
def move_campaign(
    campaign: Campaign,
    to: str,
    *,
    by: User | None,
    at: dt.datetime,
    reason: str = "",
    seen: str = "",
) -> CampaignMove:
    """One step, with the row locked; `by` is None where the clock moves it.

    `seen` is `seen_of` the campaign as the person saw it; without it the state of `campaign` has
    to be the one in the database. Raises ValidationError with what is wrong in a sentence.
    """
    locked = lock(campaign)
    refuse_the_changed(campaign, locked, seen)
    if to not in NEXT[locked.state]:
        raise ValidationError(why_no_step(locked, to))
    today = locked.client.day_of(at)
    check_step(locked, to, on=today)
    if not reason.strip() and by is not None and needs_reason(locked, to, on=today):
        raise ValidationError({"reason": _("Say why: it stays in the history of the campaign.")})
    if to == S.AGREED:
        keep_slug(locked)
    move = CampaignMove.objects.create(
        campaign=locked, old=locked.state, new=to, moved_by=by, moved_at=at, reason=reason.strip()
    )
    locked.state, locked.state_since = to, at
    locked.save(update_fields=["state", "state_since"])
    for name in ("state", "state_since", "utm_campaign"):
        setattr(campaign, name, getattr(locked, name))
    return move


def lock(campaign: Campaign) -> Campaign:
    """The row as it stands now, held until the transaction ends."""
    rows = Campaign.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("client", "engagement").get(pk=campaign.pk)


def seen_of(campaign: Campaign) -> str:
    """What a person agrees to or acts upon, in one line that is carried by the form."""
    budget = "" if campaign.budget is None else f"{campaign.budget:.2f}"
    terms = (campaign.starts_on, campaign.ends_on, budget, campaign.currency, campaign.owner_id)
    return "|".join([campaign.state, *(str(term) for term in terms)])


def refuse_the_changed(campaign: Campaign, locked: Campaign, seen: str) -> None:
    if seen and seen != seen_of(locked):
        raise ValidationError(
            _("The campaign was changed meanwhile (it is “%(state)s” now): look at it again.")
            % {"state": locked.get_state_display()}
        )
    if not seen and campaign.state != locked.state:
        raise ValidationError(
            _("Somebody was faster: the campaign is “%(state)s” now.")
            % {"state": locked.get_state_display()}
        )


def why_no_step(campaign: Campaign, to: str) -> str:
    state = campaign.state
    if to == S.CANCELLED and state in (S.RUNNING, S.PAUSED, S.FINISHED):
        return _(
            "A campaign that has run is finished, not cancelled: what it spent stays in the sums."
        )
    words = {"old": campaign.get_state_display(), "new": CampaignState(to).label}
    if state == S.CANCELLED:
        return _("It is cancelled: make a new campaign.")
    return _("No step leads from “%(old)s” to “%(new)s”.") % words


def check_step(campaign: Campaign, to: str, *, on: dt.date) -> None:
    if to == S.AGREED and (lacking := lacks(campaign)):
        raise ValidationError(lacking)
    if to == S.RUNNING:
        check_its_days(campaign, on=on)
        refuse_forbidden_accounts(campaign, on=on)
    refuse_unlawful(campaign, to, on=on)
    if to == S.CANCELLED and (count := campaign.placements.taking_money().count()):
        raise ValidationError(
            ngettext(
                "%(count)d placement of it is booked or paid: cancel it first.",
                "%(count)d placements of it are booked or paid: cancel them first.",
                count,
            )
            % {"count": count}
        )


def lacks(campaign: Campaign) -> list[str]:
    """What an agreed campaign has and this one has not."""
    found = []
    if campaign.ends_on is None:
        found.append(_("It has no last day: fill in the dates before it is agreed."))
    if campaign.budget is None:
        found.append(_("It has no budget: fill it in; 0 says that it costs no advertising money."))
    if campaign.owner_id is None:
        found.append(_("Nobody leads it: choose the person first."))
    return found


def check_its_days(campaign: Campaign, *, on: dt.date) -> None:
    if on < campaign.starts_on:
        raise ValidationError(
            _("It begins on %(day)s: it cannot run before that day.")
            % {"day": date_format(campaign.starts_on)}
        )
    if campaign.ends_on is not None and campaign.ends_on < on:
        raise ValidationError(
            _("Its last day was %(day)s: let it end later first.")
            % {"day": date_format(campaign.ends_on)}
        )


def needs_reason(campaign: Campaign, to: str, *, on: dt.date) -> bool:
    """Steps that somebody will ask about."""
    if to == S.FINISHED:
        return campaign.ends_on is None or on <= campaign.ends_on
    return to in (S.PAUSED, S.CANCELLED) or campaign.state == S.FINISHED


def budget_warning(campaign: Campaign) -> str:
    """That its budget is above the advertising money of the engagement in its months; else empty.

    Each month that the campaign touches counts whole.
    """
    engagement = campaign.engagement
    if engagement is None or engagement.ad_budget is None or campaign.budget is None:
        return ""
    months = months_of(campaign)
    agreed = Decimal(months) * engagement.ad_budget
    if campaign.budget <= agreed:
        return ""
    return ngettext(
        "The budget of %(budget)s is above what the engagement gives for advertising: %(agreed)s"
        " for %(months)d month.",
        "The budget of %(budget)s is above what the engagement gives for advertising: %(agreed)s"
        " for %(months)d months.",
        months,
    ) % {
        "budget": as_money(campaign.budget, campaign.currency),
        "agreed": as_money(agreed, engagement.currency),
        "months": months,
    }


def months_of(campaign: Campaign) -> int:
    first, last = campaign.starts_on, campaign.ends_on or campaign.starts_on
    return (last.year - first.year) * 12 + last.month - first.month + 1
