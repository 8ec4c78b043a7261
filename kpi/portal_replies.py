"""What the client sees of how its people are answered: figures with their formulas, and the cases
that the agency shows. Never who wrote, or what: the portal's role may not read it.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from content.models import Incident, IncidentState
from content.models.incident import ENDED
from content.reply_figures import (
    CLOSED_FORMULA,
    RATE_FORMULA,
    TIME_FORMULA,
    ReplyFigures,
    reply_figures,
)
from kpi.portal_lists import Found, Lists, Row, moment_of, objects
from kpi.portal_period import Period
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
    """`figures` is empty where nobody has asked anything in the period."""

    figures: Sequence[Figure]
    cases: Sequence[Case]
    answered: int


def read_care(found: Found, client: Client, period: Period) -> Care:
    """`found` holds `case_lists`. One query."""
    told = reply_figures(client, period.first, period.until, at=timezone.now())
    figures = figures_in_words(told) if told.asked or told.negatives else ()
    return Care(figures, [case_of(row, client) for row in found["cases"]], told.answered)


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


def case_lists() -> Lists:
    """Only the columns that are granted."""
    rows = Incident.objects.filter(client=OuterRef("pk"), is_published=True)
    names = ("title", "state", "opened_at", "ended_at", "shown_outcome")
    shown = rows.order_by("-opened_at", "-pk")[:SHOWN]
    return {"cases": objects(shown, **{name: name for name in names})}


def case_of(row: Row, client: Client) -> Case:
    opened_at, ended_at = moment_of(row["opened_at"]), moment_of(row["ended_at"])
    assert opened_at is not None  # noqa: S101 - not null
    return Case(
        row["title"],
        str(IncidentState(row["state"]).label),
        opened_at.astimezone(client.zone),
        ended_at.astimezone(client.zone) if ended_at else None,
        row["shown_outcome"] if row["state"] in ENDED else "",
    )
