"""The plan of a month or a period as a file, for staff: a table, or events of a calendar."""

import datetime as dt
from typing import Any

from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from content.admin.calendar import Shown, read_asked, visible_clients
from content.calendar import NATIVE, moment_of_row, publications_near
from content.models import PostState, Publication, PublicationState
from content.moving import state_name
from content.plan_exports import ICS, PlanLine, calendar_file, table_file
from smm_agency.lib.file_response import saved_file
from smm_agency.lib.tabular import XLSX
from strategy.periods import last_of_month

DAY = dt.timedelta(days=1)
# A file of a longer period would take minutes to write.
MOST_DAYS = 400


def plan_table(request: HttpRequest) -> HttpResponse:
    first, last, lines = read_lines(request)
    return saved_file(table_file(lines, is_internal=True), f"plan_{first}_{last}.xlsx", XLSX)


def plan_events(request: HttpRequest) -> HttpResponse:
    first, last, lines = read_lines(request)
    found = calendar_file(lines, name=_("Publication plan"), at=timezone.now())
    return saved_file(found, f"plan_{first}_{last}.ics", ICS)


def read_lines(request: HttpRequest) -> tuple[dt.date, dt.date, list[PlanLine]]:
    """What the calendar's address asks for: its filters; its month, or `since` … `until`."""
    clients = visible_clients(request)
    shown = read_asked(request, timezone.localdate())
    first, last = period_of(request, shown)
    wanted = [row for row in clients if shown.choice.client in ("", str(row.pk))]
    by_id = {client.pk: client for client in wanted}
    rows = chosen_rows(by_id, shown, first, last)
    lines = [line_of(row, by_id[row.client_id]) for row in rows]
    return first, last, [line for line in lines if first <= line.at.date() <= last]


def period_of(request: HttpRequest, shown: Shown) -> tuple[dt.date, dt.date]:
    """The month of the calendar, unless both days of a period are given."""
    try:
        first, last = (
            dt.date.fromisoformat(request.GET.get(name, "")) for name in ("since", "until")
        )
    except ValueError:
        return shown.month, last_of_month(shown.month)
    return first, min(last, first + DAY * MOST_DAYS)


def chosen_rows(clients: dict[int, Client], shown: Shown, first: dt.date, last: dt.date) -> Any:
    """Cancelled ones too: a calendar that holds them has to learn of it."""
    choice = shown.choice
    if choice.state == NATIVE:
        return Publication.objects.none()
    asked: dict[str, Any] = {
        "community": choice.community if choice.community.isdecimal() else "",
        "post__rubric__name": choice.rubric,
        "post__author": choice.author if choice.author.isdecimal() else "",
        "post__state": choice.state,
        "post__source": choice.source,
    }
    return (
        publications_near(clients, first, last)
        .filter(**{name: value for name, value in asked.items() if value})
        .select_related("post__rubric", "post__author", "community__profile")
        .order_by(Coalesce("sent_at", "planned_at"), "pk")
    )


def line_of(row: Publication, client: Client) -> PlanLine:
    post = row.post
    is_gone = row.state == PublicationState.CANCELLED or post.state == PostState.CANCELLED
    return PlanLine(
        pk=row.pk,
        client=client.name,
        at=moment_of_row(row).astimezone(client.zone),
        zone=client.time_zone,
        community=row.community.profile.title,
        network=row.community.profile.get_network_display(),
        title=post.title,
        text=row.text or post.text,
        state=row.state,
        state_label=state_name(row),
        is_cancelled=is_gone and row.state != PublicationState.SENT,
        url=row.url,
        rubric=post.rubric.name if post.rubric else "",
        format=post.get_format_display(),
        source=post.get_source_display(),
        text_work=post.get_text_work_display(),
        author=str(post.author) if post.author else "",
        hashtags=post.hashtags,
        link=post.link,
    )
