"""Hours of work, as people write them down: no timers."""

from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from clients.models.engagement import Block, Engagement
from clients.models.scoping import ClientRows
from clients.models.task import Task
from clients.models.user import User

DAY_MINUTES = 24 * 60


class TimeEntryQuerySet(ClientRows["TimeEntry"]):
    own_by = ("person",)

    def visible_to(self, user: Any, **kwargs: Any) -> Self:
        """Everybody's for directors; others see their own."""
        seen = super().visible_to(user, **kwargs)
        is_all = isinstance(user, User) and user.sees_all_clients
        return seen if is_all else seen.filter(person=user.pk)


class TimeEntry(models.Model):
    client = models.ForeignKey(Client, models.CASCADE, related_name="time_entries")
    engagement = models.ForeignKey(
        Engagement, models.SET_NULL, null=True, blank=True, related_name="time_entries"
    )
    block = models.CharField(_("block"), max_length=12, choices=Block.choices, blank=True)
    task = models.ForeignKey(
        Task, models.SET_NULL, null=True, blank=True, related_name="time_entries"
    )
    person = models.ForeignKey(
        User, models.PROTECT, related_name="time_entries", verbose_name=_("person")
    )
    day = models.DateField(_("day"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), validators=[MinValueValidator(1), MaxValueValidator(DAY_MINUTES)]
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    made_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    objects = TimeEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of time")
        verbose_name_plural = _("time spent")
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["person", "day"], name="time_entry_person_day")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minutes__range=(1, DAY_MINUTES)),
                name="time_entry_within_a_day",
                violation_error_message=_("Write from 1 to 1440 minutes."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.day} · {self.minutes}"
