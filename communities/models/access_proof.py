"""How it is known that the agency can come into a community."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientChild, ClientRows, User
from communities.models.community import Community
from communities.models.file import ClientFile


class AccessProof(ClientChild):
    """One proof; the newest one counts, the older ones are history."""

    client_from = "community"

    class Kind(models.TextChoices):
        CALL = "call", _("by a call to the network")
        SCREENSHOT = "screenshot", _("by a screenshot")

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    community = models.ForeignKey(
        Community, models.CASCADE, related_name="access_proofs", verbose_name=_("community")
    )
    kind = models.CharField(_("how"), max_length=10, choices=Kind.choices)
    proven_at = models.DateTimeField(_("when"), default=timezone.now)
    proven_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("by whom")
    )
    person = models.CharField(
        _("who has the access"), max_length=120, blank=True, help_text=_("The person's name.")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    file = models.ForeignKey(
        ClientFile, models.PROTECT, null=True, related_name="+", verbose_name=_("screenshot")
    )

    objects = ClientRows["AccessProof"].as_manager()

    class Meta:
        verbose_name = _("proof of access")
        verbose_name_plural = _("proofs of access")
        ordering = ["-proven_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="call")
                | models.Q(kind="screenshot", file__isnull=False) & ~models.Q(person=""),
                name="access_proof_screenshot_is_whole",
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
