"""A moment in the client's zone: shown in it, entered in it, and the zone named beside."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import INPUT_CLASSES

from clients.models import Client

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


class WallMoment(ClientMoment):
    """What a clock on the wall shows: whose clock is known when the whole form is."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", gettext_lazy("By the client's own clock."))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dt.datetime | None:
        """Without a zone."""
        with timezone.override(dt.UTC):
            moment = forms.DateTimeField.to_python(self, value)
        return moment.replace(tzinfo=None) if moment else None


def moment_by(zone: dt.tzinfo, wall: dt.datetime) -> dt.datetime:
    """Raises ValidationError for times that this zone's clocks leave out or strike twice."""
    with timezone.override(zone):
        moment: dt.datetime = from_current_timezone(wall)
    return moment


def by_clock_of(form: forms.BaseForm, client: Client) -> None:
    """All moments of the form are the client's, and say so."""
    words = _("By the client's clock: %(zone)s.") % {"zone": client.time_zone}
    for field in form.fields.values():
        if isinstance(field, ClientMoment):
            field.zone = client.zone
            field.help_text = f"{field.help_text} {words}".strip()
