"""Money beside the advertising itself, what comes into the accounts, and budgets by channel."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows, Side, User
from clients.models.client import check_currency
from promotion.models.ads import AdAccount
from promotion.models.campaign import Campaign
from promotion.models.money import Taxed, rate_with_vat
from promotion.models.placement import Placement
from strategy.models import Channel


class CostKind(models.TextChoices):
    """Different things that are not mixed: only the first is part of the advertising budget."""

    AD_BUDGET = "ad_budget", _("advertising")
    AGENCY_FEE = "agency_fee", _("agency's fee")
    COMMISSION = "commission", _("agency's commission")
    MARKING_LEVY = "marking_levy", _("marking levy")
    PRIZE = "prize", _("prizes")
    PRODUCTION = "production", _("production")
    OTHER = "other", pgettext_lazy("cost", "other")


# What the agency earns: seen by those who hold this right of the floor above only.
EARNED = (CostKind.AGENCY_FEE, CostKind.COMMISSION)
SEE_EARNED = "kpi.see_agency_fee"


class Cost(Taxed):
    """A sum that neither an ad account nor a placement's price tells of."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="promotion_costs")
    kind = models.CharField(_("kind"), max_length=12, choices=CostKind.choices)
    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="costs",
        verbose_name=_("campaign"),
        help_text=_("Empty: of the client's promotion as a whole."),
    )
    placement = models.ForeignKey(
        Placement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="costs",
        verbose_name=_("placement"),
    )
    spent_on = models.DateField(_("day"))
    amount = models.DecimalField(
        _("amount"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, validators=[check_currency])
    paid_by = models.CharField(_("paid by"), max_length=6, choices=Side.choices, blank=True)
    document = models.CharField(_("document"), max_length=120, blank=True)
    note = models.CharField(_("internal note"), max_length=300, blank=True)
    entered_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+"
    )
    # Of a row of a file, so that it is never taken twice: `promotion.cost_file_costs`.
    file_key = models.CharField(max_length=64, blank=True, editable=False)

    objects = ClientRows["Cost"].as_manager()

    class Meta:
        verbose_name = _("cost")
        verbose_name_plural = _("costs")
        ordering = ["-spent_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="promotion_cost_positive",
                violation_error_message=_("An amount is not negative."),
            ),
            rate_with_vat("promotion_cost_vat_rate"),
            models.UniqueConstraint(
                fields=["client", "file_key"],
                condition=~models.Q(file_key=""),
                name="promotion_cost_once_of_a_file",
                violation_error_message=_("This row of a file has been taken already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.amount} {self.currency}"


class TopUp(Taxed, ClientChild):
    """Money put into an ad account; the spend is told by the account's figures, not by this."""

    client_from = "account"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    account = models.ForeignKey(
        AdAccount, models.CASCADE, related_name="top_ups", verbose_name=_("ad account")
    )
    topped_up_on = models.DateField(_("day"))
    amount = models.DecimalField(
        _("amount"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, validators=[check_currency])
    by = models.CharField(_("who topped it up"), max_length=6, choices=Side.choices)
    document = models.CharField(_("document"), max_length=120, blank=True)

    objects = ClientRows["TopUp"].as_manager()

    class Meta:
        verbose_name = _("top-up")
        verbose_name_plural = _("top-ups")
        ordering = ["-topped_up_on", "-id"]
        constraints = [rate_with_vat("top_up_vat_rate")]

    def __str__(self) -> str:
        return f"{self.account} · {self.amount} {self.currency}"


class ChannelBudget(Taxed):
    """What one channel may cost in one month: instead of the media plan's line, with the reason.

    Where there is no such row, the line of the strategy in force holds (`promotion.budget`).
    """

    client = models.ForeignKey(Client, models.CASCADE, related_name="channel_budgets")
    channel = models.CharField(_("channel"), max_length=14, choices=Channel.choices)
    month = models.DateField(_("month"), help_text=_("The first day of the month."))
    amount = models.DecimalField(
        _("amount"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, validators=[check_currency])
    reason = models.CharField(_("why"), max_length=300, blank=True)
    set_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")

    objects = ClientRows["ChannelBudget"].as_manager()

    class Meta:
        verbose_name = _("budget of a channel")
        verbose_name_plural = _("budgets of channels")
        ordering = ["client", "month", "channel"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "channel", "month"],
                name="channel_budget_once",
                violation_error_message=_("This channel has its budget for that month already."),
            ),
            models.CheckConstraint(
                condition=models.Q(month__day=1),
                name="channel_budget_first_day",
                violation_error_message=_("Give the first day of the month."),
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="channel_budget_positive",
                violation_error_message=_("An amount is not negative."),
            ),
            rate_with_vat("channel_budget_vat_rate"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} · {self.get_channel_display()} · {self.amount} {self.currency}"
