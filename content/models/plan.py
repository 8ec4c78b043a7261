"""The publication plan of a month."""

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientRows, User
from strategy.models import StrategyVersion


class PublicationPlan(models.Model):
    """A client's month, made from the content plan grid of the strategy in force."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="publication_plans")
    month = models.DateField(_("month"), help_text=_("Its first day."))
    version = models.ForeignKey(
        StrategyVersion,
        models.PROTECT,
        null=True,
        related_name="publication_plans",
        verbose_name=_("strategy"),
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )

    objects = ClientRows["PublicationPlan"].as_manager()

    class Meta:
        verbose_name = _("publication plan")
        verbose_name_plural = _("publication plans")
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "month"],
                name="publication_plan_once",
                violation_error_message=_("This month has its publication plan already."),
            ),
            models.CheckConstraint(
                condition=models.Q(month__day=1), name="publication_plan_first_day"
            ),
        ]

    def __str__(self) -> str:
        return date_format(self.month, "F Y")
