"""A day with its time in a form: asked by the browser's own calendar and clock."""

from typing import Any

from django import forms
from unfold.widgets import INPUT_CLASSES

WRITTEN = "%Y-%m-%dT%H:%M"


def moment_field(label: Any, **kwargs: Any) -> forms.DateTimeField:
    """By the clock of the program, as all times of the admin are."""
    widget = forms.DateTimeInput(
        {"type": "datetime-local", "class": " ".join(INPUT_CLASSES)}, format=WRITTEN
    )
    return forms.DateTimeField(label=label, widget=widget, input_formats=[WRITTEN], **kwargs)
