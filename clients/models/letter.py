"""Letters that the program writes to people: the outbox."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from clients.models.notice import NoticeKind
from clients.models.scoping import ClientRows
from clients.models.user import User


class LetterState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    BOUNCED = "bounced", _("bounced")
    UNKNOWN = "unknown", _("not known whether it went out")
    GIVEN_UP = "given_up", _("given up")


class Letter(models.Model):
    """One e-mail to one address. `key` names its occasion: the same one is never written twice.

    `kind` says of what, and `person` to whom of the agency, so that it can be switched off; a
    letter without a kind is none that anybody unsubscribes from. `leased_until` is set while a
    worker has it in its hands, `handed_at` from when it begins to give it to the mail server until
    the server's answer is known. `is_once`: where that answer was lost, it is not given a second
    time; a person decides.
    """

    MAX_ATTEMPTS = 3

    client = models.ForeignKey(
        Client, models.CASCADE, null=True, related_name="letters", verbose_name=_("client")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=NoticeKind.choices, blank=True)
    is_digest = models.BooleanField(_("daily digest"), default=False)
    person = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="+", verbose_name=_("person")
    )
    language = models.CharField(_("language"), max_length=2, blank=True)
    key = models.CharField(max_length=200, unique=True)
    address = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    # What mail servers name it by when they say that it came back; the same at each attempt.
    message_id = models.CharField(max_length=120, blank=True, default="", db_default="")
    is_once = models.BooleanField(default=False, db_default=False)
    written_at = models.DateTimeField(_("written"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True)
    leased_until = models.DateTimeField(null=True)
    handed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("error"), max_length=300, blank=True)
    bounced_at = models.DateTimeField(_("bounced"), null=True)
    bounce_code = models.CharField(_("code"), max_length=12, blank=True, default="", db_default="")
    bounce_note = models.CharField(
        _("why it bounced"), max_length=300, blank=True, default="", db_default=""
    )

    objects = ClientRows["Letter"].as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-written_at"]
        indexes = [
            models.Index(
                fields=["written_at"], name="letter_unsent", condition=models.Q(sent_at=None)
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["message_id"],
                condition=~models.Q(message_id=""),
                name="letter_message_id_once",
            )
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def state(self) -> str:
        """A code of `LetterState`."""
        if self.bounced_at:
            return LetterState.BOUNCED
        if self.sent_at:
            return LetterState.SENT
        if self.attempts >= self.MAX_ATTEMPTS and self.leased_until is None:
            return LetterState.GIVEN_UP
        return LetterState.UNKNOWN if self.is_lost else LetterState.WAITING

    @property
    def is_lost(self) -> bool:
        """Nobody knows whether it went out, and it is not sent again of its own."""
        return self.is_once and self.handed_at is not None and self.leased_until is None


class LetterFile(models.Model):
    """What is attached to a letter. The content goes once the letter has: others keep it."""

    client = models.ForeignKey(Client, models.CASCADE, null=True, related_name="+")
    letter = models.ForeignKey(Letter, models.CASCADE, related_name="files")
    name = models.CharField(_("file"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    content = models.BinaryField(_("content"))
    sha256 = models.CharField("SHA-256", max_length=64)

    objects = ClientRows["LetterFile"].as_manager()

    class Meta:
        verbose_name = _("attached file")
        verbose_name_plural = _("attached files")

    def __str__(self) -> str:
        return self.name
