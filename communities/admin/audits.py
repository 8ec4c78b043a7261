"""Staff's door to audits: the list, the audit's page with its score, the page to judge on."""

import io
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F, FloatField
from django.db.models.functions import Cast, NullIf
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminTextareaWidget

from clients.admin.columns import button, column
from clients.admin.form_page import Step, page_of, posted
from clients.admin.scoped import ClientFilter, ScopedAdmin, ScopedForm, ShowsBeside, allows
from communities.admin.audit_panel import panel_of
from communities.admin.audit_scoring import scoring_page
from communities.admin.audit_start import PeriodForm, usual_days
from communities.admin.redesign_start import redesign_page
from communities.audit_scores import MOST_POINTS, share_of
from communities.audits import show_audit, start_reaudit
from communities.models import Audit, AuditReport, AuditState
from smm_agency.lib.words import as_share

AUDIT_COLOURS = {AuditState.DRAFT: "info", AuditState.FINISHED: "success"}


class AuditForm(ScopedForm):
    class Meta:
        widgets = {
            "verdict": UnfoldAdminTextareaWidget({"rows": 5}),
            "internal_note": UnfoldAdminTextareaWidget({"rows": 2}),
        }


class ShowForm(forms.Form):
    """What the person wanted who saw the page, whatever somebody else has done since."""

    wanted = forms.ChoiceField(
        choices=[("show", "show"), ("hide", "hide")], widget=forms.HiddenInput()
    )


@admin.register(Audit)
class AuditAdmin(ShowsBeside, ScopedAdmin):
    form = AuditForm
    named_by = ("profile",)
    list_display = (
        "title", "client", "network", "number", "state_label", "conducted_on", "score", "progress",
        "is_shown",
    )  # fmt: skip
    # Grouped rows lose the model's own order.
    ordering = ("-conducted_on", "-pk")
    list_filter = (ClientFilter, "state", "profile__network", "is_shown")
    list_select_related = ("client", "profile")
    search_fields = ("profile__title", "profile__screen_name", "client__name")
    fields = (
        ("client", "page_link"), ("state", "is_shown"),
        ("conducted_on", "conducted_by"), ("period_first", "period_last"),
        "verdict", "internal_note",
    )  # fmt: skip
    readonly_fields = ("client", "page_link", "state", "is_shown", "conducted_by")
    actions_detail: Any = ("judge", "take_report", "show_or_hide", "redesign", "audit_again")
    change_form_outer_before_template = "admin/communities/audit.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).with_points()
        share = Cast("points", FloatField()) / NullIf(F("judged") * MOST_POINTS, 0)
        return rows.annotate(share=share)

    @column(gettext_lazy("page"), ordering="profile__title")
    def title(self, audit: Audit) -> str:
        return audit.profile.title

    @column(gettext_lazy("page"))
    def page_link(self, audit: Audit) -> str:
        return str(audit.profile)

    @column(gettext_lazy("network"), ordering="profile__network")
    def network(self, audit: Audit) -> str:
        return audit.profile.get_network_display()

    @column(gettext_lazy("state"), ordering="state", label=AUDIT_COLOURS)
    def state_label(self, audit: Audit) -> tuple[str, str]:
        return audit.state, audit.get_state_display()

    @column(gettext_lazy("score"), ordering="share")
    def score(self, audit: Any) -> str:
        return as_share(share_of(audit.points, audit.judged))

    @column(gettext_lazy("judged"))
    def progress(self, audit: Any) -> str:
        return _("%(judged)d of %(criteria)d") % {
            "judged": audit.judged, "criteria": audit.criteria,
        }  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Begun by a button of the page that is audited: it copies the criteria."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self.is_open(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self.is_open(request, obj)

    def is_open(self, request: HttpRequest, obj: Any) -> bool:
        row = self.row_of(request, obj)
        return row is None or row.is_open

    def has_finished_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        return row is None or (not row.is_open and allows(request, self.right("change"), row))

    def has_again_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        return row is None or (not row.is_open and allows(request, self.right("add"), row))

    def has_redesign_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        is_over = row is None or not row.is_open
        return is_over and allows(request, "communities.add_redesign", row)

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {**super().beside(request, row), "panel": panel_of(row)}

    def audit_or_404(self, request: HttpRequest, object_id: str) -> Audit:
        audit: Audit | None = self.get_object(request, object_id)
        if audit is None:
            raise Http404
        return audit

    @button(
        gettext_lazy("Criteria"),
        path="criteria",
        icon="fact_check",
        permissions=["view"],
        variant=ActionVariant.PRIMARY,
    )
    def judge(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return scoring_page(self, request, self.audit_or_404(request, object_id))

    @button(gettext_lazy("PDF"), path="pdf", icon="picture_as_pdf", permissions=["view"])
    def take_report(self, request: HttpRequest, object_id: str) -> FileResponse:
        """The report that was kept."""
        audit = self.audit_or_404(request, object_id)
        if not allows(request, "communities.view_auditreport", audit):
            raise PermissionDenied
        report = AuditReport.objects.filter(audit=audit).first()
        if report is None:
            return self.print_now(audit)
        return pdf_response(bytes(report.content), report.file_name)

    def print_now(self, audit: Audit) -> FileResponse:
        """Of an audit without a kept report; a page that can print makes one."""
        raise Http404

    @button(
        gettext_lazy("Show to the client, or hide"),
        path="show",
        icon="visibility",
        permissions=["finished"],
    )
    def show_or_hide(self, request: HttpRequest, object_id: str) -> HttpResponse:
        audit = self.audit_or_404(request, object_id)
        title = _("Hide from the client") if audit.is_shown else _("Show to the client")
        form = ShowForm(posted(request), initial={"wanted": "hide" if audit.is_shown else "show"})

        def do(data: dict[str, Any]) -> str:
            user: Any = request.user
            shown = data["wanted"] == "show"
            show_audit(audit, is_shown=shown, by=user, on=audit.client.today())
            if shown:
                return _("The client sees the audit in the portal.")
            return _("The client does not see the audit any more.")

        return Step(
            self,
            request,
            audit,
            title=title,
            submit=title,
            explanation=_(
                "In the portal the client reads the scores, the findings with their evidence and"
                " the report; owners, tasks and notes for colleagues stay inside."
            ),
            form=form,
            do=do,
        ).respond()

    @button(
        gettext_lazy("Findings → tasks"),
        path="redesign",
        icon="construction",
        permissions=["redesign"],
    )
    def redesign(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redesign_page(self, request, self.audit_or_404(request, object_id))

    @button(gettext_lazy("Re-audit"), path="again", icon="replay", permissions=["again"])
    def audit_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        audit = self.audit_or_404(request, object_id)

        def do(data: dict[str, Any]) -> str:
            user: Any = request.user
            draft = start_reaudit(audit, by=user, on=audit.client.today(), **data)
            step.back = page_of(draft)
            return _("The re-audit is begun: %(count)s criteria to judge.") % {
                "count": draft.scores.count()
            }

        step = Step(
            self,
            request,
            audit,
            title=_("Re-audit"),
            submit=_("Begin"),
            explanation=_(
                "The same criteria in the same words, so that before and after can be compared;"
                " those that came since are added, those that went are left out."
            ),
            form=PeriodForm(posted(request), initial=usual_days(audit.client)),
            do=do,
        )
        return step.respond()


def pdf_response(content: bytes, name: str) -> FileResponse:
    return FileResponse(
        io.BytesIO(content), as_attachment=True, filename=name, content_type="application/pdf"
    )
