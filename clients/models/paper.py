"""The register of papers: what was signed with the client, and what is to be paid."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models.client import Client, check_currency
from clients.models.engagement import Engagement
from clients.models.scoping import ClientChild, ClientRows
from clients.models.user import User


class PaperKind(models.TextChoices):
    CONTRACT = "contract", _("contract")
    ANNEX = "annex", _("annex")
    NDA = "nda", _("non-disclosure agreement")
    INVOICE = "invoice", _("invoice")
    ACT = "act", _("act of acceptance")
    DATA_PROCESSING = "data_processing", _("data-processing instruction")
    BRAND_BOOK = "brand_book", _("brand book")
    OTHER = "other", pgettext_lazy("paper", "other")


class PaperState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("paper", "draft")
    SENT = "sent", pgettext_lazy("paper", "sent")
    SIGNED = "signed", pgettext_lazy("paper", "signed")
    PAID = "paid", pgettext_lazy("paper", "paid")


class Paper(models.Model):
    """`amount` is with VAT; `vat_percent` None: without VAT, which is not the rate of zero."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="papers")
    engagement = models.ForeignKey(
        Engagement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="papers",
        verbose_name=_("engagement"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=PaperKind.choices)
    number = models.CharField(_("number"), max_length=60, blank=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    dated_on = models.DateField(_("date"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    amount = models.DecimalField(
        _("amount with VAT"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    vat_percent = models.DecimalField(
        _("VAT, %"),
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(Decimal(99))],
        help_text=_("Empty: without VAT."),
    )
    currency = models.CharField(
        _("currency"), max_length=3, default="RUB", validators=[check_currency]
    )
    state = models.CharField(
        _("state"), max_length=8, choices=PaperState.choices, default=PaperState.DRAFT
    )
    is_shown = models.BooleanField(
        _("shown to the client"), default=False, help_text=_("In the portal, with its file.")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    made_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    objects = ClientRows["Paper"].as_manager()

    class Meta:
        verbose_name = pgettext_lazy("document", "paper")
        verbose_name_plural = pgettext_lazy("document", "papers")
        ordering = ["-dated_on", "-pk"]

    def __str__(self) -> str:
        return " ".join(filter(None, (str(self.get_kind_display()), self.number or self.title)))


class PaperFile(ClientChild):
    """The file of a paper, kept in the database: backed up and erased with its client."""

    client_from = "paper"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    paper = models.OneToOneField(Paper, models.CASCADE, related_name="file")
    name = models.CharField(_("file"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    content = models.BinaryField(_("content"))
    size = models.PositiveIntegerField(_("size, bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    made_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    made_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("uploaded by")
    )

    objects = ClientRows["PaperFile"].as_manager()

    class Meta:
        verbose_name = _("file of a paper")
        verbose_name_plural = _("files of papers")

    def __str__(self) -> str:
        return self.name
