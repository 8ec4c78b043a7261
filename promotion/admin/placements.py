"""Staff's door to placements."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.columns import column
from clients.admin.filters import DefaultFilter
from clients.admin.scoped import ClientFilter, ScopedAdmin, ShowsBeside, VisibleFilter
from promotion.admin.marking_fields import MARKING_FIELDSET, MARKING_READONLY, ShowsMarking
from promotion.admin.placement_forms import NewPlacementForm, PlacementForm
from promotion.admin.placement_panel import panel_of
from promotion.admin.placement_steps import STEP_BUTTONS, PlacementSteps
from promotion.admin.several_placements import move_page
from promotion.models import TAKES_MONEY, Placement, PlacementState
from promotion.placement_moves import BOOKED_TERMS, OUT, is_price_fixed, is_without_page
from promotion.placement_standing import troubles
from promotion.publication_day import warning_of_late
from smm_agency.lib.words import as_money

COLOURS = {
    PlacementState.CANDIDATE: "info",
    PlacementState.CHECKED: "info",
    PlacementState.NEGOTIATED: "info",
    PlacementState.APPROVED: "info",
    PlacementState.BOOKED: "warning",
    PlacementState.PAID: "warning",
    PlacementState.PUBLISHED: "success",
    PlacementState.COLLECTED: "success",
    PlacementState.CLOSED: "info",
    PlacementState.REFUNDED: "danger",
    PlacementState.CANCELLED: "danger",
}
ENDED = (PlacementState.CLOSED, PlacementState.REFUNDED, PlacementState.CANCELLED)
PLAN = ("plan_reach", "plan_clicks", "plan_joins", "plan_calls")
FIELDSETS: tuple[tuple[Any, dict[str, Any]], ...] = (
    (
        None,
        {
            "fields": (
                "seen",
                ("campaign", "title"),
                ("publisher", "format"),
                "despite",
                ("community", "creative"),
                ("starts_on", "ends_on"),
                "planned_at",
                ("price", "currency"),
                ("vat", "vat_rate"),
            )
        },
    ),
    (
        gettext_lazy("Publication"),
        {"fields": ("url", ("published_at", "removed_at"))},
    ),
    (
        gettext_lazy("Payment"),
        {"fields": ("paid_on",)},
    ),
    (gettext_lazy("Links"), {"fields": (("utm_content", "invite_link"),)}),
    (gettext_lazy("Plan"), {"fields": (PLAN[:2], PLAN[2:])}),
    MARKING_FIELDSET,
    (gettext_lazy("Inside the agency"), {"fields": ("note",)}),
)  # fmt: skip


class EndedFilter(DefaultFilter):
    """Those that are not over, unless somebody asks for more."""

    title = gettext_lazy("shown")
    parameter_name = "shown"
    default_title = gettext_lazy("Under way")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("ended", _("Over")), ("all", _("All"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "all" or "state__exact" in request.GET:
            return queryset
        over = Q(state__in=ENDED)
        return queryset.filter(over if self.value() == "ended" else ~over)


@admin.register(Placement)
class PlacementAdmin(ShowsMarking, PlacementSteps, ShowsBeside, ScopedAdmin):
    form = PlacementForm
    named_by = ("client",)
    list_display = (
        "title", "campaign", "client", "publisher", "state_label", "when", "cost", "trouble",
    )  # fmt: skip
    list_filter = (EndedFilter, ClientFilter, ("campaign", VisibleFilter), "state", "format")
    list_select_related = ("client", "campaign", "publisher")
    search_fields = ("title", "campaign__title", "client__name", "publisher__title", "url")
    ordering = ("-starts_on", "-pk")
    actions = ("move_several",)
    actions_detail = (
        *STEP_BUTTONS,
        "enter_facts",
        {
            "title": gettext_lazy("Else"),
            "icon": "more_horiz",
            "items": ["to_back", "to_refunded", "to_cancelled"],
        },
    )
    change_form_outer_before_template = "admin/promotion/placement.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        place = request.resolver_match
        if place and str(place.url_name).endswith("_changelist"):
            rows = rows.prefetch_related("checks")
        return rows

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        kwargs["form"] = PlacementForm if obj else NewPlacementForm
        form = super().get_form(request, obj, **kwargs)
        form.user = request.user
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What can be known of a placement by now."""
        hidden = set()
        if obj is None or (obj.published_at is None and obj.state not in OUT):
            hidden.add("url")
        if not is_fixed(obj):
            hidden.add("paid_on")
        shown = [row for row in FIELDSETS if not hidden & set(flat(row[1]["fields"]))]
        return without_verdict(shown) if is_fixed(obj) else shown

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Approved by the client: what was agreed stands, until a step back is taken."""
        fields = (*super().get_readonly_fields(request, obj), *MARKING_READONLY)
        is_agreed = obj is not None and is_price_fixed(obj)
        if not is_agreed:
            return fields
        # One that is still to be given its page, from before pages were asked for, may get it.
        stand = [each for each in BOOKED_TERMS if each != "publisher" or not is_without_page(obj)]
        return (*fields, *stand)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was booked is history: it is cancelled or returned, never deleted."""
        row = self.row_of(request, obj)
        return not is_fixed(row) and super().has_delete_permission(request, row)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "published_at" in form.changed_data and (warning := warning_of_late(obj)):
            messages.warning(request, warning)

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {**super().beside(request, row), **panel_of(row, at=timezone.now())}

    def found(self, request: HttpRequest, object_id: str) -> Placement:
        row: Placement | None = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return row

    @column(gettext_lazy("state"), ordering="state", label=COLOURS)
    def state_label(self, row: Placement) -> tuple[str, str]:
        return row.state, row.get_state_display()

    @column(gettext_lazy("when"), ordering="starts_on")
    def when(self, row: Placement) -> str:
        """When it went out; else when it shall."""
        moment = row.published_at or row.planned_at
        if moment is None:
            return date_format(row.starts_on, "SHORT_DATE_FORMAT")
        return date_format(moment.astimezone(row.client.zone), "SHORT_DATETIME_FORMAT")

    @column(gettext_lazy("price"), ordering="price")
    def cost(self, row: Placement) -> str:
        return as_money(row.price, row.currency)

    @column(gettext_lazy("what is wrong"), label={"bad": "danger"})
    def trouble(self, row: Placement) -> Any:
        found = troubles(row, row.checks.all(), at=timezone.now())
        return ("bad", found[0]) if found else None

    @admin.action(description=gettext_lazy("Move to another state"), permissions=["change"])
    def move_several(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return move_page(self, request, queryset)


def is_fixed(row: Placement | None) -> bool:
    """Whether it was booked, and not taken back since."""
    return row is not None and row.state in (*TAKES_MONEY, PlacementState.REFUNDED)


def without_verdict(fieldsets: list[Any]) -> list[Any]:
    """Once its page stands, no verdict is overridden any more."""
    (title, first), *rest = fieldsets
    return [
        (title, {"fields": tuple(each for each in first["fields"] if each != "despite")}),
        *rest,
    ]


def flat(fields: Any) -> list[str]:
    return [name for each in fields for name in (each if isinstance(each, tuple) else (each,))]
