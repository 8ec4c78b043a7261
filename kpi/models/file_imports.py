"""Files of figures that people bring, and which column was which the last time."""

import datetime as dt
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows, User
from communities.models import Profile
from communities.networks.registry import network_choices
from smm_agency.lib.encryption import EncryptedTextField


class FileKind(models.TextChoices):
    POSTS = "posts", _("posts")
    DAYS = "days", _("days of the page")


class FileImport(ClientChild):
    """A file of figures: looked at first, taken when a person has confirmed what was shown.

    `content` is the file itself, encrypted; NULL when it has been deleted. `choices` are what the
    person said of it (`kpi.file_choices`), `preview` what was shown for that (`kpi.file_preview`).
    `problems` are refused rows: [row, field, reason].
    """

    client_from = "profile"
    MAX_ATTEMPTS = 3

    class State(models.TextChoices):
        PREVIEWED = "previewed", _("waits for confirmation")
        WAITING = "waiting", _("being taken")
        TAKEN = "taken", pgettext_lazy("file of figures", "taken")
        REFUSED = "refused", pgettext_lazy("file of figures", "refused")
        CANCELLED = "cancelled", pgettext_lazy("file of figures", "cancelled")

    client = models.ForeignKey(Client, models.CASCADE, related_name="file_imports", editable=False)
    profile = models.ForeignKey(
        Profile, models.CASCADE, related_name="file_imports", verbose_name=_("profile")
    )
    file_name = models.CharField(_("file"), max_length=200)
    file_hash = models.CharField(max_length=64, editable=False)
    size = models.PositiveIntegerField(_("size, bytes"))
    content = EncryptedTextField(null=True, editable=False)
    format = models.CharField(_("format"), max_length=20, blank=True)
    kind = models.CharField(_("what it holds"), max_length=5, choices=FileKind.choices, blank=True)
    choices = models.JSONField(default=dict, editable=False)
    preview = models.JSONField(default=dict, editable=False)
    state = models.CharField(
        _("state"), max_length=9, choices=State.choices, default=State.PREVIEWED
    )
    rows = models.PositiveIntegerField(_("rows"), default=0)
    taken = models.PositiveIntegerField(_("taken"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    skipped = models.PositiveIntegerField(_("left out"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    notes = models.JSONField(_("what was concluded"), default=list, editable=False)
    problems = models.JSONField(_("refused rows"), default=list, editable=False)
    error = models.CharField(_("why it was refused"), max_length=500, blank=True)
    uploaded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    uploaded_at = models.DateTimeField(_("at"), default=timezone.now)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    leased_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = ClientRows["FileImport"].as_manager()

    class Meta:
        verbose_name = _("file of figures")
        verbose_name_plural = _("files of figures")
        ordering = ["-uploaded_at"]
        indexes = [
            models.Index(fields=["profile", "file_hash"], name="file_import_same_file"),
            models.Index(
                fields=["uploaded_at"],
                condition=models.Q(state="waiting"),
                name="file_import_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class ColumnMappingQuerySet(models.QuerySet["ColumnMapping"]):
    def visible_to(self, user: User | AnonymousUser, *, on: dt.date | None = None) -> Self:
        """Those of visible clients; the agency's own are for directors."""
        if not isinstance(user, User):
            return self.none()
        if user.sees_all_clients:
            return self
        return self.filter(client__in=Client.objects.visible_to(user, on=on))


class ColumnMapping(models.Model):
    """Which column was which: offered when the same header comes again.

    Without a client it is the agency's, for all clients that have none of their own.
    """

    client = models.ForeignKey(
        Client,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="column_mappings",
        verbose_name=_("client"),
        help_text=_("Empty: for every client."),
    )
    network = models.CharField(_("network"), max_length=12, choices=network_choices)
    fingerprint = models.CharField(max_length=64, editable=False)
    header = models.JSONField(_("columns of the file"), default=list, editable=False)
    mapping = models.JSONField(_("what they become"), default=dict, editable=False)
    saved_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"), editable=False
    )
    saved_at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    objects = ColumnMappingQuerySet.as_manager()

    class Meta:
        verbose_name = _("remembered columns")
        verbose_name_plural = _("remembered columns")
        ordering = ["client", "network", "-saved_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "network", "fingerprint"],
                name="column_mapping_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return ", ".join(self.header)[:80]
