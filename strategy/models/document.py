"""Papers of a version: the printed strategy as it was sent, and the client's word about it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientChild, ClientRows, User
from strategy.models.version import StrategyVersion


class VersionDocument(ClientChild):
    """A file kept in the database, so that it is backed up and erased with its client."""

    class Kind(models.TextChoices):
        PRINTED = "printed", _("the strategy as it was sent")
        CLIENT_WORD = "client_word", _("the client's word")

    client_from = "version"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    version = models.ForeignKey(StrategyVersion, models.CASCADE, related_name="documents")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    file_name = models.CharField(_("file"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    content = models.BinaryField(_("content"))
    size = models.PositiveIntegerField(_("size, bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )

    objects = ClientRows["VersionDocument"].as_manager()

    class Meta:
        verbose_name = _("document of a strategy")
        verbose_name_plural = _("documents of strategies")
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(fields=["version", "kind"], name="version_document_once")
        ]

    def __str__(self) -> str:
        return self.file_name
