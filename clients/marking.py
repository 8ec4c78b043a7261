"""Marking of advertising by the law of the client's country: what is refused, what is shown.

Posts obey it, and so do seedings, advertising and promo actions.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clients.models import MarkingRule


@dataclass(frozen=True, slots=True)
class Advertising:
    """What is known of a piece of advertising before it goes out on a network."""

    identifier: str = ""
    advertiser: str = ""
    network: str = ""
    network_name: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """`lacks`: `identifier`, `advertiser` or `network`."""

    lacks: str
    text: str


def rule_of(country: str, *, on: dt.date) -> MarkingRule | None:
    """The law of the country on that day; None where no rule is written down."""
    return MarkingRule.objects.in_force(on=on).filter(country=country).first()


def refusals(rule: MarkingRule | None, advertising: Advertising) -> list[Refusal]:
    """Why this advertising may not go out; empty where it may."""
    if rule is None:
        return []
    found = []
    if advertising.network in rule.refused_networks:
        message = _(
            "Advertising on %(network)s is forbidden in the client's country (%(country)s) since"
            " %(day)s: take it out of this network."
        )
        words = {
            "network": advertising.network_name or advertising.network,
            "country": rule.country,
            "day": f"{rule.since:%d.%m.%Y}",
        }
        found.append(Refusal("network", message % words))
    if rule.needs_identifier and not advertising.identifier.strip():
        message = _(
            "Advertising needs its identifier (%(name)s) before it is published: get it from the"
            " operator of advertising data and enter it."
        )
        found.append(Refusal("identifier", message % {"name": rule.identifier_name}))
    if rule.needs_advertiser and not advertising.advertiser.strip():
        message = _("Advertising names its advertiser: enter the name and the tax number.")
        found.append(Refusal("advertiser", message))
    return found


def mark_line(
    rule: MarkingRule | None, *, identifier: str, advertiser: str, shows_word: bool = True
) -> str:
    """The line that stands in the text: «Реклама. ООО «Имя», ИНН …. erid: …».

    `shows_word=False`: the network itself shows the word.
    """
    word = rule.word if rule is not None and shows_word else ""
    name = rule.identifier_name if rule is not None else "erid"
    parts = [word, advertiser.strip().rstrip(".")]
    line = ". ".join(part for part in parts if part)
    if identifier.strip():
        mark = f"{name or 'erid'}: {identifier.strip()}"
        return f"{line}. {mark}" if line else mark
    return line
