"""Files of costs and results that people bring, and which column was which the last time."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientRows, User
from promotion.models.ads import AdAccount
from promotion.models.campaign import Campaign
from smm_agency.lib.encryption import EncryptedTextField


class CostFileKind(models.TextChoices):
    """What one row of a file is."""

    ADS = "ads", _("figures of an ad account")
    PLACEMENTS = "placements", _("results of placements")
    COSTS = "costs", _("costs")


class CostFile(models.Model):
    """A file looked at first, taken when a person has confirmed what was shown.

    `content` is the file itself, encrypted; NULL when it has been deleted. `choices` are what the
    person said of it (`promotion.cost_file_choices`), `preview` what was shown for that (`shown` of
    `promotion.cost_files`). `problems` are wrong rows: [row, field, reason].
    """

    MAX_ATTEMPTS = 3

    class State(models.TextChoices):
        PREVIEWED = "previewed", _("waits for confirmation")
        WAITING = "waiting", _("being taken")
        TAKEN = "taken", pgettext_lazy("file of figures", "taken")
        REFUSED = "refused", pgettext_lazy("file of figures", "refused")
        CANCELLED = "cancelled", pgettext_lazy("file of figures", "cancelled")

    client = models.ForeignKey(Client, models.CASCADE, related_name="cost_files")
    kind = models.CharField(_("what it holds"), max_length=10, choices=CostFileKind.choices)
    account = models.ForeignKey(
        AdAccount,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="files",
        verbose_name=_("ad account"),
    )
    campaign = models.ForeignKey(
        Campaign,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="cost_files",
        verbose_name=_("campaign"),
    )
    file_name = models.CharField(_("file"), max_length=200)
    file_hash = models.CharField(max_length=64, editable=False)
    size = models.PositiveIntegerField(_("size, bytes"))
    content = EncryptedTextField(null=True, editable=False)
    choices = models.JSONField(default=dict, editable=False)
    preview = models.JSONField(default=dict, editable=False)
    state = models.CharField(
        _("state"), max_length=9, choices=State.choices, default=State.PREVIEWED
    )
    rows = models.PositiveIntegerField(_("rows"), default=0)
    new = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    same = models.PositiveIntegerField(_("the same"), default=0)
    left_out = models.PositiveIntegerField(_("left out"), default=0)
    refused = models.PositiveIntegerField(_("wrong"), default=0)
    problems = models.JSONField(default=list, editable=False)
    error = models.CharField(_("why it was refused"), max_length=500, blank=True)
    uploaded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    uploaded_at = models.DateTimeField(_("at"), default=timezone.now)
    finished_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    leased_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = ClientRows["CostFile"].as_manager()

    class Meta:
        verbose_name = _("file of costs")
        verbose_name_plural = _("files of costs")
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind=CostFileKind.ADS, account__isnull=False)
                | (~models.Q(kind=CostFileKind.ADS) & models.Q(account=None)),
                name="cost_file_of_account",
                violation_error_message=_("Figures of ads belong to an ad account."),
            )
        ]
        indexes = [
            models.Index(
                fields=["uploaded_at"],
                condition=models.Q(state="waiting"),
                name="cost_file_waiting",
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class CostColumns(models.Model):
    """Which column was which: offered when the same header comes again for the client."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="cost_columns")
    kind = models.CharField(_("what it holds"), max_length=10, choices=CostFileKind.choices)
    fingerprint = models.CharField(max_length=64, editable=False)
    mapping = models.JSONField(_("what they become"), default=dict, editable=False)
    saved_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"), editable=False
    )
    saved_at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    objects = ClientRows["CostColumns"].as_manager()

    class Meta:
        verbose_name = _("remembered columns of costs")
        verbose_name_plural = _("remembered columns of costs")
        ordering = ["client", "kind", "-saved_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "kind", "fingerprint"], name="cost_columns_once"
            )
        ]

    def __str__(self) -> str:
        columns = self.mapping.get("columns", {})
        return ", ".join(f"{column} → {name}" for name, column in columns.items())
