"""What a country asks of advertising on networks: rules that hold from a day on."""

import datetime as dt
from decimal import Decimal
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client, Marking, check_country
from clients.models.scoping import ClientRows
from clients.models.user import User


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
    registered_above = models.PositiveIntegerField(
        _("pages are registered above, subscribers"),
        null=True,
        blank=True,
        help_text=_(
            "A page with more subscribers carries advertising only where it stands on the"
            " regulator's list; empty: the law asks for no list."
        ),
    )
    levy_percent = models.DecimalField(
        _("marking levy, %"),
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(50))],
        help_text=_("Of what the advertising cost; empty: there is no levy."),
    )
    acts_due_day = models.PositiveSmallIntegerField(
        _("acts are handed in until day"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text=_("Of the month after the advertising; empty: no acts are asked for."),
    )
    source = models.CharField(_("source"), max_length=600, blank=True)

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


class MarkingChange(models.Model):
    """From one setting of a client's marking to the next, with the reason; never changed."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="marking_changes")
    old = models.CharField(_("was"), max_length=10, choices=Marking.choices)
    new = models.CharField(_("became"), max_length=10, choices=Marking.choices)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    changed_at = models.DateTimeField(_("when"), default=timezone.now)

    objects = ClientRows["MarkingChange"].as_manager()

    class Meta:
        verbose_name = _("change of marking")
        verbose_name_plural = _("changes of marking")
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(new=Marking.OFF, reason=""),
                name="marking_off_with_reason",
                violation_error_message=_("Say why the client's advertising is not marked."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_old_display()} → {self.get_new_display()}"
