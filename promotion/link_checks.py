"""Looks at the links of placements: whether the post stands, since when, and whether it changed.

A network that does not answer tells nothing: no answer is no removal. A post counts as removed when
it was seen standing and two looks in a row, an hour apart, were surely told that there is none.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from clients.models import Client
from communities.key_refresh import ask_each
from communities.key_use import KEY_IS_DEAD, refuse_key
from communities.models import AccessKey
from communities.networks.abilities import AT_MOST
from communities.networks.keys import Capability
from communities.networks.outcomes import Kind, Ok, Outcome, Refused
from communities.networks.post_address import NotAPostError, is_measured_by
from communities.networks.records import PostId, PostReading
from communities.networks.registry import NetworkAdapter, adapter_for, why_unread
from promotion.models import (
    STANDS_FOR,
    CheckOutcome,
    Placement,
    PlacementCheck,
    PlacementState,
)
from promotion.models.placement import PlacementQuerySet
from promotion.placement_links import read_link
from promotion.placement_standing import is_late, is_removed_early
from promotion.placement_tasks import tell_owner_once

WATCHED_STATES = (PlacementState.PUBLISHED, PlacementState.COLLECTED)
# The clock comes hourly, never quite on the second.
HOURLY = dt.timedelta(minutes=50)
DAILY = dt.timedelta(hours=23)
# What is not held to hours is looked at hourly for so long, then daily, then no more.
CLOSELY = dt.timedelta(hours=74)
WATCHED = dt.timedelta(days=30)
# After its hours, one more look tells whether it was gone before.
AFTERWARDS = dt.timedelta(hours=2)
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Look:
    outcome: CheckOutcome
    note: str = ""
    posted_at: dt.datetime | None = None
    edited_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A placement whose post can be asked for."""

    placement: Placement
    post: PostId
    key: AccessKey
    adapter: NetworkAdapter


def check_links(*, at: dt.datetime) -> int:
    """Look at what is due; how many looks were written down."""
    written = 0
    to_ask: dict[int, list[Asked]] = {}
    for placement in claim(at=at):
        asked = prepare(placement)
        if isinstance(asked, Look):
            written += record(placement, asked, at=at)
        else:
            to_ask.setdefault(asked.key.pk, []).append(asked)
    for several in to_ask.values():
        for each, look in ask(several, at=at):
            written += record(each.placement, look, at=at)
    return written


@transaction.atomic
def claim(*, at: dt.datetime) -> list[Placement]:
    """Those that are due, taken: another worker leaves them alone, a killed one's wait an hour."""
    rows = Placement.objects.filter(pk__in=due(at=at)[:AT_ONCE].values("pk"))
    taken = list(
        rows.select_for_update(skip_locked=True, no_key=True, of=("self",))
        .filter(_not_taken(at, HOURLY))
        .select_related("client", "publisher__access_key", "campaign__owner")
        .order_by("pk")
    )
    Placement.objects.filter(pk__in=[row.pk for row in taken]).update(link_taken_at=at)
    return taken


def due(*, at: dt.datetime) -> PlacementQuerySet:
    held = Q()
    for code, hours in STANDS_FOR.items():
        held |= Q(format=code, published_at__gt=at - hours - AFTERWARDS)
    free = ~Q(format__in=STANDS_FOR) & Q(published_at__gt=at - WATCHED)
    closely = Q(published_at__gt=at - CLOSELY)
    rhythm = _not_taken(at, DAILY) | closely & _not_taken(at, HOURLY)
    rows = Placement.objects.filter(
        held | free,
        rhythm,
        state__in=WATCHED_STATES,
        publisher__isnull=False,
        published_at__lte=at,
        removed_at=None,
        client__in=Client.objects.measured(),
    )
    return rows.exclude(url="").order_by(F("link_taken_at").asc(nulls_first=True), "pk")


def _not_taken(at: dt.datetime, rest: dt.timedelta) -> Q:
    return Q(link_taken_at=None) | Q(link_taken_at__lte=at - rest)


def prepare(placement: Placement) -> Asked | Look:
    """What to ask, or why nothing can be asked here."""
    page = placement.publisher
    if page is None:
        return _not_checkable(_("It is not said on which page it stands."))
    adapter = adapter_for(page.network)
    if adapter is None:
        return _not_checkable(why_unread(page.network))
    if never := adapter.never.get(Capability.REREAD_POSTS):
        return _not_checkable(str(never))
    try:
        address = read_link(placement)
    except NotAPostError as error:
        return _not_checkable(str(error))
    if address is None or not address.post_id or not is_measured_by(page.network):
        return _not_checkable(_("The link does not tell the post's own number."))
    key = find_key(placement)
    if key is None:
        return _not_checkable(_("There is no key that reads posts of this network."))
    # A name in the link is the page's; its number is the one that the network is asked by.
    number = address.page if address.page.isdecimal() else page.external_id
    return Asked(placement, PostId(number, address.post_id), key, adapter)


def _not_checkable(why: str) -> Look:
    return Look(CheckOutcome.NOT_CHECKABLE, why[:300])


def find_key(placement: Placement) -> AccessKey | None:
    """The agency's own first; of the kinds that can read a post by its number at all."""
    page = placement.publisher
    network = page.network if page else ""
    kinds = [
        kind
        for kind, abilities in AT_MOST.get(network, {}).items()
        if Capability.REREAD_POSTS in abilities
    ]
    keys = AccessKey.objects.filter(
        Q(client=None) | Q(client=placement.client_id), network=network, kind__in=kinds
    )
    usable = keys.exclude(state=AccessKey.State.REFUSED)
    return usable.order_by(F("client").asc(nulls_first=True), "-pk").first()


def ask(several: Sequence[Asked], *, at: dt.datetime) -> Iterator[tuple[Asked, Look]]:
    """All posts of one key in as few calls as the network allows."""
    key, adapter = several[0].key, several[0].adapter
    posts = list({each.post for each in several})
    outcomes = ask_each(key, adapter, adapter.reread_posts, posts, at=at)
    for each in several:
        outcome = outcomes[each.post]
        if isinstance(outcome, Refused) and outcome.kind in KEY_IS_DEAD:
            _give_up(key, outcome, several[0].placement.client, at=at)
        yield each, look_of(outcome)


def _give_up(key: AccessKey, refusal: Refused, client: Client, *, at: dt.datetime) -> None:
    if key.state != AccessKey.State.REFUSED:
        refuse_key(key, refusal, client=client, at=at)


def look_of(outcome: Outcome[PostReading]) -> Look:
    if isinstance(outcome, Ok):
        post = outcome.value
        return Look(CheckOutcome.STANDS, "", post.posted_at, post.edited_at)
    if isinstance(outcome, Refused) and outcome.kind == Kind.NOT_FOUND:
        return Look(CheckOutcome.MISSING, outcome.message[:300])
    return Look(CheckOutcome.UNKNOWN, outcome.message[:300])


@transaction.atomic
def record(placement: Placement, look: Look, *, at: dt.datetime) -> bool:
    """Write the look down and what follows from it; False where the link was changed meanwhile."""
    rows = Placement.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("client", "campaign__owner").get(pk=placement.pk)
    is_same = (row.url, row.publisher_id) == (placement.url, placement.publisher_id)
    if not is_same or row.removed_at or row.state not in WATCHED_STATES:
        return False
    check = _write(row, look, at=at)
    if check.outcome == CheckOutcome.MISSING:
        settle_missing(row, check)
    elif check.outcome == CheckOutcome.STANDS and check.looks == 1:
        tell_of_standing(row, check)
    return True


def _write(row: Placement, look: Look, *, at: dt.datetime) -> PlacementCheck:
    last = row.checks.first()
    told = (look.outcome, look.note, look.posted_at, look.edited_at)
    if last and told == (last.outcome, last.note, last.posted_at, last.edited_at):
        last.looks, last.last_at = last.looks + 1, at
        last.save(update_fields=["looks", "last_at"])
        return last
    return PlacementCheck.objects.create(
        placement=row,
        at=at,
        last_at=at,
        outcome=look.outcome,
        note=look.note,
        posted_at=look.posted_at,
        edited_at=look.edited_at,
    )


def settle_missing(row: Placement, check: PlacementCheck) -> None:
    if check.looks < 2:
        return
    if not row.checks.filter(outcome=CheckOutcome.STANDS).exists():
        _tell(
            row, _("The post is not found"), _("It was never seen at its link: look at the link.")
        )
        return
    row.removed_at = check.at
    row.save(update_fields=["removed_at"])
    if is_removed_early(row):
        _tell(
            row,
            _("Removed before its hours"),
            _("Ask the publisher to put it back, or for the money."),
        )


def tell_of_standing(row: Placement, check: PlacementCheck) -> None:
    if is_late(row.planned_at, check.posted_at):
        _tell(row, _("Published late"), _("Look at the time that was agreed with the publisher."))
    if check.edited_at and not _is_told_edit(row, check):
        _tell(
            row,
            _("Edited after the publication (%(at)s)")
            % {"at": f"{check.edited_at.astimezone(row.client.zone):%d.%m.%Y %H:%M}"},
            _("Look whether text, link and marking are still those that were agreed."),
        )


def _is_told_edit(row: Placement, check: PlacementCheck) -> bool:
    same = row.checks.filter(edited_at=check.edited_at).exclude(pk=check.pk)
    return same.exists()


def _tell(row: Placement, what: str, mend: str) -> None:
    tell_owner_once(row, title=f"{what}: “{row.title}”", details=f"{mend}\n{row.url}")


def tell_of_overdue(*, at: dt.datetime) -> int:
    """Placements whose time has passed without a publication: a task each, once."""
    rows = Placement.objects.filter(
        state__in=(PlacementState.BOOKED, PlacementState.PAID),
        published_at=None,
        planned_at__range=(at - WATCHED, at),
        client__in=Client.objects.measured(),
    )
    late = [
        row
        for row in rows.select_related("client", "campaign__owner").order_by("pk")
        if is_late(row.planned_at, at)
    ]
    return sum(
        tell_owner_once(
            row,
            title=_("Not published in time: “%(placement)s”") % {"placement": row.title},
            details=_("Ask the publisher; once it stands, give its link and time."),
        )
        for row in late
    )
