"""Posts that were made on the networks themselves: classified here, many at once."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.enums import ActionVariant

from clients.admin.columns import button, column
from clients.admin.form_page import Step, posted, select_field
from clients.admin.scoped import ClientFilter, ReadOnly, ScopedAdmin, allows
from clients.models import Client
from clients.rights import clients_where
from communities.admin.links import outside_link
from communities.models import WallPost
from communities.networks.addresses import post_url
from content.models import MonthClose, NativePost, TextWork
from content.native_posts import (
    classify,
    is_in_closed_month,
    suggest,
    to_classify,
    waiting_by_client,
)
from smm_agency.lib.words import as_share
from strategy.models import ContentSource

RIGHT = "content.add_nativepost"


def url_of(post: WallPost) -> str:
    """The post's page on its network; "" where there is no way to build it."""
    profile = post.profile
    return post_url(profile.network, profile.external_id, profile.screen_name, post.external_id)


def words_of(source: str, text_work: str) -> str:
    return f"{ContentSource(source).label}, {TextWork(text_work).label}"


class ClassifyForm(forms.Form):
    """`posts` are ids of wall posts; what was classified meanwhile refuses the whole."""

    posts = forms.TypedMultipleChoiceField(coerce=int, widget=forms.CheckboxSelectMultiple)
    source = select_field(gettext_lazy("source"))
    text_work = select_field(gettext_lazy("work on the text"))

    def __init__(self, rows: list[WallPost], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["posts"].choices = [(row.pk, str(row)) for row in rows]
        fields["posts"].error_messages = {
            "required": _("Tick the posts that you say this of."),
            "invalid_choice": _("Some of them are classified or gone meanwhile: look again."),
        }
        fields["source"].choices = [("", "—"), *ContentSource.choices]
        fields["text_work"].choices = [("", "—"), *TextWork.choices]


@admin.register(NativePost)
class NativePostAdmin(ScopedAdmin):
    named_by = ("wall_post",)
    list_display = ("post_text", "client", "posted", "source", "text_work", "classified_by", "link")
    list_filter = (ClientFilter, "source", "text_work")
    list_select_related = ("client", "wall_post__profile", "classified_by")
    search_fields = ("wall_post__text", "client__name")
    fields = (("wall_post", "link"), ("source", "text_work"), ("classified_at", "classified_by"))
    readonly_fields = ("wall_post", "link", "classified_at", "classified_by")
    actions_list = ("classify",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """By the page of those that wait only."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        if row is not None and is_in_closed_month(row.wall_post):
            return False
        return super().has_change_permission(request, row)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_classify_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm(RIGHT))

    def save_model(self, request: HttpRequest, obj: NativePost, form: Any, change: bool) -> None:
        obj.classified_by = request.user  # type: ignore[assignment] # staff
        obj.classified_at = timezone.now()
        super().save_model(request, obj, form, change)

    @column(gettext_lazy("post"))
    def post_text(self, row: NativePost) -> str:
        return str(row.wall_post)

    @column(gettext_lazy("posted"), ordering="wall_post__posted_at")
    def posted(self, row: NativePost) -> Any:
        return row.client.day_of(row.wall_post.posted_at)

    @column(gettext_lazy("on the network"))
    def link(self, row: NativePost) -> SafeString | str:
        address = url_of(row.wall_post)
        return outside_link(address, _("open")) if address else "—"

    @button(
        gettext_lazy("Classify those that wait"), path="classify", icon="rule",
        permissions=["classify"], variant=ActionVariant.PRIMARY,
    )  # fmt: skip
    def classify(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("client", "")
        clients = clients_where(request.user, RIGHT)
        if not asked:
            return self.choose(request, clients)
        client = clients.filter(pk=asked).first() if asked.isdecimal() else None
        if client is None:
            raise Http404
        if not allows(request, RIGHT, client):
            raise PermissionDenied
        return classify_page(self, request, client)

    def choose(self, request: HttpRequest, clients: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Posts that wait to be classified"),
            "opts": self.opts,
            "waiting": waiting_by_client(clients),
        }
        return TemplateResponse(request, "admin/content/classify_clients.html", context)


def classify_page(model_admin: Any, request: HttpRequest, client: Client) -> HttpResponse:
    rows = to_classify(client)
    here = f"{reverse('admin:content_nativepost_classify')}?client={client.pk}"

    def do(data: dict[str, Any]) -> str:
        user: Any = request.user
        done = classify(
            client, data["posts"], source=data["source"], text_work=data["text_work"], by=user,
            at=timezone.now(),
        )  # fmt: skip
        words = ngettext("%(count)d post is classified.", "%(count)d posts are classified.", done)
        return words % {"count": done}

    form = ClassifyForm(rows, posted(request))
    ticked = set(request.POST.getlist("posts"))
    return Step(
        model_admin,
        request,
        client,
        title=_("Posts that wait to be classified"),
        submit=_("Classify"),
        explanation=_(
            "They were made on the networks themselves. What comes from the internet counts towards"
            " the cap, whatever was done to its text. A suggestion is only one: you decide."
        ),
        form=form,
        do=do,
        template="admin/content/classify.html",
        back=here,
        context={"rows": [row_of(row, client, ticked) for row in rows]},
    ).respond()


def row_of(row: WallPost, client: Client, ticked: set[str]) -> dict[str, Any]:
    hint = suggest(row)
    return {
        "post": row,
        "posted_at": row.posted_at.astimezone(client.zone),
        "url": url_of(row),
        "hint": words_of(hint.source, hint.text_work) if hint else "",
        "is_ticked": str(row.pk) in ticked,
    }


@admin.register(MonthClose)
class MonthCloseAdmin(ReadOnly, ScopedAdmin):
    """Months close by themselves, once nothing waits to be classified."""

    list_display = ("month_text", "client", "share", "cap_text", "closed_at", "closed_by")
    list_filter = (ClientFilter,)
    list_select_related = ("client", "closed_by")

    @column(gettext_lazy("month"), ordering="month")
    def month_text(self, row: MonthClose) -> str:
        return str(row)

    @column(gettext_lazy("curated share"))
    def share(self, row: MonthClose) -> str:
        if not row.counted:
            return "—"
        words = {"curated": row.curated, "counted": row.counted}
        return (_("%(curated)s of %(counted)s (%(share)s)") % {
            **words, "share": as_share(row.curated / row.counted),
        })  # fmt: skip

    @column(gettext_lazy("cap"))
    def cap_text(self, row: MonthClose) -> str:
        return as_share(row.cap)
