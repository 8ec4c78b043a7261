"""Marking of placements: what keeps one from going out as advertising."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from clients.marking import Advertising, refusals, rule_for
from clients.models import Client, MarkingRule
from communities.networks.addresses import NETWORKS
from promotion.models import AdAccount, AdNetwork, Campaign, Placement

# Operators of advertising data themselves: what runs there is marked without the agency.
MARKING_NETWORKS = (AdNetwork.VK_ADS, AdNetwork.YANDEX_DIRECT)
# The networks that an advertising network shows on, as the law names them.
SHOWN_ON: dict[str, tuple[str, ...]] = {AdNetwork.META_ADS: ("facebook", "instagram")}


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
        is_bought=True,
    )


def marks_by_itself(network: str) -> bool:
    """An advertising network that gets the identifier and reports to the register on its own."""
    return network in MARKING_NETWORKS


def refused_account(account: AdAccount, rule: MarkingRule | None) -> str:
    """That the law forbids where this account shows its advertising; else empty.

    One forbidden network is enough: nobody sees here that the ads were kept off it.
    """
    shown_on = SHOWN_ON.get(account.network, ())
    refused = [each for each in shown_on if rule is not None and each in rule.refused_networks]
    if rule is None or not refused:
        return ""
    titles = {network.code: str(network.title) for network in NETWORKS}
    return _(
        "%(account)s shows on %(networks)s: advertising there is forbidden in the client's country"
        " (%(country)s) since %(day)s. Turn it off, and take its rows out of the campaign."
    ) % {
        "account": account,
        "networks": ", ".join(titles.get(each, each) for each in refused),
        "country": rule.country,
        "day": f"{rule.since:%d.%m.%Y}",
    }


def accounts_of(campaign: Campaign) -> list[AdAccount]:
    rows = AdAccount.objects.filter(objects_in_it__campaign=campaign).distinct()
    return list(rows.order_by("network", "title"))


def refuse_forbidden_accounts(campaign: Campaign, *, on: dt.date) -> None:
    """Raises ValidationError where a campaign would run by accounts that the law forbids."""
    accounts = accounts_of(campaign)
    rule = rule_for(campaign.client, on=on) if accounts else None
    if found := [said for each in accounts if (said := refused_account(each, rule))]:
        raise ValidationError(found)


def marking_note(client: Client, accounts: Sequence[AdAccount], *, on: dt.date) -> str:
    """What the law of that day asks of advertising by these accounts, what is forbidden first.

    "" where it asks nothing.
    """
    rule = rule_for(client, on=on) if accounts else None
    if rule is None:
        return ""
    notes = [said for each in accounts if (said := refused_account(each, rule))]
    allowed = [each for each in accounts if not refused_account(each, rule)]
    own = [str(each) for each in allowed if marks_by_itself(each.network)]
    other = [str(each) for each in allowed if not marks_by_itself(each.network)]
    if own and rule.needs_identifier:
        note = _("%(accounts)s: the network marks the advertising and reports it itself.")
        notes.append(note % {"accounts": ", ".join(own)})
    if other and rule.needs_identifier:
        note = _("%(accounts)s: get the identifier from an operator before the ads run.")
        notes.append(note % {"accounts": ", ".join(other)})
    return " ".join(notes)
