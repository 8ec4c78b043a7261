"""The client's page: who they are, who works for them, who looks at their portal."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from clients.admin.calendar_feeds import CalendarFeedInline, FeedSteps
from clients.admin.columns import button, column
from clients.admin.fees import HidesFees
from clients.admin.form_page import Step, page_of, posted, select_field, text_field
from clients.admin.hand_over_step import HandOverSteps
from clients.admin.look import look_step
from clients.admin.portal_access import PortalAccessInline
from clients.admin.scoped import ReadOnly, ScopedAdmin, ScopedTabular
from clients.admin.substitute_step import SubstituteSteps
from clients.admin.team import TeamInline, team_changed
from clients.client_status import change_status, next_statuses
from clients.erasure import erase_client
from clients.marking import change_marking
from clients.models import (
    Client,
    ClientStatus,
    Contact,
    Engagement,
    Marking,
    MarkingChange,
    StatusChange,
    Task,
    TeamMember,
)
from clients.models.client import WEEKDAYS
from clients.models.task import OPEN_STATES

STATUS_COLOURS = {
    ClientStatus.LEAD: "info",
    ClientStatus.ONBOARDING: "info",
    ClientStatus.ACTIVE: "success",
    ClientStatus.PAUSED: "warning",
    ClientStatus.ENDED: "danger",
}


class ContactInline(ScopedTabular):
    model = Contact


class EngagementInline(HidesFees, ScopedTabular):
    model = Engagement
    fields = ("title", "starts_on", "ends_on", "fee", "ad_budget", "currency")
    show_change_link = True


class OpenTaskInline(ScopedTabular):
    model = Task
    fields = ("title", "side", "owner", "due_on")
    show_change_link = True
    verbose_name_plural = gettext_lazy("unfinished tasks")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(state__in=OPEN_STATES).select_related("owner")


class StatusChangeInline(ReadOnly, ScopedTabular):
    model = StatusChange
    fields = ("changed_at", "old", "new", "changed_by", "note")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("changed_by")


class MarkingChangeInline(ReadOnly, ScopedTabular):
    model = MarkingChange
    fields = ("changed_at", "old", "new", "changed_by", "reason")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("changed_by")


class MarkingForm(forms.Form):
    """`seen` is the setting that the person looked at."""

    to = select_field(gettext_lazy("Advertising is marked"), choices=Marking.choices)
    reason = text_field(
        gettext_lazy("Reason"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Needed where it is never marked."),
    )
    seen = forms.CharField(widget=forms.HiddenInput())


class StatusForm(forms.Form):
    """`seen` is the status that the person looked at."""

    to = select_field(gettext_lazy("New status"))
    note = text_field(gettext_lazy("Note"), required=False, max_length=300)
    seen = forms.CharField(widget=forms.HiddenInput())

    def __init__(self, client: Client, data: Any = None) -> None:
        super().__init__(data, initial={"seen": client.status})
        statuses = next_statuses(client)
        self.fields["to"].choices = [(status.value, status.label) for status in statuses]  # type: ignore[attr-defined] # a ChoiceField


class EraseForm(forms.Form):
    name = text_field(gettext_lazy("The client's name, typed again"))

    def __init__(self, client: Client, data: Any = None) -> None:
        super().__init__(data)
        self.client = client

    def clean_name(self) -> str:
        if self.cleaned_data["name"].strip() != self.client.name:
            raise forms.ValidationError(_("This is not the name of the client."))
        return self.client.name


@admin.register(Client)
class ClientAdmin(SubstituteSteps, HandOverSteps, FeedSteps, ScopedAdmin):
    list_display = (
        "name",
        "status_label",
        "industry",
        "team_names",
        "open_tasks",
        "overdue_tasks",
    )
    list_filter = (("status", admin.ChoicesFieldListFilter), "country")
    # Grouped rows lose the model's own order.
    ordering = ("name",)
    search_fields = ("name", "legal_name", "contacts__name")
    readonly_fields = ("status", "marking")
    inlines = (
        ContactInline,
        TeamInline,
        EngagementInline,
        PortalAccessInline,
        CalendarFeedInline,
        OpenTaskInline,
        StatusChangeInline,
        MarkingChangeInline,
    )
    actions_detail = (
        "change_client_status", "view_portal",
        {
            "title": gettext_lazy("More"), "icon": "more_vert",
            "items": [
                "substitute", "hand_over", "set_look", "set_marking", "make_calendar_feed",
                "revoke_calendar_feed", "erase",
            ],
        },
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": (("name", "status"), ("legal_name", "tax_number"), "industry")}),
        (
            gettext_lazy("Place and language"),
            {"fields": (("country", "time_zone"), ("currency", "language"), "marking")},
        ),
        (gettext_lazy("Portal"), {"fields": ("shows_forecast",)}),
        (
            gettext_lazy("Calls"),
            {
                "fields": (
                    ("takes_calls", "has_call_tracking"),
                    ("target_min_seconds", "uniqueness_days"),
                    ("days_off", "closed_on_holidays"),
                    "personal_data_days",
                )
            },
        ),
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "days_off":
            return forms.TypedMultipleChoiceField(
                label=db_field.verbose_name,
                help_text=db_field.help_text,
                choices=WEEKDAYS,
                coerce=int,
                required=False,
                widget=UnfoldAdminCheckboxSelectMultipleWidget(),
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> Any:
        open_tasks = Q(tasks__state__in=OPEN_STATES)
        today = timezone.localdate()
        team = TeamMember.objects.active(on=today).select_related("user")
        return (
            super()
            .get_queryset(request)
            .annotate(
                open_tasks=Count("tasks", filter=open_tasks),
                overdue_tasks=Count("tasks", filter=open_tasks & Q(tasks__due_on__lt=today)),
            )
            .prefetch_related(Prefetch("team", queryset=team, to_attr="team_today"))
        )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Several contacts of one client are one hit; the annotations forbid a plain join."""
        found, _many = super().get_search_results(request, Client.objects.all(), search_term)
        return queryset.filter(pk__in=found.values("pk")), False

    @column(gettext_lazy("status"), ordering="status", label=STATUS_COLOURS)
    def status_label(self, client: Client) -> tuple[str, str]:
        return client.status, client.get_status_display()

    @column(gettext_lazy("team"))
    def team_names(self, client: Any) -> str:
        return ", ".join(dict.fromkeys(str(member.user) for member in client.team_today))

    @column(gettext_lazy("open tasks"), ordering="open_tasks")
    def open_tasks(self, client: Any) -> int:
        return int(client.open_tasks)

    @column(gettext_lazy("overdue"), ordering="overdue_tasks")
    def overdue_tasks(self, client: Any) -> int:
        return int(client.overdue_tasks)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A client is erased by a button of its own, not row by row."""
        return False

    def has_erase_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user: Any = request.user
        return bool(user.sees_all_clients and user.has_perm("clients.delete_client"))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is TeamMember:
            for member in [*formset.new_objects, *(row for row, _ in formset.changed_objects)]:
                team_changed(member)

    def client_or_404(self, request: HttpRequest, object_id: str) -> Client:
        client: Client | None = self.get_object(request, object_id)
        if client is None:
            raise Http404
        return client

    def status_changed(self, request: HttpRequest, client: Client, *, old: str) -> str:
        """For upper floors: what else follows, in the same transaction; the page to go on to."""
        return page_of(client)

    def what_follows(self, client: Client) -> str:
        """For upper floors: what each status that may come would do, in words."""
        return ""

    @button(
        gettext_lazy("Change the status"),
        path="status",
        icon="swap_horiz",
        permissions=["change"],
    )
    def change_client_status(self, request: HttpRequest, object_id: str) -> HttpResponse:
        client = self.client_or_404(request, object_id)

        def do(data: dict[str, Any]) -> HttpResponse:
            user: Any = request.user
            change = change_status(
                client, to=data["to"], by=user, note=data["note"], seen=data["seen"]
            )
            page = self.status_changed(request, client, old=change.old)
            words = _("The status is now “%(status)s”.")
            messages.success(request, words % {"status": client.get_status_display()})
            return HttpResponseRedirect(page)

        return Step(
            self,
            request,
            client,
            title=_("Change the status"),
            submit=_("Change the status"),
            explanation="\n\n".join(
                filter(
                    None,
                    [
                        _("Now: %(status)s.") % {"status": client.get_status_display()},
                        self.what_follows(client),
                    ],
                )
            ),
            form=StatusForm(client, posted(request)),
            do=do,
        ).respond()

    @button(
        gettext_lazy("Marking of advertising"),
        path="marking",
        icon="verified",
        permissions=["change"],
    )
    def set_marking(self, request: HttpRequest, object_id: str) -> HttpResponse:
        client = self.client_or_404(request, object_id)

        def do(data: dict[str, Any]) -> str:
            user: Any = request.user
            change_marking(client, seen=data["seen"], to=data["to"], by=user, reason=data["reason"])
            return _("Advertising is marked: %(how)s.") % {"how": client.get_marking_display()}

        return Step(
            self,
            request,
            client,
            title=_("Marking of advertising"),
            submit=_("Save"),
            explanation=_(
                "Now: %(now)s. Posts and placements obey it: without its papers advertising does"
                " not go out."
            )
            % {"now": client.get_marking_display()},
            form=MarkingForm(
                posted(request), initial={"seen": client.marking, "to": client.marking}
            ),
            do=do,
        ).respond()

    @button(gettext_lazy("Look in the portal"), path="look", icon="palette", permissions=["change"])
    def set_look(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return look_step(self, request, self.client_or_404(request, object_id))

    @button(
        gettext_lazy("Portal as the client sees it"),
        path="portal",
        icon="visibility",
        permissions=["view"],
    )
    def view_portal(self, request: HttpRequest, object_id: str) -> HttpResponse:
        client = self.client_or_404(request, object_id)
        return HttpResponseRedirect(reverse("portal:overview", args=[client.pk]))

    @button(
        gettext_lazy("Erase the client"),
        path="erase",
        icon="delete_forever",
        variant=ActionVariant.DANGER,
        permissions=["erase"],
    )
    def erase(self, request: HttpRequest, object_id: str) -> HttpResponse:
        client = self.client_or_404(request, object_id)

        def do(data: dict[str, Any]) -> str:
            gone = erase_client(client)
            return _("%(client)s is erased: %(rows)s rows.") % {
                "client": data["name"],
                "rows": sum(gone.values()),
            }

        return Step(
            self,
            request,
            client,
            title=_("Erase the client with everything"),
            submit=_("Erase for good"),
            explanation=_(
                "Calls, snapshots, strategies, tasks, access: every row of this client goes and"
                " cannot come back."
            ),
            form=EraseForm(client, posted(request)),
            do=do,
            back=reverse("admin:clients_client_changelist"),
        ).respond()
