"""The hours in which a client's people are answered: versions, each from its day on."""

import zoneinfo
from itertools import groupby
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientRows, User
from clients.models.client import WEEKDAYS, time_zone_choices
from content.working_time import Shift, read_shifts, write_shifts


def check_shifts(value: str) -> None:
    read_shifts(value)


def shifts_field(weekday: int, default: str = "10:00–19:00") -> "models.CharField[str, str]":
    return models.CharField(
        WEEKDAYS[weekday][1],
        max_length=100,
        blank=True,
        default=default,
        validators=[check_shifts],
    )


class BusinessHoursQuerySet(ClientRows["BusinessHours"]):
    def newest_first(self) -> Self:
        return self.order_by("-starts_on")


class BusinessHours(models.Model):
    """One version; a client without one, or before its first, works by the usual hours
    (`content.business_hours`). The zone is the version's own, so that a client that moves does not
    move its past.
    """

    FIELDS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

    client = models.ForeignKey(Client, models.CASCADE, related_name="business_hours")
    starts_on = models.DateField(
        _("from"), help_text=_("What came in before that day keeps its times.")
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        choices=time_zone_choices,
        help_text=_("Empty: the client's."),
    )
    monday = shifts_field(0)
    tuesday = shifts_field(1)
    wednesday = shifts_field(2)
    thursday = shifts_field(3)
    friday = shifts_field(4)
    saturday = shifts_field(5, "")
    sunday = shifts_field(6, "")
    closed_on_holidays = models.BooleanField(
        _("closed on public holidays"),
        default=True,
        help_text=_("By the calendar of the client's country."),
    )
    created_at = models.DateTimeField(_("written down"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("by whom"),
    )

    objects = BusinessHoursQuerySet.as_manager()

    class Meta:
        verbose_name = _("business hours")
        verbose_name_plural = _("business hours")
        ordering = ["client", "-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "starts_on"],
                name="business_hours_once_a_day",
                violation_error_message=_("The client has hours from that day already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(
                    monday="", tuesday="", wednesday="", thursday="", friday="", saturday="",
                    sunday="",
                ),
                name="business_hours_open_sometimes",
                violation_error_message=_("Name at least one shift: nobody could be answered."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.client} · {self.starts_on}"

    def save(self, *args: object, **kwargs: object) -> None:
        """The zone is written down as it is now, and shifts in one spelling."""
        self.time_zone = self.time_zone or self.client.time_zone
        for name in self.FIELDS:
            setattr(self, name, write_shifts(read_shifts(getattr(self, name))))
        super().save(*args, **kwargs)  # type: ignore[arg-type] # passed on as they came

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    def clean(self) -> None:
        """Hours that begin in the past would say that answers were late, or were not."""
        if self.client_id and self.starts_on and self.starts_on < self.client.today():
            raise ValidationError({"starts_on": _("Hours hold from today on at the earliest.")})

    def in_words(self) -> str:
        """Neighbouring days with the same hours together; closed ones are left out."""
        days = [(str(WEEKDAYS_ABBR[n]), getattr(self, name)) for n, name in enumerate(self.FIELDS)]
        parts = []
        for hours, same in groupby(days, key=lambda day: day[1]):
            names = [name for name, _shifts in same]
            span = f"{names[0]}–{names[-1]}" if names[1:] else names[0]
            parts += [f"{span} {hours}"] if hours else []
        return "; ".join(parts)

    def shifts_of(self, weekday: int) -> tuple[Shift, ...]:
        return read_shifts(getattr(self, self.FIELDS[weekday]))


def has_begun(row: BusinessHours | None) -> bool:
    return row is not None and row.starts_on <= row.client.today()


class SpecialDay(models.Model):
    """One day with hours of its own, whatever the week says: empty is closed."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="special_days")
    day = models.DateField(_("day"))
    shifts = models.CharField(
        _("hours"),
        max_length=100,
        blank=True,
        validators=[check_shifts],
        help_text=_("Such as 10:00–15:00; empty: closed."),
    )
    note = models.CharField(_("why"), max_length=120, blank=True)

    objects = ClientRows["SpecialDay"].as_manager()

    class Meta:
        verbose_name = _("day with other hours")
        verbose_name_plural = _("days with other hours")
        ordering = ["client", "-day"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "day"],
                name="special_day_once",
                violation_error_message=_("This day has its hours already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.shifts or '—'}"

    def clean(self) -> None:
        """Hours of days that are over would say that answers were late, or were not."""
        if self.client_id and self.day and self.day < self.client.today():
            raise ValidationError({"day": _("This day is over: its hours stay as they were.")})
