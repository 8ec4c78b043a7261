"""Tracking numbers: normalised however they are typed."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _

from clients.admin.scoped import ClientFilter, ScopedAdmin, ScopedForm
from clients.models import TrackingNumber
from smm_agency.lib.phones import normalise


class TrackingNumberForm(ScopedForm):
    class Meta:
        model = TrackingNumber
        fields = ("client", "number", "kind", "provider", "note", "is_active")
        field_classes = {"number": forms.CharField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "number" in self.fields:
            # Spaces and brackets make it longer than what is stored.
            self.fields["number"].max_length = 40  # type: ignore[attr-defined] # a CharField
            self.fields["number"].widget.attrs["maxlength"] = 40
            self.fields["number"].validators = []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        client = cleaned.get("client") or getattr(self.instance, "client", None)
        if client and cleaned.get("number"):
            number = normalise(cleaned["number"], client.country)
            if number is None:
                self.add_error("number", _("No telephone of this country looks like that."))
            cleaned["number"] = number
        return cleaned


@admin.register(TrackingNumber)
class TrackingNumberAdmin(ScopedAdmin):
    form = TrackingNumberForm
    list_display: tuple[str, ...] = ("number", "client", "kind", "provider", "is_active")
    list_filter: tuple[Any, ...] = (ClientFilter, "kind", "is_active")
    list_select_related = ("client",)
    search_fields = ("number", "note")
    fields = (("client", "number"), ("kind", "provider"), ("note", "is_active"))
