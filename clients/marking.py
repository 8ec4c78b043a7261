"""Marking of advertising by the law of the client's country: what is refused, what is shown.

Posts obey it, and so do seedings, advertising and promo actions.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Client, Marking, MarkingChange, MarkingRule, User

KOPECK = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Advertising:
    """What is known of a piece of advertising before it goes out on a network.

    `page` is the name of the page that carries it; `followers` None: not measured;
    `is_registered` None: nobody has looked. `is_bought`: on somebody else's page, which is not
    taken for a small one where it was never measured; an own page is, as its counts are read.
    """

    identifier: str = ""
    advertiser: str = ""
    network: str = ""
    network_name: str = ""
    page: str = ""
    followers: int | None = None
    is_registered: bool | None = None
    is_bought: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """`lacks`: `identifier`, `advertiser`, `network` or `registration`."""

    lacks: str
    text: str


def rule_of(country: str, *, on: dt.date) -> MarkingRule | None:
    """The law of the country on that day; None where no rule is written down."""
    return MarkingRule.objects.in_force(on=on).filter(country=country).first()


def rule_for(client: Client, *, on: dt.date) -> MarkingRule | None:
    """What this client's advertising obeys on that day: its country's law, that law with its
    papers asked always, or nothing. A rule made for one client is not saved."""
    if client.marking == Marking.OFF:
        return None
    rule = rule_of(client.country, on=on)
    if client.marking == Marking.BY_COUNTRY:
        return rule
    rule = rule or MarkingRule(country=client.country, since=on)
    rule.needs_identifier = rule.needs_advertiser = True
    rule.identifier_name = rule.identifier_name or "erid"
    return rule


@transaction.atomic
def change_marking(
    client: Client, *, seen: str, to: str, by: User, reason: str = ""
) -> MarkingChange:
    """Set when the client's advertising is marked; `seen` is the setting that the person saw.

    Raises:
        ValidationError: somebody was quicker, nothing would change, or a reason is missing.
    """
    locked = Client.objects.select_for_update().get(pk=client.pk)
    if locked.marking != seen:
        message = _("It is “%(now)s” by now: look at the page again.")
        raise ValidationError(message % {"now": locked.get_marking_display()})
    if locked.marking == to:
        raise ValidationError(_("It is so already."))
    change = MarkingChange(
        client=locked, old=locked.marking, new=to, reason=reason.strip(), changed_by=by
    )
    change.full_clean()
    change.save()
    client.marking = locked.marking = to
    locked.save(update_fields=["marking"])
    return change


def levy_of(rule: MarkingRule | None, amount: Decimal) -> Decimal | None:
    """The levy on what advertising cost, by the rate of the rule; None where there is none."""
    if rule is None or rule.levy_percent is None:
        return None
    return (amount * rule.levy_percent / 100).quantize(KOPECK, ROUND_HALF_UP)


def refusals(rule: MarkingRule | None, advertising: Advertising) -> list[Refusal]:
    """Why this advertising may not go out; empty where it may."""
    if rule is None:
        return []
    return [
        *_of_network(rule, advertising),
        *_of_registration(rule, advertising),
        *_of_papers(rule, advertising),
    ]


def _of_network(rule: MarkingRule, advertising: Advertising) -> Iterator[Refusal]:
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
        yield Refusal("network", message % words)


def _of_registration(rule: MarkingRule, advertising: Advertising) -> Iterator[Refusal]:
    if is_unmeasured(rule, advertising):
        message = _(
            "%(page)s is not measured, so it is not known whether it has more than %(number)s"
            " subscribers: measure it, or note on the page that it stands on the regulator's list."
        )
    elif not is_large(rule, advertising.followers) or advertising.is_registered:
        return
    elif advertising.is_registered is None:
        message = _(
            "%(page)s has more than %(number)s subscribers, and it is not known whether it stands"
            " on the regulator's list: check it and note it on the page."
        )
    else:
        message = _(
            "%(page)s has more than %(number)s subscribers and does not stand on the regulator's"
            " list: no advertising there until it does."
        )
    words = {"page": advertising.page or _("The page"), "number": rule.registered_above}
    yield Refusal("registration", message % words)


def is_unmeasured(rule: MarkingRule, advertising: Advertising) -> bool:
    """Whether nobody can tell if a bought page has to be registered."""
    is_asked = rule.registered_above is not None and advertising.is_bought
    return is_asked and advertising.followers is None and not advertising.is_registered


def is_large(rule: MarkingRule, followers: int | None) -> bool:
    """Whether a page of so many subscribers has to be registered; not of one never measured."""
    limit = rule.registered_above
    return limit is not None and followers is not None and followers > limit


def _of_papers(rule: MarkingRule, advertising: Advertising) -> Iterator[Refusal]:
    if rule.needs_identifier and not advertising.identifier.strip():
        message = _(
            "Advertising needs its identifier (%(name)s) before it is published: get it from the"
            " operator of advertising data and enter it."
        )
        yield Refusal("identifier", message % {"name": rule.identifier_name})
    if rule.needs_advertiser and not advertising.advertiser.strip():
        message = _("Advertising names its advertiser: enter the name and the tax number.")
        yield Refusal("advertiser", message)


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
