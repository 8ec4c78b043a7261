"""Posts: what is written, for which communities, and how far it has come."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from unfold.enums import ActionVariant

from clients.admin.columns import button, column
from clients.admin.contractors import is_contractor, read_only_for_contractor
from clients.admin.form_page import Step, page_of, posted, text_field
from clients.admin.scoped import (
    ClientFilter,
    ScopedAdmin,
    ScopedStacked,
    ScopedTabular,
    ShowsBeside,
    allows,
)
from communities.admin.files import file_url
from communities.admin.links import outside_link
from content.admin import post_choices
from content.admin.post_advice import panel_of
from content.admin.post_forms import PostFileForm, PostForm, PublicationForm, PublicationFormSet
from content.admin.post_materials import PostMaterials
from content.admin.post_preview import typed_preview
from content.admin.post_steps import PostSteps
from content.cap_override import exceed_cap
from content.models import Post, PostFile, PostState, Publication
from content.post_checks import find_problems
from content.workflow import lock_post, why_frozen
from strategy.models import ContentSource

STATE_COLOURS = {
    PostState.INTERNAL_REVIEW: "info",
    PostState.INTERNAL_REWORK: "warning",
    PostState.INTERNAL_APPROVED: "success",
    PostState.CLIENT_REVIEW: "info",
    PostState.CLIENT_REWORK: "warning",
    PostState.CLIENT_APPROVED: "success",
    PostState.SCHEDULED: "success",
    PostState.PUBLISHED: "success",
    PostState.FAILED: "danger",
    PostState.NEEDS_CHECKING: "danger",
}
# Chosen at once; the rest is written on the post's own page, which knows its client.
FIRST_FIELDS = ("client", "title", ("format", "goal"), ("source", "text_work"))
MACHINES = ("state", "state_since", "rounds", "plan", "over_cap_by", "over_cap_reason")
# What is approved stays as it was approved; who works on it may change.
WORDS = (
    "title", "text", "format", "goal", "rubric", "call_to_action", "tracking_number", "link",
    "utm", "hashtags", "source", "source_url", "licence", "text_work", "is_ad", "erid",
    "advertiser",
)  # fmt: skip
# What a contractor writes of their own post, beside its pictures.
CONTRACTOR_WRITES = ("text", "hashtags")
OF_FORM = (*WORDS, "author", "designer", "approver", "due_on", "brief")
TOLD_AT_ONCE = ("text", "title", "hashtags", "files")


class WithoutRelated:
    """What is chosen here is made and changed on pages of its own."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        parent: Any = super()
        field = parent.formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            choices, field.widget = field.widget.choices, field.widget.widget
            field.widget.choices = choices
        return field


class OfPost(WithoutRelated):
    """An inline of a post: its choices are the client's and are read once for all rows."""

    tab = False

    def post_of(self, request: HttpRequest) -> Post:
        post: Post | None = getattr(request, "page_post", None)
        return post or Post()

    def is_frozen(self, obj: Any) -> bool:
        return obj is not None and bool(why_frozen(obj))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        parent: Any = super()
        may_add: bool = parent.has_add_permission(request, obj)
        return may_add and not self.is_frozen(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        parent: Any = super()
        may_change: bool = parent.has_change_permission(request, obj)
        return may_change and not self.is_frozen(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        parent: Any = super()
        may_delete: bool = parent.has_delete_permission(request, obj)
        return may_delete and not self.is_frozen(obj)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        parent: Any = super()
        post = self.post_of(request)
        if db_field.name == "community":
            kwargs["queryset"] = post_choices.communities(post)
        if db_field.name == "file":
            rows = post_choices.files(post)
            # From their own computer, or what stands in the post already.
            is_narrow = is_contractor(request, post)
            kwargs["queryset"] = rows.filter(in_posts__post=post) if is_narrow else rows
        field = parent.formfield_for_foreignkey(db_field, request, **kwargs)
        return post_choices.shared(field)


class PublicationInline(OfPost, ScopedStacked):
    model = Publication
    form = PublicationForm
    formset = PublicationFormSet
    readonly_fields = ("state", "planned_text")
    verbose_name = gettext_lazy("community of the post")
    verbose_name_plural = gettext_lazy("Communities and times")

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).select_related("community__profile", "post__client")
        return rows.order_by("planned_at", "pk")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Django shows a moment that is not edited by another clock than the client's."""
        is_edited = self.has_change_permission(request, obj)
        moment = "planned_at" if is_edited else "planned_text"
        return (("community", moment), "text", "state")

    @column(gettext_lazy("planned for"))
    def planned_text(self, row: Publication) -> str:
        if row.planned_at is None:
            return "—"
        local = row.planned_at.astimezone(row.post.client.zone)
        return f"{date_format(local, 'SHORT_DATETIME_FORMAT')} ({row.post.client.time_zone})"


class PostFileInline(OfPost, ScopedTabular):
    model = PostFile
    form = PostFileForm
    fields = ("position", "picture", "file", "upload", "community")
    readonly_fields = ("picture",)
    verbose_name_plural = gettext_lazy("Pictures and videos")

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).select_related("file", "community__profile")
        return rows.defer("file__content")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.by = request.user
        return formset

    @column("")
    def picture(self, row: PostFile) -> SafeString | str:
        return outside_link(file_url(row.file_id), row.file.name) if row.file_id else ""


def hold(post: Post) -> None:
    """Until the transaction ends; in the order of every step: the post, then its publications."""
    lock_post(post)
    held = Publication.objects.select_for_update(of=("self",), no_key=True).filter(post=post)
    list(held.order_by("pk").values_list("pk", flat=True))


class ExceedForm(forms.Form):
    reason = text_field(gettext_lazy("Why it is let through"), rows=3, max_length=300)
    seen = forms.CharField(widget=forms.HiddenInput)


@admin.register(Post)
class PostAdmin(PostMaterials, PostSteps, WithoutRelated, ShowsBeside, ScopedAdmin):
    form = PostForm
    change_form_outer_before_template = "admin/content/post_before.html"
    change_form_after_template = "admin/content/post_after.html"
    # Outside the form: what was asked of the client, approvals and the threads.
    change_form_outer_after_template = "admin/content/post_panels.html"
    list_display = ("title", "client", "rubric", "state_label", "source", "author", "due_on")
    list_filter = (ClientFilter, "state", "source", "text_work", "is_ad")
    list_select_related = ("client", "rubric", "author")
    search_fields = ("title", "text", "hashtags", "client__name")
    readonly_fields = MACHINES
    inlines = (PublicationInline, PostFileInline)
    actions_detail = (
        *PostSteps.step_buttons,
        {
            "title": gettext_lazy("More"),
            "icon": "more_vert",
            "items": [
                *PostSteps.rare_buttons, *PostMaterials.material_buttons, "let_through",
            ],
        },
    )  # fmt: skip

    class Media:
        js = ("admin/post_limits.js",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": FIRST_FIELDS})]
        return [
            (None, {"fields": ("title", "rubric", ("format", "goal"), "text", "hashtags")}),
            (
                _("Call to action"),
                {"fields": ("call_to_action", "tracking_number", ("link", "utm"))},
            ),
            (
                _("Where it comes from"),
                {"fields": (("source", "text_work"), ("source_url", "licence"))},
            ),
            (_("Advertising"), {"fields": ("is_ad", ("erid", "advertiser"))}),
            (
                _("Who makes it"),
                {"fields": (("author", "designer"), ("approver", "due_on"), "brief")},
            ),
            (_("How far it is"), {"fields": ("client", *self.machines_of(obj))}),
        ]

    def machines_of(self, post: Post) -> tuple[Any, ...]:
        over = (("over_cap_by", "over_cap_reason"),) if post.over_cap_by_id else ()
        return (("state", "state_since"), ("rounds", "plan"), *over)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return super().get_inlines(request, obj) if obj else []

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        kept = read_only_for_contractor(request, obj, OF_FORM, writes=CONTRACTOR_WRITES)
        return (*fields, *kept, *(WORDS if obj and why_frozen(obj) else ()))

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        request.page_post = obj  # type: ignore[attr-defined] # read by formfield_for_foreignkey
        return super().get_form(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        post: Post | None = getattr(request, "page_post", None)
        if post is not None:
            on = post.client.today()
            if db_field.name == "rubric":
                kwargs["queryset"] = post_choices.rubrics(post, on=on)
            elif db_field.name == "tracking_number":
                kwargs["queryset"] = post_choices.numbers(post)
            elif db_field.name in ("author", "designer", "approver"):
                chosen = getattr(post, db_field.attname)
                kwargs["queryset"] = post_choices.people(post, on=on, chosen=chosen)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Inside the transaction of a POST, which Django opens before it."""
        request.holds_post = request.method == "POST"  # type: ignore[attr-defined] # read below
        return super()._changeform_view(request, *args, **kwargs)

    def get_object(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """While a form is checked nobody approves, schedules or sends what it changes."""
        post = super().get_object(request, object_id, *args, **kwargs)
        if post is None or not getattr(request, "holds_post", False):
            return post
        hold(post)
        return super().get_object(request, object_id, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Post, form: Any, change: bool) -> None:
        """Only what the form asks: the state is moved by steps, never by the page."""
        if change:
            fields = {field.name for field in Post._meta.concrete_fields if field.editable}
            obj.save(update_fields=sorted(fields & set(form.cleaned_data)))
            return
        obj.created_by = request.user  # type: ignore[assignment] # staff
        obj.author = obj.author or request.user  # type: ignore[assignment] # as above
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not change:
            return
        for problem in find_problems(form.instance, at=timezone.now()):
            if problem.field in TOLD_AT_ONCE and problem.is_blocking:
                messages.warning(request, problem.text)

    def response_add(self, request: HttpRequest, obj: Post, *args: Any, **kwargs: Any) -> Any:
        messages.success(request, _("Added. Now write it, and say where and when it goes out."))
        return HttpResponseRedirect(page_of(obj))

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        frozen = why_frozen(row)
        return {**super().beside(request, row), **panel_of(request, row), "why_frozen": frozen}

    @column(gettext_lazy("state"), ordering="state", label=STATE_COLOURS)
    def state_label(self, post: Post) -> tuple[str, str]:
        return post.state, post.get_state_display()

    # --- While it is typed -----------------------------------------------------------------------

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(require_POST(self.preview))
        address = path("<int:object_id>/preview/", view, name="content_post_preview")
        return [address, *super().get_urls()]

    def preview(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return typed_preview(request, self.found(request, str(object_id)))

    def found(self, request: HttpRequest, object_id: str) -> Post:
        post: Post | None = self.get_object(request, object_id)
        if post is None or not self.has_view_permission(request, post):
            raise Http404
        return post

    # --- Above the cap ---------------------------------------------------------------------------

    def has_exceed_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Asked where it stands in the way only: a post from the internet, not let through."""
        post = self.row_of(request, obj)
        return (
            post is not None
            and post.source == ContentSource.CURATED
            and post.over_cap_by_id is None
            and allows(request, "content.exceed_cap_post", post)
        )

    @button(
        gettext_lazy("Let through above the cap"), path="above-cap", icon="priority_high",
        permissions=["view", "exceed"], variant=ActionVariant.WARNING,
    )  # fmt: skip
    def let_through(self, request: HttpRequest, object_id: str) -> HttpResponse:
        post = self.found(request, object_id)

        def do(data: dict[str, Any]) -> str:
            user: Any = request.user
            post.state = data["seen"]
            exceed_cap(post, by=user, reason=data["reason"], at=timezone.now())
            return _("Let through above the cap; your name and the reason are written down.")

        return Step(
            self,
            request,
            post,
            title=_("Let through above the cap"),
            submit=_("Let through"),
            explanation=_(
                "The cap of the strategy holds posts from the internet. Whoever lets one through"
                " answers for it by name."
            ),
            form=ExceedForm(posted(request), initial={"seen": post.state}),
            do=do,
        ).respond()
