"""The monthly report: made from the month's KPI review, approved by a person, frozen when sent."""

import datetime as dt
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows, Contact, Letter, User
from kpi.models.reviews import KpiReview


class ReportSettings(models.Model):
    """How a client's reports are made and sent; a client without a row has the defaults."""

    class Mode(models.TextChoices):
        REVIEW = "review", _("read by a person before it is sent")
        AUTOMATIC = "automatic", _("sent at once")

    # A month that every client has.
    LAST_DAY = 28

    client = models.OneToOneField(
        Client, models.CASCADE, related_name="report_settings", verbose_name=_("client")
    )
    day = models.PositiveSmallIntegerField(
        _("day of the month"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(LAST_DAY)],
        help_text=_(
            "From this day on, by the client's time, the report of the last month is made."
        ),
    )
    mode = models.CharField(
        _("sending"),
        max_length=10,
        choices=Mode.choices,
        default=Mode.REVIEW,
        help_text=_("Without a closed KPI review nothing is sent, whatever stands here."),
    )
    is_paused = models.BooleanField(
        _("paused"), default=False, help_text=_("Nothing is made and nothing is sent.")
    )

    objects = ClientRows["ReportSettings"].as_manager()

    class Meta:
        verbose_name = _("settings of reports")
        verbose_name_plural = _("settings of reports")
        ordering = ["client__name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(day__gte=1, day__lte=28),
                name="report_settings_day",
                violation_error_message=_("Give a day from 1 to 28: every month has it."),
            )
        ]

    def __str__(self) -> str:
        return str(self.client)


class ReportRecipient(ClientChild):
    """A contact who gets the reports; where nobody is chosen, the main contact does."""

    client_from = "settings"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    settings = models.ForeignKey(ReportSettings, models.CASCADE, related_name="recipients")
    contact = models.ForeignKey(
        Contact, models.CASCADE, related_name="+", verbose_name=_("contact")
    )

    objects = ClientRows["ReportRecipient"].as_manager()

    class Meta:
        verbose_name = _("recipient of reports")
        verbose_name_plural = _("recipients of reports")
        constraints = [
            models.UniqueConstraint(
                fields=["settings", "contact"],
                name="report_recipient_once",
                violation_error_message=_("This contact is among the recipients already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.contact)

    def clean(self) -> None:
        if self.contact_id and not self.contact.email:
            raise ValidationError({"contact": _("Write the contact's e-mail address down first.")})


class ReportState(models.TextChoices):
    WAITING = "waiting", _("waits")
    DRAFT = "draft", _("draft")
    READY = "ready", _("approved")
    SENT = "sent", _("sent")


class ReportQuerySet(ClientRows["Report"]):
    def sent(self) -> Self:
        return self.filter(state=ReportState.SENT)

    def of_month(self, client: Client, month: dt.date) -> Self:
        return self.filter(client=client, starts_on=month)


class Report(models.Model):
    """One edition of a client's report of one month.

    `figures` are everything that is printed (`kpi.report_figures`), copied when it is made; the
    files are made of them when it is approved. Once sent nothing changes: a trigger sees to it. A
    mistake is mended by the next edition. One that `waits_for` something holds nothing yet.
    """

    class Waits(models.TextChoices):
        REVIEW = "review", _("the KPI review that covers the end of the month")
        PAUSE = "pause", _("the end of the pause")

    client = models.ForeignKey(
        Client,
        models.CASCADE,
        related_name="reports",
        editable=False,
        verbose_name=_("client"),
    )
    review = models.ForeignKey(
        KpiReview,
        models.PROTECT,
        null=True,
        related_name="reports",
        editable=False,
        verbose_name=_("KPI review"),
    )
    starts_on = models.DateField(pgettext_lazy("period", "from"), editable=False)
    ends_on = models.DateField(pgettext_lazy("period", "to"), editable=False)
    number = models.PositiveSmallIntegerField(_("edition"), default=1, editable=False)
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        related_name="replaced_by",
        editable=False,
        verbose_name=_("replaces"),
    )
    state = models.CharField(
        _("state"),
        max_length=8,
        choices=ReportState.choices,
        default=ReportState.DRAFT,
        editable=False,
    )
    waits_for = models.CharField(
        _("waits for"), max_length=8, choices=Waits.choices, blank=True, default="", editable=False
    )
    figures = models.JSONField(_("figures"), null=True, editable=False)
    cover_text = models.TextField(
        _("covering text"),
        max_length=4_000,
        blank=True,
        help_text=_("What the client reads first, in the e-mail and in the portal."),
    )
    corrected = models.TextField(
        _("what was corrected"),
        max_length=1_000,
        blank=True,
        help_text=_("The client reads it with the new edition."),
    )
    pdf = models.BinaryField(null=True, editable=False)
    pdf_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    xlsx = models.BinaryField(null=True, editable=False)
    xlsx_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("made by")
    )
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)
    approved_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("approved by"),
    )
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    sent_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("sent by")
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-starts_on", "client__name", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "starts_on", "number"], name="report_edition_once"
            ),
            models.UniqueConstraint(
                fields=["client", "starts_on"],
                condition=~models.Q(state="sent"),
                name="report_one_unsent",
                violation_error_message=_("There is a report of this month that is not sent yet."),
            ),
            models.CheckConstraint(
                condition=models.Q(state="waiting", figures__isnull=True, review=None)
                & ~models.Q(waits_for="")
                | ~models.Q(state="waiting")
                & models.Q(waits_for="", figures__isnull=False, review__isnull=False),
                name="report_made_of_a_review",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "draft"], approved_at=None, pdf=None)
                | models.Q(
                    state__in=["ready", "sent"],
                    approved_at__isnull=False,
                    pdf__isnull=False,
                    xlsx__isnull=False,
                ),
                name="report_approved_has_files",
            ),
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False)
                | ~models.Q(state="sent") & models.Q(sent_at=None),
                name="report_sent_has_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(number=1, replaces=None)
                | models.Q(number__gt=1, replaces__isnull=False) & ~models.Q(corrected=""),
                name="report_edition_replaces",
                violation_error_message=_("Say what was corrected."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month_name} · {self.client}"

    @property
    def month_name(self) -> str:
        return date_format(self.starts_on, "F Y")


class ReportDelivery(ClientChild):
    """A report on its way to one address; `number` counts how many times it was sent."""

    client_from = "report"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="deliveries")
    number = models.PositiveSmallIntegerField(_("sending"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    address = models.EmailField(_("to"))
    letter = models.ForeignKey(Letter, models.PROTECT, related_name="+", verbose_name=_("letter"))
    asked_at = models.DateTimeField(_("asked for"), default=timezone.now)
    asked_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("asked for by")
    )

    objects = ClientRows["ReportDelivery"].as_manager()

    class Meta:
        verbose_name = _("delivery of a report")
        verbose_name_plural = _("deliveries of reports")
        ordering = ["-number", "address"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number", "address"], name="report_delivery_once"
            )
        ]

    def __str__(self) -> str:
        return self.address
