"""Campaigns: what is done to bring people, what it may cost and what it should bring."""

import datetime as dt
from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows, Engagement, User
from clients.models.client import check_currency
from communities.models import Community
from promotion.models.money import Taxed, rate_with_vat
from strategy.models import Channel, Goal, Segment


class CampaignState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("campaign", "draft")
    AGREED = "agreed", pgettext_lazy("campaign", "agreed")
    RUNNING = "running", pgettext_lazy("campaign", "running")
    PAUSED = "paused", pgettext_lazy("campaign", "paused")
    FINISHED = "finished", pgettext_lazy("campaign", "finished")
    CANCELLED = "cancelled", pgettext_lazy("campaign", "cancelled")


# The portal shows a campaign from the moment it is agreed; row security holds the same list.
CAMPAIGN_SHOWN = (
    CampaignState.AGREED,
    CampaignState.RUNNING,
    CampaignState.PAUSED,
    CampaignState.FINISHED,
)


class CampaignQuerySet(ClientRows["Campaign"]):
    def running(self, *, on: dt.date) -> Self:
        """Begun, not paused, and with this day among theirs."""
        return self.filter(
            models.Q(ends_on=None) | models.Q(ends_on__gte=on),
            state=CampaignState.RUNNING,
            starts_on__lte=on,
        )


class Campaign(Taxed):
    """Its state changes by `promotion.campaign_moves` only. `vat` is that of the budget."""

    class Kind(models.TextChoices):
        TARGETED_ADS = "targeted_ads", _("targeted ads")
        SEEDING = "seeding", _("seeding")
        INFLUENCER = "influencer", _("influencer")
        PROMO_ACTION = "promo_action", _("promo action")
        GIVEAWAY = "giveaway", _("giveaway")

    client = models.ForeignKey(Client, models.CASCADE, related_name="campaigns")
    engagement = models.ForeignKey(
        Engagement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="campaigns",
        verbose_name=_("engagement"),
    )
    title = models.CharField(_("title"), max_length=160)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    goal = models.ForeignKey(
        Goal,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="campaigns",
        verbose_name=_("goal of the strategy"),
    )
    owner = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who leads it"),
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    budget = models.DecimalField(
        _("budget"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Advertising money of the whole campaign, without the agency's fee."),
    )
    currency = models.CharField(
        _("currency"), max_length=3, validators=[check_currency], default="RUB", db_default="RUB"
    )
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=CampaignState.choices,
        default=CampaignState.DRAFT,
        db_default=CampaignState.DRAFT.value,
        editable=False,
    )
    state_since = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    utm_campaign = models.SlugField(
        "utm_campaign",
        max_length=60,
        blank=True,
        help_text=_("In the links of the campaign; empty: made of its title."),
    )
    landing_url = models.URLField(_("where its links lead"), max_length=1_000, blank=True)
    plan_reach = models.PositiveIntegerField(_("reach, plan"), null=True, blank=True)
    plan_clicks = models.PositiveIntegerField(_("clicks, plan"), null=True, blank=True)
    plan_joins = models.PositiveIntegerField(_("joined, plan"), null=True, blank=True)
    plan_calls = models.PositiveIntegerField(_("unique-target calls, plan"), null=True, blank=True)
    client_text = models.TextField(
        _("for the client"),
        max_length=2_000,
        blank=True,
        help_text=_("Shown in the portal: what is done and what for."),
    )
    note = models.TextField(_("internal note"), max_length=2_000, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["client", "-starts_on"]
        permissions = [("exceed_budget", "Can book above a budget, with a reason")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="campaign_ends_after_start",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=models.Q(budget=None) | models.Q(budget__gte=0),
                name="campaign_budget_positive",
                violation_error_message=_("A budget is not negative."),
            ),
            rate_with_vat("campaign_vat_rate"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def channel(self) -> Channel:
        """The line of the media plan that its money belongs to."""
        return CHANNEL_BY_KIND[self.kind]


CHANNEL_BY_KIND: dict[str, Channel] = {
    Campaign.Kind.TARGETED_ADS: Channel.ADS,
    Campaign.Kind.SEEDING: Channel.SEEDING,
    Campaign.Kind.INFLUENCER: Channel.INFLUENCERS,
    Campaign.Kind.PROMO_ACTION: Channel.PROMO_ACTION,
    Campaign.Kind.GIVEAWAY: Channel.PROMO_ACTION,
}


class CampaignCommunity(ClientChild):
    """A community that the campaign brings people to."""

    client_from = "campaign"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="for_communities")
    community = models.ForeignKey(
        Community, models.CASCADE, related_name="campaigns", verbose_name=_("community")
    )

    objects = ClientRows["CampaignCommunity"].as_manager()

    class Meta:
        verbose_name = _("community of a campaign")
        verbose_name_plural = _("communities of a campaign")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "community"],
                name="campaign_community_once",
                violation_error_message=_("This community is in the campaign already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.community)


class CampaignSegment(ClientChild):
    """A segment of the audience, of the strategy, that the campaign speaks to."""

    client_from = "campaign"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="for_segments")
    segment = models.ForeignKey(
        Segment, models.PROTECT, related_name="campaigns", verbose_name=_("segment")
    )

    objects = ClientRows["CampaignSegment"].as_manager()

    class Meta:
        verbose_name = _("segment of a campaign")
        verbose_name_plural = _("segments of a campaign")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "segment"],
                name="campaign_segment_once",
                violation_error_message=_("This segment is in the campaign already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.segment)


class CampaignMove(ClientChild):
    """From one state to the next, and who moved it; never changed afterwards.

    A change of the agreed terms stands here too, with both states the same.
    """

    client_from = "campaign"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="moves")
    old = models.CharField(_("was"), max_length=9, choices=CampaignState.choices)
    new = models.CharField(_("became"), max_length=9, choices=CampaignState.choices)
    moved_at = models.DateTimeField(_("when"), default=timezone.now)
    moved_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    changes = models.TextField(
        _("what was changed"),
        max_length=2_000,
        blank=True,
        default="",
        db_default="",
        help_text=_("Of the terms of a campaign that was agreed: was → became."),
    )

    objects = ClientRows["CampaignMove"].as_manager()

    class Meta:
        verbose_name = _("step of a campaign")
        verbose_name_plural = _("steps of a campaign")
        ordering = ["-moved_at", "-id"]

    def __str__(self) -> str:
        if self.changes:
            return self.changes
        return f"{self.get_old_display()} → {self.get_new_display()}"


class Creative(ClientChild):
    """A variant of what is shown: variants of one campaign are compared with each other."""

    client_from = "campaign"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="creatives", verbose_name=_("campaign")
    )
    title = models.CharField(_("name of the variant"), max_length=120)
    text = models.TextField(_("text"), max_length=4_000, blank=True)
    url = models.URLField(_("link"), max_length=1_000, blank=True)

    objects = ClientRows["Creative"].as_manager()

    class Meta:
        verbose_name = _("creative")
        verbose_name_plural = _("creatives")
        ordering = ["campaign", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "title"],
                name="creative_once",
                violation_error_message=_("The campaign has a creative of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.title
