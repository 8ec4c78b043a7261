"""Calls that somebody counted instead of logging them."""

import datetime as dt
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientChild, ClientRows, User
from communities.models import Community
from smm_agency.lib.ranges import days_range, one_value_range


class TallyPeriod(models.TextChoices):
    DAY = "day", _("day")
    WEEK = "week", _("week")


class CallTally(ClientChild):
    """Calls that nobody logged one by one: a total by somebody's word. Uniqueness unknown.

    Days that a tally of a community covers are counted by the tally alone: its calls are the same
    calls as the single ones of those days.
    """

    client_from = "community"

    class By(models.TextChoices):
        OPERATOR = "operator", _("asked by the operator")
        PROMO_WORD = "promo_word", _("promo word")
        CLIENT_WORD = "client_word", _("client's word")

    client = models.ForeignKey(Client, models.CASCADE, related_name="tallies", editable=False)
    community = models.ForeignKey(
        Community, models.PROTECT, related_name="tallies", verbose_name=_("community")
    )
    period = models.CharField(
        _("period"), max_length=4, choices=TallyPeriod.choices, default=TallyPeriod.WEEK
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), editable=False)
    total = models.PositiveIntegerField(_("calls"))
    evidence = models.CharField(_("evidence"), max_length=12, choices=By.choices)
    entered_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("entered by"),
    )
    entered_at = models.DateTimeField(_("entered"), default=timezone.now, editable=False)

    objects = ClientRows["CallTally"].as_manager()

    class Meta:
        verbose_name = _("call tally")
        verbose_name_plural = _("call tallies")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(period=TallyPeriod.DAY, ends_on=models.F("starts_on"))
                | models.Q(
                    period=TallyPeriod.WEEK,
                    ends_on=models.ExpressionWrapper(
                        models.F("starts_on") + 6, output_field=models.DateField()
                    ),
                ),
                name="call_tally_length",
            ),
            ExclusionConstraint(
                name="call_tally_no_overlap",
                expressions=[
                    (one_value_range("community_id"), RangeOperators.OVERLAPS),
                    (days_range(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Another tally already covers some of these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.community}: {self.total}"

    def clean_fields(self, exclude: Any = None) -> None:
        self.set_last_day()
        super().clean_fields(exclude=exclude)

    def clean(self) -> None:
        if self.ends_on and self.community_id and self.ends_on > self.community.client.today():
            raise ValidationError({"starts_on": _("These days are not over yet.")})

    def validate_constraints(self, exclude: Any = None) -> None:
        # No form asks for the last day, yet it says which tallies overlap.
        if exclude and not {"period", "starts_on"} & set(exclude):
            exclude = set(exclude) - {"ends_on"}
        super().validate_constraints(exclude=exclude)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.set_last_day()
        super().save(*args, **kwargs)

    def set_last_day(self) -> None:
        if self.starts_on:
            length = 7 if self.period == TallyPeriod.WEEK else 1
            self.ends_on = self.starts_on + dt.timedelta(days=length - 1)
