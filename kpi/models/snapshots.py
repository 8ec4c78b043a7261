"""Readings of counters. NULL is not measured, 0 is a measured zero; ratios are computed."""

from typing import Any

from django.contrib.postgres.indexes import BrinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientChild, ClientRows
from communities.models import Profile, WallPost


class Reading(models.TextChoices):
    """Where a reading comes from."""

    API = "api", _("network")
    IMPORT = "import", _("file")
    MANUAL = "manual", _("typed in")
    BACKFILL = "backfill", _("filled in later")
    DEMO = "demo", _("demo")


def counter(label: Any) -> "models.PositiveBigIntegerField[int | None, int | None]":
    return models.PositiveBigIntegerField(label, null=True, blank=True)


class ProfileSnapshot(ClientChild):
    """A page's counters on one of the client's days: once per (profile, date)."""

    client_from = "profile"
    COUNTERS = (
        "followers",
        "joined",
        "left",
        "posts",
        "views",
        "reach",
        "likes",
        "comments",
        "shares",
        "saves",
        "clicks",
        "messages",
        "views_day",
        "interactions",
        "visits",
    )

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    # The unique (profile, date) serves as its index.
    profile = models.ForeignKey(Profile, models.CASCADE, related_name="snapshots", db_index=False)
    date = models.DateField(_("date"))
    followers = counter(_("subscribers"))
    joined = counter(_("joined"))
    left = counter(_("left"))
    posts = counter(_("posts in all"))
    views = counter(_("views in all"))
    reach = counter(_("reach of the day"))
    likes = counter(_("likes of the day"))
    comments = counter(_("comments of the day"))
    shares = counter(_("shares of the day"))
    saves = counter(_("saves of the day"))
    clicks = counter(_("clicks of the day"))
    messages = counter(_("messages of the day"))
    views_day = counter(_("views of the day"))
    # Of networks that tell no parts of the sum: never added to likes, comments, shares and saves.
    interactions = counter(_("interactions of the day, in one sum"))
    visits = counter(_("visits of the page that day"))
    reading = models.CharField(_("source"), max_length=8, choices=Reading.choices)
    read_at = models.DateTimeField(_("read"))

    objects = ClientRows["ProfileSnapshot"].as_manager()

    class Meta:
        verbose_name = _("profile snapshot")
        verbose_name_plural = _("profile snapshots")
        ordering = ["-date"]
        indexes = [BrinIndex(fields=["date"], pages_per_range=32, name="profile_snapshot_date")]
        constraints = [
            models.UniqueConstraint(fields=["profile", "date"], name="profile_snapshot_once")
        ]

    def __str__(self) -> str:
        return f"{self.profile} · {self.date}"


class PostSnapshot(ClientChild):
    """A post's counters as they stood in a slot: a client's day, from an hour of it on.

    Young posts are read every hour and have many slots a day; later the slots are longer, and the
    only one of a day begins at hour 0 (`SnapshotCadence`).
    """

    client_from = "wall_post"
    COUNTERS = ("views", "reach", "likes", "comments", "shares", "saves", "clicks")

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    # The unique (wall post, slot, hour) serves as its index.
    wall_post = models.ForeignKey(
        WallPost, models.CASCADE, related_name="snapshots", db_index=False
    )
    slot = models.DateField(_("slot"), help_text=_("The client's day of the reading."))
    hour = models.PositiveSmallIntegerField(_("hour"), default=0, db_default=0)
    views = counter(_("views"))
    reach = counter(_("reach"))
    likes = counter(_("likes"))
    comments = counter(_("comments"))
    shares = counter(_("shares"))
    saves = counter(_("saves"))
    clicks = counter(_("clicks"))
    reading = models.CharField(_("source"), max_length=8, choices=Reading.choices)
    read_at = models.DateTimeField(_("read"))

    objects = ClientRows["PostSnapshot"].as_manager()

    class Meta:
        verbose_name = _("post snapshot")
        verbose_name_plural = _("post snapshots")
        ordering = ["-slot", "-hour"]
        constraints = [
            models.UniqueConstraint(fields=["wall_post", "slot", "hour"], name="post_snapshot_once")
        ]

    def __str__(self) -> str:
        return f"{self.wall_post} · {self.slot}"


class SnapshotCorrection(models.Model):
    """The values that a later reading replaced, written by the same statement."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    profile = models.ForeignKey(Profile, models.CASCADE, null=True, related_name="corrections")
    wall_post = models.ForeignKey(WallPost, models.CASCADE, null=True, related_name="corrections")
    date = models.DateField(_("date"))
    old = models.JSONField(_("old values"))
    old_reading = models.CharField(_("old source"), max_length=8, choices=Reading.choices)
    old_read_at = models.DateTimeField(_("old reading"))
    corrected_at = models.DateTimeField(_("corrected"))

    objects = ClientRows["SnapshotCorrection"].as_manager()

    class Meta:
        verbose_name = _("snapshot correction")
        verbose_name_plural = _("snapshot corrections")
        ordering = ["-corrected_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(profile__isnull=True) ^ models.Q(wall_post__isnull=True),
                name="snapshot_correction_of_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.profile or self.wall_post} · {self.date}"


class SnapshotCadence(models.Model):
    """How often posts are read, by their age. Reference row: staff may edit it."""

    relation = models.CharField(_("whose page"), max_length=10, choices=Profile.Relation.choices)
    up_to_hours = models.PositiveIntegerField(_("posts younger than, hours"))
    every_hours = models.PositiveSmallIntegerField(
        _("are read every, hours"), validators=[MinValueValidator(1), MaxValueValidator(24)]
    )

    class Meta:
        verbose_name = _("cadence of post snapshots")
        verbose_name_plural = _("cadence of post snapshots")
        ordering = ["relation", "up_to_hours"]
        constraints = [
            models.UniqueConstraint(
                fields=["relation", "up_to_hours"], name="snapshot_cadence_once"
            ),
            models.CheckConstraint(
                condition=models.Q(every_hours__in=[1, 2, 3, 4, 6, 8, 12, 24]),
                name="snapshot_cadence_divides_day",
                violation_error_message=_("Use 1, 2, 3, 4, 6, 8, 12 or 24: parts of a day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_relation_display()} ≤ {self.up_to_hours} h: {self.every_hours} h"


class SnapshotRetention(models.Model):
    """The agency's one row: how long post snapshots are kept as they were read.

    `days_until` and `ends_until`: posts that were posted before are thinned to days, to the ends.
    """

    days_after = models.PositiveSmallIntegerField(
        _("keep one snapshot a day of posts older than, days"),
        default=30,
        validators=[MinValueValidator(7), MaxValueValidator(3650)],
        help_text=_(
            "Of competitors' posts those of the first day, the third and the last are kept."
            " Never before the reading of a post has ended."
        ),
    )
    ends_after = models.PositiveSmallIntegerField(
        _("keep the first day, the third and the last of posts older than, days"),
        default=180,
        validators=[MinValueValidator(60), MaxValueValidator(3650)],
        help_text=_(
            "No figure of a past period changes. A past day's engagement is not judged again"
            " from then on."
        ),
    )
    days_until = models.DateField(_("done for posts before"), null=True, editable=False)
    ends_until = models.DateField(_("done for posts before"), null=True, editable=False)

    class Meta:
        verbose_name = _("retention of snapshots")
        verbose_name_plural = _("retention of snapshots")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="snapshot_retention_one_row"),
            models.CheckConstraint(
                condition=models.Q(ends_after__gte=models.F("days_after")),
                name="snapshot_retention_in_order",
                violation_error_message=_("First to days, then to the ends: the second is later."),
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
