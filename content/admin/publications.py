"""Staff's door to publications: what needs a person first, and each with its attempts."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from unfold.enums import ActionVariant

from clients.admin.columns import button, column
from clients.admin.scoped import (
    ClientFilter,
    ReadOnly,
    ScopedAdmin,
    ScopedTabular,
    ShowsBeside,
    VisibleFilter,
    allows,
)
from communities.admin.links import outside_link
from communities.networks.publishing import publisher_for
from content.admin import publication_steps as steps
from content.admin.publication_panel import archive_of, panel_of
from content.admin.several_decisions import decide_page
from content.by_hand import TELLABLE
from content.missed import DECIDABLE
from content.models import NativeMatch, Publication, PublicationAttempt, PublicationState
from content.standing_of_publications import NEEDS_PERSON
from content.text_here import MENDABLE
from content.wall_matches import WAITING
from content.workflow import why_frozen

S = PublicationState
COLOURS = {
    S.PLANNED: "info", S.DUE: "info", S.CLAIMED: "info", S.SENDING: "info", S.PLACED: "info",
    S.SENT: "success", S.FAILED: "danger", S.UNKNOWN: "danger", S.BY_HAND: "warning",
    S.MISSED: "warning", S.CANCELLED: "",
}  # fmt: skip


class WhoseFilter(admin.SimpleListFilter):
    title = gettext_lazy("what it waits for")
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("person", gettext_lazy("a person")),
            ("matches", gettext_lazy("an answer: found on the network?")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "person":
            return queryset.filter(NEEDS_PERSON)
        if self.value() == "matches":
            return queryset.filter(
                state__in=WAITING, matches__state=NativeMatch.State.SUGGESTED
            ).distinct()
        return queryset


class AttemptInline(ReadOnly, ScopedTabular):
    model = PublicationAttempt
    fields = ("began_at", "ended_at", "outcome", "message", "by")
    tab = False
    verbose_name_plural = gettext_lazy("What happened")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("by")


@admin.register(Publication)
class PublicationAdmin(ReadOnly, ShowsBeside, ScopedAdmin):
    named_by = ("post", "community__profile")
    change_form_outer_before_template = "admin/content/publication_panel.html"
    list_display = (
        "post", "client", "place", "planned_at", "state_label", "trouble", "sent_at", "address",
    )  # fmt: skip
    list_filter = (
        WhoseFilter,
        ClientFilter,
        "state",
        ("community", VisibleFilter),
        "community__profile__network",
        "planned_at",
    )
    list_select_related = ("client", "post", "community__profile")
    search_fields = ("post__title", "text", "external_id")
    fields = (
        ("post", "community"),
        ("planned_at", "next_try_at", "sent_at"),
        ("state", "attempts"),
        ("failure", "warning"),
        ("address",),
    )
    readonly_fields = ("address",)
    inlines = (AttemptInline,)
    actions = ("decide_several",)
    actions_detail = (
        "tell_it", "send_it", "mend_text", "plan_it_again", "look_at_matches", "look_again",
        {
            "title": gettext_lazy("Else"),
            "icon": "more_horiz",
            "items": ["new_time", "leave_it", "cancel_it"],
        },
    )  # fmt: skip

    def get_ordering(self, request: HttpRequest) -> Any:
        """What needs a person first, then what is to come, the next one first, then the rest."""
        over = Q(state__in=(PublicationState.SENT, PublicationState.CANCELLED))
        rank = Case(
            When(NEEDS_PERSON, then=Value(0)),
            When(over, then=Value(2)),
            default=Value(1),
            output_field=IntegerField(),
        )
        coming = Case(When(~over, then=F("planned_at")))
        return (rank.asc(), coming.asc(), "-planned_at", "pk")

    def get_urls(self) -> Any:
        archive = path(
            "<int:publication_id>/files/",
            self.admin_site.admin_view(self.archive),
            name="content_publication_archive",
        )
        return [archive, *super().get_urls()]

    def archive(self, request: HttpRequest, publication_id: int) -> HttpResponse:
        row = self.found(request, str(publication_id))
        if not allows(request, "content.view_publication", row):
            raise PermissionDenied
        return archive_of(row)

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {**super().beside(request, row), **panel_of(row)}

    @column(gettext_lazy("community"), ordering="community__profile__title")
    def place(self, row: Publication) -> str:
        return str(row.community)

    @column(gettext_lazy("state"), ordering="state", label=COLOURS)
    def state_label(self, row: Publication) -> tuple[str, str]:
        return row.state, row.get_state_display()

    @column(gettext_lazy("what went wrong"))
    def trouble(self, row: Publication) -> str:
        return row.failure or row.warning

    @column(gettext_lazy("address"))
    def address(self, row: Publication) -> SafeString | str:
        return outside_link(row.url, row.url.removeprefix("https://")) or "—"

    # --- Buttons ---------------------------------------------------------------------------------

    def found(self, request: HttpRequest, object_id: str) -> Publication:
        row: Publication | None = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return row

    def may(self, request: HttpRequest, obj: Any, fits: Callable[[Publication], bool]) -> bool:
        row = self.row_of(request, obj)
        return row is None or (fits(row) and allows(request, "content.change_publication", row))

    def has_tell_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, obj, lambda row: row.state in TELLABLE)

    def has_send_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        def fits(row: Publication) -> bool:
            by_program = publisher_for(row.community.profile.network) is not None
            return by_program and row.state in DECIDABLE - {S.BY_HAND}

        return self.may(request, obj, fits)

    def has_decide_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, obj, lambda row: row.state in DECIDABLE)

    def has_text_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        may_approve = row is None or allows(request, "content.approve_post", row)
        return may_approve and self.may(request, obj, lambda row: row.state in MENDABLE)

    def has_plan_again_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(
            request, obj, lambda row: row.state == S.CANCELLED and not why_frozen(row.post)
        )

    def has_match_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(
            request, obj, lambda row: row.state in WAITING and bool(steps.suggestions(row))
        )

    def has_look_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        def fits(row: Publication) -> bool:
            publisher = publisher_for(row.community.profile.network)
            can_look = publisher is not None and publisher.can_look_up
            return can_look and row.state == S.UNKNOWN and row.next_try_at is None

        return self.may(request, obj, fits)

    def has_leave_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, obj, lambda row: row.state == S.UNKNOWN)

    @button(
        gettext_lazy("It is there"), path="there", icon="link", permissions=["view", "tell"],
        variant=ActionVariant.PRIMARY,
    )  # fmt: skip
    def tell_it(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return steps.address_step(self, request, self.found(request, object_id))

    @button(gettext_lazy("Publish now"), path="send", icon="send", permissions=["view", "send"])
    def send_it(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return steps.send_step(self, request, self.found(request, object_id))

    @button(gettext_lazy("Text here"), path="text", icon="edit", permissions=["view", "text"])
    def mend_text(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return steps.text_step(self, request, self.found(request, object_id))

    @button(
        gettext_lazy("Plan it again"), path="plan", icon="event_repeat",
        permissions=["view", "plan_again"],
    )  # fmt: skip
    def plan_it_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return steps.plan_again_step(self, request, self.found(request, object_id))

    @button(
        gettext_lazy("Found on the network"), path="found", icon="travel_explore",
        permissions=["view", "match"],
    )  # fmt: skip
    def look_at_matches(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return steps.match_step(self, request, self.found(request, object_id))

    @button(gettext_lazy("Look again"), path="look", icon="search", permissions=["view", "look"])
    def look_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return steps.look_step(self, request, self.found(request, object_id))

    @button(gettext_lazy("New time"), path="time", icon="event", permissions=["view", "decide"])
    def new_time(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return steps.time_step(self, request, self.found(request, object_id))

    @button(
        gettext_lazy("Leave it as it is"), path="leave", icon="pause",
        permissions=["view", "leave"],
    )  # fmt: skip
    def leave_it(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return steps.leave_step(self, request, self.found(request, object_id))

    @button(
        gettext_lazy("Cancel the publication"), path="cancel", icon="cancel",
        permissions=["view", "decide"],
    )  # fmt: skip
    def cancel_it(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return steps.cancel_step(self, request, self.found(request, object_id))

    @admin.action(description=gettext_lazy("Decide about the chosen ones"))
    def decide_several(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return decide_page(self, request, queryset)
