"""The media bank and the standing facts of clients."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from clients.admin.columns import button, column
from clients.admin.form_page import Step, page_of, posted
from clients.admin.scoped import ClientFilter, ScopedAdmin, ScopedForm, ShowsBeside
from communities.admin.files import file_url
from communities.files import store_file
from content.admin.material_steps import person
from content.facts import REMIND_BEFORE
from content.material_files import read_material
from content.media import put_back, take_out
from content.models import MediaItem, Post, StandingFact
from smm_agency.lib.file_response import SHOWN

FACT_NAME = re.compile(r"[a-z][a-z0-9_]*")


class MediaForm(ScopedForm):
    upload = forms.FileField(
        label=gettext_lazy("File"),
        widget=UnfoldAdminFileFieldWidget(),
        help_text=gettext_lazy("A picture, a PDF or a video; it is never changed afterwards."),
    )

    tags = SimpleArrayField(
        forms.CharField(max_length=40),
        label=gettext_lazy("Tags"),
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("Separated by commas."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["upload"]

    def clean_upload(self) -> Any:
        return read_material(self.cleaned_data["upload"])

    def clean_tags(self) -> list[str]:
        tags = [tag.strip() for tag in self.cleaned_data["tags"]]
        return list(dict.fromkeys(tag for tag in tags if tag))


class RightsFilter(SimpleListFilter):
    title = gettext_lazy("rights")
    parameter_name = "rights"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("stand", _("Stand today")),
            ("over", _("Have run out")),
            ("out", _("Taken out of the bank")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        today = timezone.localdate()
        if self.value() == "stand":
            return queryset.usable(on=today)
        if self.value() == "over":
            return queryset.filter(valid_until__lt=today, retired_at=None)
        return queryset.exclude(retired_at=None) if self.value() == "out" else queryset


@admin.register(MediaItem)
class MediaItemAdmin(ShowsBeside, ScopedAdmin):
    form = MediaForm
    change_form_outer_after_template = "admin/content/media_panel.html"
    list_display = (
        "thumbnail", "title", "client", "source", "rights", "valid_text", "tags_text", "scan_text",
    )  # fmt: skip
    list_display_links = ("thumbnail", "title")
    list_filter = (ClientFilter, "source", RightsFilter)
    search_fields = ("title", "rights", "credit", "tags", "client__name")
    actions_detail = ("take_out_of_bank", "back_into_bank")

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).select_related("client", "file", "request")
        return rows.defer("file__content")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        upload = () if obj else ("upload",)
        return (
            "client", *upload, "title", ("source", "source_url"), ("rights", "credit"),
            ("valid_until", "tags"),
        )  # fmt: skip

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Files of posts stay: what may no longer be used is taken out."""
        return False

    def has_leave_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        is_in = row is not None and row.retired_at is None
        return is_in and self.has_change_permission(request, row)

    def has_return_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        is_out = row is not None and row.retired_at is not None
        return is_out and self.has_change_permission(request, row)

    def save_model(self, request: HttpRequest, obj: MediaItem, form: Any, change: bool) -> None:
        if not change:
            arrival = form.cleaned_data["upload"]
            obj.file = store_file(obj.client, arrival.file, by=person(request))
            obj.is_scanned, obj.made_by = arrival.is_scanned, person(request)
        super().save_model(request, obj, form, change)

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        posts = Post.objects.filter(files__file=row.file_id).distinct().order_by("-created_at")
        return {
            **super().beside(request, row),
            "item": row,
            "url": file_url(row.file_id),
            "is_picture": row.file.content_type in SHOWN,
            "posts": [(post, page_of(post)) for post in posts],
        }

    @column(gettext_lazy("file"))
    def thumbnail(self, item: MediaItem) -> str:
        if item.file.content_type not in SHOWN:
            return item.file.name
        return format_html(
            '<img class="smm-thumb" loading="lazy" src="{}" alt="">', file_url(item.file_id)
        )

    @column(
        gettext_lazy("rights run until"),
        ordering="valid_until",
        label={"over": "danger", "soon": "warning", "stand": "", "out": "danger"},
    )
    def valid_text(self, item: MediaItem) -> tuple[str, str]:
        if item.retired_at is not None:
            return "out", _("taken out")
        if item.valid_until is None:
            return "stand", "∞"
        today = timezone.localdate()
        state = "soon" if item.valid_until <= today + 4 * REMIND_BEFORE else "stand"
        day = date_format(item.valid_until, "SHORT_DATE_FORMAT")
        return "over" if item.valid_until < today else state, day

    @column(gettext_lazy("tags"))
    def tags_text(self, item: MediaItem) -> str:
        return ", ".join(item.tags) or "—"

    @column(gettext_lazy("viruses"))
    def scan_text(self, item: MediaItem) -> str:
        return _("scanned") if item.is_scanned else _("not scanned")

    @button(
        gettext_lazy("Take out of the bank"), path="take-out", icon="block", permissions=["leave"]
    )
    def take_out_of_bank(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.switch(request, object_id, is_out=True)

    @button(gettext_lazy("Put back"), path="put-back", icon="undo", permissions=["return"])
    def back_into_bank(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.switch(request, object_id, is_out=False)

    def switch(self, request: HttpRequest, object_id: str, *, is_out: bool) -> HttpResponse:
        item: Any = self.get_object(request, object_id)
        if item is None:
            raise Http404
        words = (
            _("Nobody can pick it for a post any more; posts that have it say so.")
            if is_out
            else _("It can be picked for posts again.")
        )

        def do(data: dict[str, Any]) -> str:
            if is_out:
                take_out(item, at=timezone.now())
            else:
                put_back(item)
            return words

        title = _("Take out of the bank") if is_out else _("Put back")
        step = Step(
            self, request, item, title=title, submit=title, explanation=words,
            form=forms.Form(posted(request)), do=do,
        )  # fmt: skip
        return step.respond()


class FactForm(ScopedForm):
    class Meta:
        model = StandingFact
        fields = ("client", "kind", "code", "title", "value", "valid_until", "checked_on")
        widgets = {"value": UnfoldAdminTextareaWidget({"rows": 3})}

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not FACT_NAME.fullmatch(code):
            raise ValidationError(
                _("Use small Latin letters, digits and _, a letter first: price_cleaning.")
            )
        return code


class EndFilter(SimpleListFilter):
    title = gettext_lazy("validity")
    parameter_name = "ends"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("soon", _("Ends within a week")), ("over", _("Has ended"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        today = timezone.localdate()
        if self.value() == "soon":
            return queryset.filter(valid_until__range=(today, today + REMIND_BEFORE))
        return queryset.filter(valid_until__lt=today) if self.value() == "over" else queryset


@admin.register(StandingFact)
class StandingFactAdmin(ScopedAdmin):
    form = FactForm
    list_display = ("title", "client", "kind", "value", "variable", "valid_text", "checked_on")
    list_filter = (ClientFilter, "kind", EndFilter)
    list_select_related = ("client",)
    search_fields = ("title", "value", "code", "client__name")
    fields = (("client", "kind"), ("title", "code"), "value", ("valid_until", "checked_on"))

    @column(gettext_lazy("name in texts"), ordering="code")
    def variable(self, fact: StandingFact) -> str:
        return f"{{{fact.code}}}"

    @column(
        gettext_lazy("valid until"),
        ordering="valid_until",
        label={"over": "danger", "soon": "warning", "stand": ""},
    )
    def valid_text(self, fact: StandingFact) -> tuple[str, str]:
        if fact.valid_until is None:
            return "stand", "∞"
        today = timezone.localdate()
        state = "soon" if fact.valid_until <= today + REMIND_BEFORE else "stand"
        day = date_format(fact.valid_until, "SHORT_DATE_FORMAT")
        return "over" if fact.valid_until < today else state, day
