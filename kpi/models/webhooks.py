"""Where calls come in from machines: connections, raw events, imported files."""

import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows, User
from communities.models import Community
from smm_agency.lib.encryption import EncryptedTextField
from smm_agency.lib.event_queue import MAX_ATTEMPTS


def new_path_token() -> str:
    return secrets.token_urlsafe(24)


class CallConnection(models.Model):
    """A sender of calls: an unguessable address of its own and a secret to sign with."""

    class Provider(models.TextChoices):
        MANGO = "mango", "Mango Office"
        CALLTOUCH = "calltouch", "Calltouch"
        UIS = "uis", "UIS / CoMagic / CallGear"
        CALLIBRI = "callibri", "Callibri"
        CALLRAIL = "callrail", "CallRail"
        TWILIO = "twilio", "Twilio"
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
    # JSON: the fields that the provider's room declares; never shown again.
    credentials = EncryptedTextField(_("credentials"), blank=True, default="{}")
    mapping = models.JSONField(
        _("field mapping"),
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        blank=True,
        help_text=_("Our field → the name under which this account sends it, where it differs."),
    )
    time_zone = models.CharField(
        _("time zone of the account"),
        max_length=64,
        blank=True,
        db_default="",
        help_text=_("Empty: the client's. For times that come without an offset."),
    )
    allowed_networks = models.JSONField(
        _("allowed senders"),
        default=list,
        db_default=models.Value([], models.JSONField()),
        blank=True,
        help_text=_("Addresses or networks such as 92.118.66.0/23; empty: any."),
    )
    debug_until = models.DateTimeField(
        _("raw requests are kept until"), null=True, blank=True, editable=False
    )
    pulled_until = models.DateTimeField(
        _("reconciled until"), null=True, blank=True, editable=False
    )
    pull_error = models.CharField(
        _("what the provider said"), max_length=300, blank=True, db_default="", editable=False
    )
    is_active = models.BooleanField(_("active"), default=True)
    last_event_at = models.DateTimeField(_("last event"), null=True, blank=True, editable=False)
    unread_since = models.DateTimeField(
        _("cannot be read since"), null=True, blank=True, editable=False
    )
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
    MAX_ATTEMPTS = MAX_ATTEMPTS

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    connection = models.ForeignKey(CallConnection, models.CASCADE, related_name="events")
    event_id = models.CharField(_("event"), max_length=200)
    body = EncryptedTextField(_("body"), null=True)
    query = EncryptedTextField(null=True, editable=False)
    path = models.CharField(max_length=200, blank=True, default="", db_default="", editable=False)
    method = models.CharField(
        max_length=4, blank=True, default="POST", db_default="POST", editable=False
    )
    content_type = models.CharField(
        max_length=100, blank=True, default="", db_default="", editable=False
    )
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


class RawRequest(ClientChild):
    """A request as it came, while a connection is being set up: kept for a day."""

    client_from = "connection"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    connection = models.ForeignKey(CallConnection, models.CASCADE, related_name="raw_requests")
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    method = models.CharField(_("method"), max_length=4)
    path = models.CharField(_("path"), max_length=200, blank=True)
    query = EncryptedTextField(_("query"), blank=True)
    headers = EncryptedTextField(_("headers"), blank=True)
    body = EncryptedTextField(_("body"), blank=True)
    status = models.PositiveSmallIntegerField(_("answer"))
    note = models.CharField(_("what was made of it"), max_length=300, blank=True)

    objects = ClientRows["RawRequest"].as_manager()

    class Meta:
        verbose_name = _("raw request")
        verbose_name_plural = _("raw requests")
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return f"{self.method} {self.received_at:%Y-%m-%d %H:%M:%S}"


class CallPull(ClientChild):
    """One reconciliation with the provider's own list; written before the provider is asked."""

    client_from = "connection"

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", pgettext_lazy("pull", "done")
        WAITING = "waiting", _("refused for now")
        REFUSED = "refused", _("refused")
        UNKNOWN = "unknown", _("no answer")

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    connection = models.ForeignKey(CallConnection, models.CASCADE, related_name="pulls")
    since = models.DateTimeField(_("calls from"))
    until = models.DateTimeField(_("calls until"))
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.RUNNING)
    seen = models.PositiveIntegerField(_("calls seen"), default=0)
    new = models.PositiveIntegerField(_("missed by the webhook"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    retry_at = models.DateTimeField(_("not before"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)

    objects = ClientRows["CallPull"].as_manager()

    class Meta:
        verbose_name = _("reconciliation of calls")
        verbose_name_plural = _("reconciliations of calls")
        ordering = ["-started_at"]
        constraints = [
            # Two workers never pull the same connection at once.
            models.UniqueConstraint(
                fields=["connection"],
                condition=models.Q(state="running"),
                name="call_pull_one_running",
            )
        ]

    def __str__(self) -> str:
        return f"{self.connection} · {self.started_at:%Y-%m-%d %H:%M}"


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
