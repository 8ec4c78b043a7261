"""What the steps of a report ask."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import INPUT_CLASSES, UnfoldAdminCheckboxSelectMultipleWidget

from clients.admin.form_page import select_field, text_field
from clients.models import Client


class SeenForm(forms.Form):
    """The digest of what the person looked at."""

    seen = forms.CharField(widget=forms.HiddenInput(), max_length=64)


class SendForm(SeenForm):
    """And of the recipients that the person saw."""

    to_seen = forms.CharField(widget=forms.HiddenInput(), max_length=64)


class MakeForm(forms.Form):
    client = select_field(gettext_lazy("Client"))
    month = forms.CharField(
        label=gettext_lazy("Month"),
        widget=forms.TextInput({"type": "month", "class": " ".join(INPUT_CLASSES)}),
    )

    def __init__(self, clients: list[Client], data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["client"].choices = [(str(row.pk), row.name) for row in clients]  # type: ignore[attr-defined] # a ChoiceField

    def clean_month(self) -> dt.date:
        try:
            day = parse_date(f"{self.cleaned_data['month'].strip()}-01")
        except ValueError:
            day = None
        if day is None:
            raise ValidationError(_("Write the month as 2026-11."))
        return day


class ResendForm(forms.Form):
    """`seen`: how often it had been sent when the person looked."""

    addresses = forms.MultipleChoiceField(
        label=gettext_lazy("To"), widget=UnfoldAdminCheckboxSelectMultipleWidget()
    )
    seen = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, choices: list[tuple[str, str]], data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["addresses"].choices = choices  # type: ignore[attr-defined] # a ChoiceField


class CorrectForm(forms.Form):
    corrected = text_field(
        gettext_lazy("What was corrected"),
        rows=3,
        max_length=1_000,
        help_text=gettext_lazy("The client reads it with the new edition."),
    )


class BouncedForm(forms.Form):
    delivery = select_field(gettext_lazy("Letter"))
    note = text_field(gettext_lazy("How it is known"), max_length=300)

    def __init__(self, choices: list[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data)
        self.fields["delivery"].choices = choices  # type: ignore[attr-defined] # a ChoiceField
