"""The client and the people on the client's side."""

import datetime as dt
import zoneinfo
from typing import Self

import phonenumbers
from babel.numbers import is_currency
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.dates import WEEKDAYS as DAY_NAMES
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models.scoping import ClientRows
from clients.models.team import TeamMember
from clients.models.user import User
from clients.models.user import time_zone_choices as time_zone_choices

# Monday is 0, as in Python's calendar.
WEEKDAYS = list(DAY_NAMES.items())


class ClientStatus(models.TextChoices):
    LEAD = "lead", _("lead")
    ONBOARDING = "onboarding", _("onboarding")
    ACTIVE = "active", _("active")
    PAUSED = "paused", _("paused")
    ENDED = "ended", _("ended")


ALLOWED_STATUS_CHANGES: dict[str, frozenset[str]] = {
    ClientStatus.LEAD: frozenset({ClientStatus.ONBOARDING, ClientStatus.ENDED}),
    ClientStatus.ONBOARDING: frozenset({ClientStatus.ACTIVE, ClientStatus.ENDED}),
    ClientStatus.ACTIVE: frozenset({ClientStatus.PAUSED, ClientStatus.ENDED}),
    ClientStatus.PAUSED: frozenset({ClientStatus.ACTIVE, ClientStatus.ENDED}),
    ClientStatus.ENDED: frozenset(),
}


# Nobody works for a client in these.
AT_REST = (ClientStatus.PAUSED, ClientStatus.ENDED)


class Marking(models.TextChoices):
    """When a client's advertising is marked; what that asks, `clients.marking.rule_for` says."""

    BY_COUNTRY = "by_country", _("as the law of the country says")
    REQUIRED = "required", _("always")
    OFF = "off", _("never")


def check_country(value: str) -> None:
    if value not in phonenumbers.SUPPORTED_REGIONS:
        raise ValidationError(_("Use the two capital letters of ISO 3166, such as RU or DE."))


def check_currency(value: str) -> None:
    if not is_currency(value):
        raise ValidationError(_("Use the three capital letters of ISO 4217, such as RUB or EUR."))


class LocalDay(models.Func):
    """The day it is now in the zone that the expression names."""

    template = "(timezone(%(expressions)s, now()))::date"
    output_field = models.DateField()


class ClientQuerySet(models.QuerySet["Client"]):
    def visible_to(self, user: User | AnonymousUser, *, on: dt.date | None = None) -> Self:
        """All for directors; for other staff the clients whose team they are in on that day.

        None: today at each client's place. Not those where they are a contractor and nothing else:
        `clients.models.scoping`.
        """
        if not isinstance(user, User):
            return self.none()
        if user.sees_all_clients:
            return self
        teams = TeamMember.objects.active(on=on).filter(user=user)
        return self.filter(pk__in=teams.of_the_house().values("client"))

    def contracted_to(self, user: User, *, on: dt.date | None = None) -> Self:
        """Those for whom this person works as a contractor on that day."""
        teams = TeamMember.objects.active(on=on).filter(user=user)
        return self.filter(pk__in=teams.contracted().values("client"))

    def served_by(self, user: User, *, on: dt.date | None = None) -> Self:
        """Those that they see, and those for whom they work as a contractor."""
        if user.sees_all_clients:
            return self
        teams = TeamMember.objects.active(on=on).filter(user=user)
        return self.filter(pk__in=teams.values("client"))

    def open_to(self, user: User | AnonymousUser) -> Self:
        """The clients whose portal this person may look at: as the client's, or as staff.

        The people of a client that has left look until its last day, by its own clock.
        """
        if not isinstance(user, User):
            return self.none()
        seen = self.inviting(user).exclude(self.PORTAL_IS_OVER).values("pk")
        if user.is_staff:
            return self.filter(
                models.Q(pk__in=seen) | models.Q(pk__in=self.visible_to(user).values("pk"))
            )
        return self.filter(pk__in=seen)

    PORTAL_IS_OVER = models.Q(
        status=ClientStatus.ENDED, portal_until__lt=LocalDay(models.F("time_zone"))
    )

    def inviting(self, user: User) -> Self:
        return self.filter(portal_access__user=user, portal_access__revoked_at=None)

    def closed_to(self, user: User) -> Self:
        """The clients whose portal this person looked at until its last day."""
        return self.inviting(user).filter(self.PORTAL_IS_OVER)

    def measured(self) -> Self:
        """Clients whose numbers are read every day: all but those who have left.

        A lead's too: its audit and the comparison with its competitors come before there is an
        engagement.
        """
        return self.exclude(status=ClientStatus.ENDED)

    def alarmed(self) -> Self:
        """Clients whose numbers may open a flag: a paused one is measured in silence."""
        return self.filter(status=ClientStatus.ACTIVE)


class Client(models.Model):
    name = models.CharField(pgettext_lazy("company", "name"), max_length=120, unique=True)
    legal_name = models.CharField(_("legal name"), max_length=200, blank=True)
    tax_number = models.CharField(
        _("tax number"), max_length=20, blank=True, help_text=_("In Russia: INN.")
    )
    industry = models.CharField(_("industry"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=2, default="RU", validators=[check_country])
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/Moscow", choices=time_zone_choices
    )
    currency = models.CharField(
        _("currency"), max_length=3, default="RUB", validators=[check_currency]
    )
    language = models.CharField(
        _("language"), max_length=2, choices=[("en", "English"), ("ru", "Русский")], default="ru"
    )
    status = models.CharField(
        _("status"), max_length=12, choices=ClientStatus.choices, default=ClientStatus.LEAD
    )
    personal_data_days = models.PositiveIntegerField(
        _("days personal data is kept"),
        default=365,
        validators=[MinValueValidator(1)],
        help_text=_("After this time the numbers of callers are erased; the counts stay."),
    )
    takes_calls = models.BooleanField(
        _("takes phone calls"),
        default=True,
        help_text=_("Off: calls are stated as not taken, never shown as zero."),
    )
    has_call_tracking = models.BooleanField(_("has call tracking"), default=True)
    target_min_seconds = models.PositiveIntegerField(
        _("shortest target call, seconds"),
        default=30,
        help_text=_("An answered call of at least this length is a target call."),
    )
    uniqueness_days = models.PositiveIntegerField(
        _("uniqueness depth, days"),
        default=90,
        validators=[MinValueValidator(1)],
        help_text=_("A caller is unique again after this many days without a call."),
    )
    days_off = ArrayField(
        models.PositiveSmallIntegerField(choices=WEEKDAYS),
        verbose_name=_("closed on"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Weekdays on which nobody answers: no calls are expected of them."),
    )
    closed_on_holidays = models.BooleanField(
        _("closed on public holidays"),
        default=False,
        db_default=False,
        help_text=_("By the calendar of the client's country; no calls are expected of them."),
    )
    marking = models.CharField(
        _("advertising is marked"),
        max_length=10,
        choices=Marking.choices,
        default=Marking.BY_COUNTRY,
        db_default=Marking.BY_COUNTRY.value,
        editable=False,
    )
    shows_forecast = models.BooleanField(
        _("forecast in the portal"),
        default=False,
        db_default=False,
        help_text=_("On: the client reads the chance of reaching the month's target."),
    )
    portal_until = models.DateField(
        _("portal open until"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The last day of the client's people after the work has ended."),
    )
    # When the people of a client that has left were forgotten.
    forgotten_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    is_demo = models.BooleanField(_("belongs to the demo"), default=False, editable=False)

    objects = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ["name"]
        permissions = [("see_all_clients", "Can see every client of the agency")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(personal_data_days__gte=1, uniqueness_days__gte=1),
                name="client_periods_positive",
            ),
            # A caller who is forgotten inside the depth would be unique once more.
            models.CheckConstraint(
                condition=models.Q(personal_data_days__gte=models.F("uniqueness_days")),
                name="client_uniqueness_within_memory",
                violation_error_message=_(
                    "Personal data is kept for fewer days than the uniqueness depth."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        kept, depth = self.personal_data_days, self.uniqueness_days
        if kept is not None and depth is not None and kept < depth:
            message = _(
                "Callers are forgotten after %(kept)s days: give at most %(kept)s here, or keep"
                " personal data for %(depth)s days or longer."
            )
            raise ValidationError({"uniqueness_days": message % {"kept": kept, "depth": depth}})

    @cached_property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    def day_of(self, moment: dt.datetime) -> dt.date:
        """The client's day that an aware moment falls on."""
        return moment.astimezone(self.zone).date()

    def today(self) -> dt.date:
        return self.day_of(timezone.now())


class StatusChange(models.Model):
    client = models.ForeignKey(Client, models.CASCADE, related_name="status_changes")
    old = models.CharField(
        pgettext_lazy("status", "from"), max_length=12, choices=ClientStatus.choices
    )
    new = models.CharField(
        pgettext_lazy("status", "to"), max_length=12, choices=ClientStatus.choices
    )
    changed_by = models.ForeignKey(User, models.PROTECT, verbose_name=_("by"))
    changed_at = models.DateTimeField(_("at"), default=timezone.now)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = ClientRows["StatusChange"].as_manager()

    class Meta:
        verbose_name = _("change of status")
        verbose_name_plural = _("changes of status")
        ordering = ["-changed_at"]

    def __str__(self) -> str:
        return f"{self.get_old_display()} → {self.get_new_display()}"


class Contact(models.Model):
    client = models.ForeignKey(Client, models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=120)
    position = models.CharField(_("position"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    is_main = models.BooleanField(_("main contact"), default=False)

    objects = ClientRows["Contact"].as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["client", "-is_main", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["client"],
                condition=models.Q(is_main=True),
                name="contact_one_main_per_client",
            )
        ]

    def __str__(self) -> str:
        return self.name
