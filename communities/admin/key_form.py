"""The form of an access key: what goes in, and what the network takes."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget

from clients.admin.scoped import ScopedForm, allowed_rows, visible_rows
from communities.keys import clear_known, page_of
from communities.models import AccessKey, Profile
from communities.networks.keys import WITH_REFRESH_SECRET
from communities.networks.registry import (
    META,
    adapter_for,
    network_name,
    why_unread,
    working_adapters,
)


def secret_field(label: Any) -> forms.CharField:
    """Goes in and never comes out again."""
    return forms.CharField(
        label=label,
        required=False,
        strip=True,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )


class AccessKeyForm(ScopedForm):
    new_secret = secret_field(gettext_lazy("Secret"))
    new_refresh_secret = secret_field(gettext_lazy("Refresh token"))
    page = forms.ModelChoiceField(
        Profile.objects.none(),
        label=gettext_lazy("Its page"),
        required=False,
        widget=UnfoldAdminSelectWidget(),
        help_text=gettext_lazy(
            "The client's own page that this key belongs to: it is asked about, and read with it."
        ),
    )

    class Meta:
        model = AccessKey
        fields = ("client", "network", "kind", "label", "expires_at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "new_secret" not in self.fields:
            return
        if self.instance.pk:
            self.fields["new_secret"].help_text = _("Leave empty to keep the one that is stored.")
            self.fields["page"].initial = page_of(self.instance)
        else:
            self.fields["new_secret"].required = True
        self.fields["new_refresh_secret"].help_text = refresh_help(self.instance)
        self.limit_choices()

    def limit_choices(self) -> None:
        """Networks and kinds that an adapter takes; what is stored stays choosable."""
        taken = taken_kinds()
        network, kind = self.fields["network"], self.fields["kind"]
        if self.instance.pk and (adapter := adapter_for(self.instance.network)):
            wanted = {str(each) for each in adapter.token_kinds}
        else:
            wanted = set().union(*taken.values())
        keep(kind, wanted | {self.instance.kind})
        keep(network, {*taken, self.instance.network})
        if not set(taken) >= META:
            network.help_text = why_unread("facebook")
        kind.help_text = " ".join(kinds_sentence(code) for code in taken)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.clean_kind_of_network(cleaned)
        self.clean_page_of_client(cleaned)
        self.take_secrets(cleaned)
        return cleaned

    def clean_kind_of_network(self, cleaned: dict[str, Any]) -> None:
        network = cleaned.get("network", self.instance.network)
        kind = cleaned.get("kind", self.instance.kind)
        kinds = taken_kinds().get(network)
        if kinds is None and "network" in self.changed_data and network:
            self.add_error("network", why_unread(network))
        elif kinds is not None and kind and kind not in kinds and "kind" in cleaned:
            self.add_error("kind", kinds_sentence(network))
        if cleaned.get("new_refresh_secret") and (network, kind) not in WITH_REFRESH_SECRET:
            message = _("Keys of this kind come without a refresh token: leave it empty.")
            self.add_error("new_refresh_secret", message)

    def clean_page_of_client(self, cleaned: dict[str, Any]) -> None:
        page = cleaned.get("page")
        if page is None:
            return
        network = cleaned.get("network", self.instance.network)
        client_id = self.client_id(cleaned)
        if client_id is None:
            message = _(
                "The agency's own key belongs to no page: choose it on the pages' own form."
            )
            self.add_error("page", message)
        elif page.client_id != client_id:
            self.add_error("page", _("This belongs to another client."))
        elif page.network != network:
            message = _("This page is on %(network)s.") % {"network": page.get_network_display()}
            self.add_error("page", message)

    def take_secrets(self, cleaned: dict[str, Any]) -> None:
        """Another secret is another key: nothing is known of it until it is checked."""
        secret, refresh = cleaned.get("new_secret"), cleaned.get("new_refresh_secret")
        if secret or refresh:
            clear_known(self.instance)
        if secret:
            self.instance.secret = secret
            self.instance.refresh_secret = None
        if refresh:
            self.instance.refresh_secret = refresh

    def _post_clean(self) -> None:
        """The end that was typed in beside another secret is the new one's."""
        parent: Any = super()
        parent._post_clean()
        if self.cleaned_data.get("new_secret") and "expires_at" not in self.changed_data:
            self.instance.expires_at = None


def taken_kinds() -> dict[str, set[str]]:
    """Network → the kinds of keys that it is read with."""
    return {
        code: {str(kind) for kind in adapter.token_kinds}
        for code, adapter in working_adapters().items()
    }


def kinds_sentence(network: str) -> str:
    """`VK: service key of the agency's app, community key.`"""
    titles = dict(AccessKey.Kind.choices)
    adapter = working_adapters()[network]
    kinds = ", ".join(str(titles[kind]) for kind in adapter.token_kinds)
    return _("%(network)s takes: %(kinds)s.") % {"network": network_name(network), "kinds": kinds}


def refresh_help(key: AccessKey) -> str:
    if AccessKey.objects.filter(pk=key.pk, refresh_secret__isnull=False).exists():
        return _("One is stored. Leave empty to keep it.")
    networks = ", ".join(network_name(code) for code, _kind in sorted(WITH_REFRESH_SECRET))
    return _("Where there is one: %(networks)s.") % {"networks": networks}


def keep(field: Any, wanted: set[str]) -> None:
    field.choices = [choice for choice in field.choices if not choice[0] or choice[0] in wanted]


def own_pages(request: HttpRequest, *, client_id: int | None) -> Any:
    """Own pages that the person may give a key."""
    rows = visible_rows(Profile, request.user).filter(relation=Profile.Relation.OWN)
    allowed = allowed_rows(request, rows, "communities.change_profile")
    return allowed.filter(client=client_id) if client_id else allowed


def bind_page(key: AccessKey, page: Profile | None) -> None:
    """The page is read with the key from now on."""
    if page is not None and page.access_key_id != key.pk:
        page.access_key = key
        page.save(update_fields=["access_key"])
