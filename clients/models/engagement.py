"""What was agreed: the engagement, its services, and who does each of them."""

import datetime as dt
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models.client import Client, check_currency
from clients.models.package import Package
from clients.models.scoping import ClientChild, ClientRows
from clients.models.service_terms import Period, ServiceTerms, amount_in_words, shown_unit
from clients.models.user import User
from smm_agency.lib.bilingual import Bilingual


class Block(models.TextChoices):
    """The four blocks of work, in the order of the brief."""

    CREATION = "creation", _("creation and design of communities")
    STRATEGY = "strategy", _("strategy")
    MANAGEMENT = "management", _("community management")
    PROMOTION = "promotion", _("promotion")


class Performer(models.TextChoices):
    AGENCY = "agency", _("agency")
    CLIENT = "client", _("client")
    THIRD_PARTY = "third_party", _("third party")
    NOBODY = "nobody", _("not done")


class Service(Bilingual, models.Model):
    """A work of the catalogue. Reference row: staff may edit it, a restart never overwrites."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    block = models.CharField(_("block"), max_length=12, choices=Block.choices)
    name_en = models.CharField(_("name, English"), max_length=160)
    name_ru = models.CharField(_("name, Russian"), max_length=160)
    result_en = models.CharField(_("result, English"), max_length=200)
    result_ru = models.CharField(_("result, Russian"), max_length=200)
    unit_en = models.CharField(_("unit, English"), max_length=40, blank=True)
    unit_ru = models.CharField(_("unit, Russian"), max_length=40, blank=True)
    is_outsourceable = models.BooleanField(_("can be outsourced"), default=True)
    is_client_only = models.BooleanField(
        _("only the client can do it"),
        default=False,
        help_text=_("Material that nobody else has: photos, news, facts about the company."),
    )
    period = models.CharField(
        _("quantity is for"),
        max_length=8,
        choices=Period.choices,
        default=Period.ONCE,
        db_default=Period.ONCE.value,
    )
    position = models.PositiveSmallIntegerField(pgettext_lazy("order", "position"), default=0)

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(is_client_only=True, is_outsourceable=True),
                name="service_client_only_stays",
                violation_error_message=_(
                    "What only the client can do cannot be outsourced: clear one of the two."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.in_language("name")

    @property
    def result(self) -> str:
        return self.in_language("result")

    @property
    def unit(self) -> str:
        return self.in_language("unit")


class ReviewRhythm(models.TextChoices):
    """How often the indicators are reviewed and the work corrected."""

    FORTNIGHT = "fortnight", _("every two weeks")
    MONTH = "month", _("every month")
    QUARTER = "quarter", _("every quarter")


class EngagementQuerySet(ClientRows["Engagement"]):
    def running(self, *, on: dt.date) -> Self:
        return self.filter(models.Q(ends_on=None) | models.Q(ends_on__gte=on), starts_on__lte=on)


class Engagement(models.Model):
    client = models.ForeignKey(Client, models.CASCADE, related_name="engagements")
    title = models.CharField(_("title"), max_length=160)
    package = models.ForeignKey(
        Package,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="engagements",
        verbose_name=_("package"),
        help_text=_("Which services and tasks the engagement starts with."),
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    fee = models.DecimalField(
        _("fee per month"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    ad_budget = models.DecimalField(
        _("advertising budget per month"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    currency = models.CharField(_("currency"), max_length=3, validators=[check_currency])
    review_rhythm = models.CharField(
        _("KPI review"),
        max_length=10,
        choices=ReviewRhythm.choices,
        default=ReviewRhythm.MONTH,
        db_default=ReviewRhythm.MONTH.value,
    )
    started_at = models.DateTimeField(_("started"), null=True, blank=True, editable=False)
    started_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("started by"),
    )

    objects = EngagementQuerySet.as_manager()

    class Meta:
        # Project is the field's Russian word; the catalogue keeps it apart from ER.
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        permissions = [("see_fees", "Can see fees, prices and the sums of papers")]
        ordering = ["client", "-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="engagement_ends_after_start",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=models.Q(fee=None) | models.Q(fee__gte=0), name="engagement_fee_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client} · {self.title}"


class EngagementService(ClientChild, ServiceTerms):
    """Who does one service of an engagement: the division of responsibility."""

    client_from = "engagement"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="services")
    service = models.ForeignKey(
        Service, models.PROTECT, related_name="engagement_services", verbose_name=_("service")
    )
    performer = models.CharField(_("who does it"), max_length=12, choices=Performer.choices)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    price = models.DecimalField(
        _("price"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Of the whole quantity, in the currency of the engagement."),
    )
    is_extra = models.BooleanField(
        _("extra"),
        default=False,
        db_default=False,
        help_text=_("Beyond the package or the contract: told apart."),
    )
    in_contract = models.BooleanField(_("in the contract"), default=False, db_default=False)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = ClientRows["EngagementService"].as_manager()

    class Meta:
        verbose_name = _("division of responsibility")
        verbose_name_plural = _("division of responsibility")
        ordering = ["engagement", "service__position"]
        constraints = [
            *ServiceTerms.Meta.constraints,
            models.UniqueConstraint(
                fields=["engagement", "service"], name="engagement_service_once"
            ),
            models.CheckConstraint(
                condition=models.Q(price=None) | models.Q(price__gte=0),
                name="engagementservice_price_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.get_performer_display()}"

    @property
    def usual_period(self) -> str:
        """The row's own, else the catalogue's."""
        return self.period or self.service.period

    @property
    def amount(self) -> str:
        """`12 posts a month`; empty where no quantity was agreed."""
        return amount_in_words(self.quantity, self.shown_unit, self.usual_period)

    @property
    def shown_unit(self) -> str:
        """The row's own, else the catalogue's in the reader's language."""
        service = self.service
        return shown_unit(self.unit, usual_en=service.unit_en, usual_ru=service.unit_ru)

    def clean(self) -> None:
        super().clean()
        if self.service_id and (refused := performer_refusal(self.service, self.performer)):
            raise ValidationError({"performer": refused})


def performer_refusal(service: Service, performer: str) -> Any:
    """Why the service cannot be done by them; empty where it can."""
    if service.is_client_only and performer != Performer.CLIENT:
        return _("Only the client can give this material: choose “client”.")
    given_away = performer in (Performer.AGENCY, Performer.THIRD_PARTY)
    if given_away and not service.is_outsourceable:
        return _("This work cannot be outsourced: it stays with the client.")
    return ""


class PackageService(ServiceTerms):
    """How much of a service a package holds, and on which terms. Reference row."""

    package = models.ForeignKey(Package, models.CASCADE, related_name="services")
    service = models.ForeignKey(
        Service, models.PROTECT, related_name="+", verbose_name=_("service")
    )
    performer = models.CharField(
        _("who does it"), max_length=12, choices=Performer.choices, default=Performer.AGENCY
    )

    class Meta:
        verbose_name = _("service of a package")
        verbose_name_plural = _("services of a package")
        ordering = ["package", "service__position"]
        constraints = [
            *ServiceTerms.Meta.constraints,
            models.UniqueConstraint(fields=["package", "service"], name="package_service_once"),
        ]

    def __str__(self) -> str:
        return f"{self.package}: {self.service}"

    def clean(self) -> None:
        super().clean()
        if self.service_id and (refused := performer_refusal(self.service, self.performer)):
            raise ValidationError({"performer": refused})
