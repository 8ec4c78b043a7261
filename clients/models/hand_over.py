"""That somebody's work with a client became somebody else's."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models.client import Client
from clients.models.scoping import ClientRows
from clients.models.user import User


class HandOver(models.Model):
    """`moved`: the ids of the rows by kind, as `clients.hand_over` knows kinds."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="hand_overs")
    giver = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("hand over", "from")
    )
    receiver = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("hand over", "to")
    )
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by whom"))
    made_at = models.DateTimeField(_("at"), default=timezone.now)
    note = models.TextField(_("note"), max_length=2_000)
    moved = models.JSONField(_("what moved"), default=dict)

    objects = ClientRows["HandOver"].as_manager()

    class Meta:
        verbose_name = _("hand over")
        verbose_name_plural = _("hand overs")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.giver} → {self.receiver}"

    @property
    def total(self) -> int:
        return sum(len(ids) for ids in self.moved.values())
