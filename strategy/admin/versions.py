"""The page of a strategy version: its parts in tabs, its approval and its papers in buttons."""

import datetime as dt
import io
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from clients.admin.columns import button, column
from clients.admin.form_page import (
    Step,
    date_field,
    page_of,
    posted,
    select_field,
    text_field,
)
from clients.admin.scoped import ClientFilter, ScopedAdmin, ScopedForm, ShowsBeside, allows
from strategy.admin.approval_steps import ApprovalSteps
from strategy.admin.frozen import Frozen, NamesItsVersion
from strategy.admin.goals import GoalInline
from strategy.admin.grid import grid_page
from strategy.admin.parts import (
    BudgetInline,
    PositioningInline,
    RhythmInline,
    RubricInline,
    RulesInline,
    SectionInline,
    SegmentInline,
)
from strategy.admin.targets import TargetInline, save_targets
from strategy.approval_checks import find_problems
from strategy.changes import changes_between
from strategy.industries import Start
from strategy.models import KpiTarget, StrategyVersion, VersionState
from strategy.starting import start_strategy
from strategy.versions import next_version

STATE_COLOURS = {
    VersionState.DRAFT: "info",
    VersionState.ON_APPROVAL: "primary",
    VersionState.APPROVED: "success",
    VersionState.SUPERSEDED: "warning",
}


class NextVersionForm(forms.Form):
    starts_on = date_field(gettext_lazy("From"))
    ends_on = date_field(
        gettext_lazy("To"),
        required=False,
        help_text=gettext_lazy("Empty: to the end of this version."),
    )
    cause = text_field(gettext_lazy("Why it is made"), max_length=300, required=False)


class VersionForm(ScopedForm):
    class Meta:
        widgets = {
            "summary": UnfoldAdminTextareaWidget({"rows": 4}),
            "cause": UnfoldAdminTextareaWidget({"rows": 3}),
        }

    def _get_validation_exclusions(self) -> set[str]:
        # The rule that versions never overlap reads the state, which the form does not have;
        # Django cannot check a rule whose condition names a field that it leaves out.
        exclusions: set[str] = super()._get_validation_exclusions()  # type: ignore[misc] # not in the stubs
        return exclusions - {"state"}


class NewVersionForm(VersionForm):
    start_from = select_field(
        gettext_lazy("Start from"),
        choices=Start.choices,
        initial=Start.EMPTY,
        required=False,
        help_text=gettext_lazy(
            "In the client's language. What only you can know stands in brackets; the months of"
            " the targets stay empty."
        ),
    )


@admin.register(StrategyVersion)
class StrategyVersionAdmin(ApprovalSteps, NamesItsVersion, Frozen, ShowsBeside, ScopedAdmin):
    form = VersionForm
    named_by = ("client",)
    ordering = ("client__name", "-number")
    list_display = ("name", "client", "state_label", "starts_on", "ends_on", "targets_count")
    list_filter = (ClientFilter, "state")
    list_select_related = ("client",)
    search_fields = ("title", "client__name")
    fields = (
        ("client", "engagement"), "title", "summary", ("starts_on", "ends_on"), "cause",
        ("state", "checked"), ("client_word", "papers"),
    )  # fmt: skip
    first_fields = (
        ("client", "engagement"), "title", "start_from", ("starts_on", "ends_on"), "summary",
        "cause",
    )  # fmt: skip
    readonly_fields = ("state", "checked", "client_word", "papers")
    inlines = (
        SectionInline, GoalInline, TargetInline, SegmentInline, PositioningInline, RubricInline,
        RhythmInline, RulesInline, BudgetInline,
    )  # fmt: skip
    actions_detail = (
        *ApprovalSteps.approval_buttons,
        "edit_grid",
        {
            "title": gettext_lazy("More"),
            "icon": "more_horiz",
            "items": ["show_changes", "take_version_back", "start_next_version"],
        },
    )
    change_form_outer_before_template = "admin/strategy/version.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(targets_count=Count("targets"))

    @column(gettext_lazy("version"), ordering="number")
    def name(self, version: StrategyVersion) -> str:
        return f"v{version.number} · {version.title}"

    @column(gettext_lazy("state"), ordering="state", label=STATE_COLOURS)
    def state_label(self, version: StrategyVersion) -> tuple[str, str]:
        return version.state, version.get_state_display()

    @column(gettext_lazy("approved inside the agency"))
    def checked(self, version: StrategyVersion) -> str:
        if version.checked_at is None:
            return "—"
        return f"{version.checked_by}, {date_format(version.client.day_of(version.checked_at))}"

    @column(gettext_lazy("the client's word"))
    def client_word(self, version: StrategyVersion) -> str:
        if version.client_said_on is None:
            return "—"
        channel = version.get_client_channel_display()
        return f"{version.client_said_by}, {date_format(version.client_said_on)} ({channel})"

    @column(gettext_lazy("papers"))
    def papers(self, version: StrategyVersion) -> Any:
        links = (
            (reverse("admin:strategy_strategyversion_document", args=[version.pk, paper.kind]),
             paper.file_name, paper.get_kind_display())
            for paper in version.documents.defer("content")
        )  # fmt: skip
        shown = format_html_join(mark_safe("<br>"), '<a href="{}">{}</a> · {}', links)
        return shown or "—"

    @column(gettext_lazy("targets"), ordering="targets_count")
    def targets_count(self, version: Any) -> int:
        return int(version.targets_count)

    def has_continue_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        is_approved = row is None or row.state == VersionState.APPROVED
        return is_approved and allows(request, self.right("add"), row)

    def save_model(
        self, request: HttpRequest, obj: StrategyVersion, form: Any, change: bool
    ) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        draft = start_strategy(
            obj.client,
            template=form.cleaned_data["start_from"] or Start.EMPTY,
            language=obj.client.language,
            engagement=obj.engagement,
            title=obj.title,
            summary=obj.summary,
            starts_on=obj.starts_on,
            ends_on=obj.ends_on,
            cause=obj.cause,
            by=request.user,  # type: ignore[arg-type] # staff
        )
        # The form's row goes on as the one that was numbered under the lock.
        obj.__dict__.update(draft.__dict__)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> Any:
        """Straight to the draft: there is everything to fill in."""
        return HttpResponseRedirect(page_of(obj))

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """A draft is numbered first, then filled in."""
        return self.inlines if obj is not None else ()

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewVersionForm
        return super().get_form(request, obj, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What there is to say of a new one; the rest comes with its approval."""
        return self.fields if obj is not None else self.first_fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_readonly_fields(request, obj) if obj is not None else ()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is KpiTarget:
            save_targets(formset, by=request.user)

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """What a draft lacks before it can be sent."""
        if row.state != VersionState.DRAFT:
            return {"missing": []}
        return {"missing": find_problems(row, by=None, on=row.client.today())}

    def get_urls(self) -> Any:
        address = path(
            "<path:object_id>/documents/<str:kind>/",
            self.admin_site.admin_view(self.document),
            name="strategy_strategyversion_document",
        )
        return [address, *super().get_urls()]

    def document(self, request: HttpRequest, object_id: str, kind: str) -> FileResponse:
        """A paper of the version, as it was kept."""
        version = self.version_or_404(request, object_id)
        if not allows(request, "strategy.view_versiondocument", version):
            raise PermissionDenied
        paper = get_object_or_404(version.documents, kind=kind)
        return FileResponse(
            io.BytesIO(bytes(paper.content)),
            as_attachment=True,
            filename=paper.file_name,
            content_type=paper.content_type,
        )

    @button(
        gettext_lazy("Start the next version"),
        path="next",
        icon="fork_right",
        permissions=["continue"],
    )
    def start_next_version(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = self.version_or_404(request, object_id)
        tomorrow = version.client.today() + dt.timedelta(days=1)

        def do(data: dict[str, Any]) -> str:
            draft = next_version(version, by=request.user, **data)  # type: ignore[arg-type] # staff
            step.back = page_of(draft)
            return _("Draft %(number)s is made from this version.") % {"number": draft.number}

        step = Step(
            self,
            request,
            version,
            title=_("Start the next version"),
            submit=_("Make the draft"),
            explanation=_("All that stands in this version is copied, and the months to come."),
            form=NextVersionForm(posted(request), initial={"starts_on": tomorrow}),
            do=do,
        )
        return step.respond()

    @button(
        gettext_lazy("Content plan grid"),
        path="grid",
        icon="calendar_view_week",
        permissions=["view"],
    )
    def edit_grid(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return grid_page(self, request, self.version_or_404(request, object_id))

    @button(
        gettext_lazy("What changed"),
        path="changes",
        icon="difference",
        permissions=["compare"],
    )
    def show_changes(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = self.version_or_404(request, object_id)
        if version.previous is None:
            raise Http404
        return TemplateResponse(
            request,
            "admin/strategy/changes.html",
            {
                **self.admin_site.each_context(request),
                "title": _("What changed"),
                "subtitle": str(version),
                "opts": self.opts,
                "version": version,
                "groups": changes_between(version.previous, version),
                "causes": self.causes(version),
                "back": page_of(version),
            },
        )

    def causes(self, version: StrategyVersion) -> list[tuple[str, str]]:
        """What made this version necessary, as (address, words); upper floors know more."""
        return []

    def has_compare_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        return row is None or (
            row.previous_id is not None and self.has_view_permission(request, row)
        )

    def version_or_404(self, request: HttpRequest, object_id: str) -> StrategyVersion:
        version: StrategyVersion | None = self.get_object(request, object_id)
        if version is None:
            raise Http404
        return version
