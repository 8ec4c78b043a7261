"""Posts that come again: the pattern, its communities, and the posts that were made of it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.postgres.forms import SimpleArrayField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from clients.admin.columns import column
from clients.admin.form_page import page_of
from clients.admin.scoped import (
    ClientFilter,
    ScopedAdmin,
    ScopedForm,
    ScopedTabular,
    ShowsBeside,
)
from clients.models.client import WEEKDAYS
from content.models import RecurringCommunity, RecurringPost, Rhythm
from content.recurring import apply_changes

SHOWN_OCCURRENCES = 30


class RecurringForm(ScopedForm):
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Weekdays"),
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )
    exceptions = SimpleArrayField(
        forms.DateField(),
        label=gettext_lazy("Except on"),
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("Days without it, separated by commas: 2026-12-31, 2027-01-01."),
    )

    class Meta:
        model = RecurringPost
        fields = (
            "client", "title", "text", "format", "rubric", "goal", "hashtags", "source",
            "text_work", "author", "rhythm", "weekdays", "month_day", "time", "starts_on",
            "ends_on", "exceptions", "days_ahead", "is_active",
        )  # fmt: skip
        widgets = {"text": UnfoldAdminTextareaWidget({"rows": 6})}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        rhythm = cleaned.get("rhythm")
        if rhythm == Rhythm.WEEKLY and not cleaned.get("weekdays"):
            self.add_error("weekdays", _("Choose at least one weekday."))
        if rhythm == Rhythm.MONTHLY and not cleaned.get("month_day"):
            self.add_error("month_day", _("Give the day of the month, 1 to 31."))
        return cleaned


class PlaceInline(ScopedTabular):
    model = RecurringCommunity
    fields = ("community",)
    tab = False
    verbose_name_plural = gettext_lazy("goes out in")


@admin.register(RecurringPost)
class RecurringPostAdmin(ShowsBeside, ScopedAdmin):
    form = RecurringForm
    change_form_outer_after_template = "admin/content/recurring_panel.html"
    inlines = (PlaceInline,)
    list_display = ("title", "client", "rhythm_text", "time", "starts_on", "ends_on", "is_active")
    list_filter = (ClientFilter, "rhythm", "is_active")
    list_select_related = ("client",)
    search_fields = ("title", "text", "client__name")
    fieldsets = (
        (None, {"fields": (("client", "is_active"), "title", "text")}),
        (
            gettext_lazy("What it is"),
            {"fields": (("format", "rubric"), ("source", "text_work"), ("goal", "author"),
                        "hashtags")},
        ),
        (
            gettext_lazy("When"),
            {"fields": (("rhythm", "time"), "weekdays", "month_day", ("starts_on", "ends_on"),
                        ("exceptions", "days_ahead"))},
        ),
    )  # fmt: skip

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The drafts follow once the communities are known."""
        super().save_related(request, form, formsets, change)
        done = apply_changes(form.instance, at=timezone.now())
        if change and any(done):
            message = _(
                "Drafts that follow the change: %(rewritten)d; taken away: %(gone)d; left as they"
                " are, because somebody has worked on them or they are approved: %(left)d."
            )
            messages.info(request, message % done._asdict())

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        rows = row.occurrences.select_related("post").order_by("-day")[:SHOWN_OCCURRENCES]
        return {
            **super().beside(request, row),
            "recurring": row,
            "occurrences": [(each, page_of(each.post) if each.post else "") for each in rows],
        }

    @column(gettext_lazy("how often"))
    def rhythm_text(self, row: RecurringPost) -> str:
        if row.rhythm == Rhythm.WEEKLY:
            names = dict(WEEKDAYS)
            return ", ".join(str(names[day]) for day in sorted(row.weekdays))
        if row.rhythm == Rhythm.MONTHLY:
            return _("every month on day %(day)d") % {"day": row.month_day}
        return row.get_rhythm_display()
