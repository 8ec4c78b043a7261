"""The register of papers: what was signed with the client, and what is to be paid."""

import datetime as dt
from collections.abc import Collection
from decimal import Decimal
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractYear, Upper
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
    VOID = "void", pgettext_lazy("paper", "annulled")


# What is paid is not signed; a brand book is neither.
SIGNED_KINDS = (
    PaperKind.CONTRACT,
    PaperKind.ANNEX,
    PaperKind.NDA,
    PaperKind.ACT,
    PaperKind.DATA_PROCESSING,
    PaperKind.OTHER,
)
PAID_KINDS = (PaperKind.INVOICE,)
# They say how much.
SUM_KINDS = (PaperKind.INVOICE, PaperKind.ACT)
# They end on a day, and what they allowed ends with them.
AGREEMENTS = (PaperKind.CONTRACT, PaperKind.ANNEX, PaperKind.NDA, PaperKind.DATA_PROCESSING)
# The agency numbers them itself: the same number twice in a year is a mistake. Annexes begin anew
# with every contract, and what others bring has numbers of theirs: those are only warned of.
NUMBERED_KINDS = (
    PaperKind.CONTRACT,
    PaperKind.NDA,
    PaperKind.INVOICE,
    PaperKind.ACT,
    PaperKind.DATA_PROCESSING,
)
ENDS_SOON = dt.timedelta(days=30)
# What ended long ago, and nobody has made anew, is not asked for any more.
ENDED_LATELY = dt.timedelta(days=60)


class PaperQuerySet(ClientRows["Paper"]):
    def standing(self) -> Self:
        return self.exclude(state=PaperState.VOID)

    def in_force(self) -> Self:
        """Sent at least, and not annulled."""
        return self.standing().exclude(state=PaperState.DRAFT)

    def without_file(self) -> Self:
        held = PaperFile.objects.filter(paper=models.OuterRef("pk"), replaced_at=None)
        return self.exclude(models.Exists(held))

    def with_sums_of(self, clients: Collection[int] | None) -> Self:
        """With `shows_sum`: whether it is of one of these clients; None: of all there are."""
        shown = Q(pk__isnull=False) if clients is None else Q(client__in=clients)
        return self.annotate(
            shows_sum=models.ExpressionWrapper(shown, output_field=models.BooleanField())
        )

    def unsigned_acts(self) -> Self:
        """Sent and not signed yet; a draft waits for nobody but us."""
        return self.filter(kind=PaperKind.ACT, state=PaperState.SENT)

    def unpaid(self) -> Self:
        return self.filter(kind__in=PAID_KINDS, state=PaperState.SENT)

    def overdue(self, *, on: dt.date) -> Self:
        return self.unpaid().filter(due_on__lt=on)

    def expiring(self, *, on: dt.date) -> Self:
        """Signed agreements that end within the month to come, or ended lately.

        Those that a later one of their kind has replaced are left out, annexes apart: each of
        those is about something else.
        """
        ending = self.filter(
            kind__in=AGREEMENTS,
            state=PaperState.SIGNED,
            valid_until__range=(on - ENDED_LATELY, on + ENDS_SOON),
        )
        later = Paper.objects.filter(
            Q(valid_until=None) | Q(valid_until__gt=models.OuterRef("valid_until")),
            client=models.OuterRef("client"),
            kind=models.OuterRef("kind"),
            state=PaperState.SIGNED,
            dated_on__gt=models.OuterRef("dated_on"),
        ).exclude(kind=PaperKind.ANNEX)
        return ending.exclude(models.Exists(later))

    def instructions(self, *, on: dt.date) -> Self:
        """Signed instructions to process personal data that hold on that day."""
        holds = Q(valid_until=None) | Q(valid_until__gte=on)
        return self.filter(
            holds,
            kind=PaperKind.DATA_PROCESSING,
            state=PaperState.SIGNED,
            dated_on__lte=on,
        )


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
    due_on = models.DateField(
        _("to be paid by"), null=True, blank=True, help_text=_("Of an invoice.")
    )
    state = models.CharField(
        _("state"),
        max_length=8,
        choices=PaperState.choices,
        default=PaperState.DRAFT,
        editable=False,
    )
    signed_on = models.DateField(_("signed on"), null=True, blank=True, editable=False)
    paid_on = models.DateField(_("paid on"), null=True, blank=True, editable=False)
    is_shown = models.BooleanField(
        _("shown to the client"), default=False, help_text=_("In the portal, with its file.")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    made_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("document", "paper")
        verbose_name_plural = pgettext_lazy("document", "papers")
        ordering = ["-dated_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("dated_on")),
                name="paper_ends_after_its_date",
                violation_error_message=_("It cannot end before its date."),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=SUM_KINDS) | Q(amount__isnull=False),
                name="paper_has_its_sum",
                violation_error_message=_("An invoice and an act need their sum."),
            ),
            models.CheckConstraint(
                condition=~Q(state=PaperState.SIGNED)
                | Q(kind__in=SIGNED_KINDS, signed_on__isnull=False),
                name="paper_may_be_signed",
                violation_error_message=_("A paper of this kind is not signed."),
            ),
            models.CheckConstraint(
                condition=~Q(state=PaperState.PAID) | Q(kind__in=PAID_KINDS, paid_on__isnull=False),
                name="paper_may_be_paid",
                violation_error_message=_("A paper of this kind is not paid."),
            ),
            models.UniqueConstraint(
                "client",
                "kind",
                ExtractYear("dated_on"),
                Upper("number"),
                name="paper_number_once_a_year",
                condition=Q(kind__in=NUMBERED_KINDS) & ~Q(number="") & ~Q(state=PaperState.VOID),
                violation_error_message=_(
                    "The client has a paper of this kind and number in that year already."
                ),
            ),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, (str(self.get_kind_display()), self.number or self.title)))

    @property
    def file(self) -> "PaperFile | None":
        """The one that holds, without its content."""
        return self.files.filter(replaced_at=None).defer("content").first()


class PaperMove(ClientChild):
    """Who moved a paper from which state to which, and when."""

    client_from = "paper"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="moves")
    old = models.CharField(_("from"), max_length=8, choices=PaperState.choices)
    new = models.CharField(_("to"), max_length=8, choices=PaperState.choices)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    moved_at = models.DateTimeField(_("at"), default=timezone.now)
    moved_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )

    objects = ClientRows["PaperMove"].as_manager()

    class Meta:
        verbose_name = _("move of a paper")
        verbose_name_plural = _("moves of papers")
        ordering = ["moved_at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_old_display()} → {self.get_new_display()}"


class PaperFile(ClientChild):
    """The file of a paper, kept in the database: backed up and erased with its client.

    What was replaced stays, with the moment of it.
    """

    client_from = "paper"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="files")
    name = models.CharField(_("file"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    content = models.BinaryField(_("content"))
    size = models.PositiveIntegerField(_("size, bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    made_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    made_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("uploaded by")
    )

    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True)

    objects = ClientRows["PaperFile"].as_manager()

    class Meta:
        verbose_name = _("file of a paper")
        verbose_name_plural = _("files of papers")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["paper"], condition=Q(replaced_at=None), name="paper_has_one_file"
            )
        ]

    def __str__(self) -> str:
        return self.name


class DataWaiver(models.Model):
    """Somebody took personal data of calls without a data-processing instruction, knowing it.

    `confirmed_by` is None where it was done at the terminal.
    """

    class Occasion(models.TextChoices):
        FILE = "file", _("a file of calls")
        CONNECTION = "connection", _("a call connection")

    client = models.ForeignKey(Client, models.CASCADE, related_name="data_waivers")
    occasion = models.CharField(_("what was taken"), max_length=12, choices=Occasion.choices)
    name = models.CharField(pgettext_lazy("thing", "name"), max_length=200)
    confirmed_at = models.DateTimeField(_("confirmed at"), default=timezone.now)
    confirmed_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("confirmed by")
    )

    objects = ClientRows["DataWaiver"].as_manager()

    class Meta:
        verbose_name = _("calls taken without an instruction")
        verbose_name_plural = _("calls taken without an instruction")
        ordering = ["-confirmed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_occasion_display()}: {self.name}"
