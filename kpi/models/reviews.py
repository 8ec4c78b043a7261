"""KPI reviews: the indicators are looked at regularly, and the work is corrected."""

import datetime as dt
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows, Engagement, User
from strategy.models import StrategyVersion


class KpiReviewQuerySet(ClientRows["KpiReview"]):
    def waiting(self) -> Self:
        return self.filter(closed_at=None)

    def overdue(self, *, on: dt.date) -> Self:
        return self.waiting().filter(due_on__lt=on)


class KpiReview(ClientChild):
    """One period of an engagement looked back at. Once closed, its figures never change."""

    client_from = "engagement"

    client = models.ForeignKey(Client, models.CASCADE, related_name="kpi_reviews", editable=False)
    engagement = models.ForeignKey(
        Engagement, models.CASCADE, related_name="kpi_reviews", verbose_name=_("engagement")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    due_on = models.DateField(_("due"))
    # As they stood when the review was closed; flags and decisions stay with the agency.
    figures = models.JSONField(_("plan and fact"), null=True, blank=True, editable=False)
    happened = models.JSONField(_("flags and decisions"), null=True, blank=True, editable=False)
    learnt = models.TextField(_("what was learnt"), blank=True)
    changes = models.TextField(_("what changes"), blank=True)
    client_text = models.TextField(
        _("text for the client"),
        blank=True,
        help_text=_("What the client reads in the portal once this is published."),
    )
    is_published = models.BooleanField(_("published to the client"), default=False)
    next_version = models.ForeignKey(
        StrategyVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reviews",
        editable=False,
        verbose_name=_("next version of the strategy"),
    )
    closed_at = models.DateTimeField(pgettext_lazy("review", "closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("closed by"),
    )

    objects = KpiReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("KPI review")
        verbose_name_plural = _("KPI reviews")
        ordering = ["-ends_on"]
        constraints = [
            models.UniqueConstraint(fields=["engagement", "starts_on"], name="kpi_review_once"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="kpi_review_ends_after_start",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, figures=None)
                | models.Q(closed_at__isnull=False, figures__isnull=False),
                name="kpi_review_closed_has_figures",
            ),
            models.CheckConstraint(
                condition=models.Q(is_published=False)
                | models.Q(closed_at__isnull=False) & ~models.Q(client_text=""),
                name="kpi_review_published_is_closed",
                violation_error_message=_(
                    "Close the review and write the text for the client before publishing."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client}: {self.starts_on} – {self.ends_on}"
