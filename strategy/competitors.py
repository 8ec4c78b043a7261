"""Adding a competitor's page: found by what a person pasted, measured like the client's own."""

from typing import NoReturn

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Client, User
from clients.rights import may
from communities.models import OWN_PAGE, AccessKey, Profile
from communities.networks.outcomes import Kind, Ok, Outcome, Refused
from communities.networks.pasted_address import NotAPageError, PageAddress, read_address
from communities.networks.records import ProfileReading
from communities.networks.registry import adapter_for, network_name
from communities.page_lookup import look_up
from strategy.models import Competitor, CompetitorProfile

# The network knows the page, or surely does not: else it may be asked later.
UNKNOWN_THERE = frozenset({Kind.NOT_FOUND, Kind.INVALID_REQUEST})


def add_competitor_page(competitor: Competitor, *, address: str, by: User) -> CompetitorProfile:
    """Tie the page at this address to the competitor; from the next hour on it is measured.

    The network is asked for its number and title where there is a key to ask with. Raises
    ValidationError: no page, the client's own one, another competitor's, a publisher's.
    """
    if not may(by, "strategy.add_competitorprofile", client=competitor.client_id):
        _refuse(_("You may not add pages of competitors; ask a strategist."))
    try:
        page = read_address(address)
    except NotAPageError as error:
        _refuse(str(error))
    _refuse_taken(competitor, page)
    key, outcome = look_up(competitor.client, page)
    reading = _read(page, outcome)
    if reading is not None:
        page = PageAddress(page.network, reading.external_id, reading.screen_name)
    return _store(competitor, page, reading.title if reading else "", key=key, by=by)


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


def _known(client_id: int, page: PageAddress) -> Profile | None:
    same = Profile.objects.same_page(
        client_id, page.network, external_id=page.external_id, screen_name=page.screen_name
    )
    return same.select_related("competitor_link__competitor").order_by("pk").first()


def _refuse_taken(competitor: Competitor, page: PageAddress) -> Profile | None:
    """The row that the page has already, where it is nobody's yet."""
    known = _known(competitor.client_id, page)
    if known is not None and (why := _why_taken(competitor, known)):
        _refuse(why)
    return known


def _why_taken(competitor: Competitor, known: Profile) -> str:
    """Whose page it is, in a sentence with the mend; empty where it is nobody's."""
    link = getattr(known, "competitor_link", None)
    named = {"page": known.title, "name": link.competitor if link else ""}
    if known.relation == Profile.Relation.OWN:
        return str(OWN_PAGE % named)
    if known.relation == Profile.Relation.PUBLISHER:
        message = _(
            "“%(page)s” is a publisher's page, kept for seeding: change whose page it is on its own"
            " page first, or choose another."
        )
        return message % named
    if link is None:
        return ""
    if link.competitor_id == competitor.pk:
        return _("“%(page)s” is here already.") % named
    message = _(
        "“%(page)s” is a page of the competitor “%(name)s” already: take it away there first."
    )
    return message % named


def tie_page(competitor: Competitor, profile: Profile) -> CompetitorProfile:
    """The competitor's link to the page, made where there is none. Raises ValidationError."""
    link = CompetitorProfile.objects.filter(competitor=competitor, profile=profile).first()
    if link is not None:
        return link
    if why := _why_taken(competitor, profile):
        _refuse(why)
    return CompetitorProfile.objects.create(
        client_id=competitor.client_id, competitor=competitor, profile=profile
    )


@transaction.atomic
def _store(
    competitor: Competitor, page: PageAddress, title: str, *, key: AccessKey | None, by: User
) -> CompetitorProfile:
    """Under a lock: two people may add the same page at once, or by two of its names."""
    Client.objects.select_for_update(no_key=True).get(pk=competitor.client_id)
    profile = _refuse_taken(competitor, page) or Profile.objects.create(
        client_id=competitor.client_id,
        network=page.network,
        external_id=page.external_id,
        screen_name=page.screen_name,
        title=(title or page.screen_name or page.external_id)[:200],
        relation=Profile.Relation.COMPETITOR,
        access_key=key if key and key.client_id else None,
        is_measured=adapter_for(page.network) is not None,
    )
    link = tie_page(competitor, profile)
    LogEntry.objects.log_actions(
        user_id=by.pk,
        queryset=[competitor],
        action_flag=CHANGE,
        change_message=[{"added": {"name": str(link._meta.verbose_name), "object": str(profile)}}],
        single_object=True,
    )
    return link
