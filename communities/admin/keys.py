"""Staff's door to the keys that networks are read with."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.columns import button, column
from clients.admin.form_page import Step, posted
from clients.admin.scoped import ClientFilter, ScopedAdmin
from communities.admin.key_form import AccessKeyForm, bind_page, own_pages
from communities.keys import check_key
from communities.models import AccessKey, Profile
from communities.networks.keys import capabilities_text

KEY_COLOURS = {
    AccessKey.State.UNCHECKED: "warning",
    AccessKey.State.WORKS: "success",
    AccessKey.State.REFUSED: "danger",
}


@admin.register(AccessKey)
class AccessKeyAdmin(ScopedAdmin):
    form = AccessKeyForm
    list_display = (
        "label", "client_name", "network", "kind", "state_label", "expires_at", "checked_at",
    )  # fmt: skip
    list_filter = (ClientFilter, "network", "state")
    list_select_related = ("client",)
    search_fields = ("label", "client__name")
    readonly_fields = ("state", "state_note", "can_text", "lacks_text", "checked_at", "pages")
    fieldsets = (
        (None, {"fields": (("client", "label"), ("network", "kind"), "page")}),
        (
            gettext_lazy("Secret"),
            {"fields": (("new_secret", "new_refresh_secret"), "expires_at")},
        ),
        (
            gettext_lazy("What the network says"),
            {"fields": (("state", "checked_at"), "state_note", "can_text", "lacks_text", "pages")},
        ),
    )
    actions_detail = ("check_again",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Lists and pages have no use for the secret, so it is not even decrypted."""
        return super().get_queryset(request).defer("secret", "refresh_secret")

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        user: Any = request.user
        if "client" in form.base_fields:
            # The agency's own keys, those without a client, are the directors'.
            form.base_fields["client"].required = not user.sees_all_clients
        if "page" in form.base_fields:
            client_id = getattr(request, "page_client_id", None)
            form.base_fields["page"].queryset = own_pages(request, client_id=client_id)
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
    def can_text(self, key: AccessKey) -> str:
        return capabilities_text(key.capabilities)

    @column(gettext_lazy("what it cannot"))
    def lacks_text(self, key: AccessKey) -> SafeString | str:
        """With the network's reason: another key could do it."""
        rows = lacks_by_reason(key)
        return format_html_join("", "<div>{}: {}</div>", rows) if rows else "—"

    @column(gettext_lazy("pages that it reads"))
    def pages(self, key: AccessKey) -> SafeString | str:
        if not key.pk:
            return "—"
        rows = [(page_url(page), page.title) for page in key.profiles.order_by("title")[:50]]
        if rows:
            return format_html_join(", ", '<a href="{}" class="text-primary-600">{}</a>', rows)
        return _("every page without a key of its own") if key.client_id is None else "—"

    def save_model(self, request: HttpRequest, obj: AccessKey, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        bind_page(obj, form.cleaned_data.get("page"))
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
            words = _("Nobody could be asked about the key: %(note)s")
            messages.warning(request, words % {"note": key.state_note})

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


def lacks_by_reason(key: AccessKey) -> list[tuple[str, str]]:
    """(what it cannot, why), the abilities of one reason together."""
    reasons: dict[str, list[str]] = {}
    for name, reason in key.lacks.items():
        reasons.setdefault(reason, []).append(name)
    return [(capabilities_text(names), reason) for reason, names in reasons.items()]


def page_url(page: Profile) -> str:
    return reverse("admin:communities_profile_change", args=[page.pk])
