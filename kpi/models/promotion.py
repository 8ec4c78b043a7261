"""What promotion brought in money, and what was concluded of it."""

from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientRows, User
from clients.models.client import check_currency
from kpi.models.calls import Call
from promotion.models import Campaign, Taxed, rate_with_vat


class Deal(Taxed):
    """A sale that began with promotion, by the client's word: of a call, or of a campaign."""

    class Source(models.TextChoices):
        MANUAL = "manual", _("typed in")
        IMPORT = "import", _("file")

    client = models.ForeignKey(Client, models.CASCADE, related_name="deals")
    call = models.ForeignKey(
        Call,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deals",
        verbose_name=_("call"),
        help_text=_("The deal belongs where the call came from."),
    )
    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deals",
        verbose_name=_("campaign"),
        help_text=_("Where the call is not known; empty: not known either."),
    )
    closed_on = models.DateField(_("closed on"))
    amount = models.DecimalField(
        _("amount"), max_digits=14, decimal_places=2, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, validators=[check_currency])
    source = models.CharField(
        _("source"), max_length=6, choices=Source.choices, default=Source.MANUAL, editable=False
    )
    external_id = models.CharField(  # noqa: DJ001
        _("number of the deal"),
        max_length=120,
        null=True,
        blank=True,
        help_text=_("In the client's own records: entered twice it stands once."),
    )
    note = models.CharField(_("internal note"), max_length=300, blank=True)
    entered_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = ClientRows["Deal"].as_manager()

    class Meta:
        verbose_name = _("deal")
        verbose_name_plural = _("deals")
        ordering = ["-closed_on", "-id"]
        indexes = [models.Index(fields=["client", "closed_on"], name="deal_client_day")]
        constraints = [
            rate_with_vat("deal_vat_rate"),
            models.UniqueConstraint(
                fields=["client", "external_id"],
                name="deal_once",
                violation_error_message=_("This deal stands already."),
            ),
            models.UniqueConstraint(
                fields=["call"],
                name="deal_of_a_call",
                violation_error_message=_("This call has its deal already: change it there."),
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="deal_amount_positive",
                violation_error_message=_("An amount is not negative."),
            ),
            models.CheckConstraint(
                condition=~models.Q(external_id=""), name="deal_external_id_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.closed_on:%d.%m.%Y} · {self.amount} {self.currency}"


class PromotionAssessmentQuerySet(ClientRows["PromotionAssessment"]):
    def finished(self) -> Self:
        return self.filter(finished_at__isnull=False)


class PromotionAssessment(models.Model):
    """The result of the promotion block: what a period brought against the KPI that were set.

    `figures` are copied when it is made, by `kpi.promotion_assessments`, and hold nothing of the
    agency's fee. Once finished only what is shown to the client changes: a trigger sees to it.
    """

    client = models.ForeignKey(
        Client, models.CASCADE, related_name="promotion_assessments", editable=False
    )
    starts_on = models.DateField(_("from"), editable=False)
    ends_on = models.DateField(_("to"), editable=False)
    figures = models.JSONField(_("figures"), editable=False)
    counted_at = models.DateTimeField(_("counted"), default=timezone.now, editable=False)
    verdict = models.TextField(
        _("verdict"),
        max_length=4_000,
        blank=True,
        help_text=_("For the client: what was reached of the KPI, and why."),
    )
    repeated = models.TextField(_("what is repeated"), max_length=4_000, blank=True)
    stopped = models.TextField(_("what is stopped"), max_length=4_000, blank=True)
    changes = models.TextField(_("what changes"), max_length=4_000, blank=True)
    note = models.TextField(_("internal note"), max_length=4_000, blank=True)
    made_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("made by")
    )
    finished_at = models.DateTimeField(
        pgettext_lazy("assessment", "finished"), null=True, blank=True, editable=False
    )
    finished_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("finished by"),
    )
    is_shown = models.BooleanField(
        _("shown to the client"), default=False, db_default=False, editable=False
    )

    objects = PromotionAssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment of promotion")
        verbose_name_plural = _("assessments of promotion")
        ordering = ["-ends_on", "-id"]
        permissions = [("see_agency_fee", "Can see what the agency earns by promotion")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="promotion_assessment_ends_after_start",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=models.Q(finished_at=None) | ~models.Q(verdict=""),
                name="promotion_assessment_finished_has_verdict",
                violation_error_message=_("Write the verdict before it is finished."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_shown=False) | models.Q(finished_at__isnull=False),
                name="promotion_assessment_shown_is_finished",
                violation_error_message=_("Finish it before it is shown to the client."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on:%d.%m.%Y} – {self.ends_on:%d.%m.%Y}"
