"""Tracking numbers; where each was shown, and when, is told by its placements (in `kpi`)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from clients.models.scoping import ClientRows


class TrackingNumber(models.Model):
    class Kind(models.TextChoices):
        STATIC = "static", _("static")
        DYNAMIC_POOL = "dynamic_pool", _("dynamic pool")

    client = models.ForeignKey(Client, models.CASCADE, related_name="tracking_numbers")
    number = models.CharField(
        _("number"), max_length=16, help_text=_("Stored as +71234567890, however it is typed.")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.STATIC)
    provider = models.CharField(_("provider"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = ClientRows["TrackingNumber"].as_manager()

    class Meta:
        verbose_name = _("tracking number")
        verbose_name_plural = _("tracking numbers")
        ordering = ["client", "number"]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="tracking_number_once"),
            models.CheckConstraint(
                condition=models.Q(number__startswith="+"), name="tracking_number_e164"
            ),
        ]

    def __str__(self) -> str:
        return self.number
