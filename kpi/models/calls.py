"""Phone calls, and how it is known where each came from."""

import datetime as dt
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientRows, TrackingNumber, User
from communities.models import Community
from kpi.models.callers import Caller
from promotion.models import Campaign, Placement

FIRST_YEAR = 2000


class CallStatus(models.TextChoices):
    ANSWERED = "answered", _("answered")
    MISSED = "missed", _("missed")
    VOICEMAIL = "voicemail", _("voicemail")
    SPAM = "spam", _("spam")


class Evidence(models.IntegerChoices):
    """Why a call counts as one from the community: the lower, the stronger."""

    COMMUNITY_NUMBER = 1, _("number shown only in this community")
    PLACEMENT_NUMBER = 2, _("number shown in one post or placement")
    SESSION = 3, _("dynamic number, visit from the network")
    PROMO_CODE = 4, _("promo word named by the caller")
    OPERATOR = 5, _("asked by the client's operator")
    MEMBER = 6, _("phone of a known member")

    @property
    def confidence(self) -> "Confidence":
        """Numbers do not err, sessions and words may, and a member may call for other reasons."""
        if self <= Evidence.PLACEMENT_NUMBER:
            return Confidence.HIGH
        return Confidence.MEDIUM if self <= Evidence.PROMO_CODE else Confidence.LOW


class Confidence(models.TextChoices):
    """How sure it is that a call came from where it is said to."""

    HIGH = "high", pgettext_lazy("confidence", "high")
    MEDIUM = "medium", pgettext_lazy("confidence", "medium")
    LOW = "low", pgettext_lazy("confidence", "low")


# The dialled number proves it; the rest is somebody's word.
PROVEN = tuple(row for row in Evidence if row.confidence == Confidence.HIGH)


class CallQuerySet(ClientRows["Call"]):
    def in_days(self, first: dt.date, last: dt.date) -> Self:
        return self.filter(day__range=(first, last))

    def attributed(self) -> Self:
        """Calls that came from a community or a campaign, by any evidence."""
        return self.filter(evidence__isnull=False)

    def with_places(self) -> Self:
        return self.select_related(
            "client", "caller", "community__profile", "campaign", "placement", "tracking_number"
        )


class Call(models.Model):
    """One inbound call. Unique, target and unique-target as `kpi.call_rules` decides."""

    class Source(models.TextChoices):
        MANUAL = "manual", _("typed in")
        IMPORT = "import", _("file")
        WEBHOOK = "webhook", _("webhook")

    client = models.ForeignKey(Client, models.CASCADE, related_name="calls")
    source = models.CharField(
        _("source"), max_length=8, choices=Source.choices, default=Source.MANUAL, editable=False
    )
    connection = models.ForeignKey(
        "kpi.CallConnection",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="calls",
        editable=False,
    )
    external_id = models.CharField(  # noqa: DJ001
        _("id at the provider"), max_length=120, null=True, blank=True, editable=False
    )
    started_at = models.DateTimeField(_("started"))
    day = models.DateField(_("client's day"), editable=False)
    talk_seconds = models.PositiveIntegerField(_("talk, seconds"), null=True, blank=True)
    wait_seconds = models.PositiveIntegerField(_("waiting, seconds"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=CallStatus.choices)
    caller = models.ForeignKey(
        Caller,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="calls",
        verbose_name=_("caller"),
        help_text=_("Empty: the number was hidden."),
    )
    tracking_number = models.ForeignKey(
        TrackingNumber,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="calls",
        verbose_name=_("tracking number"),
    )
    community = models.ForeignKey(
        Community,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="calls",
        verbose_name=_("community"),
    )
    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="calls",
        verbose_name=_("campaign"),
    )
    placement = models.ForeignKey(
        Placement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="calls",
        verbose_name=_("placement"),
    )
    evidence = models.PositiveSmallIntegerField(
        _("evidence"),
        choices=Evidence.choices,
        null=True,
        blank=True,
        help_text=_("Empty: where the call came from is not known."),
    )
    placed_by_hand = models.BooleanField(
        _("place given by a person"),
        default=False,
        db_default=False,
        editable=False,
        help_text=_("It stays whatever becomes of the number's placements."),
    )
    marked_target = models.BooleanField(
        _("marked by hand as target"),
        null=True,
        blank=True,
        help_text=_("Overrides the rule of length; empty: the rule decides."),
    )
    is_unique = models.BooleanField(_("unique"), null=True, editable=False)
    is_target = models.BooleanField(_("target"), default=False, editable=False)
    is_unique_target = models.BooleanField(_("unique-target"), null=True, editable=False)
    comment = models.CharField(_("comment"), max_length=300, blank=True)
    called_number = models.CharField(
        _("dialled number"),
        max_length=40,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text=_("As it came: a number that nobody entered as a tracking number stays visible."),
    )
    provider_first = models.BooleanField(_("first by the provider"), null=True, editable=False)
    provider_target = models.BooleanField(_("target by the provider"), null=True, editable=False)
    call_back_seconds = models.PositiveIntegerField(
        _("called back after, seconds"),
        null=True,
        editable=False,
        help_text=_("By the provider, of a call that was missed."),
    )
    # What the provider tells of the visit: source, medium, campaign, content, term, pages.
    visit = models.JSONField(_("visit"), null=True, editable=False)
    # Field → the provider's own time of the event that set it: events come in any order.
    provider_stamps = models.JSONField(null=True, editable=False)
    entered_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("entered by"),
    )

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-started_at", "-id"]
        permissions = [("unmask_caller", "Can see the whole number of a caller")]
        indexes = [
            models.Index(fields=["client", "-started_at", "-id"], name="call_client_time"),
            models.Index(fields=["caller", "started_at"], name="call_caller_time"),
            models.Index(fields=["client", "day"], name="call_client_day"),
            models.Index(fields=["-started_at", "-id"], name="call_time"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "source", "connection", "external_id"],
                nulls_distinct=False,
                condition=models.Q(external_id__isnull=False),
                name="call_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.day = self.client.day_of(self.started_at)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.status == CallStatus.MISSED and self.talk_seconds:
            raise ValidationError({"talk_seconds": _("A missed call has no talk; leave it empty.")})
        if self.started_at and self.started_at > timezone.now() + dt.timedelta(minutes=5):
            raise ValidationError({"started_at": _("This moment has not come yet.")})
        if self.started_at and self.started_at.year < FIRST_YEAR:
            message = _("This moment is too long ago to be a call.")
            raise ValidationError({"started_at": message})

    @property
    def place(self) -> Community | Campaign | Placement | None:
        """Where it came from; of a placement's call the placement, the nearest."""
        return self.community or self.placement or self.campaign
