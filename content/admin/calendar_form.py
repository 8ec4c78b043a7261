"""The filters of staff's calendar."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.form_page import select_field


class CalendarForm(forms.Form):
    """What is shown of the calendar; nothing chosen is everything."""

    client = select_field(gettext_lazy("Client"), required=False)
    community = select_field(gettext_lazy("Community"), required=False)
    rubric = select_field(gettext_lazy("Rubric"), required=False)
    author = select_field(gettext_lazy("Author"), required=False)
    state = select_field(gettext_lazy("State"), required=False)
    source = select_field(gettext_lazy("Source"), required=False)
    view = forms.CharField(required=False, widget=forms.HiddenInput)
    on = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, choices: dict[str, list[tuple[str, str]]], data: Any = None) -> None:
        super().__init__(data)
        for name, options in choices.items():
            field: Any = self.fields[name]
            field.choices = [("", _("all")), *options]
