"""Staff's door to creatives: each with the others of its campaign beside it."""

from typing import Any

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.columns import column
from clients.admin.form_page import page_of
from clients.admin.scoped import ClientFilter, ScopedAdmin, ShowsBeside, VisibleFilter
from promotion.creative_rates import Interval, Verdict
from promotion.creatives import BY_COST, Compared, Comparison, compare
from promotion.models import Campaign, Creative, Vat
from smm_agency.lib.words import NOT_MEASURED, as_count, as_money, as_share

LIGHTS = {Verdict.BETTER: "green", Verdict.WORSE: "red", Verdict.UNCLEAR: "amber"}


def words_of(verdict: Verdict) -> str:
    return {
        Verdict.BETTER: _("better than the others"),
        Verdict.WORSE: _("worse"),
        Verdict.UNCLEAR: _("too little to tell"),
        Verdict.NONE: _("nothing to compare by"),
    }[verdict]


def tables_of(campaign: Campaign) -> list[dict[str, Any]]:
    """For `admin/promotion/creatives.html`: a table for each currency and kind of VAT."""
    return [
        {
            "vat": Vat(each.vat).label,
            "currency": each.currency,
            "formula": formula_of(each),
            "rows": [row_of(row, each.currency) for row in each.rows],
        }
        for each in compare(campaign)
    ]


def formula_of(comparison: Comparison) -> str:
    if comparison.by == BY_COST:
        return _(
            "Cost per join = spent / joined, of the ads whose joins are measured. Compared by it:"
            " two creatives differ where their intervals (Wilson, at 95 per cent) do not touch."
        )
    return _(
        "CTR = clicks / impressions. No joins are measured, so it is compared by the CTR: two"
        " creatives differ where their intervals (Wilson, at 95 per cent) do not touch."
    )


def row_of(row: Compared, currency: str) -> dict[str, Any]:
    told = row.measured
    return {
        "title": row.creative.title if row.creative else _("without a creative"),
        "url": page_of(row.creative) if row.creative else untied_url(),
        "ads": row.ads,
        "spend": as_money(told.spend, currency),
        "impressions": as_count(told.impressions),
        "clicks": as_count(told.clicks),
        "ctr": as_share(told.ctr),
        "ctr_interval": shares_text(told.ctr_interval),
        "cost_per_click": as_money(told.cost_per_click, currency),
        "joins": as_count(told.joins),
        "cost_per_join": as_money(told.cost_per_join, currency),
        "cost_interval": costs_text(told.cost_interval, currency),
        "light": LIGHTS.get(row.verdict, "grey") if row.creative else "grey",
        "verdict": words_of(row.verdict) if row.creative else "",
    }


def untied_url() -> str:
    return reverse("admin:promotion_adobject_changelist")


def shares_text(interval: Interval | None) -> str:
    if interval is None:
        return ""
    return f"{as_share(interval.low)} … {as_share(interval.high)}"


def costs_text(interval: Interval | None, currency: str) -> str:
    if interval is None:
        return ""
    if interval.high is None:
        return _("at least %(sum)s") % {"sum": as_money(interval.low, currency)}
    return f"{as_money(interval.low, currency)} … {as_money(interval.high, currency)}"


@admin.register(Creative)
class CreativeAdmin(ShowsBeside, ScopedAdmin):
    named_by = ("campaign",)
    change_form_outer_after_template = "admin/promotion/creatives.html"
    list_display = ("title", "campaign", "client", "ads")
    list_filter = (ClientFilter, ("campaign", VisibleFilter))
    list_select_related = ("client", "campaign")
    ordering = ("campaign", "id")
    search_fields = ("title", "text", "campaign__title", "client__name")
    fields = ("campaign", "title", "text", "url")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(ad_count=Count("ad_objects"))

    @column(gettext_lazy("ads"), ordering="ad_count")
    def ads(self, creative: Creative) -> str:
        return str(getattr(creative, "ad_count", "")) or NOT_MEASURED

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "campaign") if obj else fields

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        creative: Creative = row
        return {
            **super().beside(request, row),
            "compared_campaign": creative.campaign,
            "compared": tables_of(creative.campaign),
        }
