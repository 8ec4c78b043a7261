"""Letters that the program writes to people: the outbox."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from clients.models.scoping import ClientRows


class Letter(models.Model):
    """One e-mail to one address. `key` names its occasion: the same one is never written twice.

    `leased_until` is set while a worker hands it to the mail server.
    """

    MAX_ATTEMPTS = 3

    client = models.ForeignKey(
        Client, models.CASCADE, null=True, related_name="letters", verbose_name=_("client")
    )
    key = models.CharField(max_length=200, unique=True)
    address = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    written_at = models.DateTimeField(_("written"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("error"), max_length=300, blank=True)

    objects = ClientRows["Letter"].as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-written_at"]
        indexes = [
            models.Index(
                fields=["written_at"], name="letter_unsent", condition=models.Q(sent_at=None)
            )
        ]

    def __str__(self) -> str:
        return self.subject
