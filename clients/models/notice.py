"""What the program tells people, how each wants to be told, and what of it went out."""

import datetime as dt
import zoneinfo
from collections.abc import Mapping
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from clients.models.scoping import ClientRows
from clients.models.team import Role
from clients.models.user import User

LAST_HOUR = MaxValueValidator(23)


class NoticeKind(models.TextChoices):
    FLAGS = "flags", _("flags")
    TASKS = "tasks", _("my tasks")
    REVIEWS = "reviews", _("KPI reviews")
    APPROVALS = "approvals", _("approvals and the client's answers")
    MATERIALS = "materials", _("materials")
    REPLIES = "replies", _("comments and messages that wait for an answer")
    INCIDENTS = "incidents", _("incidents and stops (urgent)")
    PUBLICATIONS = "publications", _("publications to check and failed ones")
    KEYS = "keys", _("keys and accesses")
    BUDGETS = "budgets", _("budgets")
    REPORTS = "reports", _("reports")
    DATA = "data", _("trouble with data")


# Neither the digest nor the quiet hours hold them up.
URGENT = frozenset({NoticeKind.INCIDENTS})
# Of what the clients' people get by e-mail.
CLIENT_KINDS = (NoticeKind.APPROVALS, NoticeKind.MATERIALS, NoticeKind.REPORTS)

# How the keys begin of what tells of a task: a contractor is told of their own ones.
OWN_WORK_KEYS = ("task:", "task-due:")


class Channel(models.TextChoices):
    DASHBOARD = "dashboard", _("in the workbench")
    EMAIL = "email", _("by e-mail")
    TELEGRAM = "telegram", _("by Telegram")


class When(models.TextChoices):
    OFF = "off", _("off")
    AT_ONCE = "at_once", _("at once")
    DIGEST = "digest", _("daily digest")


# What a person has not chosen: whose work waits for it is told at once, all else by the digest.
AT_ONCE_FOR_ALL = frozenset({NoticeKind.INCIDENTS, NoticeKind.PUBLICATIONS, NoticeKind.APPROVALS,
    NoticeKind.MATERIALS, NoticeKind.REPLIES})  # fmt: skip
AT_ONCE_FOR_ROLE: Mapping[str, frozenset[NoticeKind]] = {
    Role.ACCOUNT_MANAGER: frozenset({NoticeKind.FLAGS, NoticeKind.KEYS, NoticeKind.REPORTS}),
    Role.PAID_SOCIAL: frozenset({NoticeKind.BUDGETS}),
}
AT_ONCE_FOR_DIRECTORS = frozenset(
    {NoticeKind.INCIDENTS, NoticeKind.PUBLICATIONS, NoticeKind.KEYS, NoticeKind.REPORTS}
)


class NoticeQuerySet(ClientRows["Notice"]):
    def on_dashboard_of(self, person: User) -> Self:
        """What concerns no client, and what concerns those whom the person may see today.

        Of others, where they work as a contractor, what told them of their own tasks.
        """
        own = models.Q()
        for key in OWN_WORK_KEYS:
            own |= models.Q(key__startswith=key)
        seen = models.Q(client=None) | models.Q(client__in=Client.objects.visible_to(person))
        seen |= own & models.Q(client__in=Client.objects.contracted_to(person))
        return self.filter(seen, person=person, is_on_dashboard=True)

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notice(models.Model):
    """One thing told to one person of the agency. `key` names its occasion: told once.

    `path` is the page of ours that it is about, from the first slash on.
    """

    person = models.ForeignKey(
        User, models.CASCADE, related_name="notices", verbose_name=_("person")
    )
    client = models.ForeignKey(
        Client, models.CASCADE, null=True, related_name="notices", verbose_name=_("client")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=NoticeKind.choices)
    key = models.CharField(max_length=200)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"), blank=True)
    path = models.CharField(_("page"), max_length=300, blank=True)
    written_at = models.DateTimeField(_("written"), default=timezone.now)
    is_on_dashboard = models.BooleanField(default=True)
    read_at = models.DateTimeField(_("read"), null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-written_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="notice_once")]
        indexes = [
            models.Index(
                fields=["person", "-written_at"],
                name="notice_unread",
                condition=models.Q(read_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.subject


class NoticeDelivery(models.Model):
    """A notice's way out by one channel, from `due_at` on.

    Waiting → sent; or unknown (its answer was lost: never sent again), given up (refused three
    times), dropped (the person may not be told any more). `is_begun` is set before a call to a
    network that cannot be asked afterwards.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        UNKNOWN = "unknown", _("it is not known whether it arrived")
        GIVEN_UP = "given_up", _("given up")
        DROPPED = "dropped", _("not sent")

    MAX_ATTEMPTS = 3

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    # The notice's: a client leaves with all that was ever told of it.
    client = models.ForeignKey(Client, models.CASCADE, null=True, related_name="+")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    is_digest = models.BooleanField(_("by the digest"))
    due_at = models.DateTimeField(_("due"))
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    is_begun = models.BooleanField(default=False)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True)
    error = models.CharField(_("error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="notice_delivery_once")
        ]
        indexes = [
            models.Index(
                fields=["channel", "due_at"],
                name="notice_delivery_due",
                condition=models.Q(state="waiting"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice} · {self.get_channel_display()}"


class NoticeChoice(models.Model):
    """How a person wants to be told of a kind, where it is not the default."""

    person = models.ForeignKey(User, models.CASCADE, related_name="notice_choices")
    kind = models.CharField(_("kind"), max_length=12, choices=NoticeKind.choices)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    when = models.CharField(_("when"), max_length=8, choices=When.choices)

    class Meta:
        verbose_name = _("choice of notices")
        verbose_name_plural = _("choices of notices")
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "channel"], name="notice_choice_once")
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.kind}, {self.channel}, {self.when}"


class NoticeHabits(models.Model):
    """When a person may be written to, by their own clock, and their chat with the agency's bot."""

    person = models.OneToOneField(User, models.CASCADE, related_name="notice_habits")
    digest_hour = models.PositiveSmallIntegerField(
        _("hour of the digest"), default=9, validators=[LAST_HOUR]
    )
    quiet_from = models.PositiveSmallIntegerField(
        _("quiet from"), default=21, validators=[LAST_HOUR]
    )
    quiet_until = models.PositiveSmallIntegerField(
        _("quiet until"),
        default=8,
        validators=[LAST_HOUR],
        help_text=_("The same hour twice: never quiet."),
    )
    chat_id = models.CharField(max_length=20, blank=True)
    chat_since = models.DateTimeField(null=True)
    chat_lost_at = models.DateTimeField(null=True)
    # Of a one-time code that connects a chat.
    code_hash = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("habits of notices")
        verbose_name_plural = _("habits of notices")
        constraints = [
            models.UniqueConstraint(
                fields=["chat_id"],
                name="notice_chat_of_one_person",
                condition=~models.Q(chat_id=""),
            )
        ]

    def __str__(self) -> str:
        return str(self.person)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.person.time_zone or settings.TIME_ZONE)

    def after_quiet(self, moment: dt.datetime) -> dt.datetime:
        """The moment itself, or the end of the quiet hours that it falls into."""
        local = moment.astimezone(self.zone)
        if not self.is_quiet(local.hour):
            return moment
        return _next_hour(local, self.quiet_until)

    def next_digest(self, moment: dt.datetime) -> dt.datetime:
        return _next_hour(moment.astimezone(self.zone), self.digest_hour)

    def is_quiet(self, hour: int) -> bool:
        start, end = self.quiet_from, self.quiet_until
        return start <= hour < end if start <= end else hour >= start or hour < end


def _next_hour(local: dt.datetime, hour: int) -> dt.datetime:
    """The next time after `local` that its clock shows this full hour."""
    come = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return come if come > local else come + dt.timedelta(days=1)


class NoticeBot(models.Model):
    """The agency's bot, by its number: its name, and how far its talk is read.

    `leased_until` is set while a worker asks for its talk: Telegram lets only one ask at a time.
    """

    number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=64, blank=True)
    offset = models.BigIntegerField(null=True)
    leased_until = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("bot of notices")
        verbose_name_plural = _("bots of notices")

    def __str__(self) -> str:
        return self.name or self.number


class MailRefusal(models.Model):
    """A person of a client wants no more letters of this kind."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="mail_refusals")
    address = models.EmailField(_("address"))
    kind = models.CharField(_("kind"), max_length=12, choices=NoticeKind.choices)
    refused_at = models.DateTimeField(_("refused"), default=timezone.now)

    objects = ClientRows["MailRefusal"].as_manager()

    class Meta:
        verbose_name = _("refusal of letters")
        verbose_name_plural = _("refusals of letters")
        constraints = [
            models.UniqueConstraint(fields=["client", "address", "kind"], name="mail_refusal_once")
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.get_kind_display()}"
