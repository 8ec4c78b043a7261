"""The register of publisher pages: adding one by its link, and judging it."""

import datetime as dt

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.changes import update_noted
from clients.models import Client, User
from clients.rights import may
from communities.models import Profile
from communities.networks.pasted_address import PageAddress
from communities.page_adding import FoundPage, add_profile, find_page, pasted, refuse
from promotion.models import PublisherCard, Verdict


def add_publisher(client: Client, *, address: str, by: User) -> PublisherCard:
    """The page at this address in the client's register; from the next hour on it is measured.

    The network is asked for its number and title where there is a key to ask with. Raises
    ValidationError: no page, the client's own one, a competitor's, one that is here already.
    """
    if not may(by, "promotion.add_publishercard", client=client.pk):
        refuse(_("You may not add publisher pages; ask a paid social specialist."))
    page = pasted(address)
    _known(client, page)
    return _store(client, find_page(client, page))


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
        refuse(_("“%(page)s” is here already.") % named)
    if known.relation == Profile.Relation.OWN:
        refuse(_("“%(page)s” is the client's own page: nobody is paid for it.") % named)
    if known.relation == Profile.Relation.COMPETITOR:
        message = _("“%(page)s” is a competitor's page: a placement there would advertise them.")
        refuse(message % named)
    return known


@transaction.atomic
def _store(client: Client, found: FoundPage) -> PublisherCard:
    """Under a lock: two people may add the same page at once, or by two of its names."""
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    known = _known(client, found.address)
    profile = known or add_profile(client, found, Profile.Relation.PUBLISHER)
    return PublisherCard.objects.create(client=client, profile=profile)


def judge(
    card: PublisherCard, verdict: str, *, seen: str, reason: str, by: User, at: dt.datetime
) -> None:
    """A person's verdict, in place of the one that was seen. Raises ValidationError."""
    if not reason.strip():
        raise ValidationError({"reason": _("Write why: whoever comes next has nothing else.")})
    if verdict not in (Verdict.REPEAT, Verdict.TEST, Verdict.NEVER):
        raise ValidationError({"verdict": _("Choose a verdict.")})
    taken = update_noted(
        PublisherCard.objects.filter(pk=card.pk, verdict=seen),
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
