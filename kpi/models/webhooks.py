"""Where calls come in from machines: connections, raw events, imported files."""

import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientChild, ClientRows, User
from communities.models import Community
from smm_agency.lib.encryption import EncryptedTextField


def new_path_token() -> str:
    return secrets.token_urlsafe(24)


class CallConnection(models.Model):
    """A sender of calls: an unguessable address of its own and a secret to sign with."""

    class Provider(models.TextChoices):
        GENERIC = "generic", _("any, signed by us")

    client = models.ForeignKey(Client, models.CASCADE, related_name="call_connections")
    provider = models.CharField(
        _("provider"), max_length=12, choices=Provider.choices, default=Provider.GENERIC
    )
    label = models.CharField(_("label"), max_length=80)
    path_token = models.CharField(
        max_length=64, unique=True, default=new_path_token, editable=False
    )
    secret = EncryptedTextField(_("secret"))
    is_active = models.BooleanField(_("active"), default=True)
    last_event_at = models.DateTimeField(_("last event"), null=True, blank=True, editable=False)
    refused = models.PositiveIntegerField(_("refused requests"), default=0, editable=False)

    objects = ClientRows["CallConnection"].as_manager()

    class Meta:
        verbose_name = _("call connection")
        verbose_name_plural = _("call connections")
        ordering = ["client", "label"]

    def __str__(self) -> str:
        return self.label


class RawCallEvent(ClientChild):
    """A webhook's body as it came, stored before anything is made of it."""

    client_from = "connection"
    MAX_ATTEMPTS = 3

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    connection = models.ForeignKey(CallConnection, models.CASCADE, related_name="events")
    event_id = models.CharField(_("event"), max_length=200)
    body = EncryptedTextField(_("body"), null=True)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    processed_at = models.DateTimeField(_("processed"), null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("error"), max_length=300, blank=True)

    objects = ClientRows["RawCallEvent"].as_manager()

    class Meta:
        verbose_name = _("raw call event")
        verbose_name_plural = _("raw call events")
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(fields=["connection", "event_id"], name="raw_call_event_once")
        ]
        indexes = [
            models.Index(
                fields=["received_at"],
                condition=models.Q(processed_at=None),
                name="raw_call_event_waiting",
            )
        ]

    def __str__(self) -> str:
        return self.event_id


class CallImport(models.Model):
    """A file of calls that was taken, and what came of it."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="call_imports")
    file_name = models.CharField(_("file"), max_length=200)
    file_hash = models.CharField(max_length=64, editable=False)
    community = models.ForeignKey(
        Community,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("community"),
    )
    rows_read = models.PositiveIntegerField(_("rows read"), default=0)
    rows_new = models.PositiveIntegerField(_("new"), default=0)
    rows_changed = models.PositiveIntegerField(_("changed"), default=0)
    rows_known = models.PositiveIntegerField(_("already known"), default=0)
    imported_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    imported_at = models.DateTimeField(_("at"), default=timezone.now)

    objects = ClientRows["CallImport"].as_manager()

    class Meta:
        verbose_name = _("call import")
        verbose_name_plural = _("call imports")
        ordering = ["-imported_at"]

    def __str__(self) -> str:
        return self.file_name
