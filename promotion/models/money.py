"""Sums of money that say whether they hold VAT."""

from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Vat(models.TextChoices):
    """Whether a sum holds VAT. Not stated is no “without”: such sums are not compared."""

    NOT_STATED = "", _("VAT is not stated")
    FREE = "free", _("no VAT")
    INCLUDED = "included", _("VAT included")
    ON_TOP = "on_top", _("VAT on top")


class Taxed(models.Model):
    """The VAT of a row's sum; `promotion.vat` counts with it. A rate in per cent, such as 20."""

    vat = models.CharField(
        _("VAT"), max_length=8, choices=Vat.choices, blank=True, default=Vat.NOT_STATED
    )
    vat_rate = models.DecimalField(
        _("VAT rate, %"),
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(50))],
    )

    class Meta:
        abstract = True


def rate_with_vat(name: str) -> Any:
    """The constraint of a `Taxed` table: a rate stands where there is VAT, and only there."""
    has_vat = models.Q(vat__in=[Vat.INCLUDED, Vat.ON_TOP], vat_rate__isnull=False)
    has_none = models.Q(vat__in=[Vat.NOT_STATED, Vat.FREE], vat_rate__isnull=True)
    return models.CheckConstraint(
        condition=has_vat | has_none,
        name=name,
        violation_error_message=_("Give the VAT rate where there is VAT, and only there."),
    )
