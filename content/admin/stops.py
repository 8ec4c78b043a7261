"""Staff's door to stops: what stands, what it holds, and what waits for a decision afterwards."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.enums import ActionVariant

from clients.admin.columns import button, column
from clients.admin.scoped import ReadOnly, ScopedAdmin, ShowsBeside
from clients.rights import clients_where
from content.admin import stop_steps as steps
from content.admin.incident_steps import person
from content.models import Publication, Stop
from content.stops import held, may_stop, missed, what_is_stopped

STANDS, ENDED = "stands", "ended"
COLOURS = {STANDS: "danger", ENDED: "info"}
SHOWN = 20


class StandingFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "stands"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", pgettext_lazy("stop", "standing"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.standing(at=timezone.now()) if self.value() else queryset


@admin.register(Stop)
class StopAdmin(ReadOnly, ShowsBeside, ScopedAdmin):
    """Put up and lifted by its buttons only; a stop that was is history."""

    list_display = (
        "what", "reason", "state_label", "began_at", "began_by", "ends_at", "lifted_at",
    )  # fmt: skip
    list_filter = (StandingFilter, "scope")
    list_select_related = ("client", "community__profile__client", "began_by")
    search_fields = ("reason", "client__name")
    fields = (
        "reason", ("scope", "client"), ("community", "country"), ("began_at", "began_by"),
        ("ends_at", "incident"), ("lifted_at", "lifted_by"),
    )  # fmt: skip
    change_form_outer_before_template = "admin/content/stop.html"
    actions_list = ("begin",)
    actions_detail = ("lift",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Wide stops are everybody's matter."""
        rows = Stop.objects.visible_to(request.user)
        return rows.select_related("client", "community__profile__client", "incident")

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {**super().beside(request, row), **self.held_context(request, row)}

    def held_context(self, request: HttpRequest, stop: Stop) -> dict[str, Any]:
        """Of what the stop holds, what the person may see; pages above add the running ads."""
        stands = is_standing(stop)
        waiting = self.mine(request, held(stop)) if stands else Publication.objects.none()
        missing = self.mine(request, missed(stop)) if stop.pk else Publication.objects.none()
        return {
            "stop": stop,
            "stands": stands,
            "held": list(waiting[:SHOWN]),
            "held_count": waiting.count(),
            "missed": [MissedLine(row) for row in missing[: SHOWN * 5]],
        }

    def mine(self, request: HttpRequest, rows: Any) -> Any:
        return rows.visible_to(request.user).select_related("post", "client", "community__profile")

    @column(gettext_lazy("what is stopped"), ordering="scope")
    def what(self, row: Stop) -> str:
        return what_is_stopped(row)

    @column(gettext_lazy("state"), label=COLOURS)
    def state_label(self, row: Stop) -> tuple[str, Any]:
        if is_standing(row):
            return STANDS, pgettext_lazy("stop", "standing")
        return ENDED, pgettext_lazy("stop", "over")

    def has_begin_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user = person(request)
        return user.has_perm("content.add_stop") and (
            user.sees_all_clients or clients_where(user, "content.add_stop").exists()
        )

    def has_lift_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        return row is not None and is_standing(row) and may_stop(person(request), row)

    @button(
        gettext_lazy("Stop publications"), path="begin", icon="block", permissions=["begin"],
        variant=ActionVariant.DANGER,
    )  # fmt: skip
    def begin(self, request: HttpRequest) -> HttpResponse:
        if not self.has_begin_permission(request):
            raise PermissionDenied
        return steps.begin_step(self, request)

    @button(
        gettext_lazy("Lift the stop"), path="lift", icon="play_arrow", permissions=["lift"],
        variant=ActionVariant.PRIMARY,
    )  # fmt: skip
    def lift(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return steps.lift_step(self, request, row)


def is_standing(stop: Stop) -> bool:
    """One that is looked at before it is put up stands already, as it were."""
    now = timezone.now()
    return stop.lifted_at is None and (stop.ends_at is None or stop.ends_at > now)


class MissedLine:
    """A post that waits for a decision, with the pages on which it is made."""

    STEPS = {"send_it": "send_url", "new_time": "time_url", "cancel_it": "cancel_url"}

    def __init__(self, row: Publication) -> None:
        self.row = row
        for step, name in self.STEPS.items():
            setattr(self, name, publication_url(step, row))


def publication_url(step: str, row: Publication) -> str:
    return reverse(f"admin:content_publication_{step}", args=[row.pk])
