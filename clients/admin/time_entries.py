"""Time that was spent: one's own list with its totals, and two clicks to write some down."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from import_export import resources
from import_export.fields import Field

from clients.admin.columns import column
from clients.admin.export import SafeField, ScopedExport
from clients.admin.filters import DefaultFilter
from clients.admin.scoped import (
    ClientFilter,
    ScopedAdmin,
    ScopedForm,
    allowed_rows,
    allows,
)
from clients.models import Block, Client, Task, TimeEntry
from clients.time_spent import (
    check_entry,
    hours_words,
    log_time,
    may_mend,
    totals_of,
    warning_of,
)


class TimeForm(ScopedForm):
    class Meta:
        model = TimeEntry
        fields = ("client", "task", "block", "day", "minutes", "note")

    def _post_clean(self) -> None:
        """The person is known by then, the fields are in the row."""
        parent: Any = super()
        parent._post_clean()
        if not self.errors and self.instance.person_id:
            try:
                check_entry(self.instance, today=timezone.localdate())
            except ValidationError as refused:
                for name, errors in refused.error_dict.items():
                    self.add_error(name if name in self.fields else None, errors)


class PersonFilter(DefaultFilter):
    """Own time unless a director asks for everybody's."""

    title = gettext_lazy("whose")
    parameter_name = "whose"
    default_title = gettext_lazy("Mine")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        user: Any = request.user
        return [("all", _("All"))] if user.sees_all_clients else []

    def has_output(self) -> bool:
        return bool(self.lookup_choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset if self.value() == "all" else queryset.filter(person=request.user)


class TimeResource(resources.ModelResource):  # type: ignore[type-arg] # of TimeEntry
    client = SafeField("client__name", "client")
    person = SafeField("person__username", "person")
    task = SafeField("task__title", "task")
    note = SafeField("note", "note")
    minutes = Field("minutes", "minutes")

    class Meta:
        model = TimeEntry
        fields = ("day", "person", "client", "block", "task", "minutes", "note")
        export_order = fields


@admin.register(TimeEntry)
class TimeEntryAdmin(ScopedExport, ScopedAdmin):
    resource_classes = (TimeResource,)
    form = TimeForm
    list_display = ("day", "client", "block", "task", "time_text", "person", "note")
    list_filter = (PersonFilter, ClientFilter, "block", "day")
    list_select_related = ("client", "person", "task")
    search_fields = ("note", "client__name", "task__title")
    fields = (("client", "task"), ("day", "minutes"), ("block", "note"))
    list_before_template = "admin/time/totals.html"

    @column(gettext_lazy("time, h:mm"), ordering="minutes")
    def time_text(self, entry: TimeEntry) -> str:
        return hours_words(entry.minutes)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        user: Any = request.user
        totals = totals_of(user, today=timezone.localdate())
        told = {"day_total": hours_words(totals.day), "week_total": hours_words(totals.week)}
        return super().changelist_view(request, {**(extra_context or {}), **told})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"day": timezone.localdate(), **super().get_changeform_initial_data(request)}

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, **kwargs)
        if obj is not None:
            return form
        user: Any = request.user

        class Own(form):
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **kwargs)
                self.instance.person = user

        return Own

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "client":
            # A contractor writes down time for a client whose pages they do not see.
            user: Any = request.user
            rows = Client.objects.served_by(user)
            kwargs["queryset"] = allowed_rows(request, rows, self.right("add"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "minutes" and isinstance(field, forms.IntegerField):
            field.help_text = _("From 1 to 1440; an hour is 60.")
        return field

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self.is_mendable(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self.is_mendable(request, obj)

    def is_mendable(self, request: HttpRequest, obj: Any) -> bool:
        entry = self.row_of(request, obj)
        user: Any = request.user
        return entry is None or may_mend(entry, by=user, today=timezone.localdate())

    def save_model(self, request: HttpRequest, obj: TimeEntry, form: Any, change: bool) -> None:
        if not change:
            running = obj.client.engagements.running(on=obj.day).order_by("-starts_on")
            obj.engagement = running.first()
        super().save_model(request, obj, form, change)
        if warning := warning_of(obj.client):
            messages.warning(request, warning)

    def get_urls(self) -> Any:
        log = self.admin_site.admin_view(require_POST(self.log))
        return [path("log/", log, name="clients_timeentry_log"), *super().get_urls()]

    def log(self, request: HttpRequest) -> HttpResponse:
        """The small form's answer: back to where it stands, with the day's total."""
        user: Any = request.user
        client = asked(request, "client", Client.objects.served_by(user))
        if client is None or not allows(request, self.right("add"), client):
            raise Http404
        task = asked(request, "task", Task.objects.visible_to(user).filter(client=client))
        data = LogForm(request.POST)
        if not data.is_valid():
            refuse(request, data.errors.values())
            return HttpResponseRedirect(page_before(request))
        today = timezone.localdate()
        try:
            log_time(
                client, by=user, on=data.cleaned_data["day"] or today, today=today, task=task,
                minutes=data.cleaned_data["minutes"], block=data.cleaned_data["block"],
                note=data.cleaned_data["note"],
            )  # fmt: skip
        except ValidationError as refused:
            refuse(request, refused.message_dict.values())
        else:
            tell(request, client, data.cleaned_data["minutes"], today)
        return HttpResponseRedirect(page_before(request))


class LogForm(forms.Form):
    """What the small form sends."""

    minutes = forms.IntegerField(min_value=1, max_value=1440)
    block = forms.ChoiceField(choices=Block.choices, required=False)
    day = forms.DateField(required=False)
    note = forms.CharField(required=False, max_length=300)


def asked(request: HttpRequest, name: str, rows: Any) -> Any:
    """The row that was sent by its id; None where there is none, or it is not seen."""
    value = request.POST.get(name, "")
    return rows.filter(pk=value).first() if value.isdecimal() and len(value) < 19 else None


def refuse(request: HttpRequest, errors: Any) -> None:
    for each in errors:
        for message in each:
            messages.error(request, message)


def tell(request: HttpRequest, client: Client, minutes: int, today: dt.date) -> None:
    user: Any = request.user
    told = _("%(time)s written down for %(client)s. Today: %(total)s.")
    total = hours_words(totals_of(user, today=today).day)
    messages.success(
        request, told % {"time": hours_words(minutes), "client": client, "total": total}
    )
    if warning := warning_of(client):
        messages.warning(request, warning)


def page_before(request: HttpRequest) -> str:
    """Where the form stood; never another site."""
    back = request.POST.get("back", "")
    if back.startswith("/admin/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return back
    return reverse("admin:clients_timeentry_changelist")
