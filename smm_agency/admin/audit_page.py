"""Audits with what upper floors know: filled from what is measured, finished with their report."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.enums import ActionVariant

from clients.admin.columns import button
from clients.admin.form_page import Step, posted
from communities.admin.audits import AuditAdmin, pdf_response
from communities.models import Audit
from kpi.audit_prefill import fill_audit
from kpi.audit_report import file_name, finish_with_report, print_audit

admin.site.unregister(Audit)


@admin.register(Audit)
class AuditPage(AuditAdmin):
    actions_detail: Any = ("judge", "fill", "finish", *AuditAdmin.actions_detail[1:])

    def has_draft_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def print_now(self, audit: Audit) -> FileResponse:
        """What the report would be now, marked as a draft."""
        return pdf_response(print_audit(audit, at=timezone.now()), file_name(audit))

    @button(
        gettext_lazy("Fill from what is measured"),
        path="fill",
        icon="auto_awesome",
        permissions=["draft"],
    )
    def fill(self, request: HttpRequest, object_id: str) -> HttpResponse:
        audit = self.audit_or_404(request, object_id)

        def do(data: dict[str, Any]) -> str:
            # The network is asked once nothing is locked any more.
            transaction.on_commit(lambda: self.fill_now(request, audit))
            return ""

        return Step(
            self,
            request,
            audit,
            title=_("Fill from what is measured"),
            submit=_("Fill"),
            explanation=_(
                "Evidence is written beside the criteria from snapshots, posts and what the network"
                " tells of the page, %(first)s – %(last)s. A score is only proposed where the rule"
                " leaves no room; what you have written stays."
            )
            % {
                "first": date_format(audit.period_first),
                "last": date_format(audit.period_last),
            },
            form=forms.Form(posted(request)),
            do=do,
        ).respond()

    def fill_now(self, request: HttpRequest, audit: Audit) -> None:
        try:
            filled = fill_audit(audit, at=timezone.now())
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return
        if filled.note:
            words = _("What is set on the page could not be read: %(why)s")
            messages.warning(request, words % {"why": filled.note})
        messages.success(
            request,
            _("Criteria filled: %(criteria)d. Scores proposed: %(proposed)d, for you to take.")
            % {"criteria": filled.criteria, "proposed": filled.proposed},
        )

    @button(
        gettext_lazy("Finish"),
        path="finish",
        icon="task_alt",
        permissions=["draft"],
        variant=ActionVariant.PRIMARY,
    )
    def finish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        audit = self.audit_or_404(request, object_id)

        def do(data: dict[str, Any]) -> str:
            user: Any = request.user
            finish_with_report(audit, by=user, on=audit.client.today(), at=timezone.now())
            return _("The audit is finished, and its report is kept.")

        return Step(
            self,
            request,
            audit,
            title=_("Finish the audit"),
            submit=_("Finish"),
            explanation=_(
                "It does not change afterwards; the report is printed and kept as it is."
            ),
            form=forms.Form(posted(request)),
            do=do,
        ).respond()
