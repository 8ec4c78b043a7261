"""A version of a client's strategy. Approved versions never change; the next supersedes."""

import datetime as dt
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Func
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientRows, Engagement, User


class VersionState(models.TextChoices):
    DRAFT = "draft", _("draft")
    ON_APPROVAL = "sent", _("on approval")
    APPROVED = "approved", _("approved")
    SUPERSEDED = "superseded", _("superseded")


FROZEN_STATES = (VersionState.APPROVED, VersionState.SUPERSEDED)
# Made, but not in force yet.
OPEN_STATES = (VersionState.DRAFT, VersionState.ON_APPROVAL)


class ApprovalChannel(models.TextChoices):
    """How the client said it."""

    SIGNED = "signed", _("signed document")
    EMAIL = "email", _("e-mail")
    MESSENGER = "messenger", _("messenger")
    MEETING = "meeting", _("meeting")
    PHONE = "phone", _("phone")


class StrategyVersionQuerySet(ClientRows["StrategyVersion"]):
    def in_force(self, *, on: dt.date) -> Self:
        """The versions that ruled on that day: at most one a client, by constraint."""
        return self.filter(state__in=FROZEN_STATES, starts_on__lte=on, ends_on__gte=on)

    def running(self, *, on: dt.date) -> Self:
        """The versions to evaluate on that day: in force, of clients that may be alarmed."""
        return self.in_force(on=on).filter(client__in=Client.objects.alarmed())


class StrategyVersion(models.Model):
    client = models.ForeignKey(Client, models.CASCADE, related_name="strategy_versions")
    engagement = models.ForeignKey(
        Engagement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="strategy_versions",
        verbose_name=_("engagement"),
        help_text=_("May wait while the client is a lead; an approved strategy has one."),
    )
    number = models.PositiveSmallIntegerField(_("version"), editable=False)
    title = models.CharField(_("title"), max_length=160)
    summary = models.TextField(_("summary"), blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=VersionState.choices,
        default=VersionState.DRAFT,
        editable=False,
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    previous = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="next",
        editable=False,
        verbose_name=_("previous version"),
    )
    cause = models.TextField(_("why it was made"), max_length=2000, blank=True)
    sent_at = models.DateTimeField(_("sent for approval"), null=True, blank=True, editable=False)
    sent_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("sent by"),
    )
    return_note = models.CharField(
        _("why it came back"), max_length=500, blank=True, editable=False
    )
    checked_at = models.DateTimeField(
        _("approved inside the agency"), null=True, blank=True, editable=False
    )
    checked_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("approved inside by"),
    )
    client_said_by = models.CharField(
        _("who said so for the client"), max_length=160, blank=True, editable=False
    )
    client_said_on = models.DateField(_("said on"), null=True, blank=True, editable=False)
    client_channel = models.CharField(
        _("by what channel"),
        max_length=10,
        choices=ApprovalChannel.choices,
        blank=True,
        editable=False,
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("recorded by"),
    )

    objects = StrategyVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("strategy version")
        verbose_name_plural = _("strategy versions")
        ordering = ["client", "-number"]
        permissions = [("approve_strategyversion", "Can approve strategies inside the agency")]
        constraints = [
            models.UniqueConstraint(fields=["client", "number"], name="strategy_version_number"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="strategy_version_ends_after_start",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=OPEN_STATES, approved_at=None)
                | models.Q(state__in=FROZEN_STATES, approved_at__isnull=False),
                name="strategy_version_approved_has_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=OPEN_STATES) | models.Q(engagement__isnull=False),
                name="strategy_version_approved_has_engagement",
                violation_error_message=_("An approved strategy belongs to an engagement."),
            ),
            # The wheel's PostgreSQL has no btree_gist: equality is a range of one value.
            ExclusionConstraint(
                name="strategy_version_one_in_force",
                expressions=[
                    (
                        Func("client_id", "client_id", models.Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            "starts_on",
                            "ends_on",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=models.Q(state__in=FROZEN_STATES),
                violation_error_message=_("Another approved version rules on some of these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client} · v{self.number}"
