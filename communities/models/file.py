"""Files of a client's communities: pictures of the design, screenshots, brand books."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientRows, User


class ClientFileQuerySet(ClientRows["ClientFile"]):
    """A contractor sees what is in their posts and what the client gave for these."""

    own_by = (
        "in_posts__post__author",
        "in_posts__post__designer",
        "material__request__post__author",
        "material__request__post__designer",
    )


class ClientFile(models.Model):
    """A checked upload, kept in the database: backed up and erased with its client.

    Never changed once it is stored. `width` and `height` are pixels, NULL for what is no picture.
    """

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    name = models.CharField(_("file"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    content = models.BinaryField(_("content"))
    size = models.PositiveIntegerField(_("size, bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    width = models.PositiveIntegerField(_("width, px"), null=True)
    height = models.PositiveIntegerField(_("height, px"), null=True)
    is_shown = models.BooleanField(_("shown to the client"), default=False)
    made_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    made_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by")
    )

    objects = ClientFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.name
