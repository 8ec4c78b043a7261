"""What networks send by themselves: doors for it, the events, and where talk goes on."""

import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientChild, ClientRows
from communities.models import AccessKey, Profile
from communities.networks.registry import network_choices
from smm_agency.lib.encryption import EncryptedTextField
from smm_agency.lib.event_queue import MAX_ATTEMPTS


def new_path_token() -> str:
    return secrets.token_urlsafe(24)


def new_event_secret() -> str:
    """Of the characters that every network takes, and not longer than 50."""
    return secrets.token_urlsafe(32)


class EventDoor(models.Model):
    """Where a network sends its events: an unguessable address and a secret of its own.

    A community of VK has one for its page; a bot of Telegram one for its key, whatever channels it
    serves. `asked_at` is when the network was asked to send; NULL: nothing is to come.
    """

    client = models.ForeignKey(Client, models.CASCADE, related_name="event_doors")
    network = models.CharField(_("network"), max_length=12, choices=network_choices)
    profile = models.ForeignKey(
        Profile,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="event_doors",
        verbose_name=_("page"),
    )
    access_key = models.ForeignKey(
        AccessKey,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="event_doors",
        verbose_name=_("access key"),
    )
    path_token = models.CharField(
        max_length=64, unique=True, default=new_path_token, editable=False
    )
    secret = EncryptedTextField(_("secret"), default=new_event_secret)
    confirmation = models.CharField(
        _("confirmation code"),
        max_length=100,
        blank=True,
        help_text=_("What VK wants to be told when it asks whether the address is ours."),
    )
    server_id = models.CharField(max_length=40, blank=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    asked_at = models.DateTimeField(_("asked for since"), null=True, blank=True, editable=False)
    last_event_at = models.DateTimeField(_("last event"), null=True, blank=True, editable=False)
    unread_since = models.DateTimeField(
        _("cannot be read since"), null=True, blank=True, editable=False
    )
    refused = models.PositiveIntegerField(_("refused requests"), default=0, editable=False)

    objects = ClientRows["EventDoor"].as_manager()

    class Meta:
        verbose_name = _("door for events")
        verbose_name_plural = _("doors for events")
        ordering = ["client", "network", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["profile"],
                condition=models.Q(profile__isnull=False),
                name="event_door_of_page_once",
                violation_error_message=_("This page has its door for events already."),
            ),
            models.UniqueConstraint(
                fields=["access_key"],
                condition=models.Q(profile=None),
                name="event_door_of_bot_once",
                violation_error_message=_("This bot has its door for events already."),
            ),
            models.CheckConstraint(
                condition=models.Q(profile__isnull=False) | models.Q(access_key__isnull=False),
                name="event_door_has_owner",
                violation_error_message=_("Name the page or the bot."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_network_display()} · {self.profile or self.access_key}"


class NetworkEvent(ClientChild):
    """An event's body as it came, stored before anything is made of it."""

    client_from = "door"
    MAX_ATTEMPTS = MAX_ATTEMPTS

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    door = models.ForeignKey(
        EventDoor, models.CASCADE, related_name="events", verbose_name=_("door for events")
    )
    event_id = models.CharField(_("event"), max_length=100)
    name = models.CharField(_("what it is"), max_length=60, blank=True)
    body = EncryptedTextField(_("body"), null=True)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    processed_at = models.DateTimeField(_("processed"), null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("error"), max_length=300, blank=True)

    objects = ClientRows["NetworkEvent"].as_manager()

    class Meta:
        verbose_name = _("event of a network")
        verbose_name_plural = _("events of networks")
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(fields=["door", "event_id"], name="network_event_once")
        ]
        indexes = [
            models.Index(
                fields=["received_at"],
                condition=models.Q(processed_at=None),
                name="network_event_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.event_id}"


class DiscussionThread(ClientChild):
    """Which page a chat talks about, and which post a thread in it.

    `message_id` is "" for the chat itself: the discussion group of a channel.
    """

    client_from = "profile"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    profile = models.ForeignKey(Profile, models.CASCADE, related_name="discussions")
    chat_id = models.CharField(max_length=40)
    message_id = models.CharField(max_length=40, blank=True)
    post_id = models.CharField(max_length=100, blank=True)

    objects = ClientRows["DiscussionThread"].as_manager()

    class Meta:
        verbose_name = _("thread of a discussion")
        verbose_name_plural = _("threads of discussions")
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "chat_id", "message_id"], name="discussion_thread_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.chat_id}:{self.message_id}"
