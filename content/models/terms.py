"""What was agreed with a client about publications, their approval and their moderation."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientRows
from content.models.spike import Sensitivity


class Approvals(models.TextChoices):
    """Who has to approve a post before it is scheduled."""

    NOBODY = "nobody", _("nobody")
    INTERNAL = "internal", _("the agency")
    CLIENT = "client", _("the agency, then the client")


class ContentTerms(models.Model):
    """One row a client; a client without one works by the defaults (`content.terms.terms_of`)."""

    client = models.OneToOneField(Client, models.CASCADE, related_name="content_terms")
    approvals = models.CharField(
        _("who approves posts"),
        max_length=8,
        choices=Approvals.choices,
        default=Approvals.CLIENT,
    )
    correction_rounds = models.PositiveSmallIntegerField(
        _("rounds of correction agreed"),
        null=True,
        blank=True,
        help_text=_("By the client, for each post; empty: no number was agreed."),
    )
    consent_hours = models.PositiveSmallIntegerField(
        _("silence is consent after, working hours"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Only where the contract says so; empty: silence is no consent."),
    )
    has_approval_links = models.BooleanField(
        _("approves by a link"),
        default=False,
        help_text=_("The client's word is given through a one-time link outside the portal."),
    )
    has_upload_links = models.BooleanField(
        _("sends material by a link"),
        default=False,
        help_text=_("The client's material comes through a signed link outside the portal."),
    )
    link_days = models.PositiveSmallIntegerField(
        _("links work for, days"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    stops_by_itself = models.BooleanField(
        _("a crisis stops publications by itself"),
        default=False,
        help_text=_("Otherwise the program asks a person to press “Stop”."),
    )
    sensitivity = models.CharField(
        _("sensitivity to spikes of negatives"),
        max_length=9,
        choices=Sensitivity.choices,
        default=Sensitivity.BALANCED,
    )
    uses_native_scheduling = models.BooleanField(
        _("posts are scheduled on the network"),
        default=False,
        help_text=_("Only VK; usually the program publishes at the time itself."),
    )

    objects = ClientRows["ContentTerms"].as_manager()

    class Meta:
        verbose_name = _("terms of community management")
        verbose_name_plural = _("terms of community management")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(consent_hours=None) | models.Q(consent_hours__gte=1),
                name="content_terms_consent_hours",
            )
        ]

    def __str__(self) -> str:
        return str(self.client)
