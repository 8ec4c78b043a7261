"""Staff's door to redesigns: the tasks of an audit's findings, and how many are done."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.columns import button, column
from clients.admin.form_page import Step, page_of, posted
from clients.admin.scoped import ClientFilter, ScopedAdmin, ShowsBeside
from clients.models import TaskState
from communities.models import Redesign
from communities.redesign import count_progress, finish_redesign, tasks_of
from smm_agency.lib.words import as_share

REDESIGN_COLOURS = {Redesign.State.IN_WORK: "info", Redesign.State.FINISHED: "success"}


@admin.register(Redesign)
class RedesignAdmin(ShowsBeside, ScopedAdmin):
    list_display = (
        "title", "client", "page_title", "state_label", "started_on", "progress", "finished_at",
    )  # fmt: skip
    # Grouped rows lose the model's own order.
    ordering = ("-started_on", "-pk")
    list_filter = (ClientFilter, "state")
    list_select_related = ("client", "audit__profile")
    search_fields = ("title", "audit__profile__title", "client__name")
    fields = ("title", ("client", "page_title"), ("state", "started_on", "started_by"))
    readonly_fields = ("client", "page_title", "state", "started_on", "started_by")
    actions_detail = ("close",)
    change_form_outer_before_template = "admin/communities/redesign.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        is_waited = ~Q(audit__scores__task__state=TaskState.CANCELLED)
        return (
            super()
            .get_queryset(request)
            .annotate(
                wanted=Count("audit__scores__task", filter=is_waited),
                done=Count("audit__scores__task", filter=Q(audit__scores__task__state="done")),
            )
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Begun from the findings of an audit."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A closed one is history; the tasks of one that goes stay."""
        row = self.row_of(request, obj)
        is_in_work = row is None or row.state == Redesign.State.IN_WORK
        return is_in_work and super().has_delete_permission(request, row)

    def has_close_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        is_in_work = row is None or row.state == Redesign.State.IN_WORK
        return is_in_work and self.has_change_permission(request, row)

    @column(gettext_lazy("page"), ordering="audit__profile__title")
    def page_title(self, redesign: Redesign) -> str:
        return str(redesign.audit.profile)

    @column(gettext_lazy("state"), ordering="state", label=REDESIGN_COLOURS)
    def state_label(self, redesign: Redesign) -> tuple[str, str]:
        return redesign.state, redesign.get_state_display()

    @column(gettext_lazy("tasks done"))
    def progress(self, redesign: Any) -> str:
        return _("%(done)d of %(total)d") % {"done": redesign.done, "total": redesign.wanted}

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        findings = tasks_of(row)
        done = count_progress(each.task.state for each in findings if each.task)
        return {
            **super().beside(request, row),
            "findings": [(each, page_of(each.task)) for each in findings],
            "progress": done,
            "share": as_share(done.share),
            "audit_url": page_of(row.audit),
            "reaudit_url": page_of(row.reaudit) if row.reaudit else "",
        }

    @button(gettext_lazy("Close"), path="close", icon="task_alt", permissions=["close"])
    def close(self, request: HttpRequest, object_id: str) -> HttpResponse:
        redesign = self.get_object(request, object_id)
        if redesign is None:
            raise Http404

        def do(data: dict[str, Any]) -> str:
            user: Any = request.user
            finish_redesign(redesign, by=user, on=redesign.client.today(), at=timezone.now())
            return _("The redesign is closed with its re-audit.")

        return Step(
            self,
            request,
            redesign,
            title=_("Close the redesign"),
            submit=_("Close"),
            explanation=_("Its tasks are done, and a finished re-audit says what it has brought."),
            form=forms.Form(posted(request)),
            do=do,
        ).respond()
