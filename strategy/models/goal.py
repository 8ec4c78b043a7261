"""Goals made measurable, from the business down to communication, and what is done for them."""

import datetime as dt
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Block, Client, ClientChild, ClientRows, Side, Task, TaskState, User
from strategy.models.version import StrategyVersion


class GoalLevel(models.TextChoices):
    BUSINESS = "business", _("business")
    MARKETING = "marketing", _("marketing")
    COMMUNICATION = "communication", _("communication")


# What a goal of this level may serve.
ABOVE: dict[str, frozenset[str]] = {
    GoalLevel.BUSINESS: frozenset(),
    GoalLevel.MARKETING: frozenset({GoalLevel.BUSINESS}),
    GoalLevel.COMMUNICATION: frozenset({GoalLevel.BUSINESS, GoalLevel.MARKETING}),
}


class Goal(ClientChild):
    client_from = "version"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    version = models.ForeignKey(StrategyVersion, models.CASCADE, related_name="goals")
    level = models.CharField(
        _("level"), max_length=14, choices=GoalLevel.choices, default=GoalLevel.MARKETING
    )
    serves = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="served_by",
        verbose_name=_("serves the goal"),
        help_text=_("The goal of a higher level that this one makes reachable."),
    )
    text = models.CharField(_("goal"), max_length=300)
    measure = models.CharField(
        _("how it is measured"),
        max_length=300,
        blank=True,
        help_text=_("A number and a date, such as “40 calls a month by June”."),
    )

    objects = ClientRows["Goal"].as_manager()

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "text"],
                name="goal_once",
                violation_error_message=_("This goal is in the strategy already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(level=GoalLevel.BUSINESS, serves__isnull=False),
                name="goal_business_serves_none",
                violation_error_message=_("A goal of the business serves no other goal."),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        if self.serves and self.serves.level not in ABOVE.get(self.level, frozenset()):
            raise ValidationError(
                {"serves": _("A goal serves one of a higher level: business, then marketing.")}
            )


class GoalTaskQuerySet(ClientRows["GoalTask"]):
    def done(self) -> Self:
        return self.filter(task__state=TaskState.DONE)


class GoalTask(ClientChild):
    """A task of a goal. On approval it comes into the one list of tasks, where it is done."""

    client_from = "goal"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    goal = models.ForeignKey(Goal, models.CASCADE, related_name="tasks", verbose_name=_("goal"))
    title = models.CharField(_("task"), max_length=200)
    side = models.CharField(
        _("whose move"), max_length=8, choices=Side.choices, default=Side.AGENCY
    )
    owner = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
        limit_choices_to={"is_staff": True},
    )
    block = models.CharField(_("block"), max_length=12, choices=Block.choices, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    # Made on approval; the next version's copy points at the same one.
    task = models.ForeignKey(
        Task,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("in the list of tasks"),
    )

    objects = GoalTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task of a goal")
        verbose_name_plural = _("tasks of goals")
        ordering = [models.F("due_on").asc(nulls_last=True), "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["goal", "title"],
                name="goal_task_once",
                violation_error_message=_("This goal has that task already."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def done_at(self) -> dt.datetime | None:
        """When it was done, by the list of tasks."""
        return self.task.done_at if self.task else None
