"""Staff's door to pages on networks and the keys they are read with."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.paginator import InfinitePaginator
from unfold.widgets import UnfoldAdminPasswordWidget

from clients.admin.columns import button, column
from clients.admin.form_page import Step, posted
from clients.admin.scoped import (
    ClientFilter,
    ReadOnly,
    ScopedAdmin,
    ScopedForm,
    ScopedStacked,
    VisibleFilter,
)
from communities.keys import check_key
from communities.models import AccessKey, Community, Profile, WallPost
from communities.networks.keys import capabilities_text
from communities.networks.registry import post_url, profile_url

KEY_COLOURS = {
    AccessKey.State.UNCHECKED: "warning",
    AccessKey.State.WORKS: "success",
    AccessKey.State.REFUSED: "danger",
}
COMMUNITY_COLOURS = {
    Community.State.PLANNED: "info",
    Community.State.CREATION: "info",
    Community.State.DESIGN: "info",
    Community.State.SET_UP: "info",
    Community.State.READY: "warning",
    Community.State.RUNNING: "success",
    Community.State.ARCHIVED: "danger",
}


def outside_link(url: str, text: str) -> SafeString | str:
    if not url:
        return text
    return format_html(
        '<a href="{}" target="_blank" rel="noopener noreferrer" class="text-primary-600">{}</a>',
        url,
        text,
    )


class CommunityInline(ScopedStacked):
    model = Community
    fields = (("state", "launched_on"),)
    tab = False
    max_num = 1


@admin.register(Profile)
class ProfileAdmin(ScopedAdmin):
    list_display = ("title", "client", "network", "relation", "link", "is_measured", "gone_at")
    list_filter = (ClientFilter, "network", "relation", "is_measured")
    list_select_related = ("client",)
    search_fields = ("title", "screen_name", "external_id", "client__name")
    fields = (
        ("client", "network"),
        ("external_id", "screen_name"),
        ("title", "relation"),
        ("access_key", "is_measured"),
        "gone_at",
    )
    readonly_fields = ("gone_at",)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Only the client's own page is a community under work."""
        is_own = obj is not None and obj.relation == Profile.Relation.OWN
        return [CommunityInline] if is_own else []

    def save_model(self, request: HttpRequest, obj: Profile, form: Any, change: bool) -> None:
        """Another id, or measuring switched on anew: the network is asked again."""
        is_asked = form.cleaned_data.get("is_measured") and "is_measured" in form.changed_data
        if is_asked or {"network", "external_id"} & set(form.changed_data):
            obj.gone_at = None
        super().save_model(request, obj, form, change)

    @column(gettext_lazy("page"))
    def link(self, profile: Profile) -> SafeString | str:
        url = profile_url(profile.network, profile.external_id, profile.screen_name)
        return outside_link(url, profile.screen_name or profile.external_id)


@admin.register(Community)
class CommunityAdmin(ScopedAdmin):
    named_by = ("profile",)
    list_display = ("title", "client", "network", "state_label", "launched_on")
    list_filter = (ClientFilter, "state", "profile__network")
    list_select_related = ("client", "profile")
    search_fields = ("profile__title", "profile__screen_name", "client__name")
    fields = ("profile", ("state", "launched_on"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "profile") if obj else fields

    @column(gettext_lazy("community"), ordering="profile__title")
    def title(self, community: Community) -> str:
        return community.profile.title

    @column(gettext_lazy("network"), ordering="profile__network")
    def network(self, community: Community) -> str:
        return community.profile.get_network_display()

    @column(gettext_lazy("state"), ordering="state", label=COMMUNITY_COLOURS)
    def state_label(self, community: Community) -> tuple[str, str]:
        return community.state, community.get_state_display()


@admin.register(WallPost)
class WallPostAdmin(ReadOnly, ScopedAdmin):
    """What stands on a network is read there and written by the program."""

    paginator = InfinitePaginator
    list_display = ("short_text", "client", "profile", "posted_at", "kind", "link", "gone_at")
    list_filter = (ClientFilter, ("profile", VisibleFilter), "is_ad", "is_repost")
    list_select_related = ("client", "profile")
    search_fields = ("text", "external_id")

    @column(gettext_lazy("post"))
    def short_text(self, post: WallPost) -> str:
        return str(post)

    @column(gettext_lazy("page"))
    def link(self, post: WallPost) -> SafeString | str:
        profile = post.profile
        url = post_url(profile.network, profile.external_id, profile.screen_name, post.external_id)
        return outside_link(url, post.external_id)


class AccessKeyForm(ScopedForm):
    """The secret goes in and never comes out again."""

    new_secret = forms.CharField(
        label=gettext_lazy("Secret"),
        required=False,
        strip=True,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = AccessKey
        fields = ("client", "network", "kind", "label")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "new_secret" not in self.fields:
            return
        if self.instance.pk:
            self.fields["new_secret"].help_text = _("Leave empty to keep the one that is stored.")
        else:
            self.fields["new_secret"].required = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if secret := cleaned.get("new_secret"):
            self.instance.secret = secret
        return cleaned


@admin.register(AccessKey)
class AccessKeyAdmin(ScopedAdmin):
    form = AccessKeyForm
    list_display = ("label", "client_name", "network", "kind", "state_label", "checked_at")
    list_filter = (ClientFilter, "network", "state")
    list_select_related = ("client",)
    search_fields = ("label", "client__name")
    readonly_fields = ("state", "state_note", "capabilities_text", "checked_at")
    fields = (
        ("client", "label"), ("network", "kind"), "new_secret", ("state", "checked_at"),
        "state_note", "capabilities_text",
    )  # fmt: skip
    actions_detail = ("check_again",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Lists and pages have no use for the secret, so it is not even decrypted."""
        return super().get_queryset(request).defer("secret")

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        user: Any = request.user
        if "client" in form.base_fields:
            # The agency's own keys, those without a client, are the directors'.
            form.base_fields["client"].required = not user.sees_all_clients
        return form

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self.is_in_sight(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self.is_in_sight(request, obj)

    def is_in_sight(self, request: HttpRequest, obj: Any) -> bool:
        """A key of the agency has no client to be asked about."""
        user: Any = request.user
        row = self.row_of(request, obj)
        return row is None or row.client_id is not None or user.sees_all_clients

    @column(gettext_lazy("client"), ordering="client__name")
    def client_name(self, key: AccessKey) -> str:
        return str(key.client) if key.client else _("the agency")

    @column(gettext_lazy("state"), ordering="state", label=KEY_COLOURS)
    def state_label(self, key: AccessKey) -> tuple[str, str]:
        return key.state, key.get_state_display()

    @column(gettext_lazy("what it can"))
    def capabilities_text(self, key: AccessKey) -> str:
        return capabilities_text(key.capabilities)

    def save_model(self, request: HttpRequest, obj: AccessKey, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        # The network is asked once nothing is locked any more.
        transaction.on_commit(lambda: self.check_now(request, obj))

    def check_now(self, request: HttpRequest, key: AccessKey) -> None:
        state = check_key(key, at=timezone.now())
        if state == AccessKey.State.WORKS:
            words = capabilities_text(key.capabilities)
            messages.success(request, _("The key works. Open to it: %(can)s.") % {"can": words})
        elif state == AccessKey.State.REFUSED:
            messages.error(
                request, _("The network refuses the key: %(note)s") % {"note": key.state_note}
            )
        else:
            messages.warning(
                request, _("The key is not checked yet: %(note)s") % {"note": key.state_note}
            )

    @button(gettext_lazy("Check again"), path="check", icon="sync", permissions=["change"])
    def check_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        key = self.get_object(request, object_id)
        if key is None:
            raise Http404

        def do(data: dict[str, Any]) -> str:
            transaction.on_commit(lambda: self.check_now(request, key))
            return ""

        return Step(
            self,
            request,
            key,
            title=_("Check the key"),
            submit=_("Ask the network"),
            explanation=_("The network is asked what this key can do."),
            form=forms.Form(posted(request)),
            do=do,
        ).respond()
