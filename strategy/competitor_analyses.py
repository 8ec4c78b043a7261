"""Written analyses of competitors grow stale after a set number of days: a new one is asked for.

An analysis that only has a date says nothing and is not counted; neither is one of a day to come.
"""

import datetime as dt
import logging
from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Client, ClientStatus, NoticeKind
from clients.todo import tell_team_once
from strategy.models import Competitor, CompetitorAnalysis, StrategyVersion, VersionState

logger = logging.getLogger(__name__)

AT_WORK = (ClientStatus.ONBOARDING, ClientStatus.ACTIVE)


def oldest_fresh_day(*, on: dt.date) -> dt.date:
    """An analysis of this day, or of a later one, counts on `on`."""
    return on - dt.timedelta(days=settings.STRATEGY_COMPETITOR_ANALYSIS_DAYS)


def newest_analyses(client_ids: Collection[int], *, on: dt.date) -> dict[int, CompetitorAnalysis]:
    """Competitor's id → the newest written analysis of that day or before. One query."""
    rows = CompetitorAnalysis.objects.written().filter(client__in=client_ids, analysed_on__lte=on)
    newest = rows.order_by("competitor_id", "-analysed_on", "-id").distinct("competitor_id")
    return {row.competitor_id: row for row in newest}


def ask_for_analyses(*, at: dt.datetime) -> int:
    """A task for each competitor without a fresh analysis, of clients under work with a strategy.

    Returns how many tasks are new. What fails for one client stops no other: at the end the errors
    are raised together, as an ExceptionGroup.
    """
    asked, errors = 0, []
    for client in _clients_at_work(on=timezone.localdate(at)):
        try:
            with transaction.atomic():
                asked += _ask_for_client(client, on=client.day_of(at))
        except Exception as error:
            logger.exception("Competitors of client %s were not looked through.", client.pk)
            errors.append(error)
    if errors:
        raise ExceptionGroup("Competitors of some clients were not looked through.", errors)
    return asked


def _clients_at_work(*, on: dt.date) -> list[Client]:
    """With a strategy that is made or in force: one that has ended needs no competitors."""
    live = StrategyVersion.objects.filter(ends_on__gte=on).exclude(state=VersionState.SUPERSEDED)
    clients = Client.objects.filter(status__in=AT_WORK, pk__in=live.values("client"))
    return list(clients.order_by("pk"))


def _ask_for_client(client: Client, *, on: dt.date) -> int:
    newest = newest_analyses([client.pk], on=on)
    competitors = list(Competitor.objects.filter(client=client).order_by("pk"))
    asked = sum(
        _ask_anew(client, competitor, newest.get(competitor.pk), on=on)
        for competitor in competitors
    )
    return asked + _ask_for_more(client, len(competitors))


def _ask_anew(
    client: Client, competitor: Competitor, last: CompetitorAnalysis | None, *, on: dt.date
) -> bool:
    if last is not None and last.analysed_on >= oldest_fresh_day(on=on):
        return False
    return tell_team_once(
        client,
        competitor,
        title=_("Analyse the competitor “%(competitor)s”") % {"competitor": competitor.name},
        details=f"{_why(last, on=on)} {_what_to_do()}",
        kind=NoticeKind.TASKS,
    )


def _why(last: CompetitorAnalysis | None, *, on: dt.date) -> str:
    if last is None:
        return _("There is no written analysis of it yet.")
    days = (on - last.analysed_on).days
    return ngettext(
        "The last analysis is of %(day)s, %(days)d day ago; it counts for %(limit)d days.",
        "The last analysis is of %(day)s, %(days)d days ago; it counts for %(limit)d days.",
        days,
    ) % {
        "day": date_format(last.analysed_on),
        "days": days,
        "limit": settings.STRATEGY_COMPETITOR_ANALYSIS_DAYS,
    }


def _what_to_do() -> str:
    return _(
        "Look at its pages, offers, advertising and replies, and add an analysis on the"
        " competitor's page: what is strong, what is weak, or what to take."
    )


def _ask_for_more(client: Client, known: int) -> bool:
    wanted: int = settings.STRATEGY_MIN_COMPETITORS
    if known >= wanted:
        return False
    return tell_team_once(
        client,
        client,
        title=_("Add competitors"),
        details=ngettext(
            "A strategy needs %(wanted)d analysed competitor, here are %(known)d.",
            "A strategy needs %(wanted)d analysed competitors, here are %(known)d.",
            wanted,
        )
        % {"wanted": wanted, "known": known},
        kind=NoticeKind.TASKS,
    )
