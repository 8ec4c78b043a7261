"""The page of missed calls: what became of them, client by client, and whose work they were."""

import datetime as dt
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.admin.scoped import allowed_rows
from clients.models import Client
from kpi.missed_calls import MissedCalls, missed_calls

DAYS = 30


class MissedRow(NamedTuple):
    client: Client
    calls: MissedCalls
    share: str
    median: str
    side: str


def missed_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Of the last 30 whole days, for the clients whose calls the person sees."""
    last = timezone.localdate() - dt.timedelta(1)
    first = last - dt.timedelta(DAYS - 1)
    return TemplateResponse(
        request,
        "admin/kpi/missed_calls.html",
        {
            **model_admin.admin_site.each_context(request),
            "title": _("Missed calls"),
            "opts": model_admin.opts,
            "first": first,
            "last": last,
            "rows": missed_rows(request, first=first, last=last),
            "back": reverse("admin:kpi_call_changelist"),
        },
    )


def missed_rows(request: HttpRequest, *, first: dt.date, last: dt.date) -> list[MissedRow]:
    """The client with most missed calls first."""
    user: Any = request.user
    seen = allowed_rows(request, Client.objects.visible_to(user).measured(), "kpi.view_call")
    clients = {client.pk: client for client in seen}
    found = missed_calls(clients, first=first, last=last, at=timezone.now())
    rows = [
        MissedRow(
            clients[pk],
            calls,
            f"{calls.share:.0%}" if calls.share is not None else "—",
            as_wait(calls.median_seconds),
            str(calls.side.label),
        )
        for pk, calls in found.items()
    ]
    return sorted(rows, key=lambda row: (-row.calls.missed, row.client.name))


def as_wait(seconds: int | None) -> str:
    """Hours and minutes; a dash where nobody was called back."""
    if seconds is None:
        return "—"
    hours, minutes = divmod(-(-seconds // 60), 60)
    if hours:
        return _("%(hours)d h %(minutes)02d min") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)d min") % {"minutes": minutes}
