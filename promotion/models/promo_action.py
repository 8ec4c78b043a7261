"""Promo actions and giveaways: their rules, their dates, and what can be won."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows, User
from clients.models.client import check_currency
from promotion.models.campaign import Campaign
from smm_agency.lib.encryption import EncryptedTextField
from smm_agency.lib.tax_numbers import check_inn

WITH_ACTION = (Campaign.Kind.PROMO_ACTION, Campaign.Kind.GIVEAWAY)
MOST_PRIZES = 1_000


class LegalKind(models.TextChoices):
    STIMULATING_EVENT = "stimulating_event", _("stimulating event")
    PUBLIC_CONTEST = "public_contest", _("public contest")
    DISCOUNT = "discount", pgettext_lazy("legal kind", "discount")


class Mechanics(models.TextChoices):
    LIKE_COMMENT_REPOST = "like_comment_repost", _("like, comment, repost")
    UGC = "ugc", _("content made by participants")
    QUIZ = "quiz", _("quiz")
    PROMO_CODE = "promo_code", _("promo code")
    DISCOUNT = "discount", pgettext_lazy("mechanics", "discount")
    REFERRAL = "referral", _("bring a friend")


class PromoAction(ClientChild):
    """What a campaign of the kinds promo action and giveaway is; one for each campaign.

    `salt` goes into the marks of the participants and is forgotten with them (`erased_at`).
    `prizes_told_at` says that late prizes were told of.
    """

    client_from = "campaign"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    campaign = models.OneToOneField(
        Campaign, models.CASCADE, related_name="promo_action", verbose_name=_("campaign")
    )
    mechanics = models.CharField(_("mechanics"), max_length=20, choices=Mechanics.choices)
    legal_kind = models.CharField(
        _("legal kind"), max_length=20, choices=LegalKind.choices, blank=True
    )
    is_paid = models.BooleanField(
        _("taking part takes a purchase or a payment"), default=False, db_default=False
    )
    rules = models.TextField(_("rules"), max_length=20_000, blank=True)
    rules_url = models.URLField(_("address of the rules"), max_length=1_000, blank=True)
    eligibility = models.TextField(
        _("who may take part"),
        max_length=2_000,
        blank=True,
        help_text=_("Age, places, employees and whoever else is left out."),
    )
    organiser = models.CharField(
        _("organiser"), max_length=200, blank=True, help_text=_("The legal name in full.")
    )
    organiser_inn = models.CharField(
        _("tax number of the organiser"), max_length=20, blank=True, help_text=_("In Russia: INN.")
    )
    entry_starts_at = models.DateTimeField(_("entries from"), null=True, blank=True)
    entry_ends_at = models.DateTimeField(_("entries until"), null=True, blank=True)
    draw_at = models.DateTimeField(_("draw at"), null=True, blank=True)
    draw_place = models.CharField(
        _("where it is drawn"),
        max_length=300,
        blank=True,
        help_text=_("A place, or the address of the broadcast or the post with the winners."),
    )
    hand_over_until = models.DateField(_("prizes handed over until"), null=True, blank=True)
    promo_word = models.CharField(
        _("promo word"),
        max_length=60,
        blank=True,
        help_text=_("What those who call name, so that their calls are known as of this action."),
    )
    legal_checked_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("legal check by"),
    )  # fmt: skip
    legal_checked_at = models.DateTimeField(_("legal check at"), null=True, editable=False)
    note = models.TextField(_("internal note"), max_length=2_000, blank=True)
    salt: "models.Field[str | None, str | None]" = EncryptedTextField(null=True, editable=False)
    imported_at = models.DateTimeField(null=True, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)
    prizes_told_at = models.DateTimeField(null=True, editable=False)

    objects = ClientRows["PromoAction"].as_manager()

    class Meta:
        verbose_name = _("promo action")
        verbose_name_plural = _("promo actions")
        ordering = ["client", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(entry_starts_at=None)
                | models.Q(entry_ends_at=None)
                | models.Q(entry_ends_at__gt=models.F("entry_starts_at")),
                name="promo_action_entries_end_after_start",
                violation_error_message=_("The entries end before they start."),
            ),
            models.CheckConstraint(
                condition=models.Q(draw_at=None)
                | models.Q(entry_ends_at=None)
                | models.Q(draw_at__gte=models.F("entry_ends_at")),
                name="promo_action_drawn_after_entries",
                violation_error_message=_("The draw is before the end of the entries."),
            ),
            models.CheckConstraint(
                condition=models.Q(legal_checked_at=None, legal_checked_by=None)
                | models.Q(legal_checked_at__isnull=False, legal_checked_by__isnull=False),
                name="promo_action_check_has_person",
            ),
        ]

    def __str__(self) -> str:
        return self.campaign.title

    def clean(self) -> None:
        errors: dict[str, Any] = {}
        campaign: Campaign | None = getattr(self, "campaign", None)
        if campaign and campaign.kind not in WITH_ACTION:
            errors["campaign"] = _now(
                "This campaign is “%(kind)s”: only promo actions and giveaways have rules."
            ) % {"kind": campaign.get_kind_display()}
        if campaign and self.organiser_inn and campaign.client.country == "RU":
            try:
                check_inn(self.organiser_inn)
            except ValidationError as refused:
                errors["organiser_inn"] = refused
        if campaign and self.hand_over_until and (last := self.last_moment):
            day = campaign.client.day_of(last)
            if self.hand_over_until < day:
                errors["hand_over_until"] = _now("Prizes are handed over from %(day)s on.") % {
                    "day": day
                }
        if errors:
            raise ValidationError(errors)

    @property
    def last_moment(self) -> dt.datetime | None:
        """Of the draw, else of the entries."""
        return self.draw_at or self.entry_ends_at

    @property
    def has_prizes(self) -> bool:
        """A discount is for everybody: nobody wins it."""
        return self.legal_kind != LegalKind.DISCOUNT


class Prize(ClientChild):
    """What can be won, `quantity` times. The prizes are drawn in the order of their places.

    `value` is that of one, NULL where it is not stated. Fixed once the list is sealed (by trigger).
    """

    class Payer(models.TextChoices):
        CLIENT = "client", pgettext_lazy("payer of a prize", "client")
        AGENCY = "agency", pgettext_lazy("payer of a prize", "agency")
        PARTNER = "partner", pgettext_lazy("payer of a prize", "partner")

    client_from = "action"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    action = models.ForeignKey(PromoAction, models.CASCADE, related_name="prizes")
    place = models.PositiveSmallIntegerField(
        _("order"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("Prizes are drawn in this order, 1 first."),
    )
    title = models.CharField(_("prize"), max_length=200)
    quantity = models.PositiveSmallIntegerField(
        _("how many"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_PRIZES)]
    )
    value = models.DecimalField(
        _("worth of one"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    currency = models.CharField(
        _("currency"), max_length=3, validators=[check_currency], default="RUB", db_default="RUB"
    )
    payer = models.CharField(
        _("paid by"), max_length=7, choices=Payer.choices, default=Payer.CLIENT
    )
    is_cash_allowed = models.BooleanField(
        _("money in its place"),
        default=False,
        db_default=False,
        help_text=_("Whether the rules let a winner take money in place of the prize."),
    )
    tax_note = models.CharField(
        _("who pays its tax"), max_length=300, blank=True, help_text=_("And how, where it is due.")
    )

    objects = ClientRows["Prize"].as_manager()

    class Meta:
        verbose_name = _("prize")
        verbose_name_plural = _("prizes")
        ordering = ["action", "place", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "place"],
                name="prize_place_once",
                violation_error_message=_("Two prizes have the same number in the order."),
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1), name="prize_quantity_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(value=None) | models.Q(value__gte=0),
                name="prize_value_not_negative",
                violation_error_message=_("A prize is not worth less than nothing."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
