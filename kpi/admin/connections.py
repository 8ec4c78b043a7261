"""Where machines send calls: addresses, secrets, and what came in."""

import secrets
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.paginator import InfinitePaginator

from clients.admin.columns import button, column
from clients.admin.form_page import Step, page_of, posted
from clients.admin.scoped import ClientFilter, ReadOnly, ScopedAdmin, allowed_rows
from kpi.models import CallConnection, RawCallEvent
from kpi.raw_events import given_up, try_again

READABLE = (CallConnection.Provider.GENERIC,)


def new_secret() -> str:
    return secrets.token_urlsafe(32)


@admin.register(CallConnection)
class CallConnectionAdmin(ScopedAdmin):
    list_display = ("label", "client", "provider", "is_active", "last_event_at", "refused")
    list_filter = (ClientFilter, "is_active")
    list_select_related = ("client",)
    search_fields = ("label", "client__name")
    fields = (
        ("client", "label"), ("provider", "is_active"), "address", ("last_event_at", "refused"),
        "failed",
    )  # fmt: skip
    readonly_fields = ("address", "last_event_at", "refused", "failed")
    actions_detail = ("renew_secret",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("secret")

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only senders that the receiver can read are offered."""
        if db_field.name == "provider":
            kwargs["choices"] = [
                choice for choice in CallConnection.Provider.choices if choice[0] in READABLE
            ]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    @column(gettext_lazy("address for the sender"))
    def address(self, connection: CallConnection) -> str:
        return address_of(connection) if connection.pk else "—"

    @column(gettext_lazy("events given up"))
    def failed(self, connection: CallConnection) -> str:
        """How many, and the list of them, where they are tried again."""
        count = RawCallEvent.objects.filter(given_up(), connection_id=connection.pk).count()
        if not count:
            return "—"
        address = reverse("admin:kpi_rawcallevent_changelist")
        query = f"connection__id__exact={connection.pk}&processed_at__isempty=1"
        return format_html('<a href="{}?{}">{}</a>', address, query, count)

    def save_model(
        self, request: HttpRequest, obj: CallConnection, form: Any, change: bool
    ) -> None:
        if not change:
            obj.secret = new_secret()
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> Any:
        return self.show_secret(request, obj, obj.secret)

    def show_secret(self, request: HttpRequest, connection: Any, secret: str) -> HttpResponse:
        """Shown by the answer to this very request; a message would pass through a cookie."""
        response = Step(
            self,
            request,
            connection,
            title=_("The connection's secret"),
            submit="",
            form=forms.Form(),
            do=lambda data: "",
            template="admin/kpi/secret.html",
        ).render(
            secret=secret, address=request.build_absolute_uri(address_of(connection)),
            page=page_of(connection),
        )  # fmt: skip
        add_never_cache_headers(response)
        return response

    @button(gettext_lazy("New secret"), path="secret", icon="key", permissions=["change"])
    def renew_secret(self, request: HttpRequest, object_id: str) -> HttpResponse:
        connection = self.get_object(request, object_id)
        if connection is None:
            raise Http404

        def do(data: dict[str, Any]) -> HttpResponse:
            connection.secret = new_secret()
            with transaction.atomic():
                connection.save(update_fields=["secret"])
                self.log_change(request, connection, _("A new secret was made."))
            return self.show_secret(request, connection, connection.secret)

        return Step(
            self,
            request,
            connection,
            title=_("New secret"),
            submit=_("Make a new secret"),
            explanation=_("What is signed with the old one is refused from then on."),
            form=forms.Form(posted(request)),
            do=do,
        ).respond()


def address_of(connection: CallConnection) -> str:
    return reverse("hooks:calls-generic", args=[connection.path_token])


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
        return super().get_queryset(request).defer("body", "connection__secret")

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
