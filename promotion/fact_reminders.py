"""Reminders of figures that are due and that nobody has typed in."""

import datetime as dt

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from clients.models import Client
from promotion.models import SLOT_AFTER, FactSlot, Placement, PlacementFact, PlacementState
from promotion.placement_tasks import tell_owner_once

# What is older was missed for good, or has come from elsewhere.
REMINDS_FOR = dt.timedelta(days=30)
WAITS = (PlacementState.PUBLISHED, PlacementState.COLLECTED)


def remind_of_facts(*, at: dt.datetime) -> int:
    """How many tasks were written."""
    return sum(_remind_of(slot, at=at) for slot in FactSlot)


def _remind_of(slot: FactSlot, *, at: dt.datetime) -> int:
    newest = at - SLOT_AFTER[slot]
    there = PlacementFact.objects.filter(placement=OuterRef("pk"), slot=slot)
    due = Placement.objects.filter(
        ~Exists(there),
        state__in=WAITS,
        published_at__range=(newest - REMINDS_FOR, newest),
        client__in=Client.objects.measured(),
    )
    rows = due.select_related("client", "campaign__owner").order_by("pk")
    return sum(_tell(placement, slot, at=at) for placement in rows.iterator(chunk_size=500))


def _tell(placement: Placement, slot: FactSlot, *, at: dt.datetime) -> bool:
    if slot == FactSlot.DAYS_7:
        details = _("How many of those who joined by it have left; nothing is guessed for them.")
    else:
        details = _("Views, clicks, joined, messages: as the publisher's page and the link show.")
    return tell_owner_once(
        placement,
        title=_("Figures after %(slot)s: “%(placement)s”")
        % {"slot": slot.label, "placement": placement.title},
        details=details,
        due_on=placement.client.day_of(at),
    )
