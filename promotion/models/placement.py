"""Placements: where a campaign stands for a while, what it costs there, and what it brought."""

import datetime as dt
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows, User
from clients.models.client import check_currency
from communities.models import Community, Profile
from promotion.campaign_days import days_outside
from promotion.models.campaign import Campaign, Creative
from promotion.models.money import Taxed, rate_with_vat


class PlacementState(models.TextChoices):
    CANDIDATE = "candidate", pgettext_lazy("placement", "candidate")
    CHECKED = "checked", pgettext_lazy("placement", "checked")
    NEGOTIATED = "negotiated", pgettext_lazy("placement", "negotiated")
    APPROVED = "approved", pgettext_lazy("placement", "approved by the client")
    BOOKED = "booked", pgettext_lazy("placement", "booked")
    PAID = "paid", pgettext_lazy("placement", "paid")
    PUBLISHED = "published", pgettext_lazy("placement", "published")
    COLLECTED = "collected", pgettext_lazy("placement", "figures collected")
    CLOSED = "closed", pgettext_lazy("placement", "closed")
    REFUNDED = "refunded", pgettext_lazy("placement", "money returned")
    CANCELLED = "cancelled", pgettext_lazy("placement", "cancelled")


# Its price is taken from the budget: `promotion.booking` lets it in here only while there is money.
TAKES_MONEY = (
    PlacementState.BOOKED,
    PlacementState.PAID,
    PlacementState.PUBLISHED,
    PlacementState.COLLECTED,
    PlacementState.CLOSED,
)
# The portal shows what the client approves, and all that follows; row security, the same list.
PLACEMENT_SHOWN = (
    PlacementState.NEGOTIATED,
    PlacementState.APPROVED,
    *TAKES_MONEY,
    PlacementState.REFUNDED,
)


class PlacementFormat(models.TextChoices):
    """Hours on top of the page / hours until it is removed."""

    TOP_1_24 = "1_24", "1/24"
    TOP_2_48 = "2_48", "2/48"
    TOP_3_72 = "3_72", "3/72"
    FOREVER = "forever", pgettext_lazy("placement", "stays for good")
    STORY = "story", _("story")
    OTHER = "other", pgettext_lazy("placement", "other")


# How long it has to stand; what is not here is not held to hours.
STANDS_FOR = {
    PlacementFormat.TOP_1_24: dt.timedelta(hours=24),
    PlacementFormat.TOP_2_48: dt.timedelta(hours=48),
    PlacementFormat.TOP_3_72: dt.timedelta(hours=72),
    PlacementFormat.STORY: dt.timedelta(hours=24),
}


class MarkedBy(models.TextChoices):
    AGENCY = "agency", _("the agency")
    CLIENT = "client", _("the client")
    PUBLISHER = "publisher", _("the publisher")


class PlacementQuerySet(ClientRows["Placement"]):
    def taking_money(self) -> Self:
        return self.filter(state__in=TAKES_MONEY)


class Placement(Taxed, ClientChild):
    """Its state changes by `promotion.placement_moves` and `promotion.booking` only.

    `vat` is that of the price.
    """

    client_from = "campaign"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="placements", verbose_name=_("campaign")
    )
    title = models.CharField(_("title"), max_length=160)
    publisher = models.ForeignKey(
        Profile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="placements",
        verbose_name=_("publisher page"),
        limit_choices_to={"relation": Profile.Relation.PUBLISHER},
    )
    community = models.ForeignKey(
        Community,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="placements",
        verbose_name=_("brings people to"),
    )
    creative = models.ForeignKey(
        Creative,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="placements",
        verbose_name=_("creative"),
    )
    format = models.CharField(
        _("format"), max_length=8, choices=PlacementFormat.choices, blank=True
    )
    url = models.URLField(_("link"), blank=True, help_text=_("Of the post itself, once it stands."))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    planned_at = models.DateTimeField(_("planned time"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)
    price = models.DecimalField(
        _("price"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    currency = models.CharField(
        _("currency"), max_length=3, validators=[check_currency], default="RUB", db_default="RUB"
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=PlacementState.choices,
        default=PlacementState.CANDIDATE,
        db_default=PlacementState.CANDIDATE.value,
        editable=False,
    )
    state_since = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    booked_at = models.DateTimeField(_("booked"), null=True, blank=True, editable=False)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    utm_content = models.SlugField(
        "utm_content",
        max_length=60,
        blank=True,
        help_text=_("In the link of this placement; empty: made of its title."),
    )
    invite_link = models.URLField(
        _("invite link"),
        max_length=300,
        blank=True,
        help_text=_("Of this placement only: who joined by it is counted as its own."),
    )
    plan_reach = models.PositiveIntegerField(_("reach, plan"), null=True, blank=True)
    plan_clicks = models.PositiveIntegerField(_("clicks, plan"), null=True, blank=True)
    plan_joins = models.PositiveIntegerField(_("joined, plan"), null=True, blank=True)
    plan_calls = models.PositiveIntegerField(_("unique-target calls, plan"), null=True, blank=True)
    is_ad = models.BooleanField(_("advertising"), default=True, db_default=True)
    erid = models.CharField(_("identifier of the advertising (erid)"), max_length=100, blank=True)
    ad_operator = models.CharField(_("operator of advertising data"), max_length=120, blank=True)
    advertiser = models.CharField(
        _("advertiser"), max_length=200, blank=True, help_text=_("Name and tax number.")
    )
    contract = models.CharField(_("contract"), max_length=120, blank=True)
    marked_by = models.CharField(
        _("who marks it"), max_length=9, choices=MarkedBy.choices, blank=True
    )
    act_number = models.CharField(_("act, number"), max_length=60, blank=True)
    act_on = models.DateField(_("act, date"), null=True, blank=True)
    act_sum = models.DecimalField(
        _("act, sum"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    note = models.TextField(_("internal note"), max_length=2_000, blank=True)
    # Why it stands on a page with the verdict “never again”; by whom, the steps tell.
    despite_verdict = models.CharField(
        _("in spite of the verdict, because"), max_length=300, blank=True, editable=False
    )
    # When its link was last taken for a look: a worker that takes it leaves it to no other.
    link_taken_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering = ["campaign", "-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="placement_ends_after_start",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=models.Q(price=None) | models.Q(price__gte=0),
                name="placement_price_positive",
                violation_error_message=_("A price is not negative."),
            ),
            models.CheckConstraint(
                condition=models.Q(removed_at=None)
                | models.Q(published_at=None)
                | models.Q(removed_at__gte=models.F("published_at")),
                name="placement_removed_after_published",
                violation_error_message=_("It cannot be removed before it was published."),
            ),
            models.UniqueConstraint(
                fields=["client", "url"],
                condition=~models.Q(url="") & models.Q(published_at__isnull=False),
                name="placement_link_once",
                violation_error_message=_("Another placement of the client has this link."),
            ),
            rate_with_vat("placement_vat_rate"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def stands_on(self) -> dt.date:
        """The client's day of the publication, real or planned, else its first.

        Its money counts on that day, and the law of that day holds.
        """
        moment = self.published_at or self.planned_at
        return self.client.day_of(moment) if moment else self.starts_on

    def clean(self) -> None:
        """Its page is a publisher's; its days, and the day of a planned time, the campaign's."""
        super().clean()
        if self.publisher and self.publisher.relation != Profile.Relation.PUBLISHER:
            message = _("“%(page)s” is no publisher's page: choose one of the register.")
            raise ValidationError({"publisher": message % {"page": self.publisher.title}})
        if self.campaign_id is None or not self.starts_on:
            return
        campaign = self.campaign
        planned_on = campaign.client.day_of(self.planned_at) if self.planned_at else None
        days = {"starts_on": self.starts_on, "ends_on": self.ends_on, "planned_at": planned_on}
        if problems := days_outside(days, campaign.starts_on, campaign.ends_on):
            raise ValidationError(problems)


class PlacementMove(ClientChild):
    """From one state to the next, and who moved it; never changed afterwards."""

    client_from = "placement"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    placement = models.ForeignKey(Placement, models.CASCADE, related_name="moves")
    old = models.CharField(_("was"), max_length=10, choices=PlacementState.choices)
    new = models.CharField(_("became"), max_length=10, choices=PlacementState.choices)
    moved_at = models.DateTimeField(_("when"), default=timezone.now)
    moved_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = ClientRows["PlacementMove"].as_manager()

    class Meta:
        verbose_name = _("step of a placement")
        verbose_name_plural = _("steps of a placement")
        ordering = ["-moved_at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_old_display()} → {self.get_new_display()}"


class FactSlot(models.TextChoices):
    """After the publication: two looks at the post, and one at who stayed."""

    HOURS_24 = "24h", _("24 hours")
    HOURS_48 = "48h", _("48 hours")
    DAYS_7 = "7d", _("7 days")


SLOT_AFTER = {
    FactSlot.HOURS_24: dt.timedelta(hours=24),
    FactSlot.HOURS_48: dt.timedelta(hours=48),
    FactSlot.DAYS_7: dt.timedelta(days=7),
}


class FactSource(models.TextChoices):
    HAND = "hand", _("typed in")
    FILE = "file", _("file")
    NETWORK = "network", _("the network")


class PlacementFact(ClientChild):
    """What a placement had brought by then, counted from its publication; NULL: not measured."""

    client_from = "placement"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    placement = models.ForeignKey(
        Placement, models.CASCADE, related_name="facts", verbose_name=_("placement")
    )
    slot = models.CharField(_("after"), max_length=3, choices=FactSlot.choices)
    views = models.PositiveIntegerField(_("views"), null=True, blank=True)
    clicks = models.PositiveIntegerField(_("clicks"), null=True, blank=True)
    joined = models.PositiveIntegerField(_("joined"), null=True, blank=True)
    left = models.PositiveIntegerField(
        _("left"), null=True, blank=True, help_text=_("Of those who joined by this placement.")
    )
    messages = models.PositiveIntegerField(_("messages"), null=True, blank=True)
    measured_at = models.DateTimeField(_("measured"), default=timezone.now)
    source = models.CharField(
        _("source"), max_length=7, choices=FactSource.choices, default=FactSource.HAND
    )

    objects = ClientRows["PlacementFact"].as_manager()

    class Meta:
        verbose_name = _("figures of a placement")
        verbose_name_plural = _("figures of placements")
        ordering = ["placement", "slot"]
        constraints = [
            models.UniqueConstraint(
                fields=["placement", "slot"],
                name="placement_fact_once",
                violation_error_message=_("These figures stand already: change them there."),
            ),
            models.CheckConstraint(
                condition=models.Q(left=None)
                | models.Q(joined=None)
                | models.Q(left__lte=models.F("joined")),
                name="placement_fact_left_of_joined",
                violation_error_message=_("More left than joined: look at the two numbers."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.placement} · {self.get_slot_display()}"
