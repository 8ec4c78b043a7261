"""Tasks that are written before there is somebody to do them: templates, and what comes again."""

import datetime as dt
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models.client import WEEKDAYS, Client
from clients.models.engagement import Block
from clients.models.package import Package
from clients.models.scoping import ClientRows
from clients.models.task import Side
from clients.models.team import Role
from clients.models.user import User
from smm_agency.lib.bilingual import Bilingual

IS_ROLE = models.Q(role="") | models.Q(role__in=Role.values)
NO_SUCH_ROLE = _("There is no such role: choose one of the list, or nobody's.")


class WorkPlace(models.TextChoices):
    """Where a task is done; which page that is, upper floors know."""

    BRIEF = "brief", _("brief")
    CONTRACT = "contract", _("contract")
    NDA = "nda", _("non-disclosure agreement")
    DATA_PROCESSING = "data_processing", _("data-processing instruction")
    ACCESSES = "accesses", _("access register")
    TRACKING_NUMBER = "tracking_number", _("tracking number")
    TEST_CALL = "test_call", _("test call")
    BUSINESS_HOURS = "business_hours", _("business hours")
    ESCALATION_PHONE = "escalation_phone", _("main contact with a telephone")
    BASELINE = "baseline", _("first snapshots of the pages")
    ENGAGEMENT = "engagement", _("engagement")


class TaskTemplate(Bilingual, models.Model):
    """A reference row: directors may edit it, a restart never overwrites.

    Without a package it belongs to the tasks that every other engagement starts with.
    """

    code = models.SlugField(_("code"), max_length=60, unique=True)
    package = models.ForeignKey(
        Package,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="task_templates",
        verbose_name=_("package"),
        help_text=_("Empty: for engagements whose package has no tasks of its own."),
    )
    block = models.CharField(_("block"), max_length=12, choices=Block.choices, blank=True)
    title_en = models.CharField(_("title, English"), max_length=200)
    title_ru = models.CharField(_("title, Russian"), max_length=200)
    details_en = models.TextField(_("details, English"), blank=True)
    details_ru = models.TextField(_("details, Russian"), blank=True)
    side = models.CharField(
        _("whose move"), max_length=8, choices=Side.choices, default=Side.AGENCY
    )
    role = models.CharField(
        _("role that owns it"),
        max_length=20,
        choices=Role.choices,
        blank=True,
        help_text=_("Empty: nobody's, until somebody takes it."),
    )
    days_after = models.PositiveSmallIntegerField(
        _("days after the start"),
        default=0,
        validators=[MaxValueValidator(365)],
        help_text=_("Moved to the next working day of the client's country."),
    )
    leads_to = models.CharField(
        _("is done at"), max_length=20, choices=WorkPlace.choices, blank=True
    )
    position = models.PositiveSmallIntegerField(pgettext_lazy("order", "position"), default=0)
    is_used = models.BooleanField(
        _("used"), default=True, help_text=_("Off: new engagements start without it.")
    )

    class Meta:
        verbose_name = _("task template")
        verbose_name_plural = _("task templates")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=IS_ROLE,
                name="task_template_has_role",
                violation_error_message=NO_SUCH_ROLE,
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.in_language("title")

    @property
    def details(self) -> str:
        return self.in_language("details")


class RecurrenceRule(models.TextChoices):
    WEEKLY = "weekly", _("every week")
    MONTHLY = "monthly", _("every month")
    MONTHS = "months", _("every few months")


class DayShift(models.TextChoices):
    """What becomes of an occurrence that falls on a day off."""

    NONE = "none", _("stays where it is")
    AFTER = "after", _("the next working day")
    BEFORE = "before", _("the working day before")


# What is NULL would pass: a check refuses only what is surely wrong.
HAS_WEEKDAY = models.Q(weekday__isnull=False, weekday__range=(0, 6))
HAS_MONTH_DAY = models.Q(month_day__isnull=False, month_day__range=(1, 31))
HAS_MONTHS = models.Q(every_months__isnull=False, every_months__range=(2, 24))
HAS_DAY = (
    models.Q(rule=RecurrenceRule.WEEKLY) & HAS_WEEKDAY
    | models.Q(rule=RecurrenceRule.MONTHLY) & HAS_MONTH_DAY
    | models.Q(rule=RecurrenceRule.MONTHS) & HAS_MONTH_DAY & HAS_MONTHS
)


WANTED_DAYS: dict[str, tuple[str, ...]] = {
    RecurrenceRule.WEEKLY: ("weekday",),
    RecurrenceRule.MONTHLY: ("month_day",),
    RecurrenceRule.MONTHS: ("month_day", "every_months"),
}


class RecurringTaskQuerySet(ClientRows["RecurringTask"]):
    def running(self) -> Self:
        return self.filter(is_active=True)


class RecurringTask(models.Model):
    """`made_until` is the last day (before any shift) that has its task, or was missed."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="recurring_tasks")
    block = models.CharField(_("block"), max_length=12, choices=Block.choices, blank=True)
    title = models.CharField(_("title"), max_length=200)
    details = models.TextField(_("details"), blank=True)
    side = models.CharField(
        _("whose move"), max_length=8, choices=Side.choices, default=Side.AGENCY
    )
    owner = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
        limit_choices_to={"is_staff": True},
    )
    role = models.CharField(
        _("or the role that owns it"),
        max_length=20,
        choices=Role.choices,
        blank=True,
        help_text=_("Where no owner is named: who has the role on that day."),
    )
    rule = models.CharField(
        pgettext_lazy("task", "comes again"),
        max_length=8,
        choices=RecurrenceRule.choices,
        default=RecurrenceRule.MONTHLY,
    )
    weekday = models.PositiveSmallIntegerField(
        _("weekday"), null=True, blank=True, choices=WEEKDAYS
    )
    month_day = models.PositiveSmallIntegerField(
        _("day of the month"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text=_("31 is the last day of a shorter month."),
    )
    every_months = models.PositiveSmallIntegerField(
        _("once in so many months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(2), MaxValueValidator(24)],
    )
    shift = models.CharField(
        _("on a day off"), max_length=6, choices=DayShift.choices, default=DayShift.AFTER
    )
    days_before = models.PositiveSmallIntegerField(
        _("made so many days before"),
        default=3,
        validators=[MaxValueValidator(6)],
        help_text=_("At most 6: each task is made after the one before it was due."),
    )
    leads_to = models.CharField(
        _("is done at"), max_length=20, choices=WorkPlace.choices, blank=True
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    made_until = models.DateField(_("made until"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = RecurringTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("recurring task")
        verbose_name_plural = _("recurring tasks")
        ordering = ["client", "title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=HAS_DAY,
                name="recurring_task_has_day",
                violation_error_message=_("Say on which day it comes again."),
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="recurring_task_ends_after_start",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=IS_ROLE,
                name="recurring_task_has_role",
                violation_error_message=NO_SUCH_ROLE,
            ),
            models.CheckConstraint(
                condition=models.Q(days_before__lte=6), name="recurring_task_made_soon_before"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        wanted = WANTED_DAYS.get(self.rule, ())
        words = {
            "weekday": _("Say on which weekday it comes again."),
            "month_day": _("Give the day of the month, 1 to 31."),
            "every_months": _("Say once in how many months, 2 to 24."),
        }
        missing = {name: words[name] for name in wanted if getattr(self, name) is None}
        if missing:
            raise ValidationError(missing)

    def first_day(self) -> dt.date:
        """Nothing is made for days before the rule was written down."""
        return max(self.starts_on, self.client.day_of(self.created_at))
