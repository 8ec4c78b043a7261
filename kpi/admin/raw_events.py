"""What came in from machines: events, requests of a watched connection, lists that were asked for.

Their bodies hold whole numbers of callers: a request is shown by the rule of an unmasked number.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.paginator import InfinitePaginator

from clients.admin.columns import button
from clients.admin.form_page import Step, posted
from clients.admin.scoped import ClientFilter, ReadOnly, ScopedAdmin, allowed_rows, allows
from kpi.models import CallPull, RawCallEvent, RawRequest
from kpi.raw_events import try_again


@admin.register(RawCallEvent)
class RawCallEventAdmin(ReadOnly, ScopedAdmin):
    """What came in, without its body: that holds numbers of callers."""

    paginator = InfinitePaginator
    list_display = (
        "received_at", "client", "connection", "event_id", "processed_at", "attempts", "error",
    )  # fmt: skip
    list_filter = (ClientFilter, ("processed_at", admin.EmptyFieldListFilter))
    list_select_related = ("client", "connection")
    search_fields = ("event_id", "error")
    actions = ("try_again",)
    fields = (
        "client", "connection", "event_id", "received_at", "processed_at", "attempts", "error",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.defer("body", "query", "connection__secret", "connection__credentials")

    def has_mend_permission(self, request: HttpRequest) -> bool:
        """Whoever may change a connection mends what came in by it."""
        return request.user.has_perm("kpi.change_callconnection")

    @admin.action(description=gettext_lazy("Try again"), permissions=["mend"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[RawCallEvent]) -> None:
        own = allowed_rows(request, queryset, "kpi.change_callconnection")
        count = sum(try_again(event) for event in own)
        if not count:
            messages.warning(request, _("None of these events was given up, or its body is gone."))
            return
        words = ngettext(
            "%(count)d event is tried again within a minute.",
            "%(count)d events are tried again within a minute.",
            count,
        )
        messages.success(request, words % {"count": count})


@admin.register(RawRequest)
class RawRequestAdmin(ReadOnly, ScopedAdmin):
    """Requests of connections that are being watched; gone after a day."""

    list_display = ("received_at", "client", "connection", "method", "path", "status", "note")
    list_filter = (ClientFilter, "status")
    list_select_related = ("client", "connection")
    fields = ("client", "connection", "received_at", ("method", "path"), ("status", "note"))
    actions_detail = ("show_request",)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.defer("body", "connection__secret", "connection__credentials")

    def has_unmask_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        row = self.row_of(request, object_id)
        return allows(request, "kpi.unmask_caller", row)

    @button(
        gettext_lazy("Show the whole request"),
        path="whole",
        icon="visibility",
        permissions=["view", "unmask"],
    )
    def show_request(self, request: HttpRequest, object_id: str) -> HttpResponse:
        kept = self.get_object(request, object_id)
        if kept is None:
            raise Http404

        def do(data: dict[str, Any]) -> HttpResponse:
            self.log_change(request, kept, _("The whole request was looked at."))
            response = step.render(kept=kept, headers=kept.headers)
            add_never_cache_headers(response)
            return response

        step = Step(
            self,
            request,
            kept,
            title=_("The request as it came"),
            submit=_("Show the request"),
            explanation=_("It may hold whole numbers of callers. It is written down who looked."),
            form=forms.Form(posted(request)),
            do=do,
            template="admin/kpi/raw_request.html",
        )
        return step.respond()


@admin.register(CallPull)
class CallPullAdmin(ReadOnly, ScopedAdmin):
    """The provider's lists that were asked for, and what the webhook had missed."""

    list_display = (
        "started_at", "client", "connection", "state", "seen", "new", "changed", "error",
    )  # fmt: skip
    list_filter = (ClientFilter, "state")
    list_select_related = ("client", "connection")
    fields = (
        "client", "connection", ("since", "until"), ("started_at", "finished_at"),
        ("state", "retry_at"), ("seen", "new", "changed"), "error",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.defer("connection__secret", "connection__credentials")
