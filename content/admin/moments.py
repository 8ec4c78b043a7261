"""A moment in the client's zone: shown in it, entered in it."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from unfold.widgets import INPUT_CLASSES

FORMAT = "%Y-%m-%dT%H:%M"


class ClientMoment(forms.DateTimeField):
    """`zone` is set by the form, which knows the client."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget",
            forms.DateTimeInput(
                {"type": "datetime-local", "class": " ".join(INPUT_CLASSES)}, FORMAT
            ),
        )
        super().__init__(input_formats=[FORMAT, f"{FORMAT}:%S"], **kwargs)
        self.zone: ZoneInfo | None = None

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dt.datetime) and timezone.is_aware(value):
            return value.astimezone(self.zone).replace(tzinfo=None)
        return value

    def to_python(self, value: Any) -> dt.datetime | None:
        """Times that the clocks leave out or strike twice are refused by Django."""
        with timezone.override(self.zone):
            return super().to_python(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = self.prepare_value(initial)
        # A browser knows no seconds here.
        kept = before.replace(second=0, microsecond=0) if before else None
        try:
            now = self.prepare_value(self.to_python(data))
        except ValidationError:
            return True
        return bool(kept != now)
