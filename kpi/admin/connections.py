"""Where machines send calls: addresses, credentials, field mapping, reconciliation."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from kombu.exceptions import OperationalError

from clients.admin.columns import button, column
from clients.admin.form_page import Step, page_of, posted
from clients.admin.scoped import ClientFilter, ScopedAdmin
from clients.models import DataWaiver
from communities.networks.outcomes import Ok
from kpi.admin.connection_form import ConnectionForm, CredentialsForm
from kpi.admin.instruction_field import write_down
from kpi.connection_setup import (
    address_of,
    has_own_secret,
    missing_credentials,
    new_secret,
    store_credentials,
    stored_credentials,
    try_credentials,
)
from kpi.models import CallConnection, RawCallEvent
from kpi.provider_calls import credentials_of, provider_of
from kpi.raw_events import given_up
from kpi.raw_requests import keep_no_raw_requests, keep_raw_requests
from kpi.tasks import reconcile_connection

NEW = ("client", "label", "provider", "without_instruction")


@admin.register(CallConnection)
class CallConnectionAdmin(ScopedAdmin):
    form = ConnectionForm
    list_display = (
        "label", "client", "provider", "is_active", "last_event_at", "pulled_until", "refused",
        "pull_error",
    )  # fmt: skip
    list_filter = (ClientFilter, "provider", "is_active")
    list_select_related = ("client",)
    search_fields = ("label", "client__name")
    fieldsets = (
        (None, {"fields": (("client", "label"), ("provider", "is_active"))}),
        (
            gettext_lazy("What the sender needs"),
            {"fields": ("address", "instructions", "template", "credentials_text")},
        ),
        (
            gettext_lazy("How it is read"),
            {"fields": ("mapping", "time_zone", "allowed_networks")},
        ),
        (
            gettext_lazy("What came"),
            {
                "fields": (
                    ("last_event_at", "refused"), ("failed", "unread_since", "watched"),
                    ("pulled_until", "pulls"), "pull_error",
                )
            },
        ),
    )  # fmt: skip
    readonly_fields = (
        "address", "instructions", "template", "credentials_text", "last_event_at", "refused",
        "failed", "unread_since", "watched", "pulled_until", "pulls", "pull_error",
    )  # fmt: skip
    actions_detail = (
        "edit_credentials", "renew_secret", "check_credentials", "reconcile_now", "watch",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("secret", "credentials")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ((None, {"fields": NEW}),)
        first, *others = super().get_fieldsets(request, obj)
        if obj.is_active or not self.has_change_permission(request, obj):
            return (first, *others)
        # It may be switched on again.
        title, options = first
        asked = (*options["fields"], "without_instruction")
        return ((title, {**options, "fields": asked}), *others)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Another provider is another connection: its ids of calls mean something else."""
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "provider") if obj else fields

    # --- Columns ---------------------------------------------------------------------------------

    @column(gettext_lazy("address for the sender"))
    def address(self, connection: CallConnection) -> str:
        return address_of(connection)

    @column(gettext_lazy("what to do there"))
    def instructions(self, connection: CallConnection) -> str:
        lines = str(provider_of(connection).instructions).splitlines()
        return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines))

    @column(gettext_lazy("body of the request"))
    def template(self, connection: CallConnection) -> str:
        text = provider_of(connection).template
        return format_html('<code class="break-all">{}</code>', text) if text else "—"

    @column(gettext_lazy("credentials"))
    def credentials_text(self, connection: CallConnection) -> str:
        """Which are stored; what is missing is said in so many words."""
        stored = [str(known.field.title) for known in stored_credentials(connection)
                  if known.is_stored]  # fmt: skip
        said = [_("stored: %(names)s") % {"names": ", ".join(stored)} if stored else _("none yet")]
        if missing := missing_credentials(connection):
            names = ", ".join(str(field.title) for field in missing)
            said.append(_("without these every request is refused: %(names)s") % {"names": names})
        provider = provider_of(connection)
        if provider.pull_needs and not provider.can_pull(credentials_of(connection)):
            said.append(_("with them incomplete, no list can be asked for"))
        return "; ".join(said)

    @column(gettext_lazy("events given up"))
    def failed(self, connection: CallConnection) -> str:
        """How many, and the list of them, where they are tried again."""
        count = RawCallEvent.objects.filter(given_up(), connection_id=connection.pk).count()
        query = f"connection__id__exact={connection.pk}&processed_at__isempty=1"
        return linked("rawcallevent", query, str(count)) if count else "—"

    @column(gettext_lazy("raw requests"))
    def watched(self, connection: CallConnection) -> str:
        until = connection.debug_until
        if until is None or until <= timezone.now():
            return _("not kept")
        moment = timezone.localtime(until).strftime("%d.%m.%Y %H:%M")
        text = _("kept until %(moment)s: %(count)d") % {
            "moment": moment, "count": connection.raw_requests.count(),
        }  # fmt: skip
        return linked("rawrequest", f"connection__id__exact={connection.pk}", text)

    @column(gettext_lazy("reconciliations"))
    def pulls(self, connection: CallConnection) -> str:
        if not provider_of(connection).pull_needs:
            return _("This sender has no list of calls to ask for.")
        count = connection.pulls.count()
        query = f"connection__id__exact={connection.pk}"
        return linked("callpull", query, str(count)) if count else "—"

    # --- Saving ----------------------------------------------------------------------------------

    def save_model(
        self, request: HttpRequest, obj: CallConnection, form: Any, change: bool
    ) -> None:
        if not change:
            obj.secret = new_secret()
        super().save_model(request, obj, form, change)
        if not change or (obj.is_active and "is_active" in form.changed_data):
            write_down(
                request, obj.client, DataWaiver.Occasion.CONNECTION, obj.label,
                is_confirmed=form.cleaned_data.get("without_instruction", False),
            )  # fmt: skip

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> Any:
        if has_own_secret(obj):
            return self.show_secret(request, obj, obj.secret)
        page = reverse("admin:kpi_callconnection_edit_credentials", args=[obj.pk])
        return HttpResponseRedirect(page)

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
            template="admin/secret.html",
        ).render(secret=secret, address=address_of(connection), page=page_of(connection))
        add_never_cache_headers(response)
        return response

    # --- Buttons ---------------------------------------------------------------------------------

    def found(self, request: HttpRequest, object_id: str) -> CallConnection:
        connection: CallConnection | None = self.get_object(request, object_id)
        if connection is None:
            raise Http404
        return connection

    def has_own_secret_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        row = self.row_of(request, object_id)
        return row is not None and has_own_secret(row)

    def has_credentials_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        row = self.row_of(request, object_id)
        return row is not None and bool(stored_credentials(row))

    def has_list_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        row = self.row_of(request, object_id)
        return row is not None and provider_of(row).can_pull(credentials_of(row))

    @button(
        gettext_lazy("Credentials"), path="credentials", icon="password",
        permissions=["change", "credentials"],
    )  # fmt: skip
    def edit_credentials(self, request: HttpRequest, object_id: str) -> HttpResponse:
        connection = self.found(request, object_id)

        def do(data: dict[str, Any]) -> str:
            changed = store_credentials(connection, data)
            self.log_change(request, connection, [{"changed": {"fields": changed}}])
            return _("The credentials were stored.")

        return Step(
            self,
            request,
            connection,
            title=_("Credentials of %(provider)s")
            % {"provider": connection.get_provider_display()},
            submit=_("Store"),
            explanation="\n".join(
                [
                    _("Address for the sender: %(address)s") % {"address": address_of(connection)},
                    str(provider_of(connection).instructions),
                    provider_of(connection).template,
                ]
            ),
            form=CredentialsForm(stored_credentials(connection), posted(request)),
            do=do,
        ).respond()

    @button(
        gettext_lazy("New secret"), path="secret", icon="key", permissions=["change", "own_secret"]
    )
    def renew_secret(self, request: HttpRequest, object_id: str) -> HttpResponse:
        connection = self.found(request, object_id)

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

    @button(
        gettext_lazy("Try the credentials"), path="check", icon="network_check",
        permissions=["change", "list"],
    )  # fmt: skip
    def check_credentials(self, request: HttpRequest, object_id: str) -> HttpResponse:
        connection = self.found(request, object_id)

        def do(data: dict[str, Any]) -> HttpResponse:
            outcome = try_credentials(connection)
            if isinstance(outcome, Ok):
                messages.success(request, outcome.value)
            else:
                messages.error(request, outcome.message)
            return HttpResponseRedirect(page_of(connection))

        return Step(
            self,
            request,
            connection,
            title=_("Try the credentials"),
            submit=_("Ask the provider"),
            explanation=_("The provider is asked with them now; nothing is changed."),
            form=forms.Form(posted(request)),
            do=do,
        ).respond()

    @button(
        gettext_lazy("Reconcile now"), path="reconcile", icon="sync", permissions=["change", "list"]
    )
    def reconcile_now(self, request: HttpRequest, object_id: str) -> HttpResponse:
        connection = self.found(request, object_id)

        def do(data: dict[str, Any]) -> str:
            connection.pull_error = ""
            connection.save(update_fields=["pull_error"])
            try:
                reconcile_connection.apply_async((connection.pk,), retry=False)
            except OperationalError:
                return _("The list is asked for within ten minutes.")
            return _("The list is being asked for; look at the reconciliations in a minute.")

        return Step(
            self,
            request,
            connection,
            title=_("Reconcile now"),
            submit=_("Ask for the list"),
            explanation=_("The provider's list of the last two days is compared with what came."),
            form=forms.Form(posted(request)),
            do=do,
        ).respond()

    @button(gettext_lazy("Raw requests"), path="watch", icon="bug_report", permissions=["change"])
    def watch(self, request: HttpRequest, object_id: str) -> HttpResponse:
        connection = self.found(request, object_id)
        now = timezone.now()
        is_watched = connection.debug_until is not None and connection.debug_until > now

        def do(data: dict[str, Any]) -> str:
            if is_watched:
                keep_no_raw_requests(connection)
                self.log_change(request, connection, _("Raw requests are kept no more."))
                return _("What was kept is deleted.")
            keep_raw_requests(connection, at=now)
            self.log_change(request, connection, _("Raw requests are kept for a day."))
            return _("From now on its requests are kept as they come, for a day.")

        return Step(
            self,
            request,
            connection,
            title=_("Raw requests"),
            submit=_("Delete them and stop") if is_watched else _("Keep them for a day"),
            explanation=_(
                "For setting a sender up: every request is kept whole, the refused ones too,"
                " encrypted, and deleted after a day."
            ),
            form=forms.Form(posted(request)),
            do=do,
        ).respond()


def linked(model: str, query: str, text: str) -> str:
    address = reverse(f"admin:kpi_{model}_changelist")
    return format_html('<a class="underline" href="{}?{}">{}</a>', address, query, text)
