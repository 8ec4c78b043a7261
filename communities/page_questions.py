"""Asking the network what is set on a community's page, for all items that it can prove."""

import datetime as dt
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from clients.models import TrackingNumber, User
from communities.checklist import settle
from communities.keys import token_of
from communities.models import AccessKey, ChecklistItem, Community, Finding, ItemState
from communities.networks.outcomes import Ok, Outcome
from communities.networks.records import PageFacts
from communities.networks.registry import adapter_for
from communities.page_checks import Known, check_page
from communities.page_lookup import find_key


class Asked(NamedTuple):
    """`refusal` is what was said instead of an answer; the rest counts items."""

    refusal: str = ""
    ok: int = 0
    not_ok: int = 0
    unknown: int = 0
    ticked: int = 0
    disputed: int = 0


def read_page(community: Community, key: AccessKey) -> Outcome[PageFacts] | None:
    """None where the network has no adapter."""
    adapter = adapter_for(community.profile.network)
    if adapter is None:
        return None
    return adapter.read_page(token_of(key), community.profile.external_id)


def key_for(community: Community) -> AccessKey | None:
    """The page's own key, which is told more; else whatever its wall is read with."""
    own = community.profile.access_key
    if own is not None and own.state != AccessKey.State.REFUSED:
        return own
    return find_key(community.client, community.profile.network)


def ask_network(
    community: Community, *, by: User | None, at: dt.datetime, ticks: bool = False
) -> Asked:
    """One reading of the page for all items; `ticks` settles open ones that it confirms.

    What a person ticked stays ticked. Nothing is locked while the network is asked.
    """
    if adapter_for(community.profile.network) is None:
        return Asked(_("The program does not talk to this network: look at the page yourself."))
    key = key_for(community)
    if key is None:
        return Asked(_("There is no key to ask with: enter one first."))
    outcome = read_page(community, key)
    if not isinstance(outcome, Ok):
        return Asked(outcome.message if outcome and outcome.message else _("No answer."))
    return store_findings(community, outcome.value, by=by, at=at, ticks=ticks)


@transaction.atomic
def store_findings(
    community: Community, facts: PageFacts, *, by: User | None, at: dt.datetime, ticks: bool
) -> Asked:
    rows = community.checklist.exclude(check_code="").select_for_update(of=("self",))
    items = list(rows.order_by("pk"))
    known = known_of(community, on=community.client.day_of(at))
    for item in items:
        item.finding, item.found = check_page(item.check_code, facts, known)
        item.found_at = at
    ChecklistItem.objects.bulk_update(items, ["finding", "found", "found_at"])
    ticked = tick_confirmed(items, by=by, at=at) if ticks else 0
    return counted(items, ticked)


def known_of(community: Community, *, on: dt.date) -> Known:
    """The numbers that may stand on the page: those placed here, else those placed nowhere yet.

    A number that is shown in another community would count its calls there.
    """
    numbers = TrackingNumber.objects.filter(client=community.client_id, is_active=True)
    is_open = Q(placements__ends_on=None) | Q(placements__ends_on__gte=on)
    is_placed = is_open & Q(placements__starts_on__lte=on)
    here = numbers.filter(is_placed, placements__community=community)
    free = numbers.exclude(pk__in=numbers.filter(is_placed).values("pk"))
    found = here if here.exists() else free
    listed = found.order_by("number").values_list("number", flat=True).distinct()
    return Known(list(listed), community.client.country)


def tick_confirmed(items: list[ChecklistItem], *, by: User | None, at: dt.datetime) -> int:
    confirmed = [
        item for item in items if item.state == ItemState.OPEN and item.finding == Finding.OK
    ]
    for item in confirmed:
        settle(item, to=ItemState.DONE, by=by, at=at, reason=_("The network confirms it."))
    return len(confirmed)


def counted(items: list[ChecklistItem], ticked: int) -> Asked:
    findings = [item.finding for item in items]
    return Asked(
        ok=findings.count(Finding.OK),
        not_ok=findings.count(Finding.NOT_OK),
        unknown=findings.count(Finding.UNKNOWN),
        ticked=ticked,
        disputed=sum(item.is_disputed for item in items),
    )
