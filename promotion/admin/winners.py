"""Staff's door to winners: what became of each prize."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.columns import button, column
from clients.admin.filters import DefaultFilter
from clients.admin.form_page import Step, date_field, posted, select_field, text_field
from clients.admin.scoped import ClientFilter, ReadOnly, ScopedAdmin, allows
from promotion.models import PRIZE_ENDED, PrizeState, Winner
from promotion.prize_delivery import NEXT, move_prize

STATE_COLOURS = {
    PrizeState.PROMISED: "warning",
    PrizeState.CONTACTED: "info",
    PrizeState.SENT: "info",
    PrizeState.RECEIVED: "success",
    PrizeState.REFUSED: "danger",
}


class PrizeFilter(DefaultFilter):
    """Prizes on their way, unless somebody asks for more."""

    title = gettext_lazy("prize")
    parameter_name = "prizes"
    default_title = gettext_lazy("On their way")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("overdue", _("Overdue")), ("all", _("All"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "overdue":
            return queryset.overdue(on=timezone.localdate())
        return queryset if self.value() == "all" else queryset.waiting()


class MoveForm(forms.Form):
    """`seen` is the state in which the person saw the prize."""

    seen = forms.CharField(widget=forms.HiddenInput())
    to = select_field(gettext_lazy("What happened"))
    on = date_field(gettext_lazy("On"))
    note = text_field(
        gettext_lazy("Internal note"),
        rows=3,
        required=False,
        max_length=2_000,
        help_text=gettext_lazy("Why it was refused is obligatory. Kept encrypted, then forgotten."),
    )

    def __init__(self, winner: Winner, data: Any = None) -> None:
        today = winner.client.day_of(timezone.now())
        super().__init__(data, initial={"seen": winner.state, "on": today})
        field: Any = self.fields["to"]
        field.choices = [(step.value, step.label) for step in NEXT.get(winner.state, ())]


@admin.register(Winner)
class WinnerAdmin(ReadOnly, ScopedAdmin):
    list_display = ("place", "shown_name", "prize", "action", "client", "state_label", "until")
    list_filter = (PrizeFilter, ClientFilter)
    search_fields = ("prize__title", "draw__action__campaign__title", "client__name")
    ordering = ("-draw", "place")
    fields = (
        "action", "place", "prize", "who", "page", "state", "contacted_on", "sent_on", "ended_on",
        "note",
    )  # fmt: skip
    readonly_fields = ("action", "who", "page")
    actions_detail = ("move",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """The protocol of a draw holds the whole list."""
        rows = (
            super()
            .get_queryset(request)
            .select_related("participant", "draw__action__campaign", "prize", "client")
        )
        return rows.defer("draw__protocol")

    @column(gettext_lazy("promo action"))
    def action(self, row: Winner) -> str:
        return str(row.draw.action)

    @column(gettext_lazy("name"))
    def who(self, row: Winner) -> str:
        return row.participant.name or "—"

    @column(gettext_lazy("page"))
    def page(self, row: Winner) -> str:
        return row.participant.page_url or row.participant.external_id or "—"

    @column(gettext_lazy("state"), ordering="state", label=STATE_COLOURS)
    def state_label(self, row: Winner) -> tuple[str, str]:
        return row.state, row.get_state_display()

    @column(gettext_lazy("to be handed over until"), label={"late": "danger", "due": "info"})
    def until(self, row: Winner) -> Any:
        day = row.draw.action.hand_over_until
        if day is None:
            return "due", "—"
        is_open = row.state not in PRIZE_ENDED
        is_late = is_open and day < row.client.day_of(timezone.now())
        return "late" if is_late else "due", day

    def has_move_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        return (
            row is not None
            and row.state in NEXT
            and allows(request, "promotion.change_winner", row)
        )

    @button(
        gettext_lazy("Prize handed over, sent or refused"), path="move", icon="redeem",
        permissions=["move"],
    )  # fmt: skip
    def move(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row: Winner | None = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return move_step(self, request, row)


def move_step(page: Any, request: HttpRequest, winner: Winner) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        heir = move_prize(winner, data.pop("to"), **data, at=timezone.now())
        if heir is not None:
            return _("The prize goes to %(name)s, place %(place)s of the drawn order.") % {
                "name": heir.shown_name, "place": heir.place,
            }  # fmt: skip
        return _("Written down.")

    return Step(
        page, request, winner, title=_("What became of the prize"), submit=_("Write it down"),
        explanation=_(
            "A prize that is refused goes to the next in the drawn order. Where the draw was held"
            " elsewhere, no order is known here: nobody gets it by itself."
        ),
        form=MoveForm(winner, posted(request)), do=do,
    ).respond()  # fmt: skip
