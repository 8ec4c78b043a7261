"""The page that answers what promotion brought: what to repeat, what to stop, with the numbers."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.form_page import date_field, select_field
from clients.admin.scoped import allowed_rows, allows
from clients.models import Client
from kpi.promotion_assessments import digest_of
from kpi.promotion_figures import data_of, with_fee
from kpi.promotion_formulas import Answer
from kpi.promotion_reasons import BY_TITLES, answers_of, hanging_line, rule_lines, unattributed_line
from kpi.promotion_results import BY, By, load_period, sum_up
from kpi.promotion_sheet import header_of, rows_of
from kpi.promotion_words import COLUMNS, days_title, formula_lines, held_lines, lines_of
from smm_agency.lib.file_response import saved_file
from smm_agency.lib.tabular import XLSX, write_xlsx
from strategy.periods import month_of

MOST_DAYS = 731
FEE = "kpi.see_agency_fee"


def results_url(**query: Any) -> str:
    return f"{reverse('admin:kpi_promotionassessment_results')}?{urlencode(query)}"


class PeriodForm(forms.Form):
    client = select_field(gettext_lazy("Client"))
    first = date_field(gettext_lazy("First day"), required=False)
    last = date_field(gettext_lazy("Last day"), required=False)

    def __init__(self, clients: Sequence[Client], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["client"]
        field.choices = [("", "—"), *((str(client.pk), client.name) for client in clients)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day is before the first."))
        elif first and last and (last - first).days >= MOST_DAYS:
            self.add_error("last", _("Two years at most."))
        return cleaned


def usual_period(client: Client) -> tuple[dt.date, dt.date]:
    """The month that has ended."""
    last = month_of(client.today()) - dt.timedelta(days=1)
    return month_of(last), last


def seen_clients(request: HttpRequest) -> list[Client]:
    user: Any = request.user
    rights = ("kpi.view_promotionassessment", "kpi.change_promotionassessment")
    return list(allowed_rows(request, Client.objects.visible_to(user), *rights))


def asked_client(request: HttpRequest, clients: Sequence[Client]) -> Client | None:
    asked = request.GET.get("client", "")
    if not asked:
        return clients[0] if len(clients) == 1 else None
    found = [client for client in clients if str(client.pk) == asked]
    if not found:
        raise Http404
    return found[0]


def asked_days(client: Client, form: PeriodForm) -> tuple[dt.date, dt.date]:
    """Where one of them is left out, the days end today, or begin with their month."""
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    if not first and not last:
        return usual_period(client)
    last = last or max(first, client.today())
    return first or month_of(last), last


def results_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    clients = seen_clients(request)
    client = asked_client(request, clients)
    if client is None:
        return render(model_admin, request, PeriodForm(clients))
    form = PeriodForm(clients, {**request.GET.dict(), "client": str(client.pk)})
    if not form.is_valid():
        return render(model_admin, request, form)
    first, last = asked_days(client, form)
    if request.GET.get("export") == "xlsx":
        return export(client, first, last)
    form = PeriodForm(clients, initial={"client": client.pk, "first": first, "last": last})
    by = request.GET.get("by", "")
    chosen: By = by if by in BY else "campaign"
    context = shown(request, client, first, last, chosen)
    return render(model_admin, request, form, **context)


def export(client: Client, first: dt.date, last: dt.date) -> HttpResponse:
    figures = data_of(load_period(client, first, last))
    name = f"promotion_{first}_{last}.xlsx"
    return saved_file(write_xlsx(rows_of(figures), header_of()), name, XLSX)


def shown(
    request: HttpRequest, client: Client, first: dt.date, last: dt.date, by: By
) -> dict[str, Any]:
    period = load_period(client, first, last)
    figures = data_of(period)
    fees = with_fee(sum_up(period, by=by)) if allows(request, FEE, client) else {}
    asked = {"client": client.pk, "first": first, "last": last}
    may_make = allows(request, "kpi.add_promotionassessment", client)
    make = reverse("admin:kpi_promotionassessment_make")
    query = urlencode({**asked, "seen": digest_of(figures)})
    return {
        "by": by,
        "tabs": [(results_url(**asked, by=one), BY_TITLES[one], one == by) for one in BY],
        "lines": lines_of(figures["by"][by], figures, {key: str(fee) for key, fee in fees.items()}),
        "exports": [("XLSX", results_url(**asked, export="xlsx"))],
        "make": f"{make}?{query}" if may_make else "",
        **panel_of(figures),
    }


def panel_of(figures: dict[str, Any]) -> dict[str, Any]:
    """What stands over and under the table, on the page and in an assessment."""
    return {
        "days": days_title(figures),
        "columns": COLUMNS,
        "repeat": answers_of(figures, Answer.REPEAT),
        "stop": answers_of(figures, Answer.STOP, Answer.SILENT),
        "held": held_lines(figures),
        "rules": rule_lines(figures),
        "hanging": hanging_line(figures),
        "unattributed": unattributed_line(figures),
        "formulas": formula_lines(),
    }


def render(
    model_admin: Any, request: HttpRequest, form: PeriodForm, **context: Any
) -> HttpResponse:
    return TemplateResponse(
        request,
        "admin/kpi/promotion_results.html",
        {
            **model_admin.admin_site.each_context(request),
            "title": _("Effectiveness of promotion"),
            "opts": model_admin.opts,
            "form": form,
            "back": reverse("admin:kpi_promotionassessment_changelist"),
            **context,
        },
    )
