"""What is done about an audit: its tasks under one name, until a re-audit closes them."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows, User
from communities.models.audit import Audit


class Redesign(ClientChild):
    """Its tasks are those of the audit's findings."""

    client_from = "audit"

    class State(models.TextChoices):
        IN_WORK = "in_work", pgettext_lazy("redesign", "in work")
        FINISHED = "finished", pgettext_lazy("redesign", "finished")

    client = models.ForeignKey(Client, models.CASCADE, related_name="redesigns", editable=False)
    audit = models.OneToOneField(
        Audit, models.PROTECT, related_name="redesign", editable=False, verbose_name=_("audit")
    )
    title = models.CharField(_("title"), max_length=120)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.IN_WORK, editable=False
    )
    started_on = models.DateField(_("begun"), editable=False)
    started_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("begun by"),
    )
    reaudit = models.OneToOneField(
        Audit,
        models.PROTECT,
        null=True,
        related_name="closes",
        editable=False,
        verbose_name=_("re-audit"),
    )
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)
    finished_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("finished by"),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ClientRows["Redesign"].as_manager()

    class Meta:
        verbose_name = _("redesign")
        verbose_name_plural = _("redesigns")
        ordering = ["-started_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="in_work", reaudit=None, finished_at=None)
                | models.Q(state="finished", reaudit__isnull=False, finished_at__isnull=False),
                name="redesign_closes_with_reaudit",
            )
        ]

    def __str__(self) -> str:
        return self.title
