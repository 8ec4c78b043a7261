"""One task, for anything that somebody has to do."""

import datetime as dt
from typing import Self

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models.client import Client
from clients.models.engagement import Block
from clients.models.scoping import ClientRows
from clients.models.user import User


class TaskState(models.TextChoices):
    OPEN = "open", pgettext_lazy("task", "open")
    IN_WORK = "in_work", _("in work")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class Side(models.TextChoices):
    """Whose responsibility something is."""

    AGENCY = "agency", _("agency")
    CLIENT = "client", _("client")


OPEN_STATES = (TaskState.OPEN, TaskState.IN_WORK)

# Where the task of an ending leads, and what it is known by: its checklist.
ENDING = "ending"


class TaskQuerySet(ClientRows["Task"]):
    own_by = ("owner",)

    def unfinished(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def of_endings(self) -> Self:
        """The one task of each client that asks for the checklist of its ending."""
        return self.filter(leads_to=ENDING)

    def overdue(self, *, on: dt.date) -> Self:
        return self.unfinished().filter(due_on__lt=on)


class Task(models.Model):
    client = models.ForeignKey(Client, models.CASCADE, related_name="tasks")
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
        related_name="tasks",
        verbose_name=_("owner"),
        limit_choices_to={"is_staff": True},
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=TaskState.choices, default=TaskState.OPEN
    )
    done_at = models.DateTimeField(_("done at"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    origin_type = models.ForeignKey(
        ContentType, models.SET_NULL, null=True, blank=True, editable=False
    )
    origin_id = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    origin = GenericForeignKey("origin_type", "origin_id")
    origin_note = models.CharField(
        _("where it came from"),
        max_length=200,
        blank=True,
        help_text=_("A call, a letter, a flag…"),
    )
    leads_to = models.CharField(
        _("is done at"), max_length=20, blank=True, db_default="", editable=False
    )
    # The day of the rule, before any shift, where the task came from a recurring one.
    occurs_on = models.DateField(null=True, blank=True, editable=False)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = [models.F("due_on").asc(nulls_last=True), "id"]
        indexes = [models.Index(fields=["state", "due_on"], name="task_state_due")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=TaskState.DONE, done_at__isnull=False)
                | ~models.Q(state=TaskState.DONE) & models.Q(done_at__isnull=True),
                name="task_done_has_moment",
            ),
            models.UniqueConstraint(
                fields=["origin_type", "origin_id", "occurs_on"],
                condition=models.Q(occurs_on__isnull=False),
                name="task_occurs_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title
