"""What was agreed, who does each part, and the catalogue it is chosen from."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.brief_begin import BriefStep
from clients.admin.columns import button, column
from clients.admin.fees import HidesFees, may_see_fees, shown_fee
from clients.admin.form_page import Step, posted
from clients.admin.scoped import ClientFilter, ScopedAdmin, ScopedTabular
from clients.models import Client, Engagement, EngagementService, Package, PackageService, Service
from clients.packages import apply_package


class DivisionInline(ScopedTabular):
    model = EngagementService
    fields = ("service", "performer", "quantity", "unit", "period", "is_extra", "price", "note")
    tab = False
    hide_title = True

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Prices are for who may see fees; a new agreement has none yet."""
        if may_see_fees(request, obj):
            return self.fields
        return tuple(name for name in self.fields if name != "price")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("service")


@admin.register(Engagement)
class EngagementAdmin(BriefStep, HidesFees, ScopedAdmin):
    named_by = ("client",)
    list_display = (
        "title",
        "client",
        "starts_on",
        "ends_on",
        "fee_text",
        "ad_budget",
        "is_running",
    )
    list_filter = (ClientFilter,)
    list_select_related = ("client",)
    search_fields = ("title", "client__name")
    fields = (
        ("client", "title"), ("package", "review_rhythm"), ("starts_on", "ends_on"),
        ("fee", "ad_budget"), "currency",
    )  # fmt: skip
    inlines = (DivisionInline,)
    fee_columns = ("fee_text",)
    actions_detail = ("begin_brief", "add_whole_catalogue")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A package that is offered no more stays with the engagements that have it."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "package" and getattr(request, "page_is_new", False):
            field.queryset = field.queryset.filter(is_offered=True)
        return field

    def get_changeform_initial_data(self, request: HttpRequest) -> Any:
        """In the client's currency, where the address names the client."""
        initial = super().get_changeform_initial_data(request)
        client_id = getattr(request, "page_client_id", None)
        if client_id is None:
            return initial
        currency = Client.objects.values_list("currency", flat=True).get(pk=client_id)
        return {"currency": currency, **initial}

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(shown_fee=shown_fee(request))

    @column(gettext_lazy("fee per month"), ordering="shown_fee")
    def fee_text(self, engagement: Any) -> str:
        fee = engagement.shown_fee
        return "—" if fee is None else f"{fee:,.2f} {engagement.currency}"

    @column(gettext_lazy("running"), boolean=True)
    def is_running(self, engagement: Engagement) -> bool:
        today = timezone.localdate()
        has_ended = engagement.ends_on is not None and engagement.ends_on < today
        return engagement.starts_on <= today and not has_ended

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A new engagement starts with the whole catalogue divided: by its package, or as usual."""
        super().save_related(request, form, formsets, change)
        if not change and not form.instance.services.exists():
            apply_package(form.instance)
            messages.info(
                request, _("The whole catalogue was added below: say who does each service.")
            )

    @button(
        gettext_lazy("Add the whole catalogue"),
        path="catalogue",
        icon="playlist_add",
        permissions=["change"],
    )
    def add_whole_catalogue(self, request: HttpRequest, object_id: str) -> HttpResponse:
        engagement = self.get_object(request, object_id)
        if engagement is None:
            raise Http404

        def do(data: dict[str, Any]) -> str:
            added = apply_package(engagement)
            return _("Services added: %(added)s.") % {"added": added}

        return Step(
            self,
            request,
            engagement,
            title=_("Add the whole catalogue"),
            submit=_("Add the services"),
            explanation=_(
                "Every service that is not in the division yet is added: by the package where the"
                " engagement has one; else what only the client can give is put on the client's"
                " side, the rest on the agency's."
            ),
            form=forms.Form(posted(request)),
            do=do,
        ).respond()


class PackageInline(ScopedTabular):
    model = PackageService
    fields = (
        "service", "performer", "quantity", "period", "norm_hours", "approver", "payer",
        "deadline_number", "deadline_kind", "deadline_after", "deadline_words",
    )  # fmt: skip
    tab = False
    hide_title = True

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("service", "package")


@admin.register(Package)
class PackageAdmin(ScopedAdmin):
    list_display = ("name_text", "code", "is_offered", "position")
    search_fields = ("code", "name_en", "name_ru")
    fields = (("code", "position", "is_offered"), ("name_en", "name_ru"))
    inlines = (PackageInline,)

    @column(gettext_lazy("package"), ordering="position")
    def name_text(self, package: Package) -> str:
        return package.name


@admin.register(Service)
class ServiceAdmin(ScopedAdmin):
    list_display = ("name_text", "block", "result_text", "is_outsourceable", "is_client_only")
    list_filter = ("block", "is_outsourceable", "is_client_only")
    search_fields = ("code", "name_en", "name_ru")
    fields = (
        ("code", "block", "position"),
        ("name_en", "name_ru"),
        ("result_en", "result_ru"),
        ("unit_en", "unit_ru", "period"),
        ("is_outsourceable", "is_client_only"),
    )

    @column(gettext_lazy("service"), ordering="position")
    def name_text(self, service: Service) -> str:
        return service.name

    @column(gettext_lazy("result"))
    def result_text(self, service: Service) -> str:
        return service.result
