"""What is done about what people say: notes, answers, actions, saved replies, suggestions."""

import datetime as dt
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows, User
from communities.models import Profile
from communities.networks.moderation import ACT_TITLES, Act
from content.models.inbox import InboxCategory, InboxItem, InboxKind


class InboxNote(ClientChild):
    """What the team tells each other of an item; the client never sees it."""

    client_from = "item"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    item = models.ForeignKey(InboxItem, models.CASCADE, related_name="notes")
    text = models.TextField(_("note"), max_length=5_000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    written_at = models.DateTimeField(_("at"), default=timezone.now)

    objects = ClientRows["InboxNote"].as_manager()

    class Meta:
        verbose_name = _("note in the inbox")
        verbose_name_plural = _("notes in the inbox")
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class InboxAnswer(ClientChild):
    """What our side said on the network, by the program or past it; known once by its id there."""

    client_from = "profile"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    profile = models.ForeignKey(Profile, models.CASCADE, related_name="inbox_answers")
    kind = models.CharField(max_length=8, choices=InboxKind.choices)
    external_id = models.CharField(max_length=100)
    thread_id = models.CharField(max_length=100, blank=True)
    answers_id = models.CharField(max_length=100, blank=True)
    text = models.TextField(_("text"), max_length=20_000, blank=True)
    said_at = models.DateTimeField(_("written"))
    heard_at = models.DateTimeField(default=timezone.now)
    gone_at = models.DateTimeField(_("gone since"), null=True)

    objects = ClientRows["InboxAnswer"].as_manager()

    class Meta:
        verbose_name = _("answer on the network")
        verbose_name_plural = _("answers on the network")
        ordering = ["said_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "kind", "external_id"], name="inbox_answer_once"
            )
        ]
        indexes = [
            models.Index(fields=["profile", "kind", "thread_id"], name="inbox_answer_thread")
        ]

    def __str__(self) -> str:
        return self.text[:60]


class SavedReplyQuerySet(models.QuerySet["SavedReply"]):
    def visible_to(self, user: User | AnonymousUser, *, on: dt.date | None = None) -> Self:
        """Those of visible clients, and those for all clients."""
        if not isinstance(user, User):
            return self.none()
        if user.sees_all_clients:
            return self
        return self.filter(
            models.Q(client=None) | models.Q(client__in=Client.objects.visible_to(user, on=on))
        )


class SavedReply(models.Model):
    """A text with variables such as {name}; without a client it is for all of them."""

    client = models.ForeignKey(
        Client,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="saved_replies",
        verbose_name=_("client"),
        help_text=_("Empty: for all clients."),
    )
    title = models.CharField(_("title"), max_length=100)
    category = models.CharField(
        _("for what"), max_length=12, choices=InboxCategory.choices, blank=True
    )
    text = models.TextField(_("text"), max_length=4_000)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = SavedReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved reply")
        verbose_name_plural = _("saved replies")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class ActionState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("action", "waits to be sent")
    SENDING = "sending", pgettext_lazy("action", "is being sent")
    DONE = "done", pgettext_lazy("action", "done")
    REFUSED = "refused", pgettext_lazy("action", "refused")
    UNKNOWN = "unknown", pgettext_lazy("action", "needs checking")
    NOT_DONE = "not_done", pgettext_lazy("action", "did not arrive")


OPEN_ACTIONS = (ActionState.WAITING, ActionState.SENDING, ActionState.UNKNOWN)


class InboxAction(ClientChild):
    """One thing done about an item on the network, written down before it is sent.

    `guid` is the same however often it is sent. `sent_at` is when the call began that the state
    speaks of; `next_try_at` the time that the network told where it refused for now.
    """

    client_from = "item"
    MAX_ATTEMPTS = 3

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    item = models.ForeignKey(InboxItem, models.CASCADE, related_name="actions")
    act = models.CharField(
        _("what"), max_length=8, choices=[(act.value, ACT_TITLES[act]) for act in Act]
    )
    text = models.TextField(_("text"), max_length=20_000, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    saved_reply = models.ForeignKey(
        SavedReply, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    bans_until = models.DateTimeField(_("banned until"), null=True, blank=True)
    guid = models.PositiveIntegerField(editable=False)
    state = models.CharField(
        _("state"), max_length=8, choices=ActionState.choices, default=ActionState.WAITING
    )
    message = models.CharField(_("what the network said"), max_length=300, blank=True)
    external_id = models.CharField(max_length=100, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    written_at = models.DateTimeField(_("written down"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    next_try_at = models.DateTimeField(_("tried again at"), null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = ClientRows["InboxAction"].as_manager()

    class Meta:
        verbose_name = _("action in the inbox")
        verbose_name_plural = _("actions in the inbox")
        ordering = ["written_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                condition=models.Q(state__in=["waiting", "sending", "unknown"]),
                name="inbox_action_one_open",
                violation_error_message=_("Something is being sent about this already."),
            ),
            models.CheckConstraint(
                condition=models.Q(act="reply") | models.Q(act="restore") | ~models.Q(reason=""),
                name="inbox_action_has_reason",
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state="sending") | models.Q(sent_at__isnull=False),
                name="inbox_action_sending_has_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["written_at"],
                condition=models.Q(state__in=["waiting", "sending", "unknown"]),
                name="inbox_action_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.get_state_display()}"


class SuggestionRule(models.Model):
    """Words by which a category is suggested. Nobody's category is ever set by it.

    The first rule in order that fits says it. A word in `unless` that stands up to three words
    before takes the match back ("не", "not").
    """

    code = models.SlugField(max_length=60, unique=True, editable=False)
    category = models.CharField(_("suggests"), max_length=12, choices=InboxCategory.choices)
    language = models.CharField(_("language"), max_length=2, help_text=_("en, ru…"))
    words = ArrayField(
        models.CharField(max_length=80),
        verbose_name=_("words and phrases"),
        default=list,
        blank=True,
        help_text=_("With commas. A * at the end stands for any ending: достав*."),
    )
    unless = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("unless after"),
        default=list,
        blank=True,
        help_text=_("Up to three words before: не, not."),
    )
    pattern = models.CharField(
        _("regular expression"),
        max_length=300,
        blank=True,
        help_text=_("For what words cannot say; one that takes too long is left out."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("rule of suggestion")
        verbose_name_plural = _("rules of suggestion")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return f"{self.get_category_display()} ({self.language})"
