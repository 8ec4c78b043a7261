"""What each block of an engagement gives, and the day on which the client accepted it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models.client import Client, Contact
from clients.models.engagement import Block, Engagement
from clients.models.paper import Paper
from clients.models.scoping import ClientChild, ClientRows
from clients.models.user import User


class ResultState(models.TextChoices):
    NOT_BEGUN = "not_begun", _("not begun")
    IN_WORK = "in_work", _("in work")
    HANDED_OVER = "handed_over", pgettext_lazy("result", "handed over")
    RETURNED = "returned", pgettext_lazy("result", "returned")
    ACCEPTED = "accepted", pgettext_lazy("result", "accepted")


class BlockResult(ClientChild):
    """Made by the first step: a block without a row is not begun.

    `accepted_by_name` is the name as it was on that day: a contact may leave or be erased.
    """

    client_from = "engagement"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="results")
    block = models.CharField(_("block"), max_length=12, choices=Block.choices)
    state = models.CharField(
        _("state"), max_length=12, choices=ResultState.choices, default=ResultState.NOT_BEGUN
    )
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        Contact,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("accepted by"),
    )
    accepted_by_name = models.CharField(_("accepted by"), max_length=120, blank=True)
    paper = models.ForeignKey(
        Paper,
        # What was accepted with it would otherwise lose its document.
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("document", "paper"),
    )

    objects = ClientRows["BlockResult"].as_manager()

    class Meta:
        verbose_name = _("result of a block")
        verbose_name_plural = _("results of blocks")
        ordering = ["engagement", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["engagement", "block"], name="block_result_once"),
            models.CheckConstraint(
                condition=(
                    models.Q(state=ResultState.ACCEPTED, accepted_on__isnull=False)
                    & ~models.Q(accepted_by_name="")
                )
                | (
                    ~models.Q(state=ResultState.ACCEPTED)
                    & models.Q(accepted_on=None, accepted_by=None, accepted_by_name="")
                ),
                name="block_result_accepted_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_block_display()}: {self.get_state_display()}"


class ResultMove(ClientChild):
    """A step of a result, by whom and when: never changed."""

    client_from = "result"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    result = models.ForeignKey(BlockResult, models.CASCADE, related_name="moves")
    old = models.CharField(
        pgettext_lazy("status", "from"), max_length=12, choices=ResultState.choices
    )
    new = models.CharField(
        pgettext_lazy("status", "to"), max_length=12, choices=ResultState.choices
    )
    moved_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    moved_at = models.DateTimeField(_("at"), default=timezone.now)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    accepted_by_name = models.CharField(_("accepted by"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = ClientRows["ResultMove"].as_manager()

    class Meta:
        verbose_name = _("step of a result")
        verbose_name_plural = _("steps of results")
        ordering = ["-moved_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_old_display()} → {self.get_new_display()}"
