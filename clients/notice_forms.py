"""The forms of a person's page of notices."""

from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import URGENT, Channel, NoticeHabits, NoticeKind, User, When
from clients.models.user import time_zone_choices
from clients.notice_choices import Choices, choose

HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]


class KindLine(NamedTuple):
    label: str
    cells: list[tuple[str, forms.BoundField]]


class ChoicesForm(forms.Form):
    """A choice for each kind and channel."""

    def __init__(self, data: Any = None, *, person: User, standing: Choices) -> None:
        super().__init__(data)
        self.person, self.standing = person, standing
        for kind in NoticeKind:
            for channel in Channel:
                self.fields[name_of(kind, channel)] = forms.ChoiceField(
                    label=f"{kind.label}, {channel.label}",
                    choices=[(when.value, when.label) for when in offered(kind, channel)],
                    initial=standing[kind, channel],
                    widget=forms.Select(
                        attrs={
                            "class": "form-select form-select-sm",
                            "aria-label": f"{kind.label}, {channel.label}",
                        }
                    ),
                )

    def lines(self) -> list[KindLine]:
        return [
            KindLine(
                str(kind.label),
                [(str(each.label), self[name_of(kind, each)]) for each in Channel],
            )
            for kind in NoticeKind
        ]

    def save(self) -> None:
        """Only what was changed is written down: a default may follow the person's work."""
        for kind in NoticeKind:
            for channel in Channel:
                when = self.cleaned_data[name_of(kind, channel)]
                if when != self.standing[kind, channel]:
                    choose(self.person, kind, channel, when)


def name_of(kind: str, channel: str) -> str:
    return f"{kind}-{channel}"


def offered(kind: str, channel: str) -> list[When]:
    """The workbench shows it or not; what is urgent waits for no digest."""
    if channel == Channel.DASHBOARD or kind in URGENT:
        return [When.AT_ONCE, When.OFF]
    return [When.AT_ONCE, When.DIGEST, When.OFF]


class HabitsForm(forms.ModelForm):  # type: ignore[type-arg] # of NoticeHabits
    """With the person's time zone, by which the hours are meant."""

    digest_hour = forms.TypedChoiceField(label=_("Hour of the digest"), choices=HOURS, coerce=int)
    quiet_from = forms.TypedChoiceField(label=_("Quiet from"), choices=HOURS, coerce=int)
    quiet_until = forms.TypedChoiceField(
        label=_("Quiet until"),
        choices=HOURS,
        coerce=int,
        help_text=_("The same hour twice: never quiet."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, help_text=_("Empty: the agency's.")
    )

    class Meta:
        model = NoticeHabits
        fields = ("digest_hour", "quiet_from", "quiet_until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones: Any = self.fields["time_zone"]
        zones.choices = [("", "—"), *time_zone_choices()]
        zones.initial = self.instance.person.time_zone
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if all(name in data for name in self.Meta.fields):
            hours = NoticeHabits(quiet_from=data["quiet_from"], quiet_until=data["quiet_until"])
            if hours.is_quiet(data["digest_hour"]):
                self.add_error(
                    "digest_hour",
                    _("Choose an hour outside the quiet hours: in them no digest may come."),
                )
        return data

    def save(self, commit: bool = True) -> NoticeHabits:
        """Of the row only the hours: the bot writes the rest of it."""
        hours = {name: self.cleaned_data[name] for name in self.Meta.fields}
        person = self.instance.person
        User.objects.filter(pk=person.pk).update(time_zone=self.cleaned_data["time_zone"])
        return NoticeHabits.objects.update_or_create(person=person, defaults=hours)[0]
