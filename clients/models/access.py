"""Who on the client's side may look at the portal."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from clients.models.scoping import ClientRows
from clients.models.user import User


class PortalAccess(models.Model):
    client = models.ForeignKey(Client, models.CASCADE, related_name="portal_access")
    user = models.ForeignKey(
        User, models.CASCADE, related_name="portal_access", verbose_name=_("person")
    )
    granted_by = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("granted by"),
    )
    granted_at = models.DateTimeField(_("granted"), default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = ClientRows["PortalAccess"].as_manager()

    class Meta:
        verbose_name = _("portal access")
        verbose_name_plural = _("portal access")
        constraints = [
            models.UniqueConstraint(fields=["client", "user"], name="portal_access_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.client}"
