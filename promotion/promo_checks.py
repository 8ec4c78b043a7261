"""What the law and good sense want of a promo action before it runs, said where it lacks."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from promotion.models import (
    WITH_ACTION,
    Campaign,
    CampaignState,
    LegalKind,
    Prize,
    PromoAction,
)
from promotion.prize_tax import TAXES, is_taxed
from smm_agency.lib.tax_numbers import check_inn


def problems_of(action: PromoAction, *, on: dt.date) -> list[str]:
    """What lacks before the campaign may run on this day; empty where nothing does.

    An advertisement of a stimulating event names its dates and where the organiser, the rules, the
    number of prizes, the time and the place are told (Russia: article 9 of the Advertising Act).
    """
    prizes = list(action.prizes.all()) if action.has_prizes else []
    return [
        *_of_papers(action),
        *_of_dates(action, on=on),
        *(_of_prizes(action, prizes) if action.has_prizes else []),
    ]


def law_day(action: PromoAction, *, on: dt.date) -> dt.date:
    """Once it has run, what lacks is judged by its first day: that it is over is no lack."""
    is_ahead = action.campaign.state in (CampaignState.DRAFT, CampaignState.AGREED)
    moment = action.entry_starts_at
    return on if is_ahead or moment is None else min(on, action.client.day_of(moment))


def refuse_unlawful(campaign: Campaign, to: str, *, on: dt.date) -> None:
    """A promo action is agreed with its row of rules only, and runs with nothing that lacks.

    Raises ValidationError with every sentence of `problems_of`.
    """
    if campaign.kind not in WITH_ACTION or to not in (CampaignState.AGREED, CampaignState.RUNNING):
        return
    action = PromoAction.objects.filter(campaign=campaign).select_related("client").first()
    if action is None:
        message = _("It has no promo action yet: add the rules, the dates and the prizes first.")
        raise ValidationError(message)
    action.campaign = campaign
    if to == CampaignState.RUNNING:
        found = problems_of(action, on=law_day(action, on=on))
        if found:
            raise ValidationError(found)


def _of_papers(action: PromoAction) -> list[str]:
    found = []
    if not action.organiser.strip():
        found.append(_("The organiser is not named: enter the legal name."))
    if words := _of_inn(action):
        found.append(words)
    if not action.rules.strip() and not action.rules_url:
        found.append(_("There are no rules: enter their text or the address where they stand."))
    if not action.legal_kind:
        found.append(_("The legal kind is not chosen: it decides what the law wants."))
    if action.legal_checked_at is None:
        found.append(_("Nobody has checked it by law: have it checked and write it down."))
    if action.is_paid and action.legal_kind == LegalKind.PUBLIC_CONTEST:
        found.append(
            _(
                "Taking part takes a purchase or a payment: a random draw may be held for a"
                " lottery then. Make it a stimulating event, or take no payment."
            )
        )
    return found


def _of_inn(action: PromoAction) -> str:
    if action.client.country != "RU":
        return ""
    if not action.organiser_inn:
        return _("The tax number of the organiser is not entered.")
    try:
        check_inn(action.organiser_inn)
    except ValidationError as refused:
        return " ".join(refused.messages)
    return ""


def _of_dates(action: PromoAction, *, on: dt.date) -> list[str]:
    starts, ends = action.entry_starts_at, action.entry_ends_at
    if starts is None or ends is None:
        return [_("Its dates are not named: enter from when until when entries are taken.")]
    found = []
    first, last = (action.client.day_of(moment) for moment in (starts, ends))
    if last < on:
        found.append(_("The entries have ended already: mend the dates."))
    campaign = action.campaign
    if first < campaign.starts_on or (campaign.ends_on is not None and first > campaign.ends_on):
        found.append(_("The entries begin outside the dates of the campaign: mend one of them."))
    return found


def _of_prizes(action: PromoAction, prizes: list[Prize]) -> list[str]:
    found = []
    if not prizes:
        found.append(_("There are no prizes: the rules name how many there are."))
    if action.draw_at is None:
        found.append(_("The time of the draw is not named."))
    if not action.draw_place.strip():
        found.append(_("The place of the draw is not named: where the winners are made known."))
    if action.hand_over_until is None:
        found.append(_("It is not said until when the prizes are handed over."))
    return found


def warnings_of(action: PromoAction) -> list[str]:
    """What does not stop the action, but costs somebody money."""
    country = action.client.country
    tax = TAXES.get(country)
    if tax is None:
        return []
    found = []
    for prize in action.prizes.all():
        if prize.value is None:
            message = _(
                "The worth of “%(prize)s” is not stated: nobody can tell whether it is taxed."
            )
            found.append(message % {"prize": prize})
        elif is_taxed(country, prize.value, prize.currency) and not prize.tax_note:
            message = _(
                "“%(prize)s” is worth more than %(free)s %(currency)s: %(rule)s. Write beside the"
                " prize who pays the tax; ask an accountant."
            )
            said = {"free": tax.free, "currency": tax.currency, "rule": tax.rule}
            found.append(message % {"prize": prize, **said})
    return found
