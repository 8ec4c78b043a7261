"""What is asked of the client for the posts, what came, and the links that it comes by."""

import datetime as dt
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows, Contact, Service, User
from communities.models import ClientFile
from content.models.post import Post


class RequestState(models.TextChoices):
    OPEN = "open", pgettext_lazy("material", "asked for")
    RECEIVED = "received", pgettext_lazy("material", "received")
    CANCELLED = "cancelled", pgettext_lazy("material", "no longer needed")


class RequestQuerySet(ClientRows["MaterialRequest"]):
    def open(self) -> Self:
        return self.filter(state=RequestState.OPEN)

    def overdue(self, *, on: dt.date) -> Self:
        return self.open().filter(due_on__lt=on)


class MaterialRequest(models.Model):
    """Something that only the client can give. Its state changes by `content.materials` only.

    The client sees it from the moment it is asked: all but who of the agency asked.
    """

    client = models.ForeignKey(Client, models.CASCADE, related_name="material_requests")
    post = models.ForeignKey(
        Post,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="material_requests",
        verbose_name=_("for which post"),
    )
    service = models.ForeignKey(
        Service,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kind of material"),
        limit_choices_to={"is_client_only": True},
    )
    what = models.CharField(_("what is asked"), max_length=200)
    why = models.CharField(
        _("what for"),
        max_length=500,
        blank=True,
        help_text=_("The client reads this: what it is for, and how it should look."),
    )
    contact = models.ForeignKey(
        Contact,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked of"),
        help_text=_("Gets the letters and reminders. Empty: nobody is reminded."),
    )
    due_on = models.DateField(_("needed by"))
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    asked_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("asked by"),
    )
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=RequestState.choices,
        default=RequestState.OPEN,
        editable=False,
    )
    answer = models.TextField(
        _("what the client wrote"), max_length=20_000, blank=True, editable=False
    )
    received_at = models.DateTimeField(_("received"), null=True, editable=False)
    received_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("taken in by"),
        help_text=_("Empty: it came by a link."),
    )
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, editable=False)
    cancelled_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("cancelled by"),
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True, editable=False)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for material")
        verbose_name_plural = _("requests for material")
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["due_on"], name="material_open", condition=models.Q(state="open")),
            models.Index(fields=["client", "due_on"], name="material_client_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open", received_at=None, cancelled_at=None)
                | models.Q(state="received", received_at__isnull=False, cancelled_at=None)
                | models.Q(state="cancelled", cancelled_at__isnull=False),
                name="material_state_has_moment",
            )
        ]

    def __str__(self) -> str:
        return self.what

    def is_overdue(self, *, on: dt.date) -> bool:
        return self.state == RequestState.OPEN and self.due_on < on


class MaterialFile(ClientChild):
    """One file that came for a request; `came_by` is NULL where it came by a link."""

    client_from = "request"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    request = models.ForeignKey(
        MaterialRequest, models.CASCADE, related_name="files", verbose_name=_("request")
    )
    file = models.OneToOneField(
        ClientFile, models.PROTECT, related_name="material", verbose_name=_("file")
    )
    is_scanned = models.BooleanField(_("scanned for viruses"), default=False)
    came_at = models.DateTimeField(_("came"), default=timezone.now)
    came_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("taken in by")
    )

    objects = ClientRows["MaterialFile"].as_manager()

    class Meta:
        verbose_name = _("received file")
        verbose_name_plural = _("received files")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.file)


class UploadLink(ClientChild):
    """A signed address that takes files for one request; only the hash of its secret is kept."""

    client_from = "request"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    request = models.ForeignKey(
        MaterialRequest, models.CASCADE, related_name="links", verbose_name=_("request")
    )
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )
    expires_at = models.DateTimeField(_("works until"))
    revoked_at = models.DateTimeField(_("withdrawn"), null=True)
    used_at = models.DateTimeField(_("last used"), null=True)

    objects = ClientRows["UploadLink"].as_manager()

    class Meta:
        verbose_name = _("upload link")
        verbose_name_plural = _("upload links")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}"
