"""Staff's door to the keys that networks are read with."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminPasswordWidget

from clients.admin.columns import button, column
from clients.admin.form_page import Step, posted
from clients.admin.scoped import ClientFilter, ScopedAdmin, ScopedForm
from communities.keys import check_key
from communities.models import AccessKey
from communities.networks.keys import capabilities_text
from communities.networks.registry import adapter_for, why_unread

KEY_COLOURS = {
    AccessKey.State.UNCHECKED: "warning",
    AccessKey.State.WORKS: "success",
    AccessKey.State.REFUSED: "danger",
}


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
        network = cleaned.get("network")
        if network and "network" in self.changed_data and adapter_for(network) is None:
            self.add_error("network", why_unread(network))
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
