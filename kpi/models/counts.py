"""Counts of lead contacts that are not calls: messages, forms, orders, bookings."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientRows, User
from communities.models import Community
from strategy.models import Metric


class DayCount(models.Model):
    """How many of something came on one of the client's days. No row: not measured."""

    class Counted(models.TextChoices):
        MESSAGES = Metric.MESSAGES.value, _("messages")
        FORMS = Metric.FORMS.value, _("forms")
        ORDERS = Metric.ORDERS.value, _("orders")
        BOOKINGS = Metric.BOOKINGS.value, _("bookings")

    client = models.ForeignKey(Client, models.CASCADE, related_name="day_counts")
    community = models.ForeignKey(
        Community,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="day_counts",
        verbose_name=_("community"),
        help_text=_("Empty: of all communities together."),
    )
    metric = models.CharField(_("what"), max_length=20, choices=Counted.choices)
    day = models.DateField(_("day"))
    total = models.PositiveIntegerField(_("how many"))
    entered_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("entered by"),
    )
    entered_at = models.DateTimeField(_("entered"), default=timezone.now, editable=False)

    objects = ClientRows["DayCount"].as_manager()

    class Meta:
        verbose_name = _("count of a day")
        verbose_name_plural = _("counts by day")
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "metric", "day", "community"],
                nulls_distinct=False,
                name="day_count_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.total}"

    def clean(self) -> None:
        if self.day and self.client_id and self.day > self.client.today():
            raise ValidationError({"day": _("This day has not come yet.")})
