"""Who changed what of a client: an entry of the audit log for each row that was written."""

from typing import Any, cast

from auditlog.models import AbstractLogEntry, LogEntryManager
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.indexes import BrinIndex
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.acting import acting
from clients.models.client import Client, Contact
from clients.models.scoping import ClientRows

NAME = 200
# The library has no types.
Entries: Any = LogEntryManager.from_queryset(ClientRows)
Abstract = cast("type[models.Model]", AbstractLogEntry)


class ChangeManager(Entries):  # type: ignore[misc] # see Entries
    """What the library writes by."""

    def log_create(self, instance: models.Model, force_log: bool = False, **kwargs: Any) -> Any:
        """None where the row is of no client, or is a client that goes with its history."""
        is_client = isinstance(instance, Client)
        client_id = instance.pk if is_client else getattr(instance, "client_id", None)
        if client_id is None or (is_client and kwargs.get("action") == ChangeEntry.Action.DELETE):
            return None
        return self.create(
            client_id=client_id,
            content_type=ContentType.objects.get_for_model(instance),
            object_pk=str(instance.pk),
            object_id=instance.pk,
            object_repr=name_of(instance),
            **kwargs,
        )


def name_of(row: models.Model) -> str:
    """As the row calls itself. One that was given an int for a Decimal may not be able to before
    it is read back: its name is not worth the save."""
    if isinstance(row, Contact):
        # A person's name: the history outlives what the client may keep of people.
        return f"{row._meta.verbose_name} {row.pk}"
    try:
        return str(row)[:NAME]
    except (AttributeError, TypeError, ValueError, ObjectDoesNotExist):
        return f"{row._meta.verbose_name} {row.pk}"


class ChangeEntry(Abstract):  # type: ignore[misc, valid-type] # see Abstract
    """Append-only: a trigger refuses to rewrite one; it goes by retention or with its client.

    `changes` is {field: [old, new]}, both as text, keys of rows as their ids. Without an `actor`
    the program wrote it: `source` says by which of its ways. Addresses of people are not kept: who
    it was is known by the account, and an address is personal data that nothing here needs.
    """

    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    # What the library would search by; here everything is read by client.
    object_pk = models.CharField(max_length=255)
    object_id = models.BigIntegerField(null=True, blank=True)
    action = models.PositiveSmallIntegerField(
        _("what was done"), choices=AbstractLogEntry.Action.choices
    )
    cid = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001 # the library's
    timestamp = models.DateTimeField(_("at"), default=timezone.now)
    source = models.CharField(_("way"), max_length=100, blank=True)

    objects = ChangeManager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("history of changes")
        ordering = ["-timestamp", "-pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["client", "-timestamp"], name="change_client_newest"),
            models.Index(fields=["content_type", "object_id"], name="change_row"),
            BrinIndex(fields=["timestamp"], name="change_oldest"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        entry: Any = self
        if entry._state.adding and entry.actor_id is None:
            entry.actor_id, entry.source = acting()
        super().save(*args, **kwargs)
