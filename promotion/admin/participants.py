"""Staff's door to who takes part in a promo action."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.columns import button, column
from clients.admin.form_page import Step, posted, text_field
from clients.admin.scoped import ClientFilter, ReadOnly, ScopedAdmin, VisibleFilter, allows
from promotion.admin.draw_steps import person
from promotion.models import Draw, Participant
from promotion.participants import exclude, take_back_in


class ExclusionForm(forms.Form):
    reason = text_field(gettext_lazy("Why"), max_length=300)


@admin.register(Participant)
class ParticipantAdmin(ReadOnly, ScopedAdmin):
    """Taken from files and never typed over; the encrypted columns cannot be searched."""

    list_display = ("numbered", "shown_name", "page", "action", "client", "entered_at", "standing")
    list_filter = (
        ClientFilter,
        ("action", VisibleFilter),
        ("excluded_at", admin.EmptyFieldListFilter),
    )
    list_select_related = ("action__campaign", "client")
    search_fields = ("=mark", "action__campaign__title")
    ordering = ("-action", "number")
    list_per_page = 100
    fields = (
        "action", "number", "mark", "external_id", "name", "page_url", "entered_at", "added_at",
        "excluded_at", "excluded_by", "excluded_reason",
    )  # fmt: skip
    actions_detail = ("exclude_one", "take_back")

    @column("№", ordering="number")
    def numbered(self, row: Participant) -> str:
        return str(row)

    @column(gettext_lazy("name"))
    def shown_name(self, row: Participant) -> str:
        return row.name or "—"

    @column(gettext_lazy("page"))
    def page(self, row: Participant) -> str:
        return row.page_url or row.external_id or "—"

    @column(gettext_lazy("state"), label={"out": "danger", "in": "success"})
    def standing(self, row: Participant) -> tuple[str, str]:
        if row.excluded_at is not None:
            return "out", _("excluded: %(reason)s") % {"reason": row.excluded_reason}
        return "in", _("in the list")

    def found(self, request: HttpRequest, object_id: str) -> Participant:
        row: Participant | None = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return row

    def may(self, request: HttpRequest, obj: Any, *, excluded: bool) -> bool:
        row = self.row_of(request, obj)
        return (
            row is not None
            and (row.excluded_at is not None) == excluded
            and allows(request, "promotion.change_participant", row)
            and not Draw.objects.filter(action=row.action_id).exists()
        )

    def has_exclude_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, obj, excluded=False)

    def has_take_back_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, obj, excluded=True)

    @button(gettext_lazy("Exclude"), path="exclude", icon="person_off", permissions=["exclude"])
    def exclude_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.found(request, object_id)

        def do(data: dict[str, Any]) -> str:
            exclude(row, reason=data["reason"], by=person(request), at=timezone.now())
            return _("The participant is excluded and stays so, whatever file comes.")

        return Step(
            self, request, row, title=_("Exclude a participant"), submit=_("Exclude"),
            explanation=_("Before the list is sealed only. The reason stays in the list."),
            form=ExclusionForm(posted(request)), do=do, back=list_of(row),
        ).respond()  # fmt: skip

    @button(gettext_lazy("Take back in"), path="take-back", icon="undo", permissions=["take_back"])
    def take_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.found(request, object_id)

        def do(data: dict[str, Any]) -> str:
            take_back_in(row)
            return _("The participant is in the list again.")

        return Step(
            self, request, row, title=_("Take back in"), submit=_("Take back in"),
            explanation=_("Excluded because: %(reason)s") % {"reason": row.excluded_reason},
            form=forms.Form(posted(request)), do=do, back=list_of(row),
        ).respond()  # fmt: skip


def list_of(row: Participant) -> str:
    address = reverse("admin:promotion_participant_changelist")
    return f"{address}?action__id__exact={row.action_id}"
