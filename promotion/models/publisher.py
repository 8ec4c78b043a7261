"""Publisher pages: what is known of a page that may be paid for a placement, and its prices."""

import datetime as dt
from decimal import Decimal
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows, User
from clients.models.client import check_currency
from communities.models import Profile
from promotion.models.money import Taxed, rate_with_vat
from promotion.models.placement import PlacementFormat

NOT_A_PUBLISHER = _(
    "“%(page)s” is no publisher's page: choose one of the register, or add it there by its link."
)


class Marketplace(models.TextChoices):
    """Where placements on the page are bought."""

    DIRECT = "direct", pgettext_lazy("marketplace", "directly")
    VK_ADBLOGGER = "vk_adblogger", "VK AdBlogger"
    TELEGA_IN = "telega_in", "Telega.in"
    OTHER = "other", pgettext_lazy("marketplace", "other")


class AudienceCheck(models.TextChoices):
    NOT_CHECKED = "", _("not checked")
    LIVE = "live", _("the audience is live")
    DOUBTFUL = "doubtful", _("doubtful")
    BOUGHT = "bought", _("bought subscribers or views")


class Verdict(models.TextChoices):
    NONE = "", _("no verdict yet")
    REPEAT = "repeat", _("repeat")
    TEST = "test", _("test again")
    NEVER = "never", _("never again")


class PublisherQuerySet(ClientRows["PublisherCard"]):
    def of_page(self, publisher: Profile) -> Self:
        return self.filter(profile=publisher)


class PublisherCard(ClientChild):
    """What the agency knows of a publisher's page; what is measured stands in its snapshots.

    The verdict changes by `promotion.publishers.judge` only.
    """

    client_from = "profile"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    profile = models.OneToOneField(
        Profile,
        models.CASCADE,
        related_name="publisher_card",
        verbose_name=_("page"),
        limit_choices_to={"relation": Profile.Relation.PUBLISHER},
    )
    subject = models.CharField(_("subject"), max_length=160, blank=True)
    geography = models.CharField(_("geography of the audience"), max_length=160, blank=True)
    marketplace = models.CharField(
        _("bought through"), max_length=12, choices=Marketplace.choices, blank=True
    )
    admin_contact = models.CharField(
        _("who to write to"),
        max_length=300,
        blank=True,
        help_text=_("Internal: the client's portal never shows it."),
    )
    err24 = models.DecimalField(
        _("ERR24, %"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text=_("Mean views of a post in 24 hours ÷ subscribers × 100."),
    )
    reach24 = models.PositiveIntegerField(_("average reach in 24 h"), null=True, blank=True)
    told_on = models.DateField(_("these two as of"), null=True, blank=True)
    told_by = models.CharField(
        _("where they are from"),
        max_length=160,
        blank=True,
        help_text=_("The page's own statistics, a catalogue of channels, a screenshot…"),
    )
    audience = models.CharField(
        _("check of the audience"), max_length=8, choices=AudienceCheck.choices, blank=True
    )
    audience_on = models.DateField(_("checked on"), null=True, blank=True)
    audience_note = models.CharField(_("what it showed"), max_length=300, blank=True)
    verdict = models.CharField(
        _("verdict"), max_length=6, choices=Verdict.choices, blank=True, editable=False
    )
    verdict_reason = models.CharField(_("why"), max_length=300, blank=True, editable=False)
    verdict_on = models.DateField(_("judged on"), null=True, blank=True, editable=False)
    verdict_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("judged by"),
    )
    note = models.TextField(_("internal note"), max_length=2_000, blank=True)

    objects = PublisherQuerySet.as_manager()

    class Meta:
        verbose_name = _("publisher page")
        verbose_name_plural = _("publisher pages")
        ordering = ["client", "profile__title"]
        permissions = [
            ("override_publishercard", "Can place on a page in spite of the verdict “never again”")
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(err24=None, reach24=None) | models.Q(told_on__isnull=False),
                name="publisher_figures_have_a_day",
                violation_error_message=_("Give the day of ERR24 and of the reach."),
            ),
            models.CheckConstraint(
                condition=models.Q(audience="") | models.Q(audience_on__isnull=False),
                name="publisher_check_has_a_day",
                violation_error_message=_("Give the day of the check of the audience."),
            ),
            models.CheckConstraint(
                condition=models.Q(verdict="")
                | models.Q(verdict_on__isnull=False) & ~models.Q(verdict_reason=""),
                name="publisher_verdict_has_a_reason",
                violation_error_message=_("A verdict has a day and a reason."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.profile)

    def clean(self) -> None:
        if self.profile_id and self.profile.relation != Profile.Relation.PUBLISHER:
            raise ValidationError({"profile": NOT_A_PUBLISHER % {"page": self.profile.title}})
        if self.client_id or self.profile_id:
            self._refuse_days_to_come(self.client if self.client_id else self.profile.client)

    def _refuse_days_to_come(self, client: Client) -> None:
        for name in ("told_on", "audience_on"):
            day: dt.date | None = getattr(self, name)
            if day is not None and day > client.today():
                raise ValidationError({name: _("This day is still to come.")})


class PublisherPrice(Taxed, ClientChild):
    """What the page asks for a format from a day on. `vat` is that of the price."""

    client_from = "card"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    card = models.ForeignKey(
        PublisherCard, models.CASCADE, related_name="prices", verbose_name=_("publisher page")
    )
    format = models.CharField(_("format"), max_length=8, choices=PlacementFormat.choices)
    price = models.DecimalField(
        _("price"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(
        _("currency"), max_length=3, validators=[check_currency], default="RUB", db_default="RUB"
    )
    since = models.DateField(_("since"))
    source = models.CharField(
        _("source"), max_length=160, blank=True, help_text=_("A letter, a price list, a link…")
    )

    objects = ClientRows["PublisherPrice"].as_manager()

    class Meta:
        verbose_name = _("price of a publisher page")
        verbose_name_plural = _("prices of a publisher page")
        ordering = ["format", "-since"]
        constraints = [
            models.UniqueConstraint(
                fields=["card", "format", "since"],
                name="publisher_price_once",
                violation_error_message=_("This format has a price of that day already."),
            ),
            models.CheckConstraint(
                condition=models.Q(price__gte=0),
                name="publisher_price_positive",
                violation_error_message=_("A price is not negative."),
            ),
            rate_with_vat("publisher_price_vat_rate"),
        ]

    def __str__(self) -> str:
        return f"{self.get_format_display()} · {self.price} {self.currency}"
