"""One inbox of all that people say: the list with its filters, and the page of an item."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.paginator import InfinitePaginator

from clients.admin.columns import column
from clients.admin.filters import DefaultFilter
from clients.admin.scoped import (
    ClientFilter,
    ScopedAdmin,
    ShowsBeside,
    VisibleFilter,
    allowed_rows,
)
from content.admin.inbox_care import InboxCare
from content.admin.inbox_steps import InboxSteps
from content.inbox_steps import NO_REPLY, set_aside
from content.inbox_thread import earlier_of, thread_of
from content.models import NEGATIVE, ActionState, InboxCategory, InboxItem, InboxState

STATE_COLOURS = {
    InboxState.NEW: "warning",
    InboxState.IN_WORK: "info",
    InboxState.ANSWERED: "success",
    InboxState.CLOSED: "",
}
CATEGORY_COLOURS: dict[Any, str] = {
    **dict.fromkeys(NEGATIVE, "danger"),
    InboxCategory.QUESTION: "info",
    InboxCategory.THANKS: "success",
    "suggested": "",
}
SHOWN_LENGTH = 110


class WaitingFilter(DefaultFilter):
    title = gettext_lazy("state")
    parameter_name = "state"
    default_title = gettext_lazy("waiting for an answer")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*InboxState.choices, ("all", _("all"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "all":
            return queryset
        if self.value() in InboxState.values:
            return queryset.filter(state=self.value())
        return queryset.waiting().filter(needs_reply=True)


class AssigneeFilter(admin.SimpleListFilter):
    title = gettext_lazy("who answers")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("me", _("I")), ("nobody", _("nobody yet"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "me":
            return queryset.filter(assignee=request.user)
        return queryset.filter(assignee=None) if self.value() == "nobody" else queryset


class CategoryFilter(admin.SimpleListFilter):
    """What a person said it is; where nobody has, what is suggested."""

    title = gettext_lazy("what it is")
    parameter_name = "what"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("negative", _("negative")),
            ("unsorted", _("not sorted yet")),
            *InboxCategory.choices,
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value == "negative":
            return queryset.negative() | queryset.filter(category="", suggested__in=NEGATIVE)
        if value == "unsorted":
            return queryset.filter(category="")
        if value in InboxCategory.values:
            return queryset.filter(category=value) | queryset.filter(category="", suggested=value)
        return queryset


@admin.register(InboxItem)
class InboxItemAdmin(InboxCare, InboxSteps, ShowsBeside, ScopedAdmin):
    named_by = ("profile",)
    paginator = InfinitePaginator
    list_display = (
        "what_was_said", "who", "client", "place", "category_label", "state_label", "assignee",
        "received", *InboxCare.care_columns,
    )  # fmt: skip
    list_filter = (
        ClientFilter, WaitingFilter, CategoryFilter, "kind", AssigneeFilter,
        ("profile", VisibleFilter), "profile__network",
    )  # fmt: skip
    list_select_related = ("client", "profile", "assignee")
    # The oldest unanswered first; a click on the column turns it round.
    ordering = ("received_at", "pk")
    search_fields = ("text", "author_name", "client__name")
    fields = (("category", "needs_reply"), ("state", "assignee"), "resolution")
    readonly_fields = ("state", "assignee", "resolution")
    change_form_outer_before_template = "admin/content/inbox_item.html"
    actions = ("mark_thanks", "mark_spam", "take_over", "together")
    actions_list = (*InboxCare.care_list_buttons,)
    actions_detail = (
        "answer", "write_note", "give", "do_on_network", "look", "close_item", "reopen_item",
        *InboxCare.care_buttons,
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        """Of several items at once: opened by an action of the list, so it has no button."""
        view = self.admin_site.admin_view(self.do_together)
        own = path("together/", view, name="content_inboxitem_do_together")
        return [own, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """What networks tell comes by itself."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The head of the page names the client."""
        return self.readonly_fields

    @column(gettext_lazy("what was said"))
    def what_was_said(self, item: InboxItem) -> SafeString:
        words = item.text or (_("(erased)") if item.erased_at else _("(no text)"))
        short = words[:SHOWN_LENGTH] + ("…" if len(words) > SHOWN_LENGTH else "")
        if item.gone_at is None:
            return format_html('<span class="smm-start">{}</span>', short)
        return format_html('<span class="smm-start"><s>{}</s> ({})</span>', short, _("deleted"))

    @column(gettext_lazy("who wrote"), ordering="author_name")
    def who(self, item: InboxItem) -> str:
        return item.author_name or "—"

    @column(gettext_lazy("where"), ordering="profile__title")
    def place(self, item: InboxItem) -> str:
        return f"{item.profile or item.site} · {item.get_kind_display()}"

    @column(gettext_lazy("written"), ordering="received_at")
    def received(self, item: InboxItem) -> str:
        """By the client's clock, as the reply clock beside it."""
        return date_format(item.received_at.astimezone(item.client.zone), "SHORT_DATETIME_FORMAT")

    @column(gettext_lazy("what it is"), ordering="category", label=CATEGORY_COLOURS)
    def category_label(self, item: InboxItem) -> tuple[str, str]:
        if item.category:
            return item.category, item.get_category_display()
        if item.suggested:
            name = item.get_suggested_display()
            return "suggested", _("%(category)s?") % {"category": name}
        return "", "—"

    @column(gettext_lazy("state"), ordering="state", label=STATE_COLOURS)
    def state_label(self, item: InboxItem) -> tuple[str, str]:
        return item.state, item.get_state_display()

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        item: InboxItem = row
        actions = list(item.actions.select_related("by"))
        return {
            **super().beside(request, row),
            "item": item,
            "thread": thread_of(item),
            "notes": item.notes.select_related("by"),
            "network_actions": actions,
            "lost": next((each for each in actions if each.state == ActionState.UNKNOWN), None),
            "earlier": earlier_of(item),
        }

    def save_model(self, request: HttpRequest, obj: InboxItem, form: Any, change: bool) -> None:
        """Thanks and spam need no reply, unless the person said so in the same breath."""
        is_sorted = "category" in form.changed_data and obj.category in NO_REPLY
        if is_sorted and "needs_reply" not in form.changed_data:
            obj.needs_reply = False
        obj.save(update_fields=["category", "needs_reply"])

    # --- Many at once ----------------------------------------------------------------------------

    @admin.action(description=gettext_lazy("These are thanks"), permissions=["change"])
    def mark_thanks(self, request: HttpRequest, queryset: QuerySet[InboxItem]) -> None:
        self._set_aside(request, queryset, InboxCategory.THANKS)

    @admin.action(description=gettext_lazy("This is spam"), permissions=["change"])
    def mark_spam(self, request: HttpRequest, queryset: QuerySet[InboxItem]) -> None:
        self._set_aside(request, queryset, InboxCategory.SPAM)

    def _set_aside(self, request: HttpRequest, rows: Any, category: str) -> None:
        own = allowed_rows(request, rows, "content.change_inboxitem")
        count = set_aside(own, category, at=timezone.now())
        words = ngettext("%(count)d item was closed.", "%(count)d items were closed.", count)
        messages.success(request, words % {"count": count})

    @admin.action(description=gettext_lazy("Give to somebody or close…"), permissions=["change"])
    def together(self, request: HttpRequest, queryset: QuerySet[InboxItem]) -> HttpResponse:
        own = allowed_rows(request, queryset, "content.change_inboxitem")
        ids = ",".join(str(pk) for pk in own.values_list("pk", flat=True)[:200])
        address = reverse("admin:content_inboxitem_do_together")
        return HttpResponseRedirect(f"{address}?ids={ids}")

    @admin.action(description=gettext_lazy("I answer these"), permissions=["change"])
    def take_over(self, request: HttpRequest, queryset: QuerySet[InboxItem]) -> None:
        own = allowed_rows(request, queryset, "content.change_inboxitem")
        count = self.give_each(request, own, request.user)
        words = ngettext("%(count)d item is yours.", "%(count)d items are yours.", count)
        messages.success(request, words % {"count": count})
