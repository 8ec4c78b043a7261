"""Who called: personal data, forgotten in time; and who looked at it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientRows, User
from smm_agency.lib.encryption import EncryptedTextField
from smm_agency.lib.phones import mask_last4


class Caller(models.Model):
    """A person who calls a client. Forgetting nulls the three fields; the row stays."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="callers")
    phone_hash = models.CharField(max_length=64, null=True, editable=False)  # noqa: DJ001
    phone = EncryptedTextField(null=True, editable=False)
    last4 = models.CharField(max_length=4, null=True, editable=False)  # noqa: DJ001
    country_code = models.CharField(max_length=4, blank=True, editable=False)
    first_seen_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ClientRows["Caller"].as_manager()

    class Meta:
        verbose_name = _("caller")
        verbose_name_plural = _("callers")
        constraints = [models.UniqueConstraint(fields=["client", "phone_hash"], name="caller_once")]

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        """`+7 ••• •••-12-34`, or a dash once the caller is forgotten."""
        return mask_last4(self.country_code, self.last4) if self.last4 else "—"


class Unmasking(models.Model):
    """Somebody looked at a caller's whole number: who, when, why."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    caller = models.ForeignKey(Caller, models.CASCADE, related_name="unmaskings")
    seen_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    seen_at = models.DateTimeField(_("at"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=300)

    objects = ClientRows["Unmasking"].as_manager()

    class Meta:
        verbose_name = _("unmasking")
        verbose_name_plural = _("unmaskings")
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return f"{self.caller} · {self.seen_by}"
