"""What the client sees of how its people are answered: figures with their formulas, and the cases
that the agency shows. Never who wrote, or what: the portal's role may not read it.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from content.models import Incident
from content.reply_figures import (
    CLOSED_FORMULA,
    RATE_FORMULA,
    TIME_FORMULA,
    ReplyFigures,
    reply_figures,
)
from kpi.portal_month import Month
from smm_agency.lib.words import NOT_MEASURED, as_count, as_duration, as_share

SHOWN = 10


@dataclass(frozen=True)
class Figure:
    title: str
    value: str
    formula: str = ""


@dataclass(frozen=True)
class Case:
    title: str
    state: str
    opened_at: dt.datetime
    ended_at: dt.datetime | None
    outcome: str


@dataclass(frozen=True)
class Care:
    """`figures` is empty where nobody has asked anything in the month."""

    figures: Sequence[Figure]
    cases: Sequence[Case]


def read_care(client: Client, month: Month) -> Care:
    """Two queries."""
    found = reply_figures(client, month.first, month.until, at=timezone.now())
    return Care(figures_in_words(found) if found.asked or found.negatives else (), cases_of(client))


def figures_in_words(found: ReplyFigures) -> list[Figure]:
    closed = f"{as_count(found.negatives_closed)} / {as_count(found.negatives)}"
    return [
        Figure(_("comments and messages to answer"), as_count(found.asked)),
        Figure(_("reply rate"), as_share(found.rate), str(RATE_FORMULA)),
        Figure(_("time to the first reply"), as_duration(found.median), str(TIME_FORMULA)),
        Figure(_("wait for a reply"), as_count(found.unanswered)),
        Figure(
            _("negative ones closed"),
            closed if found.negatives else NOT_MEASURED,
            str(CLOSED_FORMULA),
        ),
    ]


def cases_of(client: Client) -> list[Case]:
    """Only the columns that are granted."""
    rows = Incident.objects.filter(client=client, is_published=True).only(
        "pk", "client_id", "title", "state", "opened_at", "ended_at", "shown_outcome"
    )
    return [
        Case(
            row.title,
            row.get_state_display(),
            row.opened_at,
            row.ended_at,
            row.shown_outcome if row.is_ended else "",
        )
        for row in rows.order_by("-opened_at", "-pk")[:SHOWN]
    ]
