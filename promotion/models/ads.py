"""Ad accounts, what stands in them, and what each day cost and brought there."""

import datetime as dt
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows, Side
from clients.models.client import check_currency
from promotion.models.campaign import Campaign, Creative
from promotion.models.money import Taxed, rate_with_vat
from smm_agency.lib.encryption import EncryptedTextField
from smm_agency.lib.ranges import days_range, one_value_range


class AdNetwork(models.TextChoices):
    VK_ADS = "vk_ads", "VK Реклама"
    YANDEX_DIRECT = "yandex_direct", _("Yandex Direct")
    META_ADS = "meta_ads", _("Meta Ads")
    TELEGRAM_ADS = "telegram_ads", "Telegram Ads"
    OTHER = "other", pgettext_lazy("ad account", "other")


class AdAccountQuerySet(ClientRows["AdAccount"]):
    def read_by_api(self) -> Self:
        """Those that the clock reads: a network with an API, a key, and not switched off."""
        return self.filter(network=AdNetwork.VK_ADS, is_read=True, key__isnull=False)


class AdAccount(Taxed):
    """A client's account with an advertising network. `vat`: whether its spend holds VAT."""

    class State(models.TextChoices):
        UNCHECKED = "unchecked", pgettext_lazy("ad account", "not read yet")
        WORKS = "works", pgettext_lazy("ad account", "is read")
        REFUSED = "refused", pgettext_lazy("ad account", "the network refused")

    client = models.ForeignKey(Client, models.CASCADE, related_name="ad_accounts")
    network = models.CharField(_("advertising network"), max_length=14, choices=AdNetwork.choices)
    title = models.CharField(_("title"), max_length=120)
    external_id = models.CharField(_("id in the network"), max_length=60, blank=True)
    currency = models.CharField(
        _("currency"), max_length=3, validators=[check_currency], default="RUB"
    )
    day_zone = models.CharField(
        _("time zone of its days"),
        max_length=64,
        default="Europe/Moscow",
        help_text=_("The network counts its days by this zone; they are kept as it counts them."),
    )
    topped_up_by = models.CharField(
        _("who tops it up"), max_length=6, choices=Side.choices, blank=True
    )
    is_read = models.BooleanField(_("read by the clock"), default=True)
    state = models.CharField(
        _("state"), max_length=9, choices=State.choices, default=State.UNCHECKED, editable=False
    )
    state_note = models.CharField(
        _("what the network said"), max_length=300, blank=True, editable=False
    )
    read_at = models.DateTimeField(_("read"), null=True, blank=True, editable=False)
    balance = models.DecimalField(
        _("balance"), max_digits=14, decimal_places=2, null=True, blank=True, editable=False
    )
    balance_at = models.DateTimeField(_("balance read"), null=True, blank=True, editable=False)
    next_read_at = models.DateTimeField(_("read again at"), default=timezone.now, editable=False)
    attempts = models.PositiveSmallIntegerField(
        _("attempts since it was read"), default=0, editable=False
    )
    lease_token = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)

    objects = AdAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("ad account")
        verbose_name_plural = _("ad accounts")
        ordering = ["client", "network", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "network", "external_id"],
                condition=~models.Q(external_id=""),
                name="ad_account_once",
                violation_error_message=_("The client has this account already."),
            ),
            rate_with_vat("ad_account_vat_rate"),
        ]

    def __str__(self) -> str:
        return f"{self.get_network_display()} · {self.title}"


class AdAccountKey(ClientChild):
    """The secrets of an account: never shown, never read by the portal.

    Changed by `promotion.ad_tokens` only, with the row locked: one refresher at a time.
    """

    client_from = "account"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    account = models.OneToOneField(AdAccount, models.CASCADE, related_name="key")
    app_id = models.CharField(_("client_id of the app"), max_length=120, blank=True)
    agency_client = models.CharField(
        _("client in the agency's account"),
        max_length=120,
        blank=True,
        help_text=_(
            "The name or the number that the agency's account has the client by; empty where the"
            " app belongs to the client's own account."
        ),
    )
    app_secret = EncryptedTextField(_("client_secret of the app"), null=True, blank=True)
    access_token = EncryptedTextField(_("access token"), null=True, blank=True)
    refresh_token = EncryptedTextField(_("refresh token"), null=True, blank=True)
    expires_at = models.DateTimeField(_("runs out"), null=True, blank=True)
    refreshed_at = models.DateTimeField(_("refreshed"), null=True, blank=True, editable=False)

    objects = ClientRows["AdAccountKey"].as_manager()

    class Meta:
        verbose_name = _("key of an ad account")
        verbose_name_plural = _("keys of ad accounts")
        ordering = ["account"]

    def __str__(self) -> str:
        return str(self.account)


class AdLevel(models.TextChoices):
    """The order of the networks: a campaign of theirs holds groups, a group holds ads."""

    CAMPAIGN = "campaign", pgettext_lazy("in the ad account", "campaign")
    GROUP = "group", pgettext_lazy("in the ad account", "group")
    AD = "ad", pgettext_lazy("in the ad account", "ad")


class AdObject(ClientChild):
    """A campaign, a group or an ad as the network has it; `campaign` is ours, None: not tied yet.

    Money is summed over one level of an account only: over its campaigns, or over its ads.
    """

    client_from = "account"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    account = models.ForeignKey(
        AdAccount, models.CASCADE, related_name="objects_in_it", verbose_name=_("ad account")
    )
    level = models.CharField(_("level"), max_length=8, choices=AdLevel.choices)
    external_id = models.CharField(_("id in the network"), max_length=60)
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children", editable=False
    )
    title = models.CharField(_("title"), max_length=300, blank=True)
    status = models.CharField(
        _("status in the network"),
        max_length=30,
        blank=True,
        help_text=_("In the network's words; empty: not known."),
    )
    campaign = models.ForeignKey(
        Campaign,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="ad_objects",
        verbose_name=_("campaign"),
    )
    creative = models.ForeignKey(
        Creative,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="ad_objects",
        verbose_name=_("creative"),
    )
    seen_at = models.DateTimeField(_("seen in the network"), default=timezone.now, editable=False)

    objects = ClientRows["AdObject"].as_manager()

    class Meta:
        verbose_name = _("row of an ad account")
        verbose_name_plural = _("rows of ad accounts")
        ordering = ["account", "level", "external_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "level", "external_id"],
                name="ad_object_once",
                violation_error_message=_("The account has this row already."),
            )
        ]

    def __str__(self) -> str:
        return self.title or self.external_id


class AdFigureQuerySet(ClientRows["AdFigure"]):
    def in_days(self, first: dt.date, last: dt.date) -> Self:
        """Those that lie whole in these days; one that hangs over an end is not cut."""
        return self.filter(starts_on__gte=first, ends_on__lte=last)

    def touching(self, first: dt.date, last: dt.date) -> Self:
        """Those that lie in these days, whole or in part."""
        return self.filter(starts_on__lte=last, ends_on__gte=first)

    def summable(self) -> Self:
        """Each sum of money once: of an object, never of the objects inside it as well.

        Those inside stand for the object where they tell their spend of all days of its row; where
        they tell it of some, the row of the object stands for those that lie in its days.
        """
        known = self.filter(~_is_told_inside())
        return known.filter(~models.Exists(_longer_above().filter(~_is_told_inside())))


def _is_told_inside() -> models.Q:
    """Of a row: the objects inside tell the spend of every day; of any, where it tells none."""
    every_day = _on_days_inside(" @> ")
    return models.Q(every_day) | models.Q(_on_days_inside(" && "), spend__isnull=True)


def _on_days_inside(operator: str) -> models.Func:
    parts = models.Func(
        _days_inside("parent"), _days_inside("parent__parent"),
        template="(%(expressions)s)", arg_joiner=" + ",
    )  # fmt: skip
    return models.Func(
        parts, days_range(), template="(%(expressions)s)", arg_joiner=operator,
        output_field=models.BooleanField(),
    )  # fmt: skip


def _days_inside(way_up: str) -> models.Func:
    """A multirange of the days, empty where there are none."""
    rows = AdFigure.objects.order_by().filter(
        models.Q((f"ad_object__{way_up}", models.OuterRef("ad_object"))),
        spend__isnull=False,
        starts_on__lte=models.OuterRef("ends_on"),
        ends_on__gte=models.OuterRef("starts_on"),
    )
    # A plain function for Django, so that it groups by nothing and there is one row of it.
    days = rows.annotate(days=models.Func(days_range(), function="range_agg")).values("days")
    return models.Func(
        models.Subquery(days), template="COALESCE(%(expressions)s, '{}'::datemultirange)"
    )


def _longer_above() -> models.QuerySet["AdFigure"]:
    """Rows with spend of what a row's object stands in, that hold its days and more."""
    return AdFigure.objects.filter(
        models.Q(ad_object=models.OuterRef("ad_object__parent"))
        | models.Q(ad_object=models.OuterRef("ad_object__parent__parent")),
        models.Q(starts_on__lt=models.OuterRef("starts_on"))
        | models.Q(ends_on__gt=models.OuterRef("ends_on")),
        spend__isnull=False,
        starts_on__lte=models.OuterRef("starts_on"),
        ends_on__gte=models.OuterRef("ends_on"),
    )


class AdFigure(ClientChild):
    """What one object of an account cost and brought in some days, mostly one; NULL: not measured.

    `spend` is in the account's currency, with or without VAT as the account says. No two rows of
    an object overlap, so days are never counted twice.
    """

    client_from = "ad_object"

    class Source(models.TextChoices):
        API = "api", _("the network")
        FILE = "file", _("file")
        HAND = "hand", _("typed in")

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    ad_object = models.ForeignKey(
        AdObject, models.CASCADE, related_name="figures", verbose_name=_("row of an ad account")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    spend = models.DecimalField(
        _("spent"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    impressions = models.PositiveBigIntegerField(_("impressions"), null=True, blank=True)
    reach = models.PositiveBigIntegerField(
        _("reach"), null=True, blank=True, help_text=_("Of these days only: never summed.")
    )
    clicks = models.PositiveIntegerField(_("clicks"), null=True, blank=True)
    joins = models.PositiveIntegerField(_("joined"), null=True, blank=True)
    messages = models.PositiveIntegerField(_("messages"), null=True, blank=True)
    results = models.PositiveIntegerField(
        _("results by the network"),
        null=True,
        blank=True,
        help_text=_("What the network itself counts as the aim of the campaign."),
    )
    source = models.CharField(_("source"), max_length=4, choices=Source.choices)
    read_at = models.DateTimeField(_("read"), default=timezone.now)

    objects = AdFigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("advertising figures")
        verbose_name_plural = _("advertising figures")
        ordering = ["ad_object", "-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="ad_figure_ends_after_start",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=models.Q(spend=None) | models.Q(spend__gte=0),
                name="ad_figure_spend_positive",
                violation_error_message=_("Money spent is not negative."),
            ),
            # Beside the exclusion below: what an upsert can refer to.
            models.UniqueConstraint(
                fields=["ad_object", "starts_on", "ends_on"],
                name="ad_figure_once",
                violation_error_message=_("There are figures of these days already."),
            ),
            ExclusionConstraint(
                name="ad_figure_no_overlap",
                expressions=[
                    (one_value_range("ad_object_id"), RangeOperators.OVERLAPS),
                    (days_range(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("There are figures of these days already."),
            ),
        ]
        indexes = [models.Index(fields=["client", "starts_on"], name="ad_figure_client_day")]

    def __str__(self) -> str:
        return f"{self.ad_object} · {self.starts_on:%d.%m.%Y}"


class AdFigureCorrection(ClientChild):
    """What stood in a row of figures before the network or a file said otherwise."""

    client_from = "figure"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    figure = models.ForeignKey(AdFigure, models.CASCADE, related_name="corrections")
    old = models.JSONField(_("was"))
    corrected_at = models.DateTimeField(_("when"), default=timezone.now)
    source = models.CharField(_("by"), max_length=4, choices=AdFigure.Source.choices)

    objects = ClientRows["AdFigureCorrection"].as_manager()

    class Meta:
        verbose_name = _("correction of advertising figures")
        verbose_name_plural = _("corrections of advertising figures")
        ordering = ["-corrected_at", "-id"]

    def __str__(self) -> str:
        return f"{self.figure} · {self.corrected_at:%d.%m.%Y %H:%M}"
