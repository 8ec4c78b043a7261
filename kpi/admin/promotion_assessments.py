"""Assessments of promotion: begun on the page of results, written, finished, then shown."""

import datetime as dt
import io
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminTextareaWidget

from clients.admin.columns import button, column
from clients.admin.form_page import Step, page_of, posted
from clients.admin.scoped import ClientFilter, ScopedAdmin, ScopedForm, ShowsBeside, allows
from kpi.admin.promotion_results import panel_of, results_page, results_url, seen_clients
from kpi.models import PromotionAssessment
from kpi.promotion_assessments import (
    count_again,
    digest_of,
    finish_assessment,
    make_assessment,
    read_of,
    show_assessment,
)
from kpi.promotion_paper import file_name, print_assessment
from kpi.promotion_reasons import BY_TITLES
from kpi.promotion_results import BY
from kpi.promotion_words import lines_of

STATE_COLOURS = {"draft": "info", "finished": "success", "shown": "success"}


class AssessmentForm(ScopedForm):
    class Meta:
        widgets = {
            name: UnfoldAdminTextareaWidget({"rows": rows})
            for name, rows in [
                ("verdict", 5), ("repeated", 4), ("stopped", 4), ("changes", 4), ("note", 2),
            ]
        }  # fmt: skip


class SeenForm(forms.Form):
    """The digest of what the person looked at."""

    seen = forms.CharField(widget=forms.HiddenInput(), max_length=64)


class ShownForm(forms.Form):
    """What the person wanted who saw the page, whatever somebody else has done since."""

    wanted = forms.ChoiceField(
        choices=[("show", "show"), ("hide", "hide")], widget=forms.HiddenInput()
    )


@admin.register(PromotionAssessment)
class PromotionAssessmentAdmin(ShowsBeside, ScopedAdmin):
    form = AssessmentForm
    list_display = ("period", "client", "state_label", "finished_by", "finished_at")
    list_filter = (ClientFilter, "is_shown")
    list_select_related = ("client", "finished_by")
    search_fields = ("client__name",)
    fields = (
        ("client", "period"), ("counted_at", "made_by"), "verdict", "repeated", "stopped",
        "changes", "note", ("finished_at", "finished_by", "is_shown"),
    )  # fmt: skip
    readonly_fields = (
        "client", "period", "counted_at", "made_by", "finished_at", "finished_by", "is_shown",
    )  # fmt: skip
    change_form_after_template = "admin/kpi/promotion_assessment.html"
    actions_list = ("results",)
    actions_detail = ("count", "finish", "show", "paper")

    @column(gettext_lazy("period"), ordering="starts_on")
    def period(self, assessment: PromotionAssessment) -> str:
        return str(assessment)

    @column(gettext_lazy("state"), label=STATE_COLOURS)
    def state_label(self, assessment: PromotionAssessment) -> tuple[str, str]:
        if assessment.is_shown:
            return "shown", _("shown to the client")
        return ("finished", _("finished")) if assessment.finished_at else ("draft", _("draft"))

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        figures = row.figures
        if not figures:
            return {}
        # The database keeps the ways of summing in an order of its own.
        by_way = [(BY_TITLES[by], figures["by"].get(by)) for by in BY]
        tables = [(title, lines_of(rows, figures)) for title, rows in by_way if rows]
        return {"tables": tables, **panel_of(figures)}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Begun on the page of results, with its figures."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self.is_open(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self.is_open(request, obj)

    def is_open(self, request: HttpRequest, obj: Any) -> bool:
        row = self.row_of(request, obj)
        return row is None or row.finished_at is None

    def has_draft_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_show_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        return row is None or (
            row.finished_at is not None and allows(request, self.right("change"), row)
        )

    @button(gettext_lazy("Effectiveness"), path="results", icon="query_stats", permissions=["view"])
    def results(self, request: HttpRequest) -> HttpResponse:
        return results_page(self, request)

    def get_urls(self) -> Any:
        own = path(
            "make/", self.admin_site.admin_view(self.make), name="kpi_promotionassessment_make"
        )
        return [own, *super().get_urls()]

    def make(self, request: HttpRequest) -> HttpResponse:
        clients = {str(client.pk): client for client in seen_clients(request)}
        client = clients.get(request.GET.get("client", ""))
        first, last = (parsed(request.GET.get(name, "")) for name in ("first", "last"))
        if client is None or first is None or last is None or last < first:
            raise Http404
        if not allows(request, self.right("add"), client):
            raise PermissionDenied
        user: Any = request.user

        def do(cleaned: dict[str, Any]) -> HttpResponse:
            made = make_assessment(
                client, first, last, by=user, at=timezone.now(), seen=cleaned["seen"]
            )
            return HttpResponseRedirect(page_of(made))

        return Step(
            self, request, None,
            title=_("Assess %(client)s, %(first)s – %(last)s")
            % {"client": client, "first": first, "last": last},
            submit=_("Make the assessment"),
            form=SeenForm(posted(request), initial={"seen": request.GET.get("seen", "")}),
            do=do,
            explanation=_("The figures are copied as they stand now; you write what follows."),
            back=results_url(client=client.pk, first=first, last=last),
        ).respond()  # fmt: skip

    @button(gettext_lazy("Count again"), path="count", icon="refresh", permissions=["draft"])
    def count(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.row_or_404(request, object_id)

        def do(cleaned: dict[str, Any]) -> str:
            count_again(row, at=timezone.now(), seen=cleaned["seen"])
            return _("The figures are those of now; the texts stayed.")

        return self.step(request, row, do, title=_("Count the figures again"),
                         submit=_("Count again"))  # fmt: skip

    @button(
        gettext_lazy("Finish"), path="finish", icon="task_alt", permissions=["draft"],
        variant=ActionVariant.PRIMARY,
    )  # fmt: skip
    def finish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.row_or_404(request, object_id)
        user: Any = request.user

        def do(cleaned: dict[str, Any]) -> str:
            finish_assessment(row, by=user, at=timezone.now(), seen=cleaned["seen"])
            return _("Finished: it does not change any more.")

        frozen = _("Its figures and texts are frozen from here on.")
        words = {"title": _("Finish the assessment"), "submit": _("Finish"), "explanation": frozen}
        return self.step(request, row, do, **words)

    def step(self, request: HttpRequest, row: Any, do: Any, **words: Any) -> HttpResponse:
        form = SeenForm(posted(request), initial={"seen": digest_of(read_of(row))})
        return Step(self, request, row, form=form, do=do, **words).respond()

    @button(gettext_lazy("Show or hide"), path="show", icon="visibility", permissions=["show"])
    def show(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.row_or_404(request, object_id)
        wanted = "hide" if row.is_shown else "show"

        def do(cleaned: dict[str, Any]) -> str:
            shown = cleaned["wanted"] == "show"
            show_assessment(row, shown=shown)
            return _("The client sees it now.") if shown else _("The client sees it no longer.")

        return Step(
            self, request, row,
            title=_("Hide it from the client") if row.is_shown else _("Show it to the client"),
            submit=_("Hide") if row.is_shown else _("Show"),
            form=ShownForm(posted(request), initial={"wanted": wanted}),
            do=do,
        ).respond()  # fmt: skip

    @button(gettext_lazy("PDF"), path="pdf", icon="picture_as_pdf", permissions=["view"])
    def paper(self, request: HttpRequest, object_id: str) -> FileResponse:
        row = self.row_or_404(request, object_id)
        content = io.BytesIO(print_assessment(row, at=timezone.now()))
        return FileResponse(
            content, as_attachment=True, filename=file_name(row), content_type="application/pdf"
        )

    def row_or_404(self, request: HttpRequest, object_id: str) -> PromotionAssessment:
        row: PromotionAssessment | None = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return row


def parsed(text: str) -> dt.date | None:
    """None of what is no day."""
    try:
        return parse_date(text)
    except ValueError:
        return None
