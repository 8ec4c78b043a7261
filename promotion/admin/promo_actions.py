"""Staff's door to promo actions and giveaways."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from unfold.enums import ActionVariant

from clients.admin.columns import button, column
from clients.admin.scoped import (
    ClientFilter,
    ScopedAdmin,
    ScopedForm,
    ScopedTabular,
    ShowsBeside,
    allows,
)
from communities.admin.files import file_url
from content.admin.moments import ClientMoment, by_clock_of
from promotion.admin import draw_steps as steps
from promotion.admin.participant_import import import_step
from promotion.draw import list_text
from promotion.draw_protocol import as_bytes, as_text
from promotion.models import WITH_ACTION, Campaign, Draw, Prize, PromoAction, Winner
from promotion.promo_checks import law_day, problems_of, warnings_of
from smm_agency.lib.file_response import saved_file

SHOWN_WINNERS = 50


class PromoActionForm(ScopedForm):
    entry_starts_at = ClientMoment(label=gettext_lazy("Entries from"), required=False)
    entry_ends_at = ClientMoment(label=gettext_lazy("Entries until"), required=False)
    draw_at = ClientMoment(label=gettext_lazy("Draw at"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            by_clock_of(self, self.instance.client)
        if campaigns := self.fields.get("campaign"):
            rows: Any = campaigns
            rows.queryset = rows.queryset.filter(kind__in=WITH_ACTION)

    def _clean_fields(self) -> None:
        """Of a new action the moments are by the clock of the campaign's client."""
        chosen = self.data.get(self.add_prefix("campaign"), "")
        if not self.instance.pk and chosen.isdecimal():
            campaign = Campaign.objects.select_related("client").filter(pk=chosen).first()
            if campaign is not None:
                by_clock_of(self, campaign.client)
        super()._clean_fields()  # type: ignore[misc] # Django's own, untyped


class PrizeInline(ScopedTabular):
    model = Prize
    tab = False
    fields = (
        "place", "title", "quantity", "value", "currency", "payer", "is_cash_allowed", "tax_note",
    )  # fmt: skip

    def may(self, obj: Any) -> bool:
        return obj is None or not Draw.objects.filter(action=obj, listed_at__isnull=False).exists()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(obj) and super().has_delete_permission(request, obj)


@admin.register(PromoAction)
class PromoActionAdmin(ShowsBeside, ScopedAdmin):
    form = PromoActionForm
    named_by = ("campaign",)
    list_display = ("campaign", "client", "mechanics", "entry_ends_at", "draw_at", "standing")
    list_filter = (ClientFilter, "mechanics", "legal_kind")
    search_fields = ("campaign__title", "organiser", "client__name")
    fieldsets = (
        (None, {"fields": ("campaign", ("mechanics", "legal_kind"), "is_paid")}),
        (
            gettext_lazy("Dates"),
            {
                "fields": (
                    ("entry_starts_at", "entry_ends_at"),
                    ("draw_at", "draw_place"),
                    "hand_over_until",
                )
            },
        ),
        (
            gettext_lazy("Rules"),
            {"fields": (("organiser", "organiser_inn"), "rules", "rules_url", "eligibility")},
        ),
        (gettext_lazy("More"), {"fields": ("promo_word", "note")}),
    )
    inlines = (PrizeInline,)
    change_form_outer_before_template = "admin/promotion/promo_action.html"
    actions_detail = (
        "participants",
        "import_list",
        "seal",
        "draw",
        {
            "title": gettext_lazy("More"),
            "icon": "more_horiz",
            "items": [
                "check_by_law",
                "held_elsewhere",
                "proof",
                "protocol",
                "protocol_text",
                "marks",
            ],
        },
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """The protocol holds the whole list."""
        rows = super().get_queryset(request).select_related("draw", "campaign", "client")
        return rows.defer("draw__protocol")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = tuple(super().get_readonly_fields(request, obj))
        return (*fields, "campaign") if obj is not None else fields

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if set(steps.CHECKED) & set(form.changed_data):
            obj.legal_checked_by = obj.legal_checked_at = None
        if "hand_over_until" in form.changed_data:
            obj.prizes_told_at = None
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Once a list was published, it stays."""
        row = self.row_of(request, obj)
        is_kept = row is not None and draw_of(row) is not None
        return not is_kept and super().has_delete_permission(request, row)

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {**super().beside(request, row), **panel_of(request, row)}

    @column(
        gettext_lazy("state"),
        label={"drawn": "success", "sealed": "warning", "open": "info"},
    )
    def standing(self, row: PromoAction) -> tuple[str, str]:
        return standing_of(row)

    def found(self, request: HttpRequest, object_id: str) -> PromoAction:
        row: PromoAction | None = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return row

    def may(self, request: HttpRequest, obj: Any, right: str, *states: str) -> bool:
        row = self.row_of(request, obj)
        if row is None or not allows(request, f"promotion.{right}", row):
            return False
        return standing_of(row)[0] in states

    def has_look_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, obj, "view_participant", "open", "sealed", "drawn")

    def has_import_list_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, obj, "add_participant", "open")

    def has_seal_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, obj, "add_draw", "open")

    def has_draw_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, obj, "change_draw", "sealed")

    def has_elsewhere_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, obj, "add_draw", "open", "sealed")

    def has_proof_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        draw = draw_of(row) if row is not None else None
        is_whole = draw is not None and draw.proof_file_id is not None and draw.proof_url != ""
        return not is_whole and self.may(request, obj, "change_draw", "drawn")

    def has_protocol_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        draw = draw_of(row) if row is not None else None
        return draw is not None and draw.method == Draw.Method.VERIFIABLE

    def has_marks_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        draw = draw_of(row) if row is not None else None
        return draw is not None and draw.listed_at is not None

    @button(gettext_lazy("Participants"), path="participants", icon="groups", permissions=["look"])
    def participants(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.found(request, object_id)
        address = reverse("admin:promotion_participant_changelist")
        return HttpResponseRedirect(f"{address}?action__id__exact={row.pk}")

    @button(
        gettext_lazy("Import participants"), path="import", icon="upload_file",
        permissions=["import_list"],
    )  # fmt: skip
    def import_list(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return import_step(self, request, self.found(request, object_id))

    @button(gettext_lazy("Seal the list"), path="seal", icon="lock", permissions=["seal"])
    def seal(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return steps.seal_step(self, request, self.found(request, object_id))

    @button(
        gettext_lazy("Type in the seed and draw"), path="draw", icon="casino",
        permissions=["draw"], variant=ActionVariant.PRIMARY,
    )  # fmt: skip
    def draw(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return steps.draw_step(self, request, self.found(request, object_id))

    @button(
        gettext_lazy("Drawn elsewhere"), path="elsewhere", icon="videocam",
        permissions=["elsewhere"],
    )  # fmt: skip
    def held_elsewhere(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return steps.elsewhere_step(self, request, self.found(request, object_id))

    @button(gettext_lazy("Add the proof"), path="proof", icon="attach_file", permissions=["proof"])
    def proof(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return steps.proof_step(self, request, self.found(request, object_id))

    @button(
        gettext_lazy("Checked by law"), path="legal-check", icon="balance", permissions=["change"]
    )
    def check_by_law(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return steps.legal_step(self, request, self.found(request, object_id))

    @button(
        gettext_lazy("Protocol (JSON)"), path="protocol", icon="download",
        permissions=["protocol"],
    )  # fmt: skip
    def protocol(self, request: HttpRequest, object_id: str) -> HttpResponse:
        draw = drawn_or_404(self.found(request, object_id))
        return saved_file(
            as_bytes(draw.protocol), f"draw-{draw.action_id}.json", "application/json"
        )

    @button(
        gettext_lazy("Protocol (text)"), path="protocol-text", icon="download",
        permissions=["protocol"],
    )  # fmt: skip
    def protocol_text(self, request: HttpRequest, object_id: str) -> HttpResponse:
        draw = drawn_or_404(self.found(request, object_id))
        return saved_file(as_text(draw.protocol).encode(), f"draw-{draw.action_id}.txt", PLAIN)

    @button(gettext_lazy("List of marks"), path="marks", icon="download", permissions=["marks"])
    def marks(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.found(request, object_id)
        marks = list(row.participants.in_the_draw().values_list("mark", flat=True))
        return saved_file(list_text(marks).encode(), f"list-{row.pk}.txt", PLAIN)


PLAIN = "text/plain; charset=utf-8"


def draw_of(action: PromoAction) -> Draw | None:
    """None before the list is sealed."""
    return getattr(action, "draw", None)


def drawn_or_404(action: PromoAction) -> Draw:
    draw = draw_of(action)
    if draw is None or draw.method != Draw.Method.VERIFIABLE:
        raise Http404
    return draw


def standing_of(action: PromoAction) -> tuple[str, str]:
    draw = draw_of(action)
    if draw is None:
        return "open", str(gettext_lazy("list open"))
    if draw.drawn_at is None:
        return "sealed", str(gettext_lazy("list sealed"))
    return "drawn", str(gettext_lazy("drawn"))


def salt_of(request: HttpRequest, action: PromoAction, draw: Draw | None) -> str:
    """By it participants find their marks in the list; until the draw it would help to guess."""
    if draw is None or draw.listed_at is None or draw.drawn_at is None:
        return ""
    return (action.salt or "") if allows(request, "promotion.change_draw", action) else ""


def panel_of(request: HttpRequest, action: PromoAction) -> dict[str, Any]:
    """What stands above the form; names of winners are masked."""
    today = action.client.day_of(timezone.now())
    sums = action.participants.aggregate(
        all=Count("pk"), out=Count("pk", filter=Q(excluded_at__isnull=False))
    )
    draw = draw_of(action)
    winners = draw.winners.select_related("prize") if draw else Winner.objects.none()
    is_late = action.hand_over_until is not None and action.hand_over_until < today
    return {
        "promo": action,
        "problems": problems_of(action, on=law_day(action, on=today)),
        "warnings": warnings_of(action),
        "standing": standing_of(action)[0],
        "participants_in": sums["all"] - sums["out"],
        "participants_out": sums["out"],
        "draw": draw,
        "proof_address": file_url(draw.proof_file_id) if draw and draw.proof_file_id else "",
        "salt": salt_of(request, action, draw),
        "winners": [
            (row, reverse("admin:promotion_winner_change", args=[row.pk]),
             is_late and row.state not in ("received", "refused"))
            for row in winners[:SHOWN_WINNERS]
        ],
        "may_see_winners": allows(request, "promotion.view_winner", action),
    }  # fmt: skip
