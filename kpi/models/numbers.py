"""Where tracking numbers were shown."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientChild, ClientRows, TrackingNumber
from communities.models import Community
from promotion.models import Campaign, Placement
from smm_agency.lib.ranges import days_range, one_value_range


class NumberPlacement(ClientChild):
    """Where a tracking number was shown, and when: never in two places at once."""

    client_from = "number"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    number = models.ForeignKey(
        TrackingNumber, models.CASCADE, related_name="placements", verbose_name=_("number")
    )
    community = models.ForeignKey(
        Community,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="number_placements",
        verbose_name=_("community"),
    )
    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="number_placements",
        verbose_name=_("campaign"),
    )
    placement = models.ForeignKey(
        Placement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="number_placements",
        verbose_name=_("placement"),
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = ClientRows["NumberPlacement"].as_manager()

    class Meta:
        verbose_name = _("number placement")
        verbose_name_plural = _("number placements")
        ordering = ["number", "-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    community__isnull=False, campaign__isnull=True, placement__isnull=True
                )
                | models.Q(community__isnull=True, campaign__isnull=False, placement__isnull=True)
                | models.Q(community__isnull=True, campaign__isnull=True, placement__isnull=False),
                name="number_placement_one_place",
                violation_error_message=_(
                    "Choose a community, a campaign or a placement, one of them."
                ),
            ),
            ExclusionConstraint(
                name="number_placement_no_overlap",
                expressions=[
                    (one_value_range("number_id"), RangeOperators.OVERLAPS),
                    (days_range(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This number already stands elsewhere on these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} → {self.place}"

    @property
    def place(self) -> Community | Campaign | Placement | None:
        """The one of the three that is filled in."""
        return self.community or self.campaign or self.placement

    def clean(self) -> None:
        # Before the constraints: the database makes no range of such days.
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day is before the first.")})
