"""KPI reviews: what they stand on, what was learnt, what changes; closed once, then published."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.enums import ActionVariant

from clients.admin.columns import button, column
from clients.admin.filters import DefaultFilter
from clients.admin.form_page import Step, date_field, page_of, posted, text_field
from clients.admin.scoped import ClientFilter, ReadOnly, ScopedAdmin, ShowsBeside, allows
from kpi.models import KpiReview
from kpi.review_figures import figures_of, happened_in
from kpi.review_words import figure_lines, happened_lines
from kpi.reviews import close_review, correct_by_review, publish_review

STATE_COLOURS = {"overdue": "danger", "due": "warning", "closed": "success"}


class WaitingReviews(DefaultFilter):
    """Reviews that wait for somebody unless the past is asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"
    default_title = gettext_lazy("Waiting for somebody")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("closed", _("closed")), ("all", _("All"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "all":
            return queryset
        return queryset.filter(closed_at__isnull=self.value() != "closed")


class CloseForm(forms.Form):
    learnt = text_field(gettext_lazy("What was learnt"), rows=5)
    changes = text_field(gettext_lazy("What changes"), rows=5)


class CorrectForm(forms.Form):
    starts_on = date_field(
        gettext_lazy("From"),
        required=False,
        help_text=gettext_lazy("Empty: from tomorrow."),
    )


class PublishReviewForm(forms.Form):
    client_text = text_field(
        gettext_lazy("Text for the client"),
        rows=6,
        help_text=gettext_lazy("Shown with plan and fact; flags and decisions stay with us."),
    )


@admin.register(KpiReview)
class KpiReviewAdmin(ReadOnly, ShowsBeside, ScopedAdmin):
    list_display = (
        "period", "client", "engagement_title", "state_label", "due_on", "closed_by",
        "is_published",
    )  # fmt: skip
    list_filter = (ClientFilter, WaitingReviews)
    fields = (
        ("client", "period"), ("state", "due_on"), "learnt", "changes", "client_text",
        ("closed_by", "is_published", "next_version"),
    )  # fmt: skip
    readonly_fields = ("period", "state", "next_version")
    change_form_after_template = "admin/kpi/review.html"
    actions_detail = ("close", "publish", "correct")

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("client", "engagement", "closed_by", "next_version__client")
        return super().get_queryset(request).select_related(*related)

    @column(gettext_lazy("period"), ordering="starts_on")
    def period(self, review: KpiReview) -> str:
        return f"{date_format(review.starts_on)} – {date_format(review.ends_on)}"

    @column(gettext_lazy("engagement"))
    def engagement_title(self, review: KpiReview) -> str:
        return review.engagement.title

    @column(gettext_lazy("state"), label=STATE_COLOURS)
    def state_label(self, review: KpiReview) -> tuple[str, str]:
        if review.closed_at:
            return "closed", _("closed")
        is_overdue = review.due_on < timezone.localdate()
        return ("overdue", _("overdue")) if is_overdue else ("due", _("to be held"))

    @column(gettext_lazy("state"))
    def state(self, review: KpiReview) -> str:
        """In words alone: only a list colours its labels."""
        return self.state_label(review)[1]

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Frozen once the review is closed, live before."""
        review: KpiReview = row
        is_closed = review.closed_at is not None
        return {
            "figures": figure_lines(review.figures if is_closed else figures_of(review)),
            "happened": happened_lines(review.happened if is_closed else happened_in(review)),
            "is_closed": is_closed,
        }

    def has_close_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        is_waiting = row is None or row.closed_at is None
        return is_waiting and allows(request, "kpi.change_kpireview", row)

    def has_publish_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        is_closed = row is None or row.closed_at is not None
        return is_closed and allows(request, "kpi.change_kpireview", row)

    def has_correct_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        is_open = row is None or row.next_version_id is None
        return is_open and self.has_publish_permission(request, row)

    def review_or_404(self, request: HttpRequest, object_id: str) -> KpiReview:
        review: KpiReview | None = self.get_object(request, object_id)
        if review is None:
            raise Http404
        return review

    @button(
        gettext_lazy("Close the review"),
        path="close",
        icon="task_alt",
        permissions=["view", "close"],
        variant=ActionVariant.PRIMARY,
    )
    def close(self, request: HttpRequest, object_id: str) -> HttpResponse:
        review = self.review_or_404(request, object_id)
        user: Any = request.user

        def do(data: dict[str, Any]) -> str:
            close_review(review, by=user, at=timezone.now(), **data)
            return _("The review is closed: its figures do not change any more.")

        return Step(
            self,
            request,
            review,
            title=_("Close the review"),
            submit=_("Close the review"),
            explanation=_("Plan and fact, flags and decisions are stored as they stand now."),
            form=CloseForm(posted(request)),
            do=do,
        ).respond()

    @button(
        gettext_lazy("Text for the client"),
        path="publish",
        icon="outgoing_mail",
        permissions=["view", "publish"],
    )
    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        review = self.review_or_404(request, object_id)
        user: Any = request.user

        def do(data: dict[str, Any]) -> str:
            publish_review(review, client_text=data["client_text"], by=user)
            return _("The client can read it in the portal now.")

        return Step(
            self,
            request,
            review,
            title=_("Publish to the client"),
            submit=_("Publish"),
            form=PublishReviewForm(posted(request), initial={"client_text": review.client_text}),
            do=do,
        ).respond()

    @button(
        gettext_lazy("Correct the strategy"),
        path="correct",
        icon="fork_right",
        permissions=["view", "correct"],
    )
    def correct(self, request: HttpRequest, object_id: str) -> HttpResponse:
        review = self.review_or_404(request, object_id)
        user: Any = request.user

        def do(data: dict[str, Any]) -> str:
            draft = correct_by_review(review, by=user, on=review.client.today(), **data)
            step.back = page_of(draft)
            return _("Draft %(number)s of the strategy is made by this review.") % {
                "number": draft.number
            }

        step = Step(
            self,
            request,
            review,
            title=_("Correct the strategy"),
            submit=_("Make the draft"),
            explanation=_("What was learnt and what changes is written into its cause."),
            form=CorrectForm(posted(request)),
            do=do,
        )
        return step.respond()
