"""Adding a competitor's page: found by what a person pasted, measured like the client's own."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Client, User
from clients.rights import may
from communities.models import OWN_PAGE, Profile
from communities.networks.pasted_address import PageAddress
from communities.page_adding import FoundPage, add_profile, find_page, pasted, refuse
from strategy.models import Competitor, CompetitorProfile


def add_competitor_page(competitor: Competitor, *, address: str, by: User) -> CompetitorProfile:
    """Tie the page at this address to the competitor; from the next hour on it is measured.

    The network is asked for its number and title where there is a key to ask with. Raises
    ValidationError: no page, the client's own one, another competitor's, a publisher's.
    """
    if not may(by, "strategy.add_competitorprofile", client=competitor.client_id):
        refuse(_("You may not add pages of competitors; ask a strategist."))
    page = pasted(address)
    _refuse_taken(competitor, page)
    return _store(competitor, find_page(competitor.client, page), by=by)


def _known(client_id: int, page: PageAddress) -> Profile | None:
    same = Profile.objects.same_page(
        client_id, page.network, external_id=page.external_id, screen_name=page.screen_name
    )
    return same.select_related("competitor_link__competitor").order_by("pk").first()


def _refuse_taken(competitor: Competitor, page: PageAddress) -> Profile | None:
    """The row that the page has already, where it is nobody's yet."""
    known = _known(competitor.client_id, page)
    if known is not None and (why := _why_taken(competitor, known)):
        refuse(why)
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
        refuse(why)
    return CompetitorProfile.objects.create(
        client_id=competitor.client_id, competitor=competitor, profile=profile
    )


@transaction.atomic
def _store(competitor: Competitor, found: FoundPage, *, by: User) -> CompetitorProfile:
    """Under a lock: two people may add the same page at once, or by two of its names."""
    client = Client.objects.select_for_update(no_key=True).get(pk=competitor.client_id)
    known = _refuse_taken(competitor, found.address)
    profile = known or add_profile(client, found, Profile.Relation.COMPETITOR)
    link = tie_page(competitor, profile)
    LogEntry.objects.log_actions(
        user_id=by.pk,
        queryset=[competitor],
        action_flag=CHANGE,
        change_message=[{"added": {"name": str(link._meta.verbose_name), "object": str(profile)}}],
        single_object=True,
    )
    return link
