"""The register of publisher pages: adding one by its link, and judging it."""

import datetime as dt
from typing import NoReturn

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client, User
from clients.rights import may
from communities.models import AccessKey, Profile
from communities.networks.outcomes import Kind, Ok, Outcome, Refused
from communities.networks.pasted_address import NotAPageError, PageAddress, read_address
from communities.networks.records import ProfileReading
from communities.networks.registry import adapter_for, network_name
from communities.page_lookup import look_up
from promotion.models import PublisherCard, Verdict

# The network knows the page, or surely does not: else it may be asked later.
UNKNOWN_THERE = frozenset({Kind.NOT_FOUND, Kind.INVALID_REQUEST})


def add_publisher(client: Client, *, address: str, by: User) -> PublisherCard:
    """The page at this address in the client's register; from the next hour on it is measured.

    The network is asked for its number and title where there is a key to ask with. Raises
    ValidationError: no page, the client's own one, a competitor's, one that is here already.
    """
    if not may(by, "promotion.add_publishercard", client=client.pk):
        _refuse(_("You may not add publisher pages; ask a paid social specialist."))
    try:
        page = read_address(address)
    except NotAPageError as error:
        _refuse(str(error))
    _known(client, page)
    key, outcome = look_up(client, page)
    reading = _read(page, outcome)
    if reading is not None:
        page = PageAddress(page.network, reading.external_id, reading.screen_name)
    return _store(client, page, reading.title if reading else "", key=key, by=by)


def _refuse(message: str) -> NoReturn:
    raise ValidationError({"address": message})


def _read(page: PageAddress, outcome: Outcome[ProfileReading] | None) -> ProfileReading | None:
    """What the network told; None where it could not be asked and the page is known by its id."""
    if isinstance(outcome, Ok):
        if outcome.value.gone:
            _refuse(_("The network says that this page is deleted or blocked: choose another."))
        return outcome.value
    if isinstance(outcome, Refused) and outcome.kind in UNKNOWN_THERE:
        _refuse(
            _("%(network)s has no such page: look whether the address is whole. (%(message)s)")
            % {"network": network_name(page.network), "message": outcome.message}
        )
    if not page.external_id:
        _refuse(
            _(
                "%(network)s tells the number of a page to a working key only: paste the link with"
                " the number, such as https://vk.com/club1, or add a key first."
            )
            % {"network": network_name(page.network)}
        )
    return None


def _known(client: Client, page: PageAddress) -> Profile | None:
    """The client's row of this page, if it may be a publisher's."""
    same = Profile.objects.same_page(
        client.pk, page.network, external_id=page.external_id, screen_name=page.screen_name
    )
    known = same.select_related("publisher_card").order_by("pk").first()
    if known is None:
        return None
    named = {"page": known.title}
    if hasattr(known, "publisher_card"):
        _refuse(_("“%(page)s” is here already.") % named)
    if known.relation == Profile.Relation.OWN:
        _refuse(_("“%(page)s” is the client's own page: nobody is paid for it.") % named)
    if known.relation == Profile.Relation.COMPETITOR:
        message = _("“%(page)s” is a competitor's page: a placement there would advertise them.")
        _refuse(message % named)
    return known


@transaction.atomic
def _store(
    client: Client, page: PageAddress, title: str, *, key: AccessKey | None, by: User
) -> PublisherCard:
    """Under a lock: two people may add the same page at once, or by two of its names."""
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    profile = _known(client, page) or Profile.objects.create(
        client=client,
        network=page.network,
        external_id=page.external_id,
        screen_name=page.screen_name,
        title=(title or page.screen_name or page.external_id)[:200],
        relation=Profile.Relation.PUBLISHER,
        access_key=key if key and key.client_id else None,
        is_measured=adapter_for(page.network) is not None,
    )
    return PublisherCard.objects.create(client=client, profile=profile)


def judge(
    card: PublisherCard, verdict: str, *, seen: str, reason: str, by: User, at: dt.datetime
) -> None:
    """A person's verdict, in place of the one that was seen. Raises ValidationError."""
    if not reason.strip():
        raise ValidationError({"reason": _("Write why: whoever comes next has nothing else.")})
    if verdict not in (Verdict.REPEAT, Verdict.TEST, Verdict.NEVER):
        raise ValidationError({"verdict": _("Choose a verdict.")})
    taken = PublisherCard.objects.filter(pk=card.pk, verdict=seen).update(
        verdict=verdict,
        verdict_reason=reason.strip(),
        verdict_on=card.client.day_of(at),
        verdict_by=by,
    )
    if not taken:
        raise ValidationError(_("Somebody has judged it meanwhile: open the page again and look."))
    card.refresh_from_db()
    LogEntry.objects.log_actions(
        user_id=by.pk,
        queryset=[card],
        action_flag=CHANGE,
        change_message=f"{card.get_verdict_display()}: {card.verdict_reason}",
        single_object=True,
    )


def never_problem(publisher: Profile) -> str:
    """Why nothing more is placed on the page, with the mend; empty where it may be."""
    card = PublisherCard.objects.of_page(publisher).filter(verdict=Verdict.NEVER).first()
    if card is None:
        return ""
    message = _(
        "“%(page)s” has the verdict “never again” of %(day)s: %(reason)s. Choose another page; a"
        " director may place here all the same, with a reason."
    )
    day = date_format(card.verdict_on) if card.verdict_on else ""
    return message % {
        "page": publisher.title,
        "day": day,
        "reason": card.verdict_reason.rstrip(". "),
    }
