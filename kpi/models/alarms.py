"""What the alarm stands on: its budget, its charts, and what is recorded about a client's days."""

import datetime as dt
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientRows, User
from communities.models import Community
from strategy.models import Metric


class AlarmSettings(models.Model):
    """The agency's one row: how many false alarms a month it can live with, over all clients."""

    false_alarms_a_month = models.DecimalField(
        _("false alarms a month, of the whole agency"),
        max_digits=5,
        decimal_places=2,
        default=1,
        validators=[MinValueValidator(0.05), MaxValueValidator(100)],
        help_text=_("All thresholds follow from it: fewer false alarms find a fall later."),
    )

    class Meta:
        verbose_name = _("settings of the alarm")
        verbose_name_plural = _("settings of the alarm")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="alarm_settings_one_row"),
            models.CheckConstraint(
                condition=models.Q(false_alarms_a_month__gt=0), name="alarm_settings_positive"
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class AlarmChart(models.Model):
    """The parameters of one chart in one month, estimated from the days before it.

    A chart belongs to a metric of a client or a community, not to a strategy version: it goes on
    through the versions and starts anew (`starts_on`) where the target changed. Where that happens
    within a month, or another target is agreed for it, the month has a row for each.
    """

    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    community = models.ForeignKey(Community, models.CASCADE, null=True, related_name="+")
    metric = models.CharField(_("metric"), max_length=20, choices=Metric.choices)
    month = models.DateField(_("month"))
    starts_on = models.DateField(_("counts from"))
    month_target = models.FloatField(
        _("target of the month"), default=0.0, db_default=models.Value(0.0)
    )
    weekdays = ArrayField(models.FloatField(), size=7, verbose_name=_("share of weekdays"))
    holiday = models.FloatField(
        _("a public holiday, as a share of its weekday"), default=1.0, db_default=models.Value(1.0)
    )
    dispersion = models.FloatField(_("dispersion"))
    ratio = models.FloatField(_("fall it is made to find"))
    threshold = models.FloatField(_("threshold"))
    run_length_days = models.FloatField(_("days between false alarms"))
    computed_at = models.DateTimeField(_("computed"), default=timezone.now)

    objects = ClientRows["AlarmChart"].as_manager()

    class Meta:
        verbose_name = _("chart of the alarm")
        verbose_name_plural = _("charts of the alarm")
        ordering = ["client", "metric", "-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "metric", "community", "month", "starts_on", "month_target"],
                nulls_distinct=False,
                name="alarm_chart_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.client} · {self.get_metric_display()} · {self.month:%Y-%m}"


class RobustChart(models.Model):
    """The history that growth, or ER, is held against in one month: six months before it.

    `pages` are the medians of the client's pages by their ids: a post is held against its own page.
    The other figures are in the units of `kpi.robust_chart`: of ER the logarithm of a post over its
    page's median, of growth subscribers a day.
    """

    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    community = models.ForeignKey(Community, models.CASCADE, null=True, related_name="+")
    metric = models.CharField(_("metric"), max_length=20, choices=Metric.choices)
    formula_code = models.CharField(_("formula"), max_length=16, blank=True)
    month = models.DateField(_("month"))
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("to"))
    observations = models.PositiveIntegerField(_("posts, or days"))
    centre = models.FloatField(_("middle"))
    mean = models.FloatField(_("mean"))
    mad = models.FloatField(_("median distance from the median"))
    scale = models.FloatField(_("scatter"))
    pages = models.JSONField(_("medians of the pages"), default=dict)
    run_length_days = models.FloatField(_("days between false alarms"))
    computed_at = models.DateTimeField(_("computed"), default=timezone.now)

    objects = ClientRows["RobustChart"].as_manager()

    class Meta:
        verbose_name = _("robust chart of the alarm")
        verbose_name_plural = _("robust charts of the alarm")
        ordering = ["client", "metric", "-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "metric", "formula_code", "community", "month"],
                nulls_distinct=False,
                name="robust_chart_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.client} · {self.get_metric_display()} · {self.month:%Y-%m}"


class EventQuerySet(ClientRows["Event"]):
    def in_days(self, first: dt.date, last: dt.date) -> Self:
        return self.filter(models.Q(ends_on=None) | models.Q(ends_on__gte=first)).filter(
            starts_on__lte=last
        )

    def excluded(self) -> Self:
        """Days of which nothing is expected."""
        return self.filter(is_excluded=True)


class Event(models.Model):
    """What moves the numbers and is not the strategy: drawn on charts, left out or not."""

    class Kind(models.TextChoices):
        GIVEAWAY = "giveaway", _("giveaway")
        VIRAL_POST = "viral_post", _("viral post")
        BOT_PURGE = "bot_purge", _("bot purge")
        PRICE_CHANGE = "price_change", _("change of prices")
        OUTAGE = "outage", _("outage of a network or of tracking")
        DEAD_NUMBER = "dead_number", _("a number did not work")
        RAMP_UP = "ramp_up", _("ramp-up")
        PAUSE = "pause", _("the work was paused")
        DAY_OFF = "day_off", _("the client was closed")
        OTHER = "other", pgettext_lazy("event", "other")

    # Without exposure nothing can be expected, whatever else is said of these days.
    ALWAYS_EXCLUDED = (Kind.OUTAGE, Kind.DEAD_NUMBER, Kind.RAMP_UP, Kind.PAUSE, Kind.DAY_OFF)

    client = models.ForeignKey(Client, models.CASCADE, related_name="events")
    community = models.ForeignKey(
        Community,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("community"),
        help_text=_("Empty: all communities."),
    )
    kind = models.CharField(_("what happened"), max_length=12, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=160)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(
        _("to"), null=True, blank=True, help_text=_("Empty: it still goes on.")
    )
    is_excluded = models.BooleanField(
        _("left out of the evaluation"),
        default=False,
        help_text=_("Nothing is expected of these days, and what came on them does not count."),
    )
    is_published = models.BooleanField(
        _("shown to the client"), default=False, help_text=_("Drawn on the portal's charts too.")
    )
    note = models.TextField(_("note"), blank=True)
    recorded_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("recorded by"),
    )
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("on a chart", "event")
        verbose_name_plural = pgettext_lazy("on a chart", "events")
        ordering = ["-starts_on"]
        indexes = [models.Index(fields=["client", "starts_on"], name="event_client_day")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="event_ends_after_start",
                violation_error_message=_("The last day is before the first."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.kind in self.ALWAYS_EXCLUDED and not self.is_excluded:
            message = _("Nothing can be expected of such days: leave them out of the evaluation.")
            raise ValidationError({"is_excluded": message})
