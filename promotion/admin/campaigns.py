"""Staff's door to campaigns."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from unfold.enums import ActionVariant

from clients.admin.columns import button, column
from clients.admin.scoped import (
    ClientFilter,
    ReadOnly,
    ScopedAdmin,
    ScopedStacked,
    ScopedTabular,
    ShowsBeside,
    VisibleFilter,
    allows,
)
from clients.models import Client
from promotion.admin.campaign_form import CampaignForm
from promotion.admin.campaign_steps import STARTS_AT, step_page
from promotion.campaign_terms import write_change
from promotion.links import keep_slug, link_of
from promotion.marking import accounts_of, marking_note
from promotion.models import (
    WITH_ACTION,
    Campaign,
    CampaignCommunity,
    CampaignMove,
    CampaignSegment,
    CampaignState,
    Creative,
    PromoAction,
)
from smm_agency.lib.words import as_money
from strategy.models import Goal, Segment, StrategyVersion

STATE_COLOURS = {
    CampaignState.DRAFT: "info",
    CampaignState.AGREED: "info",
    CampaignState.RUNNING: "success",
    CampaignState.PAUSED: "warning",
    CampaignState.FINISHED: "",
    CampaignState.CANCELLED: "danger",
}
# What a campaign is: never changed once it is agreed.
FIXED = ("kind", "currency")


class OfStrategyInForce:
    """Offers goals and segments of the strategy in force, and the one that is chosen already."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        parent: Any = super()
        field = parent.formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.remote_field.model in (Goal, Segment):
            ruling = StrategyVersion.objects.in_force(on=timezone.localdate())
            chosen = getattr(request, "page_campaign_id", None)
            is_chosen = Q(**{self.chosen_by(db_field): chosen}) if chosen else Q(pk__in=[])
            offered = field.queryset.filter(Q(version__in=ruling) | is_chosen)
            field.queryset = offered.select_related("version").distinct()
        return field

    def chosen_by(self, db_field: Any) -> str:
        return "campaigns" if db_field.remote_field.model is Goal else "campaigns__campaign"


class CommunityInline(ScopedTabular):
    model = CampaignCommunity
    fields = ("community",)
    verbose_name_plural = gettext_lazy("Communities")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("community__profile")


class SegmentInline(OfStrategyInForce, ScopedTabular):
    model = CampaignSegment
    fields = ("segment",)
    verbose_name_plural = gettext_lazy("Segments")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("segment")


class CreativeInline(ScopedStacked):
    model = Creative
    fields = ("title", "text", "url")


class MoveInline(ReadOnly, ScopedTabular):
    model = CampaignMove
    fields = ("moved_at", "old", "new", "by", "reason", "changes")
    readonly_fields = fields
    verbose_name_plural = gettext_lazy("Steps")
    hide_title = True

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("moved_by")

    @column(gettext_lazy("by"))
    def by(self, move: CampaignMove) -> str:
        return str(move.moved_by or gettext_lazy("the program"))


def action_of(request: HttpRequest, campaign: Campaign) -> dict[str, str]:
    """Where its promo action stands, or where it is added; nothing for other kinds."""
    if campaign.kind not in WITH_ACTION:
        return {}
    action = PromoAction.objects.filter(campaign=campaign).only("pk").first()
    if action is None:
        may_add = allows(request, "promotion.add_promoaction", campaign)
        add = f"{reverse('admin:promotion_promoaction_add')}?campaign={campaign.pk}"
        return {"action_add_url": add if may_add else "", "action_lacks": "yes"}
    if not allows(request, "promotion.view_promoaction", campaign):
        return {}
    return {"action_url": reverse("admin:promotion_promoaction_change", args=[action.pk])}


@admin.register(Campaign)
class CampaignAdmin(OfStrategyInForce, ShowsBeside, ScopedAdmin):
    form = CampaignForm
    named_by = ("client",)
    list_display = (
        "title", "client", "kind", "state_label", "owner", "starts_on", "ends_on", "budget_text",
    )  # fmt: skip
    list_filter = (ClientFilter, "state", "kind", ("owner", VisibleFilter))
    list_select_related = ("client", "owner")
    search_fields = ("title", "client__name", "utm_campaign", "client_text")
    ordering = ("-starts_on", "-pk")
    fieldsets = (
        (None, {"fields": (("client", "kind"), "title", ("engagement", "goal"), "owner")}),
        (
            gettext_lazy("Dates and money"),
            {
                "fields": (
                    ("starts_on", "ends_on"),
                    ("budget", "currency"),
                    ("vat", "vat_rate"),
                    "change_reason",
                )
            },
        ),
        (
            gettext_lazy("Plan"),
            {"fields": (("plan_reach", "plan_clicks"), ("plan_joins", "plan_calls"))},
        ),
        (gettext_lazy("Links"), {"fields": ("landing_url", "utm_campaign")}),
        (gettext_lazy("Texts"), {"fields": ("client_text", "note")}),
    )
    inlines = (CommunityInline, SegmentInline, CreativeInline, MoveInline)
    actions_detail: Any = ("agree", "start", "resume", "pause", "finish", "reopen", "cancel")
    change_form_outer_before_template = "admin/promotion/campaign_panel.html"

    @column(gettext_lazy("state"), ordering="state", label=STATE_COLOURS)
    def state_label(self, campaign: Campaign) -> tuple[str, str]:
        return campaign.state, campaign.get_state_display()

    @column(gettext_lazy("budget"), ordering="budget")
    def budget_text(self, campaign: Campaign) -> str:
        return as_money(campaign.budget, campaign.currency)

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        request.page_campaign_id = obj.pk if obj else None  # type: ignore[attr-defined] # read above
        return super().get_form(request, obj, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The currency of the client that the address names."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        initial.setdefault("currency", "")
        asked = str(initial.get("client", ""))
        if asked.isdecimal():
            client = Client.objects.visible_to(request.user).filter(pk=asked).first()
            initial["currency"] = client.currency if client else ""
        return initial

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """A reason is asked for where there are agreed terms to change."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None and obj.state not in (CampaignState.DRAFT, CampaignState.CANCELLED):
            return fieldsets
        return [
            (
                name,
                {**options, "fields": tuple(f for f in options["fields"] if f != "change_reason")},
            )
            for name, options in fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        fields = tuple(super().get_readonly_fields(request, obj))
        is_agreed = obj is not None and obj.state != CampaignState.DRAFT
        return (*fields, *FIXED) if is_agreed else fields

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        is_over = row is not None and row.state == CampaignState.CANCELLED
        return super().has_change_permission(request, row) and not is_over

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was agreed is history."""
        row = self.row_of(request, obj)
        is_draft = row is None or row.state == CampaignState.DRAFT
        return super().has_delete_permission(request, row) and is_draft

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        keep_slug(obj)
        if form.before is not None:
            user: Any = request.user
            reason = form.cleaned_data.get("change_reason", "").strip()
            write_change(form.before, obj, by=user, at=timezone.now(), reason=reason)

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {
            **super().beside(request, row),
            "campaign": row,
            "campaign_link": link_of(row),
            "marking_note": marking_note(
                row.client, accounts_of(row), on=row.client.day_of(timezone.now())
            ),
            **action_of(request, row),
        }

    def may_step(self, request: HttpRequest, obj: Any, name: str) -> bool:
        row = self.row_of(request, obj)
        stands = row is None or row.state in STARTS_AT[name]
        return bool(stands and self.has_change_permission(request, row))

    def step(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        campaign = self.get_object(request, object_id)
        if campaign is None:
            raise Http404
        if not self.has_change_permission(request, campaign):
            raise PermissionDenied
        return step_page(self, request, campaign, name)

    def has_agree_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_step(request, obj, "agree")

    @button(
        gettext_lazy("Agree"), path="agree", icon="handshake", permissions=["agree"],
        variant=ActionVariant.PRIMARY,
    )  # fmt: skip
    def agree(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.step(request, object_id, "agree")

    def has_start_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_step(request, obj, "start")

    @button(gettext_lazy("Start"), path="start", icon="play_arrow", permissions=["start"])
    def start(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.step(request, object_id, "start")

    def has_resume_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_step(request, obj, "resume")

    @button(gettext_lazy("Go on"), path="resume", icon="play_arrow", permissions=["resume"])
    def resume(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.step(request, object_id, "resume")

    def has_pause_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_step(request, obj, "pause")

    @button(gettext_lazy("Pause"), path="pause", icon="pause", permissions=["pause"])
    def pause(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.step(request, object_id, "pause")

    def has_finish_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_step(request, obj, "finish")

    @button(gettext_lazy("Finish"), path="finish", icon="flag", permissions=["finish"])
    def finish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.step(request, object_id, "finish")

    def has_reopen_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_step(request, obj, "reopen")

    @button(gettext_lazy("Let it run on"), path="reopen", icon="replay", permissions=["reopen"])
    def reopen(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.step(request, object_id, "reopen")

    def has_cancel_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_step(request, obj, "cancel")

    @button(
        gettext_lazy("Cancel the campaign"), path="cancel", icon="block", permissions=["cancel"],
        variant=ActionVariant.DANGER,
    )  # fmt: skip
    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.step(request, object_id, "cancel")
