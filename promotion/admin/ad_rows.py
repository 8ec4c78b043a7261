"""Staff's door to what stands in ad accounts, and to its figures by days."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminSelectWidget

from clients.admin.columns import column
from clients.admin.form_page import switch_field
from clients.admin.scoped import (
    ClientFilter,
    ReadOnly,
    ScopedAdmin,
    ScopedForm,
    ScopedTabular,
    VisibleFilter,
    allowed_rows,
    visible_rows,
)
from promotion.ad_figures import COUNTERS
from promotion.ad_ties import tie
from promotion.models import AdFigure, AdFigureCorrection, AdObject, Campaign, Creative
from smm_agency.lib.words import as_money

TIED_COLOURS = {"no": "warning", "yes": ""}
# How many rows one page of the action names.
MOST = 200


class AdObjectForm(ScopedForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        creative, campaign = cleaned.get("creative"), cleaned.get("campaign")
        if creative and (campaign is None or creative.campaign_id != campaign.pk):
            message = _("This creative belongs to another campaign: choose one of this.")
            self.add_error("creative", message)
        return cleaned


class TiedFilter(admin.SimpleListFilter):
    title = gettext_lazy("campaign")
    parameter_name = "tied"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", gettext_lazy("not tied yet")), ("yes", gettext_lazy("tied"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() in ("yes", "no"):
            return queryset.filter(campaign__isnull=self.value() == "no")
        return queryset


class TieForm(forms.Form):
    campaign = forms.ModelChoiceField(
        Campaign.objects.none(),
        label=gettext_lazy("Campaign"),
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )
    creative = forms.ModelChoiceField(
        Creative.objects.none(),
        label=gettext_lazy("Creative"),
        required=False,
        widget=UnfoldAdminSelectWidget(),
        empty_label=gettext_lazy("leave as it is"),
    )
    untie = switch_field(gettext_lazy("They belong to no campaign of ours"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(cleaned.get("campaign")) == bool(cleaned.get("untie")):
            self.add_error("campaign", _("Choose a campaign, or say that they belong to none."))
        return cleaned


@admin.register(AdObject)
class AdObjectAdmin(ScopedAdmin):
    form = AdObjectForm
    named_by = ("account",)
    list_display = ("name", "level", "account", "client", "status", "tied", "creative", "seen_at")
    list_filter = (TiedFilter, ClientFilter, ("account", VisibleFilter), "level", "status")
    list_select_related = ("client", "account", "campaign", "creative")
    search_fields = ("title", "external_id", "account__title", "client__name")
    fields = (
        ("account", "level"), ("title", "external_id"), ("status", "seen_at"), "stands_in",
        ("campaign", "creative"),
    )  # fmt: skip
    readonly_fields = ("account", "level", "title", "external_id", "status", "seen_at", "stands_in")
    actions = ("tie_rows",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The network lists them, or a file."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @column(gettext_lazy("title"), ordering="title")
    def name(self, row: AdObject) -> str:
        return str(row)

    @column(gettext_lazy("stands in"))
    def stands_in(self, row: AdObject) -> str:
        return str(row.parent) if row.parent else "—"

    @column(gettext_lazy("campaign"), ordering="campaign__title", label=TIED_COLOURS)
    def tied(self, row: AdObject) -> tuple[str, str]:
        return ("yes", str(row.campaign)) if row.campaign else ("no", _("not tied yet"))

    def save_model(self, request: HttpRequest, obj: AdObject, form: Any, change: bool) -> None:
        """What stands inside goes with the row."""
        if "campaign" in form.changed_data:
            tie([obj], obj.campaign)
        super().save_model(request, obj, form, change)

    @admin.action(description=gettext_lazy("Choose the campaign"), permissions=["change"])
    def tie_rows(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return tie_page(self, request, queryset)


def tie_page(model_admin: Any, request: HttpRequest, chosen: Any) -> HttpResponse | None:
    """Ask once for all the chosen rows, which are one client's."""
    rows = list(allowed_rows(request, chosen, "promotion.change_adobject")[: MOST + 1])
    clients = {row.client_id for row in rows}
    if len(clients) != 1 or len(rows) > MOST:
        words = _("Choose up to %(most)s rows of one client.")
        messages.warning(request, words % {"most": MOST})
        return None
    form = TieForm(request.POST if "campaign" in request.POST else None)
    fields: Any = form.fields
    campaigns = visible_rows(Campaign, request.user).filter(client__in=clients)
    fields["campaign"].queryset = campaigns
    fields["creative"].queryset = Creative.objects.filter(campaign__in=campaigns)
    if form.is_valid():
        try:
            tied = tie(rows, form.cleaned_data["campaign"], form.cleaned_data["creative"])
        except ValidationError as refused:
            form.add_error(None, ValidationError(refused.messages))
        else:
            words = ngettext(
                "%(n)d row was changed, with what stands in it.",
                "%(n)d rows were changed, with what stands in them.",
                tied,
            )
            messages.success(request, words % {"n": tied})
            return None
    return TemplateResponse(
        request,
        "admin/promotion/tie_rows.html",
        {
            **model_admin.admin_site.each_context(request),
            "title": _("Choose the campaign"),
            "opts": model_admin.opts,
            "rows": rows,
            "form": form,
            "checkbox": ACTION_CHECKBOX_NAME,
            "back": reverse("admin:promotion_adobject_changelist"),
        },
    )


class CorrectionInline(ReadOnly, ScopedTabular):
    model = AdFigureCorrection
    fields = ("corrected_at", "was", "source")
    readonly_fields = fields
    verbose_name_plural = gettext_lazy("Corrections")
    hide_title = True

    @column(gettext_lazy("was"))
    def was(self, correction: AdFigureCorrection) -> str:
        return ", ".join(_old_values(correction.old))


def _old_values(old: dict[str, Any]) -> list[str]:
    """`spent 90.00` for each value that was replaced, in the order of the columns."""
    meta = AdFigure._meta
    found = [
        f"{meta.get_field(name).verbose_name}: {old[name]}"  # type: ignore[union-attr]
        for name in COUNTERS
        if name in old
    ]
    if "source" in old:
        found.append(_("source: %(source)s") % {"source": AdFigure.Source(old["source"]).label})
    return found


def delete_told(model_admin: Any, request: HttpRequest, chosen: Any) -> HttpResponse | None:
    """Asks once, and writes each row down; none where one of them is the network's."""
    if chosen.filter(source=AdFigure.Source.API).exists():
        words = _("The network's own figures stay: choose those of files and typed in only.")
        messages.warning(request, words)
        return None
    asked: HttpResponse | None = delete_selected(model_admin, request, chosen)
    return asked


@admin.register(AdFigure)
class AdFigureAdmin(ReadOnly, ScopedAdmin):
    list_display = (
        "days", "ad_object", "level", "client", "spent", "impressions", "reach", "clicks", "joins",
        "messages", "results", "source", "correction_count",
    )  # fmt: skip
    list_filter = (
        ClientFilter,
        ("ad_object__account", VisibleFilter),
        ("ad_object__campaign", VisibleFilter),
        "ad_object__level",
        "source",
    )
    list_select_related = ("client", "ad_object__account")
    search_fields = ("ad_object__title", "ad_object__external_id", "client__name")
    date_hierarchy = "starts_on"
    ordering = ("-starts_on", "ad_object")
    fields = (
        ("ad_object", "client"), ("starts_on", "ends_on"), "spent", ("impressions", "reach"),
        ("clicks", "joins"), ("messages", "results"), ("source", "read_at"),
    )  # fmt: skip
    readonly_fields = ("spent",)
    inlines = (CorrectionInline,)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What the network told stays: it would be read again."""
        row = self.row_of(request, obj)
        is_ours = row is None or row.source != AdFigure.Source.API
        return is_ours and ScopedAdmin.has_delete_permission(self, request, row)

    def get_actions(self, request: HttpRequest) -> Any:
        """A file brings many rows, and they go as they came."""
        actions = super().get_actions(request)
        if self.has_delete_permission(request):
            words = gettext_lazy("Delete what a file told or a person typed in")
            actions["delete_selected"] = (delete_told, "delete_selected", words)
        return actions

    def get_queryset(self, request: HttpRequest) -> Any:
        from_corrections = AdFigureCorrection.objects.filter(figure=models.OuterRef("pk"))
        counted = from_corrections.order_by().values("figure").annotate(n=models.Count("pk"))
        return (
            super().get_queryset(request).annotate(corrected=models.Subquery(counted.values("n")))
        )

    @column(gettext_lazy("days"), ordering="starts_on")
    def days(self, figure: AdFigure) -> str:
        days = sorted({figure.starts_on, figure.ends_on})
        return " – ".join(date_format(day, "SHORT_DATE_FORMAT") for day in days)

    @column(gettext_lazy("level"), ordering="ad_object__level")
    def level(self, figure: AdFigure) -> str:
        """A campaign's figures hold those of its ads: the two are never added up."""
        return figure.ad_object.get_level_display()

    @column(gettext_lazy("spent"), ordering="spend")
    def spent(self, figure: AdFigure) -> str:
        """A dash where it was not told: no zero."""
        if figure.spend is None:
            return "—"
        return as_money(figure.spend, figure.ad_object.account.currency)

    @column(gettext_lazy("corrections"), ordering="corrected")
    def correction_count(self, figure: AdFigure) -> int:
        return int(getattr(figure, "corrected", None) or 0)
