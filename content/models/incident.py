"""Negative cases: who owns them, whom of the client they were brought to, how they ended."""

import datetime as dt
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows, Contact, User
from content.models.inbox import NEGATIVE, InboxCategory, InboxItem


class IncidentState(models.TextChoices):
    OPEN = "open", pgettext_lazy("incident", "open")
    WAITING = "waiting", pgettext_lazy("incident", "waits for the client")
    SOLVED = "solved", pgettext_lazy("incident", "solved")
    CLOSED = "closed", pgettext_lazy("incident", "closed unsolved")


ENDED = (IncidentState.SOLVED, IncidentState.CLOSED)


class Severity(models.IntegerChoices):
    LOW = 1, pgettext_lazy("severity", "low")
    MEDIUM = 2, pgettext_lazy("severity", "medium")
    HIGH = 3, pgettext_lazy("severity", "high")


class IncidentQuerySet(ClientRows["Incident"]):
    def unfinished(self) -> Self:
        return self.exclude(state__in=ENDED)

    def overdue(self, *, at: dt.datetime) -> Self:
        return self.unfinished().filter(deadline__lte=at)


class Incident(models.Model):
    """One negative case. `deadline_told_at` says that its lateness was told, once.

    The client's people see one that is published: its title, state, days and `shown_outcome`. Its
    timeline, its items and who wrote them are the agency's own.
    """

    client = models.ForeignKey(Client, models.CASCADE, related_name="incidents")
    title = models.CharField(
        _("title"),
        max_length=160,
        help_text=_("The client may be shown it: no names of those who wrote."),
    )
    category = models.CharField(
        _("what it is"),
        max_length=12,
        choices=[(one.value, one.label) for one in InboxCategory if one in NEGATIVE],
    )
    severity = models.PositiveSmallIntegerField(
        _("severity"), choices=Severity.choices, default=Severity.MEDIUM
    )
    state = models.CharField(
        _("state"),
        max_length=7,
        choices=IncidentState.choices,
        default=IncidentState.OPEN,
        editable=False,
    )
    owner = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="incidents",
        verbose_name=_("who answers for it"),
        limit_choices_to={"is_staff": True},
    )
    deadline = models.DateTimeField(_("to be solved by"))
    opened_at = models.DateTimeField(_("opened"), default=timezone.now, editable=False)
    # NULL: the program, by a spike.
    opened_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("opened by"),
    )
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by whom")
    )
    outcome = models.TextField(_("outcome"), max_length=2_000, blank=True, editable=False)
    is_published = models.BooleanField(
        _("shown to the client"),
        default=False,
        help_text=_("Its title, state, days and what is written for the client; nothing else."),
    )
    shown_outcome = models.TextField(
        _("outcome for the client"),
        max_length=1_000,
        blank=True,
        help_text=_("No names of those who wrote."),
    )
    deadline_told_at = models.DateTimeField(null=True, editable=False)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-opened_at", "-pk"]
        indexes = [models.Index(fields=["client", "state"], name="incident_client_state")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["solved", "closed"], ended_at__isnull=False)
                & ~models.Q(outcome="")
                | models.Q(state__in=["open", "waiting"], ended_at=None),
                name="incident_ends_with_outcome",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_ended(self) -> bool:
        return self.state in ENDED


class IncidentItem(ClientChild):
    """What was said in the case; a comment may belong to several."""

    client_from = "incident"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="links")
    item = models.ForeignKey(
        InboxItem,
        models.CASCADE,
        related_name="incident_links",
        verbose_name=_("comment or message"),
    )

    objects = ClientRows["IncidentItem"].as_manager()

    class Meta:
        verbose_name = _("comment of an incident")
        verbose_name_plural = _("comments of an incident")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "item"],
                name="incident_item_once",
                violation_error_message=_("This belongs to the incident already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.item)


class IncidentEntry(ClientChild):
    """One line of a case's timeline; escalations name the person of the client and the channel."""

    class Kind(models.TextChoices):
        NOTE = "note", pgettext_lazy("incident", "note")
        STATE = "state", pgettext_lazy("incident", "state")
        ESCALATION = "escalation", _("brought to the client")
        ANSWER = "answer", _("the client said")
        STOP = "stop", pgettext_lazy("incident", "stop")

    class Channel(models.TextChoices):
        PHONE = "phone", _("by telephone")
        MESSENGER = "messenger", _("in a messenger")
        EMAIL = "email", _("by e-mail")
        MEETING = "meeting", _("in person")

    client_from = "incident"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="entries")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("by whom")
    )
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("whom of the client"),
    )
    channel = models.CharField(_("how"), max_length=9, choices=Channel.choices, blank=True)
    text = models.TextField(_("text"), max_length=2_000, blank=True)

    objects = ClientRows["IncidentEntry"].as_manager()

    class Meta:
        verbose_name = _("entry of an incident")
        verbose_name_plural = _("entries of an incident")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="escalation")
                | models.Q(contact__isnull=False) & ~models.Q(channel=""),
                name="escalation_names_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:60]}"
