"""The director's page of time: a month by client, and the load of the next two weeks."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import INPUT_CLASSES

from clients.admin.columns import button
from clients.admin.fees import SEE_FEES, may_see_fees
from clients.admin.time_entries import TimeEntryAdmin
from clients.models import Client, TimeEntry
from clients.rights import clients_where
from smm_agency.lib.file_response import saved_file
from smm_agency.lib.tabular import XLSX, write_xlsx
from smm_agency.lib.words import as_money
from smm_agency.time_summary import ClientTime, Load, Money, clients_time, loads

HEADER = (
    gettext_lazy("Client"), gettext_lazy("Hours"), gettext_lazy("Norm, hours"),
    gettext_lazy("Hours ÷ norm"), gettext_lazy("Fee per month"), gettext_lazy("Currency"),
    gettext_lazy("Fee per hour"),
)  # fmt: skip

admin.site.unregister(TimeEntry)


class MonthForm(forms.Form):
    month = forms.DateField(
        label=gettext_lazy("Month"),
        required=False,
        input_formats=["%Y-%m"],
        widget=forms.DateInput({"type": "month", "class": " ".join(INPUT_CLASSES)}, "%Y-%m"),
    )


@admin.register(TimeEntry)
class TimeEntryPage(TimeEntryAdmin):
    actions_list = ("summary",)

    def has_summary_permission(self, request: HttpRequest) -> bool:
        """Somewhere; which clients, their rights say."""
        return may_see_fees(request, None)

    @button(
        gettext_lazy("Hours and load"), path="summary", icon="schedule", permissions=["summary"]
    )
    def summary(self, request: HttpRequest) -> HttpResponse:
        if not self.has_summary_permission(request):
            raise PermissionDenied
        clients = list(clients_where(request.user, SEE_FEES).order_by("name"))
        form = MonthForm(request.GET or None)
        today = timezone.localdate()
        month = (form.cleaned_data["month"] if form.is_valid() else None) or today
        month = month.replace(day=1)
        lines = clients_time(clients, month)
        if request.GET.get("export") == "xlsx":
            return sheet(lines, month)
        return self.summary_page(request, form, month, lines, clients)

    def summary_page(
        self,
        request: HttpRequest,
        form: MonthForm,
        month: dt.date,
        lines: list[ClientTime],
        clients: list[Client],
    ) -> HttpResponse:
        today = timezone.localdate()
        own = reverse("admin:clients_timeentry_summary")
        return TemplateResponse(
            request,
            "admin/time/summary.html",
            {
                **self.admin_site.each_context(request),
                "title": _("Hours and load"),
                "opts": self.opts,
                "form": form if form.errors else MonthForm(initial={"month": month}),
                "month": date_format(month, "YEAR_MONTH_FORMAT"),
                "lines": [shown_line(line) for line in lines],
                "loads": [
                    shown_load(load)
                    for load in loads(clients, today=today, on_month=today.replace(day=1))
                ],
                "export": f"{own}?{urlencode({'month': f'{month:%Y-%m}', 'export': 'xlsx'})}",
                "entries": f"{reverse('admin:clients_timeentry_changelist')}?whose=all",
            },
        )


def sheet(lines: list[ClientTime], month: dt.date) -> HttpResponse:
    rows = (
        (
            line.client.name,
            round(line.hours, 2),
            line.norm,
            None if line.share is None else round(line.share, 3),
            line.fee.amount if line.fee else None,
            line.fee.currency if line.fee else None,
            round(line.per_hour.amount, 2) if line.per_hour else None,
        )
        for line in lines
    )
    content = write_xlsx(rows, [str(name) for name in HEADER])
    return saved_file(content, f"time_{month:%Y-%m}.xlsx", XLSX)


def shown_line(line: ClientTime) -> dict[str, Any]:
    return {
        "client": line.client,
        "url": reverse("admin:clients_client_overview", args=[line.client.pk]),
        "hours": round(line.hours, 1),
        "norm": None if line.norm is None else round(line.norm, 1),
        "percent": percent(line.share),
        "is_over": line.share is not None and line.share > 1,
        "fee": money(line.fee),
        "per_hour": money(line.per_hour),
        "blocks": [(name, round(value, 1)) for name, value in line.blocks],
        "people": [(name, round(value, 1)) for name, value in line.people],
    }


def shown_load(load: Load) -> dict[str, Any]:
    return {
        **load._asdict(),
        "planned": None if load.planned is None else round(load.planned, 1),
        "percent": percent(load.share),
        "is_over": load.share is not None and load.share > 1,
    }


def money(value: Money | None) -> str:
    return as_money(round(value.amount, 2), value.currency) if value else ""


def percent(share: Any) -> int | None:
    return None if share is None else round(share * 100)
