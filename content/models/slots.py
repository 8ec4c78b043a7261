"""When posts go out: the slots of a community, and posts that come again and again."""

import datetime as dt
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows, User
from clients.models.client import WEEKDAYS
from communities.models import Community
from content.models.post import Post, PostGoal, TextWork
from strategy.models import ContentSource, PostFormat, Rubric


class PostingSlot(ClientChild):
    """A usual time of a community, by the clock of the client's zone."""

    client_from = "community"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    community = models.ForeignKey(
        Community, models.CASCADE, related_name="slots", verbose_name=_("community")
    )
    # Monday is 0, as in Python's calendar.
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=WEEKDAYS)
    time = models.TimeField(_("time"), help_text=_("By the client's clock."))

    objects = ClientRows["PostingSlot"].as_manager()

    class Meta:
        verbose_name = _("posting slot")
        verbose_name_plural = _("posting slots")
        ordering = ["community", "weekday", "time"]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "weekday", "time"],
                name="posting_slot_once",
                violation_error_message=_("The community has this slot already."),
            ),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="posting_slot_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.time:%H:%M}"


class Rhythm(models.TextChoices):
    WEEKLY = "weekly", _("every week on these days")
    MONTHLY = "monthly", _("every month on this day")
    MONTH_END = "month_end", _("on the last day of every month")


class RecurringQuerySet(ClientRows["RecurringPost"]):
    def running(self, *, on: dt.date) -> Self:
        """Switched on, begun or about to, and not over."""
        return self.filter(models.Q(ends_on=None) | models.Q(ends_on__gte=on), is_active=True)


class RecurringPost(models.Model):
    """The pattern of a post that comes again; its posts are drafts and go the usual way."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="recurring_posts")
    title = models.CharField(_("topic"), max_length=200)
    text = models.TextField(_("text"), max_length=30_000, blank=True)
    format = models.CharField(
        _("format"), max_length=10, choices=PostFormat.choices, default=PostFormat.TEXT
    )
    rubric = models.ForeignKey(
        Rubric,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recurring_posts",
        verbose_name=_("rubric"),
    )
    goal = models.CharField(
        pgettext_lazy("of a post", "goal"), max_length=12, choices=PostGoal.choices, blank=True
    )
    hashtags = models.CharField(_("hashtags"), max_length=400, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=ContentSource.choices)
    text_work = models.CharField(_("work on the text"), max_length=10, choices=TextWork.choices)
    author = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
        limit_choices_to={"is_staff": True},
    )
    rhythm = models.CharField(_("how often"), max_length=9, choices=Rhythm.choices)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=WEEKDAYS),
        verbose_name=_("weekdays"),
        default=list,
        blank=True,
    )
    month_day = models.PositiveSmallIntegerField(
        _("day of the month"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text=_("A month that has no such day takes its last one."),
    )
    time = models.TimeField(
        _("time"),
        help_text=_(
            "By the client's clock. A time that the change of clocks skips goes out as much later"
            " as was skipped; one that comes twice goes out the first time."
        ),
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    exceptions = ArrayField(
        models.DateField(),
        verbose_name=_("except on"),
        default=list,
        blank=True,
        help_text=_("Days without it, separated by commas."),
    )
    days_ahead = models.PositiveSmallIntegerField(
        _("made ahead, days"),
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(62)],
    )
    is_active = models.BooleanField(_("on"), default=True)
    made_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = RecurringQuerySet.as_manager()

    class Meta:
        verbose_name = _("recurring post")
        verbose_name_plural = _("recurring posts")
        ordering = ["client", "title"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rhythm="weekly", weekdays__len__gte=1)
                | models.Q(rhythm="monthly", month_day__gte=1, month_day__lte=31)
                | models.Q(rhythm="month_end"),
                name="recurring_has_days",
                violation_error_message=_("Say on which days: weekdays, or the day of the month."),
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="recurring_ends_after_start",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class RecurringCommunity(ClientChild):
    """A community where a recurring post goes out."""

    client_from = "recurring"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    recurring = models.ForeignKey(RecurringPost, models.CASCADE, related_name="places")
    community = models.ForeignKey(
        Community, models.CASCADE, related_name="+", verbose_name=_("community")
    )

    objects = ClientRows["RecurringCommunity"].as_manager()

    class Meta:
        verbose_name = _("community of a recurring post")
        verbose_name_plural = _("communities of a recurring post")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recurring", "community"],
                name="recurring_community_once",
                violation_error_message=_("The post goes out in this community already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.community)


class Occurrence(ClientChild):
    """A day of a recurring post for which its post was made, once; the row outlives the post.

    `made_as` is the mark of the post as it was made: while the post has it, nobody has worked on it
    (`content.recurring`).
    """

    client_from = "recurring"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    recurring = models.ForeignKey(
        RecurringPost, models.CASCADE, related_name="occurrences", verbose_name=_("recurring post")
    )
    day = models.DateField(_("day"))
    post = models.OneToOneField(
        Post,
        models.SET_NULL,
        null=True,
        related_name="occurrence",
        verbose_name=_("post"),
    )
    made_as = models.CharField(max_length=64, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    objects = ClientRows["Occurrence"].as_manager()

    class Meta:
        verbose_name = _("occurrence of a recurring post")
        verbose_name_plural = _("occurrences of a recurring post")
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["recurring", "day"], name="occurrence_once")]

    def __str__(self) -> str:
        return f"{self.recurring} · {self.day}"
