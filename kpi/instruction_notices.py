"""Telling the account manager, once, that calls come in without an instruction any more."""

import datetime as dt

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from clients.models import ClientStatus, Paper, PaperKind, PaperState
from clients.models.paper import ENDED_LATELY
from clients.notices import Words
from clients.paper_notices import is_morning, tell_managers
from clients.papers import has_data_processing
from kpi.models import CallConnection


def tell_of_ended_instructions(*, at: dt.datetime) -> int:
    """In the morning of the client's day; how many people were told."""
    found = ended_lately(on=at.date())
    return sum(tell_of_end(paper, at=at) for paper in found if is_morning(paper, at))


def ended_lately(*, on: dt.date) -> list[Paper]:
    """The last instruction of each client whose connections take calls."""
    live = CallConnection.objects.filter(client=OuterRef("client"), is_active=True)
    rows = Paper.objects.filter(
        Exists(live),
        kind=PaperKind.DATA_PROCESSING,
        state=PaperState.SIGNED,
        valid_until__range=(on - ENDED_LATELY, on),
    ).exclude(client__status=ClientStatus.ENDED)
    newest = rows.order_by("client_id", "-valid_until", "-pk").distinct("client_id")
    return list(newest.select_related("client"))


def tell_of_end(paper: Paper, *, at: dt.datetime) -> int:
    today = paper.client.day_of(at)
    is_over = paper.valid_until is not None and paper.valid_until < today
    if not is_over or has_data_processing(paper.client, on=today):
        return 0
    words = _(
        "Its last day was %(day)s. Sign a new instruction, or switch off what calls come in by."
    )
    return tell_managers(
        paper,
        key=f"instruction-ended:{paper.pk}:{paper.valid_until}",
        subject=_("%(client)s: has ended while calls come in: %(paper)s"),
        text=Words(words, day=paper.valid_until),
        at=at,
    )
