"""Staff's door to costs, top-ups and budgets of channels."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.columns import column
from clients.admin.scoped import ClientFilter, ScopedAdmin, VisibleFilter, allows, rights_of
from promotion.admin.money_forms import ChannelBudgetForm, CostForm, TopUpForm
from promotion.booking import RIGHT
from promotion.budget import used_in
from promotion.models import EARNED, SEE_EARNED, ChannelBudget, Cost, CostKind, TopUp
from promotion.sums import words_of_vat
from smm_agency.lib.words import as_money


def known_kinds() -> list[tuple[str, Any]]:
    """For those who may not see what the agency earns."""
    return [each for each in CostKind.choices if each[0] not in EARNED]


class MoneyAdmin(ScopedAdmin):
    """`amount` with its currency and what is told of its VAT."""

    @column(gettext_lazy("amount"), ordering="amount")
    def shown_amount(self, row: Any) -> str:
        return as_money(row.amount, row.currency)

    @column(gettext_lazy("VAT"))
    def shown_vat(self, row: Any) -> str:
        return words_of_vat(row.vat, row.vat_rate)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        client_id = getattr(request, "page_client_id", None)
        known: dict[str, Any] = dict(super().get_changeform_initial_data(request))
        return {"client": client_id, **known} if client_id else known


@admin.register(Cost)
class CostAdmin(MoneyAdmin):
    form = CostForm
    list_display = (
        "spent_on", "client", "kind", "campaign", "shown_amount", "shown_vat", "paid_by",
    )  # fmt: skip
    list_filter = (ClientFilter, "kind", ("campaign", VisibleFilter), "paid_by")
    list_select_related = ("client", "campaign")
    search_fields = ("document", "note", "client__name", "campaign__title")
    date_hierarchy = "spent_on"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("client", "kind"),
                    ("campaign", "placement"),
                    "spent_on",
                    ("amount", "currency"),
                    ("vat", "vat_rate"),
                    ("paid_by", "document"),
                    "note",
                ),
                "description": gettext_lazy(
                    "Advertising is what neither an ad account nor a placement's price tells of:"
                    " it alone is part of the advertising budget. The agency's fee is for its work,"
                    " its commission is a share of the money that it passes on, the marking levy is"
                    " paid to the state; prizes and production are not shown to anybody as"
                    " advertising."
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        clients = rights_of(request).clients_with(SEE_EARNED)
        return rows if clients is None else rows.filter(~Q(kind__in=EARNED) | Q(client__in=clients))

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        clients = rights_of(request).clients_with(SEE_EARNED)
        if db_field.name == "kind" and clients is not None and not clients:
            kwargs["choices"] = [("", "---------"), *known_kinds()]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Cost, form: Any, change: bool) -> None:
        if not change:
            obj.entered_by = request.user  # type: ignore[assignment] # staff is signed in
        super().save_model(request, obj, form, change)


@admin.register(TopUp)
class TopUpAdmin(MoneyAdmin):
    form = TopUpForm
    list_display = ("topped_up_on", "client", "account", "shown_amount", "shown_vat", "by")
    list_filter = (ClientFilter, ("account", VisibleFilter), "by")
    list_select_related = ("client", "account")
    search_fields = ("document", "client__name", "account__title")
    date_hierarchy = "topped_up_on"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "account",
                    "topped_up_on",
                    ("amount", "currency"),
                    ("vat", "vat_rate"),
                    ("by", "document"),
                ),
                "description": gettext_lazy(
                    "Money that came into the account. It is no spend: what was spent is told by"
                    " the account's figures."
                ),
            },
        ),
    )


@admin.register(ChannelBudget)
class ChannelBudgetAdmin(MoneyAdmin):
    form = ChannelBudgetForm
    list_display = ("shown_month", "client", "channel", "shown_amount", "shown_vat", "reason")
    list_filter = (ClientFilter, "channel")
    list_select_related = ("client",)
    search_fields = ("client__name", "reason")
    date_hierarchy = "month"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "client",
                    ("channel", "month"),
                    ("amount", "currency"),
                    ("vat", "vat_rate"),
                    "reason",
                ),
                "description": gettext_lazy(
                    "Holds instead of the line of the strategy's media plan for this month; prices"
                    " of placements are held to it when they are booked."
                ),
            },
        ),
    )

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        form.user = request.user
        return form

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Without it nothing, or another sum, would hold what is spent and booked."""
        row = self.get_object(request, object_id)
        if row and used_in(row).amount and not allows(request, RIGHT, row):
            words = _("Money is spent or booked in this month: a director may delete its budget.")
            messages.error(request, words)
            return redirect("admin:promotion_channelbudget_change", row.pk)
        response: HttpResponse = super().delete_view(request, object_id, extra_context)
        return response

    @column(gettext_lazy("month"), ordering="month")
    def shown_month(self, row: ChannelBudget) -> str:
        return date_format(row.month, "F Y")

    def save_model(self, request: HttpRequest, obj: ChannelBudget, form: Any, change: bool) -> None:
        obj.set_by = request.user  # type: ignore[assignment] # staff is signed in
        super().save_model(request, obj, form, change)
