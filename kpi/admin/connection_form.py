"""The form of a connection: rows of text for what is stored as data."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from clients.admin.form_page import text_field
from clients.admin.scoped import ScopedForm
from clients.models import Client
from clients.models.client import time_zone_choices
from kpi.admin.instruction_field import confirmation, name_clients, refuse_unconfirmed
from kpi.allowed_senders import clean_networks
from kpi.connection_setup import StoredCredential
from kpi.models import CallConnection
from kpi.providers.registry import PROVIDERS


class NetworksField(forms.CharField):
    """An address or a network a row; stored as a list."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        return clean_networks(str(value or "").replace(",", "\n").splitlines())

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class MappingField(forms.CharField):
    """`our field = their name` a row; stored as an object."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return "\n".join(f"{ours} = {theirs}" for ours, theirs in value.items())
        return value

    def clean(self, value: Any) -> Any:
        rows = [row.strip() for row in str(value or "").splitlines()]
        return dict(self._pairs(row for row in rows if row))

    def _pairs(self, rows: Iterable[str]) -> Iterable[tuple[str, str]]:
        for row in rows:
            ours, equals, theirs = (part.strip() for part in row.partition("="))
            if not (ours and equals and theirs) or len(theirs) > 100:
                message = _("“%(row)s”: write our field = the sender's name, one a row.")
                raise ValidationError(message % {"row": row[:80]})
            yield ours, theirs

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


def rows_widget(rows: int) -> Any:
    return UnfoldAdminTextareaWidget({"rows": rows})


class ConnectionForm(ScopedForm):
    mapping = MappingField(
        label=gettext_lazy("Field mapping"), required=False, widget=rows_widget(3)
    )
    allowed_networks = NetworksField(
        label=gettext_lazy("Allowed senders"), required=False, widget=rows_widget(3)
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone of the account"),
        required=False,
        widget=UnfoldAdminSelectWidget(),
        help_text=gettext_lazy("For times that come without an offset."),
    )

    without_instruction = confirmation()

    class Meta:
        model = CallConnection
        fields = (
            "client", "label", "provider", "is_active", "mapping", "time_zone", "allowed_networks",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_off = bool(self.instance.pk) and not self.instance.is_active
        if is_off and "is_active" in self.fields:
            name_clients(self, Client.objects.filter(pk=self.instance.client_id))
        elif self.instance.pk or "client" not in self.fields:
            del self.fields["without_instruction"]
        else:
            name_clients(self, self.fields["client"].queryset)  # type: ignore[attr-defined] # a ModelChoiceField
        if not self.instance.pk or "mapping" not in self.fields:
            return
        provider = PROVIDERS[self.instance.provider]
        self.fields["mapping"].help_text = _(
            "Where this account sends a field under another name: our field = their name, one a"
            " row. Our fields: %(fields)s."
        ) % {"fields": ", ".join(provider.mapping)}
        known = ", ".join(provider.default_networks)
        self.fields["allowed_networks"].help_text = (
            _("One a row; empty: any. Known addresses of this provider: %(networks)s.")
            % {"networks": known}
            if known
            else _("One a row, such as 92.118.66.0/23; empty: any.")
        )
        default = provider.default_zone or _("the client's")
        zones: Any = self.fields["time_zone"]
        zones.choices = [("", f"— {default} —"), *time_zone_choices()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.instance.pk:
            refuse_unconfirmed(self, cleaned)
        elif cleaned.get("is_active") and not self.instance.is_active:
            # Switched on again: the fields are not in the row yet.
            refuse_unconfirmed(self, {**cleaned, "client": self.instance.client})
        return cleaned

    def clean_mapping(self) -> dict[str, str]:
        mapping: dict[str, str] = self.cleaned_data["mapping"]
        known = PROVIDERS[self.instance.provider].mapping
        if unknown := [name for name in mapping if name not in known]:
            message = _("%(names)s: we have no such field. Ours are: %(fields)s.")
            raise ValidationError(
                message % {"names": ", ".join(unknown), "fields": ", ".join(known)}
            )
        return mapping


class CredentialsForm(forms.Form):
    """The provider's own fields; a secret that is stored stays where nothing is typed in."""

    def __init__(self, known: Iterable[StoredCredential], *args: Any) -> None:
        super().__init__(*args)
        for field, is_stored, value in known:
            note = _("Stored; leave it empty to keep it.") if is_stored and field.is_secret else ""
            self.fields[field.name] = text_field(
                capfirst(str(field.title)),
                required=field.is_required and not is_stored,
                initial=value,
                max_length=500,
                help_text=" ".join(filter(None, [str(field.help), note])),
            )
            if field.is_secret:
                self.fields[field.name].widget.attrs |= {"autocomplete": "off"}
