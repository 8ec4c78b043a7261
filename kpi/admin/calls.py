"""Calls: typed in, corrected, exported; the caller masked until somebody gives a reason."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.contrib.admin import ChoicesFieldListFilter
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import resources
from import_export.fields import Field
from unfold.paginator import InfinitePaginator
from unfold.widgets import UnfoldAdminTextInputWidget

from clients.admin.columns import button, column
from clients.admin.export import SafeField, ScopedExport
from clients.admin.form_page import Step, page_of, posted, text_field
from clients.admin.scoped import (
    ClientFilter,
    ReadOnly,
    ScopedAdmin,
    ScopedForm,
    VisibleFilter,
    allows,
)
from kpi.admin.missed import missed_page
from kpi.call_entry import EDITABLE, change_call, record_call, remove_call
from kpi.callers import unmask
from kpi.missed_calls import outcome_of_call
from kpi.models import Call, CallStatus, Evidence, Unmasking
from smm_agency.lib.phones import is_hidden, normalise

STATUS_COLOURS = {
    CallStatus.ANSWERED: "success",
    CallStatus.MISSED: "danger",
    CallStatus.VOICEMAIL: "warning",
    CallStatus.SPAM: "info",
}


class CallForm(ScopedForm):
    """A new call is typed in with the caller's number, which is never shown again."""

    raw_caller = forms.CharField(
        label=gettext_lazy("Caller's number"),
        required=False,
        max_length=40,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("As it was shown; empty when it was hidden."),
    )
    raw_called = forms.CharField(
        label=gettext_lazy("Number that was dialled"),
        required=False,
        max_length=40,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("A tracking number tells where the call came from."),
    )

    class Meta:
        model = Call
        fields = (
            "client", "started_at", "status", "talk_seconds", "wait_seconds", "community",
            "campaign", "placement", "evidence", "marked_target", "comment",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "started_at" in self.fields:
            zone = timezone.get_current_timezone_name()
            self.fields["started_at"].help_text = _("By the agency's clock: %(zone)s.") % {
                "zone": zone
            }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        client = cleaned.get("client")
        for name in ("raw_caller", "raw_called"):
            text = cleaned.get(name, "")
            if client and text and not is_hidden(text) and not normalise(text, client.country):
                self.add_error(name, _("No telephone of this country looks like that."))
        has_place = any(cleaned.get(name) for name in ("community", "campaign", "placement"))
        if has_place and not cleaned.get("evidence"):
            self.add_error("evidence", _("Say why the call counts as one from there."))
        placement, campaign = cleaned.get("placement"), cleaned.get("campaign")
        if placement and campaign and placement.campaign_id != campaign.pk:
            self.add_error("placement", _("This placement belongs to another campaign."))
        return cleaned


class CallResource(resources.ModelResource):  # type: ignore[type-arg] # of Call
    client = SafeField("client__name", "client")
    community = SafeField("community__profile__title", "community")
    campaign = SafeField("campaign__title", "campaign")
    placement = SafeField("placement__title", "placement")
    caller = SafeField("caller__masked", "caller")
    evidence = Field("get_evidence_display", "evidence")
    confidence = Field(column_name="confidence")
    comment = SafeField("comment", "comment")

    class Meta:
        model = Call
        fields = (
            "client", "started_at", "status", "talk_seconds", "wait_seconds", "caller",
            "community", "campaign", "placement", "evidence", "confidence", "is_unique",
            "is_target", "is_unique_target", "comment",
        )  # fmt: skip
        export_order = fields

    def dehydrate_confidence(self, call: Call) -> str:
        return "" if call.evidence is None else str(Evidence(call.evidence).confidence.label)


class EvidenceFilter(ChoicesFieldListFilter):
    """By evidence, and the calls of which nobody knows where they came from."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        yield from super().choices(changelist)
        yield {
            "selected": self.lookup_val_isnull == "True",
            "query_string": changelist.get_query_string(
                {self.lookup_kwarg_isnull: "True"}, [self.lookup_kwarg]
            ),
            "display": _("not known"),
        }


class UnmaskForm(forms.Form):
    reason = text_field(gettext_lazy("Why you need the whole number"), max_length=300)


@admin.register(Call)
class CallAdmin(ScopedExport, ScopedAdmin):
    form = CallForm
    resource_classes = (CallResource,)
    paginator = InfinitePaginator
    list_display = (
        "started_at", "client", "caller_text", "status_label", "talk_seconds", "place",
        "evidence_text", "unique", "target", "unique_target",
    )  # fmt: skip
    list_filter = (
        ClientFilter, "status", ("community", VisibleFilter), ("campaign", VisibleFilter),
        ("evidence", EvidenceFilter), "is_unique_target", "source",
    )  # fmt: skip
    search_fields = ("caller__last4", "comment", "client__name")
    search_help_text = gettext_lazy("The last four digits of the caller, or words of the comment.")
    fields = (
        ("client", "status"),
        "started_at", "caller_text", ("talk_seconds", "wait_seconds"),
        "outcome", ("tracking_number", "called_number"), ("community", "campaign", "placement"),
        ("evidence", "marked_target"), "visit_text", "comment",
        ("unique", "target", "unique_target"), ("provider_first", "provider_target"),
    )  # fmt: skip
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    ("client", "status"),
                    "started_at",
                    "raw_caller",
                    ("talk_seconds", "wait_seconds"),
                    "raw_called",
                    ("community", "campaign", "placement"),
                    ("evidence", "marked_target"),
                    "comment",
                )
            },
        ),
    )
    readonly_fields = (
        "caller_text", "tracking_number", "called_number", "outcome", "visit_text", "unique",
        "target", "unique_target", "provider_first", "provider_target",
    )  # fmt: skip
    actions_list = ("missed",)
    actions_detail = ("show_caller", "write_deal")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Callers come without their encrypted number: a list never needs it."""
        return super().get_queryset(request).with_places().defer("caller__phone")

    def has_unmask_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        is_known = row is None or (row.caller is not None and row.caller.last4 is not None)
        return is_known and allows(request, "kpi.unmask_caller", row)

    def has_deal_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return allows(request, "kpi.add_deal", self.row_of(request, obj))

    @button(gettext_lazy("Write down a deal"), path="deal", icon="sell", permissions=["deal"])
    def write_deal(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The deal's own form, with the call in it; of a call that has one, that deal."""
        call = self.get_object(request, object_id)
        if call is None:
            raise Http404
        known = call.deals.first()
        if known:
            return HttpResponseRedirect(page_of(known))
        query = urlencode({"client": call.client_id, "call": call.pk})
        return HttpResponseRedirect(f"{reverse('admin:kpi_deal_add')}?{query}")

    @column(gettext_lazy("caller"))
    def caller_text(self, call: Call) -> str:
        # A masked number is not broken over two lines.
        return call.caller.masked.replace(" ", "\u00a0") if call.caller else _("hidden")

    @column(gettext_lazy("status"), ordering="status", label=STATUS_COLOURS)
    def status_label(self, call: Call) -> tuple[str, str]:
        return call.status, call.get_status_display()

    @column(gettext_lazy("where from"))
    def place(self, call: Call) -> str:
        return str(call.place or "—")

    @column(gettext_lazy("evidence"), ordering="evidence")
    def evidence_text(self, call: Call) -> str:
        if call.evidence is None:
            return "—"
        evidence = Evidence(call.evidence)
        return f"{evidence.label} ({_('confidence')}: {evidence.confidence.label})"

    @column(gettext_lazy("what became of a missed call"))
    def outcome(self, call: Call) -> str:
        outcome = outcome_of_call(call.pk, call.client_id, at=timezone.now())
        return str(outcome.label) if outcome else "—"

    @column(gettext_lazy("visit before the call, by the provider"))
    def visit_text(self, call: Call) -> str:
        return ", ".join(f"{name}: {value}" for name, value in (call.visit or {}).items()) or "—"

    @column(gettext_lazy("unique"), boolean=True)
    def unique(self, call: Call) -> bool | None:
        return call.is_unique

    @column(gettext_lazy("target"), boolean=True)
    def target(self, call: Call) -> bool:
        return call.is_target

    @column(gettext_lazy("unique-target"), boolean=True)
    def unique_target(self, call: Call) -> bool | None:
        return call.is_unique_target

    def save_model(self, request: HttpRequest, obj: Call, form: Any, change: bool) -> None:
        user: Any = request.user
        if change:
            edited = {name: getattr(obj, name) for name in form.changed_data if name in EDITABLE}
            if edited:
                change_call(obj, by=user, **edited)
            return
        data = form.cleaned_data
        call, _is_new = record_call(
            data["client"],
            source=Call.Source.MANUAL,
            started_at=data["started_at"],
            status=data["status"],
            talk_seconds=data["talk_seconds"],
            wait_seconds=data["wait_seconds"],
            raw_caller=data["raw_caller"],
            called_number=data["raw_called"],
            external_id=None,
            by=user,
            community=data["community"],
            campaign=data["campaign"],
            placement=data["placement"],
            evidence=data["evidence"],
            comment=data["comment"],
        )
        if data["marked_target"] is not None:
            call = change_call(call, by=user, marked_target=data["marked_target"])
        # The form's row goes on as the one that was recorded.
        obj.__dict__.update(call.__dict__)

    def delete_model(self, request: HttpRequest, obj: Call) -> None:
        remove_call(obj)

    @button(gettext_lazy("Missed calls"), path="missed", icon="phone_missed", permissions=["view"])
    def missed(self, request: HttpRequest) -> HttpResponse:
        return missed_page(self, request)

    @button(
        gettext_lazy("Show the whole number"),
        path="caller",
        icon="visibility",
        permissions=["view", "unmask"],
    )
    def show_caller(self, request: HttpRequest, object_id: str) -> HttpResponse:
        call = self.get_object(request, object_id)
        if call is None or call.caller is None:
            raise Http404
        user: Any = request.user
        form = UnmaskForm(posted(request))

        def do(data: dict[str, Any]) -> HttpResponse:
            number = unmask(call.caller, by=user, reason=data["reason"])
            # Shown by the answer to this very request; a message would pass through a cookie.
            response = step.render(number=number, seen_at=timezone.now())
            add_never_cache_headers(response)
            return response

        step = Step(
            self,
            request,
            call,
            title=_("The caller's whole number"),
            submit=_("Show the number"),
            explanation=_("It is written down who looked, when and why."),
            form=form,
            do=do,
            template="admin/kpi/unmask.html",
        )
        return step.respond()


@admin.register(Unmasking)
class UnmaskingAdmin(ReadOnly, ScopedAdmin):
    """Who looked at whole numbers."""

    list_display = ("seen_at", "client", "caller", "seen_by", "reason")
    list_filter = (ClientFilter,)
    fields = ("client", "seen_at", "caller", "seen_by", "reason")

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).select_related("client", "caller", "seen_by")
        return rows.defer("caller__phone")
