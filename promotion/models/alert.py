"""What the clock finds wrong with the money of a campaign or an ad account."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientRows
from promotion.models.ads import AdAccount
from promotion.models.campaign import Campaign


class AlertKind(models.TextChoices):
    UNDERSPEND = "underspend", _("spends less than planned")
    OVERSPEND = "overspend", _("spends more than planned")
    STOPPED = "stopped", _("the ads stand still")
    PAUSED_WITH_BUDGET = "paused_with_budget", _("paused with money left")
    STALE = "stale", _("no fresh figures")
    NO_CALLS = "no_calls", _("money spent, no call")


class BudgetAlertQuerySet(ClientRows["BudgetAlert"]):
    def standing(self) -> Self:
        return self.filter(closed_at=None)


class BudgetAlert(models.Model):
    """Opened and closed by the clock: `promotion.alerts`. `facts`: what its sentences are made of.

    Of a campaign, of an account, or, where both are empty, of the client's promotion as a whole.
    """

    client = models.ForeignKey(Client, models.CASCADE, related_name="budget_alerts")
    campaign = models.ForeignKey(
        Campaign,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="budget_alerts",
        verbose_name=_("campaign"),
    )
    account = models.ForeignKey(
        AdAccount,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="budget_alerts",
        verbose_name=_("ad account"),
    )
    kind = models.CharField(_("kind"), max_length=18, choices=AlertKind.choices)
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    opened_at = models.DateTimeField(_("since"), default=timezone.now)
    closed_at = models.DateTimeField(pgettext_lazy("alert", "over since"), null=True, blank=True)

    objects = BudgetAlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert of the budget")
        verbose_name_plural = _("alerts of the budget")
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "campaign", "account", "kind"],
                condition=models.Q(closed_at=None),
                nulls_distinct=False,
                name="budget_alert_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(campaign=None) | models.Q(account=None),
                name="budget_alert_of_one",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None) | models.Q(closed_at__gte=models.F("opened_at")),
                name="budget_alert_closed_after_opened",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign or self.account or self.client}: {self.get_kind_display()}"
