"""Whom the communities speak to, and what they say: rubrics and campaigns point at these."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows
from strategy.models.version import StrategyVersion


class Segment(ClientChild):
    """A part of the audience with one need."""

    client_from = "version"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    version = models.ForeignKey(StrategyVersion, models.CASCADE, related_name="segments")
    name = models.CharField(pgettext_lazy("segment", "name"), max_length=120)
    who = models.TextField(
        _("who they are"), max_length=1_000, blank=True, help_text=_("Age, place, life, income.")
    )
    need = models.TextField(_("need"), max_length=1_000, blank=True)
    pains = models.TextField(_("pains"), max_length=1_000, blank=True)
    triggers = models.TextField(
        _("triggers"), max_length=1_000, blank=True, help_text=_("What makes them call.")
    )
    objections = models.TextField(_("objections"), max_length=1_000, blank=True)
    platforms = models.CharField(
        _("where they are"), max_length=300, blank=True, help_text=_("Networks, groups, channels.")
    )

    objects = ClientRows["Segment"].as_manager()

    class Meta:
        verbose_name = _("audience segment")
        verbose_name_plural = _("audience segments")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "name"],
                name="segment_once",
                violation_error_message=_("This strategy has a segment of that name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Positioning(ClientChild):
    """What the client is for a segment (or for all of them), in a sentence that can be proved."""

    client_from = "version"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    version = models.ForeignKey(StrategyVersion, models.CASCADE, related_name="positionings")
    segment = models.ForeignKey(
        Segment,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="positionings",
        verbose_name=_("audience segment"),
        help_text=_("Empty: for all of them."),
    )
    message = models.CharField(_("key message"), max_length=300)
    proof = models.TextField(_("proof"), max_length=1_000, blank=True)
    tone = models.TextField(
        _("tone of voice"),
        max_length=1_000,
        blank=True,
        help_text=_("How we speak, and what we never say."),
    )

    objects = ClientRows["Positioning"].as_manager()

    class Meta:
        verbose_name = _("positioning")
        verbose_name_plural = _("positioning")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "message"],
                name="positioning_once",
                violation_error_message=_("This message is in the strategy already."),
            )
        ]

    def __str__(self) -> str:
        return self.message
