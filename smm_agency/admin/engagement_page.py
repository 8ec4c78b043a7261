"""An engagement with what upper floors know: the matrix of who does what, the blocks' results."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.admin.columns import button
from clients.admin.engagements import EngagementAdmin
from clients.admin.fees import may_see_fees
from clients.admin.scoped import allows
from clients.models import Block, Engagement
from smm_agency.admin.engagement_start import StartStep
from smm_agency.admin.matrix_form import RowForm, row_forms, rows_of, save_matrix
from smm_agency.admin.result_step import result_step
from smm_agency.matrix import PERFORMERS, matrix_of
from smm_agency.results_panel import moves_of, progress_of, result_lines

admin.site.unregister(Engagement)


def seen_engagement(request: HttpRequest, obj: Any) -> Engagement | None:
    """Of a client of theirs: more people look at the division than at the agreement itself."""
    if obj is None or isinstance(obj, Engagement):
        return obj
    user: Any = request.user
    rows = Engagement.objects.visible_to(user).select_related("client")
    return rows.filter(pk=obj).first() if str(obj).isdecimal() else None


@admin.register(Engagement)
class EngagementPage(StartStep, EngagementAdmin):
    change_form_before_template = "admin/clients/results.html"
    # More of them side by side make the page wider than a small window.
    actions_detail: Any = (
        "start",
        "matrix",
        {
            "title": gettext_lazy("More"),
            "icon": "more_vert",
            "items": ["move_result", *EngagementAdmin.actions_detail],
        },
    )

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        shown = super().beside(request, row)
        if not allows(request, "clients.view_blockresult", row):
            return shown
        lines = result_lines(
            row,
            on=row.client.today(),
            may_move=allows(request, "clients.change_blockresult", row),
            may_open_papers=allows(request, "clients.view_paper", row),
        )
        progress = progress_of(lines)
        return {**shown, "results": lines, "moves": moves_of(row), "progress": progress}

    def has_matrix_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        engagement = seen_engagement(request, obj)
        return engagement is not None and allows(
            request, "clients.view_engagementservice", engagement
        )

    @button(gettext_lazy("Who does what"), path="matrix", icon="grid_on", permissions=["matrix"])
    def matrix(self, request: HttpRequest, object_id: str) -> HttpResponse:
        engagement = seen_engagement(request, object_id)
        if engagement is None:
            raise Http404
        may_change = allows(request, "clients.change_engagementservice", engagement)
        if request.method == "POST":
            if not may_change:
                raise PermissionDenied
            return self.save_matrix(request, engagement)
        if may_change and "edit" in request.GET:
            rows = list(rows_of(engagement))
            forms = row_forms(rows, with_money=may_see_fees(request, engagement))
            return self.show_matrix(request, engagement, forms=forms)
        return self.show_matrix(request, engagement, edit_url="?edit=1" if may_change else "")

    def save_matrix(self, request: HttpRequest, engagement: Engagement) -> HttpResponse:
        address = reverse("admin:clients_engagement_matrix", args=[engagement.pk])
        money = may_see_fees(request, engagement)
        try:
            changed, forms = save_matrix(engagement, request.POST, with_money=money)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return HttpResponseRedirect(f"{address}?edit=1")
        if any(form.is_touched and form.errors for form in forms):
            return self.show_matrix(request, engagement, forms=forms)
        said = ngettext("%(count)d work is changed.", "%(count)d works are changed.", changed)
        messages.success(request, said % {"count": changed})
        return HttpResponseRedirect(address)

    def show_matrix(
        self,
        request: HttpRequest,
        engagement: Engagement,
        *,
        forms: list[RowForm] | None = None,
        edit_url: str = "",
    ) -> HttpResponse:
        money = may_see_fees(request, engagement)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": _("Who does what"),
            "subtitle": str(engagement),
            "opts": self.opts,
            "engagement": engagement,
            "performers": [each.label for each in PERFORMERS],
            "with_money": money,
            "edit_url": edit_url,
            "address": reverse("admin:clients_engagement_matrix", args=[engagement.pk]),
            "back": reverse("admin:clients_client_overview", args=[engagement.client_id]),
        }
        if forms is None:
            rows = list(rows_of(engagement))
            today = engagement.client.today()
            context["matrix"] = matrix_of(engagement, rows, on=today, with_money=money)
        else:
            context["blocks"] = forms_by_block(forms)
            context["problems"] = [
                (form.instance.pk, text) for form in forms if form.is_bound and form.is_touched
                for text in form.problems
            ]  # fmt: skip
        return TemplateResponse(request, "admin/clients/matrix.html", context)

    def has_results_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        return row is not None and allows(request, "clients.change_blockresult", row)

    @button(gettext_lazy("Move a result"), path="result", icon="task_alt", permissions=["results"])
    def move_result(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Without a block in the address: the page of the engagement lists the four."""
        engagement = self.get_object(request, object_id)
        if engagement is None:
            raise Http404
        if "block" not in request.GET:
            page = reverse("admin:clients_engagement_change", args=[engagement.pk])
            return HttpResponseRedirect(f"{page}#results")
        papers = allows(request, "clients.view_paper", engagement)
        return result_step(self, request, engagement, papers=papers)


def forms_by_block(forms: list[RowForm]) -> list[tuple[str, list[RowForm]]]:
    blocks = [
        (str(block.label), [form for form in forms if form.instance.service.block == block])
        for block in Block
    ]
    return [(name, found) for name, found in blocks if found]
