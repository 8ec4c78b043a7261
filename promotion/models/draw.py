"""Who takes part in a promo action, how the winners were found, and what became of the prizes."""

import datetime as dt
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows, User
from communities.models import ClientFile
from promotion.models.promo_action import Prize, PromoAction
from smm_agency.lib.encryption import EncryptedTextField


class ParticipantQuerySet(ClientRows["Participant"]):
    def in_the_draw(self) -> Self:
        return self.filter(excluded_at=None)


class Participant(ClientChild):
    """A page that takes part, once in an action: `mark` is made of its id and the action's salt.

    The id, the name and the address are personal data: encrypted, NULL once they are forgotten.
    `mark` and `number` stay, so that a draw can be checked for ever. In a sealed list nothing else
    changes (by trigger).
    """

    client_from = "action"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    action = models.ForeignKey(PromoAction, models.CASCADE, related_name="participants")
    number = models.PositiveIntegerField(_("number"))
    mark = models.CharField(_("mark in the list"), max_length=64)
    external_id: "models.Field[str | None, str | None]" = EncryptedTextField(
        _("id on the network"), null=True
    )
    name: "models.Field[str | None, str | None]" = EncryptedTextField(_("name"), null=True)
    page_url: "models.Field[str | None, str | None]" = EncryptedTextField(
        _("address of the page"), null=True
    )
    entered_at = models.DateTimeField(_("entered"), null=True)
    added_at = models.DateTimeField(_("taken into the list"), default=timezone.now)
    excluded_at = models.DateTimeField(_("excluded"), null=True)
    excluded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("excluded by")
    )
    excluded_reason = models.CharField(_("why excluded"), max_length=300, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["action", "number"]
        constraints = [
            models.UniqueConstraint(fields=["action", "mark"], name="participant_once"),
            models.UniqueConstraint(fields=["action", "number"], name="participant_number_once"),
        ]

    def __str__(self) -> str:
        return f"№ {self.number}"


class Draw(ClientChild):
    """How the winners of an action were found; once for each action.

    It begins as a sealed list (`list_hash`, `listed_at`) with the seed that is announced for it
    (`seed_source`, `seed_at`), or as a draw that was held elsewhere and has no list here. What is
    written is never changed, and nothing once it is drawn but a proof that lacks (by trigger).
    `protocol` is of the form that `promotion.draw_protocol` writes, {} of a draw held elsewhere.
    """

    class Method(models.TextChoices):
        VERIFIABLE = "verifiable", _("by a seed, for anyone to repeat")
        ELSEWHERE = "elsewhere", _("held elsewhere, with a proof")

    client_from = "action"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    action = models.OneToOneField(PromoAction, models.PROTECT, related_name="draw")
    list_hash = models.CharField(_("SHA-256 of the list"), max_length=64, blank=True)
    listed_count = models.PositiveIntegerField(_("participants in the list"), null=True)
    listed_at = models.DateTimeField(_("list sealed"), null=True)
    listed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("sealed by")
    )
    method = models.CharField(_("how"), max_length=10, choices=Method.choices, blank=True)
    seed = models.CharField(_("seed"), max_length=200, blank=True)
    seed_source = models.CharField(_("where the seed is from"), max_length=500, blank=True)
    seed_at = models.DateTimeField(_("when the seed came to be"), null=True)
    elsewhere_reason = models.CharField(
        _("why the sealed list was not drawn by its seed"), max_length=300, blank=True
    )
    drawn_at = models.DateTimeField(_("drawn"), null=True)
    drawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("drawn by")
    )
    protocol = models.JSONField(_("protocol"), default=dict, blank=True)
    proof_file = models.ForeignKey(
        ClientFile, models.PROTECT, null=True, related_name="+", verbose_name=_("proof, a file")
    )
    proof_url = models.URLField(_("proof, a link"), max_length=1_000, blank=True)

    objects = ClientRows["Draw"].as_manager()

    class Meta:
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(drawn_at__isnull=False) | models.Q(listed_at__isnull=False),
                name="draw_is_listed_or_drawn",
            ),
            models.CheckConstraint(
                condition=models.Q(listed_at=None, list_hash="", listed_count=None)
                | (
                    models.Q(listed_at__isnull=False, listed_count__isnull=False)
                    & ~models.Q(list_hash="")
                ),
                name="draw_list_has_hash",
            ),
            models.CheckConstraint(
                condition=models.Q(drawn_at=None, method="")
                | models.Q(
                    # NULL is not false: a check that ends in it would let the row pass.
                    drawn_at__isnull=False,
                    seed_at__isnull=False,
                    listed_at__isnull=False,
                    drawn_at__gte=models.F("seed_at"),
                    seed_at__gt=models.F("listed_at"),
                    method="verifiable",
                    seed__gt="",
                    seed_source__gt="",
                )
                | (
                    models.Q(drawn_at__isnull=False, method="elsewhere", seed="")
                    & (models.Q(proof_file__isnull=False) | models.Q(proof_url__gt=""))
                ),
                name="draw_by_seed_or_with_proof",
            ),
        ]

    def __str__(self) -> str:
        return str(self.action)


class PrizeState(models.TextChoices):
    PROMISED = "promised", pgettext_lazy("prize", "promised")
    CONTACTED = "contacted", pgettext_lazy("prize", "winner contacted")
    SENT = "sent", pgettext_lazy("prize", "sent")
    RECEIVED = "received", pgettext_lazy("prize", "received")
    REFUSED = "refused", pgettext_lazy("prize", "refused or fallen out")


PRIZE_ENDED = (PrizeState.RECEIVED, PrizeState.REFUSED)


class WinnerQuerySet(ClientRows["Winner"]):
    def waiting(self) -> Self:
        return self.exclude(state__in=PRIZE_ENDED)

    def overdue(self, *, on: dt.date) -> Self:
        """`on` is the client's day."""
        return self.waiting().filter(draw__action__hand_over_until__lt=on)


class Winner(ClientChild):
    """One prize of one winner; its state changes by `promotion.prize_delivery` only.

    `place` is that in the drawn order. `shown_name` is masked, for the client's portal.
    """

    client_from = "draw"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    draw = models.ForeignKey(Draw, models.PROTECT, related_name="winners")
    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="wins", verbose_name=_("participant")
    )
    prize = models.ForeignKey(
        Prize, models.PROTECT, related_name="winners", verbose_name=_("prize")
    )
    place = models.PositiveIntegerField(_("place"))
    shown_name = models.CharField(_("name as it is shown"), max_length=80, blank=True)
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=PrizeState.choices,
        default=PrizeState.PROMISED,
        db_default=PrizeState.PROMISED.value,
        editable=False,
    )
    state_since = models.DateTimeField(_("since"), default=timezone.now)
    contacted_on = models.DateField(_("contacted on"), null=True)
    sent_on = models.DateField(_("sent on"), null=True)
    ended_on = models.DateField(_("received or refused on"), null=True)
    # Where to send it, and what they said.
    note: "models.Field[str | None, str | None]" = EncryptedTextField(_("internal note"), null=True)

    objects = WinnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("winner")
        verbose_name_plural = _("winners")
        ordering = ["draw", "place"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "participant"], name="winner_once"),
            models.UniqueConstraint(fields=["draw", "place"], name="winner_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.place}. {self.shown_name}"
