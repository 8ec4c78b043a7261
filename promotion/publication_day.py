"""The day that a placement really went out: the campaign's days, and the month that it costs."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from promotion.booking import over_budgets
from promotion.campaign_days import why_outside
from promotion.channel_plan import month_of
from promotion.models import Placement
from promotion.placement_tasks import tell_owner_once

MOST_REASON = 300


def published_on(placement: Placement) -> dt.date | None:
    """The client's day of the publication."""
    moment = placement.published_at
    return placement.client.day_of(moment) if moment else None


def refuse_too_early(placement: Placement) -> None:
    """Raises ValidationError for a publication before its campaign begins."""
    day, campaign = published_on(placement), placement.campaign
    if day is not None and day < campaign.starts_on:
        said = why_outside(day, campaign.starts_on, campaign.ends_on)
        raise ValidationError({"published_at": said})


def warning_of_late(placement: Placement) -> str:
    """That it went out after its campaign's last day; else empty. It has happened: not refused."""
    day, last = published_on(placement), placement.campaign.ends_on
    if day is None or last is None or day <= last:
        return ""
    return _(
        "It was published on %(day)s, after the campaign's last day (%(last)s): look at the day,"
        " or let the campaign end later."
    ) % {"day": date_format(day), "last": date_format(last)}


def over_in_its_month(placement: Placement, *, stood_on: dt.date) -> list[str]:
    """What its price exceeds in the month that it went out in, where it was booked for another.

    `stood_on`: the day that its money counted on until now.
    """
    day = placement.stands_on
    if placement.price is None or month_of(day) == month_of(stood_on):
        return []
    try:
        return over_budgets(placement)
    except ValidationError as not_known:
        return not_known.messages


def with_over(reason: str, over: list[str]) -> str:
    """The reason of the step, and what it exceeds, as long as the history takes."""
    return " ".join([reason.strip(), *over]).strip()[:MOST_REASON]


def tell_of_over(placement: Placement, over: list[str]) -> None:
    """A task, for the money is spent: the budget has to be looked at."""
    words = {"placement": placement.title, "month": date_format(placement.stands_on, "F Y")}
    advice = _("It went out in another month than it was booked for. Agree the budget anew.")
    tell_owner_once(
        placement,
        title=_("“%(placement)s” went over the budget in %(month)s") % words,
        details="\n".join([advice, *over]),
    )
