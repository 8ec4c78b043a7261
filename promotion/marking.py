"""Marking of placements: what keeps one from going out as advertising."""

import datetime as dt

from django.utils.translation import gettext as _

from clients.marking import Advertising, refusals, rule_for
from promotion.models import AdAccount, AdNetwork, Campaign, Placement

# Operators of advertising data themselves: what runs there is marked without the agency.
MARKING_NETWORKS = (AdNetwork.VK_ADS, AdNetwork.YANDEX_DIRECT)


def marking_problems(placement: Placement, *, on: dt.date) -> list[str]:
    """What the placement lacks before it may stand as advertising, each with its mend.

    `on`: the client's day of the publication, whose law holds. Empty where it may go out.
    """
    if not placement.is_ad:
        return []
    rule = rule_for(placement.client, on=on)
    return [each.text for each in refusals(rule, advertising_of(placement))]


def lost_marking(was: Placement, placement: Placement, *, on: dt.date) -> list[str]:
    """What a placement that is out would lack by a change, and has not lacked before.

    What lacked already is not asked for here: a page may have grown since it went out.
    """
    if was.is_ad and not placement.is_ad:
        rule = rule_for(placement.client, on=on)
        said = _("It went out as advertising, and the law asks for its papers: it stays so.")
        return [said] if rule is not None else []
    before = marking_problems(was, on=was.stands_on)
    return [each for each in marking_problems(placement, on=on) if each not in before]


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


def marks_by_itself(network: str) -> bool:
    """An advertising network that gets the identifier and reports to the register on its own."""
    return network in MARKING_NETWORKS


def marking_note(campaign: Campaign) -> str:
    """What the advertising networks of a campaign do themselves; "" where there is none."""
    rows = AdAccount.objects.filter(objects_in_it__campaign=campaign).distinct()
    accounts = list(rows.order_by("network", "title"))
    own = [str(each) for each in accounts if marks_by_itself(each.network)]
    other = [str(each) for each in accounts if not marks_by_itself(each.network)]
    notes = []
    if own:
        note = _("%(accounts)s: the network marks the advertising and reports it itself.")
        notes.append(note % {"accounts": ", ".join(own)})
    if other:
        note = _("%(accounts)s: get the identifier from an operator before the ads run.")
        notes.append(note % {"accounts": ", ".join(other)})
    return " ".join(notes)
