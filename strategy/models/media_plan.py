"""The media plan: what each channel costs in each month, and what it should bring."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientChild, ClientRows
from clients.models.client import check_currency
from strategy.models.version import StrategyVersion


class Channel(models.TextChoices):
    ADS = "ads", _("targeted ads")
    SEEDING = "seeding", _("seeding")
    INFLUENCERS = "influencers", _("influencers")
    PROMO_ACTION = "promo_action", _("promo actions")
    OTHER = "other", _("other")


class BudgetLine(ClientChild):
    """The money of one channel in one month, in the currency of the engagement."""

    client_from = "version"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    version = models.ForeignKey(StrategyVersion, models.CASCADE, related_name="budget_lines")
    channel = models.CharField(_("channel"), max_length=14, choices=Channel.choices)
    month = models.DateField(_("month"), help_text=_("The first day of the month."))
    amount = models.DecimalField(
        _("amount"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, validators=[check_currency])
    expected_reach = models.PositiveIntegerField(_("expected reach"), null=True, blank=True)
    expected_calls = models.PositiveIntegerField(_("expected calls"), null=True, blank=True)
    note = models.CharField(_("what for"), max_length=200, blank=True)

    objects = ClientRows["BudgetLine"].as_manager()

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("media plan")
        ordering = ["month", "channel", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "channel", "month"],
                name="budget_line_once",
                violation_error_message=_("This channel has its line for that month already."),
            ),
            models.CheckConstraint(
                condition=models.Q(month__day=1),
                name="budget_line_first_day",
                violation_error_message=_("Give the first day of the month."),
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="budget_line_positive",
                violation_error_message=_("An amount is not negative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} · {self.get_channel_display()} · {self.amount} {self.currency}"
