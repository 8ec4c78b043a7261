"""How soon people are to be answered: targets by kind, the due moments of each item, notices."""

import datetime as dt
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientChild, ClientRows, User
from content.models.hours import BusinessHours
from content.models.inbox import InboxCategory, InboxItem


class ReplyTargetQuerySet(models.QuerySet["ReplyTarget"]):
    def visible_to(self, user: User | AnonymousUser, *, on: dt.date | None = None) -> Self:
        """The agency's own, and those of the person's clients."""
        if not isinstance(user, User):
            return self.none()
        if user.sees_all_clients:
            return self
        clients = Client.objects.visible_to(user, on=on)
        return self.filter(models.Q(client=None) | models.Q(client__in=clients))


class ReplyTarget(models.Model):
    """For all clients, or for the one that agreed something else. `category` empty: not sorted yet.

    Both are minutes of working time since it came in; NULL: nothing is promised.
    """

    client = models.ForeignKey(
        Client,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="reply_targets",
        verbose_name=_("client"),
        help_text=_("Empty: every client that has no target of its own."),
    )
    category = models.CharField(
        _("what it is"),
        max_length=12,
        choices=InboxCategory.choices,
        blank=True,
        help_text=_("Empty: nobody has said yet what it is."),
    )
    first_minutes = models.PositiveIntegerField(
        _("first reply within, working minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
    )
    closing_minutes = models.PositiveIntegerField(
        _("closed within, working minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
    )

    objects = ReplyTargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply target")
        verbose_name_plural = _("reply targets")
        ordering = ["client", "category"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "category"],
                nulls_distinct=False,
                name="reply_target_once",
                violation_error_message=_("This kind has its target already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.get_category_display() or _("not sorted yet"))


class ReplyClockQuerySet(ClientRows["ReplyClock"]):
    def running(self) -> Self:
        """The clocks that hold now, of items that are not settled."""
        return self.filter(is_current=True)


class ReplyClock(ClientChild):
    """The due moments of one item, as they were computed for its category by the hours of then.

    Another category makes a new row; the old one stays as history. `hours` is NULL where the usual
    ones were in force. `first_taken` and `closing_taken` are working time, NULL while it waits.
    """

    client_from = "item"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    item = models.ForeignKey(
        InboxItem, models.CASCADE, related_name="clocks", verbose_name=_("comment or message")
    )
    category = models.CharField(
        _("what it is"), max_length=12, choices=InboxCategory.choices, blank=True
    )
    since = models.DateTimeField(_("counted from"))
    hours = models.ForeignKey(
        BusinessHours,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("business hours"),
    )
    first_warn_at = models.DateTimeField(null=True)
    first_due_at = models.DateTimeField(_("to be answered by"), null=True)
    closing_warn_at = models.DateTimeField(null=True)
    closing_due_at = models.DateTimeField(_("to be closed by"), null=True)
    first_taken = models.DurationField(_("first reply after, working time"), null=True)
    closing_taken = models.DurationField(_("closed after, working time"), null=True)
    is_current = models.BooleanField(default=True)
    set_at = models.DateTimeField(_("computed"), default=timezone.now)

    objects = ReplyClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply clock")
        verbose_name_plural = _("reply clocks")
        ordering = ["-set_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=models.Q(is_current=True), name="reply_clock_one_current"
            )
        ]
        indexes = [
            models.Index(
                fields=["first_warn_at"],
                name="reply_clock_unanswered",
                condition=models.Q(is_current=True, first_taken=None),
            ),
            models.Index(
                fields=["closing_warn_at"],
                name="reply_clock_unclosed",
                condition=models.Q(is_current=True, closing_taken=None),
            ),
            models.Index(fields=["client", "since"], name="reply_clock_client_since"),
        ]

    def __str__(self) -> str:
        return f"{self.item} · {self.first_due_at}"


class ClockNotice(ClientChild):
    """That people were told; a row of its own, so that nobody is told twice of the same thing."""

    class Kind(models.TextChoices):
        FIRST_SOON = "first_soon", _("soon to be answered")
        FIRST_LATE = "first_late", _("not answered in time")
        CLOSING_SOON = "closing_soon", _("soon to be closed")
        CLOSING_LATE = "closing_late", _("not closed in time")

    client_from = "item"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    item = models.ForeignKey(InboxItem, models.CASCADE, related_name="clock_notices")
    kind = models.CharField(_("what was told"), max_length=12, choices=Kind.choices)
    told_at = models.DateTimeField(_("told"), default=timezone.now)

    objects = ClientRows["ClockNotice"].as_manager()

    class Meta:
        verbose_name = _("notice of the reply clock")
        verbose_name_plural = _("notices of the reply clock")
        ordering = ["-told_at"]
        constraints = [models.UniqueConstraint(fields=["item", "kind"], name="clock_notice_once")]

    def __str__(self) -> str:
        return str(self.get_kind_display())
