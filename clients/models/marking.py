"""What a country asks of advertising on networks: rules that hold from a day on."""

import datetime as dt
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.client import check_country


class MarkingRuleQuerySet(models.QuerySet["MarkingRule"]):
    def in_force(self, *, on: dt.date) -> Self:
        """The youngest of each country first."""
        return self.filter(since__lte=on).order_by("country", "-since")


class MarkingRule(models.Model):
    """The law of a country from a day on, until its next row; a country without rows asks nothing.

    `word` stands in the text of an advertising post; `refused_networks` are codes of networks.
    """

    country = models.CharField(_("country"), max_length=2, validators=[check_country])
    since = models.DateField(_("holds from"))
    needs_identifier = models.BooleanField(
        _("identifier is needed"),
        default=False,
        help_text=_("Got from an operator of advertising data before the publication."),
    )
    identifier_name = models.CharField(
        _("name of the identifier"), max_length=30, default="erid", blank=True
    )
    needs_advertiser = models.BooleanField(_("advertiser is named"), default=False)
    word = models.CharField(_("word that is shown"), max_length=40, blank=True)
    refused_networks = ArrayField(
        models.CharField(max_length=12),
        verbose_name=_("no advertising on"),
        default=list,
        blank=True,
    )
    source = models.CharField(_("source"), max_length=300, blank=True)

    objects = MarkingRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule of marking")
        verbose_name_plural = _("rules of marking")
        ordering = ["country", "-since"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "since"],
                name="marking_rule_once",
                violation_error_message=_("This country has a rule from that day already."),
            ),
            models.CheckConstraint(
                condition=models.Q(needs_identifier=False) | ~models.Q(identifier_name=""),
                name="marking_rule_names_identifier",
                violation_error_message=_("Give the identifier a name, such as erid."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country}, {self.since:%Y-%m-%d}"
