"""Files of clients that directors bring: looked at first, taken when somebody has confirmed."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models.user import User
from smm_agency.lib.encryption import EncryptedTextField


class ClientImport(models.Model):
    """`content` is the file itself, encrypted; NULL when it has been deleted.

    `counts` are {sheet: {fate: rows}}; `touched` are ids of the clients that it made or changed;
    `problems` are refused cells: [sheet, cell, field, what is wrong].
    """

    class State(models.TextChoices):
        PREVIEWED = "previewed", _("waits for confirmation")
        TAKEN = "taken", pgettext_lazy("file of clients", "taken")
        REFUSED = "refused", pgettext_lazy("file of clients", "refused")
        CANCELLED = "cancelled", pgettext_lazy("file of clients", "cancelled")

    file_name = models.CharField(_("file"), max_length=200)
    file_hash = models.CharField(max_length=64, editable=False)
    size = models.PositiveIntegerField(_("size, bytes"))
    content = EncryptedTextField(null=True, editable=False)
    state = models.CharField(
        _("state"), max_length=9, choices=State.choices, default=State.PREVIEWED
    )
    is_partial = models.BooleanField(_("only what was right"), default=False)
    counts = models.JSONField(default=dict, editable=False)
    touched = models.JSONField(default=list, editable=False)
    problems = models.JSONField(_("refused cells"), default=list, editable=False)
    error = models.CharField(_("why it was refused"), max_length=500, blank=True)
    uploaded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    uploaded_at = models.DateTimeField(_("at"), default=timezone.now)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("file of clients")
        verbose_name_plural = _("files of clients")
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name
