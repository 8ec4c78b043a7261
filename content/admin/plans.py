"""Publication plans: a month of a client, how much of it was kept, and where it is filled up."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.columns import button, column
from clients.admin.form_page import Step, posted, select_field
from clients.admin.scoped import ClientFilter, ReadOnly, ScopedAdmin
from clients.rights import clients_where
from content.admin.plan_step import plan_url
from content.models import PostState, PublicationPlan

ADD = "content.add_publicationplan"


class WhoseForm(forms.Form):
    client = select_field(gettext_lazy("Client"))

    def __init__(self, choices: list[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["client"]
        field.choices = choices


@admin.register(PublicationPlan)
class PublicationPlanAdmin(ReadOnly, ScopedAdmin):
    list_display = ("month_name", "client", "version", "posts_planned", "posts_out", "made_by")
    list_filter = (ClientFilter,)
    # Grouped rows lose the model's own order.
    ordering = ("-month", "client__name")
    list_select_related = ("client", "version__client", "made_by")
    search_fields = ("client__name",)
    named_by = ("client",)
    fields = ("client", "month", "version", "made_at", "made_by")
    actions_list = ("plan_a_month",)
    actions_detail = ("fill_up", "open_calendar")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        standing = Count("posts", filter=~Q(posts__state=PostState.CANCELLED))
        out = Count("posts", filter=Q(posts__state=PostState.PUBLISHED))
        found: QuerySet[Any] = super().get_queryset(request).annotate(standing=standing, out=out)
        return found

    @column(gettext_lazy("month"), ordering="month")
    def month_name(self, row: PublicationPlan) -> str:
        return str(row)

    @column(gettext_lazy("posts"), ordering="standing")
    def posts_planned(self, row: Any) -> int:
        return int(row.standing)

    @column(gettext_lazy("published"), ordering="out")
    def posts_out(self, row: Any) -> int:
        return int(row.out)

    def plan_or_404(self, request: HttpRequest, object_id: str) -> PublicationPlan:
        plan: PublicationPlan | None = self.get_object(request, object_id)
        if plan is None:
            raise Http404
        return plan

    def has_plan_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm(ADD))

    @button(gettext_lazy("Plan a month"), path="plan", icon="event_note", permissions=["plan"])
    def plan_a_month(self, request: HttpRequest) -> HttpResponse:
        clients = clients_where(request.user, ADD)
        choices = [(str(pk), name) for pk, name in clients.values_list("pk", "name")]
        back = reverse("admin:content_publicationplan_changelist")

        def do(data: dict[str, Any]) -> HttpResponse:
            return HttpResponseRedirect(plan_url(clients.get(pk=data["client"])))

        return Step(
            self,
            request,
            None,
            title=_("Plan a month"),
            submit=_("Next"),
            explanation=_("You see what will be made before it is made."),
            form=WhoseForm(choices, posted(request)),
            do=do,
            back=back,
        ).respond()

    @button(gettext_lazy("Fill up"), path="fill", icon="add_task", permissions=["plan"])
    def fill_up(self, request: HttpRequest, object_id: str) -> HttpResponse:
        plan = self.plan_or_404(request, object_id)
        query = urlencode({"month": f"{plan.month:%Y-%m}"})
        return HttpResponseRedirect(f"{plan_url(plan.client)}?{query}")

    @button(gettext_lazy("Calendar"), path="calendar", icon="calendar_month", permissions=["view"])
    def open_calendar(self, request: HttpRequest, object_id: str) -> HttpResponse:
        plan = self.plan_or_404(request, object_id)
        return HttpResponseRedirect(calendar_url(plan.client_id, plan.month))


def calendar_url(client_id: int, day: dt.date) -> str:
    return f"{reverse('content_calendar')}?{urlencode({'client': client_id, 'on': day})}"
