"""Phone calls, who called, and where the number they dialled was shown."""

import datetime as dt
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Func
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientChild, ClientRows, TrackingNumber, User
from communities.models import Community
from promotion.models import Campaign, Placement
from smm_agency.lib.encryption import EncryptedTextField
from smm_agency.lib.phones import mask_last4

FIRST_YEAR = 2000


def one_value_range(column: str) -> Func:
    """Equality for an exclusion constraint without btree_gist."""
    return Func(column, column, models.Value("[]"), function="int8range")


def days_range() -> Func:
    return Func(
        "starts_on",
        "ends_on",
        RangeBoundary(inclusive_lower=True, inclusive_upper=True),
        function="daterange",
        output_field=DateRangeField(),
    )


class NumberPlacement(ClientChild):
    """Where a tracking number was shown, and when: never in two places at once."""

    client_from = "number"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    number = models.ForeignKey(
        TrackingNumber, models.CASCADE, related_name="placements", verbose_name=_("number")
    )
    community = models.ForeignKey(
        Community,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="number_placements",
        verbose_name=_("community"),
    )
    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="number_placements",
        verbose_name=_("campaign"),
    )
    placement = models.ForeignKey(
        Placement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="number_placements",
        verbose_name=_("placement"),
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = ClientRows["NumberPlacement"].as_manager()

    class Meta:
        verbose_name = _("number placement")
        verbose_name_plural = _("number placements")
        ordering = ["number", "-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    community__isnull=False, campaign__isnull=True, placement__isnull=True
                )
                | models.Q(community__isnull=True, campaign__isnull=False, placement__isnull=True)
                | models.Q(community__isnull=True, campaign__isnull=True, placement__isnull=False),
                name="number_placement_one_place",
                violation_error_message=_(
                    "Choose a community, a campaign or a placement, one of them."
                ),
            ),
            ExclusionConstraint(
                name="number_placement_no_overlap",
                expressions=[
                    (one_value_range("number_id"), RangeOperators.OVERLAPS),
                    (days_range(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This number already stands elsewhere on these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} → {self.community or self.campaign or self.placement}"

    def clean(self) -> None:
        # Before the constraints: the database makes no range of such days.
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day is before the first.")})


class Caller(models.Model):
    """A person who calls a client. Forgetting nulls the three fields; the row stays."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="callers")
    phone_hash = models.CharField(max_length=64, null=True, editable=False)  # noqa: DJ001
    phone = EncryptedTextField(null=True, editable=False)
    last4 = models.CharField(max_length=4, null=True, editable=False)  # noqa: DJ001
    country_code = models.CharField(max_length=4, blank=True, editable=False)
    first_seen_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ClientRows["Caller"].as_manager()

    class Meta:
        verbose_name = _("caller")
        verbose_name_plural = _("callers")
        constraints = [models.UniqueConstraint(fields=["client", "phone_hash"], name="caller_once")]

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        """`+7 ••• •••-12-34`, or a dash once the caller is forgotten."""
        return mask_last4(self.country_code, self.last4) if self.last4 else "—"


class Unmasking(models.Model):
    """Somebody looked at a caller's whole number: who, when, why."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    caller = models.ForeignKey(Caller, models.CASCADE, related_name="unmaskings")
    seen_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    seen_at = models.DateTimeField(_("at"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=300)

    objects = ClientRows["Unmasking"].as_manager()

    class Meta:
        verbose_name = _("unmasking")
        verbose_name_plural = _("unmaskings")
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return f"{self.caller} · {self.seen_by}"


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


class CallQuerySet(ClientRows["Call"]):
    def in_days(self, first: dt.date, last: dt.date) -> Self:
        return self.filter(day__range=(first, last))

    def attributed(self) -> Self:
        """Calls that came from a community or a campaign, by any evidence."""
        return self.filter(evidence__isnull=False)

    def with_places(self) -> Self:
        return self.select_related(
            "client", "caller", "community__profile", "campaign", "tracking_number"
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


class TallyPeriod(models.TextChoices):
    DAY = "day", _("day")
    WEEK = "week", _("week")


class CallTally(ClientChild):
    """Calls that nobody logged one by one: a total by somebody's word. Uniqueness unknown.

    Days that a tally of a community covers are counted by the tally alone: its calls are the same
    calls as the single ones of those days.
    """

    client_from = "community"

    class By(models.TextChoices):
        OPERATOR = "operator", _("asked by the operator")
        PROMO_WORD = "promo_word", _("promo word")
        CLIENT_WORD = "client_word", _("client's word")

    client = models.ForeignKey(Client, models.CASCADE, related_name="tallies", editable=False)
    community = models.ForeignKey(
        Community, models.PROTECT, related_name="tallies", verbose_name=_("community")
    )
    period = models.CharField(
        _("period"), max_length=4, choices=TallyPeriod.choices, default=TallyPeriod.WEEK
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), editable=False)
    total = models.PositiveIntegerField(_("calls"))
    evidence = models.CharField(_("evidence"), max_length=12, choices=By.choices)
    entered_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("entered by"),
    )
    entered_at = models.DateTimeField(_("entered"), default=timezone.now, editable=False)

    objects = ClientRows["CallTally"].as_manager()

    class Meta:
        verbose_name = _("call tally")
        verbose_name_plural = _("call tallies")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(period=TallyPeriod.DAY, ends_on=models.F("starts_on"))
                | models.Q(
                    period=TallyPeriod.WEEK,
                    ends_on=models.ExpressionWrapper(
                        models.F("starts_on") + 6, output_field=models.DateField()
                    ),
                ),
                name="call_tally_length",
            ),
            ExclusionConstraint(
                name="call_tally_no_overlap",
                expressions=[
                    (one_value_range("community_id"), RangeOperators.OVERLAPS),
                    (days_range(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Another tally already covers some of these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.community}: {self.total}"

    def clean_fields(self, exclude: Any = None) -> None:
        self.set_last_day()
        super().clean_fields(exclude=exclude)

    def clean(self) -> None:
        if self.ends_on and self.community_id and self.ends_on > self.community.client.today():
            raise ValidationError({"starts_on": _("These days are not over yet.")})

    def validate_constraints(self, exclude: Any = None) -> None:
        # No form asks for the last day, yet it says which tallies overlap.
        if exclude and not {"period", "starts_on"} & set(exclude):
            exclude = set(exclude) - {"ends_on"}
        super().validate_constraints(exclude=exclude)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.set_last_day()
        super().save(*args, **kwargs)

    def set_last_day(self) -> None:
        if self.starts_on:
            length = 7 if self.period == TallyPeriod.WEEK else 1
            self.ends_on = self.starts_on + dt.timedelta(days=length - 1)
