"""Staff's door to pages on networks and what stands on them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.paginator import InfinitePaginator

from clients.admin.columns import column
from clients.admin.scoped import ClientFilter, ReadOnly, ScopedAdmin, ScopedStacked, VisibleFilter
from communities.admin.audit_start import StartsAudit
from communities.admin.communities import CommunityForm
from communities.admin.life_steps import person
from communities.admin.links import outside_link
from communities.life import begin
from communities.models import Community, Profile, WallPost
from communities.networks.registry import post_url, profile_url


class CommunityInline(ScopedStacked):
    model = Community
    form = CommunityForm
    fields = (("state", "launched_on"),)
    tab = False
    max_num = 1
    show_change_link = True

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The state of a community that is there changes by steps, on its own page."""
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "state") if obj is not None and hasattr(obj, "community") else fields


@admin.register(Profile)
class ProfileAdmin(StartsAudit, ScopedAdmin):
    list_display = ("title", "client", "network", "relation", "link", "is_measured", "trouble")
    list_filter = (ClientFilter, "network", "relation", "is_measured")
    list_select_related = ("client",)
    search_fields = ("title", "screen_name", "external_id", "client__name")
    fields = (
        ("client", "network"),
        ("external_id", "screen_name"),
        ("title", "relation"),
        ("access_key", "is_measured"),
        ("registration", "registration_number", "registration_checked_on"),
        ("gone_at", "refusal"),
    )
    readonly_fields = ("gone_at", "refusal")
    actions_detail: Any = ("audit_page",)

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

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is Community:
            for community in formset.new_objects:
                begin(community, by=person(request), at=timezone.now())

    @column(gettext_lazy("what the network says"))
    def trouble(self, profile: Profile) -> str:
        """Why it is not read; empty where all is well."""
        if profile.gone_at is not None:
            return _("gone since %(day)s") % {"day": date_format(profile.gone_at)}
        if profile.refused_at is None:
            return ""
        return f"{profile.refusal} ({date_format(profile.refused_at, 'SHORT_DATE_FORMAT')})"

    @column(gettext_lazy("page"))
    def link(self, profile: Profile) -> SafeString | str:
        url = profile_url(profile.network, profile.external_id, profile.screen_name)
        return outside_link(url, profile.screen_name or profile.external_id)


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
