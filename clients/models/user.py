"""People who sign in: staff of the agency and the clients' people."""

import zoneinfo

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from smm_agency.lib.phones import normalise

# What a person of the agency lets clients know: the fields of `clients.work_contacts`.
WORK_CONTACTS = ("work_email", "work_phone", "work_telegram", "work_whatsapp", "work_hours")


def check_work_phone(value: str) -> None:
    if not value.startswith("+") or normalise(value, "RU") is None:
        raise ValidationError(
            _("Write the number with its plus and country, such as +7 495 123-45-67.")
        )


def time_zone_choices() -> list[tuple[str, str]]:
    return [(name, name) for name in sorted(zoneinfo.available_timezones())]


class User(AbstractUser):
    language = models.CharField(
        _("language"),
        max_length=2,
        blank=True,
        choices=[("en", "English"), ("ru", "Русский")],
        help_text=_("Empty: the browser's language."),
    )
    # Clients whose team the person is in see these; never `email`, which opens the account.
    work_email = models.EmailField(
        _("e-mail for work"),
        blank=True,
        db_default="",
        help_text=_("Clients write here. Empty: they see no e-mail address."),
    )
    work_phone = models.CharField(
        _("work phone"),
        max_length=32,
        blank=True,
        db_default="",
        validators=[check_work_phone],
        help_text=_("With the country, such as +7 495 123-45-67."),
    )
    work_telegram = models.CharField(
        _("Telegram for work"),
        max_length=32,
        blank=True,
        db_default="",
        validators=[
            RegexValidator(
                r"^[A-Za-z][A-Za-z0-9_]{3,31}\Z",
                _("Write the name alone, such as anna_agency: no @ and no address."),
            )
        ],
        help_text=_("The name after t.me/, without @."),
    )
    work_whatsapp = models.CharField(
        _("WhatsApp for work"),
        max_length=32,
        blank=True,
        db_default="",
        validators=[check_work_phone],
        help_text=_("A number with the country."),
    )
    work_hours = models.CharField(
        _("working hours"),
        max_length=120,
        blank=True,
        db_default="",
        help_text=_("As clients read it, such as Mon–Fri 10–19, Moscow time."),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        choices=time_zone_choices,
        help_text=_("Empty: the agency's."),
    )
    # Of the work at the agency: what the director plans and counts by.
    hours_per_week = models.PositiveSmallIntegerField(
        _("hours a week"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(168)],
        help_text=_("How much the person can take on. Empty: not known."),
    )
    is_demo = models.BooleanField(_("belongs to the demo"), default=False, editable=False)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def sees_all_clients(self) -> bool:
        """Directors see every client; others only those whose team they are in."""
        return self.is_active and self.has_perm("clients.see_all_clients")
