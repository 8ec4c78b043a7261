"""A client's archive: the work of making it, and the file, kept in parts in the database.

In the database, so that every machine that makes or gives it finds it, that it is backed up with
the rest, and that it goes in one transaction with its client.
"""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models.client import Client
from clients.models.scoping import ClientChild, ClientRows
from clients.models.user import User


class ArchiveJobs(ClientRows["ArchiveJob"]):
    def unfinished(self) -> Self:
        return self.filter(state__in=[ArchiveJob.State.WAITING, ArchiveJob.State.RUNNING])


class ArchiveJob(models.Model):
    """`counts` are how many rows or files stand in it, by path. Attempts are counted before the
    work; a killed worker's lease ends and another takes the job up, three times at most.
    """

    MAX_ATTEMPTS = 3

    class For(models.TextChoices):
        CLIENT = "client", pgettext_lazy("archive", "for the client")
        AGENCY = "agency", pgettext_lazy("archive", "for the agency")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("archive", "waits")
        RUNNING = "running", pgettext_lazy("archive", "is being made")
        DONE = "done", pgettext_lazy("archive", "ready")
        FAILED = "failed", pgettext_lazy("archive", "failed")
        DELETED = "deleted", pgettext_lazy("archive", "deleted")

    client = models.ForeignKey(Client, models.CASCADE, related_name="archives")
    made_for = models.CharField(
        _("for whom"), max_length=6, choices=For.choices, default=For.CLIENT
    )
    has_callers = models.BooleanField(_("with the callers' numbers"), default=False)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.WAITING)
    steps_done = models.PositiveIntegerField(_("steps done"), default=0)
    steps = models.PositiveIntegerField(_("steps"), default=0)
    step = models.CharField(_("now"), max_length=120, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_token = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(_("asked for"), default=timezone.now)
    asked_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by whom")
    )
    finished_at = models.DateTimeField(_("finished"), null=True)
    error = models.CharField(_("error"), max_length=300, blank=True)
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("size, bytes"), null=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    counts = models.JSONField(_("contents"), default=dict)

    objects = ArchiveJobs.as_manager()

    class Meta:
        verbose_name = _("archive of a client")
        verbose_name_plural = _("archives of clients")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["client"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="archive_one_at_once",
            )
        ]

    def __str__(self) -> str:
        return self.file_name or str(self.get_state_display())


class ArchivePart(ClientChild):
    client_from = "job"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    job = models.ForeignKey(ArchiveJob, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    objects = ClientRows["ArchivePart"].as_manager()

    class Meta:
        verbose_name = _("part of an archive")
        verbose_name_plural = _("parts of archives")
        ordering = ["job", "number"]
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="archive_part_once")]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.number}"
