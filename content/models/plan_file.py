"""Files with a plan of posts: looked at first, taken when a person has confirmed."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientRows, User
from smm_agency.lib.encryption import EncryptedTextField


class PlanFile(models.Model):
    """`content` is the file itself, encrypted; NULL once it was taken or refused.

    `choices` are what the person said of it (`content.plan_choices`), `problems` the wrong rows:
    [row, field, reason]. The life of it is `content.plan_files`.
    """

    class State(models.TextChoices):
        PREVIEWED = "previewed", _("waits for confirmation")
        TAKEN = "taken", pgettext_lazy("file of a plan", "taken")
        REFUSED = "refused", pgettext_lazy("file of a plan", "refused")
        CANCELLED = "cancelled", pgettext_lazy("file of a plan", "cancelled")

    client = models.ForeignKey(Client, models.CASCADE, related_name="plan_files")
    file_name = models.CharField(_("file"), max_length=200)
    size = models.PositiveIntegerField(_("size, bytes"))
    content = EncryptedTextField(null=True, editable=False)
    choices = models.JSONField(default=dict, editable=False)
    state = models.CharField(
        _("state"), max_length=9, choices=State.choices, default=State.PREVIEWED
    )
    rows = models.PositiveIntegerField(_("rows"), default=0)
    taken = models.PositiveIntegerField(_("taken"), default=0)
    known = models.PositiveIntegerField(_("known before"), default=0)
    refused = models.PositiveIntegerField(pgettext_lazy("rows", "wrong"), default=0)
    problems = models.JSONField(_("wrong rows"), default=list, editable=False)
    error = models.CharField(_("why it was refused"), max_length=500, blank=True)
    uploaded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    uploaded_at = models.DateTimeField(_("at"), default=timezone.now)
    finished_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = ClientRows["PlanFile"].as_manager()

    class Meta:
        verbose_name = _("file of a plan")
        verbose_name_plural = _("files of plans")
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="previewed", finished_at=None)
                | ~models.Q(state="previewed") & models.Q(finished_at__isnull=False),
                name="plan_file_finished_has_moment",
            )
        ]

    def __str__(self) -> str:
        return self.file_name
