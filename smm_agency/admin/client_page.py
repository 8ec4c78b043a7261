"""The client's pages: the overview of all that is known, and what upper floors add to the form."""

from typing import Any
from urllib.parse import urlencode

from auditlog.admin import LogEntry
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.views import ChangeList

from clients.admin import ClientAdmin
from clients.admin.columns import button
from clients.admin.form_page import page_of
from clients.admin.scoped import allows, rights_of
from clients.models import Client, ClientStatus, TeamMember
from communities.admin.audit_start import start_page
from communities.hand_over import ask_for_client
from communities.models import Profile
from content.admin.plan_step import plan_page
from content.pauses import resume
from kpi.call_settings import COUNTING_RULES, apply_rules
from smm_agency.admin.archive_page import ArchiveSteps
from smm_agency.admin.changes_page import changes_page
from smm_agency.admin.ending_page import EndingSteps
from smm_agency.admin.resume_page import ResumeSteps
from smm_agency.client_overview.page import overview_of
from smm_agency.status_follows import what_follows


def seen_client(request: HttpRequest, obj: Any) -> Client | None:
    """The client that the person may see, read once a page; `obj` is a row or its id."""
    if obj is None or isinstance(obj, Client):
        return obj
    known: dict[str, Client | None] = request.__dict__.setdefault("clients_asked_about", {})
    key = str(obj)
    if key not in known:
        user: Any = request.user
        rows = Client.objects.visible_to(user)
        known[key] = rows.filter(pk=key).first() if key.isdecimal() else None
    return known[key]


class ClientList(ChangeList):
    """A row leads to the client's overview."""

    def url_for_result(self, result: Any) -> str:
        return reverse("admin:clients_client_overview", args=[result.pk])


admin.site.unregister(Client)
# The library's own list would show the changes of all clients to whoever may see one.
admin.site.unregister(LogEntry)
MORE: Any = ClientAdmin.actions_detail[-1]


@admin.register(Client)
class ClientPage(EndingSteps, ArchiveSteps, ResumeSteps, ClientAdmin):
    """The overview is what links to a client open; the form is for settings."""

    actions_detail: Any = (
        "overview",
        "change_client_status",
        "ending",
        "resume",
        {
            **MORE,
            "items": [
                "plan_month",
                "audit_page",
                "view_portal",
                "history_of_changes",
                "archive",
                *MORE["items"],
            ],
        },
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return ClientList

    def has_overview_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        client = seen_client(request, obj)
        return client is not None and bool(
            allows(request, self.right("view"), client)
            or allows(request, self.right("change"), client)
        )

    @button(gettext_lazy("Overview"), path="overview", icon="dashboard", permissions=["overview"])
    def overview(self, request: HttpRequest, object_id: str) -> HttpResponse:
        client = seen_client(request, object_id)
        if client is None:
            raise Http404
        return TemplateResponse(
            request,
            "admin/client/overview.html",
            {
                **self.admin_site.each_context(request),
                "title": client.name,
                "opts": self.opts,
                "client": client,
                **overview_of(client, rights_of(request), at=timezone.now()),
            },
        )

    def has_changes_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        client = seen_client(request, obj)
        return client is not None and allows(request, "clients.view_changeentry", client)

    @button(
        gettext_lazy("History of changes"),
        path="history-of-changes",
        icon="history",
        permissions=["changes"],
    )
    def history_of_changes(self, request: HttpRequest, object_id: str) -> HttpResponse:
        client = seen_client(request, object_id)
        if client is None:
            raise Http404
        return changes_page(self, request, client)

    def has_audit_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(allows(request, "communities.add_audit", self.row_of(request, obj)))

    @button(gettext_lazy("Audit a page"), path="audit", icon="fact_check", permissions=["audit"])
    def audit_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        client = self.client_or_404(request, object_id)
        pages = Profile.objects.filter(client=client, relation=Profile.Relation.OWN)
        if not pages:
            messages.warning(request, _("Add the client's page first: then it can be audited."))
            address = reverse("admin:communities_profile_add")
            return HttpResponseRedirect(f"{address}?{urlencode({'client': client.pk})}")
        return start_page(self, request, client, list(pages))

    def has_plan_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(allows(request, "content.add_publicationplan", self.row_of(request, obj)))

    @button(gettext_lazy("Publication plan"), path="plan", icon="event_note", permissions=["plan"])
    def plan_month(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return plan_page(self, request, self.client_or_404(request, object_id))

    def save_model(self, request: HttpRequest, obj: Client, form: Any, change: bool) -> None:
        """Another rule of what is unique or target holds for the calls that are there too."""
        super().save_model(request, obj, form, change)
        changed = [name for name in COUNTING_RULES if name in form.changed_data]
        if change and changed:
            user: Any = request.user
            done = apply_rules(obj, old={name: form.initial[name] for name in changed}, by=user)
            messages.info(
                request,
                _("The calls were decided anew by the new rules: %(count)s changed.")
                % {"count": done.calls_changed},
            )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Who has left the team gives back what they hold at the client."""
        super().save_formset(request, form, formset, change)
        if formset.model is TeamMember and change:
            ask_for_client(form.instance, on=timezone.localdate())

    def status_changed(self, request: HttpRequest, client: Client, *, old: str) -> str:
        at = timezone.now()
        if ask_for_client(client, on=client.day_of(at)):
            messages.warning(
                request, _("A task is made to hand over the accesses that are still open.")
            )
        is_resumed = old == ClientStatus.PAUSED and client.status == ClientStatus.ACTIVE
        if is_resumed and resume(client, at=at):
            return reverse("admin:clients_client_resume", args=[client.pk])
        if client.status == ClientStatus.ENDED:
            return reverse("admin:clients_client_ending", args=[client.pk])
        return page_of(client)

    def what_follows(self, client: Client) -> str:
        return what_follows(client, at=timezone.now())
