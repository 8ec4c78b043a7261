"""Marking of placements: what keeps one from going out as advertising."""

import datetime as dt

from clients.marking import Advertising, refusals, rule_for
from promotion.models import Placement


def marking_problems(placement: Placement, *, on: dt.date) -> list[str]:
    """What the placement lacks before it may stand as advertising, each with its mend.

    `on`: the client's day of the publication, whose law holds. Empty where it may go out.
    """
    if not placement.is_ad:
        return []
    rule = rule_for(placement.client, on=on)
    return [each.text for each in refusals(rule, advertising_of(placement))]


def advertising_of(placement: Placement) -> Advertising:
    """Whoever marks it, the identifier stands in the placement: the publisher's as well."""
    page = placement.publisher
    if page is None:
        return Advertising(placement.erid, placement.advertiser)
    return Advertising(
        placement.erid,
        placement.advertiser,
        page.network,
        str(page.get_network_display()),
        page.title,
        page.followers_now,
        page.is_registered,
    )
