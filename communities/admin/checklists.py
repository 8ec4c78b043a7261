"""Staff's door to set-up items, and directors' to the lists that they are copied from."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminURLInputWidget

from clients.admin.columns import button, column
from clients.admin.filters import DefaultFilter
from clients.admin.form_page import Step, page_of, posted, text_field
from clients.admin.scoped import ClientFilter, ReadOnly, ScopedAdmin, ScopedTabular, VisibleFilter
from communities.admin.files import file_url
from communities.admin.life_steps import person
from communities.admin.links import outside_link
from communities.checklist import settle
from communities.files import read_upload, store_file
from communities.finding_words import finding_words
from communities.models import (
    ChecklistChange,
    ChecklistItem,
    ChecklistTemplateItem,
    ItemState,
)

ITEM_COLOURS = {
    ItemState.OPEN: "info",
    ItemState.DONE: "success",
    ItemState.NOT_NEEDED: "warning",
}


class WaitingFilter(DefaultFilter):
    """Items that are still to be done, unless somebody asks for the rest."""

    title = gettext_lazy("due")
    parameter_name = "due"
    default_title = gettext_lazy("Open")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("overdue", _("Overdue")), ("mine", _("Mine")), ("all", _("All"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows: Any = queryset
        if self.value() == "all":
            return queryset
        if self.value() == "overdue":
            found: QuerySet[Any] = rows.overdue(on=timezone.localdate())
            return found
        waiting: QuerySet[Any] = rows.waiting()
        return waiting.filter(owner=request.user) if self.value() == "mine" else waiting


class ChecklistChangeInline(ReadOnly, ScopedTabular):
    model = ChecklistChange
    fields = ("changed_at", "old", "new", "changed_by", "note")
    tab = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("changed_by")


class DoneForm(forms.Form):
    """Both may be left out: not everything can be shown."""

    evidence_url = forms.URLField(
        label=gettext_lazy("Evidence: link"),
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget(),
    )
    evidence_file = forms.FileField(
        label=gettext_lazy("Evidence: file"),
        required=False,
        widget=UnfoldAdminFileFieldWidget(),
        help_text=gettext_lazy("A picture or a PDF."),
    )

    def clean_evidence_file(self) -> Any:
        file = self.cleaned_data["evidence_file"]
        return read_upload(file) if file else None


class NotNeededForm(forms.Form):
    reason = text_field(gettext_lazy("Why it is not needed"), max_length=300)


class ReopenForm(forms.Form):
    reason = text_field(gettext_lazy("Why it is open again"), required=False, max_length=300)


@admin.register(ChecklistItem)
class ChecklistItemAdmin(ScopedAdmin):
    list_display = ("title_text", "client", "community", "side", "owner", "due_on", "state_label")
    list_filter = (WaitingFilter, ClientFilter, ("owner", VisibleFilter), "side")
    list_select_related = ("client", "community__profile", "owner", "evidence_file")
    search_fields = ("title_en", "title_ru", "community__profile__title", "client__name")
    ordering = ("due_on", "position")
    fields = (
        ("title_text", "community"), "hint_text", ("owner", "due_on"), "side",
        ("state", "done_at", "done_by"), "reason", ("evidence_url", "evidence"), "found_text",
    )  # fmt: skip
    readonly_fields = (
        "title_text", "community", "hint_text", "state", "done_at", "done_by", "reason",
        "evidence_url", "evidence", "found_text",
    )  # fmt: skip
    inlines = (ChecklistChangeInline,)
    actions_detail = ("tick", "leave_out", "reopen")

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).select_related(*self.list_select_related)
        return rows.defer("evidence_file__content")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Items come from the list of their network."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What is not needed is said to be so, with the reason."""
        return False

    @column(gettext_lazy("what is to be done"), ordering="position")
    def title_text(self, item: ChecklistItem) -> str:
        return item.title

    @column(gettext_lazy("hint"))
    def hint_text(self, item: ChecklistItem) -> str:
        return item.hint or "—"

    @column(gettext_lazy("state"), ordering="state", label=ITEM_COLOURS)
    def state_label(self, item: ChecklistItem) -> tuple[str, str]:
        return item.state, item.get_state_display()

    @column(gettext_lazy("evidence: file"))
    def evidence(self, item: ChecklistItem) -> SafeString | str:
        file = item.evidence_file
        return outside_link(file_url(file.pk), file.name) if file else "—"

    @column(gettext_lazy("what the network says"))
    def found_text(self, item: ChecklistItem) -> str:
        return finding_words(item) or "—"

    # --- Buttons ---------------------------------------------------------------------------------

    def is_in(self, request: HttpRequest, obj: Any, *states: str) -> bool:
        row = self.row_of(request, obj)
        return row is not None and row.state in states and self.has_change_permission(request, row)

    def has_settle_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_in(request, obj, ItemState.OPEN)

    def has_reopen_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_in(request, obj, ItemState.DONE, ItemState.NOT_NEEDED)

    def found(self, request: HttpRequest, object_id: str) -> ChecklistItem:
        item: ChecklistItem | None = self.get_object(request, object_id)
        if item is None:
            raise Http404
        return item

    @button(gettext_lazy("Done"), path="done", icon="check", permissions=["settle"])
    def tick(self, request: HttpRequest, object_id: str) -> HttpResponse:
        item = self.found(request, object_id)
        form = DoneForm(posted(request), request.FILES or None)

        def do(data: dict[str, Any]) -> str:
            by = person(request)
            upload = data["evidence_file"]
            file = store_file(item.client, upload, by=by) if upload else None
            settle(
                item, to=ItemState.DONE, by=by, at=timezone.now(),
                evidence_url=data["evidence_url"], evidence_file=file,
            )  # fmt: skip
            return _("“%(item)s” is done.") % {"item": item.title}

        return self.step(request, item, title=_("Done"), form=form, do=do)

    @button(gettext_lazy("Not needed"), path="not-needed", icon="block", permissions=["settle"])
    def leave_out(self, request: HttpRequest, object_id: str) -> HttpResponse:
        item = self.found(request, object_id)

        def do(data: dict[str, Any]) -> str:
            settle(item, to=ItemState.NOT_NEEDED, by=person(request), at=timezone.now(), **data)
            return _("“%(item)s” is not needed.") % {"item": item.title}

        form = NotNeededForm(posted(request))
        return self.step(request, item, title=_("Not needed"), form=form, do=do)

    @button(gettext_lazy("Open again"), path="reopen", icon="undo", permissions=["reopen"])
    def reopen(self, request: HttpRequest, object_id: str) -> HttpResponse:
        item = self.found(request, object_id)

        def do(data: dict[str, Any]) -> str:
            settle(item, to=ItemState.OPEN, by=person(request), at=timezone.now(), **data)
            return _("“%(item)s” is open again.") % {"item": item.title}

        form = ReopenForm(posted(request))
        return self.step(request, item, title=_("Open again"), form=form, do=do)

    def step(self, request: HttpRequest, item: ChecklistItem, **kwargs: Any) -> HttpResponse:
        """Back to the community, where the rest of the list stands."""
        words = [item.title, item.hint, finding_words(item)]
        explanation = "\n".join(filter(None, words))
        back = page_of(item.community)
        return Step(
            self, request, item.community, submit=kwargs["title"], explanation=explanation,
            back=back, **kwargs,
        ).respond()  # fmt: skip


@admin.register(ChecklistTemplateItem)
class ChecklistTemplateItemAdmin(ScopedAdmin):
    """Directors edit the lists. A line that is not wanted is switched off: it would come back."""

    list_display = ("title_text", "network_name", "side", "days", "check_code", "is_active")
    list_filter = ("network", "is_active")
    search_fields = ("title_en", "title_ru", "code")
    list_editable = ("days", "is_active")
    fields = (
        ("network", "code"), ("position", "days", "side"), ("title_en", "title_ru"),
        ("hint_en", "hint_ru"), ("check_code", "is_active"),
    )  # fmt: skip

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "network", "code") if obj else fields

    @column(gettext_lazy("what is to be done"), ordering="position")
    def title_text(self, line: ChecklistTemplateItem) -> str:
        return line.title

    @column(gettext_lazy("network"), ordering="network")
    def network_name(self, line: ChecklistTemplateItem) -> str:
        return line.get_network_display() if line.network else _("all others")
