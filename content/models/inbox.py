"""What people say to a client's communities: comments, messages, reviews, mentions."""

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, ClientChild, ClientRows, User
from communities.models import Profile, WallPost


class InboxKind(models.TextChoices):
    COMMENT = "comment", pgettext_lazy("inbox", "comment")
    MESSAGE = "message", pgettext_lazy("inbox", "message")
    REVIEW = "review", pgettext_lazy("inbox", "review on another site")
    MENTION = "mention", pgettext_lazy("inbox", "mention")


class InboxCategory(models.TextChoices):
    """What it is; set by a person, suggested by rules."""

    QUESTION = "question", _("question, price, order")
    THANKS = "thanks", _("thanks")
    CONSTRUCTIVE = "constructive", _("constructive complaint")
    EMOTIONAL = "emotional", _("emotional complaint")
    TROLLING = "trolling", _("trolling")
    FAKE = "fake", _("fake")
    INSULT = "insult", _("insult")
    SPAM = "spam", _("spam")
    CRISIS = "crisis", _("crisis")
    OTHER = "other", pgettext_lazy("inbox", "other")


# Complaints and attacks: what a client loses people by.
NEGATIVE = frozenset(
    {
        InboxCategory.CONSTRUCTIVE,
        InboxCategory.EMOTIONAL,
        InboxCategory.TROLLING,
        InboxCategory.FAKE,
        InboxCategory.INSULT,
        InboxCategory.CRISIS,
    }
)


class InboxState(models.TextChoices):
    NEW = "new", pgettext_lazy("inbox", "new")
    IN_WORK = "in_work", pgettext_lazy("inbox", "in work")
    ANSWERED = "answered", pgettext_lazy("inbox", "answered")
    CLOSED = "closed", pgettext_lazy("inbox", "closed")


class InboxQuerySet(ClientRows["InboxItem"]):
    def waiting(self) -> Self:
        """Nobody has answered or closed it yet."""
        return self.filter(state__in=[InboxState.NEW, InboxState.IN_WORK])

    def negative(self) -> Self:
        return self.filter(category__in=NEGATIVE)


class InboxItem(ClientChild):
    """One comment, message, review or mention, known once by its id on the network.

    `thread_id` is what a reply goes to beside the item (the dialogue of a message, the branch of a
    comment). `received_at` is the network's moment, `heard_at` ours. `profile` is the own page
    where it was said; NULL for a review or a mention elsewhere, which names its `site`.
    """

    client_from = "profile"

    client = models.ForeignKey(Client, models.CASCADE, related_name="inbox")
    profile = models.ForeignKey(
        Profile,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="inbox",
        verbose_name=_("page"),
    )
    kind = models.CharField(_("kind"), max_length=8, choices=InboxKind.choices)
    site = models.CharField(
        _("where"), max_length=100, blank=True, help_text=_("A map service, a forum, a paper.")
    )
    external_id = models.CharField(_("id on the network"), max_length=100, blank=True)
    thread_id = models.CharField(max_length=100, blank=True, editable=False)
    wall_post = models.ForeignKey(
        WallPost,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="inbox",
        verbose_name=_("wall post"),
    )
    # The post on the network: a reply needs it, whether or not its wall was read.
    post_external_id = models.CharField(max_length=100, blank=True, editable=False)
    author_id = models.CharField(max_length=100, blank=True)
    author_name = models.CharField(_("who wrote"), max_length=200, blank=True)
    text = models.TextField(_("text"), max_length=20_000, blank=True)
    url = models.URLField(_("address"), max_length=1_000, blank=True)
    rating = models.PositiveSmallIntegerField(
        _("rating, 1 to 5"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    received_at = models.DateTimeField(_("written"))
    heard_at = models.DateTimeField(_("came in"), default=timezone.now, editable=False)
    edited_at = models.DateTimeField(_("edited by its author"), null=True, editable=False)
    gone_at = models.DateTimeField(_("gone since"), null=True, editable=False)
    # The network's moment for which the text holds; what is told of earlier changes nothing.
    told_at = models.DateTimeField(null=True, editable=False)
    erased_at = models.DateTimeField(_("author erased"), null=True, editable=False)
    category = models.CharField(
        _("what it is"), max_length=12, choices=InboxCategory.choices, blank=True
    )
    suggested = models.CharField(
        _("suggested"),
        max_length=12,
        choices=InboxCategory.choices,
        blank=True,
        editable=False,
    )
    state = models.CharField(
        _("state"),
        max_length=8,
        choices=InboxState.choices,
        default=InboxState.NEW,
        editable=False,
    )
    assignee = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="inbox",
        verbose_name=_("who answers"),
        limit_choices_to={"is_staff": True},
    )
    first_reply_at = models.DateTimeField(_("first reply"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    resolution = models.CharField(_("outcome"), max_length=300, blank=True, editable=False)
    # Nobody has to answer it: thanks, a sticker, people talking to each other.
    needs_reply = models.BooleanField(_("needs a reply"), default=True)

    objects = InboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment or message")
        verbose_name_plural = _("comments and messages")
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["client", "state", "-received_at"], name="inbox_client_state"),
            # Spikes are looked for every minute.
            models.Index(fields=["received_at"], name="inbox_received"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "kind", "external_id"],
                name="inbox_once",
                condition=~models.Q(external_id=""),
            ),
            models.CheckConstraint(
                condition=models.Q(profile__isnull=False) | ~models.Q(site=""),
                name="inbox_has_place",
                violation_error_message=_("Name the page, or the site where it was written."),
            ),
            models.CheckConstraint(
                condition=models.Q(state="closed", closed_at__isnull=False)
                | ~models.Q(state="closed") & models.Q(closed_at=None),
                name="inbox_closed_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60] or self.get_kind_display()
