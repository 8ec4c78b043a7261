"""What happened to placements after they went out: corrected figures, looks at the link."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientChild, ClientRows, User
from promotion.models.placement import FactSource, Placement, PlacementFact


class PlacementFactCorrection(ClientChild):
    """What stood in the figures of a placement before somebody said otherwise."""

    client_from = "fact"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    fact = models.ForeignKey(PlacementFact, models.CASCADE, related_name="corrections")
    old = models.JSONField(_("was"))
    corrected_at = models.DateTimeField(_("when"), default=timezone.now)
    source = models.CharField(_("by"), max_length=7, choices=FactSource.choices)
    corrected_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who")
    )

    objects = ClientRows["PlacementFactCorrection"].as_manager()

    class Meta:
        verbose_name = _("correction of a placement's figures")
        verbose_name_plural = _("corrections of placements' figures")
        ordering = ["-corrected_at", "-id"]

    def __str__(self) -> str:
        return f"{self.fact} · {self.corrected_at:%d.%m.%Y %H:%M}"


class CheckOutcome(models.TextChoices):
    STANDS = "stands", _("stands")
    MISSING = "missing", _("the network shows no such post")
    UNKNOWN = "unknown", _("no answer")
    NOT_CHECKABLE = "uncheckable", _("not checkable here")


class PlacementCheck(ClientChild):
    """Looks at a placement's link that came out alike, one after the other.

    `posted_at` and `edited_at` are the network's. A look without an answer ends a run of others:
    whether the post stood then nobody knows.
    """

    client_from = "placement"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    placement = models.ForeignKey(Placement, models.CASCADE, related_name="checks")
    at = models.DateTimeField(_("first look"))
    last_at = models.DateTimeField(_("last look"))
    looks = models.PositiveIntegerField(_("looks"), default=1)
    outcome = models.CharField(_("outcome"), max_length=11, choices=CheckOutcome.choices)
    posted_at = models.DateTimeField(_("posted"), null=True, blank=True)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = ClientRows["PlacementCheck"].as_manager()

    class Meta:
        verbose_name = _("check of a placement's link")
        verbose_name_plural = _("checks of placements' links")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.placement} · {self.get_outcome_display()}"
