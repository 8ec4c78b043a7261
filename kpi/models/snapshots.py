"""Readings of counters. NULL is not measured, 0 is a measured zero; ratios are computed."""

from typing import Any

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientChild, ClientRows
from communities.models import Profile, WallPost


class Reading(models.TextChoices):
    """Where a reading comes from."""

    API = "api", _("network")
    IMPORT = "import", _("file")
    MANUAL = "manual", _("typed in")
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
    )

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    profile = models.ForeignKey(Profile, models.CASCADE, related_name="snapshots")
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
    reading = models.CharField(_("source"), max_length=6, choices=Reading.choices)
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
    """A post's counters as they stood on one of the client's days (the slot)."""

    client_from = "wall_post"
    COUNTERS = ("views", "reach", "likes", "comments", "shares", "saves", "clicks")

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    wall_post = models.ForeignKey(WallPost, models.CASCADE, related_name="snapshots")
    slot = models.DateField(_("slot"), help_text=_("The client's day of the reading."))
    views = counter(_("views"))
    reach = counter(_("reach"))
    likes = counter(_("likes"))
    comments = counter(_("comments"))
    shares = counter(_("shares"))
    saves = counter(_("saves"))
    clicks = counter(_("clicks"))
    reading = models.CharField(_("source"), max_length=6, choices=Reading.choices)
    read_at = models.DateTimeField(_("read"))

    objects = ClientRows["PostSnapshot"].as_manager()

    class Meta:
        verbose_name = _("post snapshot")
        verbose_name_plural = _("post snapshots")
        ordering = ["-slot"]
        constraints = [
            models.UniqueConstraint(fields=["wall_post", "slot"], name="post_snapshot_once")
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
    old_reading = models.CharField(_("old source"), max_length=6, choices=Reading.choices)
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
