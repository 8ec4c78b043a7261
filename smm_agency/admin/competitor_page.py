"""Competitors with what upper floors know: the comparison with the client's own pages."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.columns import button
from clients.admin.form_page import date_field, select_field
from clients.admin.scoped import allowed_rows, allows
from clients.models import Client
from kpi.competitor_chart import draw_charts
from kpi.competitor_formula import COMPARABLE
from kpi.competitor_sheet import header_of, rows_of
from kpi.competitor_table import CompetitorTable, compare_competitors
from kpi.competitor_words import analysis_cards, best_cards, table_lines, unanalysed
from kpi.er_words import formula_line, formula_title
from smm_agency.lib.file_response import saved_file
from smm_agency.lib.tabular import XLSX, Cell, write_csv, write_xlsx
from strategy.admin.competitors import CompetitorAdmin
from strategy.models import Competitor

Write = Callable[[Iterable[Sequence[Cell]], Sequence[str]], bytes]
# Extension → how the file is written, and what it is.
FILES: dict[str, tuple[Write, str]] = {
    "xlsx": (write_xlsx, XLSX),
    "csv": (write_csv, "text/csv; charset=utf-8"),
}


def compare_url(**query: Any) -> str:
    return f"{reverse('admin:strategy_competitor_compare')}?{urlencode(query)}"


def formula_choices() -> list[tuple[str, str]]:
    usual = ("", _("one that both sides can have"))
    return [usual, *((code, formula_title(code)) for code in COMPARABLE)]


class CompareForm(forms.Form):
    """Whom to compare, on which days, by which formula; all but the client have a default."""

    client = select_field(gettext_lazy("Client"))
    first = date_field(gettext_lazy("First day"), required=False)
    last = date_field(gettext_lazy("Last day"), required=False)
    formula = select_field(gettext_lazy("ER by"), choices=formula_choices, required=False)

    def __init__(self, clients: Sequence[Client], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["client"]
        field.choices = [("", "—"), *((str(client.pk), client.name) for client in clients)]


def compare_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    clients = comparable_clients(request)
    client = chosen_client(request, clients)
    form, table = CompareForm(clients), None
    if client is not None:
        form = CompareForm(clients, {**request.GET.dict(), "client": str(client.pk)})
        table = compare(request, client, form)
    if client is None or table is None:
        return render(model_admin, request, form)
    if (extension := request.GET.get("export", "")) in FILES:
        return export(table, extension)
    # The days that were meant stand in the form.
    chosen = {"client": client.pk, "first": table.first, "last": table.last}
    form = CompareForm(clients, initial=chosen | {"formula": form.cleaned_data["formula"]})
    return render(model_admin, request, form, **shown(client, table))


def comparable_clients(request: HttpRequest) -> list[Client]:
    """Those whose competitors the person sees."""
    user: Any = request.user
    seen = Client.objects.visible_to(user)
    rights = ("strategy.view_competitor", "strategy.change_competitor")
    return list(allowed_rows(request, seen, *rights))


def chosen_client(request: HttpRequest, clients: Sequence[Client]) -> Client | None:
    """The one in the address; the only one there is; None: somebody has to choose."""
    asked = request.GET.get("client", "")
    if not asked:
        return clients[0] if len(clients) == 1 else None
    found = [client for client in clients if str(client.pk) == asked]
    if not found:
        raise Http404
    return found[0]


def compare(request: HttpRequest, client: Client, form: CompareForm) -> CompetitorTable | None:
    """None where the days or the formula cannot be; the form says why."""
    if not form.is_valid():
        return None
    wanted = {name: form.cleaned_data[name] for name in ("first", "last", "formula")}
    try:
        table = compare_competitors(client, on=client.today(), **wanted)
    except ValidationError as refused:
        for name, errors in refused.error_dict.items():
            form.add_error(name, errors)
        return None
    if not allows(request, "strategy.view_competitoranalysis", client):
        parties = tuple(replace(party, analysis=None) for party in table.parties)
        table = replace(table, parties=parties)
    return table


def export(table: CompetitorTable, extension: str) -> HttpResponse:
    write, content_type = FILES[extension]
    name = f"competitors_{table.first}_{table.last}.{extension}"
    return saved_file(write(rows_of(table), header_of()), name, content_type)


def shown(client: Client, table: CompetitorTable) -> dict[str, Any]:
    """What the page says of a table."""
    asked = {
        "client": client.pk, "first": table.first, "last": table.last, "formula": table.formula
    }  # fmt: skip
    charts = draw_charts(client, table)
    return {
        "table": table,
        "parties": table_lines(table),
        "er_title": formula_title(table.formula),
        "er_line": formula_line(table.formula),
        "charts": [
            (_("Subscribers, the first week is 100"), "subscribers-chart", charts.subscribers),
            (formula_title(table.formula), "er-chart", charts.er),
        ],
        "best": best_cards(table),
        "analyses": analysis_cards(table),
        "unanalysed": unanalysed(table),
        "exports": [(name.upper(), compare_url(**asked, export=name)) for name in FILES],
    }


def render(
    model_admin: Any, request: HttpRequest, form: CompareForm, **context: Any
) -> HttpResponse:
    return TemplateResponse(
        request,
        "admin/strategy/compare.html",
        {
            **model_admin.admin_site.each_context(request),
            "title": _("Comparison with competitors"),
            "opts": model_admin.opts,
            "form": form,
            "back": reverse("admin:strategy_competitor_changelist"),
            **context,
        },
    )


admin.site.unregister(Competitor)


@admin.register(Competitor)
class CompetitorPage(CompetitorAdmin):
    actions_list = ("compare",)
    actions_detail = (*CompetitorAdmin.actions_detail, "compare_this")

    @button(gettext_lazy("Compare"), path="compare", icon="compare_arrows", permissions=["view"])
    def compare(self, request: HttpRequest) -> HttpResponse:
        return compare_page(self, request)

    @button(
        gettext_lazy("Compare"), path="compare-this", icon="compare_arrows", permissions=["view"]
    )
    def compare_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        competitor = self.get_object(request, object_id)
        if competitor is None:
            raise Http404
        return HttpResponseRedirect(compare_url(client=competitor.client_id))
