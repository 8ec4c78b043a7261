"""Campaigns: what was done to bring people, so that a call can be attributed to it."""

import datetime as dt
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientChild, ClientRows
from communities.models import Profile


class CampaignQuerySet(ClientRows["Campaign"]):
    def running(self, *, on: dt.date) -> Self:
        return self.filter(models.Q(ends_on=None) | models.Q(ends_on__gte=on), starts_on__lte=on)


class Campaign(models.Model):
    class Kind(models.TextChoices):
        TARGETED_ADS = "targeted_ads", _("targeted ads")
        SEEDING = "seeding", _("seeding")
        PROMO_ACTION = "promo_action", _("promo action")
        GIVEAWAY = "giveaway", _("giveaway")

    client = models.ForeignKey(Client, models.CASCADE, related_name="campaigns")
    title = models.CharField(_("title"), max_length=160)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["client", "-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="campaign_ends_after_start",
                violation_error_message=_("The last day is before the first."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class Placement(ClientChild):
    """Where a campaign stands for a while: a publisher's page, a post, a banner."""

    client_from = "campaign"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="placements", verbose_name=_("campaign")
    )
    title = models.CharField(_("title"), max_length=160)
    publisher = models.ForeignKey(
        Profile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="placements",
        verbose_name=_("publisher page"),
        limit_choices_to={"relation": Profile.Relation.PUBLISHER},
    )
    url = models.URLField(_("link"), blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = ClientRows["Placement"].as_manager()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering = ["campaign", "-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="placement_ends_after_start",
                violation_error_message=_("The last day is before the first."),
            )
        ]

    def __str__(self) -> str:
        return self.title
